"""EmojiMystery: read a sentence hidden behind an emoji in invisible characters."""

import random
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

SENTENCES = {1: (1, 1), 2: (1, 2), 3: (3, 4), 4: (6, 9), 5: (14, 20)}
STRAIGHT = str.maketrans("’‘ʼ“”", "'''\"\"")
EMOJI = "🐙🦊🐢🦉🐝🌵🍄🌻🍋🥕🍩🧊🎈🎲🧩🎻🔑🧭🚲🛶🏔🌋🌙⚡🔥"
ACCENTED = ("Zoë", "Chloé", "Jürgen", "Søren", "Łukasz", "Iñigo")
WHO = ("the baker", "a tired clerk", "my neighbour", "the young pilot", "an old sailor", "the night guard")
ACTS = ("hid", "found", "painted", "sold", "borrowed", "dropped", "repaired", "described", "traded", "weighed")
KINDS = ("blue", "heavy", "broken", "tiny", "golden", "wooden", "dusty", "foreign", "hollow", "striped")
THINGS = ("lantern", "compass", "ladder", "violin", "kettle", "map", "anchor", "basket", "mirror", "clock")
PLACES = ("behind the mill", "near the harbour", "under the old bridge", "at the station", "in a quiet yard")
TIMES = ("at dawn", "last Tuesday", "before the storm", "on market day", "around 7 o'clock", "after supper")


class EmojiMystery(Task):
    """Decode a sentence that is hidden in the variation selectors behind an emoji.

    Description:
        A text of one emoji is followed by invisible characters, each of which stands for a byte of a sentence in
        UTF-8. The sentence is asked for.

    Answer format:
        The sentence.

    Levels:
        One sentence at level 1 up to 14 to 20 sentences at level 5; the original hides 3 to 35 words, which levels 1
        to 3 span. From level 3 on, some characters take two bytes.

    Check:
        The text must be the same, capital letters and punctuation included; white space and the shape of quotation
        marks are free.

    Source and deviations:
        Reasoning-Gym emoji_mystery. Sentences are built from our own tables instead of taken from a book. The encoding
        is given as a rule instead of as a program.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the sentences and hide their bytes."""
        names = GIVEN_NAMES + ACCENTED * 2 if level >= 3 else GIVEN_NAMES
        text = " ".join(_sentence(rng, names) for _ in range(rng.randint(*SENTENCES[level])))
        hidden = rng.choice(EMOJI) + "".join(map(_selector, text.encode()))
        question = (
            f"A text is hidden behind this emoji, in invisible characters: {hidden}\n"
            "Each invisible character stands for one byte of the text in UTF-8: the characters U+FE00 to U+FE0F for "
            "the bytes 0 to 15, and U+E0100 to U+E01EF for the bytes 16 to 255, in order.\n"
            "Give the hidden text in triple angle brackets: <<<text>>>."
        )
        return self.new_problem(level, question, {"text": text}, text)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare word by word."""
        return _words(answer) == _words(problem.data["text"])

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Turn the invisible characters back into bytes."

    def program(self, problem: Problem) -> str | None:
        """Paste the invisible characters as they are: their escapes would be ten times as long."""
        instance = self.instance(problem)
        return self._bounded(
            program(solve, instance).replace(repr(instance["hidden"]), f"'{instance['hidden']}'"), problem
        )

    def size(self, problem: Problem) -> float:
        """Length of the text."""
        return float(len(problem.data["text"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Decode the question; a selector that belongs to the emoji itself is none of the text."""
        text = solve(**read(item["question"].replace(item["metadata"]["emoji"], "", 1)))
        flaw = None if text.split() == item["answer"].split() else "the stored sentence is not the hidden one"
        return self.official_problem(item["question"], {"text": text}, text, item["answer"], flaw)


def _sentence(rng: random.Random, names: tuple[str, ...]) -> str:
    who = rng.choice((rng.choice(names), rng.choice(names), rng.choice(WHO)))
    words = [who, rng.choice(ACTS), rng.choice(("a", "the", "that")), rng.choice(KINDS), rng.choice(THINGS)]
    if rng.random() < 0.5:
        words.append(rng.choice(PLACES))
    if rng.random() < 0.5:
        words.append(rng.choice(TIMES))
    sentence = " ".join(words)
    return sentence[0].upper() + sentence[1:] + rng.choice("..!?")


def _words(text: str) -> list[str]:
    """Split a text with all quotation marks straight and accents joined to their letters."""
    return unicodedata.normalize("NFC", re.sub(r"[\x00-\x1f]", " ", text).translate(STRAIGHT)).split()


def _selector(byte: int) -> str:
    return chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16)


def read(question: str) -> dict[str, Any]:
    """Read the invisible characters."""
    return {"hidden": "".join(re.findall("[\ufe00-\ufe0f\U000e0100-\U000e01ef]", question))}


def solve(hidden: str) -> str:
    """Turn the invisible characters back into bytes, and read these as UTF-8."""
    codes = [ord(character) for character in hidden]
    data = [code - 0xFE00 if code <= 0xFE0F else code - 0xE0100 + 16 for code in codes]
    return bytes(data).decode(errors="replace")
