"""LCM: the least common multiple of several integers."""

import math
import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

COUNT = {1: (2, 2), 2: (2, 3), 3: (3, 4), 4: (4, 5), 5: (5, 7)}
LARGEST = {1: 100, 2: 300, 3: 1_000, 4: 10_000, 5: 1_000_000}


class LCM(Task):
    """Find the least common multiple.

    Description:
        Two to seven positive integers are given; their least common multiple is asked for.

    Answer format:
        The integer.

    Levels:
        Two numbers up to 100 at level 1, the original's defaults, up to seven numbers below a million at level 5.

    Check:
        The answer must be the exact integer.

    Source and deviations:
        Reasoning-Gym lcm. Half of the problems give the numbers a common factor.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw distinct numbers, at half of the time multiples of a common factor."""
        factor = rng.randint(2, 9) if rng.random() < 0.5 else 1
        numbers = [factor * n for n in rng.sample(range(2, LARGEST[level] // factor + 1), rng.randint(*COUNT[level]))]
        question = (
            f"Find the least common multiple of {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}. "
            "Give it as an integer between triple angle brackets, in the form <<<integer>>>."
        )
        return self.new_problem(level, question, {"numbers": numbers}, solve(numbers))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must be the least common multiple."""
        return integer(answer) == int(solve(problem.data["numbers"]))

    def size(self, problem: Problem) -> float:
        """Digits of the answer."""
        return len(problem.answer)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of lcm."""
        numbers = item["metadata"]["numbers"]
        return self.official_problem(item["question"], {"numbers": numbers}, solve(numbers), gold=item["answer"])


def read(question: str) -> dict[str, Any]:
    """Read the integers."""
    return {"numbers": [int(n) for n in re.findall(r"\d+", question)]}


def solve(numbers: list[int]) -> str:
    """Take the least common multiple."""
    multiple = math.lcm(*numbers)
    return str(multiple)


def verify(answer: str, numbers: list[int]) -> bool:
    """Divide it by every number: nothing may remain, and the quotients may have nothing in common."""
    multiple = int(answer)
    quotients = [multiple // n for n in numbers]
    return all(multiple % n == 0 for n in numbers) and math.gcd(*quotients) == 1
