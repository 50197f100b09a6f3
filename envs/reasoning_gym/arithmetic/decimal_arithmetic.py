"""DecimalArithmetic: expressions of decimals, to twelve significant digits."""

import random
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any, ClassVar

from r1ci_env.envs.answers import number, rounded
from r1ci_env.envs.mathematics.arithmetic import evaluate
from r1ci_env.envs.mathematics.steps import in_steps
from r1ci_env.task import Problem, Task

TERMS = {1: (2, 3), 2: (3, 4), 3: (4, 6), 4: (7, 10), 5: (12, 18)}
PLACES = {1: 2, 2: 3, 3: 3, 4: 4, 5: 6}
SIGNIFICANT = 12


class DecimalArithmetic(Task):
    """Evaluate an expression of decimals to 12 significant digits.

    Description:
        A bracketed expression of decimal numbers with + - * / is given. Its value is asked for, rounded to 12
        significant digits, halves away from zero.

    Answer format:
        The decimal number; zeros at its end do not matter.

    Levels:
        2 to 3 numbers with 2 places at level 1; the original's defaults (2 to 6 numbers with 3 places) at levels 1
        to 3; 12 to 18 numbers with 6 places at level 5.

    Check:
        The exact value is known as a fraction; an answer is right if it rounds to the same 12 significant digits.

    Source and deviations:
        Reasoning-Gym decimal_arithmetic, which rounds after every step, so that its last digits can be wrong.
    """

    plain_levels: ClassVar[int] = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a tree without division by zero and without a value of zero."""
        while True:
            text, value = _expression(rng, rng.randint(*TERMS[level]), PLACES[level])
            if value:
                break
        question = (
            f"Evaluate {text} = ? Round the final result to {SIGNIFICANT} significant digits, halves away from zero. "
            "Answer with a decimal number, as <<<number>>>."
        )
        return self.new_problem(level, question, {"value": str(value)}, _shown(value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare after rounding."""
        return rounded(number(answer), SIGNIFICANT) == rounded(Fraction(problem.data["value"]), SIGNIFICANT)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of decimal_arithmetic; its last line holds the expression."""
        value = evaluate(item["question"].strip().splitlines()[-1].removesuffix("= ?")).value
        gold = number(item["answer"])
        flaw = None
        if rounded(gold, SIGNIFICANT) != rounded(value, SIGNIFICANT):
            flaw = "the stored answer is rounded after every step"
        return self.official_problem(item["question"], {"value": str(value)}, _shown(value), item["answer"], flaw)

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Evaluate the expression with decimals, and round the result."

    def program(self, problem: Problem) -> str:
        """Evaluate with decimals of more digits than are asked for."""
        steps = in_steps(self.instance(problem)["expression"], deepest=2)
        steps = re.sub(r"\d+\.\d+", r'Decimal("\g<0>")', steps)
        more = "" if 1 <= problem.level <= 3 else "getcontext().prec = 100\n"
        return (
            "from decimal import ROUND_HALF_UP, Decimal, getcontext\n\n"
            f"getcontext().rounding = ROUND_HALF_UP\n{more}"
            f'{steps}print(f"{{value:.{SIGNIFICANT}g}}")\n'
        )


def _expression(rng: random.Random, terms: int, places: int) -> tuple[str, Fraction]:
    """Return an expression in which every operation but the outermost is bracketed, and its value."""
    if terms == 1:
        text = f"{rng.randint(0, 9)}.{rng.randint(1, 10**places - 1):0{places}d}"
        return text, Fraction(text)
    left_terms = rng.randint(1, terms - 1)
    left, a = _expression(rng, left_terms, places)
    right, b = _expression(rng, terms - left_terms, places)
    left, right = (f"({side})" if " " in side else side for side in (left, right))
    operator = rng.choice("+-*/" if b else "+-*")
    value = {"+": a + b, "-": a - b, "*": a * b}[operator] if operator != "/" else a / b
    return f"{left} {operator} {right}", value


def _shown(value: Fraction) -> str:
    """Return the rounded value as a plain decimal."""
    with localcontext() as context:
        context.prec = 400  # enough that one division decides the digits
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        unit = Decimal(1).scaleb(exact.adjusted() - SIGNIFICANT + 1)
        return f"{exact.quantize(unit, ROUND_HALF_UP):f}"


def read(question: str) -> dict[str, Any]:
    """Read the expression."""
    return {"expression": re.search(r"Evaluate ([-+*/() \d.]+) = \?", question)[1]}


def solve(expression: str) -> str:
    """Evaluate products before sums, brackets first, with exact fractions, then round."""
    tokens = re.findall(r"\d+\.\d+|[-+*/()]", expression)[::-1]

    def total() -> Fraction:
        value = product()
        while tokens and tokens[-1] in "+-":
            value = value + product() if tokens.pop() == "+" else value - product()
        return value

    def product() -> Fraction:
        value = atom()
        while tokens and tokens[-1] in "*/":
            value = value * atom() if tokens.pop() == "*" else value / atom()
        return value

    def atom() -> Fraction:
        token = tokens.pop()
        if token != "(":
            return Fraction(token)
        value = total()
        tokens.pop()
        return value

    return _shown(total())


def solve_plainly(expression: str) -> str:
    """Let Python evaluate the expression with a hundred digits."""
    with localcontext(prec=100, rounding=ROUND_HALF_UP):
        value = eval(re.sub(r"[\d.]+", r"Decimal('\g<0>')", expression))
        return f"{value:.12g}"
