"""NewOperator: evaluate an expression of operations that are defined for it."""

import random
import re
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number
from r1ci_env.envs.symbench.original import NOT_READ, attempt
from r1ci_env.task import Problem, Task

SYMBOLS = "#@$&%~"
NAMES = dict(zip(SYMBOLS, ("sharp", "at", "dollar", "ampersand", "percent", "tilde"), strict=True))
SHAPES = {1: (1, 3), 2: (2, 3), 3: (3, 4), 4: (4, 6), 5: (6, 10)}  # operations defined, numbers in the expression
FORMULAS = ("{p}*a+{q}*b", "{p}*a*b", "(a+b)/b", "{p}*a-{q}*b", "a*b+{p}*a")
TOLERANCE = Fraction(1, 1_000_000)

Part = Any
"""A number, a name, or an operation with its two sides."""


class NewOperator(Task):
    """Apply operations that the question defines.

    Description:
        Operations on two numbers are defined by formulas, such as a # b = 3*a+2*b; an expression of them is to be
        evaluated.

    Answer format:
        A number: ``17``, ``-5/3``, or a decimal with at least six digits after the point.

    Levels:
        One operation, applied twice, at level 1 and three operations on four numbers at level 3, as in the original;
        six operations on ten numbers, nested at random, at level 5. From level 3 on there are two more formulas.

    Check:
        The exact value; a decimal may differ by a millionth.

    Source and deviations:
        SymBench new_operator. Its expressions with three operations leave the order open and its stored answers drop
        an operation; here every operation is bracketed. Original items are read from left to right.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw formulas and a bracketed expression; draw again where it divides by zero."""
        operations, count = SHAPES[level]
        while True:
            known = FORMULAS if level >= 3 else FORMULAS[:3]
            constants = {1: 5, 2: 7, 3: 9}.get(level, 12)
            formulas = {
                symbol: rng.choice(known).format(p=rng.randint(1, constants), q=rng.randint(1, constants))
                for symbol in rng.sample(SYMBOLS, operations)
            }
            expression = _expression(rng, [str(rng.randint(1, 10)) for _ in range(count)], list(formulas))
            try:
                trees = {symbol: _tree(formula) for symbol, formula in formulas.items()}
                value = solve(trees, _tree(expression, SYMBOLS))
                break
            except ZeroDivisionError:
                continue
        listed = "\n".join(f"a {symbol} b = {formula}" for symbol, formula in formulas.items())
        question = (
            f"For numbers a and b, define:\n{listed}\nHere +, -, * and / have their usual meaning and precedence.\n"
            f"What is the value of {expression} ?\n"
            "Give the number in triple angle brackets, as an integer or fraction such as <<<-5/3>>>, or as a decimal "
            "with at least six digits after the point."
        )
        return self.new_problem(level, question, {"value": value}, value)

    def from_official(self, item: Any) -> Problem:
        """Evaluate the text from left to right."""
        question, gold = item["question"], str(item["solution"]["solution"])
        answer = attempt(self.solve, question)
        other_way = attempt(self.solve, re.sub(r"(Calculate \S+?\)\S)(\d+\S\d+)\.", r"\1(\2).", question))
        if answer is None or other_way is None:
            return self.official_problem(question, {"value": str(Fraction(gold))}, gold, gold, unsure=NOT_READ)
        found, right_to_left = (self.official_problem(question, {"value": v}, v, gold) for v in (answer, other_way))
        if self.check(found, gold):
            return found
        if self.check(right_to_left, gold):
            unsure = "the stored value is that of the operations from right to left"
            return self.official_problem(question, {"value": other_way}, other_way, gold, unsure=unsure)
        return self.official_problem(
            question, {"value": answer}, answer, gold, "no order of the operations gives the stored value"
        )

    def program(self, problem: Problem) -> str:
        """Define a function for each operation, and call one after the other."""
        formulas, expression = read(problem.question).values()
        calls: list[str] = []

        def called(part: Part) -> str:
            if not isinstance(part, tuple):
                return str(part)
            symbol, left, right = part
            arguments = f"{called(left)}, {called(right)}"
            calls.append(f"{NAMES[symbol]}({arguments})")
            return f"x{len(calls)}"

        last = called(expression)
        lines = [f"x{i} = {call}" for i, call in enumerate(calls, 1)]
        functions = [
            f"def {NAMES[symbol]}(a, b):\n    return {_written(formula)}\n\n"
            for symbol, formula in formulas.items()
            if any(call.startswith(f"{NAMES[symbol]}(") for call in calls)
        ]
        imports = ["from fractions import Fraction\n\n"] * any("Fraction" in text for text in functions)
        return "\n".join([*imports, *functions, *lines, f"print({last})\n"])

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare exactly, or within a millionth where it is a decimal."""
        return abs(number(answer) - Fraction(problem.data["value"])) <= (TOLERANCE if "." in answer else 0)


def _written(part: "Part") -> str:
    """Return a formula as Python, which divides exactly."""
    if not isinstance(part, tuple):
        return str(part)
    symbol, *sides = part
    if symbol == "/":
        return f"Fraction({', '.join(map(_written, sides))})"
    texts = list(map(_written, sides))
    for i, side in enumerate(sides):
        if isinstance(side, tuple) and side[0] in "+-" and (symbol == "*" or i):
            texts[i] = f"({texts[i]})"
    return f" {symbol} ".join(texts)


def _expression(rng: random.Random, numbers: list[str], symbols: list[str]) -> str:
    """Join two parts of the row of numbers; every inner part stands in brackets."""
    if len(numbers) == 1:
        return numbers[0]
    cut = rng.randint(1, len(numbers) - 1)
    left, right = (_expression(rng, part, symbols) for part in (numbers[:cut], numbers[cut:]))
    left, right = (f"({part})" if " " in part else part for part in (left, right))
    return f"{left} {rng.choice(symbols)} {right}"


def _tree(text: str, symbols: str = "") -> Part:
    """Parse an expression: the operations of ``symbols`` from left to right, * and / before + and -."""
    tokens = re.findall(r"\d+|\S", text)[::-1]
    levels = (symbols, "+-", "*/")

    def part(level: int = 0) -> Part:
        if level == len(levels):
            return atom()
        left = part(level + 1)
        while tokens and tokens[-1] in levels[level]:
            symbol = tokens.pop()
            left = (symbol, left, part(level + 1))
        return left

    def atom() -> Part:
        token = tokens.pop()
        if token == "-":
            return ("-", 0, atom())
        if token == "(":
            inside = part()
            tokens.pop()
            return inside
        return int(token) if token.isdigit() else token

    return part()


def read(question: str) -> dict[str, Any]:
    """Read the definitions and the expression, in our wording or the original's: operation, left side, right side."""
    ours = re.findall(r"^a (\S) b = (.*)$", question, re.M)
    theirs = re.findall(r"Define a ?(\S) ?b (?:to be|as) (.*?)\.(?=\s|$)", question)
    formulas = dict(ours or theirs)
    expression = re.search(r"value of (.*) \?|Calculate (.*?)\.(?=\s|$)", question)
    return {
        "formulas": {symbol: _tree(formula) for symbol, formula in formulas.items()},
        "expression": _tree(expression[1] or expression[2], "".join(formulas)),
    }


def solve(formulas: dict[str, Part], expression: Part) -> str:
    """Work out the operations from the inside, each by its formula."""

    def value(part: Part, numbers: dict[str, Fraction]) -> Fraction:
        if isinstance(part, str):
            return numbers[part]
        if isinstance(part, int):
            return Fraction(part)
        symbol, left, right = part
        x, y = value(left, numbers), value(right, numbers)
        if symbol in formulas:
            return value(formulas[symbol], {"a": x, "b": y})
        if symbol in "+-":
            return x + y if symbol == "+" else x - y
        return x * y if symbol == "*" else x / y

    return str(value(expression, {}))
