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

LONGEST = 100
"""What an expression may have on one line of a program."""


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
        return self.new_problem(level, question, {"expression": expression}, solve(expression))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the integer."""
        return integer(answer) == integer(problem.answer)

    def program(self, problem: Problem) -> str:
        """Print the expression."""
        return f"{_named(self.instance(problem)['expression'])}print(value)\n"

    def reasons(self, problem: Problem) -> list[str] | None:
        """Work out the brackets from the innermost on, products first."""
        text = self.instance(problem)["expression"]
        if len(text) > LONGEST:
            return None
        so = random.Random(problem.question).choice(("so", "which makes", "and hence"))
        said = []
        while found := re.search(r"\(([^()]*)\)", text):
            said.append(_worked(found[1], so))
            text = f"{text[: found.start()]}{solve(found[1])}{text[found.end() :]}"
        return said

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


def _worked(sum_of_products: str, so: str) -> str:
    """Return the equations that work out an expression without brackets."""
    products = re.findall(r"-?\d+(?: \* -?\d+)+", sum_of_products)
    value, reduced = solve(sum_of_products), sum_of_products
    for product in products:
        reduced = reduced.replace(product, solve(product), 1)
    sides = " = ".join(dict.fromkeys((sum_of_products, reduced, value)))
    parts = [f"{product} = {solve(product)}" for product in products if product != sum_of_products]
    return f"{' and '.join(parts)}, {so} {sides}." if parts else f"{sides}."


def _named(expression: str) -> str:
    """Return lines that compute ``value``: of a long expression, brackets get names first."""
    parts: list[str] = []

    def name(match: re.Match[str]) -> str:
        parts.append(match[0][1:-1])
        return f"part{len(parts)}"

    before = ""
    while len(expression) > LONGEST and expression != before:
        before, expression = expression, re.sub(r"\((?:[^()]|\([^()]*\))*\)", name, expression)
    if re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", expression) == "":  # brackets around the whole
        expression = expression[1:-1]
    return "".join(f"part{i} = {part}\n" for i, part in enumerate(parts, 1)) + f"value = {expression}\n"


def read(question: str) -> dict[str, Any]:
    """Read the expression before the equals sign."""
    return {"expression": question.split("=")[0].strip()}


def solve(expression: str) -> str:
    """Replace the innermost brackets by their values until one number is left."""
    text = f"({expression})"
    while "(" in text:
        start = text.rindex("(")
        end = text.index(")", start)
        first, *rest = text[start + 1 : end].split()
        terms = [int(first)]
        for operator, number in zip(rest[::2], rest[1::2], strict=True):
            if operator == "*":
                terms[-1] *= int(number)
            else:
                terms.append(int(operator + "1") * int(number))
        text = f"{text[:start]}{sum(terms)}{text[end + 1 :]}"
    return text
