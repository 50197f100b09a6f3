"""How many groups had something to teach, of late."""

from r1ci_env.curricula.checks import require_lists

KEEP = 0.99
"""What a group still counts when another one has been observed."""


class GroupSignal:
    """The share of groups with right and wrong answers, the latest hundred or so counting most."""

    def __init__(self) -> None:
        self._groups = self._mixed = 0.0

    def observe(self, correct: int, answers: int) -> None:
        """Count a group; a single answer is none."""
        if answers > 1:
            self._groups = self._groups * KEEP + 1
            self._mixed = self._mixed * KEEP + (0 < correct < answers)

    def metrics(self) -> dict[str, float]:
        """Return the share, once there were groups."""
        return {"groups_with_signal": self._mixed / self._groups} if self._groups else {}

    def state(self) -> list[float]:
        """Return what `restore` takes."""
        return [self._groups, self._mixed]

    def restore(self, state: list[float]) -> None:
        """Take over the counts of another."""
        require_lists({"signal": state}, {"signal": 2}, self)
        self._groups, self._mixed = state
