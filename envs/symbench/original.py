"""How original items of SymBench become problems: which answer counts, and when an item is flawed."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from r1ci_env.task import Problem, Task

Result = TypeVar("Result")
Solver = Callable[[str], str | None]
NOT_READ = "not every line of the text was understood"
_NUMBERED = re.compile(r"^(?:Method |Round )?\d+[.:]", re.M)


class Settled(NamedTuple):
    """The answer that counts, and the remarks of `Task.official_problem` on it."""

    answer: str
    flaw: str | None
    unsure: str | None


def original_problem(task: Task, question: str, data: Mapping[str, Any], gold: str, flaw: str) -> Problem:
    """Return the problem of an item to which any right answer counts, not only the stored one.

    Its gold is the answer where it is right; else the item has the ``flaw``, and an answer is looked for when it is
    asked for, so that loading an item takes no longer than checking its gold.
    """
    right = task.official_problem(question, data, gold=gold)
    return right if right.known_answer else task.official_problem(question, data, gold=gold, flaw=flaw)


def settle(solve: Solver, question: str, gold: str, flaw: str, *, read: int | None = None) -> Settled:
    """Return the answer that counts for an item whose result follows from its text.

    The stored one, unless it is proved wrong: the text was read as a whole, and gives another.

    Args:
        solve: The reference solver.
        question: The text.
        gold: The result that is stored, in the form in which the solver gives it.
        flaw: What to say if they differ.
        read: How many of the text's numbered lines the solver understands, where it can miss some.
    """
    found = attempt(solve, question)
    if found == gold:
        return Settled(gold, None, None)
    if not found or read == 0 or (read is not None and read != len(_NUMBERED.findall(question))):
        return Settled(gold, None, NOT_READ)
    return Settled(found, flaw, None)


def attempt(read: Callable[[str], Result], question: str) -> Result | None:
    """Return what ``read`` makes of a text; None if it is worded in another way."""
    try:
        return read(question)
    except (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError):
        return None
