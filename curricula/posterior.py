"""What is believed about many success rates that change while they are watched."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from r1ci_env.curricula.checks import at_least, positive, require_fields, require_lists

COLUMNS = ("correct", "wrong", "when")
"""What is kept of each rate: right and wrong answers that count, and how many answers there were when they did."""


class DiscountedBeta:
    """Beta posteriors of many success rates; old outcomes count less and less, so that a policy may change.

    Outcomes fade with the answers observed since, of whatever rate: what was not looked at for long becomes uncertain
    again. Fading is computed when a rate is read, so that `observe` touches one rate alone.

    Args:
        size: How many rates.
        half_life: Answers after which an outcome counts half; infinity for never.
    """

    def __init__(self, size: int, half_life: float) -> None:
        self._half_life = positive(half_life, "half_life")
        self._keep = 0.5 ** (1 / half_life)
        self._correct, self._wrong = np.zeros(size), np.zeros(size)
        self._when = np.zeros(size, np.int64)  # answers observed when the counts were as they are stored
        self.answers = 0

    def observe(self, index: int, correct: int, answers: int) -> None:
        """Add the outcomes of some answers to one rate."""
        self.answers += answers
        kept = self._keep ** (self.answers - int(self._when[index]))
        self._correct[index] = self._correct[index] * kept + correct
        self._wrong[index] = self._wrong[index] * kept + answers - correct
        self._when[index] = self.answers

    def counts(self, indices: NDArray[np.int64] | slice = slice(None)) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return how many right and wrong answers still count, of all rates or those at ``indices``."""
        kept = self._keep ** (self.answers - self._when[indices])
        return self._correct[indices] * kept, self._wrong[indices] * kept

    def state_dict(self) -> dict[str, Any]:
        """Return the counts of the rates that were ever observed, as plain lists."""
        index = np.flatnonzero(self._when)
        columns = zip(COLUMNS, (self._correct, self._wrong, self._when), strict=True)
        return {"answers": self.answers, "index": index.tolist(), **{k: array[index].tolist() for k, array in columns}}

    def restored(self, state: dict[str, Any]) -> "DiscountedBeta":
        """Return posteriors like these, as they were when `state_dict` was called.

        Raises:
            BadOption: a field is unknown, missing or malformed, or there are fewer rates than it needs.
        """
        require_fields(state, ("answers", *COLUMNS, "index"), self)
        length = len(state["index"]) if isinstance(state["index"], list) else 0
        require_lists(state, dict.fromkeys(("index", *COLUMNS), length), self)
        index = [at_least(0, i, "index") for i in state["index"]]
        size = len(self._when)
        at_least(max(index, default=-1) + 1, size, "the number of success rates")
        other = DiscountedBeta(size, self._half_life)
        other.answers = at_least(0, state["answers"], "answers")
        for array, column in zip((other._correct, other._wrong, other._when), COLUMNS, strict=True):
            array[index] = state[column]
        return other
