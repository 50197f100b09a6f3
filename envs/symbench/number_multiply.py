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
        return self.new_problem(level, question, {"factors": factors}, str(math.prod(factors)))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the factors of the record."""
        factors, gold = [int(n) for n in item["values"]], str(item["answer"])
        product = str(math.prod(factors))
        flaw = None if gold == product else "gold is wrong"
        return self.official_problem(item["question"], {"factors": factors}, product, gold, flaw)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must equal the product."""
        return integer(answer) == math.prod(problem.data["factors"])

    def size(self, problem: Problem) -> float:
        """Digits of the product."""
        return len(problem.answer)

    def short_code(self, problem: Problem) -> str:
        """Print the product."""
        return f"print({'*'.join(map(str, problem.data['factors']))})"


def solve(question: str) -> str:
    """Read the factors before the first full stop and multiply."""
    return str(math.prod(int(n) for n in re.findall(r"-?\d+", question.split(" exactly")[0])))
