"""Cryptarithm: which digits the letters of a sum stand for."""

import random
import re
from collections.abc import Mapping
from itertools import permutations
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

    plain_levels = 1

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
        words, result, leading_zero = (entry[key] for key in ("words_letters", "result_letters", "allow_leading_zero"))
        data = {"words": words, "result": result, "leading_zero": leading_zero}
        nonzero = "" if leading_zero else "".join({word[0] for word in (*words, result)})
        return entry_problem(self, item, data, lambda: solve(words, result, nonzero))


def read(question: str) -> dict[str, Any]:
    """Read the sum; the first letters of its numbers are not 0."""
    left, result = re.search(r"^([A-Z+ ]+) = ([A-Z]+)$", question, re.M).groups()
    words = left.split(" + ")
    return {"words": words, "result": result, "nonzero": "".join(sorted({word[0] for word in (*words, result)}))}


def solve(words: list[str], result: str, nonzero: str) -> str:
    """Choose digits column by column from the right, and keep the choices with which the column is right."""
    partial: list[tuple[dict[str, int], int]] = [({}, 0)]  # the digits so far, and the carry
    for place in range(1, len(result) + 1):
        column = [word[-place] for word in words if len(word) >= place]
        extended = []
        for known, carry in partial:
            new = sorted(set(column) - set(known))
            free = [digit for digit in range(10) if digit not in known.values()]
            for choice in permutations(free, len(new)):
                digits = known | dict(zip(new, choice, strict=True))
                total = carry + sum(digits[letter] for letter in column)
                digit = digits.setdefault(result[-place], total % 10)
                if digit == total % 10 and len(set(digits.values())) == len(digits):
                    extended.append((digits, total // 10))
        partial = extended
    solutions = [digits for digits, carry in partial if carry == 0 and all(digits[letter] for letter in nonzero)]
    found = solutions[0] if solutions else {}
    return ", ".join(f"{letter}={found[letter]}" for letter in sorted(found))


def solve_plainly(words: list[str], result: str, nonzero: str) -> str:
    """Try all digits for the letters of the summands: those of the result follow."""
    letters = sorted(set("".join(words)))
    for choice in permutations("0123456789", len(letters)):
        table = str.maketrans(dict(zip(letters, choice, strict=True)))
        total = str(sum(int(word.translate(table)) for word in words))
        if len(total) == len(result):
            pairs = {*zip(letters, choice, strict=True), *zip(result, total, strict=True)}
            digits = dict(pairs)
            different = len(pairs) == len(digits) == len(set(digits.values()))
            if different and all(digits[letter] != "0" for letter in nonzero):
                break
    return ", ".join(f"{letter}={digits[letter]}" for letter in sorted(digits))


def verify(answer: str, words: list[str], result: str, nonzero: str) -> bool:
    """Put the digits in and add."""
    digits = dict(pair.split("=") for pair in answer.split(", "))
    *numbers, total = [int("".join(digits[letter] for letter in word)) for word in [*words, result]]
    different = len(set(digits.values())) == len(digits) == len(set("".join(words) + result))
    return sum(numbers) == total and different and all(digits[letter] != "0" for letter in nonzero)
