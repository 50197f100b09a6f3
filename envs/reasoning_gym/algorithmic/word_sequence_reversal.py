"""WordSequenceReversal: a list of words from the last to the first."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import items, unwrap
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.envs.wording.vocabulary import WORDS
from r1ci_env.task import Problem, Task

COUNT = {1: (3, 4), 2: (5, 6), 3: (7, 9), 4: (20, 30), 5: (60, 80)}


class WordSequenceReversal(Task):
    """Reverse a list of words.

    Description:
        A list of words is given; the words are asked for in reverse order, each spelled as it is.

    Answer format:
        The words, separated by commas.

    Levels:
        3 or 4 words at level 1, 7 to 9 at level 3 (the original's defaults are 3 to 8), 60 to 80 at level 5.

    Check:
        The words must be right, in order; case does not matter.

    Source and deviations:
        Reasoning-Gym word_sequence_reversal, with words from our own list instead of from a book.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the words."""
        words = rng.sample(WORDS, rng.randint(*COUNT[level]))
        question = (
            f"Write this list of words in reverse order: {', '.join(words)}\n"
            "Give the words, separated by commas, in triple angle brackets: <<<word, word, word>>>."
        )
        return self.new_problem(level, question, {"words": words}, solve(words))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the words."""
        wanted = [unwrap(word).casefold() for word in problem.data["words"][::-1]]
        return [word.casefold() for word in items(answer)] == wanted

    def size(self, problem: Problem) -> float:
        """Number of words."""
        return len(problem.data["words"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Name the words from the last to the first."""
        if problem.level > 2:
            return None
        *others, last = read(problem.question)["words"]
        rng = random.Random(problem.question)
        begin = rng.choice((f"The last word is {last}, so it comes first.", f"I begin at the end, with {last}."))
        before = rng.choice(("Before it stands {}.", "Then comes {}.", "Next is {}."))
        return [begin, *(before.format(word) for word in others[::-1])]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the words from the metadata."""
        words = item["metadata"]["words"]
        return entry_problem(self, item, {"words": words}, lambda: solve(words))


def read(question: str) -> dict[str, Any]:
    """Read the words."""
    return {"words": re.search(r"reverse order: (.*)", question)[1].split(", ")}


def solve(words: list[str]) -> str:
    """Take the words from the last to the first."""
    return ", ".join(words[::-1])


def verify(answer: str, words: list[str]) -> bool:
    """Take the words of the answer away from the end of the list."""
    left = list(words)
    return all(word == left.pop() for word in answer.split(", ")) and not left
