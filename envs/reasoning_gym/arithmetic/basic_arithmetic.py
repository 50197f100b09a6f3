"""BasicArithmetic: expressions of whole numbers with the four operations, signs and brackets."""

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number
from r1ci_env.envs.mathematics.arithmetic import evaluate
from r1ci_env.envs.mathematics.steps import in_steps
from r1ci_env.task import Problem, Task

TERMS = {1: (2, 3), 2: (3, 5), 3: (5, 7), 4: (9, 14), 5: (18, 28)}
DIGITS = {1: 2, 2: 3, 3: 4, 4: 4, 5: 6}
SUM, PRODUCT, ATOM = 0, 1, 2  # how tightly the outermost operator of an expression binds


class BasicArithmetic(Task):
    """Evaluate an arithmetic expression.

    Description:
        An expression of integers with + - * /, signs and brackets is given; its value is asked for.

    Answer format:
        The integer.

    Levels:
        2 to 3 numbers of up to 2 digits at level 1; the original's defaults (2 to 6 numbers of up to 4 digits) at
        levels 1 to 3; 18 to 28 numbers of up to 6 digits at level 5.

    Check:
        The answer must be the exact value.

    Source and deviations:
        Reasoning-Gym basic_arithmetic. Every division comes out even, as it does there.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an expression tree with the value of every part at hand."""
        text, value, _ = _expression(rng, rng.randint(*TERMS[level]), DIGITS[level])
        question = (
            f"Evaluate {text} = ? Products and quotients go before sums and differences. Answer as <<<integer>>>."
        )
        return self.new_problem(level, question, {"value": str(value)}, str(value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The number must equal the value."""
        return number(answer) == Fraction(problem.data["value"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of basic_arithmetic."""
        value = evaluate(item["metadata"]["expression"]).value
        return self.official_problem(item["question"], {"value": str(value)}, str(value), gold=item["answer"])

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        whole = ", with // for the quotients, which are whole" if "/" in self.instance(problem)["expression"] else ""
        return f"Evaluate the expression{whole}."

    def program(self, problem: Problem) -> str:
        """Print the expression; as divisions come out even, whole numbers do for them."""
        expression = self.instance(problem)["expression"].replace("/", "//")
        return f"{in_steps(expression)}print(value)\n"


def _expression(rng: random.Random, terms: int, digits: int) -> tuple[str, int, int]:
    """Return an expression, its value and how tightly it binds."""
    if terms == 1:
        value = rng.randint(1, 10 ** rng.randint(1, digits) - 1) * rng.choice((1, 1, 1, -1))
        return str(value), value, ATOM
    if rng.random() < 0.2:
        text, value, binds = _expression(rng, terms - 1, digits)
        divisor = rng.choice([d for d in range(1, 100) if value % d == 0])
        return f"{_bracketed(text, binds < PRODUCT)} / {divisor}", value // divisor, PRODUCT
    left_terms = rng.randint(1, terms - 1)
    left, left_value, left_binds = _expression(rng, left_terms, digits)
    right, right_value, right_binds = _expression(rng, terms - left_terms, digits)
    match rng.choice("++--*"):
        case "*":
            text = f"{_bracketed(left, left_binds < PRODUCT)} * {_bracketed(right, right_binds < ATOM)}"
            return text, left_value * right_value, PRODUCT
        case "+":
            return f"{left} + {_bracketed(right, right_binds < PRODUCT)}", left_value + right_value, SUM
        case _:
            return f"{left} - {_bracketed(right, right_binds < PRODUCT)}", left_value - right_value, SUM


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def read(question: str) -> dict[str, Any]:
    """Read the expression."""
    return {"expression": re.search(r"Evaluate ([-+*/() \d]+) = \?", question)[1]}


def solve(expression: str) -> str:
    """Evaluate products before sums, brackets first, with exact fractions."""
    tokens = re.findall(r"\d+|[-+*/()]", expression)[::-1]

    def total() -> Fraction:
        value = product()
        while tokens and tokens[-1] in "+-":
            value = value + product() if tokens.pop() == "+" else value - product()
        return value

    def product() -> Fraction:
        value = signed()
        while tokens and tokens[-1] in "*/":
            value = value * signed() if tokens.pop() == "*" else value / signed()
        return value

    def signed() -> Fraction:
        token = tokens.pop()
        if token == "-":
            return -signed()
        if token == "(":
            value = total()
            tokens.pop()
            return value
        return Fraction(token)

    return str(total())
