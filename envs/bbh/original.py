"""Original items of BIG-Bench Hard: an ``input``, which is the question as it stands, and a ``target``.

A reference solver answers an original item only if it understands all of it. Where it does, and the stored target is
another, the item has a flaw; where it does not, the target stands, and ``unsure`` says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import choice, one_of
from r1ci_env.envs.answers.multiple_choice import MultipleChoice, read_options
from r1ci_env.errors import BadAnswer
from r1ci_env.task import Problem, Task

NOT_UNDERSTOOD = "the question was not understood in full"
NOT_DERIVED = "the answer does not follow from the question"
NO_ANSWER = "the stored answer is none that the question allows"


def original_problem(
    task: Task, item: Mapping[str, Any], data: Mapping[str, Any], readings: Sequence[str] | None = None
) -> Problem:
    """Return the problem of an item whose target is compared with what we find.

    Args:
        task: The item's task.
        item: Original item.
        data: The instance, as `Task.generate` would give it.
        readings: The answers on every reading of the question, if several are possible; none if it is not understood.
            By default what the reference solver says.
    """
    question, gold = str(item["input"]), str(item["target"])
    problem = task.official_problem(question, data, _as_letter(task, gold, data), gold=gold)
    if readings is None:
        found = _solved(task, question)
        readings = [found] if found else []
    if not task.check(problem, gold):  # not even an answer by its form
        answer = readings[0] if len(readings) == 1 else "(none)"
        return task.official_problem(question, data, answer, gold=gold, flaw=NO_ANSWER)
    if not readings:
        return task.official_problem(question, data, problem.answer, gold=gold, unsure=NOT_UNDERSTOOD)
    if any(task.check(problem, reading) for reading in readings):
        return problem
    flaw = f"the stored answer is {gold}, the right one {readings[0]}"
    return task.official_problem(question, data, readings[0], gold=gold, flaw=flaw)


def _as_letter(task: Task, gold: str, data: Mapping[str, Any]) -> str:
    """Return the letter of the option that a target names by its text; any other target as it is."""
    try:
        return f"({choice(gold, data['options'])})" if isinstance(task, MultipleChoice) else gold
    except BadAnswer:
        return gold


def _solved(task: Task, question: str) -> str | None:
    try:
        return task.solve(question)
    except (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError):
        return None  # a question of another form


def original_choice(task: MultipleChoice, item: Mapping[str, Any]) -> Problem:
    """Return the problem of an item whose target is taken on trust, unless it is none of the options."""
    question, gold = str(item["input"]), str(item["target"])
    data = {"options": read_options(question)}
    try:
        right = f"({choice(gold, data['options'])})"
    except BadAnswer:
        return task.official_problem(question, data, "(none)", gold, flaw=NO_ANSWER)
    return task.official_problem(question, data, right, gold, unsure=NOT_DERIVED)


def original_word(task: Task, item: Mapping[str, Any], data: Mapping[str, Any], *words: str) -> Problem:
    """Return the problem of an item whose target is taken on trust, unless it is none of ``words``."""
    question, gold = str(item["input"]), str(item["target"])
    try:
        right = one_of(gold, *words)
    except BadAnswer:
        return task.official_problem(question, data, "(none)", gold, flaw=NO_ANSWER)
    return task.official_problem(question, data, right, gold, unsure=NOT_DERIVED)
