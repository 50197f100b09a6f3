"""What long work has written about itself: read again when it goes on, and compared with what is asked for now."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from r1ci_env.errors import BadOption, R1ciError

NAMED: Final = 5
"""Changes that are named; the others are counted."""


def read_object(path: Path, advice: str = "") -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        R1ciError: it holds something else; the message ends with ``advice``.
    """
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise R1ciError(f"{path} is no JSON: {error}. {advice}".rstrip()) from None
    except RecursionError:
        raise R1ciError(f"{path} holds JSON that is nested too deeply to be of a run. {advice}".rstrip()) from None
    if not isinstance(found, dict):
        raise R1ciError(f"{path} holds no JSON object. {advice}".rstrip())
    return found


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return what differs between settings, each within a group of settings by itself; nothing if nothing does."""
    found = [change for name in {**before, **now} for change in _changes(name, before.get(name), now.get(name))]
    more = [f"and {len(found) - NAMED} more"] if len(found) > NAMED else []
    return "; ".join([*found[:NAMED], *more])


def _changes(name: str, before: Any, now: Any) -> list[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        return [c for key in {**before, **now} for c in _changes(f"{name}.{key}", before.get(key), now.get(key))]
    return [] if before == now else [f"{name} {before!r:.80}, now {now!r:.80}"]


def require_file(path: Path) -> None:
    """Raise `BadOption` for a path that no file can have: that of a folder."""
    if not path.name or path.is_dir():
        raise BadOption(f"{path} is a folder: name the file to write.")


def keep_beside(file: Path, settings: Mapping[str, Any]) -> None:
    """Write the settings that a file is made with beside it, or check that what is in it was made with the same.

    Raises:
        BadOption: it was not, or it is no file.
    """
    require_file(file)
    beside = file.with_name(f"{file.name}.settings.json")
    begun = file.exists() and file.stat().st_size > 0
    if begun and beside.exists():
        before = read_object(beside, "Choose another file.")
        if changed := [name for name in settings if before.get(name) != settings[name]]:
            raise BadOption(f"{file} was begun with another {', '.join(changed)}: choose another file.")
        return
    if begun:
        raise BadOption(f"{file} is there, and not what this makes: choose another file.")
    file.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
