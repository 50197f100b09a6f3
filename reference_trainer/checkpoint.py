"""Files that are either whole or not there, whenever the process is killed."""

import errno
import json
import math
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer import distributed

KEPT = 2
"""Checkpoints that are kept of a phase: the last, and one more in case it is of no use."""


BEST = "best"
"""Folder beside the checkpoints: the policy that solved most held-out problems, readable by transformers."""


class DiskFull(R1ciError):
    """There was no room for a file; those that were there before are as they were."""


@contextmanager
def naming_a_full_disk(path: Path) -> Iterator[None]:
    """Raise `DiskFull` about ``path`` where something fails for want of room, however deep that was said."""
    try:
        yield
    except Exception as error:
        cause: BaseException | None = error
        while cause:
            if getattr(cause, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(cause):
                raise DiskFull(
                    f"The disk is full: {path} could not be written. All that was written before is kept: make room, "
                    "and run the same command again to go on from there."
                ) from error
            cause = cause.__cause__ or cause.__context__
        raise


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file or directory beside ``path``, then give it the name in one step.

    Raises:
        DiskFull: there is no room; what has the name keeps it, and the part that was written is removed.
    """
    part = path.with_name(path.name + ".part")
    with naming_a_full_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(part)
        try:
            write(part)
            for file in part.rglob("*") if part.is_dir() else [part]:
                _sync(file)
        except Exception:
            with suppress(OSError):
                _remove(part)
            raise
        if path.is_dir():
            shutil.rmtree(path)
        os.replace(part, path)
        _sync(path.parent)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _save(value: Any, path: Path) -> None:
    with path.open("wb") as file:  # given a path, torch does not say why it could not write
        torch.save(value, file)


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


def checkpoint_files(folder: Path, pattern: str = "") -> list[Path]:
    """Return the checkpoints in a folder, or in those in it that a pattern such as ``**/`` finds, by their steps."""
    found = {path: re.fullmatch(r"step-(\d+)\.pt", path.name) for path in folder.glob(f"{pattern}step-*.pt")}
    return sorted((path for path in found if found[path]), key=lambda path: int(path.stem.removeprefix("step-")))


@dataclass(slots=True)
class Checkpoint:
    """The states of a phase of training after some steps, and the folder that keeps the last `KEPT`.

    Attributes:
        folder: The folder, with a file ``step-N.pt`` for each.
        model: Whose parameters are kept, those that are trained.
        optimizer: Whose state is kept.
        best: Largest value that `keep_best` was given.
    """

    folder: Path
    model: torch.nn.Module
    optimizer: torch.optim.Optimizer
    best: float = -math.inf

    def save(self, step: int, **state: Any) -> None:
        """Keep the state after ``step`` steps, with some more values."""
        whole = {
            "step": step,
            "model": {name: p.detach() for name, p in self.model.named_parameters() if p.requires_grad},
            "optimizer": self.optimizer.state_dict(),
            "state": state,
            "best": self.best,
        }
        whole = distributed.whole(whole)
        distributed.first(lambda: self._write(step, whole))

    def _write(self, step: int, whole: dict[str, Any]) -> None:
        write_atomically(self.folder / f"step-{step}.pt", lambda part: _save(whole, part))
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
            self.best, step, state = whole["best"], int(whole["step"]), dict(whole["state"])
        except Exception as error:
            raise R1ciError(
                f"{files[-1]} can't be gone on from ({type(error).__name__}: {error}). Delete it to go on from "
                f"{files[-2] if len(files) > 1 else 'the beginning of the phase'}."
            ) from error
        return step, state

    def keep_best(self, value: float, write: Callable[[Path], object]) -> None:
        """Keep the policy that ``write`` writes in the folder `BEST`, if no value before was as large."""
        if value > self.best:
            distributed.first(lambda: write_atomically(self.folder / BEST, write))
            self.best = value

    def _restore(self, saved: dict[str, torch.Tensor]) -> None:
        trained = {name: p for name, p in self.model.named_parameters() if p.requires_grad}
        if trained.keys() != saved.keys():
            raise ValueError("it is of a model with other parameters")
        with torch.no_grad():
            for name, parameter in trained.items():
                parameter.copy_(distributed.divided_like(parameter, saved[name]))

    def _files(self) -> list[Path]:
        return checkpoint_files(self.folder)
