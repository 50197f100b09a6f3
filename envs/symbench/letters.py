"""Letters: how often a letter occurs in a word, and where."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import BadAnswer, integer, integers
from r1ci_env.envs.wording.names import pronounceable
from r1ci_env.task import Problem, Task

_IS = r"\s*(?:[:=]|is|are|)\s*"
_ANSWER = re.compile(rf"count{_IS}(\d{{1,4}})\s*[,;.]?\s*(?:and\s+)?positions?{_IS}(.+)", re.I | re.S | re.ASCII)
LENGTH = {1: (5, 10), 2: (10, 15), 3: (15, 25), 4: (30, 60), 5: (100, 200)}


class Letters(Task):
    """Count a letter and list its positions.

    Description:
        A word and a letter that occurs in it are given; asked are the number of occurrences and their positions,
        counted from 1.

    Answer format:
        ``Count: 2, Positions: [1, 4]``.

    Levels:
        Words of 5 to 10 letters at level 1 (the original's easiest) up to 100 to 200 at level 5; the original's
        usual range ends at 30.

    Check:
        The count and the set of positions must be right; the order of the positions does not matter.

    Source and deviations:
        SymBench letters. Words are made of syllables instead of taken from a word list.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a word and one of its letters, then repeat that letter in a few places."""
        letters = list(pronounceable(rng, rng.randint(*LENGTH[level])))
        letter = rng.choice(letters)
        for _ in range(rng.randint(0, len(letters) // 5)):
            letters[rng.randrange(len(letters))] = letter
        text = "".join(letters)
        return self.new_problem(level, _question(letter, text), {"word": text, "letter": letter}, solve(text, letter))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the word and the letter of the record; the wording is ours."""
        letter, text = item["letter"], item["word"]
        data = {"word": text, "letter": letter}
        return self.official_problem(_question(letter, text), data, solve(text, letter))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the count and the set of positions."""
        match = _ANSWER.fullmatch(re.sub(r"[{}\"'`*_]|(?m:^)\s?[-•]\s", "", answer).strip())
        if not match:
            raise BadAnswer("not of the form Count: X, Positions: [...]")
        positions = [i for i, c in enumerate(problem.data["word"], 1) if c == problem.data["letter"]]
        found = integers(match[2])
        return integer(match[1]) == len(found) == len(positions) and sorted(found) == positions

    def reasons(self, problem: Problem) -> list[str] | None:
        """Spell a short word."""
        if problem.level > 2:
            return None
        word, letter = problem.data["word"], problem.data["letter"]
        positions = [str(i) for i, c in enumerate(word, 1) if c == letter]
        rng = random.Random(problem.question)
        spelled = " ".join(f"{i} {c}," for i, c in enumerate(word, 1)).rstrip(",")
        opening = rng.choice(("Spelled with positions", "Letter by letter", "I number the letters"))
        places = " and ".join([", ".join(positions[:-1]), positions[-1]] if positions[1:] else positions)
        found = f"'{letter}' stands at position{'s' * (len(positions) > 1)} {places}"
        times = {1: "once", 2: "twice"}.get(len(positions), f"{len(positions)} times")
        return [f"{opening}: {spelled}.", f"{found}, {rng.choice(('so', 'that is'))} {times}."]

    def size(self, problem: Problem) -> float:
        """Letters of the word."""
        return len(problem.data["word"])


def _question(letter: str, text: str) -> str:
    return (
        f"How often does the letter '{letter}' occur in the word '{text}', and at which positions? "
        "The first letter has position 1.\n"
        "Answer in the form <<<Count: X, Positions: [p1, p2, ...]>>>."
    )


def read(question: str) -> dict[str, Any]:
    """Read the word and the letter."""
    letter, word = re.search(r"letter '(\w)' occur in the word '(\w+)'", question).groups()
    return {"word": word, "letter": letter}


def solve(word: str, letter: str) -> str:
    """Look at every letter."""
    positions = [i for i, c in enumerate(word, start=1) if c == letter]
    return f"Count: {len(positions)}, Positions: {positions}"


def verify(answer: str, word: str, letter: str) -> bool:
    """Take the letter out at every position that is listed: none may be left, and nothing else may be gone."""
    count, listed = answer.removeprefix("Count: ").split(", Positions: ")
    positions = [int(p) for p in listed.strip("[]").split(", ")]
    others = [c for i, c in enumerate(word, start=1) if i not in positions]
    return len(positions) == int(count) == word.count(letter) and letter not in others
