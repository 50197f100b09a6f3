"""NewOperator: evaluate an expression of operations that are defined for it."""

import random
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number
from r1ci_env.envs.symbench.original import NOT_READ, attempt
from r1ci_env.task import Problem, Task

SYMBOLS = "#@$&%~"
SHAPES = {1: (1, 3), 2: (2, 3), 3: (3, 4), 4: (4, 6), 5: (6, 10)}  # operations defined, numbers in the expression
FORMULAS = ("{p}*a+{q}*b", "{p}*a*b", "(a+b)/b", "{p}*a-{q}*b", "a*b+{p}*a")
TOLERANCE = Fraction(1, 1_000_000)


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
                value = evaluate(expression, formulas)
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
        return self.new_problem(level, question, {"value": str(value)}, str(value))

    def from_official(self, item: Any) -> Problem:
        """Evaluate the text from left to right."""
        question, gold = item["question"], str(item["solution"]["solution"])
        answer = attempt(solve, question)
        other_way = attempt(solve, re.sub(r"(Calculate \S+?\)\S)(\d+\S\d+)\.", r"\1(\2).", question))
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

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare exactly, or within a millionth where it is a decimal."""
        return abs(number(answer) - Fraction(problem.data["value"])) <= (TOLERANCE if "." in answer else 0)


def _expression(rng: random.Random, numbers: list[str], symbols: list[str]) -> str:
    """Join two parts of the row of numbers; every inner part stands in brackets."""
    if len(numbers) == 1:
        return numbers[0]
    cut = rng.randint(1, len(numbers) - 1)
    left, right = (_expression(rng, part, symbols) for part in (numbers[:cut], numbers[cut:]))
    left, right = (f"({part})" if " " in part else part for part in (left, right))
    return f"{left} {rng.choice(symbols)} {right}"


def evaluate(text: str, formulas: dict[str, str], **variables: Fraction) -> Fraction:
    """Evaluate: the operations of ``formulas`` from left to right, * and / before + and -."""
    tokens = re.findall(r"\d+|\S", text)[::-1]
    usual: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "/": lambda x, y: x / y,
    }
    levels = ("".join(formulas), "+-", "*/")

    def value(level: int = 0) -> Fraction:
        if level == len(levels):
            return atom()
        left = value(level + 1)
        while tokens and tokens[-1] in levels[level]:
            symbol = tokens.pop()
            right = value(level + 1)
            left = evaluate(formulas[symbol], {}, a=left, b=right) if level == 0 else usual[symbol](left, right)
        return left

    def atom() -> Fraction:
        token = tokens.pop()
        if token == "-":
            return -atom()
        if token == "(":
            inside = value()
            tokens.pop()
            return inside
        return variables[token] if token in variables else Fraction(int(token))

    return value()


def solve(question: str) -> str:
    """Read the definitions, in our wording or the original's, and evaluate."""
    ours = re.findall(r"^a (\S) b = (.*)$", question, re.M)
    theirs = re.findall(r"Define a ?(\S) ?b (?:to be|as) (.*?)\.(?=\s|$)", question)
    expression = re.search(r"value of (.*) \?|Calculate (.*?)\.(?=\s|$)", question)
    return str(evaluate(expression[1] or expression[2], dict(ours or theirs)))
