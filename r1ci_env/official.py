"""A user's own copy of the original benchmarks, as problems of our tasks.

No original item is part of this package. The loaders read the original files, and `Task.check` then judges answers to
them. Where the original is wrong the problem carries a right answer, and its ``data["flaw"]`` says what is wrong;
``data["gold"]`` is the answer that the original stores, if it stores one.
"""

import csv
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from r1ci_env.catalog import CATALOG, Source
from r1ci_env.errors import BadOption, R1ciError, UnknownTask, did_you_mean
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
    """Read SymBench: a JSONL file, a folder of them, or folders of items as in the original repository.

    In the repository a task is a folder such as ``Blocksworld_dataset``, ``light_puzzles_dataset`` or
    ``string_splitting`` (what follows ``_dataset`` does not count), and an item is a folder somewhere within it, such
    as ``2_3_2_0``, ``sample_12`` or ``digit_1_2_2_4/sample_0``; that path becomes the item's id. Every ``.json`` and
    ``.txt`` file of an item's folder is taken as the field of its name: ``question.txt`` is the field ``question``,
    ``solution.json`` the field ``solution``. The folders' names are known; those of the files are inferred from the
    records, and where an item lacks a field that its task needs the error says so. A ``.csv`` table, such as the list
    of puzzles of game24, holds an item a row. Items of tasks that are not part of this version are left out with a
    warning.

    Args:
        path: A file, a task's folder, or a folder of files and tasks' folders. The task is known by the name.

    Raises:
        BadOption: there is nothing to read, or a file is malformed or belongs to no task.
    """
    named_items = list(_symbench_items(Path(path)))
    if not named_items:
        raise BadOption(f"{path} holds no items of SymBench.")
    return _problems("symbench", named_items)


_SYMBENCH_NAMES = {
    "2048": "game_2048",
    "boxnet1": "boxnet",
    "gsm": "gsm_hard",
    "math_counting_and_probability": "math_counting_probability",
}
"""Names of files and folders that differ from those of the catalog."""


def _symbench_name(name: str) -> str:
    name = re.sub(r"_dataset.*", "", name.casefold())
    return _SYMBENCH_NAMES.get(name, name)


def _symbench_items(path: Path) -> Iterator[tuple[str, Item]]:
    tasks = {row.source_name for row in CATALOG if row.source == "symbench"}
    if not path.exists():
        raise BadOption(f"{path} does not exist.")
    within = [path] if path.is_file() or _symbench_name(path.name) in tasks else sorted(path.iterdir())
    for entry in within:
        name = _symbench_name(entry.stem if entry.is_file() else entry.name)
        if entry.suffix in (".json", ".jsonl", ".csv") and entry.is_file():
            yield from ((name, item) for item in _items(entry))
        elif entry.is_dir() and name in tasks:
            yield from ((name, item) for item in _folder_items(entry))
        elif entry.is_dir():
            warnings.warn(f"Folder {entry} was left out: it is no task of SymBench.", stacklevel=4)


def _folder_items(task: Path) -> Iterator[Item]:
    """Read the items of a task's folder: each folder with files is one, and each table holds many."""
    files = sorted((file for file in task.rglob("*") if file.is_file()), key=lambda file: (len(str(file)), str(file)))
    fields: dict[str, dict[str, Any]] = {}
    for file in files:
        if file.suffix in (".jsonl", ".csv"):
            yield from _items(file)
        elif file.suffix in (".json", ".txt"):
            item_id = file.parent.relative_to(task).as_posix()
            text = file.read_text(encoding="utf-8")
            try:
                value = json.loads(text) if file.suffix == ".json" else text
            except ValueError as error:
                raise BadOption(f"{file} is malformed: {error!r}.") from error
            fields.setdefault(item_id, {"id": item_id})[file.stem] = value
    yield from fields.values()


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
        except R1ciError:
            raise
        except (ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
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
        elif file.suffix == ".csv":
            for number, row in enumerate(csv.DictReader(text.splitlines())):
                yield {"id": number, **row}
        else:
            content = json.loads(text)
            for number, item in enumerate(content["examples"] if isinstance(content, dict) else content):
                yield {"id": number, **item}
    except (ValueError, KeyError, TypeError) as error:
        raise BadOption(f"{file} is malformed: {error!r}.") from error
