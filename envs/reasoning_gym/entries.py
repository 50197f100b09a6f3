"""How entries of the reasoning-gym package become problems."""

from collections.abc import Callable, Mapping
from typing import Any

from r1ci_env.task import Problem, Task


def entry_problem(
    task: Task, item: Mapping[str, Any], data: Mapping[str, Any], solution: Callable[[], str], flaw: str | None = None
) -> Problem:
    """Return the problem of an entry; where the answer that it stores is missing or wrong, with our own.

    Args:
        task: The task, whose check tells whether the stored answer is right.
        item: The entry.
        data: The instance in it.
        solution: Makes a right answer; an empty one says that there is none.
        flaw: What is wrong with the entry otherwise.
    """
    gold = item["answer"]
    problem = task.official_problem(item["question"], data, gold or "(none)", gold, flaw)
    if gold and task.check(problem, gold):
        return problem
    flaw = flaw or ("the stored answer is wrong" if gold else "the original stores no answer")
    return task.official_problem(item["question"], data, solution() or "(none)", gold, flaw)
