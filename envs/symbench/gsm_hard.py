"""GsmHard: word problems of everyday arithmetic with large numbers."""

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any

from r1ci_env.envs.answers import number
from r1ci_env.envs.mathematics.answers import same
from r1ci_env.envs.mathematics.units import asked_units, asks_for_percentage
from r1ci_env.envs.wording.everyday_arithmetic import TABLE
from r1ci_env.envs.wording.formula_programs import program_of
from r1ci_env.envs.wording.word_problems import Story, draw_steps, read_steps, shown_number, total_of
from r1ci_env.task import Problem, Task

STEPS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4}
SMALL = {1: 9, 2: 12, 3: 20, 4: 40, 5: 90}
BIG = {1: 99, 2: 999, 3: 99_999, 4: 9_999_999, 5: 999_999_999}
PRICE = {1: 9, 2: 20, 3: 99, 4: 9_999, 5: 999_999}


# Original items, by digest of the question, whose stored answer is wrong: the right one, and why.
_CORRECTED = {
    "f9c223267b14b7b7": ("29945647.68", "the large number stands for both complexes, but the answer uses it for one"),
    "b201eb645e9d9916": ("135", "the answer is the energy still used, not the energy saved"),
}


class GsmHard(Task):
    """Solve a word problem, or a chain of them.

    Description:
        A story about prices, rates, percentages, mixtures, work, ages, speeds, units or sharing asks for a number; at
        the high levels several stories, each of which may use the answer to the one before.

    Answer format:
        The exact number: an integer, a decimal or a fraction; the unit that the question asks for may stand with it.

    Levels:
        One story with numbers below 100 at level 1 and below 1,000 at level 2, two linked stories with numbers below
        100,000 at level 3 (the original's numbers have up to 7 digits), four with numbers up to a thousand million at
        level 5.

    Check:
        The exact value must be given, worked out; equivalent forms count.

    Source and deviations:
        SymBench gsm (GSM-Hard: stories in which one number was made large, so that many make no sense any more:
        negative eggs). Here the numbers fit the story. The original is judged by a language model to 0.1 %; here
        answers are exact, and on original items they may be rounded to two or more decimals within 0.1 %. Original
        items with a negative answer are marked as unsure, and two whose stored answer is wrong as flawed.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw stories."""
        draw: dict[str, Callable[[], Any]] = {
            "n": lambda: rng.randint(2, SMALL[level]),
            "b": lambda: rng.randint(10, BIG[level]),
            "h": lambda: 100 * rng.randint(1, 1 + BIG[level] // 50),
            "p": lambda: rng.randint(1, PRICE[level]) + Fraction(rng.choice((0, 0, 25, 40, 50, 75)), 100),
            "a": lambda: rng.randint(2, 140),
            "r": lambda: 5 * rng.randint(1, 18) if level < 3 else rng.randint(2, 95),
        }
        steps = draw_steps(rng, TABLE, STEPS[level], draw, linked="b")
        question = (
            f"{steps.text}\nGive the exact number, without rounding, as an integer, a decimal or a fraction in triple "
            "angle brackets: <<<number>>>."
        )
        return self.new_problem(level, question, {"wordings": steps.wordings}, shown_number(steps.value))

    def program(self, problem: Problem) -> str | None:
        """Write the formulas with their numbers; original items are free prose of many authors, and have none."""
        return program_of(**read(problem.question), table=TABLE) if problem.level else None

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare exactly."""
        exact, question = problem.answer, problem.question
        return same(answer, exact, question) or (problem.level == 0 and _is_rounded(answer, exact, question))

    def size(self, problem: Problem) -> float:
        """Number of stories times the bound of their numbers."""
        return float(STEPS[problem.level] * BIG[problem.level])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an original item; noise in the last digits of its stored float goes."""
        target = float(item["target"])
        exact = Fraction(target) if target.is_integer() else Fraction(f"{target:.15g}")
        answer = shown_number(exact)
        if corrected := _CORRECTED.get(sha256(item["question"].encode()).hexdigest()[:16]):
            return self.official_problem(item["question"], {}, corrected[0], repr(target), corrected[1])
        unsure = "the number that was made large makes the answer negative" if target < 0 else None
        return self.official_problem(item["question"], {}, answer, repr(target), unsure=unsure)


def _is_rounded(answer: str, exact: str, question: str) -> bool:
    """Whether an answer is the value rounded to two or more decimals and within 0.1 %, or has a float's noise."""
    units = [*asked_units(question), *(("%", "percent") if asks_for_percentage(question) else ())]
    found, value = number(answer, *units), Fraction(exact)
    error = abs(found - value)
    rounded = any(found == round(value, places) for places in range(2, 13))
    return error * 10**12 <= abs(value) or (rounded and error * 10**3 <= abs(value))


def read(question: str) -> dict[str, Any]:
    """Read which wordings the stories have, the numbers in them, and how many times each answer counts."""
    stories, total = read_steps(question, TABLE)
    return {"stories": stories, "total": total}


def solve(stories: list[Story], total: dict[str, int]) -> str:
    """Apply to each story the formula of its wording, and add up the answers."""
    return str(total_of(stories, total, TABLE))
