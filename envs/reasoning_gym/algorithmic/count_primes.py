"""CountPrimes: how many primes lie between two numbers."""

import random
import re
from collections.abc import Mapping
from math import isqrt
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

LARGEST = {1: 200, 2: 2_000, 3: 10_000, 4: 10**6, 5: 10**7}
WIDEST = {1: 100, 2: 1_000, 3: 5_000, 4: 20_000, 5: 50_000}


class CountPrimes(Task):
    """Count the primes of an interval.

    Description:
        Two numbers are given; asked is how many primes lie between them, both ends included.

    Answer format:
        The integer.

    Levels:
        Numbers up to 200 at level 1 and up to 10,000 (the original's default) at level 3; up to 10^7, at most
        50,000 apart, at level 5.

    Check:
        The integer must be right.

    Source and deviations:
        Reasoning-Gym count_primes. The primes themselves are not stored with the problem.
    """

    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an interval."""
        width = rng.randint(WIDEST[level] // 10, WIDEST[level])
        start = rng.randint(1, LARGEST[level] - width)
        question = (
            f"How many prime numbers p are there with {start} <= p <= {start + width}? Answer with the integer in "
            "triple angle brackets: <<<integer>>>."
        )
        count = solve(start, start + width)
        return self.new_problem(level, question, {"start": start, "end": start + width, "count": int(count)}, count)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer, "prime", "prime number") == problem.data["count"]

    def size(self, problem: Problem) -> float:
        """The greater of the two numbers."""
        return problem.data["end"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the interval from the metadata."""
        start, end = item["metadata"]["start"], item["metadata"]["end"]
        data = {"start": start, "end": end, "count": int(solve(start, end))}
        return entry_problem(self, item, data, lambda: str(data["count"]))


def read(question: str) -> dict[str, Any]:
    """Read the interval."""
    start, end = re.search(r"with (\d+) <= p <= (\d+)", question).groups()
    return {"start": int(start), "end": int(end)}


def solve(start: int, end: int) -> str:
    """Strike out the multiples of all numbers up to the root of the greatest, in the interval only."""
    start = max(start, 2)
    prime = bytearray([1]) * (end - start + 1)
    for divisor in range(2, isqrt(end) + 1):
        first = max(divisor, -(-start // divisor)) * divisor - start
        prime[first::divisor] = bytes(len(prime[first::divisor]))
    return str(sum(prime))


def solve_plainly(start: int, end: int) -> str:
    """Try to divide every number by all up to its root."""
    primes = []
    for n in range(max(start, 2), end + 1):
        if all(n % d for d in range(2, isqrt(n) + 1)):
            primes.append(n)
    return str(len(primes))


def verify(answer: str, start: int, end: int) -> bool:
    """Strike out the multiples and count what is left."""
    left = set(range(max(start, 2), end + 1))
    for divisor in range(2, isqrt(end) + 1):
        first = max(divisor, -(-start // divisor)) * divisor
        left.difference_update(range(first, end + 1, divisor))
    return int(answer) == len(left)
