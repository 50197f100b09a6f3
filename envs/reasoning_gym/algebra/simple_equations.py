"""SimpleEquations: a linear equation in one unknown."""

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number
from r1ci_env.envs.mathematics.steps import LONGEST, in_lines
from r1ci_env.task import Problem, Task

LARGEST = {1: 20, 2: 50, 3: 100, 4: 300, 5: 2_000}
BRACKETS = {1: (0, 0), 2: (0, 0), 3: (0, 1), 4: (1, 1), 5: (2, 3)}


class SimpleEquations(Task):
    """Solve a linear equation.

    Description:
        An equation that is linear in its only unknown is given; the value of the unknown, an integer, is asked for.

    Answer format:
        The integer; ``x = 47`` is read too.

    Levels:
        ``a*x + b = c`` with numbers up to 20 at level 1 and 100 at level 3 (the original's default); brackets and the
        unknown on both sides at level 4; several brackets and numbers up to 2,000 at level 5.

    Check:
        The answer must be the number.

    Source and deviations:
        Reasoning-Gym simple_equations.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the solution and the left side, then balance the right."""
        largest = LARGEST[level]
        variable = rng.choice("abcdfghjkmnpqrstuvwxyz")
        solution = rng.randint(-largest, largest) if level > 2 else rng.randint(1, largest)
        while True:
            sides = [_side(rng, variable, largest, rng.randint(*BRACKETS[level])) for _ in range(2)]
            if level < 4:
                sides[1] = "0"
            (slope, constant), (other, offset) = (_linear(side, variable) for side in sides)
            if slope not in (0, other):
                break
        balance = slope * solution + constant - other * solution - offset
        right = str(balance) if sides[1] == "0" else f"{sides[1]} {'-' if balance < 0 else '+'} {abs(balance)}"
        equation = f"{sides[0]} = {right}"
        question = (
            f"Solve the equation {equation} for {variable}.\n"
            "The solution is an integer; give it in triple angle brackets: <<<integer>>>."
        )
        data = {"equation": equation, "variable": variable, "solution": solution}
        return self.new_problem(level, question, data, str(solution))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number; the unknown may stand before it."""
        name = re.match(r"\s*([A-Za-z])\s*(?:[=:]|is\s)", answer)
        return (not name or name[1] == problem.data["variable"]) and number(answer) == Fraction(
            problem.data["solution"]
        )

    def size(self, problem: Problem) -> float:
        """Length of the equation."""
        return len(problem.data["equation"])

    def program(self, problem: Problem) -> str:
        """Undo what was done to the unknown, or let sympy solve the equation."""
        equation, variable = self.instance(problem).values()
        left, right = equation.split(" = ")
        if match := re.fullmatch(rf"(\d+)\*{variable} ([-+]) (\d+)", left):
            factor, sign, constant = match.groups()
            undone = "-" if sign == "+" else "+"
            return f"{variable} = ({right} {undone} {constant}) // {factor}\nprint({variable})\n"
        if match := re.fullmatch(rf"(\d+) - (\d+)\*{variable}", left):
            return f"{variable} = ({right} - {match[1]}) // -{match[2]}\nprint({variable})\n"
        return (
            f'from sympy import Eq, solve, symbols\n\n{variable} = symbols("{variable}")\n'
            f"left = {in_lines(left)}\nright = {in_lines(right)}\n"
            f"solutions = solve(Eq(left, right), {variable})\nprint(solutions[0])\n"
        )

    def verification(self, problem: Problem, answer: str) -> str | None:
        """Put the number into the equation."""
        equation, variable = self.instance(problem).values()
        if not re.fullmatch(r"-?[1-9]\d*|0", answer):
            return None
        left, right = equation.split(" = ")
        if len(equation) <= LONGEST:
            return f"{variable} = {answer}\nprint({left} == {right})\n"
        return f"{variable} = {answer}\nleft = {in_lines(left)}\nright = {in_lines(right)}\nprint(left == right)\n"

    def reasons(self, problem: Problem) -> list[str] | None:
        """Undo the sum, then the product."""
        equation, variable = self.instance(problem).values()
        match = re.fullmatch(rf"(\d+)\*{variable} ([-+]) (\d+) = (-?\d+)", equation)
        if not match or not 1 <= problem.level <= 3:
            return None
        factor, constant, right = (int(match[i]) for i in (1, 3, 4))
        rest = right - constant if match[2] == "+" else right + constant
        rng = random.Random(problem.question)
        moved = f"Subtract {constant} from" if match[2] == "+" else f"Add {constant} to"
        divide = rng.choice(("Divide both sides by {}: {} = {}.", "Dividing by {} gives {} = {}."))
        return [f"{moved} both sides: {factor}*{variable} = {rest}.", divide.format(factor, variable, rest // factor)]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of the original."""
        equation, variable = item["metadata"]["equation"], item["metadata"]["variable"]
        solution = solve(equation, variable)
        data = {"equation": equation, "variable": variable, "solution": solution}
        problem = self.official_problem(item["question"], data, solution, item["answer"])
        flaw = None if self.check(problem, item["answer"]) else "wrong answer"
        return self.official_problem(item["question"], data, solution, item["answer"], flaw)


def _side(rng: random.Random, variable: str, largest: int, brackets: int) -> str:
    """Return ``a*x + b`` with multiples of such sums behind it."""
    text = f"{rng.randint(2, largest)}*{variable} {rng.choice('+-')} {rng.randint(1, largest)}"
    if rng.random() < 0.2:
        text = f"{rng.randint(1, largest)} - {rng.randint(2, largest)}*{variable}"
    for _ in range(brackets):
        inner = f"{rng.randint(2, largest)}*{variable} {rng.choice('+-')} {rng.randint(1, largest)}"
        text += f" {rng.choice('+-')} {rng.randint(2, 9)}*({inner})"
    return text


def _linear(text: str, variable: str) -> tuple[Fraction, Fraction]:
    """Return slope and constant of a linear expression, by recursive descent."""
    tokens = re.findall(rf"\d+(?:\.\d+)?|{re.escape(variable)}|[-+*/()]", text)[::-1]

    def total() -> tuple[Fraction, Fraction]:
        slope, constant = product()
        while tokens and tokens[-1] in "+-":
            sign = 1 if tokens.pop() == "+" else -1
            a, b = product()
            slope, constant = slope + sign * a, constant + sign * b
        return slope, constant

    def product() -> tuple[Fraction, Fraction]:
        slope, constant = factor()
        while tokens and tokens[-1] in "*/":
            divides = tokens.pop() == "/"
            a, b = factor()
            if divides:
                slope, constant = slope / b, constant / b
            else:
                slope, constant = slope * b + constant * a, constant * b
        return slope, constant

    def factor() -> tuple[Fraction, Fraction]:
        token = tokens.pop()
        if token == "-":
            slope, constant = factor()
            return -slope, -constant
        if token == "(":
            inner = total()
            tokens.pop()
            return inner
        return (Fraction(1), Fraction(0)) if token == variable else (Fraction(0), Fraction(token))

    return total()


def read(question: str) -> dict[str, Any]:
    """Read the equation and its unknown."""
    equation, variable = re.search(r"equation (.*) for (\w)\.", question).groups()
    return {"equation": equation, "variable": variable}


def solve(equation: str, variable: str) -> str:
    """Bring both sides to slope and constant."""
    (a, b), (c, d) = (_linear(side, variable) for side in equation.split("="))
    return str((d - b) / (a - c))
