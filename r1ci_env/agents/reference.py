"""The reference solvers as an agent."""

from r1ci_env.agents.agent import Agent, AgentError, Reply
from r1ci_env.episode import Episode
from r1ci_env.protocol import MARKERS
from r1ci_env.registry import get_task


class ReferenceAgent(Agent):
    """Runs the program of a problem and answers with what it printed; answers at once where a task has none."""

    async def reply(self, episode: Episode) -> Reply:
        """Return the program, or what it printed.

        Raises:
            AgentError: the task has no reference solver, or it cannot read this question.
        """
        answer = MARKERS[episode.rules.answer_marker]
        if episode.turns:
            _header, _, output = episode.messages[-1]["content"].partition("\n")
            return Reply(answer.around(output))
        task, problem = get_task(episode.problem.task), episode.problem
        try:
            program = task.program(problem)
            solution = task.solve(problem.question) if program is None else None
        except Exception as error:  # an original item may be worded in a way that is not foreseen
            raise AgentError(f"The reference solver of {problem.task} fails: {error!r:.300}") from error
        if program is not None:
            return Reply(f"```python\n{program}```")
        if solution is None:
            raise AgentError(f"{problem.task} has no reference solver.")
        return Reply(answer.around(solution))
