"""New problems of the tasks and levels that promise most: the default."""

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from r1ci_env.curricula.checks import exact, positive, require_lists
from r1ci_env.curricula.fresh_sampler import FreshSampler
from r1ci_env.curricula.posterior import DiscountedBeta
from r1ci_env.task import Task


class CellThompson(FreshSampler):
    """Draws new problems from the cells (a task at a level) whose success rate q is likely to have a large q(1 - q).

    A problem of a generated suite is hardly ever drawn twice, so what is learnt about it must be kept for its cell.
    For each cell a Beta posterior is kept, in which old outcomes fade. A draw takes a sample of all posteriors and the
    cells where q(1 - q) is largest (Thompson sampling: an uncertain cell now and then looks good, and is tried).

    Potential alone starves tasks that are weak or nearly solved. So a share of the problems, the floor, goes to the
    task that was not drawn for longest, at the level where its own sample is best: among any ``ceil(tasks / floor)``
    problems in a row every task has at least one.

    Args:
        tasks: Names of training tasks, or `Task` objects.
        levels: Difficulties; None means all.
        seed: Decides the samples.
        floor: Share of the problems that goes to neglected tasks, from 0 to 1.
        half_life: After so many answers per cell, over all cells, an answer counts half.
        exponent: None to take the cells whose samples are best. A number to draw cells in proportion to q(1 - q) to
            this power: `EXPONENT_RAW` or `EXPONENT_DIVIDED` of `r1ci_env.curricula.potential`, as the loss has it.
        first_seed: Seed of the first problem; they count up from there.
        exclude: Questions that must not come up.
    """

    def __init__(
        self,
        tasks: Iterable[str | Task],
        *,
        levels: Iterable[int] | None = None,
        seed: int = 0,
        floor: float | Fraction = Fraction(1, 2),
        half_life: float = 48.0,
        exponent: float | None = None,
        first_seed: int = 0,
        exclude: Collection[str] = (),
    ) -> None:
        super().__init__(tasks, levels, seed, first_seed, exclude)
        self._floor = exact(floor, "floor")
        self._exponent = None if exponent is None else positive(exponent, "exponent")
        self._cells = [(name, level) for name, levels in self._levels.items() for level in levels]
        self._index = {cell: i for i, cell in enumerate(self._cells)}
        self._task = np.array([self._names.index(name) for name, _ in self._cells])
        self._posterior = DiscountedBeta(len(self._cells), positive(half_life, "half_life") * len(self._cells))
        self._last_drawn = np.full(len(self._names), -1)  # number of the last problem of each task

    def success_rates(self) -> dict[tuple[str, int], float]:
        """Return the mean of the posterior of each cell."""
        correct, wrong = self._posterior.counts()
        return dict(zip(self._cells, ((1 + correct) / (2 + correct + wrong)).tolist(), strict=True))

    def _choose(self, count: int) -> list[tuple[str, int | None]]:
        chosen: list[int] = []
        while len(chosen) < count:
            rng = np.random.default_rng((self._seed, self._drawn))
            correct, wrong = self._posterior.counts()
            q = rng.beta(1 + correct, 1 + wrong)
            value = q * (1 - q)
            best = iter(self._in_order(value, rng))
            for _ in range(min(count - len(chosen), -(-len(value) // 8))):  # then another sample: none goes far down
                cell = self._of_a_neglected_task(value) if self._covers() else int(next(best))
                chosen.append(cell)
                self._last_drawn[self._task[cell]] = self._drawn
                self._drawn += 1
        return [self._cells[cell] for cell in chosen]

    def _covers(self) -> bool:
        """Whether the next problem goes to a neglected task: so often that their share is the floor, exactly."""
        return int(self._floor * (self._drawn + 1)) > int(self._floor * self._drawn)

    def _of_a_neglected_task(self, value: NDArray[np.float64]) -> int:
        cells = np.flatnonzero(self._task == self._last_drawn.argmin())
        return int(cells[value[cells].argmax()])

    def _in_order(self, value: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Return all cells, the best first; with an exponent, as if drawn one after the other without replacement."""
        if self._exponent is None:
            return np.argsort(-value)
        return np.argsort(-self._exponent * np.log(value + 1e-300) - rng.gumbel(size=len(value)))

    def _learn(self, task: str, level: int, correct: int, answers: int) -> None:
        self._posterior.observe(self._index[task, level], correct, answers)

    def _metrics(self) -> dict[str, float]:
        answers_T = np.bincount(self._task, np.add(*self._posterior.counts()), len(self._names))
        q = np.array(list(self.success_rates().values()))
        potential_T = np.bincount(self._task, q * (1 - q)) / np.bincount(self._task)
        potentials = {f"potential/{name}": value for name, value in zip(self._names, potential_T.tolist(), strict=True)}
        return {"task_entropy": entropy(answers_T), "success_rate": float(q.mean()), **potentials}

    def _state(self) -> dict[str, Any]:
        return {"posterior": self._posterior.state_dict(), "last_drawn": self._last_drawn.tolist()}

    def _restore(self, state: dict[str, Any]) -> None:
        require_lists(state, {"last_drawn": len(self._last_drawn)}, self)
        self._posterior = self._posterior.restored(state["posterior"])
        self._last_drawn[:] = state["last_drawn"]


def entropy(amounts: NDArray[Any]) -> float:
    """Return how evenly amounts are spread, from 0 (all in one place) to 1 (the same everywhere)."""
    if len(amounts) < 2 or not amounts.any():
        return 1.0
    shares = amounts[amounts > 0] / amounts.sum()
    return float((shares * -np.log(shares)).sum() / np.log(len(amounts)))
