"""Cryptarithm: which digits the letters of a sum stand for."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import BadAnswer, assignments
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SHAPES = {1: (2, (2, 2)), 2: (2, (3, 4)), 3: (3, (3, 5)), 4: (3, (5, 6)), 5: (4, (7, 8))}  # numbers, their digits
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Cryptarithm(Task):
    """Replace letters by digits so that an addition is right.

    Description:
        An addition is given with a letter for each digit. Digits for the letters are asked for, different ones for
        different letters, no number beginning with 0.

    Answer format:
        ``A=1, B=2, C=3``: every letter once.

    Levels:
        Two numbers of two digits at level 1; two or three of three to five digits, as in the original, at levels 2
        and 3; four of seven or eight digits at level 5.

    Check:
        Every letter has a digit, no two the same one, no number begins with 0, and the sum is right. Where several
        assignments fit, each is accepted.

    Source and deviations:
        Reasoning-Gym cryptarithm. The sum stands on one line.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the numbers, then a letter for each digit."""
        count, (low, high) = SHAPES[level]
        lengths = [rng.randint(low, high) for _ in range(count)]
        numbers = [rng.randrange(10 ** (digits - 1), 10**digits) for digits in lengths]
        letters = rng.sample(LETTERS, 10)
        *words, result = ["".join(letters[int(d)] for d in str(n)) for n in (*numbers, sum(numbers))]
        used = sorted(set("".join(words) + result))
        question = (
            f"Each letter stands for a digit, different letters for different digits, and no number begins with 0:\n"
            f"{' + '.join(words)} = {result}\n"
            "Find digits with which the sum is right. Name every letter once, in the form <<<A=1, B=2, C=3>>>."
        )
        data = {"words": words, "result": result, "leading_zero": False}
        return self.new_problem(level, question, data, ", ".join(f"{x}={letters.index(x)}" for x in used))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Put the digits in and add."""
        words, result = problem.data["words"], problem.data["result"]
        digits = {letter.upper(): digit for letter, digit in assignments(answer).items()}
        if digits.keys() != set("".join(words) + result):
            raise BadAnswer("not the letters of the sum")
        if len(set(digits.values())) < len(digits) or any(len(d) > 1 or d not in "0123456789" for d in digits.values()):
            return False
        *numbers, total = ["".join(digits[letter] for letter in word) for word in (*words, result)]
        if not problem.data["leading_zero"] and any(number[0] == "0" for number in (*numbers, total)):
            return False
        return sum(map(int, numbers)) == int(total)

    def size(self, problem: Problem) -> float:
        """Letters that are written."""
        return len("".join(problem.data["words"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the words from the metadata."""
        entry = item["metadata"]
        data = {"words": entry["words_letters"], "result": entry["result_letters"]}
        data["leading_zero"] = entry["allow_leading_zero"]
        return entry_problem(self, item, data, lambda: find_digits(**data))


def find_digits(words: Sequence[str], result: str, leading_zero: bool = False) -> str:
    """Search column by column from the right; return nothing if nothing fits."""
    leading = set() if leading_zero else {word[0] for word in (*words, result)}
    digits: dict[str, int] = {}

    def place(column: int, row: int, total: int) -> bool:
        if column == len(result):
            return total == 0
        if row == len(words):  # the column's digit of the result is known now
            return put(result[-1 - column], [total % 10], lambda digit: place(column + 1, 0, total // 10))
        if column >= len(words[row]):
            return place(column, row + 1, total)
        return put(words[row][-1 - column], range(10), lambda digit: place(column, row + 1, total + digit))

    def put(letter: str, options: Sequence[int], go_on: Any) -> bool:
        if letter in digits:
            return (len(options) == 10 or digits[letter] in options) and go_on(digits[letter])
        for digit in options:
            if digit not in digits.values() and not (digit == 0 and letter in leading):
                digits[letter] = digit
                if go_on(digit):
                    return True
                del digits[letter]
        return False

    if len(result) < max(map(len, words)) or not place(0, 0, 0):
        return ""
    return ", ".join(f"{letter}={digit}" for letter, digit in sorted(digits.items()))


def solve(question: str) -> str:
    """Read the sum and search."""
    words, result = re.search(r"^([A-Z+ ]+) = ([A-Z]+)$", question, re.M).groups()
    return find_digits(words.split(" + "), result)
