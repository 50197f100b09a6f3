"""What a run folder holds: of ``r1ci eval`` its episodes, of a training run its curves and settings too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from r1ci_env.errors import R1ciError
from r1ci_env.evaluation.folders import holds_model, holds_training
from r1ci_env.kept_settings import read_object
from r1ci_env.rendering import printable
from r1ci_env.report.training import PHASES, TITLES, Phase, read_phase

EPISODES = "episodes.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, read as far as it goes: one that is still going on has a page too.

    Attributes:
        name: Name of the folder.
        trains: Whether it is a training run.
        settings: What the run was made with: ``meta.json`` of an evaluation, ``config.json`` of a training run.
        episodes: Files of episodes, by the policy that played them; an evaluation has one, without a name.
        phases: Metrics of the phases of training.
        results: For each policy, what was measured on held-out problems: ``results.json``.
    """

    name: str
    trains: bool
    settings: Mapping[str, Any]
    episodes: Mapping[str, Path]
    phases: Mapping[str, Phase] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict)


def read_run(folder: Path) -> Run:
    """Return what the folder of an evaluation or of a training run holds.

    Raises:
        R1ciError: it is neither, or a file in it is damaged.
    """
    if not folder.is_dir():
        raise R1ciError(f"{folder} is no folder. Give the --output of r1ci eval or r1ci train.")
    name = folder.resolve().name
    if holds_model(folder):
        raise R1ciError(f"{folder} holds a model, not a run. Give the folder of its run, such as {folder.parent}.")
    if holds_training(folder):
        found = {printable(path.stem): path for path in folder.glob("episodes/*.jsonl")}
        return Run(
            name=name,
            trains=True,
            settings=_read_object(folder / "config.json"),
            episodes={stage: found[stage] for stage in sorted(found, key=_stage_order)},
            phases={phase: read_phase(folder / f"{phase}.jsonl") for phase in PHASES},
            results=_read_object(folder / "results.json"),
        )
    if (folder / EPISODES).is_file():
        return Run(name, False, _read_object(folder / "meta.json"), {"": folder / EPISODES})
    raise R1ciError(
        f"{folder} is no run: it has neither {EPISODES}, as r1ci eval writes, nor config.json, as r1ci train does."
    )


def _stage_order(stage: str) -> tuple[int, str]:
    known = list(TITLES)
    return (known.index(stage) if stage in known else len(known), stage)


def _read_object(path: Path) -> dict[str, Any]:
    """Return a JSON object; an empty one where the run has not written it."""
    return read_object(path) if path.exists() else {}
