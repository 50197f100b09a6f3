"""Scores of groups of episodes, from their records."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from r1ci_env.evaluation.statistics import effective_trials, pass_at_k, wilson_interval
from r1ci_env.registry import parse_reference

Record: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """Result of a group of episodes.

    Faults say nothing of the agent: they are counted, and no part of anything else. Where no other episode is left,
    there are no rates and no means.

    Attributes:
        name: What the group is, such as a task.
        problems: Different problems.
        episodes: Episodes, several of a problem where there are several samples.
        correct: Those that ended with a right answer.
        faults: Episodes that ended because agent or sandbox failed.
        stops: How many episodes ended for which reason, faults among them.
        rate: Mean over the problems of the share that is right.
        low: Lower end of its 95 % Wilson interval, with samples of a problem counted for what they are worth together
            (`r1ci_env.evaluation.statistics.effective_trials`).
        high: Its upper end.
        chance: What an answer drawn from the options that the questions name would earn; 0 for open questions.
        code_share: Share of the episodes that ran code.
        code_runs: Blocks that an episode ran, on average.
        turns: Turns of an episode, on average.
        tokens: Tokens of the agent's turns in an episode, on average over those where they were counted; None if they
            were in none.
        sandbox_seconds: Seconds that an episode's code took, on average.
        pass_at: For some k up to the number of samples, the chance that one of k is right, without bias; only where
            there are several samples.
    """

    name: str
    problems: int
    episodes: int
    correct: int
    faults: int
    stops: dict[str, int]
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    code_share: float | None = None
    code_runs: float | None = None
    turns: float | None = None
    tokens: float | None = None
    sandbox_seconds: float | None = None
    pass_at: dict[int, float] = field(default_factory=dict)


def latest(records: Iterable[Record]) -> list[Record]:
    """Return one record for each problem and sample: the last that is no fault, else the last."""
    found: dict[tuple[str, int], Record] = {}
    for record in records:
        key = record["problem"], record["sample"]
        if key not in found or record["stop"] != "fault" or found[key]["stop"] == "fault":
            found[key] = record
    return list(found.values())


def score(name: str, records: Sequence[Record]) -> Score:
    """Return the score of a group of records, as `latest` leaves them."""
    played = [record for record in records if record["stop"] != "fault"]
    stops = dict(Counter(record["stop"] for record in records))
    faults = len(records) - len(played)
    if not played:
        return Score(name, 0, 0, 0, faults, stops)
    each: dict[str, list[bool]] = {}
    for record in played:
        each.setdefault(record["problem"], []).append(bool(record["correct"]))
    correct, samples = [sum(one) for one in each.values()], [len(one) for one in each.values()]
    rate = mean([c / n for c, n in zip(correct, samples, strict=True)])
    trials = effective_trials(correct, samples)
    low, high = wilson_interval(rate * trials, trials)

    counted = [float(record["tokens"]) for record in played if record["tokens"] is not None]

    def means(key: str) -> float:
        return mean([float(record.get(key) or 0) for record in played])

    return Score(
        name=name,
        problems=len(each),
        episodes=len(played),
        correct=sum(correct),
        faults=faults,
        stops=stops,
        rate=rate,
        low=low,
        high=high,
        chance=means("chance"),
        code_share=mean([float(record["code_runs"] > 0) for record in played]),
        code_runs=means("code_runs"),
        turns=means("turns"),
        tokens=mean(counted) if counted else None,
        sandbox_seconds=means("sandbox_seconds"),
        pass_at=_pass_at(correct, samples),
    )


def scores(records: Iterable[Record], key: Callable[[Record], str]) -> list[Score]:
    """Return the scores of the records grouped by ``key``, in the order in which its values first come."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return [score(name, group) for name, group in groups.items()]


def task_of(record: Record) -> str:
    """Return the task of a record."""
    return parse_reference(record["problem"])[0]


def level_of(record: Record) -> int:
    """Return the level of a record; 0 for an original item."""
    return parse_reference(record["problem"])[1]


def mean(values: Sequence[float]) -> float:
    """Return the mean of at least one value."""
    return sum(values) / len(values)


def _pass_at(correct: Sequence[int], samples: Sequence[int]) -> dict[int, float]:
    """Return pass@k for the powers of 2 that all problems have samples for, and for the number of samples."""
    least = min(samples)
    if least < 2:
        return {}
    wanted = sorted({least, *(1 << i for i in range(least.bit_length()) if 1 << i <= least)})
    return {k: mean([pass_at_k(n, c, k) for c, n in zip(correct, samples, strict=True)]) for k in wanted}
