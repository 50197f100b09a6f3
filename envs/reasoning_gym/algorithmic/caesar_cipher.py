"""CaesarCipher: read a text whose letters were all moved by the same number of places."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from r1ci_env.envs.answers import items
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.envs.wording.vocabulary import WORDS
from r1ci_env.hypotheses import refuted
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

LENGTH = {1: (4, 6), 2: (6, 10), 3: (10, 20), 4: (25, 40), 5: (50, 80)}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FREQUENT = tuple("THE OF AND TO IN IS IT FOR WITH THAT NOT WAS ON AT BY FROM HAS OR BUT THIS THEY ALL".split())

COMMONEST = "ETAOINSRH"


class CaesarCipher(Task):
    """Decrypt a Caesar cipher.

    Description:
        Each letter of a text of common English words was replaced by the one a fixed, unknown number of places further
        in the alphabet. The text is asked for.

    Answer format:
        The words of the text.

    Levels:
        4 to 6 words at level 1 up to 50 to 80 at level 5; the original's defaults (3 to 20) are levels 1 to 3.

    Check:
        The words must be equal; case and white space do not matter.

    Source and deviations:
        Reasoning-Gym caesar_cipher, which takes its texts from a book. Here they are rows of words from our own list
        with frequent words between them, and exactly one key gives the most frequent words.
    """

    plain_levels = 5
    hypothesis_words: ClassVar[tuple[str, str]] = ("key", "words")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw words until the frequent ones among them give the key away."""
        key = rng.randint(1, 25)
        text = cipher = ""
        while not text or solve(cipher) != text:
            count = rng.randint(*LENGTH[level])
            words = [rng.choice(FREQUENT) if rng.random() < 0.4 else rng.choice(WORDS).upper() for _ in range(count)]
            text = " ".join(words)
            cipher = _shifted(text, key)
        question = (
            "In this text of common English words every letter was moved forward in the alphabet by the same number of "
            f"places (after Z comes A):\n{cipher}\n"
            "Find the original text and write it in triple angle brackets: <<<TEXT>>>."
        )
        return self.new_problem(level, question, {"cipher": cipher, "key": key}, text)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Move the letters of the cipher back and compare."""
        text = _shifted(problem.data["cipher"], -problem.data["key"])
        return " ".join(items(answer)).upper().split() == text.upper().split()

    def hypotheses(self, problem: Problem) -> list[str]:
        """Take the commonest letter for one of the commonest of English, until every word has a vowel."""
        cipher, text = read(problem.question)["cipher"], self.solve(problem.question)
        counts = Counter(cipher.replace(" ", ""))
        guesses = [
            {"letter": letter, "stands_for": plain}
            for letter, count in counts.items()
            for plain in COMMONEST
            if count == max(counts.values())
        ]
        right = next((guess for guess in guesses if _tested(cipher, **guess) == text), None)
        if right is None:
            return []
        wrong = refuted(_tested, {"cipher": cipher}, guesses, problem.question)
        return [*wrong, program(_tested, {"cipher": cipher, **right})]

    def size(self, problem: Problem) -> float:
        """Words of the text."""
        return len(problem.answer.split())

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the cipher and the key from the metadata."""
        data = {"cipher": item["metadata"]["cipher_text"], "key": item["metadata"]["rotation"]}
        return entry_problem(self, item, data, lambda: _shifted(data["cipher"], -data["key"]))


def _shifted(text: str, places: int) -> str:
    places %= 26
    return text.translate(str.maketrans(LETTERS, LETTERS[places:] + LETTERS[:places]))


def read(question: str) -> dict[str, Any]:
    """Read the cipher."""
    return {"cipher": re.search(r":\n([A-Z ]+)\n", question)[1]}


def solve(cipher: str) -> str:
    """Try every key and take the text that has most of the frequent words, if only one has so many."""
    texts = [_shifted(cipher, -key) for key in range(1, 26)]
    counts = [sum(word in FREQUENT for word in text.split()) for text in texts]
    best = texts[counts.index(max(counts))]
    return best if counts.count(max(counts)) == 1 else ""


def _tested(cipher: str, letter: str, stands_for: str) -> str:
    """Move all letters by the places that one letter gives, and look for a word without a vowel."""
    key = ord(letter) - ord(stands_for)
    text = "".join(" " if c == " " else chr((ord(c) - 65 - key) % 26 + 65) for c in cipher)
    for number, word in enumerate(text.split(), 1):
        if not set(word) & set("AEIOUY"):
            result = f"fails on word {number}: {word} has no vowel"
            break
    else:
        result = text
    return result


def solve_plainly(cipher: str) -> str:
    """Try every key and take the text that has most of the frequent words."""
    texts = []
    for key in range(1, 26):
        moved = LETTERS[key:] + LETTERS[:key]
        text = cipher.translate(str.maketrans(moved, LETTERS))
        common = sum(word in FREQUENT for word in text.split())
        texts.append((common, text))
    common, text = max(texts)
    return text
