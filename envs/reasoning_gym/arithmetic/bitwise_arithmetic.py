"""BitwiseArithmetic: hexadecimal expressions with sums, products and bit operations."""

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from r1ci_env.envs.answers import BadAnswer
from r1ci_env.envs.answers.spelling import plain
from r1ci_env.envs.mathematics.steps import in_steps
from r1ci_env.task import Problem, Task

DEPTH = {1: 1, 2: 2, 3: 2, 4: 3, 5: 4}
BITS = {1: 8, 2: 16, 3: 16, 4: 24, 5: 32}
OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b,
}


class BitwiseArithmetic(Task):
    """Evaluate a bracketed hexadecimal expression.

    Description:
        An expression of hexadecimal numbers with + - * & | ^ << >> is given, over integers of unbounded size; its
        value is asked for in hexadecimal.

    Answer format:
        ``0x1a2b``, or ``-0x3`` for a negative value.

    Levels:
        One operation on 8 bits at level 1, nesting 2 deep on 16 bits at levels 2 and 3 (the original's default), 4 deep
        on 32 bits at level 5. Level 1 and 2 have sums, differences, products and shifts only, as the original.

    Check:
        The value must be right; case and leading zeros do not matter, the prefix 0x may be left out.

    Source and deviations:
        Reasoning-Gym bitwise_arithmetic; with &, | and ^ from level 3 on.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a bracketed tree."""
        operators = ["+", "-", "*", "<<", ">>"] + (["&", "|", "^"] if level >= 3 else [])
        text = _expression(rng, DEPTH[level], BITS[level], operators)
        value = solve(text)
        question = (
            f"Evaluate {text} with signed integers of unbounded size (for negative numbers, & | ^ >> act on the two's "
            "complement). Answer in hexadecimal, as <<<0x1f>>> or, if negative, as <<<-0x1f>>>."
        )
        return self.new_problem(level, question, {"value": value}, value)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the values."""
        digits = re.fullmatch(r"([+-]?)\s*(?:0[xX])?([0-9a-fA-F]+(?:[_ ][0-9a-fA-F]+){0,200})", plain(answer), re.ASCII)
        if not digits or len(digits[2]) > 2_000:
            raise BadAnswer("not hexadecimal")
        return int(digits[1] + re.sub("[_ ]", "", digits[2]), 16) == int(problem.data["value"], 16)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of bitwise_arithmetic."""
        value = solve(item["metadata"]["problem"])
        return self.official_problem(item["question"], {"value": value}, value, gold=item["answer"])

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Evaluate the expression and show it in hexadecimal."

    def program(self, problem: Problem) -> str:
        """Print the expression, which is Python as it stands."""
        expression = self.instance(problem)["expression"]
        return f"{in_steps(expression[1:-1])}print(hex(value))\n"


def _expression(rng: random.Random, depth: int, bits: int, operators: list[str]) -> str:
    if depth == 0:
        return hex(rng.getrandbits(bits))
    operator = rng.choice(operators)
    left = _expression(rng, depth - 1, bits, operators)
    shifts = operator in ("<<", ">>")
    right = hex(rng.randint(1, 4)) if shifts else _expression(rng, depth - 1, bits, operators)
    return f"({left} {operator} {right})"


def read(question: str) -> dict[str, Any]:
    """Read the expression from its first to its last bracket."""
    return {"expression": re.search(r"Evaluate (\([-+*&|^<>()x\da-f ]*\)) with signed", question)[1]}


def solve(expression: str) -> str:
    """Evaluate the bracketed expression from the inside out."""
    values: list[int] = []
    operators: list[str] = []
    for token in re.findall(r"0x[0-9a-f]+|<<|>>|[-+*&|^)]", expression):
        if token.startswith("0x"):
            values.append(int(token, 16))
        elif token == ")":
            b, a = values.pop(), values.pop()
            values.append(OPERATIONS[operators.pop()](a, b))
        else:
            operators.append(token)
    return hex(values[0])
