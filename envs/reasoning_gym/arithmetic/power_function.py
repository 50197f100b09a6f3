"""PowerFunction: a decimal raised to an integer power, to three significant figures."""

import random
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
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
        return self.new_problem(level, question, data, solve(base, exponent))

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
        return self.official_problem(item["question"], data, solve(**data), gold=item["answer"])

    def program(self, problem: Problem) -> str:
        """Let Python raise the number; its sixteen digits are more than enough."""
        base, exponent = self.instance(problem).values()
        power = f"({base}) ** {exponent}" if base.startswith("-") else f"{base} ** {exponent}"
        return f'power = {power}\nprint(f"{{power:.{SIGNIFICANT - 1}e}}")\n'


def read(question: str) -> dict[str, Any]:
    """Read base and exponent."""
    base, exponent = re.search(r"\((-?[\d.]+)\)\^\((-?\d+)\)", question).groups()
    return {"base": base, "exponent": int(exponent)}


def solve(base: str, exponent: int) -> str:
    """Raise the decimal with more digits than the power has, then round once."""
    with localcontext(prec=1000, rounding=ROUND_HALF_UP):
        power = Decimal(base) ** exponent
        return f"{power:.2e}"


def verify(answer: str, base: str, exponent: int) -> bool:
    """Multiply step by step with fractions, and compare to three figures."""
    power = Fraction(1)
    for _ in range(abs(exponent)):
        power *= Fraction(base)
    ratio = Fraction(answer) / (power if exponent > 0 else 1 / power)
    return abs(ratio - 1) <= Fraction(1, 200)
