"""PalindromeGeneration: arrange letters so that they read the same both ways."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

LENGTH = {1: (5, 6), 2: (7, 9), 3: (10, 14), 4: (20, 30), 5: (50, 80)}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class PalindromeGeneration(Task):
    """Form a palindrome of given letters.

    Description:
        Some letters are given that can be arranged into a palindrome; one such arrangement, with all letters, is asked
        for.

    Answer format:
        The palindrome, without blanks.

    Levels:
        5 or 6 letters at level 1, 10 to 14 at level 3 (the original's defaults are 3 to 10), 50 to 80 at level 5.

    Check:
        The answer must read the same both ways and have exactly the given letters; case does not matter.

    Source and deviations:
        Reasoning-Gym palindrome_generation. No credit for palindromes of other letters.
    """

    plain_levels = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw half of a palindrome and shuffle the whole."""
        length = rng.randint(*LENGTH[level])
        half = [rng.choice(LETTERS) for _ in range(length // 2)]
        while len(set(half)) == 1:
            half = [rng.choice(LETTERS) for _ in half]
        letters = half * 2 + [rng.choice(LETTERS)] * (length % 2)
        rng.shuffle(letters)
        question = (
            f"Arrange all of these letters into a palindrome, a string that reads the same in both directions: "
            f"{', '.join(letters)}\n"
            "Use each letter exactly as often as it is listed. If there are several palindromes, any of them is right. "
            "Write it without blanks in triple angle brackets: <<<palindrome>>>."
        )
        return self.new_problem(level, question, {"letters": letters}, solve("".join(letters)))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Read it both ways and count its letters."""
        return verify(word(answer).casefold(), "".join(problem.data["letters"]).casefold())

    def size(self, problem: Problem) -> float:
        """Number of letters."""
        return len(problem.data["letters"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the letters from the metadata."""
        letters = item["metadata"]["letters"]
        return entry_problem(self, item, {"letters": letters}, lambda: solve("".join(letters)))


def read(question: str) -> dict[str, Any]:
    """Read the letters."""
    return {"letters": re.search(r": ((?:\w, )+\w)\n", question)[1].replace(", ", "")}


def solve(letters: str) -> str:
    """Put half of each letter on either side, and the one that is left in the middle."""
    counts = Counter(letters)
    half = "".join(letter * (count // 2) for letter, count in counts.items())
    middle = "".join(letter for letter, count in counts.items() if count % 2)
    return half + middle + half[::-1] if len(middle) < 2 else ""


def solve_plainly(letters: str) -> str:
    """Take the letters in order: half of each to the left, one without a partner in the middle, then mirror."""
    half = middle = ""
    for letter in sorted(set(letters)):
        half += letter * (letters.count(letter) // 2)
        middle += letter * (letters.count(letter) % 2)
    return half + middle + half[::-1]


def verify(answer: str, letters: str) -> bool:
    """Read it both ways and count its letters."""
    return answer == answer[::-1] and sorted(answer) == sorted(letters)
