"""Each task climbs from level to level as it is mastered."""

import random
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Any

from r1ci_env.curricula.checks import at_least, exact, require_lists
from r1ci_env.curricula.fresh_sampler import FreshSampler
from r1ci_env.task import Task

COUNTS = ("problems", "correct", "answers")


class LevelLadder(FreshSampler):
    """Draws tasks evenly, and of each a level from a window that ends at the task's bound.

    The bound begins at the lowest level. Whenever so many problems at the bound have been observed, it rises by one if
    enough of their answers were right, and the count begins anew. (The rule of RLVE's adaptive environments.)

    Args:
        tasks: Names of training tasks, or `Task` objects.
        levels: Difficulties; None means all.
        seed: Decides the draws.
        window: Levels that a task is drawn from.
        accuracy: Share of right answers at which the bound rises.
        problems: Problems at the bound over which it is measured.
        first_seed: Seed of the first problem; they count up from there.
        exclude: Questions that must not come up.
    """

    def __init__(
        self,
        tasks: Iterable[str | Task],
        *,
        levels: Iterable[int] | None = None,
        seed: int = 0,
        window: int = 4,
        accuracy: float | Fraction = Fraction(9, 10),
        problems: int = 8,
        first_seed: int = 0,
        exclude: Collection[str] = (),
    ) -> None:
        super().__init__(tasks, levels, seed, first_seed, exclude)
        self._window = at_least(1, window, "window")
        self._accuracy = exact(accuracy, "accuracy")
        self._needed = at_least(1, problems, "problems")
        self._bounds = {name: levels[0] for name, levels in self._levels.items()}
        self._counts = {name: dict.fromkeys(COUNTS, 0) for name in self._names}  # at the bound

    @property
    def bounds(self) -> dict[str, int]:
        """The highest level that each task is drawn from."""
        return dict(self._bounds)

    def _choose(self, count: int) -> list[tuple[str, int | None]]:
        chosen: list[tuple[str, int | None]] = []
        for number in range(self._drawn, self._drawn + count):
            rng = random.Random(f"ladder:{self._seed}:{number}")
            name = rng.choice(self._names)
            bound = self._bounds[name]
            chosen.append((name, rng.choice([x for x in self._levels[name] if bound - self._window < x <= bound])))
        self._drawn += count
        return chosen

    def _learn(self, task: str, level: int, correct: int, answers: int) -> None:
        if level != self._bounds[task]:
            return
        counts = self._counts[task]
        for field, more in zip(COUNTS, (1, correct, answers), strict=True):
            counts[field] += more
        if counts["problems"] >= self._needed:
            if counts["correct"] >= self._accuracy * counts["answers"]:
                self._bounds[task] = next((x for x in self._levels[task] if x > level), level)
            self._counts[task] = dict.fromkeys(COUNTS, 0)

    def _metrics(self) -> dict[str, float]:
        return {"mean_bound": sum(self._bounds.values()) / len(self._bounds)}

    def _state(self) -> dict[str, Any]:
        counts = {field: [self._counts[name][field] for name in self._names] for field in COUNTS}
        return {"bounds": list(self._bounds.values()), **counts}

    def _restore(self, state: dict[str, Any]) -> None:
        require_lists(state, dict.fromkeys(("bounds", *COUNTS), len(self._names)), self)
        for name, bound in zip(self._names, state["bounds"], strict=True):
            self._tasks[name].require_level(bound)
        for i, name in enumerate(self._names):
            self._bounds[name] = state["bounds"][i]
            self._counts[name] = {field: state[field][i] for field in COUNTS}
