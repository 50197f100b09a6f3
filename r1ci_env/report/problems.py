"""The problem of a record, made again from its reference."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, cast

from r1ci_env.errors import BadReference, R1ciError
from r1ci_env.protocol import MARKERS
from r1ci_env.registry import get_task, list_tasks, parse_reference, plugin_tasks, problem
from r1ci_env.task import Problem, Task


def known_task(name: str) -> Task | None:
    """Return an installed task; None for any other name: no file names a module that is imported."""
    return get_task(name) if name in _installed() else None


@cache
def _installed() -> frozenset[str]:
    return frozenset([*list_tasks(), *plugin_tasks()])


def first_user_message(record: Mapping[str, Any]) -> str:
    """Return the message that asks the question; empty where there is none."""
    return next((m["content"] for m in record["messages"] if m["role"] == "user"), "")


def asked(record: Mapping[str, Any]) -> tuple[Problem, int, int] | None:
    """Return the problem of an episode, and where its question begins and ends in the first message.

    None where it can't be made here: the task is not installed, or has changed since, so that the question is another.
    The record of an original item has what is needed, under ``item``.
    """
    made = _of_item(record) if "item" in record else _of_reference(record["problem"])
    if made is None:
        return None
    message = first_user_message(record)
    for marker in MARKERS.values():
        question = marker.put_into(made.question)
        start = message.find(question)
        if start >= 0:
            return made, start, start + len(question)
    return None


@lru_cache(maxsize=64)  # for the samples of a problem, which come one after the other
def _of_reference(reference: str) -> Problem | None:
    try:
        return None if known_task(parse_reference(reference)[0]) is None else problem(reference)
    except R1ciError:
        return None


def _of_item(record: Mapping[str, Any]) -> Problem | None:
    """Return the problem of an original item, whose answer would have to be looked for."""
    item = record["item"]
    try:
        name, level, seed = parse_reference(record["problem"])
    except BadReference:
        return None
    if known_task(name) is None:
        return None
    return Problem(name, level, seed, item["question"], item["data"], cast(str, None))
