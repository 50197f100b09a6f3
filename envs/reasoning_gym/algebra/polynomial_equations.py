"""PolynomialEquations: the real roots of a polynomial."""

import itertools
import math
import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import numbers
from r1ci_env.errors import BadAnswer
from r1ci_env.programs import literal
from r1ci_env.task import Problem, Task

SHORT = 60
"""Characters of a polynomial that a program may have from its question."""
DEGREE = {1: (1, 2), 2: (1, 3), 3: (2, 3), 4: (4, 5), 5: (6, 8)}
LARGEST = {1: 30, 2: 100, 3: 100, 4: 200, 5: 500}
MAX_CHARS = 600
TOLERANCE = Fraction(1, 10**4)
NONE = "none"
_INDEX = r"\s*(?:_\{?\d+\}?|\d+|[₀-₉]+)?"
_NO_ROOTS = re.compile(r"none|(?:there (?:is|are) )?no real (?:solution|root)s?|\[\]|\{\}|∅|\\emptyset|\"\"|''", re.I)


class PolynomialEquations(Task):
    """Find all real roots of a polynomial.

    Description:
        A polynomial equation with integer coefficients is given; its distinct real solutions are asked for.

    Answer format:
        Decimals with 4 places separated by commas, such as ``-3.2105, 0``; ``none`` if there is no real solution.

    Levels:
        Degree 1 to 2 with coefficients up to 30 at level 1, 2 to 3 up to 100 at level 3 (the original's default), up
        to 6 to 8 with coefficients up to 500 at level 5.

    Check:
        There must be one number for each real root, in any order, within 0.0001 of it. Roots are isolated by Sturm
        chains in exact arithmetic.

    Source and deviations:
        Reasoning-Gym polynomial_equations, which solves with floats, gives partial credit, and asks for an odd
        rounding (down at 5): both roundings are accepted. Roots lie at least 0.001 apart. An equation without real
        solutions is answered by a word instead of an empty text.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw coefficients, until the roots are well apart."""
        largest, degree = LARGEST[level], rng.randint(*DEGREE[level])
        while True:
            coefficients = [rng.choice((0, 1)) * rng.randint(-largest, largest) for _ in range(degree)]
            coefficients.append(rng.choice((-1, 1)) * rng.randint(1, largest))
            roots = real_roots(coefficients)
            apart = all(b - a > 10 * TOLERANCE for a, b in itertools.pairwise(roots))
            if apart and any(coefficients[:-1]) and (roots or rng.random() < 0.3):
                break
        variable = rng.choice("abcdfghjkmnpqrstuvwxyz")
        question = (
            f"Find all real solutions of the equation {_show(coefficients, variable)} = 0.\n"
            "List each distinct solution once, rounded to 4 decimal places and separated by commas, in triple angle "
            "brackets, for example <<<-3.2105, 0.5000>>>. If there is no real solution, answer <<<none>>>."
        )
        data = {"coefficients": coefficients, "variable": variable}
        return self.new_problem(level, question, data, solve(coefficients))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare with the roots in order."""
        if len(answer) > MAX_CHARS:
            raise BadAnswer("too long")
        roots = real_roots(problem.data["coefficients"])
        label = rf"(?<![A-Za-z]){re.escape(problem.data['variable'])}{_INDEX}\s*(?:=|≈|\\approx|\\in|∈)"
        text = re.sub(label, "", answer, flags=re.ASCII).replace(r"\{", "{").replace(r"\}", "}").strip()
        if _NO_ROOTS.fullmatch(text):
            return not roots
        if "=" in text:
            raise BadAnswer("another name, or forms of a number")
        found = sorted(numbers(text, alternatives=True))
        return len(found) == len(roots) and all(abs(a - b) <= TOLERANCE for a, b in zip(found, roots, strict=True))

    def size(self, problem: Problem) -> float:
        """Degree times the largest coefficient."""
        coefficients = problem.data["coefficients"]
        return float((len(coefficients) - 1) * max(map(abs, coefficients)))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of the original; with no real solution its answer is the empty text, here ``""``."""
        metadata = item["metadata"]
        coefficients = _coefficients(metadata["polynomial_expr"], metadata["variable"])
        data = {"coefficients": coefficients, "variable": metadata["variable"]}
        gold = item["answer"] or '""'
        if not any(coefficients):
            return self.official_problem(item["question"], data, "(none)", gold, "true for every number")
        answer = solve(coefficients)
        problem = self.official_problem(item["question"], data, answer, gold)
        flaw = None if self.check(problem, gold) else "wrong answer"
        return self.official_problem(item["question"], data, answer, gold, flaw)

    def program(self, problem: Problem) -> str:
        """Let sympy isolate the real roots."""
        name, polynomial = _written(problem.question, self.instance(problem)["coefficients"])
        return (
            f'from sympy import real_roots, symbols\n\n{name} = symbols("{name}")\n'
            f"roots = real_roots({polynomial}, multiple=False)  # pairs of root and multiplicity\n"
            'print(", ".join(f"{float(root):.4f}" for root, _ in roots) or "none")\n'
        )

    def verification(self, problem: Problem, answer: str) -> str | None:
        """Count the roots by their Sturm chain, in all and around each number."""
        found = [] if answer == NONE else answer.split(", ")
        if not all(re.fullmatch(r"-?\d+\.\d+", text, re.ASCII) for text in found):
            return None
        name, polynomial = _written(problem.question, self.instance(problem)["coefficients"])
        if not found:
            return (
                f'from sympy import Poly, symbols\n\n{name} = symbols("{name}")\n'
                f"polynomial = Poly({polynomial}, {name})\nprint(polynomial.count_roots() == 0)\n"
            )
        return (
            "from sympy import Poly, Rational, symbols\n\n"
            f'{name} = symbols("{name}")\npolynomial = Poly({polynomial}, {name})\nanswers = {literal(found)}\n'
            "right = len(answers) == polynomial.count_roots()\nfor answer in answers:\n"
            "    low, high = Rational(answer) - Rational(1, 10000), Rational(answer) + Rational(1, 10000)\n"
            "    right = right and polynomial.count_roots(low, high) == 1\nprint(right)\n"
        )


