"""ChainSum: add and subtract a row of integers."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.mathematics.arithmetic import evaluate
from r1ci_env.task import Problem, Task

TERMS = {1: (2, 3), 2: (3, 5), 3: (4, 7), 4: (8, 12), 5: (13, 20)}
DIGITS = {1: (1, 2), 2: (1, 3), 3: (2, 4), 4: (4, 6), 5: (6, 10)}


class ChainSum(Task):
    """Evaluate a chain of additions and subtractions.

    Description:
        Integers joined by + and - are given; the value is asked for.

    Answer format:
        The integer.

    Levels:
        2 to 3 terms of 1 to 2 digits at level 1, up to 13 to 20 terms of 6 to 10 digits at level 5; level 2 to 3
        span the original's defaults (2 to 6 terms of 1 to 4 digits).

    Check:
        The answer must be the exact integer.

    Source and deviations:
        Reasoning-Gym chain_sum. No partial credit for an answer that contains the right one.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the terms and the signs between them."""
        low, high = DIGITS[level]
        terms = []
        for _ in range(rng.randint(*TERMS[level])):
            digits = rng.randint(low, high)
            terms.append(rng.randint(10 ** (digits - 1), 10**digits - 1))
        terms[1:] = [rng.choice((1, -1)) * term for term in terms[1:]]
        chain, value = _chain(terms), int(solve(terms))
        question = f"What is the value of {chain} ? Answer with the integer in triple angle brackets: <<<integer>>>."
        return self.new_problem(level, question, {"chain": chain, "value": value}, str(value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must equal the value of the chain."""
        return integer(answer) == problem.data["value"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of chain_sum."""
        chain = item["metadata"]["expression"]
        value = int(evaluate(chain).value)
        data = {"chain": chain, "value": value}
        return self.official_problem(item["question"], data, str(value), gold=item["answer"])

    def program(self, problem: Problem) -> str | None:
        """Print the chain, unless it is long."""
        if not 1 <= problem.level <= 3:
            return super().program(problem)
        return f"print({_chain(self.instance(problem)['terms'])})\n"

    def reasons(self, problem: Problem) -> list[str] | None:
        """Keep a running total."""
        terms = self.instance(problem)["terms"]
        if not 1 <= problem.level <= 3:
            return None
        total, steps = terms[0], []
        for term in terms[1:]:
            steps.append(f"{_chain([total, term])} = {total + term}.")
            total += term
        rng = random.Random(problem.question)
        begin = rng.choice(("From left to right:", "I go from left to right.", f"I start with {terms[0]}."))
        return [begin, *steps]


def _chain(terms: list[int]) -> str:
    first, *others = terms
    return str(first) + "".join(f" {'-' if term < 0 else '+'} {abs(term)}" for term in others)


def read(question: str) -> dict[str, Any]:
    """Read the terms with their signs."""
    chain = question.split("value of")[1].split("?")[0]
    return {"terms": [int(sign + term) for sign, term in re.findall(r"([+-]?) ?(\d+)", chain)]}


def solve(terms: list[int]) -> str:
    """Add up the signed terms."""
    return str(sum(terms))
