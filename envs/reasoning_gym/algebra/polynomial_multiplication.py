"""PolynomialMultiplication: expand a product of polynomials."""

import itertools
import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.mathematics import notation
from r1ci_env.envs.mathematics.algebra import Algebra
from r1ci_env.envs.mathematics.answers import last_form
from r1ci_env.envs.mathematics.steps import LONGEST
from r1ci_env.errors import BadAnswer
from r1ci_env.task import Problem, Task

FACTORS = {1: (2, 2), 2: (2, 3), 3: (2, 3), 4: (3, 4), 5: (4, 4)}
TERMS = {1: (2, 2), 2: (2, 3), 3: (2, 4), 4: (2, 4), 5: (3, 4)}
LARGEST = {1: 20, 2: 60, 3: 100, 4: 100, 5: 500}
VARIABLES = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2}
_BRACKETED = re.compile(r"(?:^|(?<=[-+]))\(\s*([-+]?[^()+-]*)\s*\)(?=[-+]|\s*$)")
_TERM = re.compile(r"(?:\d+|[A-Za-z](?:\^\d+)?)(?:\*?[A-Za-z](?:\^\d+)?)*", re.ASCII)


class PolynomialMultiplication(Task):
    """Multiply polynomials out and combine like terms.

    Description:
        A product of polynomials in one or two variables is given; its expanded form is asked for.

    Answer format:
        A sum of terms such as ``6*x**3*y - 5*x + 7``, in any order.

    Levels:
        Two binomials with coefficients up to 20 at level 1 up to four polynomials of 3 to 4 terms in two variables
        with coefficients up to 500 at level 5; levels 1 to 3 span the original's defaults (2 to 3 polynomials of 2 to
        4 terms, coefficients up to 100).

    Check:
        The answer must be a sum of terms with every power once (the product as it stands is no answer), and as exact
        polynomials the two must be equal. ``^`` and products without ``*`` are read too.

    Source and deviations:
        Reasoning-Gym polynomial_multiplication, whose scorer runs the answer as Python and whose items depend on the
        hash seed; here nothing is executed, and two variables are used at the high levels.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the factors."""
        variables = sorted(rng.sample("abmnpqrstuvwxyz", VARIABLES[level]))
        factors = []
        for _ in range(rng.randint(*FACTORS[level])):
            powers = list(itertools.product(range(4 if len(variables) == 1 else 3), repeat=len(variables)))
            terms = rng.sample(powers, min(rng.randint(*TERMS[level]), len(powers)))
            factors.append({p: rng.choice((-1, 1)) * rng.randint(1, LARGEST[level]) for p in terms})
        expression = "*".join(f"({_show(factor, variables)})" for factor in factors)
        question = (
            f"Expand the product {expression} and combine like terms.\n"
            "Write powers as x**2 and products with *. Give the sum of terms in triple angle brackets, for example "
            "<<<6*x**3 - 5*x + 7>>>."
        )
        data = {"expression": expression, "variables": variables}
        return self.new_problem(level, question, data, solve(expression, variables))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Require a sum of different terms that equals the product."""
        algebra, variables = Algebra(), problem.data["variables"]
        text = re.sub(r"\^\{\s*(\d+)\s*\}", r"^\1", last_form(answer, variables), flags=re.ASCII)
        shown = _BRACKETED.sub(r"\1", re.sub(r"\s*([-+*^])\s*", r"\1", text))
        terms = re.split("[+-]{1,2}", re.sub("^[+-]{1,2}", "", shown))
        if not all(_TERM.fullmatch(term.strip().replace(" ", "*")) for term in terms):
            raise BadAnswer("no sum of terms")
        if len(terms) != len(re.findall(r"(?<!^)[+-]", problem.answer)) + 1:
            return False
        found, wanted = (notation.read(t, algebra, variables) for t in (text, problem.answer))
        return algebra.equal(found, wanted)

    def size(self, problem: Problem) -> float:
        """Length of the product."""
        return len(problem.data["expression"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of the original."""
        expression, variables = item["metadata"]["polynomial_expr"], sorted(map(str, item["metadata"]["variables"]))
        data = {"expression": expression, "variables": variables}
        gold, algebra = item["answer"], Algebra(100_000)
        problem = self.official_problem(item["question"], data, gold, gold)
        if self.check(problem, gold) and algebra.equal(
            *(notation.read(t, algebra, variables) for t in (expression, gold))
        ):
            return problem
        return self.official_problem(item["question"], data, solve(**data), gold, "wrong answer")

    def program(self, problem: Problem) -> str:
        """Let sympy expand the product."""
        expression, variables = self.instance(problem).values()
        factors = re.findall(r"\([^()]*\)", expression)
        names, letters = ", ".join(variables), " ".join(variables)
        lines = "".join(f"    * {factor}\n" for factor in factors[1:])
        product = expression if len(expression) <= LONGEST else f"(\n    {factors[0]}\n{lines})"
        return (
            f'from sympy import expand, symbols\n\n{names} = symbols("{letters}")\n'
            f"product = {product}\nprint(expand(product))\n"
        )


Polynomial = dict[tuple[int, ...], int]


def _show(polynomial: Polynomial, variables: list[str]) -> str:
    text = ""
    for powers in sorted(polynomial, reverse=True):
        c = polynomial[powers]
        letters = [v if p == 1 else f"{v}**{p}" for v, p in zip(variables, powers, strict=True) if p]
        number = [] if letters and abs(c) == 1 else [str(abs(c))]
        sign = (" - " if text else "-") if c < 0 else (" + " if text else "")
        text += sign + "*".join(number + letters)
    return text or "0"


def _product(factors: list[Polynomial]) -> Polynomial:
    result: Polynomial = {(0,) * len(next(iter(factors[0]))): 1}
    for factor in factors:
        product: Polynomial = {}
        for (p, a), (q, b) in itertools.product(result.items(), factor.items()):
            powers = tuple(map(sum, zip(p, q, strict=True)))
            product[powers] = product.get(powers, 0) + a * b
        result = {powers: c for powers, c in product.items() if c}
    return result


def _terms(text: str, variables: list[str]) -> Polynomial:
    """Read a sum of terms."""
    polynomial: Polynomial = {}
    for sign, term in re.findall(r"([+-]?)\s*((?:\w+(?:\*\*\d+)?\*?)+)", text):
        coefficient, powers = -1 if sign == "-" else 1, dict.fromkeys(variables, 0)
        for name, power in re.findall(r"(\w+)(?:\*\*(\d+))?", term):
            if name.isdigit():
                coefficient *= int(name)
            else:
                powers[name] += int(power or 1)
        key = tuple(powers.values())
        polynomial[key] = polynomial.get(key, 0) + coefficient
    return polynomial


def read(question: str) -> dict[str, Any]:
    """Read the product and the variables."""
    expression = re.search(r"product (.*) and combine", question)[1]
    return {"expression": expression, "variables": sorted(set(re.findall(r"[a-z]", expression)))}


def solve(expression: str, variables: list[str]) -> str:
    """Multiply out the bracketed sums and the single term that may stand before them."""
    sums = re.findall(r"\(([^()]*)\)", expression)
    single = re.sub(r"\([^()]*\)", "", expression).strip("*")
    factors = [f"{single}1" if single in ("", "-") else single, *sums]
    return _show(_product([_terms(factor, variables) for factor in factors]), variables)
