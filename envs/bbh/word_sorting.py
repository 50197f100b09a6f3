"""WordSorting: words in alphabetical order."""

import random
import re
from collections.abc import Mapping
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
        return self.new_problem(level, question, {"words": words}, " ".join(sorted(words)))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare word by word."""
        return [item.casefold() for item in items(answer)] == problem.answer.casefold().split()

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


def solve(question: str) -> str:
    """Sort what follows ``List:``."""
    return " ".join(sorted(re.search(r"List: (.*)", question)[1].split(), key=str.casefold))
