"""LetterJumble: find the words whose letters were shuffled."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import items
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

LENGTH = {1: (3, 4), 2: (5, 9), 3: (10, 20), 4: (26, 36), 5: (45, 60)}
WORDS = """
about adventure always autumn balloon banana because believe between birthday blanket bridge building butterfly button
cabbage century children chimney chocolate circus climate coconut coffee companion computer concert copper corner
cottage cotton country courage curious curtain daughter december diamond dictionary different dinner dinosaur distance
doctor dolphin dragon during elephant eleven emperor engine enough evening example factory family famous feather
festival fifteen follow forget fountain fourteen freedom furniture future giraffe grammar guitar hammer happen harbor
harvest helicopter history hospital hundred hungry husband important invite january journey jungle kangaroo kettle
keyboard kingdom knowledge language lantern lawyer library lightning lizard machine magnet market marriage million
mirror monkey morning mountain museum music mystery nature network newspaper notebook nothing november number object
october office opinion ordinary package palace parliament passenger pavement people pepper pharmacy picture pillow
pineapple pocket police potato problem protect pumpkin purple puzzle pyramid quarter question rabbit rainbow remember
restaurant ribbon rocket sandwich saturday school science scissors second september seventeen shoulder sixteen
skeleton snowflake soccer something spring square squirrel station strawberry strong subject sudden sunflower sunshine
surprise swimming system telephone temperature thirteen thunder tomato tongue tractor traffic treasure trouble tuesday
tunnel turtle twelve twenty umbrella university vegetable village violin visitor volcano volume walnut wednesday
weekend welcome whisper whistle wizard wooden yellow yesterday
""".split()


class LetterJumble(Task):
    """Unscramble words.

    Description:
        The letters of each word in a row of common English words are shuffled; the words are asked for.

    Answer format:
        The words in the given order, separated by blanks.

    Levels:
        3 or 4 words at level 1, 10 to 20 at level 3 (the original's defaults are 3 to 20), 45 to 60 at level 5.

    Check:
        The words must be equal. Case matters only where capitals are part of the question.

    Source and deviations:
        Reasoning-Gym letter_jumble, whose words come from a book; among them are "was" and "saw", which nothing tells
        apart but the sense. Here the words are from our own list, and none has a common
        anagram or one that is a name.
    """

    no_program = "the words have to be known, and no list of words is at hand where programs run"

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw words and shuffle the letters of each."""
        words = rng.sample(WORDS, rng.randint(*LENGTH[level]))
        jumbled = " ".join(_shuffled(word, rng) for word in words)
        question = (
            f"The letters of each of these common English words were shuffled:\n{jumbled}\n"
            "Find the words and write them in the same order, separated by blanks, in triple angle brackets: "
            "<<<word word word>>>."
        )
        return self.new_problem(level, question, {"words": words}, " ".join(words))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the words."""
        words = problem.data["words"]
        if " ".join(words).islower():
            answer = answer.lower()
        return words in (answer.split(), items(answer))

    def size(self, problem: Problem) -> float:
        """Number of words."""
        return len(problem.data["words"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Spell each word out of the letters shown."""
        if problem.level != 1:
            return None
        jumbled = read(problem.question)["jumbled"]
        rng = random.Random(problem.question)
        steps = []
        for letters, word in zip(jumbled.split(), solve(jumbled).split(), strict=True):
            spelled = "-".join(word)
            steps.append(
                rng.choice((f"{letters}: {spelled}, {word}.", f"{letters} has the letters of {word}: {spelled}."))
            )
        return steps

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the words from the metadata; each must have the letters that are shown."""
        words, shown = item["metadata"]["original_words"], item["metadata"]["scrambled_words"]
        same = list(map(sorted, words)) == list(map(sorted, shown))
        flaw = None if same else "the letters shown are not those of the words"
        return entry_problem(self, item, {"words": words}, lambda: " ".join(words), flaw)


def _shuffled(word: str, rng: random.Random) -> str:
    letters = list(word)
    while "".join(letters) == word:
        rng.shuffle(letters)
    return "".join(letters)


def read(question: str) -> dict[str, Any]:
    """Read the shuffled words."""
    return {"jumbled": re.search(r":\n([a-z ]+)\n", question)[1]}


def solve(jumbled: str) -> str:
    """Look each word up by its sorted letters."""
    words = {tuple(sorted(word)): word for word in WORDS}
    return " ".join(words[tuple(sorted(letters))] for letters in jumbled.split())
