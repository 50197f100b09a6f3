"""NumberMultiply: the exact product of several integers."""

import math
import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

DIGITS = {1: ((1, 2), (2, 2)), 2: ((1, 2, 4), (1, 3, 4)), 3: ((1, 2, 2, 4), (3, 4, 4)), 4: ((5, 6, 6), (4, 4, 5, 5))}
DIGITS[5] = ((8, 9, 9, 9), (6, 7, 7, 8, 8))


class NumberMultiply(Task):
    """Multiply integers of one to nine digits, some of them negative.

    Description:
        Two to five signed integers are given; their product is asked for.

    Answer format:
        The integer, with or without thousands commas.

    Levels:
        Total number of digits: 3 to 4, 7 to 8, 9 to 11, 17 to 18, and 35 to 36.

    Check:
        The answer must be the exact integer.

    Source and deviations:
        SymBench number_multiply (digit patterns 1-2-4, 1-3-4 and 1-2-2-4, here levels 2 and 3). The original
        accepts any text in which the product occurs as a substring; here the answer must equal it. The audit of
        shortcuts multiplies the numbers of a question, which here is no shortcut but the task.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw one factor for each number of digits, in random order, each negative one time in three."""
        digits = list(rng.choice(DIGITS[level]))
        rng.shuffle(digits)
        factors = [rng.randint(max(2, 10 ** (d - 1)), 10**d - 1) * rng.choice((1, 1, -1)) for d in digits]
        shown = " * ".join(f"({f})" if f < 0 else str(f) for f in factors)
        question = f"Work out {shown} exactly. Write the integer between triple angle brackets, like <<<-56>>>."
        return self.new_problem(level, question, {"factors": factors}, solve(factors))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the factors of the record."""
        factors, gold = [int(n) for n in item["values"]], str(item["answer"])
        product = solve(factors)
        flaw = None if gold == product else "gold is wrong"
        return self.official_problem(item["question"], {"factors": factors}, product, gold, flaw)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must equal the product."""
        return integer(answer) == math.prod(problem.data["factors"])

    def size(self, problem: Problem) -> float:
        """Digits of the product."""
        return len(problem.answer)

    def program(self, problem: Problem) -> str:
        """Print the product, as one would type it."""
        return f"print({' * '.join(map(str, read(problem.question)['factors']))})\n"

    def reasons(self, problem: Problem) -> list[str] | None:
        """Take two small factors apart by tens and ones."""
        if problem.level > 1:
            return None
        a, b = sorted(map(abs, problem.data["factors"]))
        sign = "the factors have the same sign, so the product is positive"
        if math.prod(problem.data["factors"]) < 0:
            sign = "exactly one factor is negative, so the product is negative"
        tens, ones = b - b % 10, b % 10
        steps = [f"{a} * {tens} = {a * tens} and {a} * {ones} = {a * ones}, together {a * b}."]
        if not ones:
            steps = [f"{a} * {b} is ten times {a} * {b // 10} = {a * b // 10}, so {a * b}."]
        signed = f"{sign[0].upper()}{sign[1:]}: {math.prod(problem.data['factors'])}."
        return [*steps, signed] if min(problem.data["factors"]) < 0 else steps


def read(question: str) -> dict[str, Any]:
    """Read the factors, which stand before "exactly"."""
    return {"factors": [int(n) for n in re.findall(r"-?\d+", question.split(" exactly")[0])]}


def solve(factors: list[int]) -> str:
    """Multiply the numbers."""
    return str(math.prod(factors))


def verify(answer: str, factors: list[int]) -> bool:
    """Divide by one factor after the other: 1 must be left."""
    left = int(answer)
    for factor in factors:
        if left % factor:
            return False
        left //= factor
    return left == 1
