"""Files that are either whole or not there, whenever the process is killed."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer import distributed

KEPT = 2
"""Checkpoints that are kept of a phase: the last, and one more in case it is of no use."""


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file or directory beside ``path``, then give it the name in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    if part.is_dir():
        shutil.rmtree(part)
    write(part)
    for file in part.rglob("*") if part.is_dir() else [part]:
        _sync(file)
    if path.is_dir():
        shutil.rmtree(path)
    os.replace(part, path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Have the file on the disk before its name is, so that a power cut does not leave an empty one."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, value: Any) -> None:
    """Write a value as indented JSON."""
    write_atomically(path, lambda part: part.write_text(json.dumps(value, indent=2) + "\n"))


@dataclass(slots=True)
class Checkpoint:
    """The states of a phase of training after some steps, and the folder that keeps the last `KEPT`.

    Attributes:
        folder: The folder, with a file ``step-N.pt`` for each.
        model: Whose parameters are kept, those that are trained.
        optimizer: Whose state is kept.
    """

    folder: Path
    model: torch.nn.Module
    optimizer: torch.optim.Optimizer

    def save(self, step: int, **state: Any) -> None:
        """Keep the state after ``step`` steps, with some more values."""
        whole = {
            "step": step,
            "model": {name: p.detach() for name, p in self.model.named_parameters() if p.requires_grad},
            "optimizer": self.optimizer.state_dict(),
            "state": state,
        }
        whole = distributed.whole(whole)
        distributed.first(lambda: self._write(step, whole))

    def _write(self, step: int, whole: dict[str, Any]) -> None:
        write_atomically(self.folder / f"step-{step}.pt", lambda part: torch.save(whole, part))
        for old in self._files()[:-KEPT]:
            old.unlink()

    def load(self) -> tuple[int, dict[str, Any]]:
        """Restore the last state; return the number of steps behind it and the other values (0 and none if none is).

        Raises:
            R1ciError: the last file can't be read, or fits another model.
        """
        files = self._files()
        if not files:
            return 0, {}
        try:
            whole = torch.load(files[-1], map_location="cpu", weights_only=True)
            self._restore(whole["model"])
            self.optimizer.load_state_dict(whole["optimizer"])
        except Exception as error:
            raise R1ciError(
                f"{files[-1]} can't be gone on from ({type(error).__name__}: {error}). Delete it to go on from "
                f"{files[-2] if len(files) > 1 else 'the beginning of the phase'}."
            ) from error
        return whole["step"], whole["state"]

    def _restore(self, saved: dict[str, torch.Tensor]) -> None:
        trained = {name: p for name, p in self.model.named_parameters() if p.requires_grad}
        if trained.keys() != saved.keys():
            raise ValueError("it is of a model with other parameters")
        with torch.no_grad():
            for name, parameter in trained.items():
                parameter.copy_(distributed.divided_like(parameter, saved[name]))

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("step-*.pt"), key=lambda path: int(path.stem.removeprefix("step-")))
