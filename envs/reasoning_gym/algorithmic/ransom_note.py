"""RansomNote: whether a note can be made of the letters of a magazine."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

NOTE = {1: (5, 7), 2: (7, 9), 3: (9, 12), 4: (18, 25), 5: (45, 60)}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class RansomNote(Task):
    """Say whether the letters of one string are enough for another.

    Description:
        A note and a magazine are given as strings of letters; asked is whether the letters of the magazine, each used
        once, are enough for the note.

    Answer format:
        ``True`` or ``False``.

    Levels:
        Notes of 5 to 7 letters at level 1, 9 to 12 at level 3 (the original's longest have 10) and up to 60 at level 5;
        the magazine has two to three times as many.

    Check:
        The word must be right.

    Source and deviations:
        Reasoning-Gym ransom_note. Half of the answers are False, and then one letter is missing once. Note
        and magazine are made of few letters, so that it seldom is missing altogether.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a note, put its letters in the magazine, and take one out again for the answer False."""
        possible = rng.random() < 0.5
        length = rng.randint(*NOTE[level])
        letters = rng.sample(LETTERS, min(16, 1 + length // 2))
        note = rng.choices(letters, k=length)
        magazine = note + rng.choices(letters, k=rng.randint(length, 2 * length))
        if not possible:
            repeated = [letter for letter in note if note.count(letter) > 1]
            missing = rng.choice(repeated if repeated and rng.random() < 0.6 else note)
            others = [letter for letter in letters if letter != missing]
            spare = magazine.count(missing) - note.count(missing) + 1
            for _ in range(spare):
                magazine[magazine.index(missing)] = rng.choice(others)
        rng.shuffle(magazine)
        data = {"note": "".join(note), "magazine": "".join(magazine)}
        question = (
            f"A note is to be cut together from the letters of a magazine, each of which can be used once.\n"
            f"Note: {data['note']}\nMagazine: {data['magazine']}\n"
            "Are the letters of the magazine enough for the note? Answer in triple angle brackets: <<<True>>> or "
            "<<<False>>>."
        )
        return self.new_problem(level, question, data, str(possible))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "True", "False") == solve(problem.data["note"], problem.data["magazine"])

    def size(self, problem: Problem) -> float:
        """Letters of the note."""
        return len(problem.data["note"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Count each letter of the note, up to one that is missing."""
        if problem.level != 1:
            return None
        note, magazine = read(problem.question).values()
        rng = random.Random(problem.question)
        count = rng.choice(
            (
                "{1}: {0} needed, {2} there.",
                "The note has {0} {1}, the magazine {2}.",
                "Of {1} it takes {0}, I find {2}.",
            )
        )
        steps = []
        for letter in dict.fromkeys(note):
            wanted, there = note.count(letter), magazine.count(letter)
            steps.append(count.format(wanted, letter, there))
            if wanted > there:
                return [*steps, f"So the magazine does not have enough {letter}."]
        return [*steps, "So there are enough of all letters."]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the strings from the metadata."""
        data = {"note": item["metadata"]["ransom_note"], "magazine": item["metadata"]["magazine"]}
        return entry_problem(self, item, data, lambda: solve(**data))


def read(question: str) -> dict[str, Any]:
    """Read both strings."""
    note, magazine = re.search(r"Note: (\w+)\nMagazine: (\w+)", question).groups()
    return {"note": note, "magazine": magazine}


def solve(note: str, magazine: str) -> str:
    """Take the letters of the magazine away from those of the note: nothing may be left."""
    missing = Counter(note) - Counter(magazine)
    return str(not missing)


def verify(answer: str, note: str, magazine: str) -> bool:
    """Cut the letters out one by one."""
    enough = True
    for letter in note:
        enough = enough and letter in magazine
        magazine = magazine.replace(letter, "", 1)
    return answer == str(enough)