def _written(question: str, coefficients: list[int]) -> tuple[str, str]:
    """Return the unknown and the polynomial, named as in the question; a long one otherwise, or it would be a copy."""
    told = re.search(r"equation:? ([^=\n]*) = 0", question)
    names = set(re.findall(r"[A-Za-z_]\w*", told[1])) if told else set()
    name = names.pop() if len(names) == 1 and len(min(names)) == 1 else "x"
    polynomial = _show(coefficients, name)
    if len(polynomial) < SHORT:
        return name, polynomial
    other = "x" if name != "x" else "t"
    return other, _show(coefficients, other)


def _show(coefficients: list[int], variable: str) -> str:
    text = ""
    for power in reversed(range(len(coefficients))):
        if c := coefficients[power]:
            letter = f"{variable}**{power}" if power > 1 else variable if power else ""
            digits = [] if letter and abs(c) == 1 else [str(abs(c))]
            sign = (" - " if text else "-") if c < 0 else (" + " if text else "")
            text += sign + "*".join(digits + [letter] * bool(letter))
    return text


def _coefficients(text: str, variable: str) -> list[int]:
    """Read a sum of terms into coefficients, the constant first."""
    found: dict[int, int] = {}
    pattern = rf"([+-]?)\s*(?:(\d+)\*)?({re.escape(variable)})(?:\*\*(\d+))?|([+-]?)\s*(\d+)"
    for sign, top, letter, power, alone_sign, alone in re.findall(pattern, text):
        exponent = int(power or 1) if letter else 0
        c = int(top or alone or 1) * (-1 if "-" in (sign, alone_sign) else 1)
        found[exponent] = found.get(exponent, 0) + c
    return [found.get(power, 0) for power in range(max(found, default=0) + 1)]


