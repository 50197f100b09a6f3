"""Original items of BIG-Bench Hard: an ``input``, which is the question as it stands, and a ``target``."""

from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import choice
from r1ci_env.envs.answers.multiple_choice import MultipleChoice, read_options
from r1ci_env.errors import BadAnswer
from r1ci_env.task import Problem, Task


def original_problem(task: Task, item: Mapping[str, Any], data: Mapping[str, Any]) -> Problem:
    """Return the problem of an item whose target the reference solver confirms, or else corrects with a flaw.

    A solver that cannot read the item returns the empty string or raises: then the target is taken as it is.
    """
    question, gold = str(item["input"]), str(item["target"])
    problem = task.official_problem(question, data, gold, gold=gold)
    try:
        found = task.solve(question)
    except (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError):
        found = None
    if not found or (task.check(problem, gold) and task.check(problem, found)):
        return problem
    flaw = f"the stored answer is {gold}, the right one {found}"
    return task.official_problem(question, data, found, gold=gold, flaw=flaw)


def original_choice(task: MultipleChoice, item: Mapping[str, Any]) -> Problem:
    """Return the problem of an item whose target is taken on trust, unless it is none of the options."""
    question, gold = str(item["input"]), str(item["target"])
    data = {"options": read_options(question)}
    try:
        right = f"({choice(gold, data['options'])})"
    except BadAnswer:
        return task.official_problem(question, data, "(none)", gold, "the stored answer is none of the options")
    return task.official_problem(question, data, right, gold)
