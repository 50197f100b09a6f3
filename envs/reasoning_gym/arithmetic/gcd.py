"""GCD: the greatest common divisor of several integers."""

import math
import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

COUNT = {1: (2, 2), 2: (2, 3), 3: (3, 4), 4: (3, 5), 5: (4, 7)}
DIGITS = {1: 3, 2: 4, 3: 6, 4: 9, 5: 16}


class GCD(Task):
    """Find the greatest common divisor.

    Description:
        Two to seven positive integers are given; their greatest common divisor is asked for.

    Answer format:
        The integer.

    Levels:
        Two numbers of 3 digits, the original's defaults, at level 1 up to seven numbers of 16 digits at level 5.

    Check:
        The answer must be the exact integer.

    Source and deviations:
        Reasoning-Gym gcd. The numbers are multiples of a common factor of about half their digits, so that the
        answer is not 1 for most problems, as it is there.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a common factor and multiples of it."""
        digits = DIGITS[level]
        factor = rng.randint(2, 10 ** ((digits + 1) // 2) - 1)
        largest = (10**digits - 1) // factor
        numbers = rng.sample(range(1, largest + 1), rng.randint(*COUNT[level]))
        numbers = [factor * n for n in numbers]
        question = (
            f"Find the greatest common divisor of {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}. "
            "Give it as an integer between triple angle brackets, in the form <<<integer>>>."
        )
        return self.new_problem(level, question, {"numbers": numbers}, solve(numbers))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must be the greatest common divisor."""
        return integer(answer) == math.gcd(*problem.data["numbers"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of gcd."""
        numbers = item["metadata"]["numbers"]
        return self.official_problem(item["question"], {"numbers": numbers}, solve(numbers), gold=item["answer"])


def read(question: str) -> dict[str, Any]:
    """Read the integers."""
    return {"numbers": [int(n) for n in re.findall(r"\d+", question)]}


def solve(numbers: list[int]) -> str:
    """Take the greatest common divisor."""
    divisor = math.gcd(*numbers)
    return str(divisor)


def verify(answer: str, numbers: list[int]) -> bool:
    """Divide by it: nothing may remain, and what is left may have nothing in common."""
    divisor = int(answer)
    quotients = [n // divisor for n in numbers]
    return all(n % divisor == 0 for n in numbers) and math.gcd(*quotients) == 1
