"""What adapters share that draw problems: those to train on, and those to evaluate on, never mixed."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from r1ci_env.curricula import UniformSampler
from r1ci_env.errors import require_one_of
from r1ci_env.held_out import held_out_problems
from r1ci_env.registry import get_task, list_tasks
from r1ci_env.task import Problem


def problems_of(
    split: str, tasks: Sequence[str] | None = None, levels: Sequence[int] | None = None, seed: int = 0
) -> Iterator[Problem]:
    """Yield problems without end, the same for the same arguments.

    Args:
        split: ``train`` for training tasks and no problem that is held out; ``test`` for problems that are, of one task
            after the other.
        tasks: Names of tasks; None for all of the split.
        levels: Difficulties; None lets every problem draw its own.
        seed: Decides the draws of ``train``; ``test`` begins with the same problems whatever it is.

    Raises:
        R1ciError: a name is unknown, or a test task is to be trained on.
    """
    require_one_of(split, ("train", "test"), "split")
    names = tasks or list_tasks(split=split)
    if split == "train":
        sampler = UniformSampler(names, seed=seed, levels=levels)
        while True:
            yield from sampler.sample(1)
    held_out = [held_out_problems(get_task(name), levels) for name in names]
    for row in zip_longest(*held_out):
        yield from (problem for problem in row if problem is not None)
