"""The metrics of a training run as columns: what is drawn as a curve, and what as a map of tasks over steps."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from r1ci_env.errors import R1ciError
from r1ci_env.records import RecordFile
from r1ci_env.registry import list_tasks

TITLES: Final = {
    "start": "before training",
    "sft": "after SFT",
    "grpo": "after GRPO",
    "control": "after GRPO on random rewards",
}
"""What the policies of a run are called, by the phase that made them, in the order of the phases."""

PHASES: Final = ("sft", "grpo", "control")

Column = list[float | None]


@dataclass(frozen=True, slots=True)
class Phase:
    """Metrics of a phase, step by step; None where a step has none.

    Attributes:
        steps: Numbers of the steps.
        curves: Metrics by name.
        maps: Metrics of single tasks, which the log calls ``reward/Game24``: by name, then by task.
    """

    steps: list[float]
    curves: dict[str, Column]
    maps: dict[str, dict[str, Column]]


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of metrics; none without one. A line that a kill cut short is left out.

    Raises:
        R1ciError: a line is no JSON object, or has no number of its step.
    """
    rows = list(RecordFile(path))
    for number, row in enumerate(rows, start=1):
        if not is_number(row.get("step")):
            raise R1ciError(f"{path}, line {number}: no metrics of a step, which have its number as 'step'.")
    return rows


def read_phase(path: Path) -> Phase:
    """Return the metrics of a phase from its JSON lines; no steps where it has not begun.

    Raises:
        R1ciError: the file is damaged; see `read_metrics`.
    """
    rows = read_metrics(path)
    names = dict.fromkeys(name for row in rows for name, value in row.items() if is_number(value))
    names.pop("step", None)
    tasks = set(list_tasks())
    curves: dict[str, Column] = {}
    maps: dict[str, dict[str, Column]] = {}
    for name in names:
        column = list(_column(rows, name))
        of, _, task = name.rpartition("/")
        if of and task in tasks:
            maps.setdefault(of, {})[task] = column
        else:
            curves[name] = column
    return Phase([row["step"] for row in rows], curves, maps)


def _column(rows: list[dict[str, Any]], name: str) -> Iterator[float | None]:
    """Yield a metric of each step to five digits, which no eye can tell from the whole."""
    for row in rows:
        value = row.get(name)
        yield float(f"{value:.5g}") if is_number(value) else None


def is_number(value: object) -> bool:
    """Whether a JSON value is a number, and one that a float can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
