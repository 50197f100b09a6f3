"""MultistepArithmeticTwo: the value of a bracketed expression of small integers."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.task import Problem, Task

SHAPES = {1: (2, 4, 1), 2: (3, 4, 1), 3: (3, 4, 2), 4: (3, 5, 3), 5: (2, 5, 6)}
"""Brackets joined at each depth, numbers in the innermost ones, and depth."""


class MultistepArithmeticTwo(Task):
    """Evaluate an expression of +, -, * and brackets.

    Description:
        Brackets of four one-digit integers, negative ones among them, are themselves added, subtracted and
        multiplied; the value is asked for.

    Answer format:
        The integer.

    Levels:
        Two brackets of four numbers at level 1, as in the original; 64 brackets of five, nested 6 deep, at level 5.

    Check:
        The answer must be the exact integer.

    Source and deviations:
        BIG-Bench Hard multistep_arithmetic_two, with the usual precedence; products join brackets less often than
        sums where there are many, so that values stay readable.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the expression from the outside in."""
        width, numbers, depth = SHAPES[level]
        expression = _expression(rng, width, numbers, depth)
        question = (
            f"{expression} =\nEvaluate this expression (* before + and -) and give the integer in triple angle "
            "brackets: <<<integer>>>."
        )
        value = _value(expression)
        return self.new_problem(level, question, {"expression": expression}, str(value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the integer."""
        return integer(answer) == integer(problem.answer)

    def short_code(self, problem: Problem) -> str:
        """Print the expression."""
        return f"print({problem.data['expression']})"

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Evaluate what stands before the equals sign."""
        return original_problem(self, item, {"expression": str(item["input"]).split("=")[0].strip()})


def _expression(rng: random.Random, width: int, numbers: int, depth: int) -> str:
    if depth == 0:
        parts = [str(rng.choice([n for n in range(-9, 10) if n])) for _ in range(numbers)]
    else:
        parts = [_expression(rng, width, numbers, depth - 1) for _ in range(width)]
    text = parts[0]
    for part in parts[1:]:
        text += f" {rng.choice('+-*' if depth < 3 else '++--*')} {part}"
    return f"({text})"


def _value(expression: str) -> int:
    """Evaluate by recursive descent: * before + and -, a sign belongs to the number or bracket that follows.

    Raises:
        ValueError: it is no expression.
    """
    tokens = re.findall(r"\d+|\S", expression)[::-1]

    def total() -> int:
        value = product()
        while tokens and tokens[-1] in "+-":
            value += product() if tokens.pop() == "+" else -product()
        return value

    def product() -> int:
        value = signed()
        while tokens and tokens[-1] == "*":
            tokens.pop()
            value *= signed()
        return value

    def signed() -> int:
        token = tokens.pop()
        if token in "+-":
            return signed() if token == "+" else -signed()
        if token == "(":
            value = total()
            if tokens.pop() != ")":
                raise ValueError("a bracket is not closed")
            return value
        return int(token)

    value = total()
    if tokens:
        raise ValueError("there is more than one expression")
    return value


def solve(question: str) -> str:
    """Evaluate what stands before the equals sign."""
    return str(_value(question.split("=")[0]))
