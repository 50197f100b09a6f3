"""WordSorting: words in alphabetical order."""

import random
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from r1ci_env.envs.answers import items
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.envs.wording.names import pronounceable
from r1ci_env.task import Problem, Task

WORDS = {1: (3, 6), 2: (6, 10), 3: (11, 20), 4: (25, 40), 5: (60, 100)}


class WordSorting(Task):
    """Sort words alphabetically.

    Description:
        A list of distinct lower-case words is given; they are asked for in alphabetical order.

    Answer format:
        The words separated by spaces.

    Levels:
        3 to 6 words at level 1; the original has 2 to 20 (levels 1 to 3); 60 to 100 at level 5. From level 2 on,
        groups of words share their first letters.

    Check:
        The same words in ascending order; spaces, commas or lines may separate them.

    Source and deviations:
        BIG-Bench Hard word_sorting; made-up words instead of a dictionary's.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw distinct words, some of them beginning like an earlier one."""
        words: list[str] = []
        count = rng.randint(*WORDS[level])
        while len(words) < count:
            text = pronounceable(rng, rng.randint(4, 9))
            if level > 1 and words and rng.random() < 0.4:
                text = rng.choice(words)[: rng.randint(1, level + 1)] + text
            if text not in words:
                words.append(text)
        question = (
            f"Sort the following words alphabetically: List: {' '.join(words)}\n"
            "Give the sorted words, separated by spaces, in triple angle brackets: <<<first second ... last>>>."
        )
        return self.new_problem(level, question, {"words": words}, solve(words))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare word by word."""
        return [item.casefold() for item in items(answer)] == problem.answer.casefold().split()

    def reasons(self, problem: Problem) -> list[str] | None:
        """Compare first letters, where they tell all."""
        words = read(problem.question)["words"]
        ordered = solve(words).split()
        letters = [word[0] for word in ordered]
        if len(words) > 8 or len(set(letters)) < len(letters):
            return None
        by_letter = ", ".join(f"{word[0]} for {word}" for word in ordered)
        first = random.Random(problem.question).choice(
            (
                f"No two words begin with the same letter; in alphabetical order the letters are {', '.join(letters)}.",
                f"The first letters differ, so they tell the order: {by_letter}.",
            )
        )
        return [first, f"The first word is {ordered[0]}, the last {ordered[-1]}."]

    def size(self, problem: Problem) -> float:
        """Number of words."""
        return len(problem.data["words"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the words from the question; where a hyphen or a capital stands, more than one order is usual."""
        words = str(item["input"]).partition("List:")[2].split()
        orders = [
            sorted(words, key=key) for key in (str.casefold, str, lambda word: re.sub(r"\W", "", word.casefold()))
        ]
        return original_problem(self, item, {"words": words}, [" ".join(order) for order in orders])


def read(question: str) -> dict[str, Any]:
    """Read the words that follow ``List:``."""
    return {"words": re.search(r"List: (.*)", question)[1].split()}


def solve(words: list[str]) -> str:
    """Sort the words without regard to capitals."""
    ordered = sorted(words, key=str.lower)
    return " ".join(ordered)


def verify(answer: str, words: list[str]) -> bool:
    """Compare neighbours, and cross the words off the list."""
    given = answer.split()
    left = list(words)
    for word in given:
        left.remove(word)
    return not left and all(a.lower() <= b.lower() for a, b in pairwise(given))
