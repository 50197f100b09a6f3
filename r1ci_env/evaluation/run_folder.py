"""The folder of a run: what was asked in ``meta.json``, each episode in ``episodes.jsonl`` as soon as it ends."""

import json
import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from r1ci_env.errors import BadOption, BadReference, R1ciError
from r1ci_env.evaluation.folders import no_evaluation
from r1ci_env.evaluation.scores import Record
from r1ci_env.evaluation.summary import summarise
from r1ci_env.holding import hold
from r1ci_env.kept_settings import changes
from r1ci_env.records import EPISODE, RecordFile
from r1ci_env.registry import parse_reference

FORMAT: Final = 1
"""Version of ``meta.json``."""

GROWING: Final = ("tasks", "per_task", "samples")
"""Settings that may differ when a run is gone on with: episodes are added to those there."""


class RunFolder:
    """A run that has been begun.

    Args:
        path: The folder.

    Raises:
        BadOption: there is no run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.episodes = RecordFile(path / "episodes.jsonl", EPISODE)
        self._held: Any = None
        try:
            self.meta: dict[str, Any] = json.loads((path / "meta.json").read_text(encoding="utf-8"))
            known = self.meta["format"]
            if known == FORMAT and not all(isinstance(self.meta[name], list) for name in ("tasks", "invocations")):
                raise TypeError("tasks and invocations must be lists")
        except (FileNotFoundError, NotADirectoryError):
            raise BadOption(no_evaluation(path)) from None
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise BadOption(f"{path / 'meta.json'} is damaged ({error!r:.200}): choose another folder.") from error
        if known != FORMAT:
            raise BadOption(f"{path / 'meta.json'} has version {known}, this package reads {FORMAT}.")

    @classmethod
    def begin(cls, path: Path, settings: Mapping[str, Any], **invocation: Any) -> "RunFolder":
        """Make the folder, or go on with the run that is in it; no other process may play in it meanwhile.

        Args:
            path: The folder.
            settings: What is asked, as plain JSON values; the same whenever the run is gone on with, but for `GROWING`.
            **invocation: What is true of this process alone, such as its command.

        Raises:
            BadOption: the folder cannot be made or written to, holds something else, was begun with other settings, or
                another process plays in it.
        """
        now = {"started": _now(), **invocation, "version": version("r1ci-env"), "machine": machine()}
        try:
            path.mkdir(parents=True, exist_ok=True)
            if not (path / "meta.json").exists():
                if others := sorted(file.name for file in path.iterdir() if not file.name.endswith(".part")):
                    raise BadOption(f"{path} is no run and holds {others[0]}: choose another folder.")
                _write_json(path / "meta.json", {"format": FORMAT, **settings, "invocations": []})
            run = cls(path)
            run._held = hold(run.episodes.path)
            if run.episodes.path.stat().st_size:
                run._require_same(settings)
            else:  # nothing has been played, as where the first command had a mistake
                run.meta = {"format": FORMAT, **settings, "invocations": run.meta["invocations"]}
            run.meta |= {name: settings[name] for name in GROWING if name in settings}
            run.meta["invocations"].append(now)
            run._save()
        except OSError as error:
            raise BadOption(
                f"{path} cannot be written to: {error.strerror or error}. Choose another folder."
            ) from error
        return run

    def records(self) -> Iterator[Record]:
        """Yield the records in the order in which they were written; `r1ci_env.evaluation.scores.latest` sorts out.

        Raises:
            R1ciError: a line is no record of an episode.
        """
        for number, record in enumerate(self.episodes, start=1):
            try:
                parse_reference(record["problem"])
            except BadReference as error:
                raise R1ciError(f"{self.episodes.path}, line {number}: {error}") from None
            yield record

    def append(self, record: dict[str, Any]) -> None:
        """Write a record at once.

        Raises:
            BadOption: it cannot be written.
        """
        try:
            self.episodes.append(record)
        except OSError as error:
            raise BadOption(f"{self.episodes.path} cannot be written to: {error.strerror or error}.") from error

    def conclude(self, **facts: Any) -> dict[str, Any]:
        """Write ``summary.json`` of what is there, and to ``meta.json`` when this process ended and further facts.

        Returns:
            The summary.
        """
        if self.meta["invocations"]:
            self.meta["invocations"][-1] |= {"ended": _now(), **facts}
        self._save()
        return self.summarise()

    def summarise(self) -> dict[str, Any]:
        """Write ``summary.json`` of what is there, and return it."""
        summary = summarise(self.records())
        _write_json(self.path / "summary.json", summary)
        return summary

    def close(self) -> None:
        """Let other processes in; where one ends without it, the system does."""
        if self._held is not None:
            self._held.close()

    def _save(self) -> None:
        _write_json(self.path / "meta.json", self.meta)

    def _require_same(self, settings: Mapping[str, Any]) -> None:
        wanted = json.loads(json.dumps(settings))
        settled = [name for name in wanted if name not in GROWING]
        if what := changes({name: self.meta.get(name) for name in settled}, {name: wanted[name] for name in settled}):
            raise BadOption(f"{self.path} was begun with other settings ({what}): choose another folder.")


def machine() -> dict[str, Any]:
    """Return what a run is played on: system, processor cores and Python; no name of it."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write_json(path: Path, value: Any) -> None:
    """Write a file that is whole or not there.

    Raises:
        BadOption: it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise BadOption(f"{path} cannot be written to: {error.strerror or error}.") from error
