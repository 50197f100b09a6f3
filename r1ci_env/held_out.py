"""Problems that are kept for evaluation: see `r1ci_env.Problem.held_out`."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice

from r1ci_env.errors import BadOption, as_integer
from r1ci_env.registry import get_task, list_tasks, parse_reference
from r1ci_env.task import Problem, Task

MOST_TRIES = 2_000
"""Seeds in a row without a new question that is held out, after which there is taken to be none."""


def held_out_problems(task: Task, levels: Sequence[int] | None = None, first_seed: int = 0) -> Iterator[Problem]:
    """Yield the problems of a task that are held out, by seeds that count up, each of a new question.

    Args:
        task: The task.
        levels: Difficulties, in turn; None lets every problem draw its own.
        first_seed: Seed from which they are looked for.
    """
    seen: set[str] = set()
    last_found = first_seed
    for seed in count(first_seed):
        problem = task.problem(seed, level=levels[len(seen) % len(levels)] if levels else None)
        if problem.held_out and problem.question not in seen:
            seen.add(problem.question)
            last_found = seed
            yield problem
        elif seed - last_found > MOST_TRIES:
            return


def held_out_set(
    tasks: str | Sequence[str] | None = None,
    split: str = "test",
    per_task: int = 10,
    levels: int | Sequence[int] | None = None,
) -> list[Problem]:
    """Return problems to evaluate on, the same every time.

    Args:
        tasks: Names of tasks, or of one; None for all of ``split``.
        split: ``test`` or ``train``; of training tasks, too, only problems that are held out are taken.
        per_task: How many of each.
        levels: Difficulties, in turn; None lets every problem draw its own.
    """
    if as_integer(per_task, "per_task") < 0:
        raise BadOption(f"per_task must be at least 0, got {per_task}.")
    names = [tasks] if isinstance(tasks, str) else tasks or list_tasks(split=split)
    wanted = [levels] if isinstance(levels, int) else levels
    return [problem for name in names for problem in islice(held_out_problems(get_task(name), wanted), per_task)]


def require_trainable(names: Iterable[str]) -> None:
    """Raise `R1ciError` for a task that is unknown, or of the test split, of which nothing is trained on."""
    for name in names:
        if get_task(name).split == "test":
            raise BadOption(f"{name} is one of the 37 test tasks: nothing of them is trained on.")


def trainable_problem(ref: str) -> Problem:
    """Return the problem that a reference names.

    Raises:
        R1ciError: the reference is malformed, or the problem is held out.
    """
    name, level, seed = parse_reference(ref)
    named = get_task(name).problem(seed, level=level)
    if named.held_out:
        raise BadOption(
            f"{named.ref} is held out and must not be trained on: draw problems with r1ci_env.curricula.UniformSampler."
        )
    return named
