"""What a folder is that somebody names: commands that want another kind say so, and what to do with it."""

import json
from pathlib import Path
from typing import Final

from r1ci_env.errors import BadOption

PHASES: Final = ("grpo", "sft")
"""Phases of training whose policies can play, the last first."""


def holds_training(folder: Path) -> bool:
    """Whether a folder is that of a training run."""
    return (folder / "config.json").is_file() and not holds_model(folder)


def holds_model(folder: Path) -> bool:
    """Whether a folder holds a model of transformers, whose ``config.json`` says which type it is of."""
    try:
        return "model_type" in json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError, TypeError, RecursionError):
        return False


def require_model(model: str | Path) -> None:
    """Raise `BadOption` for a place in the file system without a folder, which no model hub is to be asked for.

    A model hub has names of at most two parts.
    """
    parts = Path(model).parts
    begins = str(model).startswith((".", "/", "~"))
    if (begins or len(parts) > 2 or (len(parts) == 2 and Path(parts[0]).is_dir())) and not Path(model).is_dir():
        raise BadOption(f"There is no folder {model} with a model.")


def no_evaluation(path: Path) -> str:
    """Return what a path is that is no run of ``r1ci eval``, and what to do with it."""
    if path.is_file():
        return f"{path} is a file: give the folder of the run. A probe is shown by r1ci curriculum show."
    if holds_model(path):
        return f"{path} holds a model: give the folder that r1ci eval --agent local --model {path} writes."
    if holds_training(path):
        policy = next((path / phase for phase in PHASES if holds_model(path / phase)), None)
        plays = f", and r1ci eval --agent local --model {policy} plays its policy" if policy else ""
        return f"{path} is a training run, which r1ci report {path} shows{plays}."
    return f"{path} is no run: give a folder that r1ci eval has written."
