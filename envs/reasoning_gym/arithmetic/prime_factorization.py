"""PrimeFactorization: a number as a product of primes."""

import math
import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import BadAnswer, integer, items
from r1ci_env.envs.answers.numbers import named
from r1ci_env.envs.answers.spelling import plain
from r1ci_env.task import Problem, Task

RANGE = {1: (2, 1_000), 2: (500, 10_000), 3: (10_000, 10**6), 4: (10**6, 10**9), 5: (10**10, 10**13)}
MAX_FACTORS = 64
MAX_SIDES = 4  # of an equation
_POWER = re.compile(r"(\d[\d,_ ]{0,30})(?:\s*\^\s*\{?\s*([1-9]\d?)\s*\}?)?", re.ASCII)


class PrimeFactorization(Task):
    """Factor a number into primes.

    Description:
        A number is given; its prime factors are asked for, each as often as it divides.

    Answer format:
        The factors joined by ×, such as ``2 × 2 × 3``.

    Levels:
        Numbers up to 1,000 at level 1, the original's default, up to ten million millions at level 5.

    Check:
        The factors, in any order and joined by ×, * or x, must be those of the factorisation; powers count too.

    Source and deviations:
        Reasoning-Gym prime_factorization, whose scorer raises on text that is no number.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a number; below the top level also a prime one."""
        value = rng.randint(*RANGE[level])
        if level >= 4:  # a product of three, so that trial division stays within bounds
            share = round(RANGE[level][1] ** (1 / 3))
            value = rng.randint(share // 10, share) * rng.randint(share // 10, share) * rng.randint(share // 10, share)
        question = f"Write {value} as a product of primes. Answer in the form <<<2 × 2 × 3>>>."
        return self.new_problem(level, question, {"value": value}, solve(value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the factors as a multiset."""
        value = problem.data["value"]
        first, *others = re.split("==?", plain(answer), maxsplit=MAX_SIDES)
        sides = [_read(side) for side in (others if others and named(first) else [first, *others])]
        factors = [int(factor) for factor in solve(value).split("×")]
        return all(math.prod(side) == value for side in sides) and factors in map(sorted, sides)

    def size(self, problem: Problem) -> float:
        """Digits of the number."""
        return len(str(problem.data["value"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of prime_factorization."""
        value = item["metadata"]["number"]
        return self.official_problem(item["question"], {"value": value}, solve(value), gold=item["answer"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Divide by one prime after the other."""
        value = self.instance(problem)["value"]
        rng, steps = random.Random(problem.question), []
        divides = rng.choice(("{0} = {1} × {2}.", "{0} is divisible by {1}: {0} = {1} × {2}.", "{0} / {1} = {2}."))
        *factors, last = map(int, solve(value).split("×"))
        for factor in factors:
            steps.append(divides.format(value, factor, value // factor))
            value //= factor
        if problem.level != 1 or last > 200 or len(factors) > 6:
            return None
        return [
            *steps,
            f"{last} is a prime" + (f": no prime up to {math.isqrt(last)} divides it." if last > 24 else "."),
        ]


def _read(text: str) -> list[int]:
    """Read a product of numbers and their powers, or a list of the numbers."""
    found: list[int] = []
    listed = text.strip()
    parts = (
        items(listed)
        if listed[:1] == "[" or ", " in listed
        else re.split(r"[*x]|(?<=\))(?=\()", text, maxsplit=MAX_FACTORS)
    )
    for part in parts:
        part = part.strip()
        power = _POWER.fullmatch(part[1:-1] if part[:1] + part[-1:] == "()" else part)
        if not power:
            raise BadAnswer("no product of powers")
        found += [integer(power[1])] * int(power[2] or 1)
    if len(found) > MAX_FACTORS:
        raise BadAnswer("too many factors")
    return found


def read(question: str) -> dict[str, Any]:
    """Read the number."""
    return {"value": int(re.search(r"Write (\d+) as", question)[1])}


def solve(value: int) -> str:
    """Divide by 2, 3, 4 and so on as often as each divides, up to the root of what is left."""
    factors = []
    divisor = 2
    while divisor * divisor <= value:
        if value % divisor == 0:
            factors.append(divisor)
            value //= divisor
        else:
            divisor += 1
    if value > 1:
        factors.append(value)
    return " × ".join(map(str, factors))


def verify(answer: str, value: int) -> bool:
    """Multiply the factors, and look whether each is a prime."""
    factors = [int(factor) for factor in answer.split("×")]
    primes = [f for f in factors if f > 1 and all(f % d for d in range(2, math.isqrt(f) + 1))]
    return math.prod(factors) == value and primes == factors
