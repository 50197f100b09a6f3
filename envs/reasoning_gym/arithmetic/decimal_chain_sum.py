"""DecimalChainSum: add and subtract a row of decimals."""

import random
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number
from r1ci_env.envs.mathematics.arithmetic import evaluate
from r1ci_env.task import Problem, Task

TERMS = {1: (2, 3), 2: (3, 5), 3: (4, 7), 4: (8, 12), 5: (13, 20)}
DIGITS = {1: (1, 2), 2: (1, 3), 3: (2, 4), 4: (3, 5), 5: (4, 7)}
PLACES = {1: (1, 2), 2: (1, 3), 3: (1, 4), 4: (2, 5), 5: (3, 7)}


class DecimalChainSum(Task):
    """Evaluate a chain of additions and subtractions of decimals.

    Description:
        Decimal numbers joined by + and - are given; the exact value is asked for.

    Answer format:
        The decimal number; zeros at its end do not matter.

    Levels:
        2 to 3 terms with 1 to 2 places at level 1; the original's defaults (2 to 6 terms of up to 4 digits and 4
        places) at levels 1 to 3; 13 to 20 terms with 3 to 7 places at level 5.

    Check:
        The number must equal the exact value.

    Source and deviations:
        Reasoning-Gym decimal_chain_sum, whose scorer allows an error in the last place; here the value must be exact.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the terms and the signs between them."""
        chain = _decimal(rng, level)
        for _ in range(rng.randint(*TERMS[level]) - 1):
            chain += f" {rng.choice('+-')} {_decimal(rng, level)}"
        answer = solve(_terms(chain))
        question = f"What is the exact value of {chain} ? Answer with a decimal number, as <<<number>>>."
        return self.new_problem(level, question, {"value": answer}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The number must equal the value of the chain."""
        return number(answer) == Fraction(problem.data["value"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of decimal_chain_sum."""
        value = evaluate(item["metadata"]["expression"]).value
        answer = solve(_terms(item["metadata"]["expression"]))
        flaw = None if number(item["answer"]) == value else "the stored answer is not the exact value"
        return self.official_problem(item["question"], {"value": answer}, answer, gold=item["answer"], flaw=flaw)

    def reasons(self, problem: Problem) -> list[str] | None:
        """Keep a running total."""
        first, *others = self.instance(problem)["terms"]
        if not 1 <= problem.level <= 2:
            return None
        total, steps = first, []
        for term in others:
            following = solve([total, term])
            steps.append(f"{total} {'-' if term[0] == '-' else '+'} {term.lstrip('-')} = {following}.")
            total = following
        rng = random.Random(problem.question)
        return [rng.choice(("From left to right:", "I go from left to right.", f"I start with {first}.")), *steps]


def _decimal(rng: random.Random, level: int) -> str:
    digits, places = rng.randint(*DIGITS[level]), rng.randint(*PLACES[level])
    return f"{rng.randint(10 ** (digits - 1), 10**digits - 1)}.{rng.randint(1, 10**places - 1):0{places}d}"


def _terms(chain: str) -> list[str]:
    return [sign + term for sign, term in re.findall(r"(-?) ?(\d+(?:\.\d+)?)", chain)]


def read(question: str) -> dict[str, Any]:
    """Read the terms with their signs."""
    chain = question.split("value of")[1].split("?")[0]
    return {"terms": [sign + term for sign, term in re.findall(r"(-?) ?([\d.]+)", chain)]}


def solve(terms: list[str]) -> str:
    """Add up the signed terms as exact decimals."""
    total = sum(Decimal(term) for term in terms)
    return str(total)


def verify(answer: str, terms: list[str]) -> bool:
    """Take the terms away again, as fractions: nothing may remain."""
    rest = Fraction(answer)
    for term in terms:
        rest -= Fraction(term)
    return rest == 0
