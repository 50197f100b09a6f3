"""Our tasks in inspect-ai: ``inspect eval r1ci_env/r1ci``. See ``docs/integrations/inspect_ai.md``."""

from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageUser
from inspect_ai.scorer import Score, Scorer, Target, accuracy, grouped, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from r1ci_env.adapters import inspect_sandbox  # noqa: F401  (the entry point registers both)
from r1ci_env.adapters.turns import begin, take_turn
from r1ci_env.episode import Rules
from r1ci_env.held_out import held_out_set
from r1ci_env.registry import get_task, problem


@task
def r1ci(tasks: Any = None, split: str = "test", per_task: int = 10, levels: Any = None, **rules: Any) -> Task:
    """Problems of `r1ci_env.held_out.held_out_set`, played under rules as of `r1ci_env.episode.Rules`."""
    wanted = [int(level) for level in levels] if isinstance(levels, list) else levels  # of -T levels=4,5 come texts
    problems = held_out_set(tasks, split, per_task, wanted)
    samples = [Sample(p.question, target=p.answer, id=p.ref, metadata={"task": p.task}) for p in problems]
    return Task(dataset=MemoryDataset(samples, name=f"r1ci-{split}"), solver=play(**rules), scorer=right_answer())


@solver
def play(**rules: Any) -> Solver:
    """Play the episode of a sample: the model's Python blocks run in our sandbox, and their output comes back."""
    allowed = Rules.from_options(rules)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        episode = begin(str(state.sample_id), allowed)
        state.user_prompt.text = episode.messages[0]["content"]
        while not episode.over:
            state = await generate(state)
            outcome = await take_turn(episode, state.output.completion)
            if not episode.over:
                state.messages.append(ChatMessageUser(content=outcome.observation))
        state.store.set("answer", episode.answer)
        return state

    return solve


@scorer(metrics=[accuracy(), stderr(), grouped(accuracy(), "task", all=False)])
def right_answer() -> Scorer:
    """Whether the final answer is right; none counts as wrong."""

    async def score(state: TaskState, target: Target) -> Score:
        answer, asked = state.store.get("answer"), problem(str(state.sample_id))
        return Score(value=float(answer is not None and get_task(asked.task).check(asked, answer)), answer=answer)

    return score
