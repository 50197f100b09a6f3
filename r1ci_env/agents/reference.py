"""The reference solvers as an agent."""

from r1ci_env.agents.agent import AgentError, Reply
from r1ci_env.episode import Episode
from r1ci_env.registry import get_task


class ReferenceAgent:
    """Runs the program of a problem and answers with what it printed; answers at once where a task has none."""

    async def reply(self, episode: Episode) -> Reply:
        """Return the program, or what it printed.

        Raises:
            AgentError: the task has no reference solver.
        """
        if episode.turns:
            _header, _, output = episode.messages[-1]["content"].partition("\n")
            return Reply(f"<<<{output}>>>")
        task, problem = get_task(episode.problem.task), episode.problem
        program = task.program(problem)
        if program is not None:
            return Reply(f"```python\n{program}```")
        answer = task.solve(problem.question)
        if answer is None:
            raise AgentError(f"{problem.task} has no reference solver.")
        return Reply(f"<<<{answer}>>>")

    async def close(self) -> None:
        """Hold nothing."""
