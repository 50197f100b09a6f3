"""Every task equally likely, every problem new."""

import random
from collections.abc import Collection, Iterable

from r1ci_env.curricula.fresh_sampler import FreshSampler
from r1ci_env.task import Task


class UniformSampler(FreshSampler):
    """Draws new problems from tasks that are all equally likely, whatever the outcomes.

    Args:
        tasks: Names of training tasks, or `Task` objects.
        level: Difficulty; None lets every problem draw its own.
        first_seed: Seed of the first problem; they count up from there.
        exclude: Questions that must not come up, such as those of an evaluation.
        seed: Decides the draws.
    """

    def __init__(
        self,
        tasks: Iterable[str | Task],
        level: int | None = None,
        first_seed: int = 0,
        exclude: Collection[str] = (),
        *,
        seed: int = 0,
    ) -> None:
        super().__init__(tasks, seed, first_seed, exclude)
        if level is not None:
            for task in self._tasks.values():
                task.require_level(level)
        self._level = level

    def _choose(self, count: int) -> list[tuple[str, int | None]]:
        numbers = range(self._drawn, self._drawn + count)
        self._drawn += count
        return [(random.Random(f"uniform:{self._seed}:{n}").choice(self._names), self._level) for n in numbers]
