"""CountBits: the ones in the binary form of a number."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

BITS = {1: (8, 16), 2: (17, 24), 3: (25, 31), 4: (48, 80), 5: (160, 320)}


class CountBits(Task):
    """Count the 1 bits of a number.

    Description:
        A positive integer is given in decimal; how many ones its binary form has is asked for.

    Answer format:
        The integer.

    Levels:
        Numbers of 8 to 16 bits at level 1, of up to 31 at level 3 as in the original, of 160 to 320 at level 5.

    Check:
        The answer must be the exact count.

    Source and deviations:
        Reasoning-Gym count_bits.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a number with its highest bit set."""
        bits = rng.randint(*BITS[level])
        number = rng.getrandbits(bits - 1) | 1 << (bits - 1)
        question = f"How many 1 bits does the number {number} have when written in binary? Answer as <<<integer>>>."
        return self.new_problem(level, question, {"number": number}, solve(number))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must equal the count."""
        return integer(answer, "bit", "one") == int(solve(problem.data["number"]))

    def size(self, problem: Problem) -> float:
        """Bits of the number."""
        return int(problem.data["number"]).bit_length()

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of count_bits."""
        number = item["metadata"]["number"]
        return self.official_problem(item["question"], {"number": number}, solve(number), gold=item["answer"])


def read(question: str) -> dict[str, Any]:
    """Read the number."""
    return {"number": int(re.search(r"number (\d+)", question)[1])}


def solve(number: int) -> str:
    """Count the ones in the binary form."""
    ones = bin(number).count("1")
    return str(ones)


def verify(answer: str, number: int) -> bool:
    """Clear the lowest 1 bit until none is left."""
    count = 0
    while number:
        number &= number - 1
        count += 1
    return int(answer) == count
