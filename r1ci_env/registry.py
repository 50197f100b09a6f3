"""Tasks and problems by name."""

import importlib.util
from functools import cache
from typing import TYPE_CHECKING

from r1ci_env.catalog import AGGREGATES, CATALOG, CUSTOM, SOURCES, SPLITS, VALIDATION, Row
from r1ci_env.errors import BadReference, UnknownTask, did_you_mean, require_one_of
from r1ci_env.task import SEED_DIGITS, Problem, Task

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
        source: Only of ``symbench``, ``bbh`` or ``reasoning_gym``; ``custom`` for those from elsewhere, with those that
            other packages register, which are listed nowhere else.
        split: Only of ``train`` or ``test``; ``validation`` for the training tasks that experiments leave out.
        category: Only of this category, such as ``algebra``.

    Raises:
        BadOption: a filter has an unknown value.
    """
    for what, value, known in (
        ("source", source, (*SOURCES, CUSTOM)),
        ("split", split, (*SPLITS, "validation")),
        ("category", category, dict.fromkeys((*(row.category for row in CATALOG), CUSTOM))),
    ):
        if value is not None:
            require_one_of(value, known, what)
    names = [
        row.id
        for row in available_rows()
        if source in (None, row.source)
        and (row.id in VALIDATION if split == "validation" else split in (None, row.split))
        and category in (None, row.category)
    ]
    others = plugin_tasks() if source == CUSTOM and split in (None, "train") and category in (None, CUSTOM) else {}
    return [*names, *others]


def task_name(name: str) -> str:
    """Return ``name`` without what makes it the id of a task's environment: ``Game24`` of ``r1ci/Game24-v0``."""
    return _names_by_env_id().get(name.removeprefix("r1ci_env:"), name) if isinstance(name, str) else name


@cache
def _names_by_env_id() -> dict[str, str]:
    return {row.env_id: row.id for row in CATALOG} | {f"r1ci/{name}-v0": name for name in plugin_tasks()}


def get_task(name: str) -> Task:
    """Return a task.

    Args:
        name: ``"Game24"``, the id of its environment (``"r1ci/Game24-v0"``), the name of a task that another package
            registers, or ``"module:Class"``.

    Raises:
        UnknownTask: there is none; the message names the nearest, or says why the module gives none.
    """
    return _get_task(task_name(name))


@cache
def _get_task(name: str) -> Task:
    row = next((row for row in CATALOG if row.id == name), None)
    if row is None and name in plugin_tasks():
        return _loaded(name, plugin_tasks()[name].value)
    if row is None and isinstance(name, str) and is_place(name):
        own = _loaded(name, name)
        return _own.setdefault(own.name, own)
    if row is None and name in _own:
        return _own[name]
    if row is None:
        raise UnknownTask(f"No task is called {name!r}.{_meant(name)}")
    if row not in available_rows():
        raise UnknownTask(f"{name} is in the catalog but planned: this version does not have it yet.")
    return _loaded(name, f"{row.module}:{name}")


def _meant(name: object) -> str:
    """Return a hint for whoever asked for a task that there is not."""
    if str(name).removeprefix("r1ci/").removesuffix("-v0").capitalize() in AGGREGATES:
        return " It is a mixture of tasks: name one, such as 'Game24'."
    ids, asked = _names_by_env_id(), str(name).removeprefix("r1ci_env:")
    if ":" in asked:
        return " A problem is named like 'Game24:3:1234', a class of your own like 'module:Class'."
    near = did_you_mean(asked, ids if asked.startswith("r1ci/") else ids.values())
    return near or " The command r1ci list shows them all."


def _loaded(name: str, place: str) -> Task:
    """Return the task at ``module:Class``."""
    module, _, attribute = place.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
        task = found() if isinstance(found, type) and issubclass(found, Task) else None
    except Exception as error:  # whatever a module of somebody's own may raise
        reason = f"{type(error).__name__}: {error}"
        raise UnknownTask(f"No task at {name!r}: {reason}. Write module:Class of an importable module.") from error
    if task is None:
        raise UnknownTask(f"{name!r} is no subclass of r1ci_env.Task.")
    return task


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

    The task may be named in any way that `get_task` knows, ``module:Class`` included, and the seed may be negative.

    Raises:
        BadReference: the reference is malformed.
    """
    parts = ref.rsplit(":", 2) if isinstance(ref, str) else []
    if len(parts) != 3 or not _may_name_a_task(parts[0]) or not all(_is_integer(part) for part in parts[1:]):
        raise BadReference(f"{ref!r} is no problem reference: write Task:level:seed, such as 'Game24:3:1234'.")
    return task_name(parts[0]), int(parts[1]), int(parts[2])


def is_place(name: str) -> bool:
    """Whether a name has the form ``module:Class``, whatever there is."""
    module, colon, attribute = name.partition(":")
    return bool(colon) and all(map(str.isidentifier, [*module.split("."), attribute]))


def _may_name_a_task(name: str) -> bool:
    return bool(name) and (":" not in task_name(name) or is_place(name))


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= SEED_DIGITS
