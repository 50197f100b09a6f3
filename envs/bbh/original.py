"""Original items of BIG-Bench Hard: an ``input``, which is the question as it stands, and a ``target``."""

from collections.abc import Mapping
from typing import Any

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
