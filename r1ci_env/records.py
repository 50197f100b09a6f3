"""The one format of played episodes: append-only JSON lines, written as each ends and read again to go on."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType
from typing import Any, Final

from r1ci_env.errors import R1ciError
from r1ci_env.evaluation.choices import chance
from r1ci_env.playing import Played

VERSION: Final = 1

Fields = Mapping[str, tuple[type, ...]]
"""Names that a record must have, and of which types their values may be."""

DEMONSTRATION: Final[Fields] = {
    "problem": (str,),
    "format": (str,),
    "messages": (list,),
    "train": (list,),
    "reward": (int, float),
}
"""Fields of a demonstration, some turns of which are to be learnt."""

ANSWER: Final[Fields] = {"problem": (str,), "sample": (int,), "correct": (bool,), "stop": (str,)}
"""Fields of an answer of a probe that are counted."""

EPISODE: Final[Fields] = {
    "problem": (str,),
    "sample": (int,),
    "messages": (list,),
    "answer": (str, NoneType),
    "correct": (bool,),
    "reward": (int, float, NoneType),
    "well_formed": (bool,),
    "turns": (int,),
    "code_runs": (int,),
    "outcomes": (list,),
    "tokens": (int, NoneType),
    "prompt_tokens": (int, NoneType),
    "cut_turns": (int,),
    "sandbox_seconds": (int, float),
    "stop": (str,),
    "fault": (str,),
    "chance": (int, float),
}
"""Fields of an episode."""

_PIECE = 1 << 20


def record(played: Played) -> dict[str, Any]:
    """Return an episode as one JSON object.

    Its keys: ``version`` of the format, ``problem`` (the reference), ``sample``, ``messages`` (the chat, as ``role``
    and ``content``), ``answer`` (what was answered, or null), ``correct``, ``reward`` (null after a fault),
    ``well_formed``, ``turns``, ``code_runs``, ``outcomes`` (of each turn: ``answer``, ``none``, or how its block ended:
    ``ok``, ``error``, …), ``tokens`` and ``prompt_tokens`` (null where nothing counted them), ``cut_turns``,
    ``sandbox_seconds``, ``stop`` (``answer``, ``turns``, ``length`` or ``fault``), ``fault``, ``chance`` (how often an
    answer drawn from the options that the question names is right), and for an original item, whose reference names
    nothing without the user's copy, ``item``: its ``question`` and ``data``.
    """
    episode = played.episode
    problem = episode.problem
    found = {
        "version": VERSION,
        "problem": problem.ref,
        "sample": played.sample,
        "messages": episode.messages,
        "answer": episode.answer,
        "correct": episode.correct,
        "reward": episode.reward,
        "well_formed": episode.well_formed,
        "turns": episode.turns,
        "code_runs": episode.code_runs,
        "outcomes": played.outcomes,
        "tokens": played.tokens,
        "prompt_tokens": played.prompt_tokens,
        "cut_turns": played.cut_turns,
        "sandbox_seconds": round(played.sandbox_seconds, 6),
        "stop": played.stop,
        "fault": played.fault,
        "chance": round(chance(problem), 6),
    }
    if problem.level == 0:
        found["item"] = {"question": problem.question, "data": dict(problem.data)}
    return found


class RecordFile:
    """A file of JSON lines that grows: what was written before a kill is kept, a line that was cut is not.

    Args:
        path: The file; made, with its folder, when the first record is appended.
        fields: What each record that is read must have, such as `EPISODE`; nothing by default.
    """

    def __init__(self, path: Path, fields: Fields | None = None) -> None:
        self.path = path
        self._fields = fields or {}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the records; a last line that was cut is passed over.

        Raises:
            R1ciError: another line is no JSON object, of another version of the format, or lacks a field.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    found = json.loads(line)
                except (ValueError, RecursionError):
                    found = None
                if not isinstance(found, dict):
                    raise R1ciError(
                        f"{self.path}, line {number}: no JSON object. Is this a file of r1ci? Then delete the line."
                    )
                if found.get("version", VERSION) != VERSION:
                    raise R1ciError(
                        f"{self.path}, line {number}: version {found['version']}, this package reads {VERSION}."
                    )
                if complaint := complaint_of(found, self._fields):
                    raise R1ciError(f"{self.path}, line {number}: no record of an episode; {complaint}.")
                yield found

    def there(self) -> set[tuple[str, int]]:
        """Return problem and sample of all episodes that need not be played again: those that were no fault."""
        return {(found["problem"], found["sample"]) for found in self if found["stop"] != "fault"}

    def append(self, found: dict[str, Any]) -> None:
        """Write a record behind the last whole one, at once."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(found, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        with self.path.open("ab+") as file:
            self._mend(file)
            file.write(line)

    @staticmethod
    def _mend(file: Any) -> None:
        """Cut off a line that a kill left unfinished."""
        end = place = file.seek(0, 2)
        while place > 0:
            start = max(0, place - _PIECE)
            file.seek(start)
            behind = file.read(place - start).rfind(b"\n") + 1
            if behind or start == 0:
                if start + behind < end:
                    file.truncate(start + behind)
                return
            place = start


def complaint_of(found: Mapping[str, Any], fields: Fields) -> str:
    """Return what a record lacks, or has something else in; an empty string if nothing."""
    for name, types in fields.items():
        value = found.get(name)
        if name not in found:
            return f"it has no {name!r}"
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            return f"its {name!r} is {value!r:.80}"
    if "messages" in fields and not all(map(_is_message, found["messages"])):
        return "its messages are not all a role and a content"
    if "item" in found and not _is_item(found["item"]):
        return "its item is not a question and data"
    return ""


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("role"), str) and isinstance(value.get("content"), str)


def _is_item(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("question"), str) and isinstance(value.get("data"), dict)
