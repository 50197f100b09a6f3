"""IsomorphicStrings: whether one string becomes the other by replacing its letters."""

import random
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

LENGTH = {1: (5, 7), 2: (7, 9), 3: (8, 12), 4: (20, 30), 5: (60, 90)}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class IsomorphicStrings(Task):
    """Say whether two strings are isomorphic.

    Description:
        Two strings are isomorphic if replacing each letter of the first by one letter, different ones for different
        letters, gives the second.

    Answer format:
        ``True`` or ``False``.

    Levels:
        5 to 7 letters at level 1, up to 12 at level 3 (the original's defaults are 2 to 10), 60 to 90 at level 5.

    Check:
        The word must be right.

    Source and deviations:
        Reasoning-Gym isomorphic_strings. Half of the pairs are isomorphic; in the others two letters have
        changed places, which no count of letters or of double letters tells, or one has changed.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Replace the letters of a string; for a pair that is not isomorphic, let two change places or change one."""
        wanted = rng.random() < 0.5
        while True:
            length = rng.randint(*LENGTH[level])
            some = rng.sample(LETTERS, rng.randint(2, min(20, length - 1)))
            first = "".join(rng.choices(some, k=length))
            second = first.translate(str.maketrans(LETTERS, "".join(rng.sample(LETTERS, 26))))
            if not wanted:
                i, j = rng.sample(range(length), 2)
                letters = list(second)
                letters[i], letters[j] = letters[j], letters[i] if rng.random() < 0.9 else rng.choice(second)
                second = "".join(letters)
            alike = _beside(first) == _beside(second) or rng.random() < 0.05
            if solve(first, second) == str(wanted) and alike:
                break
        question = (
            "Two strings are isomorphic if the second results from the first when each letter is replaced by a letter, "
            "the same one wherever it occurs, and no two different letters by the same one. A letter may stay "
            f"itself. Are {first} and {second} isomorphic?\n"
            "Answer in triple angle brackets: <<<True>>> or <<<False>>>."
        )
        return self.new_problem(level, question, {"words": [first, second]}, str(wanted))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "True", "False") == solve(*problem.data["words"])

    def size(self, problem: Problem) -> float:
        """Letters of one string."""
        return len(problem.data["words"][0])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Write down which letter each letter goes with, up to the first contradiction."""
        if problem.level != 1:
            return None
        first, second = read(problem.question).values()
        rng = random.Random(problem.question)
        pairs: list[tuple[str, str]] = []
        steps = [rng.choice(("I go through both words letter by letter.", "Letter by letter, side by side:"))]
        for a, b in zip(first, second, strict=True):
            for c, d in pairs:
                if (a == c) != (b == d):
                    why = f"but before, {c} went with {d}"
                    return [*steps, f"{a} would go with {b}, {why}.", "So the words are not isomorphic."]
            if (a, b) not in pairs:
                pairs.append((a, b))
                steps.append(rng.choice((f"{a} goes with {b}.", f"{a} becomes {b}.")))
        return [*steps, "No letter is needed twice, on either side, so the words are isomorphic."]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the strings from the metadata."""
        words = item["metadata"]["words"]
        return entry_problem(self, item, {"words": words}, lambda: solve(*words))


def _beside(word: str) -> tuple[int, bool]:
    """Return how many letters stand twice in a row, and whether the first is the last."""
    return sum(a == b for a, b in pairwise(word)), word[0] == word[-1]


def read(question: str) -> dict[str, Any]:
    """Read the two strings."""
    first, second = re.search(r"Are ([a-z]+) and ([a-z]+) isomorphic", question).groups()
    return {"first": first, "second": second}


def solve(first: str, second: str) -> str:
    """Count the pairs of letters that stand at the same place: as many as each string has different letters."""
    pairs = set(zip(first, second, strict=True))
    return str(len(pairs) == len(set(first)) == len(set(second)))


def verify(answer: str, first: str, second: str) -> bool:
    """Fill two tables letter by letter, and see whether they contradict themselves."""
    there: dict[str, str] = {}
    back: dict[str, str] = {}
    isomorphic = True
    for a, b in zip(first, second, strict=True):
        if there.setdefault(a, b) != b or back.setdefault(b, a) != a:
            isomorphic = False
    return answer == str(isomorphic)
