"""FractionSimplification: a fraction in lowest terms."""

import math
import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import integer, number
from r1ci_env.envs.answers.numbers import about_behind
from r1ci_env.envs.answers.spelling import plain
from r1ci_env.task import Problem, Task

VALUE = {1: 50, 2: 300, 3: 1_000, 4: 100_000, 5: 10**9}
FACTOR = {1: 20, 2: 50, 3: 100, 4: 10_000, 5: 10**8}
STYLES = ("{}/{}", "${}/{}$", "$\\frac{{{}}}{{{}}}$", "$\\dfrac{{{}}}{{{}}}$")


class FractionSimplification(Task):
    r"""Reduce a fraction to lowest terms.

    Description:
        A fraction is given, plain or in LaTeX; its lowest terms are asked for.

    Answer format:
        ``3/4``; the LaTeX forms ``\frac{3}{4}`` and ``$3/4$`` are read too.

    Levels:
        Reduced terms up to 50 times a factor up to 20 at level 1; the original's defaults (1,000 and 100) at level 3;
        a thousand millions and a hundred millions at level 5.

    Check:
        Numerator and denominator must be those of the lowest terms.

    Source and deviations:
        Reasoning-Gym fraction_simplification. The answer may be in any of the styles.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw reduced terms with a denominator above 1, and a factor."""
        while True:
            top, bottom = rng.randint(1, VALUE[level]), rng.randint(2, VALUE[level])
            if math.gcd(top, bottom) == 1:
                break
        factor = rng.randint(2, FACTOR[level])
        shown = rng.choice(STYLES).format(top * factor, bottom * factor)
        question = f"Reduce the fraction {shown} to lowest terms. Answer as <<<numerator/denominator>>>."
        return self.new_problem(level, question, {"top": top, "bottom": bottom}, f"{top}/{bottom}")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare numerator and denominator."""
        number(answer)  # refuses forms before the last that are not equal to it
        return _terms(re.split(r"≈|\\approx", about_behind(answer))[0].rpartition("=")[2]) == (
            problem.data["top"],
            problem.data["bottom"],
        )

    def size(self, problem: Problem) -> float:
        """Digits of the reduced terms."""
        return len(problem.answer)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of fraction_simplification."""
        top, bottom = item["metadata"]["numerator"], item["metadata"]["denominator"]
        answer = solve(top, bottom)
        data = dict(zip(("top", "bottom"), map(int, answer.split("/")), strict=True))
        return self.official_problem(item["question"], data, answer, gold=item["answer"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Divide by one common prime factor after the other."""
        if not 1 <= problem.level <= 2:
            return None
        top, bottom = self.instance(problem).values()
        rng, steps = random.Random(problem.question), []
        both = rng.choice(("Both are divisible by {}: {}/{}.", "Divide both by {}: {}/{}."))
        divisor = 2
        while divisor <= min(top, bottom):
            if top % divisor == 0 == bottom % divisor:
                top, bottom = top // divisor, bottom // divisor
                steps.append(both.format(divisor, top, bottom))
            else:
                divisor += 1
        end = rng.choice((f"{top} and {bottom} have no common divisor left.", "Now only 1 divides both."))
        return [*steps, end] if len(steps) <= 8 and divisor <= 50 * problem.level else None


def _terms(text: str) -> tuple[int, int]:
    text = re.sub(r"\\frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}", plain(text).strip())
    for pattern in (r"([^/{}]+)/([^/{}]+)", r"\\frac\s*\{([^{}]+)\}\s*\{([^{}]+)\}"):
        if match := re.fullmatch(pattern, text):
            return integer(match[1].strip()), integer(match[2].strip())
    return integer(text), 1


def read(question: str) -> dict[str, Any]:
    """Read numerator and denominator."""
    top, bottom = re.findall(r"\d+", question)[:2]
    return {"top": int(top), "bottom": int(bottom)}


def solve(top: int, bottom: int) -> str:
    """Divide both terms by their greatest common divisor."""
    divisor = math.gcd(top, bottom)
    return f"{top // divisor}/{bottom // divisor}"


def verify(answer: str, top: int, bottom: int) -> bool:
    """Compare with the fraction that Python reduces by itself."""
    a, b = [int(term) for term in answer.split("/")]
    reduced = Fraction(top, bottom)
    return (a, b) == (reduced.numerator, reduced.denominator)
