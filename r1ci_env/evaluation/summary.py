"""The tables of a run: by task and level, and the means that the paper prints."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from r1ci_env.catalog import CATALOG, SOURCES, SPLITS
from r1ci_env.evaluation.scores import Record, Score, latest, level_of, mean, score, scores, task_of
from r1ci_env.evaluation.statistics import mean_interval

TITLES: Final = {"symbench": "SymBench", "bbh": "BBH", "reasoning_gym": "Reasoning-Gym"}


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean over the tasks of a source and split, each counted alike, as in the paper's table.

    Attributes:
        name: Such as ``SymBench train``; ``test mean`` over all test tasks.
        tasks: Tasks that were played.
        of: Tasks that there are.
        rate: Mean of their rates; None if none was played.
        low: Lower end of its 95 % interval.
        high: Its upper end.
        chance: Mean of what guessing earns.
    """

    name: str
    tasks: int
    of: int
    rate: float | None
    low: float | None
    high: float | None
    chance: float | None


def paper_table(by_task: Sequence[Score]) -> list[Mean]:
    """Return the means of each source × split and over the test tasks, from the scores of tasks."""
    cells = [
        (f"{TITLES[source]} {split}", [row.id for row in CATALOG if (row.source, row.split) == (source, split)])
        for source in SOURCES
        for split in SPLITS
    ]
    cells.append(("test mean", [row.id for row in CATALOG if row.split == "test"]))
    return [_mean(name, tasks, by_task) for name, tasks in cells]


def _mean(name: str, tasks: Sequence[str], by_task: Sequence[Score]) -> Mean:
    parts = [
        (s.rate, s.low, s.high, s.chance)
        for s in by_task
        if s.name in tasks
        if s.rate is not None and s.low is not None and s.high is not None and s.chance is not None
    ]
    if not parts:
        return Mean(name, 0, len(tasks), None, None, None, None)
    low, high = mean_interval([part[:3] for part in parts])
    return Mean(name, len(parts), len(tasks), mean([p[0] for p in parts]), low, high, mean([p[3] for p in parts]))


def outline(record: Record) -> Record:
    """Return what scores need of a record: thousands of chats need not be in memory."""
    kept = {key: value for key, value in record.items() if key not in ("messages", "item", "outcomes", "answer")}
    kept["flaw"] = (record.get("item") or {}).get("data", {}).get("flaw")
    return kept


def summarise(records: Iterable[Record]) -> dict[str, Any]:
    """Return all tables of a run, as plain JSON values.

    Returns:
        ``all``, and lists ``tasks``, ``levels`` and ``task_levels`` of `Score`; ``paper``, a list of `Mean`; and
        ``flawed``, the scores by task of original items that are unsound, which are no part of the others.
    """
    found = latest(map(outline, records))
    sound = [record for record in found if not record["flaw"]]
    flawed = [record for record in found if record["flaw"]]
    by_task = scores(sound, task_of)
    levels = scores(sorted(sound, key=level_of), lambda record: str(level_of(record)))
    cells = scores(
        sorted(sound, key=lambda record: (task_of(record), level_of(record))),
        lambda record: f"{task_of(record)}:{level_of(record)}",
    )
    order = {row.id: i for i, row in enumerate(CATALOG)}
    by_task.sort(key=lambda one: order.get(one.name, len(order)))
    return {
        "all": asdict(score("all", sound)),
        "tasks": [asdict(one) for one in by_task],
        "levels": [asdict(one) for one in levels],
        "task_levels": [asdict(one) for one in cells],
        "paper": [asdict(one) for one in paper_table(by_task)],
        "flawed": [asdict(one) for one in scores(flawed, task_of)],
    }
