"""SpellBackward: a word from its last letter to its first."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.envs.wording.names import pronounceable
from r1ci_env.task import Problem, Task

LETTERS = {1: (3, 5), 2: (5, 8), 3: (8, 12), 4: (14, 22), 5: (25, 40)}


class SpellBackward(Task):
    """Spell a word backward.

    Description:
        A made-up, pronounceable word is given; its letters are asked for in reverse order.

    Answer format:
        The reversed word.

    Levels:
        3 to 5 letters at level 1 up to 25 to 40 at level 5; the original's defaults (3 to 10) are levels 1 to 3.

    Check:
        The answer must equal the reversed word; case does not matter.

    Source and deviations:
        Reasoning-Gym spell_backward, which takes its words from a dictionary. Words are made of syllables here, so
        that there is no end of them and none can be known by heart.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a word that is no palindrome."""
        text = pronounceable(rng, rng.randint(*LETTERS[level]))
        while text == text[::-1]:
            text = pronounceable(rng, rng.randint(*LETTERS[level]))
        question = f"Spell the word {text} backward. Write the reversed word in triple angle brackets: <<<word>>>."
        return self.new_problem(level, question, {"word": text}, solve(text))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare without regard to case."""
        return word(answer).casefold() == solve(problem.data["word"]).casefold()

    def size(self, problem: Problem) -> float:
        """Letters of the word."""
        return len(problem.answer)

    def reasons(self, problem: Problem) -> list[str] | None:
        """Spell the word, then from the last letter to the first."""
        if problem.level > 2:
            return None
        letters = list(read(problem.question)["text"])
        rng = random.Random(problem.question)
        spelled, backward = ", ".join(letters), ", ".join(letters[::-1])
        first = rng.choice(
            (f"The letters are {spelled}.", f"Letter by letter: {spelled}.", f"Forward it is {spelled}.")
        )
        second = rng.choice((f"From the last to the first: {backward}.", f"Backward: {backward}."))
        return [first, second]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the word from the metadata."""
        text = item["metadata"]["word"]
        return entry_problem(self, item, {"word": text}, lambda: solve(text))


def read(question: str) -> dict[str, Any]:
    """Read the word."""
    return {"text": re.search(r"word (\w+) backward", question)[1]}


def solve(text: str) -> str:
    """Reverse the word."""
    return text[::-1]


def verify(answer: str, text: str) -> bool:
    """Compare the first letter with the last, and so on."""
    return len(answer) == len(text) and all(answer[i] == text[-1 - i] for i in range(len(text)))
