"""CombinatorialCalculation: put operations between numbers in a fixed order to reach a target."""

import ast
import random
import re
from fractions import Fraction
from itertools import product
from typing import Any

from r1ci_env.envs.mathematics.arithmetic import evaluate, evaluate_to
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.errors import BadAnswer
from r1ci_env.task import Problem, Task

NUMBERS = {1: (3, 4), 2: (4, 5), 3: (5, 6), 4: (7, 7), 5: (8, 9)}
LARGEST_TARGET = {1: 60, 2: 100, 3: 200, 4: 500, 5: 2000}


class CombinatorialCalculation(Task):
    """Insert + - * / and brackets between numbers, whose order stays, to reach a target.

    Description:
        Numbers from 1 to 9 are given in an order, and a target. Operations and brackets are to be put between them.

    Answer format:
        A list of tokens: ``[8, +, 5, *, (, 3, -, 1, )]``; the plain expression is read too, and ``= 18`` after it.

    Levels:
        3 or 4 numbers at level 1, 5 or 6 at level 3 (the original has 3 to 6), 8 or 9 at level 5, with growing targets.

    Check:
        The expression is read by a bounded parser and evaluated with exact fractions. The numbers must be those given,
        in their order, each once and not run together; signs in front of numbers and powers are not allowed.

    Source and deviations:
        SymBench combinatorial_calculation. The order is demanded there but not checked; here it is. Targets are drawn
        (there: five fixed ones).
    """

    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an expression; its value, if whole and in range, is the target."""
        while True:
            numbers = [rng.randint(1, 9) for _ in range(rng.randint(*NUMBERS[level]))]
            expression = _random_expression(rng, numbers)
            try:
                value = evaluate(expression).value
            except BadAnswer:  # it divides by zero
                continue
            if value.denominator == 1 and 10 <= value <= LARGEST_TARGET[level]:
                break
        question = (
            f"Put operations (+, -, *, /) and, where needed, brackets between the numbers "
            f"{', '.join(map(str, numbers))} so that the value is exactly {value}. Keep the numbers in this order, use "
            "each once, do not join them into longer numbers, and put no sign in front of a number.\n"
            "Answer with the list of all tokens from left to right, brackets included, such as "
            "<<<[8, +, 5, *, (, 3, -, 1, )]>>>."
        )
        return self.new_problem(level, question, {"numbers": numbers, "target": int(value)}, _tokens(expression))

    def from_official(self, item: Any) -> Problem:
        """Take the numbers and the target of the record."""
        record = item["solution"]
        numbers, target = [int(n) for n in record["numbers"]], int(record["target"])
        data, gold = {"numbers": numbers, "target": target}, _tokens(" ".join(record["solution"]))
        return original_problem(self, item["question"], data, gold, "the stored expression is wrong")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Evaluate exactly; the numbers must stand in the given order."""
        expression = evaluate_to(re.sub(r"[,\"']", " ", answer), problem.data["target"])
        if "**" in expression.operators or expression.signs:
            return False
        return list(expression.numbers) == problem.data["numbers"]

    def size(self, problem: Problem) -> float:
        """How many numbers there are."""
        return len(problem.data["numbers"])


def _random_expression(rng: random.Random, numbers: list[int]) -> str:
    """Join two parts of the row; a part of several numbers stands in brackets half the time."""
    if len(numbers) == 1:
        return str(numbers[0])
    cut = rng.randint(1, len(numbers) - 1)
    parts = []
    for part in (numbers[:cut], numbers[cut:]):
        text = _random_expression(rng, part)
        parts.append(f"({text})" if len(part) > 1 and rng.random() < 0.5 else text)
    return f"{parts[0]} {rng.choice('++-**/')} {parts[1]}"


def _tokens(expression: str) -> str:
    return "[" + ", ".join(re.findall(r"\d+|[-+*/()]", expression)) + "]"


def read(question: str) -> dict[str, Any]:
    """Read the numbers and the target."""
    numbers = re.search(r"numbers(?: are:)? (\d+(?:, \d+)*)", question)[1]
    target = re.search(r"(?:value is exactly|target values? is:?) (-?\d+)", question)[1]
    return {"numbers": [int(n) for n in numbers.split(", ")], "target": int(target)}


