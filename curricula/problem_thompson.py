"""The problems of a fixed pool that promise most."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from r1ci_env.curricula.checks import (
    at_least,
    count_correct,
    positive,
    require_fields,
    require_lists,
    require_same,
    several,
)
from r1ci_env.curricula.group_signal import GroupSignal
from r1ci_env.curricula.posterior import DiscountedBeta
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem

CANDIDATES = 4_096
"""A draw looks at so many problems at least, of a larger pool at random ones, ..."""

CANDIDATES_PER_PROBLEM = 8
"""... and at so many for each problem that is wanted."""

FIELDS = ("pool", "drawn", "problems", "cells", "signal")


class ProblemThompson:
    """Draws from a fixed pool the problems whose success rate q is likely to have a large q(1 - q).

    For problems that come again and again, such as those of an original benchmark; for generated ones `CellThompson`
    learns much faster. Each problem has a posterior of its own whose prior is what is known of its cell (its task at
    its level), so that a problem that was never drawn is not a blank.

    Args:
        problems: The pool; those that are held out are left out.
        seed: Decides the samples.
        half_life: After so many answers per cell, over all cells, an answer counts half.
        shrinkage: How many answers of a problem's own weigh as much as its cell.
    """

    def __init__(
        self, problems: Iterable[Problem], *, seed: int = 0, half_life: float = 48.0, shrinkage: float = 4.0
    ) -> None:
        self.problems = [problem for problem in several(problems, "problems", Problem) if not problem.held_out]
        self._index = {problem.ref: i for i, problem in enumerate(self.problems)}
        if not self.problems:
            raise BadOption("There is no problem to draw: the pool is empty, or all of it is held out.")
        if len(self._index) < len(self.problems):
            raise BadOption("The pool has two problems of one reference: give each once.")
        cells = {(p.task, p.level): 0 for p in self.problems}
        cells = {cell: i for i, cell in enumerate(cells)}
        self._cell = np.array([cells[p.task, p.level] for p in self.problems])
        answers = positive(half_life, "half_life") * len(cells)
        self._of_problems, self._of_cells = (DiscountedBeta(n, answers) for n in (len(self.problems), len(cells)))
        self._shrinkage = positive(shrinkage, "shrinkage")
        self._seed = at_least(0, seed, "seed")
        self._drawn = 0
        self._signal = GroupSignal()

    def sample(self, count: int) -> list[Problem]:
        """Return the next ``count`` problems; none twice, unless the pool has too few."""
        count = at_least(0, count, "count")
        chosen: list[int] = []
        while len(chosen) < count:
            chosen += self._best(min(count - len(chosen), len(self.problems)))
        return [self.problems[i] for i in chosen]

    def observe(self, problem: Problem, correct: Sequence[bool]) -> None:
        """Learn from the outcomes of a group; one about a problem outside the pool is passed over."""
        right, answers = count_correct(correct)
        i = self._index.get(problem.ref)
        if i is not None and answers:
            self._of_problems.observe(i, right, answers)
            self._of_cells.observe(int(self._cell[i]), right, answers)
            self._signal.observe(right, answers)

    def metrics(self) -> dict[str, float]:
        """Return the share of the latest groups with signal, and the share of the pool that was ever observed."""
        seen = len(self._of_problems.state_dict()["index"])
        return {**self._signal.metrics(), "pool_seen": seen / len(self.problems)}

    def state_dict(self) -> dict[str, Any]:
        """Return what `load_state_dict` needs to go on from here."""
        return {
            "pool": self._digest(),
            "drawn": self._drawn,
            "problems": self._of_problems.state_dict(),
            "cells": self._of_cells.state_dict(),
            "signal": self._signal.state(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where another sampler of the same arguments was."""
        require_fields(state, FIELDS, self)
        require_same(state, "pool", self._digest(), self)
        require_lists(state, {"signal": 2}, self)
        drawn = at_least(0, state["drawn"], "drawn")
        self._of_problems, self._of_cells = (
            self._of_problems.restored(state["problems"]),
            self._of_cells.restored(state["cells"]),
        )
        self._signal.restore(state["signal"])
        self._drawn = drawn

    def _best(self, count: int) -> list[int]:
        rng = np.random.default_rng((self._seed, self._drawn))
        size = len(self.problems)
        candidates = rng.choice(size, min(size, max(CANDIDATES, CANDIDATES_PER_PROBLEM * count)), replace=False)
        right_C, wrong_C = self._of_cells.counts()
        mean = ((1 + right_C) / (2 + right_C + wrong_C))[self._cell[candidates]]
        right, wrong = self._of_problems.counts(candidates)
        q = rng.beta(right + self._shrinkage * mean, wrong + self._shrinkage * (1 - mean))
        value = q * (1 - q)
        self._drawn += count
        return [int(candidates[i]) for i in np.argsort(-value)[:count]]

    def _digest(self) -> str:
        return hashlib.sha256("\n".join(self._index).encode("utf-8", "surrogatepass")).hexdigest()
