"""Episodes as the page wants them: a short row of each for its tables, and long texts for when one is opened."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from r1ci_env.catalog import VALIDATION
from r1ci_env.errors import BadReference
from r1ci_env.evaluation.scores import Record
from r1ci_env.records import EPISODE
from r1ci_env.registry import parse_reference
from r1ci_env.rendering import printable
from r1ci_env.report.problems import asked, first_user_message, known_task
from r1ci_env.report.training import is_number
from r1ci_env.report.verdict import verdict

LONG: Final = ("messages", "outcomes", "fault")
"""Fields that are read only where an episode is opened."""

MAX_ANSWER_CHARS: Final = 80
"""Of the answer in a row."""


def row(record: Record, policy: str) -> dict[str, Any]:
    """Return what the tables have of an episode: its short fields, the policy, task, level, and what chance earns.

    Its names are spelled so that an address can hold them.
    """
    short = {name: record[name] for name in EPISODE if name not in LONG}
    short |= {name: printable(record[name]) for name in ("problem", "stop")}
    task, level = _task_and_level(short["problem"])
    if short["answer"] is not None:
        short["answer"] = short["answer"][:MAX_ANSWER_CHARS]
    chance = record["chance"] if is_number(record["chance"]) else 0.0
    return {**short, "policy": policy, "task": task, "level": level, "chance": chance}


def texts(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    """Yield what is shown of each episode when it is opened.

    That is its messages as pairs of role and content, the whole answer, outcomes and fault; ``question``, the place of
    the question in the first message (None where it is not known); and, where it was not solved, ``why`` and a
    ``right`` answer.
    """
    template = _template(records)
    for record in records:
        why, right = verdict(record)
        yield {
            "messages": [[message["role"], message["content"]] for message in record["messages"]],
            "answer": record["answer"],
            "outcomes": [str(outcome) for outcome in record["outcomes"]],
            "fault": record["fault"],
            "question": _place_of_question(first_user_message(record), template),
            "why": why,
            "right": right,
        }


def _template(records: Iterable[Record]) -> tuple[str, str] | None:
    """Return what stands before and behind the question in the first message of every episode.

    It is found with one problem that can be made again, since to make them all takes long.
    """
    for record in records:
        found = asked(record)
        if found is not None:
            _, start, end = found
            message = first_user_message(record)
            return message[:start], message[end:]
    return None


def _place_of_question(message: str, template: tuple[str, str] | None) -> tuple[int, int] | None:
    if template is None:
        return None
    before, behind = template
    fits = message.startswith(before) and message.endswith(behind) and len(message) > len(before) + len(behind)
    return (len(before), len(message) - len(behind)) if fits else None


def _task_and_level(reference: str) -> tuple[str, int | None]:
    """Return the task and the level of a reference; a text that is none is a task of its own."""
    try:
        task, level, _ = parse_reference(reference)
    except BadReference:
        return reference, None
    return task, level


def task_facts(name: str) -> dict[str, Any]:
    """Return source, split and category of a task, and whether it is one of the validation tasks."""
    task = known_task(name)
    if task is None:
        return {"source": "unknown", "split": "unknown", "category": "unknown", "validation": False}
    return {"source": task.source, "split": task.split, "category": task.category, "validation": name in VALIDATION}
