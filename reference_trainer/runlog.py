"""Metrics of a phase: one JSON line per step, a progress bar, and TensorBoard or W&B where they are wanted."""

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from r1ci_env.errors import BadOption
from r1ci_env.reference_trainer import distributed
from r1ci_env.reference_trainer.checkpoint import naming_a_full_disk, write_atomically
from r1ci_env.report.training import is_number, read_metrics


class TensorBoard:
    """Writes to a folder beside the JSON lines; what a killed run wrote after ``step`` is taken back."""

    def __init__(self, path: Path, step: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(path.with_suffix(".tensorboard")), purge_step=step + 1)

    def write(self, step: int, values: Mapping[str, float]) -> None:
        """Take the metrics of a step."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        """Write what is waiting."""
        self._writer.close()


class WeightsAndBiases:
    """Writes to a run of W&B, named after the run's folder and the phase; WANDB_MODE=offline keeps it here."""

    def __init__(self, path: Path, step: int) -> None:
        import wandb

        name = f"{path.parent.resolve().name}-{path.stem}"
        self._run = wandb.init(project="r1ci-env", name=name, dir=str(path.parent), reinit="create_new")

    def write(self, step: int, values: Mapping[str, float]) -> None:
        """Take the metrics of a step."""
        self._run.log(dict(values), step=step)

    def close(self) -> None:
        """End the run."""
        self._run.finish()


WRITERS: Final[Mapping[str, type[TensorBoard | WeightsAndBiases]]] = {
    "tensorboard": TensorBoard,
    "wandb": WeightsAndBiases,
}


def require_installed(names: Sequence[str]) -> None:
    """Raise `BadOption` for a writer whose package is not installed."""
    for name in names:
        if find_spec(name) is None:
            raise BadOption(f"log_to={name} needs the package {name}: pip install {name}, or leave it out of log_to.")


class RunLog:
    """Writes the metrics of one phase and shows how far it is; of several processes, the first does.

    Args:
        path: The JSONL file.
        title: Of the progress bar.
        total: Number of steps.
        shown: What stands beside the bar: metrics by their names in braces, such as ``"reward {reward:.3f}"``.
        log_to: Keys of `WRITERS`.
    """

    def __init__(
        self, path: Path, title: str, total: int, shown: tuple[str, ...] = (), log_to: Sequence[str] = ()
    ) -> None:
        self._path = path
        self._shown = shown
        self._log_to = log_to
        self._writers: list[TensorBoard | WeightsAndBiases] = []
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
        if distributed.rank() == 0:
            self._writers = [WRITERS[name](self._path, step) for name in self._log_to]

    def log(self, step: int, **values: Any) -> None:
        """Write the metrics of a step, counted from 1."""
        if distributed.rank() > 0:
            return
        with naming_a_full_disk(self._path), self._path.open("a") as file:
            file.write(json.dumps({"step": step, **values}) + "\n")
        numbers = {name: value for name, value in values.items() if is_number(value)}
        for writer in self._writers:
            writer.write(step, numbers)
        shown = "  ".join(filter(None, (_filled(template, numbers) for template in self._shown)))
        self._progress.update(self._bar, completed=step, values=shown)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        for writer in self._writers:
            writer.close()


def _filled(template: str, values: Mapping[str, float]) -> str:
    try:
        return template.format_map(values)
    except KeyError:  # not measured in this step
        return ""
