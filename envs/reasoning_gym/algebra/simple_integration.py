"""SimpleIntegration: an antiderivative of a polynomial."""

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.mathematics.antiderivative import is_antiderivative
from r1ci_env.envs.mathematics.steps import in_lines
from r1ci_env.programs import literal
from r1ci_env.task import Problem, Task

TERMS = {1: (2, 3), 2: (2, 4), 3: (3, 5), 4: (6, 8), 5: (9, 12)}
DEGREE = {1: 6, 2: 8, 3: 10, 4: 14, 5: 24}
LARGEST = {1: 10, 2: 10, 3: 12, 4: 40, 5: 200}


class SimpleIntegration(Task):
    """Integrate a polynomial with rational coefficients.

    Description:
        A polynomial in one variable is given; an antiderivative is asked for.

    Answer format:
        A polynomial such as ``X**3/2 - 4*X + C``; ``+ C`` may be left out.

    Levels:
        2 to 3 terms up to degree 6 at level 1 up to 9 to 12 terms up to degree 24 at level 5; levels 1 to 3 span the
        original's defaults (2 to 5 terms up to degree 10).

    Check:
        The answer is read into exact algebra and differentiated; the derivative must be the integrand. Any form counts
        (``^`` or ``**``, factored, with LaTeX fractions), and any constant.

    Source and deviations:
        Reasoning-Gym simple_integration, whose scorer runs the answer as Python; here nothing is executed.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the antiderivative and differentiate it."""
        variable = rng.choice("xXtuyz")
        count = rng.randint(*TERMS[level])
        answer = {}
        for power in sorted(rng.sample(range(1, DEGREE[level] + 1), min(count, DEGREE[level])), reverse=True):
            coefficient = Fraction(rng.choice((-1, 1)) * rng.randint(1, LARGEST[level]))
            answer[power] = coefficient / rng.randint(2, 9) if rng.random() < 0.4 else coefficient
        integrand = _show({power - 1: power * c for power, c in answer.items()}, variable)
        question = (
            f"Find an antiderivative of {integrand} with respect to {variable}.\n"
            f"Write powers as {variable}**2, products with *, and fractions exactly, not as rounded decimals. Give it "
            f"in triple angle brackets, for example <<<{variable}**3/2 - 4*{variable} + C>>>."
        )
        data = {"integrand": integrand, "variable": variable}
        return self.new_problem(level, question, data, f"{_show(answer, variable)} + C")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Differentiate the answer."""
        return is_antiderivative(answer, problem.data["integrand"], problem.data["variable"])

    def size(self, problem: Problem) -> float:
        """Length of the integrand."""
        return len(problem.data["integrand"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Integrate one term after the other."""
        integrand, variable = self.instance(problem).values()
        if not 1 <= problem.level <= 2:
            return None
        terms = [term.removeprefix("+ ") for term in re.split(r" (?=[-+] )", integrand)]
        rng = random.Random(problem.question)
        each = rng.choice(("{} has the antiderivative {}.", "The term {} gives {}.", "{} becomes {}."))
        rule = f"The power rule: {variable}**n becomes {variable}**(n + 1)/(n + 1)."
        steps = [each.format(term.replace("- ", "-"), solve(term, variable).removesuffix(" + C")) for term in terms]
        return [rule, *steps]

    def verification(self, problem: Problem, answer: str) -> str:
        """Differentiate the answer; reading it as text keeps its fractions exact."""
        integrand, variable = self.instance(problem).values()
        return (
            f'from sympy import diff, expand, symbols, sympify\n\n{variable} = symbols("{variable}")\n'
            f"antiderivative = sympify({literal(answer)})\nintegrand = sympify({literal(integrand)})\n"
            f"difference = diff(antiderivative, {variable}) - integrand\nprint(expand(difference) == 0)\n"
        )

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of the original."""
        data = {key: item["metadata"][key] for key in ("integrand", "variable")}
        gold = item["answer"]
        problem = self.official_problem(item["question"], data, gold, gold)
        if self.check(problem, gold):
            return problem
        return self.official_problem(item["question"], data, solve(**data), gold, "wrong answer")

    def program(self, problem: Problem) -> str:
        """Let sympy integrate."""
        integrand, variable = self.instance(problem).values()
        typed = re.sub(r"(^|[-+ ])(\d+)/(\d+)$", r"\1Rational(\2, \3)", integrand)  # as 2/3 is a float in Python
        names = "Rational, integrate, symbols" if typed != integrand else "integrate, symbols"
        return (
            f'from sympy import {names}\n\n{variable} = symbols("{variable}")\n'
            f"integrand = {in_lines(typed)}\nprint(integrate(integrand, {variable}))\n"
        )


def _show(polynomial: dict[int, Fraction], variable: str) -> str:
    """Write a polynomial, its powers in the order given."""
    text = ""
    for power, c in polynomial.items():
        letter = f"{variable}**{power}" if power > 1 else variable if power else ""
        top = "*".join(filter(None, ("" if letter and abs(c.numerator) == 1 else str(abs(c.numerator)), letter)))
        term = top if c.denominator == 1 else f"{top}/{c.denominator}"
        text += f" {'-' if c < 0 else '+'} {term}" if text else f"{'-' if c < 0 else ''}{term}"
    return text


def read(question: str) -> dict[str, Any]:
    """Read the integrand and its variable."""
    integrand, variable = re.search(r"antiderivative of (.*) with respect to (\w)\.", question).groups()
    return {"integrand": integrand, "variable": variable}


def solve(integrand: str, variable: str) -> str:
    """Integrate term by term."""
    pattern = rf"([+-]?) ?(?:(\d+)\*?)?({variable})?(?:\*\*(\d+))?(?:/(\d+))?(?= |$)"
    answer = {}
    for sign, top, letter, power, bottom in re.findall(pattern, integrand):
        if top or letter:
            exponent = (int(power or 1) if letter else 0) + 1
            coefficient = Fraction(int(top or 1), int(bottom or 1)) / exponent
            answer[exponent] = -coefficient if sign == "-" else coefficient
    return f"{_show(answer, variable)} + C"
