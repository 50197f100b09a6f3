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

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an interval."""
        width = rng.randint(WIDEST[level] // 10, WIDEST[level])
        start = rng.randint(1, LARGEST[level] - width)
        question = (
            f"How many prime numbers p are there with {start} <= p <= {start + width}? Answer with the integer in "
            "triple angle brackets: <<<integer>>>."
        )
        count = count_primes(start, start + width)
        return self.new_problem(level, question, {"start": start, "end": start + width, "count": count}, str(count))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer, "prime", "prime number") == problem.data["count"]

    def size(self, problem: Problem) -> float:
        """The greater of the two numbers."""
        return problem.data["end"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the interval from the metadata."""
        start, end = item["metadata"]["start"], item["metadata"]["end"]
        data = {"start": start, "end": end, "count": count_primes(start, end)}
        return entry_problem(self, item, data, lambda: str(data["count"]))


def count_primes(start: int, end: int) -> int:
    """Strike out the multiples of the primes up to the root of ``end``, between ``start`` and ``end`` only."""
    start = max(start, 2)
    if end < start:
        return 0
    root = isqrt(end)
    small = bytearray([1]) * (root + 1)
    prime = bytearray([1]) * (end - start + 1)
    for p in range(2, root + 1):
        if small[p]:
            small[p * p :: p] = bytes(len(range(p * p, root + 1, p)))
            first = max(p * p, -(-start // p) * p) - start
            prime[first::p] = bytes(len(range(first, len(prime), p)))
    return sum(prime)


def solve(question: str) -> str:
    """Read the interval and count."""
    start, end = re.search(r"with (\d+) <= p <= (\d+)", question).groups()
    return str(count_primes(int(start), int(end)))
