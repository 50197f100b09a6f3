"""Probes as they lie in a file: one line an answer, in the format of played episodes."""

from pathlib import Path
from typing import Any

from r1ci_env.curricula.stages import Probe
from r1ci_env.errors import R1ciError
from r1ci_env.playing import Played
from r1ci_env.records import ANSWER, RecordFile, record

KEYS = ("version", "problem", "sample", "correct", "turns", "code_runs", "tokens", "stop", "fault")


def probe_record(played: Played) -> dict[str, Any]:
    """Return what is kept of an answer's record; its chat would make the file a hundred times larger."""
    whole = record(played)
    return {key: whole[key] for key in KEYS}


def read_probes(path: str | Path) -> list[Probe]:
    """Return what was measured about each problem, in the order in which the problems first come.

    Answers that failed for reasons of the infrastructure do not count; of one that was given again, the last does.

    Args:
        path: What ``r1ci probe`` wrote, or the episodes of ``r1ci eval``.

    Raises:
        R1ciError: there is no such file, it holds something else, or no answer counts.
    """
    path = Path(path)
    if not path.is_file():
        raise R1ciError(f"There is no file {path}: give what r1ci probe has written.")
    answers: dict[str, dict[int, bool]] = {}
    for line in RecordFile(path, ANSWER):
        if line["stop"] != "fault":
            answers.setdefault(line["problem"], {})[line["sample"]] = bool(line["correct"])
    if not answers:
        raise R1ciError(f"{path} holds no answers that count.")
    return [Probe(ref, sum(given.values()), len(given)) for ref, given in answers.items()]
