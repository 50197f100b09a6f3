"""NumberFiltering: keep or remove the numbers on one side of a bound."""

import operator
import random
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from r1ci_env.envs.answers import numbers
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

COUNT = {1: (3, 5), 2: (5, 8), 3: (8, 12), 4: (20, 30), 5: (50, 80)}
LARGEST = {1: 100, 2: 100, 3: 100, 4: 1_000, 5: 100_000}
DECIMALS = {1: 1, 2: 2, 3: 4, 4: 4, 5: 6}
SIGNS = {"keep_larger": ">", "remove_larger": "<=", "keep_smaller": "<", "remove_smaller": ">="}  # of those kept
COMPARE = {">": operator.gt, "<=": operator.le, "<": operator.lt, ">=": operator.ge}


class NumberFiltering(Task):
    """Filter a list of numbers by a bound.

    Description:
        A list of decimal numbers is given; those larger, or smaller, than a bound are to be kept or removed.

    Answer format:
        The numbers that are left, in their order: ``[-3.5, 12, 7.25]``.

    Levels:
        3 to 5 numbers with at most one decimal place at level 1; 8 to 12 with up to 4, as in the original's defaults
        (3 to 10), at level 3; 50 to 80 with up to 6 at level 5.

    Check:
        The numbers are compared by value, in order; quotes around them do not matter.

    Source and deviations:
        Reasoning-Gym number_filtering. At least one number is kept and one removed.
    """

    max_answer_chars = 5_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw numbers and a bound between them."""
        given: list[str] = []
        kept = "[]"
        while kept in ("[]", f"[{', '.join(given)}]"):
            given = [_number(rng, level) for _ in range(rng.randint(*COUNT[level]))]
            verb, side = rng.choice(("keep", "remove")), rng.choice(("larger", "smaller"))
            bound = _number(rng, level)
            kept = solve(", ".join(given), SIGNS[f"{verb}_{side}"], bound)
        question = (
            f"From the list [{', '.join(given)}] {verb} all numbers that are {side} than {bound}"
            f"{' and drop the others' if verb == 'keep' else ''}. Give the list that is left, in the same order, in "
            "triple angle brackets, for example <<<[-3.5, 12, 7.25]>>>."
        )
        data = {"given": given, "operation": f"{verb}_{side}", "bound": bound}
        return self.new_problem(level, question, data, kept)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the numbers by value."""
        given, operation, bound = (problem.data[key] for key in ("given", "operation", "bound"))
        kept = solve(", ".join(given), SIGNS[operation], bound)
        if kept == "[]":
            return re.fullmatch(r"\[\s*\]", answer) is not None
        return numbers(answer) == numbers(kept)

    def size(self, problem: Problem) -> float:
        """Numbers of the list."""
        return len(problem.data["given"])

    def program(self, problem: Problem) -> str:
        """Compare each number with the bound."""
        given, sign, bound = read(problem.question).values()
        listed = f"[{given}]" if len(given) < 50 else f"[\n    {given},\n]"
        return f"numbers = {listed}\nkept = [number for number in numbers if number {sign} {bound}]\nprint(kept)\n"

    def reasons(self, problem: Problem) -> list[str] | None:
        """Compare one number after the other."""
        if problem.level != 1:
            return None
        given, sign, bound = read(problem.question).values()
        rng = random.Random(problem.question)
        stays, goes = rng.choice((("it stays", "it goes"), ("kept", "dropped"), ("in", "out")))
        steps = []
        for number in given.split(", "):
            apart = Decimal(number) - Decimal(bound)
            relation = "equal to" if not apart else "larger than" if apart > 0 else "smaller than"
            stay = COMPARE[sign](Decimal(number), Decimal(bound))
            steps.append(f"{number} is {relation} {bound}: {stays if stay else goes}.")
        return steps

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the list, the operation and the bound from the metadata."""
        entry = item["metadata"]
        data = {"given": entry["original_numbers"], "operation": entry["operation"], "bound": entry["filter_value"]}
        return entry_problem(
            self, item, data, lambda: solve(", ".join(data["given"]), SIGNS[data["operation"]], data["bound"])
        )


def _number(rng: random.Random, level: int) -> str:
    """Return a number with some decimal places, of which the last may be 0."""
    places = rng.randint(0, DECIMALS[level])
    value = rng.randint(-LARGEST[level] * 10**places, LARGEST[level] * 10**places)
    whole, part = divmod(abs(value), 10**places)
    return f"{'-' if value < 0 else ''}{whole}" + (f".{part:0{places}}" if places else "")


def read(question: str) -> dict[str, Any]:
    """Read the list, how those that are left compare with the bound, and the bound."""
    given, verb, side, bound = re.search(
        r"list \[(.*?)\] (\w+) all numbers that are (\w+) than (-?[\d.]*\d)", question
    ).groups()
    return {"given": given, "sign": SIGNS[f"{verb}_{side}"], "bound": bound}


def solve(given: str, sign: str, bound: str) -> str:
    """Compare each number with the bound by its exact value."""
    kept = [number for number in given.split(", ") if COMPARE[sign](Decimal(number), Decimal(bound))]
    return f"[{', '.join(kept)}]"