def real_roots(coefficients: list[int]) -> list[Fraction]:
    """Return the distinct real roots, each within 10**-12, in order; the constant comes first in ``coefficients``."""
    chain = _sturm_chain(coefficients)
    p = chain[0]
    if len(p) < 2:
        return []
    bound = 2 + max(abs(c) for c in p[:-1]) // abs(p[-1])
    roots = []
    stack = [(-bound, bound, 0)]  # an interval from a to b over 2**k, open to the left
    while stack:
        a, b, k = stack.pop()
        count = _changes(chain, a, k) - _changes(chain, b, k)
        if count == 0:
            continue
        if count == 1 and (sign := _sign(p, a, k)):
            roots.append(_refined(p, a, b, k, sign))
        else:
            stack += [(a + b, 2 * b, k + 1), (2 * a, a + b, k + 1)]
    return sorted(roots)


def _refined(p: list[int], a: int, b: int, k: int, sign: int) -> Fraction:
    """Halve an interval around the only root, a simple one; ``sign`` is that at the left end."""
    while k < 42:
        middle, a, b, k = a + b, 2 * a, 2 * b, k + 1
        here = _sign(p, middle, k)
        if here == 0:
            return Fraction(middle, 2**k)
        a, b = (middle, b) if here == sign else (a, middle)
    if not _sign(p, b, k):
        return Fraction(b, 2**k)
    return Fraction(a + b, 2 ** (k + 1))


def _sturm_chain(coefficients: list[int]) -> list[list[int]]:
    """Return the Sturm chain of the polynomial freed of repeated roots."""
    chain = _remainders(_trimmed(coefficients))
    common = chain[-1]
    return chain if len(common) < 2 else _remainders(_quotient(chain[0], common))


def _remainders(p: list[int]) -> list[list[int]]:
    chain = [p, [i * c for i, c in enumerate(p)][1:]]
    while chain[-1]:
        a, b = chain[-2:]
        a = list(a)
        while len(a) >= len(b):  # keep integers: multiply by the square of the leading coefficient
            shift, factor = len(a) - len(b), a[-1] * b[-1]
            a = [c * b[-1] ** 2 for c in a]
            for i, c in enumerate(b):
                a[i + shift] -= factor * c
            a = _trimmed(a)
        chain.append([-c for c in a])
    return chain[:-1]


def _quotient(a: list[int], b: list[int]) -> list[int]:
    """Divide without a remainder, up to a constant."""
    rest, result = [Fraction(c) for c in a], []
    while len(rest) >= len(b):
        factor = rest[-1] / b[-1]
        result.append(factor)
        shift = len(rest) - len(b)
        for i, c in enumerate(b):
            rest[i + shift] -= factor * c
        rest.pop()
    scale = 1
    for factor in result:
        scale *= factor.denominator
    return _trimmed([int(factor * scale) for factor in reversed(result)])


def _trimmed(p: list[int]) -> list[int]:
    """Drop leading zeros and the common divisor."""
    p = list(p)
    while p and p[-1] == 0:
        p.pop()
    divisor = math.gcd(*p) or 1
    return [c // divisor for c in p]


def _sign(p: list[int], numerator: int, k: int) -> int:
    """Return the sign at numerator / 2**k."""
    value = 0
    for i, c in enumerate(reversed(p)):
        value = value * numerator + (c << (k * i))
    return (value > 0) - (value < 0)


def _changes(chain: list[list[int]], numerator: int, k: int) -> int:
    signs = [s for p in chain if (s := _sign(p, numerator, k))]
    return sum(a != b for a, b in itertools.pairwise(signs))


def read(question: str) -> dict[str, Any]:
    """Read the coefficients, the constant first."""
    terms: dict[int, int] = {}
    text = re.search(r"equation (.*) = 0", question)[1].replace(" ", "")
    for sign, digits, letter, power in re.findall(r"([+-]?)(\d*)\*?([a-z]?)(?:\*\*(\d+))?", text):
        if digits or letter:
            terms[int(power or 1) if letter else 0] = int(f"{sign}{digits or 1}")
    return {"coefficients": [terms.get(power, 0) for power in range(max(terms) + 1)]}


def solve(coefficients: list[int]) -> str:
    """Isolate the real roots and round them half up, to 4 places."""
    roots = real_roots(coefficients)
    scaled = [(2 * root.numerator * 10**4 + root.denominator) // (2 * root.denominator) for root in roots]
    return ", ".join(f"{'-' if n < 0 else ''}{abs(n) // 10**4}.{abs(n) % 10**4:04}" for n in scaled) or NONE
