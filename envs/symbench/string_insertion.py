"""StringInsertion: insert a letter after every occurrence of certain substrings."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.symbench.original import attempt
from r1ci_env.task import Problem, Task

TRIGGERS = {1: (2, 3), 2: (3, 4), 3: (5, 8), 4: (15, 25), 5: (50, 80)}
STANDARD = {"ABCD": "A", "BCDE": "B", "CDEA": "C", "DEAB": "D", "EABC": "E"}


class StringInsertion(Task):
    """Insert letters into a string by rules that look at the original string.

    Description:
        For each of a few substrings a letter is given, to be inserted after every occurrence of that substring in the
        string. The new string is asked for.

    Answer format:
        The string.

    Levels:
        The original's five rules with 2 to 3 planted substrings at level 1 (strings of 10 to 18 letters) and 5 to 8 at
        level 3; from level 3 on occurrences overlap; rules of our own and 50 to 80 planted substrings at level 5.

    Check:
        The string must be right, in upper or lower case.

    Source and deviations:
        SymBench string_insertion. Our text states what the original leaves open: occurrences are those in the original
        string, they may overlap, and inserted letters make no new ones.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw rules and a string with occurrences of their substrings."""
        letters = "ABCDE" if level < 4 else "ABCDEFG"
        rules = STANDARD if level < 4 else _rules(rng, letters)
        parts = [_letters(rng, letters, rng.randint(0, 2))]
        for _ in range(rng.randint(*TRIGGERS[level])):
            substring = rng.choice(sorted(rules))
            overlap = rng.randint(0, 2) if level >= 3 else 0
            parts.append(substring[overlap:] + _letters(rng, letters, rng.randint(0, 2)))
        text = "".join(parts)
        question = (
            "Operation T works on a string as follows:\n"
            + "\n".join(f"- after each occurrence of {s} insert the letter {letter}" for s, letter in rules.items())
            + "\nAll occurrences are those in the string as it is before the operation. They may overlap, and inserted "
            "letters do not count for further occurrences.\n"
            f"Given the string {text}, what is the string after one operation T?\n"
            "Give the string between triple angle brackets, for example <<<ABCDAE>>>."
        )
        return self.new_problem(level, question, {"string": text}, solve(text, rules))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the strings."""
        return word(answer).upper() == problem.answer

    def size(self, problem: Problem) -> float:
        """Letters of the string."""
        return float(len(problem.data["string"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item."""
        question, gold = item["question"], item["solution"]["modified_string"]
        unsure = "the text leaves open what overlaps and what inserted letters count for"
        data = {"string": item["solution"]["original_string"]}
        found = attempt(self.solve, question)
        return self.official_problem(question, data, gold, gold, unsure=None if found == gold else unsure)


def _letters(rng: random.Random, letters: str, count: int) -> str:
    return "".join(rng.choice(letters) for _ in range(count))


def _rules(rng: random.Random, letters: str) -> dict[str, str]:
    """Draw seven rules for substrings of equal length, so that at no place two letters are inserted."""
    length = rng.choice((3, 4))
    rules: dict[str, str] = {}
    while len(rules) < len(letters):
        rules[_letters(rng, letters, length)] = rng.choice(letters)
    return rules


def read(question: str) -> dict[str, Any]:
    """Read the string and the rules."""
    rules = dict(re.findall(r"occurrence of ([A-Z]+) insert the letter ([A-Z])", question))
    rules |= dict(re.findall(r"substring ([A-Z]+) in the string, insert the character ([A-Z])", question))
    return {"text": re.search(r"Given the string ([A-Z]+)", question)[1], "rules": rules}


def solve(text: str, rules: dict[str, str]) -> str:
    """Go through the letters and insert one wherever a substring of the original string has just ended."""
    result = ""
    for i, letter in enumerate(text):
        result += letter
        for substring, inserted in rules.items():
            if text[: i + 1].endswith(substring):
                result += inserted
    return result


def verify(answer: str, text: str, rules: dict[str, str]) -> bool:
    """Find all occurrences first, then insert the letters from the last one back to the first."""
    places = []
    for substring, letter in rules.items():
        starts = [i for i in range(len(text)) if text.startswith(substring, i)]
        places += [(i + len(substring), letter) for i in starts]
    for place, letter in sorted(places, reverse=True):
        text = text[:place] + letter + text[place:]
    return answer == text