def solve(numbers: list[int], target: int) -> str:
    """List all values of short stretches, and search for those of longer ones backwards from the target."""
    known: dict[tuple[int, int], dict[Fraction, str]] = {}

    def values(start: int, stop: int) -> dict[Fraction, str]:
        """All values that numbers[start:stop] can make, and how."""
        if (start, stop) in known:
            return known[start, stop]
        found = {Fraction(numbers[start]): str(numbers[start])} if stop == start + 1 else {}
        for cut in range(start + 1, stop):
            for a, x in values(start, cut).items():
                for b, y in values(cut, stop).items():
                    found.setdefault(a + b, f"({x} + {y})")
                    found.setdefault(a - b, f"({x} - {y})")
                    found.setdefault(a * b, f"({x} * {y})")
                    if b:
                        found.setdefault(a / b, f"({x} / {y})")
        known[start, stop] = found
        return found

    missed = set()

    def reach(start: int, stop: int, goal: Fraction) -> str | None:
        """Find one expression: list the values of the shorter part, and ask the longer one for what is missing."""
        if stop - start <= 4:
            return values(start, stop).get(goal)
        if (start, stop, goal) in missed:
            return None
        for cut in sorted(range(start + 1, stop), key=lambda cut: abs(2 * cut - start - stop)):
            left, right = (start, cut), (cut, stop)
            left_is_short = cut - start <= stop - cut
            short, long = (left, right) if left_is_short else (right, left)
            for value, text in values(*short).items():
                ways = _completions(value, goal, left_is_short)
                if value == goal == 0:  # times anything, such as the sum of the rest
                    rest = sum(numbers[slice(*long)])
                    ways.append(("*", Fraction(rest)))
                for operator, needed in ways:
                    if other := reach(*long, needed):
                        return f"({text} {operator} {other})" if left_is_short else f"({other} {operator} {text})"
        missed.add((start, stop, goal))
        return None

    return reach(0, len(numbers), Fraction(target)) or ""


def _completions(value: Fraction, goal: Fraction, first: bool) -> list[tuple[str, Fraction]]:
    """Return the operators, and the operand that each needs beside ``value``, to make ``goal``."""
    if first:
        found = [("+", goal - value), ("-", value - goal)]
        if value:
            found += [("*", goal / value)] + ([("/", value / goal)] if goal else [])
        return found
    return [("+", goal - value), ("-", goal + value)] + ([("*", goal / value), ("/", goal * value)] if value else [])


def solve_plainly(numbers: list[int], target: int) -> str:
    """Build all values of every stretch of the numbers from those of shorter ones."""
    values = {(i, i + 1): {Fraction(n): str(n)} for i, n in enumerate(numbers)}
    for length in range(2, len(numbers) + 1):
        for start in range(len(numbers) - length + 1):
            stop = start + length
            found = {}
            for cut in range(start + 1, stop):
                for (a, x), (b, y) in product(values[start, cut].items(), values[cut, stop].items()):
                    found[a + b] = f"({x} + {y})"
                    found[a - b] = f"({x} - {y})"
                    found[a * b] = f"({x} * {y})"
                    if b:
                        found[a / b] = f"({x} / {y})"
            values[start, stop] = found
    expression = values[0, len(numbers)][target]
    tokens = expression.replace("(", "( ").replace(")", " )").split()
    return f"[{', '.join(tokens)}]"


def verify(answer: str, numbers: list[int], target: int) -> bool:
    """Look at the numbers in their order, and work the expression out from the inside."""

    def value(node: Any) -> Any:
        if isinstance(node, ast.Constant):
            return Fraction(str(node.value))
        a, b = value(node.left), value(node.right)
        results = {ast.Add: a + b, ast.Sub: a - b, ast.Mult: a * b, ast.Div: a / b if b else None}
        return results[type(node.op)]

    expression = answer.replace(",", " ").strip("[]")
    digits = [int(c) for c in expression if c.isdigit()]
    return digits == numbers and value(ast.parse(expression.strip(), mode="eval").body) == target
