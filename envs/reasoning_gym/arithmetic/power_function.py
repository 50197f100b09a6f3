"""PowerFunction: a decimal raised to an integer power, to three significant figures."""

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number, rounded
from r1ci_env.task import Problem, Task

EXPONENT = {1: (2, 3), 2: (3, 5), 3: (4, 8), 4: (9, 16), 5: (17, 40)}
SIGNIFICANT = 3


class PowerFunction(Task):
    """Raise a decimal to an integer power.

    Description:
        A decimal base, possibly negative, and an integer exponent, possibly negative, are given; the power is asked
        for to 3 significant figures in scientific notation.

    Answer format:
        ``1.23e+4`` or any other spelling of the number; further right digits do no harm.

    Levels:
        Exponents of 2 to 3 in absolute value at level 1, up to 8 at level 3 as in the original, up to 40 at level 5.

    Check:
        The exact power is known as a fraction; an answer is right if it rounds to the same 3 significant figures.

    Source and deviations:
        Reasoning-Gym power_function, which writes a negative base without brackets and gives part of the reward for
        near misses; neither is so here.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the base in ten-thousandths and the exponent, one in four negative."""
        base = f"{rng.choice(('', '', '-'))}{rng.randint(1, 10 ** rng.randint(1, 3))}.{rng.randint(1, 9999):04d}"
        exponent = rng.randint(*EXPONENT[level]) * rng.choice((1, 1, 1, -1))
        question = (
            f"Compute ({base})^({exponent}) to 3 significant figures. "
            "Answer in scientific notation, in the form <<<1.23e+4>>>."
        )
        data = {"base": base, "exponent": exponent}
        return self.new_problem(level, question, data, _scientific(Fraction(base) ** exponent))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare after rounding."""
        value = Fraction(problem.data["base"]) ** problem.data["exponent"]
        return rounded(number(answer), SIGNIFICANT) == rounded(value, SIGNIFICANT)

    def size(self, problem: Problem) -> float:
        """The exponent's absolute value."""
        return abs(problem.data["exponent"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of power_function."""
        data = {"base": str(item["metadata"]["base"]), "exponent": item["metadata"]["exponent"]}
        answer = _scientific(Fraction(data["base"]) ** data["exponent"])
        return self.official_problem(item["question"], data, answer, gold=item["answer"])


def _scientific(value: Fraction) -> str:
    """Return three significant figures of an exact value, halves away from zero."""
    exponent = 0
    size = abs(value)
    while size and size >= 10:
        size, exponent = size / 10, exponent + 1
    while size and size < 1:
        size, exponent = size * 10, exponent - 1
    hundredths = int(size * 100 + Fraction(1, 2))
    if hundredths == 1000:
        hundredths, exponent = 100, exponent + 1
    return f"{'-' if value < 0 else ''}{hundredths // 100}.{hundredths % 100:02d}e{exponent:+d}"


def solve(question: str) -> str:
    """Read base and exponent and compute exactly."""
    base, exponent = re.search(r"\((-?[\d.]+)\)\^\((-?\d+)\)", question).groups()
    return _scientific(Fraction(base) ** int(exponent))
