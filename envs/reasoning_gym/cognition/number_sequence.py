"""NumberSequence: find the recurrence behind a sequence and continue it."""

import random
import re
from collections.abc import Mapping
from math import gcd
from typing import Any, ClassVar

import numpy as np

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

FAMILIES = {1: (1, 0), 2: (1, 1), 3: (2, 1), 4: (2, 2), 5: (3, 2)}  # terms looked back to, degree in the position
LOOKBACK = ("the term before it", "the term two places before it", "the term three places before it")
POSITION = ("1", "n", "n^2")
LARGEST_TERM = 10**12


class NumberSequence(Task):
    """Continue a sequence whose terms follow from the terms before and the position.

    Description:
        The first terms of a sequence of integers are given, with the general form of its rule; the next term is asked
        for.

    Answer format:
        The number.

    Levels:
        Each term depends on the one before at level 1; also on the position at level 2; on two terms before at level
        3, on the square of the position at level 4, on three terms before at level 5.

    Check:
        The number must be the next term.

    Source and deviations:
        Reasoning-Gym number_sequence, whose rules are hidden chains of operations such as "add 3 then halve", so that
        most of its sequences have several continuations by equally simple rules. Here the form of the rule is stated,
        and linear algebra proves that all rules of this form that fit, with any rational coefficients, agree on the
        next term. Original items are checked by the rule that they carry.
    """

    plain_levels: ClassVar[int] = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw coefficients and first terms until the next term is certain."""
        order, degree = FAMILIES[level]
        while True:
            weights = [rng.choice((-2, -1, -1, 0, 1, 1, 1, 2)) for _ in range(order)]
            if level == 1:
                weights = [rng.choice((-3, -2, -1, 1, 1, 1, 2, 3))]
            slopes = [rng.randint(-12, 12) if i == 0 else rng.randint(-4, 4) for i in range(degree + 1)]
            terms = [rng.randint(-15, 25) for _ in range(order)]
            count = 2 * order + degree + 1 + rng.randint(1, 2)
            while len(terms) <= count:
                terms.append(sum(w * f for w, f in zip(weights + slopes, _features(terms, order, degree), strict=True)))
            shown, following = terms[:-1], terms[-1]
            varied = len(set(terms)) > 3 and max(map(abs, terms)) < LARGEST_TERM
            if varied and solve(shown, order, degree) == str(following):
                break
        parts = [f"{'abc'[i]} times {LOOKBACK[i]}" for i in range(order)]
        parts += [f"{'pqr'[i]} times {POSITION[i]}" for i in range(degree, 0, -1)] + ["a constant"]
        question = (
            f"A sequence of integers begins {', '.join(map(str, shown))}, ...\n"
            f"Except for the first{f' {order}' if order > 1 else ''}, each term is the sum of {' plus '.join(parts)}; "
            "the factors and the constant are integers, the same for all terms"
            f"{', and n is the position of the term, counted from 1' if degree else ''}. They may be negative or "
            "zero.\nWhat is the next term? Answer with the number in triple angle brackets: <<<number>>>."
        )
        return self.new_problem(level, question, {"next": following, "order": order, "degree": degree}, str(following))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer) == problem.data["next"]

    def size(self, problem: Problem) -> float:
        """Number of coefficients of the rule."""
        return float(problem.data["order"] + problem.data["degree"] + 1)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Apply the rule of the metadata."""
        *shown, _ = item["metadata"]["sequence"]
        steps = item["metadata"]["rule"].split(" then ")
        continued = [shown[0]]
        while len(continued) <= len(shown):
            continued.append(_apply(steps, continued[-1], continued[-2] if len(continued) > 1 else 0))
        flaw = None
        if continued[:-1] != shown:
            flaw = "the terms do not follow the rule"
        elif str(continued[-1]) != item["answer"].strip():
            flaw = "the stored number is not the next term"
        data = {"next": continued[-1], "order": 2, "degree": 0}
        return self.official_problem(item["question"], data, str(continued[-1]), item["answer"], flaw)


def _apply(steps: list[str], last: int, before: int) -> int:
    """Apply a rule of the original: a chain of operations on the last term."""
    value = last
    for step in steps:
        *verb, number = step.rpartition(" ")
        match verb[0] or number:
            case "halve":
                value //= 2
            case "double":
                value *= 2
            case "square":
                value *= value
            case "multiply by":
                value *= int(number)
            case "add":
                value += before if number == "previous" else int(number)
    return value


def _features(terms: list[int], order: int, degree: int) -> list[int]:
    """Return what the term after ``terms`` is a weighted sum of."""
    position = len(terms) + 1
    return terms[: -order - 1 : -1] + [position**k for k in range(degree + 1)]


def read(question: str) -> dict[str, Any]:
    """Read the terms and the form of the rule."""
    terms = re.findall(r"-?\d+", question.split("begins")[1].split("...")[0])
    order = sum(f"the term {place}" in question for place in ("before it", "two places before", "three places before"))
    degree = sum(f"times {power}" in question for power in ("n ", "n^2"))
    return {"terms": [int(term) for term in terms], "order": order, "degree": degree}


def solve(terms: list[int], order: int, degree: int) -> str:
    """Solve the equations of the known terms for the next one, if all rules of the form that fit agree on it."""
    # The next term is certain exactly if its features are a combination of those of the equations; eliminating them
    # from it leaves the negative of its value.
    rows: list[tuple[int, list[int]]] = []  # with the column of the first number that is not zero
    for i in range(order, len(terms) + 1):
        row = [*_features(terms[:i], order, degree), terms[i] if i < len(terms) else 0]
        scale = 1  # by what the row asked for has been multiplied
        for column, other in rows:
            if factor := row[column]:
                row = [f * other[column] - factor * g for f, g in zip(row, other, strict=True)]
                scale *= other[column]
        if i == len(terms):
            return str(-row[-1] // scale) if not any(row[:-1]) and row[-1] % scale == 0 else ""
        if any(row[:-1]):
            divisor = gcd(*row)
            rows.append((next(k for k, f in enumerate(row) if f), [f // divisor for f in row]))
    return ""


def solve_plainly(terms: list[int], order: int, degree: int) -> str:
    """Fit the factors to the known terms by least squares, and apply them once more."""
    rows = []
    for i in range(order, len(terms) + 1):
        n = i + 1
        powers = [n**k for k in range(degree + 1)]
        rows.append(terms[i - order : i] + powers)
    factors = np.linalg.lstsq(rows[:-1], terms[order:], rcond=None)[0]
    following = np.dot(rows[-1], factors)
    return str(round(following))
