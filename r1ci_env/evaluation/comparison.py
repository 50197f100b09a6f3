"""Two runs side by side, on the problems that both have played."""

from collections.abc import Iterable
from dataclasses import dataclass

from r1ci_env.errors import BadOption
from r1ci_env.evaluation.scores import Record, latest, mean
from r1ci_env.evaluation.statistics import paired_bootstrap
from r1ci_env.evaluation.summary import outline
from r1ci_env.registry import parse_reference


@dataclass(frozen=True, slots=True)
class Difference:
    """How much the second run is better than the first.

    Attributes:
        name: The task; ``all`` for the mean over the tasks, each counted alike.
        problems: Problems that both have played.
        first: Rate of the first run on them.
        second: Rate of the second.
        difference: Second less first.
        low: Lower end of its 95 % interval, by a paired bootstrap over problems.
        high: Its upper end.
        p: How often a difference so far from 0 comes by chance, two-sided; of many tasks, some are small by chance.
        better: Problems on which the second does better.
        worse: Problems on which it does worse.
    """

    name: str
    problems: int
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float
    better: int
    worse: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    Attributes:
        tasks: Difference on each task that both have played.
        all: Difference of the means over these.
        only_first: Problems that only the first run has.
        only_second: Problems that only the second run has.
    """

    tasks: list[Difference]
    all: Difference
    only_first: int
    only_second: int


def compare(first: Iterable[Record], second: Iterable[Record], resamples: int = 10_000, seed: int = 0) -> Comparison:
    """Compare two runs on the problems that both have played; faults and unsound original items are left out.

    Args:
        first: Records of the first run.
        second: Records of the second.
        resamples: Draws of the bootstrap.
        seed: Of the draws.

    Raises:
        BadOption: no problem is in both.
    """
    one, two = _shares(first), _shares(second)
    shared = [ref for ref in one if ref in two]
    if not shared:
        raise BadOption("The runs have no problem in common: play both with the same tasks, levels and seed.")
    groups: dict[str, list[str]] = {}
    for ref in shared:
        groups.setdefault(parse_reference(ref)[0], []).append(ref)

    def difference(name: str, tasks: Iterable[str]) -> Difference:
        refs = [groups[task] for task in tasks]
        each = [[two[ref] - one[ref] for ref in group] for group in refs]
        low, high, p = paired_bootstrap(each, resamples, seed)
        before, after = (mean([mean([run[ref] for ref in group]) for group in refs]) for run in (one, two))
        better, worse = (sum(sign * d > 0 for group in each for d in group) for sign in (1, -1))
        return Difference(name, sum(map(len, refs)), before, after, after - before, low, high, p, better, worse)

    return Comparison(
        tasks=[difference(task, [task]) for task in groups],
        all=difference("all", groups),
        only_first=len(one) - len(shared),
        only_second=len(two) - len(shared),
    )


def _shares(records: Iterable[Record]) -> dict[str, float]:
    """Return the share of right answers to each problem."""
    each: dict[str, list[bool]] = {}
    for record in latest(map(outline, records)):
        if record["stop"] != "fault" and not record["flaw"]:
            each.setdefault(record["problem"], []).append(bool(record["correct"]))
    return {ref: mean([float(one) for one in given]) for ref, given in each.items()}
