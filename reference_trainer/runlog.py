"""Metrics of a phase: one JSON line per step, and a progress bar."""

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from r1ci_env.reference_trainer import distributed
from r1ci_env.reference_trainer.checkpoint import write_atomically


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a metrics file; none without one. A line that a kill cut short is left out."""
    rows = []
    if path.exists():
        for line in path.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                rows.append(json.loads(line))
    return rows


class RunLog:
    """Writes the metrics of one phase and shows how far it is; of several processes, the first does.

    Args:
        path: The JSONL file.
        title: Of the progress bar.
        total: Number of steps.
        shown: Names of the metrics that stand beside the bar.
    """

    def __init__(self, path: Path, title: str, total: int, shown: tuple[str, ...] = ()) -> None:
        self._path = path
        self._shown = shown
        self._progress = Progress(
            TextColumn("{task.description:<22}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[values]}"),
            disable=distributed.rank() > 0,
        )
        self._bar = self._progress.add_task(title, total=total, values="")

    def go_on_from(self, step: int) -> None:
        """Drop the rows after ``step``, which belong to work that was lost."""
        rows = [row for row in read_metrics(self._path) if row["step"] <= step]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        distributed.first(lambda: write_atomically(self._path, lambda part: part.write_text(text)))
        self._progress.update(self._bar, completed=step)

    def log(self, step: int, **values: float) -> None:
        """Write the metrics of a step, counted from 1."""
        if distributed.rank() > 0:
            return
        with self._path.open("a") as file:
            file.write(json.dumps({"step": step, **values}) + "\n")
        shown = "  ".join(f"{name} {values[name]:.3f}" for name in self._shown if name in values)
        self._progress.update(self._bar, completed=step, values=shown)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
