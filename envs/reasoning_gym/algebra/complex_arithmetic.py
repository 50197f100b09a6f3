"""ComplexArithmetic: sums, differences, products and quotients of complex numbers."""

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number
from r1ci_env.envs.mathematics.answers import last_form
from r1ci_env.envs.mathematics.steps import in_steps
from r1ci_env.errors import BadAnswer
from r1ci_env.task import Problem, Task

OPERATIONS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 7}
LARGEST = {1: 10, 2: 30, 3: 30, 4: 60, 5: 200}
SIGNS = {"+": "+", "-": "-", "*": "×", "/": "÷"}
_PYTHON = str.maketrans({"×": "*", "÷": "/", "[": "(", "]": ")"})
_NUMBER = r"\d[\d,_]*(?:\.\d*)?|\.\d+"
_TERM = re.compile(
    rf"\s*(?P<signs>(?:[-+]\s*){{0,3}})(?:\(\s*(?P<inner>[-+]?\s*(?:{_NUMBER}))\s*\)|(?P<size>{_NUMBER}))?"
    r"\s*(?P<unit>(?:(?<=[\d.)\s])\*\s*)?(?:1(?=[jJ]))?[ijIJ])?\s*",
    re.ASCII,
)


class ComplexArithmetic(Task):
    """Calculate with complex numbers.

    Description:
        An expression of Gaussian integers with +, -, × and ÷ is given; its value, a Gaussian integer, is asked for.

    Answer format:
        ``a + bi``, such as ``-1 - 7i``; a part that is zero may be left out.

    Levels:
        One operation on parts up to 10 at level 1 (the original's default) up to seven nested operations on parts up
        to 200 at level 5.

    Check:
        Both parts must be right. The answer must be a single number: an expression to be worked out is no answer.

    Source and deviations:
        Reasoning-Gym complex_arithmetic, whose scorer pays full marks for ``nan``.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an expression."""
        expression, value = _expression(rng, OPERATIONS[level], LARGEST[level])
        question = (
            f"Evaluate {expression}, where i is the imaginary unit.\n"
            "Give the value in the form <<<a + bi>>>, for example <<<-1 - 7i>>>."
        )
        data = {"expression": expression, "value": [int(part) for part in value]}
        return self.new_problem(level, question, data, _show(value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare both parts."""
        return list(_parts(last_form(answer))) == problem.data["value"]

    def size(self, problem: Problem) -> float:
        """Length of the question."""
        return len(problem.question)

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Evaluate the expression with complex numbers."

    def program(self, problem: Problem) -> str:
        """Evaluate with Python's complex numbers while they are small, else with sympy."""
        expression = self.instance(problem)["expression"].translate(_PYTHON)
        if 1 <= problem.level <= 3:
            steps = in_steps(re.sub(r"(?<=\d)i", "j", expression))
            return (
                f"{steps}real, imaginary = round(value.real), round(value.imag)\n"
                'sign = "-" if imaginary < 0 else "+"\nprint(f"{real} {sign} {abs(imaginary)}i")\n'
            )
        steps = in_steps(re.sub(r"(?<=\d)i", "*I", expression))
        return f"from sympy import I, expand\n\n{steps}print(expand(value, complex=True))\n"

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of the original."""
        metadata = item["metadata"]
        a, b = ([Fraction(part) for part in metadata[key]] for key in ("num1", "num2"))
        value = _apply(metadata["operation"], (a[0], a[1]), (b[0], b[1]))
        if any(part.denominator > 1 for part in value):
            return self.official_problem(
                item["question"], {"value": []}, "(none)", item["answer"], "not a whole result"
            )
        data = {"value": [int(part) for part in value]}
        problem = self.official_problem(item["question"], data, _show(data["value"]), item["answer"])
        right = self.check(problem, item["answer"])
        flaw = None if right else "wrong answer"
        return self.official_problem(item["question"], data, _show(data["value"]), item["answer"], flaw)


Complex = tuple[Fraction, Fraction]


def _parts(text: str) -> Complex:
    """Read a sum of at most one real and one imaginary number."""
    if text.startswith("(") and text.endswith(")") and text.find(")") == len(text) - 1:
        text = text[1:-1]
    parts: dict[bool, Fraction] = {}
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if not match or match.end() == position or not (match["inner"] or match["size"] or match["unit"]):
            raise BadAnswer("not of the form a + bi")
        imaginary = bool(match["unit"])
        if imaginary in parts or (parts and not match["signs"]):
            raise BadAnswer("more than one real and one imaginary part")
        size = number(match["inner"] or match["size"] or "1")
        parts[imaginary] = -size if match["signs"].count("-") % 2 else size
        position = match.end()
    return parts.get(False, Fraction(0)), parts.get(True, Fraction(0))


def _apply(operation: str, a: Complex, b: Complex) -> Complex:
    if operation in "+-":
        sign = 1 if operation == "+" else -1
        return a[0] + sign * b[0], a[1] + sign * b[1]
    if operation == "/":
        length = b[0] ** 2 + b[1] ** 2
        b = Fraction(b[0]) / length, -Fraction(b[1]) / length
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def _show(value: Any) -> str:
    real, imaginary = value
    return f"{real} {'-' if imaginary < 0 else '+'} {abs(imaginary)}i"


def _expression(rng: random.Random, operations: int, largest: int) -> tuple[str, Complex]:
    """Return an expression and its value; quotients are made from their product, so that they come out whole."""

    def draw() -> Complex:
        return Fraction(rng.randint(-largest, largest)), Fraction(rng.choice((-1, 1)) * rng.randint(1, largest))

    if operations == 0:
        value = draw()
        return f"({_show(value)})", value
    operation = rng.choice("++--**//" if operations == 1 else "++--**")
    if operation == "/":
        quotient, divisor = draw(), draw()
        return f"({_show(_apply('*', quotient, divisor))}) ÷ ({_show(divisor)})", quotient
    left = rng.randrange(operations)
    (first, a), (second, b) = (_expression(rng, n, largest) for n in (left, operations - 1 - left))
    parts = [text if n == 0 else f"[{text}]" for text, n in ((first, left), (second, operations - 1 - left))]
    return f"{parts[0]} {SIGNS[operation]} {parts[1]}", _apply(operation, a, b)


def read(question: str) -> dict[str, Any]:
    """Read the expression."""
    return {"expression": re.search(r"Evaluate (.*), where i", question)[1]}


def solve(expression: str) -> str:
    """Evaluate from the innermost brackets outwards."""
    text = re.sub(r"\((-?\d+) ([+-]) (\d+)i\)", r"<\1,\2\3>", expression)
    while match := re.search(r"\[?<([^<>]*)> ([-+×÷]) <([^<>]*)>(?:\]|$)", text):
        a, b = ([Fraction(part) for part in match[i].split(",")] for i in (1, 3))
        operation = {"×": "*", "÷": "/"}.get(match[2], match[2])
        value = _apply(operation, (a[0], a[1]), (b[0], b[1]))
        text = text.replace(match[0], f"<{value[0]},{value[1]}>")
    return _show([Fraction(part) for part in text.strip("<>").split(",")])
