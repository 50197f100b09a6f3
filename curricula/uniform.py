"""Every task equally likely, every problem new."""

import random
from collections.abc import Collection, Iterable

from r1ci_env.curricula.fresh_sampler import FreshSampler
from r1ci_env.task import Task


class UniformSampler(FreshSampler):
    """Draws new problems from tasks that are all equally likely, whatever the outcomes.

    Args:
        tasks: Names of training tasks, or `Task` objects.
        level: Difficulty; None draws one of ``levels``.
        first_seed: Seed of the first problem; they count up from there.
        exclude: Questions that must not come up, such as those of an evaluation.
        seed: Decides the draws.
        levels: Difficulties to draw from; None means all.
    """

    def __init__(
        self,
        tasks: Iterable[str | Task],
        level: int | None = None,
        first_seed: int = 0,
        exclude: Collection[str] = (),
        *,
        seed: int = 0,
        levels: Iterable[int] | None = None,
    ) -> None:
        super().__init__(tasks, levels if level is None else [level], seed, first_seed, exclude)
        self._own_level = level is None and levels is None

    def _choose(self, count: int) -> list[tuple[str, int | None]]:
        numbers = range(self._drawn, self._drawn + count)
        self._drawn += count
        return [self._cell(random.Random(f"uniform:{self._seed}:{n}")) for n in numbers]

    def _cell(self, rng: random.Random) -> tuple[str, int | None]:
        name = rng.choice(self._names)
        return name, None if self._own_level else rng.choice(self._levels[name])
