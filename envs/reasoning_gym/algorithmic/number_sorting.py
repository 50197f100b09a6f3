"""NumberSorting: put numbers in ascending or descending order."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from r1ci_env.envs.answers import numbers
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

COUNT = {1: (3, 5), 2: (5, 8), 3: (8, 12), 4: (20, 30), 5: (60, 90)}
LARGEST = {1: 100, 2: 100, 3: 100, 4: 1_000, 5: 1_000}
DECIMALS = {1: 0, 2: 1, 3: 2, 4: 3, 5: 4}


class NumberSorting(Task):
    """Sort numbers.

    Description:
        A list of decimal numbers is given, to be sorted in ascending or descending order.

    Answer format:
        The numbers: ``[-3.5, 7.25, 12]``.

    Levels:
        3 to 5 integers at level 1; 8 to 12 numbers with up to 2 decimal places at level 3 (the original's defaults are
        3 to 10 numbers); 60 to 90 at level 5.

    Check:
        The numbers are compared by value; quotes around them do not matter.

    Source and deviations:
        Reasoning-Gym number_sorting. There numbers must be quoted, which the question asks for in two rules.
    """

    max_answer_chars = 5_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw numbers that do not stand in order yet."""
        given: list[str] = []
        order = rng.choice(("ascending", "descending"))
        while not given or solve(", ".join(given), order) == f"[{', '.join(given)}]":
            given = [_number(rng, level) for _ in range(rng.randint(*COUNT[level]))]
        question = (
            f"Sort these numbers in {order} order: {', '.join(given)}\n"
            "Give the sorted list in triple angle brackets, for example <<<[-3.5, 7.25, 12]>>>."
        )
        data = {"given": given, "order": order}
        return self.new_problem(level, question, data, solve(", ".join(given), order))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the numbers by value."""
        right = solve(", ".join(problem.data["given"]), problem.data["order"])
        return numbers(answer) == numbers(right)

    def size(self, problem: Problem) -> float:
        """Numbers of the list."""
        return len(problem.data["given"])

    def program(self, problem: Problem) -> str:
        """Sort the numbers as floats, which are in the order of the decimals that they are read from."""
        given, order = read(problem.question).values()
        reverse = ", reverse=True" if order == "descending" else ""
        return f"numbers = [{given}]\nprint(sorted(numbers{reverse}))\n"

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the numbers and the order from the metadata."""
        data = {"given": item["metadata"]["original_numbers"], "order": item["metadata"]["direction"]}
        return entry_problem(self, item, data, lambda: solve(", ".join(data["given"]), data["order"]))


def _number(rng: random.Random, level: int) -> str:
    places = rng.randint(0, DECIMALS[level])
    value = rng.randint(-LARGEST[level] * 10**places, LARGEST[level] * 10**places)
    whole, part = divmod(abs(value), 10**places)
    return f"{'-' if value < 0 else ''}{whole}" + (f".{part:0{places}}" if places else "")


def read(question: str) -> dict[str, Any]:
    """Read the numbers and the order."""
    order, given = re.search(r"in (\w+) order: (.*)", question).groups()
    return {"given": given, "order": order}


def solve(given: str, order: str) -> str:
    """Sort by exact value; the numbers stay as they are written."""
    ordered = sorted(given.split(", "), key=Decimal, reverse=order == "descending")
    return f"[{', '.join(ordered)}]"


def verify(answer: str, given: str, order: str) -> bool:
    """Compare the neighbours, and count the numbers."""
    found = [float(number) for number in answer.strip("[]").split(", ")]
    rising = found if order == "ascending" else found[::-1]
    same = Counter(found) == Counter(float(number) for number in given.split(", "))
    return same and all(a <= b for a, b in pairwise(rising))
