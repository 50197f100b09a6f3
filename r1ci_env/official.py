"""A user's own copy of the original benchmarks, as problems of our tasks.

No original item is part of this package. The loaders read the original files, and `Task.check` then judges answers to
them. Where the original is wrong the problem carries a right answer, and its ``data["flaw"]`` says what is wrong;
``data["gold"]`` is the answer that the original stores, if it stores one.
"""

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from r1ci_env.catalog import CATALOG, Source
from r1ci_env.errors import BadOption, UnknownTask, did_you_mean
from r1ci_env.registry import get_task
from r1ci_env.task import Problem, Task

Item = Mapping[str, Any]


def load_bbh(path: str | Path) -> list[Problem]:
    """Read BIG-Bench Hard: a file or a folder of them, as the original JSON or as JSONL.

    Args:
        path: ``<task>.json`` with ``{"examples": [{"input", "target"}, ...]}``, ``<task>.jsonl`` with one such item a
            line, or a folder of such files. The task is known by the name of the file.

    Raises:
        BadOption: there is nothing to read, or a file is malformed or belongs to no task.
    """
    return _problems("bbh", ((file.stem, item) for file in _files(path) for item in _items(file)))


def load_symbench(path: str | Path) -> list[Problem]:
    """Read SymBench: a JSONL file, a folder of them, or the original folder layout.

    Raises:
        BadOption: there is nothing to read, or a file is malformed or belongs to no task.
    """
    return _problems("symbench", ((file.stem, item) for file in _files(path) for item in _items(file)))


def load_reasoning_gym(path_or_entries: str | Path | Iterable[Item]) -> list[Problem]:
    """Read entries of the reasoning-gym package.

    Args:
        path_or_entries: A JSONL file or a folder of them, or the entries themselves: mappings with ``question``,
            ``answer`` and ``metadata``. The task is known by ``metadata["source_dataset"]``, by ``dataset``, or by the
            name of the file.

    Raises:
        BadOption: there is nothing to read, or an entry is malformed or belongs to no task.
    """
    if isinstance(path_or_entries, str | Path):
        named = [(file.stem, item) for file in _files(path_or_entries) for item in _items(file)]
    else:
        named = [("", item) for item in path_or_entries]
    return _problems("reasoning_gym", ((_dataset(item) or stem, item) for stem, item in named))


def _dataset(item: Item) -> str:
    metadata = item.get("metadata")
    name = metadata.get("source_dataset") if isinstance(metadata, Mapping) else None
    return str(name or item.get("dataset") or "")


def _problems(source: Source, named_items: Iterable[tuple[str, Item]]) -> list[Problem]:
    found: list[Problem] = []
    missing: set[str] = set()
    for number, (name, item) in enumerate(named_items):
        try:
            task = _task(source, name)
        except UnknownTask as planned:
            missing.add(str(planned))
            continue
        try:
            problem = task.from_official(item)
        except (KeyError, TypeError, IndexError) as error:
            raise BadOption(f"Item {item.get('id', number)} of {name} is malformed: {error!r}.") from error
        item_id = str(item.get("id", number))
        found.append(replace(problem, seed=int(item_id) if item_id.isdecimal() else number))
    for message in sorted(missing):
        warnings.warn(f"Items were left out: {message}", stacklevel=3)
    return found


def _task(source: Source, name: str) -> Task:
    """Return the task that an original file or data set belongs to."""
    names = {row.source_name: row.id for row in CATALOG if row.source == source}
    if name not in names:
        raise BadOption(f"{name!r} is no task of {source}.{did_you_mean(name, names)}")
    return get_task(names[name])


def _files(path: str | Path) -> list[Path]:
    path = Path(path)
    if not path.exists():
        raise BadOption(f"{path} does not exist.")
    if path.is_file():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in (".json", ".jsonl"))
    if not files:
        raise BadOption(f"{path} holds no .json or .jsonl files.")
    return files


def _items(file: Path) -> Iterator[Item]:
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".jsonl":
            for line in text.splitlines():
                if line.strip():
                    yield json.loads(line)
        else:
            content = json.loads(text)
            for number, item in enumerate(content["examples"] if isinstance(content, dict) else content):
                yield {"id": number, **item}
    except (ValueError, KeyError, TypeError) as error:
        raise BadOption(f"{file} is malformed: {error!r}.") from error
