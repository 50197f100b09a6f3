"""Gates: which groups of episodes a trainer learns from.

A gate is a function with a name that says whether a group is dropped. `admit` puts groups through several, and counts
by name what each has dropped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """What became of the episodes of one problem.

    Attributes:
        correct: Of each, whether it was correct.
        truncated: Of each, whether it ended without an answer.
    """

    correct: Sequence[bool]
    truncated: Sequence[bool]


Gate = Callable[[Group], bool]


def drop_zero_variance(group: Group) -> bool:
    """Whether all episodes were correct, or none was: then none was better than another."""
    return len(set(group.correct)) < 2


def drop_truncated(group: Group) -> bool:
    """Whether an episode ended without an answer: then its verdict may be about the limits, not about what was done."""
    return any(group.truncated)


def drop_all_correct(group: Group) -> bool:
    """Whether all episodes were correct, though some may have been better rewarded."""
    return all(group.correct)


GATES: dict[str, Gate] = {gate.__name__: gate for gate in (drop_zero_variance, drop_truncated, drop_all_correct)}
"""The gates by name."""


def admit(groups: Sequence[Group], gates: Sequence[Gate]) -> tuple[list[bool], dict[str, float]]:
    """Put groups through gates, in order.

    Args:
        groups: The groups.
        gates: The gates.

    Returns:
        Of each group, whether all gates let it through; and for each gate how many it was the first to drop, by its
        name.
    """
    counts = {gate.__name__: 0.0 for gate in gates}
    admitted = []
    for group in groups:
        dropper = next((gate for gate in gates if gate(group)), None)
        admitted.append(dropper is None)
        if dropper is not None:
            counts[dropper.__name__] += 1
    return admitted, counts
