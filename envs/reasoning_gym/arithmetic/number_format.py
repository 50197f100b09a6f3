"""NumberFormat: the largest or smallest of numbers in different notations."""

import random
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number
from r1ci_env.programs import literal
from r1ci_env.task import Problem, Task

COUNT = {1: (2, 3), 2: (2, 5), 3: (4, 6), 4: (8, 12), 5: (16, 24)}
DIGITS = {1: (3, 5), 2: (5, 7), 3: (7, 9), 4: (9, 11), 5: (11, 14)}
STYLES = ("plain", "commas", "scientific")


class NumberFormat(Task):
    """Pick the largest or smallest of numbers written in different ways.

    Description:
        Numbers that lie close together are given in plain notation, with thousands commas and in scientific notation;
        the largest or the smallest is asked for.

    Answer format:
        The number, in any of the notations.

    Levels:
        2 to 3 numbers of about a thousand at level 1, 4 to 6 of about ten million at level 3 (the original has 2 to
        5 numbers), 16 to 24 of up to 14 digits at level 5.

    Check:
        The number must equal the right candidate exactly.

    Source and deviations:
        Reasoning-Gym number_format, whose scorer compares floating-point values; here every digit counts.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw distinct numbers in thousandths that agree in their leading digits, and a notation for each."""
        digits = rng.randint(*DIGITS[level])
        base = rng.randint(10 ** (digits - 1), 10**digits - 10) * 1000
        count = rng.randint(*COUNT[level])
        thousandths = [base + offset for offset in rng.sample(range(9_000), count)]
        shown = [_shown(n, rng.choice(STYLES)) for n in thousandths]
        size = rng.choice(("largest", "smallest"))
        question = (
            f"Which is the {size} of these numbers: {'  '.join(shown)} ? Answer with that number, as <<<number>>>."
        )
        data = {"candidates": shown, "size": size}
        best = solve([_shown(n, "plain") for n in thousandths], size)
        return self.new_problem(level, question, data, best)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The number must equal the largest or smallest candidate."""
        right = {number(solve(problem.data["candidates"], problem.data["size"]))}
        if problem.data.get("unrounded"):
            right.add(number(problem.data["unrounded"]))
        return number(answer) in right

    def size(self, problem: Problem) -> float:
        """Number of candidates."""
        return len(problem.data["candidates"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of number_format."""
        metadata = item["metadata"]
        # The candidates are shown rounded, and the answer is stored as the floating-point number before that.
        gold = item["answer"]
        data = {"candidates": metadata["formatted_candidates"], "size": metadata["size"], "unrounded": gold}
        answer = solve(data["candidates"], data["size"])
        return self.official_problem(item["question"], data, answer, gold)

    def program(self, problem: Problem) -> str:
        """Compare the candidates as exact decimals."""
        candidates, size = self.instance(problem).values()
        best = "max" if size == "largest" else "min"
        return f"from decimal import Decimal\n\nnumbers = {literal(candidates)}\nprint({best}(numbers, key=Decimal))\n"


def _shown(thousandths: int, style: str) -> str:
    whole, part = divmod(thousandths, 1000)
    if style == "plain":
        return f"{whole}.{part:03d}"
    if style == "commas":
        return f"{whole:,}.{part:03d}"
    digits = str(thousandths)
    return f"{digits[0]}.{digits[1:]}e+{len(digits) - 4:02d}"


def read(question: str) -> dict[str, Any]:
    """Read the candidates without their thousands commas, and which is asked for."""
    size, listed = re.search(r"the (largest|smallest) of these numbers: (.*) \? Answer", question).groups()
    return {"candidates": listed.replace(",", "").split(), "size": size}


def solve(candidates: list[str], size: str) -> str:
    """Compare the candidates as exact decimals."""
    best = max if size == "largest" else min
    return best(candidates, key=lambda text: Decimal(text.replace(",", "")))


def verify(answer: str, candidates: list[str], size: str) -> bool:
    """Sort the candidates as fractions and look at the end."""
    ranked = sorted(Fraction(text) for text in candidates)
    best = ranked[-1] if size == "largest" else ranked[0]
    return Fraction(answer) == best
