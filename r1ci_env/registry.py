"""Tasks and problems by name."""

import importlib.util
from functools import cache
from typing import TYPE_CHECKING

from r1ci_env.catalog import CATALOG, SOURCES, SPLITS, VALIDATION, Row
from r1ci_env.errors import BadReference, UnknownTask, did_you_mean, require_one_of
from r1ci_env.task import Problem, Task

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PLUGIN_GROUP = "r1ci_env.tasks"
"""Entry point group in which another package names its tasks: ``MyTask = "my_package.my_task:MyTask"``."""


_own: dict[str, Task] = {}
"""Tasks that were loaded by ``module:Class``, by their own names, so that problem references are understood."""


@cache
def available_rows() -> tuple[Row, ...]:
    """Rows of the catalog whose module is part of this installation; none is imported."""
    return tuple(row for row in CATALOG if importlib.util.find_spec(row.module))


@cache
def plugin_tasks() -> "dict[str, EntryPoint]":
    """Return the tasks that other installed packages register, by name; none is imported."""
    from importlib.metadata import entry_points  # a third of the time that importing r1ci_env would take

    catalog = {row.id for row in CATALOG}
    return {point.name: point for point in entry_points(group=PLUGIN_GROUP) if point.name not in catalog}


def list_tasks(source: str | None = None, split: str | None = None, category: str | None = None) -> list[str]:
    """Return the names of the tasks that can be made, in the order of the catalog.

    Args:
        source: Only of ``symbench``, ``bbh`` or ``reasoning_gym``; ``custom`` for those of other packages.
        split: Only of ``train`` or ``test``; ``validation`` for the training tasks that experiments leave out.
        category: Only of this category, such as ``algebra``.

    Raises:
        BadOption: a filter has an unknown value.
    """
    if source == "custom":
        return list(plugin_tasks())
    for what, value, known in (
        ("source", source, SOURCES),
        ("split", split, (*SPLITS, "validation")),
        ("category", category, dict.fromkeys(row.category for row in CATALOG)),
    ):
        if value is not None:
            require_one_of(value, known, what)
    return [
        row.id
        for row in available_rows()
        if source in (None, row.source)
        and (row.id in VALIDATION if split == "validation" else split in (None, row.split))
        and category in (None, row.category)
    ]


@cache
def get_task(name: str) -> Task:
    """Return the task called ``name``: ``"Game24"``, one that another package registers, or ``"module:Class"``.

    Raises:
        UnknownTask: there is none; the message names the nearest, or says why the module gives none.
    """
    row = next((row for row in CATALOG if row.id == name), None)
    if row is None and name in plugin_tasks():
        return _loaded(name, plugin_tasks()[name].value)
    if row is None and isinstance(name, str) and ":" in name:
        own = _loaded(name, name)
        return _own.setdefault(own.name, own)
    if row is None and name in _own:
        return _own[name]
    if row is None:
        known = [*(r.id for r in CATALOG), *plugin_tasks()]
        raise UnknownTask(f"No task is called {name!r}.{did_you_mean(name, known)}")
    if row not in available_rows():
        raise UnknownTask(f"{name} is in the catalog but planned: this version does not have it yet.")
    task: Task = getattr(importlib.import_module(row.module), name)()
    return task


def _loaded(name: str, place: str) -> Task:
    """Return the task at ``module:Class``."""
    module, _, attribute = place.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise UnknownTask(f"No task at {name!r}: {error}. Write module:Class of an importable module.") from error
    if not (isinstance(found, type) and issubclass(found, Task)):
        raise UnknownTask(f"{name!r} is no subclass of r1ci_env.Task.")
    return found()


def problem(ref: str) -> Problem:
    """Return the problem that a reference such as ``"Game24:3:1234"`` names.

    Raises:
        BadReference: the reference is malformed.
        UnknownTask: it names no task.
        BadOption: it names no level of the task.
    """
    name, level, seed = parse_reference(ref)
    return get_task(name).problem(seed, level=level)


def parse_reference(ref: str) -> tuple[str, int, int]:
    """Return the task's name, the level and the seed of a reference.

    Raises:
        BadReference: the reference is malformed.
    """
    parts = ref.rsplit(":", 2) if isinstance(ref, str) else []
    if len(parts) != 3 or not all(_is_integer(part) for part in parts[1:]):
        raise BadReference(f"{ref!r} is no problem reference: write Task:level:seed, such as 'Game24:3:1234'.")
    return parts[0], int(parts[1]), int(parts[2])


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 20
