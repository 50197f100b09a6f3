"""Whether the levels of a task are what they should be: success rates of each cell, and what is odd about them."""

from collections.abc import Iterable
from dataclasses import dataclass

from r1ci_env.curricula.stages import Probe
from r1ci_env.evaluation.statistics import wilson_interval
from r1ci_env.registry import parse_reference

EASIEST_AT_LEAST, HARDEST_AT_MOST = 0.6, 0.3
"""Success rates that the first and the last level should have, for a model that the suite is meant for."""


@dataclass(frozen=True, slots=True)
class LevelRates:
    """How often a task was solved.

    Attributes:
        task: The task.
        counts: Of each level that was probed, right answers and answers.
        flags: What is odd, in words.
    """

    task: str
    counts: dict[int, tuple[int, int]]
    flags: tuple[str, ...]

    def rate(self, level: int) -> float | None:
        """Return the success rate at a level, if it was probed."""
        correct, answers = self.counts.get(level, (0, 0))
        return correct / answers if answers else None


def audit_levels(probes: Iterable[Probe]) -> list[LevelRates]:
    """Return the success rates of each task by level, in the order in which the tasks first come."""
    counts: dict[str, dict[int, tuple[int, int]]] = {}
    for probe in probes:
        task, level, _ = parse_reference(probe.ref)
        correct, answers = counts.setdefault(task, {}).get(level, (0, 0))
        counts[task][level] = (correct + probe.correct, answers + probe.answers)
    return [LevelRates(task, dict(sorted(found.items())), _flags(found)) for task, found in counts.items()]


def _flags(counts: dict[int, tuple[int, int]]) -> tuple[str, ...]:
    flags = []
    for level, bound, too_low in ((1, EASIEST_AT_LEAST, True), (5, HARDEST_AT_MOST, False)):
        if level in counts:
            rate = counts[level][0] / counts[level][1]
            if (rate < bound) if too_low else (rate > bound):
                flags.append(f"level {level} {'below' if too_low else 'above'} {bound}")
    if not _falls(counts):
        flags.append("not falling")
    return tuple(flags)


def _falls(counts: dict[int, tuple[int, int]]) -> bool:
    """Whether the last level is solved less often than the first, and none clearly more often than an easier one."""
    levels = sorted(counts)
    if len(levels) < 2:
        return True
    (low, most), (high, least) = counts[levels[0]], counts[levels[-1]]
    intervals = [wilson_interval(*counts[level]) for level in levels]
    rises = any(b[0] > a[1] for i, a in enumerate(intervals) for b in intervals[i + 1 :])
    return high * most < low * least and not rises
