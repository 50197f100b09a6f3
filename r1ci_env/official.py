"""A user's own copy of the original benchmarks, as problems of our tasks.

No original item is part of this package. The loaders read the original files, and `Task.check` then judges answers to
them. ``data["gold"]`` is the answer that the original stores, if it stores one. Where that is proved to be wrong,
``data["flaw"]`` says so; where our reading of the item is not certain, the gold stands and ``data["unsure"]`` says why.
`Problem.answer` is the gold where our check accepts it; else an answer of ours, which may be looked for only when it is
asked for, and `NoReferenceAnswer` is raised where none is found.

What cannot be read is left out, with a warning that counts and names it; only where nothing can, `BadOption` is raised.
"""

import csv
import io
import json
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from r1ci_env.catalog import CATALOG, Source
from r1ci_env.errors import BadOption, R1ciError, did_you_mean
from r1ci_env.registry import get_task
from r1ci_env.symbench_layout import symbench_items
from r1ci_env.task import Problem, Task

Item = Mapping[str, Any]
SHOWN = 3
"""How many of the items left out a warning names for each task."""
GROUPS = 10
"""Of how many tasks it names some."""


class _LeftOut:
    """What was left out of a load, by task, and why."""

    def __init__(self) -> None:
        self._reasons: dict[str, list[str]] = defaultdict(list)

    def __call__(self, group: str, name: str, reason: str) -> None:
        self._reasons[group].append(f"{name}: {reason:.200}")

    def __bool__(self) -> bool:
        return bool(self._reasons)

    def __str__(self) -> str:
        told = []
        for group, reasons in list(self._reasons.items())[:GROUPS]:
            shown = reasons[:SHOWN] + ["..."] * (len(reasons) > SHOWN)
            told.append(f"{len(reasons)} of {group} ({'; '.join(shown)})")
        more = len(self._reasons) - len(told)
        return ", ".join(told) + (f", and of {more} more" if more else "")


def load_bbh(path: str | Path) -> list[Problem]:
    """Read BIG-Bench Hard: a file or a folder of them, as the original JSON or as JSONL.

    Args:
        path: ``<task>.json`` with ``{"examples": [{"input", "target"}, ...]}``, ``<task>.jsonl`` with one such item a
            line, or a folder of such files. The task is known by the name of the file.

    Raises:
        BadOption: there is nothing that can be read.
    """
    left_out = _LeftOut()
    return _problems("bbh", _named_items(path, left_out), left_out, path)


def load_symbench(path: str | Path) -> list[Problem]:
    """Read SymBench: a JSONL file, a folder of them, or the folders of the original repository as they lie there.

    `r1ci_env.symbench_layout` says what these are. Loading never searches for an answer without a bound.

    Args:
        path: A file, a task's folder, or a folder of files and tasks' folders. The task is known by the name.

    Raises:
        BadOption: there is nothing that can be read.
    """
    left_out, folder = _LeftOut(), Path(path)
    if not folder.exists():
        raise BadOption(f"{path} does not exist.")
    return _problems("symbench", symbench_items(folder, partial(_items, left_out=left_out), left_out), left_out, path)


def load_reasoning_gym(path_or_entries: str | Path | Iterable[Item]) -> list[Problem]:
    """Read entries of the reasoning-gym package.

    Args:
        path_or_entries: A JSONL file or a folder of them, or the entries themselves: mappings with ``question``,
            ``answer`` and ``metadata``. The task is known by ``metadata["source_dataset"]``, by ``dataset``, or by the
            name of the file.

    Raises:
        BadOption: there is nothing that can be read.
    """
    left_out = _LeftOut()
    if isinstance(path_or_entries, str | Path):
        named, what = _named_items(path_or_entries, left_out), path_or_entries
    else:
        named, what = (("", item) for item in path_or_entries), "the entries"
    return _problems("reasoning_gym", ((_dataset(item) or stem, item) for stem, item in named), left_out, what)


def _dataset(item: Item) -> str:
    if not isinstance(item, Mapping):
        return ""
    metadata = item.get("metadata")
    name = metadata.get("source_dataset") if isinstance(metadata, Mapping) else None
    return str(name or item.get("dataset") or "")


def _problems(
    source: Source, named_items: Iterable[tuple[str, Item]], left_out: _LeftOut, what: object
) -> list[Problem]:
    """Return the problems of all items that can be read; tell of those that cannot."""
    found: list[Problem] = []
    seeds: set[tuple[str, int]] = set()
    read: Counter[str] = Counter()  # items of each task
    for name, item in named_items:
        number = read[name]
        read[name] += 1
        item_id = str(item.get("id", number)) if isinstance(item, Mapping) else str(number)
        try:
            problem = _task(source, name).from_official(item)
        except R1ciError as error:
            left_out(name, item_id, str(error))
            continue
        except Exception as error:  # an item is the user's: whatever is wrong with it, the others are read
            left_out(name, item_id, f"the item is malformed: {error!r}")
            continue
        seed = int(item_id) if item_id.isdecimal() and len(item_id) < 19 else number
        while (problem.task, seed) in seeds:  # such as an id that two tables of a task use
            seed += 1
        seeds.add((problem.task, seed))
        # an answer that is not known stays so: the plain replace would look for it
        found.append(replace(problem, seed=seed, answer=cast(str, problem.known_answer)))
    if not found:
        told = f" Left out: {left_out}." if left_out else ""
        raise BadOption(f"{what} holds no items of {source} that can be read.{told}")
    if left_out:
        warnings.warn(f"{what} has items that were left out: {left_out}.", stacklevel=3)
    return found


def _task(source: Source, name: str) -> Task:
    """Return the task that an original file or data set belongs to."""
    names = {row.source_name: row.id for row in CATALOG if row.source == source}
    if name not in names:
        raise BadOption(f"{name!r} is no task of {source}.{did_you_mean(name, names)}")
    return get_task(names[name])


def _named_items(path: str | Path, left_out: _LeftOut) -> Iterator[tuple[str, Item]]:
    for file in _files(path):
        try:
            yield from ((file.stem, item) for item in _items(file, left_out))
        except ValueError as error:
            left_out(file.name, file.name, f"the file is malformed: {error}")


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


def _items(file: Path, left_out: _LeftOut) -> Iterator[Item]:
    """Read the items of a table, or the one item of a JSON object without ``examples``."""
    text = file.read_text(encoding="utf-8-sig")
    if file.suffix == ".csv":
        for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
            yield {"id": number, **row}
    elif file.suffix == ".jsonl":
        for number, line in enumerate(text.split("\n"), 1):
            try:
                if line.strip():
                    yield json.loads(line)
            except ValueError as error:
                left_out(file.name, f"line {number}", f"the line is malformed: {error}")
    else:
        content = json.loads(text)
        if isinstance(content, dict) and "examples" not in content:
            yield {"id": file.stem, **content}
            return
        for number, item in enumerate(content["examples"] if isinstance(content, dict) else content):
            yield {"id": number, **item} if isinstance(item, dict) else item
