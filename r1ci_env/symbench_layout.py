"""The files of the SymBench repository, as named items.

A task is a folder such as ``Blocksworld_dataset``, ``BoxNet1_dataset_SFT``, ``number_multiply_varied_complexity`` or
``MATH/train/geometry``, or a file named like one. In it lie tables (``.jsonl``, ``.csv``, a ``.json`` list), which hold
an item an entry; ``.json`` objects directly in the task's folder, each an item; and folders such as ``2_3_2_0`` or
``digit_1_2_4/sample_0``, whose ``.json`` and ``.txt`` files are the fields of one item, with its path as its id. Items
of a ``.json`` list that stand in such folders as well are taken from there alone.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from r1ci_env.catalog import CATALOG
from r1ci_env.errors import did_you_mean

Item = Mapping[str, Any]
Skip = Callable[[str, str, str], None]
"""Called with a group, an item or file of it, and why it was left out."""

_TASKS = {row.source_name for row in CATALOG if row.source == "symbench"}
_OTHER_NAMES = {
    "2048": "game_2048",
    "boxnet1": "boxnet",
    "counting_and_probability": "math_counting_probability",
    "geometry": "math_geometry",
    "gsm": "gsm_hard",
    "gsmhardv2": "gsm_hard",
    "math_counting_and_probability": "math_counting_probability",
}
"""Names of files and folders that differ from those of the catalog."""

_FIELDS = {
    "blocksworld": {"blocksworld_task": "instance"},
    "gsm_hard": {"input": "question"},
    "letters": {"test_words": "word"},
    "math_counting_probability": {"solution": "boxed_solution"},
    "math_geometry": {"solution": "boxed_solution"},
    "number_multiply": {"input_prompt_1": "question", "input_value_list": "values", "target_answer": "answer"},
}
"""Fields of the repository's files, and what the tasks call them."""


def symbench_items(path: Path, read_table: Callable[[Path], Iterator[Item]], skip: Skip) -> Iterator[tuple[str, Item]]:
    """Yield the name of the task and the fields of each item at ``path``: those in folders first, then the tables'.

    Args:
        path: A file, a task's folder, or a folder of such files and folders, however deep.
        read_table: Reads the items of a ``.jsonl``, ``.csv`` or ``.json`` file; may raise `ValueError`.
        skip: Told of every file that cannot be read and every folder that is no task.
    """
    folders: dict[tuple[str, Path], dict[str, Any]] = {}
    tables: list[tuple[str, str, Item]] = []
    for file in [path] if path.is_file() else sorted(path.rglob("*"), key=_in_order):
        parts = [path.name, *file.relative_to(path).parts]
        depth, name = next(((i, name) for i, part in enumerate(parts) if (name := _task_name(part))), (0, ""))
        if file.suffix not in (".csv", ".json", ".jsonl", ".txt") or not file.is_file():
            continue
        if not name:
            outermost = parts[min(1, len(parts) - 1)]
            if len(parts) > 2 or file.suffix != ".txt":
                near = did_you_mean(Path(outermost).stem, _TASKS)
                skip(outermost, "/".join(parts[2:]) or outermost, f"it is no task of SymBench{'.' * bool(near)}{near}")
            continue
        inside = parts[depth + 1 :]
        item_id = "/".join(inside[:-1])
        try:
            if file.suffix in (".csv", ".jsonl") or (file.suffix == ".json" and not item_id):
                tables += [(name, file.stem, item) for item in read_table(file)]
            elif item_id:
                text = file.read_text(encoding="utf-8")
                fields = folders.setdefault((name, file.parent), {"id": item_id})
                fields[file.stem] = json.loads(text) if file.suffix == ".json" else text
        except (OSError, ValueError) as error:
            skip(parts[depth], "/".join(inside) or file.name, f"the file is malformed: {error}")
    yield from ((name, _adapted(name, fields, "")) for (name, _), fields in folders.items())
    listed = {(name, str(fields["question"])) for (name, _), fields in folders.items() if "question" in fields}
    for name, table, item in tables:
        if not isinstance(item, Mapping) or (name, str(item.get("question"))) not in listed:
            yield name, _adapted(name, item, table)


def _in_order(path: Path) -> list[tuple[int, str]]:
    """Sort numbers in names by their values: ``sample_2`` before ``sample_10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,9})", str(path))]


def _task_name(name: str) -> str:
    """Return the catalog's name of the task that a file or folder is named after, or nothing."""
    name = re.sub(r"(?:_(?:dataset|(?:varied_)?complexity|sft).*)?(?:\.\w+)?$", "", name.casefold(), count=1)
    name = _OTHER_NAMES.get(name, name)
    return name if name in _TASKS else ""


def _adapted(name: str, item: Item, table: str) -> Item:
    """Return an item with the fields that its task reads."""
    if not isinstance(item, Mapping):
        return item
    fields = {_FIELDS.get(name, {}).get(key, key): value for key, value in item.items()}
    if name == "boxlift" and isinstance(fields.get("BoxLift"), Mapping):
        fields |= fields.pop("BoxLift")
    elif name == "boxnet":
        fields.setdefault("state", next((fields[key] for key in fields if re.fullmatch(r"pg_state\d+", key)), None))
    elif name == "letters" and "id" in fields:
        fields.setdefault("letter", str(fields["id"]).rpartition("/")[2].partition("_")[0])
    elif name == "number_multiply" and isinstance(fields.get("values"), str):
        fields["values"] = re.findall(r"-?\d+", fields["values"])
    elif name == "game24" and (target := re.match(r"\d+(?=_|$)", table)):
        fields.setdefault("target", target[0])
    return fields
