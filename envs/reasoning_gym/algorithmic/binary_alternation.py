"""BinaryAlternation: how few swaps make a binary string alternate."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

LENGTH = {1: (8, 12), 2: (12, 20), 3: (20, 30), 4: (40, 60), 5: (90, 130)}


class BinaryAlternation(Task):
    """Count the swaps that a binary string needs to alternate.

    Description:
        Any two characters of a string of 0 and 1 may be swapped. Asked is the smallest number of swaps after which no
        two neighbours are equal, or -1 where that cannot be reached.

    Answer format:
        The integer.

    Levels:
        8 to 12 characters at level 1 up to 90 to 130 at level 5; the original's defaults (10 to 30) are levels 1 to 3.

    Check:
        The integer must be right.

    Source and deviations:
        Reasoning-Gym binary_alternation; one string in eight cannot be made to alternate. For
        the others every number of swaps is as likely, where shuffled strings need a quarter of their length.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Swap ones and zeros of an alternating string; for the answer -1 shuffle too many of one kind."""
        length, first = rng.randint(*LENGTH[level]), rng.randrange(2)
        digits = [(first + i) % 2 for i in range(length)]
        if rng.random() < 0.125:
            ones = length // 2 + rng.choice((-1, 1)) * rng.randint(2, length // 3)
            digits = [1] * ones + [0] * (length - ones)
            rng.shuffle(digits)
        else:
            for i in _swapped(rng, length):
                digits[i] = 1 - digits[i]
        string = "".join(map(str, digits))
        question = (
            "In one step any two characters of a binary string may be swapped, neighbours or not. What is the smallest "
            f"number of steps after which no two adjacent characters of {string} are equal? If no number of steps is "
            "enough, the answer is -1.\nAnswer with the integer in triple angle brackets: <<<integer>>>."
        )
        return self.new_problem(level, question, {"string": string}, solve(string))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer, "step", "swap") == int(solve(problem.data["string"]))

    def size(self, problem: Problem) -> float:
        """Characters of the string."""
        return len(problem.data["string"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the string from the metadata."""
        string = item["metadata"]["string"]
        return entry_problem(self, item, {"string": string}, lambda: solve(string))


def _swapped(rng: random.Random, length: int) -> list[int]:
    """Draw how many swaps, each number as likely as the others, then as many even places and odd ones."""
    swaps = rng.randint(1, length // 2 if length % 2 else length // 4)
    return [*rng.sample(range(0, length, 2), swaps), *rng.sample(range(1, length, 2), swaps)]


def read(question: str) -> dict[str, Any]:
    """Read the string."""
    return {"string": re.search(r"characters of ([01]+) are equal", question)[1]}


def solve(string: str) -> str:
    """Count the misplaced characters for each alternating string with as many ones: a swap mends two of them."""
    swaps = []
    for pair in ("01", "10"):
        wanted = (pair * len(string))[: len(string)]
        if wanted.count("1") == string.count("1"):
            misplaced = sum(a != b for a, b in zip(string, wanted, strict=True))
            swaps.append(misplaced // 2)
    return str(min(swaps, default=-1))


def verify(answer: str, string: str) -> bool:
    """Look at every other place only: those hold one kind of character in the end, and each other one is a swap."""
    places = string[::2]
    swaps = []
    if string.count("0") == len(places):
        swaps.append(places.count("1"))
    if string.count("1") == len(places):
        swaps.append(places.count("0"))
    return int(answer) == min(swaps, default=-1)
