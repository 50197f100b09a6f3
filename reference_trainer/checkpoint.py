"""Files that are either whole or not there, whenever the process is killed."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file or directory beside ``path``, then give it the name in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    if part.is_dir():
        shutil.rmtree(part)
    write(part)
    if path.is_dir():
        shutil.rmtree(path)
    os.replace(part, path)


def write_json(path: Path, value: Any) -> None:
    """Write a value as indented JSON."""
    write_atomically(path, lambda part: part.write_text(json.dumps(value, indent=2) + "\n"))


@dataclass(slots=True)
class Checkpoint:
    """The state of a phase of training after some steps, and the file that keeps it.

    Attributes:
        path: The file.
        model: Whose parameters are kept.
        optimizer: Whose state is kept.
    """

    path: Path
    model: torch.nn.Module
    optimizer: torch.optim.Optimizer

    def save(self, step: int, **state: Any) -> None:
        """Keep the state after ``step`` steps, with some more values."""
        whole = {
            "step": step,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "state": state,
        }
        write_atomically(self.path, lambda part: torch.save(whole, part))

    def load(self) -> tuple[int, dict[str, Any]]:
        """Restore the state; return the number of steps behind it and the other values (0 and none without a file)."""
        if not self.path.exists():
            return 0, {}
        whole = torch.load(self.path, weights_only=True)
        self.model.load_state_dict(whole["model"])
        self.optimizer.load_state_dict(whole["optimizer"])
        return whole["step"], whole["state"]
