"""IntermediateIntegration: an antiderivative by substitution or by parts."""

import math
import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.mathematics.antiderivative import is_antiderivative
from r1ci_env.envs.mathematics.steps import in_lines
from r1ci_env.programs import literal
from r1ci_env.task import Problem, Task

TERMS = {1: 1, 2: 1, 3: 1, 4: 2, 5: 3}
LARGEST = {1: 5, 2: 9, 3: 12, 4: 15, 5: 20}
POWER = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6}


class IntermediateIntegration(Task):
    """Integrate functions that need a substitution or integration by parts.

    Description:
        An integrand built of powers, roots, exponentials, logarithms, trigonometric and inverse trigonometric
        functions is given; an antiderivative is asked for.

    Answer format:
        An expression such as ``x**2*sin(x) - 2*cos(x) + C``; ``+ C`` may be left out.

    Levels:
        One term with numbers up to 5 and powers up to 2 at level 1 up to three terms with numbers up to 20 and powers
        up to 6 at level 5; levels 1 to 3 span the original's families and numbers.

    Check:
        The answer is read into exact algebra and differentiated; the derivative must be the integrand. As sines and
        cosines are exponentials there, every way to write the answer counts (double angles, shifts, factored forms),
        and any constant.

    Source and deviations:
        Reasoning-Gym intermediate_integration, whose scorer runs the answer as Python and which makes 23 items a
        second, as it integrates by computer algebra; here every family is integrated by its formula.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw terms from the families."""
        variable = rng.choice("xxtuyz")
        integrand = ""
        for body, _ in rng.sample(FAMILIES, TERMS[level]):
            a, b, c, k = (rng.randint(2, LARGEST[level]) for _ in range(4))
            slots = {"a": a, "twice": 2 * a, "b": b, "c": c, "n": rng.randint(2, POWER[level]), "s": rng.choice("+-")}
            term = f"{k}*{body.format(v=variable, **slots)}"
            minus = rng.random() < 0.5
            integrand += f" {'-' if minus else '+'} {term}" if integrand else f"{'-' if minus else ''}{term}"
        question = (
            f"Find an antiderivative of {integrand} with respect to {variable}.\n"
            f"Write powers as {variable}**2, products with *, and use sqrt, exp, log (natural), sin, cos, tan, asin, "
            "acos, atan and abs as needed, with exact numbers. Give it in triple angle brackets, for example "
            f"<<<{variable}**2*sin({variable})/2 + C>>>."
        )
        data = {"integrand": integrand, "variable": variable}
        return self.new_problem(level, question, data, solve(integrand, variable))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Differentiate the answer."""
        return is_antiderivative(answer, problem.data["integrand"], problem.data["variable"])

    def size(self, problem: Problem) -> float:
        """Terms of the integrand times the bounds of their numbers and powers."""
        return float(TERMS[problem.level] * LARGEST[problem.level] * POWER[problem.level])

    def verification(self, problem: Problem, answer: str) -> str:
        """Differentiate the answer, and compare the values at a few points."""
        integrand, variable = self.instance(problem).values()
        return (
            f'from sympy import N, Rational, diff, symbols, sympify\n\n{variable} = symbols("{variable}", real=True)\n'
            f'names = {{"{variable}": {variable}}}\nantiderivative = sympify({literal(answer)}, names)\n'
            f"integrand = sympify({literal(integrand)}, names)\n"
            f"difference = diff(antiderivative, {variable}) - integrand\n"
            f"values = [N(difference.subs({variable}, Rational(n, 100)), 30) for n in (3, 4, 7)]\n"
            "print(all(abs(value) < 1e-6 for value in values))\n"
        )

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of the original."""
        data = {key: item["metadata"][key] for key in ("integrand", "variable")}
        problem = self.official_problem(item["question"], data, item["answer"], item["answer"])
        if self.check(problem, item["answer"]):
            return problem
        answer = _original_by_parts(**data) or "(none)"
        flaw = "the stored answer is no antiderivative in closed form"
        return self.official_problem(item["question"], data, answer, item["answer"], flaw)

    def program(self, problem: Problem) -> str:
        """Let sympy integrate; where it is slow, by parts or with a substitution."""
        integrand, variable = self.instance(problem).values()
        single = TERMS.get(problem.level) == 1
        if single and (match := re.fullmatch(r"(-?\d+\*(\w)\*\*\d)\*((sin|cos)\(.*\))", integrand)):
            power, _, function, name = match.groups()
            names = ", ".join(sorted((name, "diff", "integrate", "symbols")))
            return (
                f'from sympy import {names}\n\n{variable} = symbols("{variable}")\n'
                f"# by parts, until nothing is left of the power\npower = {power}\nfunction = {function}\n"
                f"total, sign = 0, 1\nwhile power != 0:\n    function = integrate(function, {variable})\n"
                f"    total += sign * power * function\n    power = diff(power, {variable})\n    sign = -sign\n"
                "print(total)\n"
            )
        if single and (
            match := re.fullmatch(r"(-?\d+)\*((sin|cos)\(((\d+).*)\))\*\*(\d)\*(?:sin|cos)\(.*\)", integrand)
        ):
            factor, inner, name, argument, slope, n = match.groups()
            slope, other = (slope, "cos") if name == "sin" else (f"-{slope}", "sin")
            return (
                f'from sympy import {name}, integrate, symbols\n\n{variable}, w = symbols("{variable} w")\n'
                f"# substitute w = {inner}, dw = {slope}*{other}({argument})*d{variable}\n"
                f"antiderivative = integrate({factor}*w**{n}, w) / {slope}\n"
                f"print(antiderivative.subs(w, {inner}))\n"
            )
        names = ", ".join(sorted({"integrate", "symbols", *re.findall(r"[a-z]{3,}", integrand)}))
        return (
            f'from sympy import {names}\n\n{variable} = symbols("{variable}")\n'
            f"integrand = {in_lines(integrand)}\nprint(integrate(integrand, {variable}))\n"
        )


Terms = list[tuple[Fraction, str]]


def _one(top: int, bottom: int, text: str) -> Terms:
    return [(Fraction(top, bottom), text)]


def _by_parts(v: str, n: int, a: int, functions: tuple[tuple[int, str], ...]) -> Terms:
    """Integrate v**n times a function of a*v, given its first, second, ... antiderivative at a = 1, in a cycle."""
    terms = []
    for j in range(n + 1):
        sign, function = functions[j % len(functions)]
        power = {0: "", 1: f"{v}*"}.get(n - j, f"{v}**{n - j}*")
        terms.append((Fraction(sign * (-1) ** j * math.perm(n, j), a ** (j + 1)), f"{power}{function}({a}*{v})"))
    return terms


# Each family: the integrand, and its antiderivative as coefficients and functions of the variable v.
FAMILIES = (
    ("({a}*{v} {s} {b})**{n}", lambda v, a, s, b, n: _one(1, a * (n + 1), f"({a}*{v} {s} {b})**{n + 1}")),
    (
        "sin({a}*{v} {s} {b})**{n}*cos({a}*{v} {s} {b})",
        lambda v, a, s, b, n: _one(1, a * (n + 1), f"sin({a}*{v} {s} {b})**{n + 1}"),
    ),
    (
        "cos({a}*{v} {s} {b})**{n}*sin({a}*{v} {s} {b})",
        lambda v, a, s, b, n: _one(-1, a * (n + 1), f"cos({a}*{v} {s} {b})**{n + 1}"),
    ),
    (
        "({twice}*{v} {s} {b})*exp({a}*{v}**2 {s} {b}*{v} + {c})",
        lambda v, a, s, b, c: _one(1, 1, f"exp({a}*{v}**2 {s} {b}*{v} + {c})"),
    ),
    ("sqrt({a}*{v} {s} {b})", lambda v, a, s, b: _one(2, 3 * a, f"({a}*{v} {s} {b})**(3/2)")),
    ("(1/sqrt({a}*{v} {s} {b}))", lambda v, a, s, b: _one(2, a, f"sqrt({a}*{v} {s} {b})")),
    ("(1/({a}*{v} {s} {b}))", lambda v, a, s, b: _one(1, a, f"log(abs({a}*{v} {s} {b}))")),
    ("{v}/({a}*{v}**2 + {b})", lambda v, a, b: _one(1, 2 * a, f"log({a}*{v}**2 + {b})")),
    ("log({a}*{v})", lambda v, a: [*_one(1, 1, f"{v}*log({a}*{v})"), *_one(-1, 1, v)]),
    (
        "atan({a}*{v})",
        lambda v, a: [*_one(1, 1, f"{v}*atan({a}*{v})"), *_one(-1, 2 * a, f"log({a * a}*{v}**2 + 1)")],
    ),
    (
        "asin({a}*{v})",
        lambda v, a: [*_one(1, 1, f"{v}*asin({a}*{v})"), *_one(1, a, f"sqrt(1 - {a * a}*{v}**2)")],
    ),
    (
        "{v}**{n}*log({v})",
        lambda v, n: [*_one(1, n + 1, f"{v}**{n + 1}*log({v})"), *_one(-1, (n + 1) ** 2, f"{v}**{n + 1}")],
    ),
    ("{v}**{n}*exp({a}*{v})", lambda v, a, n: _by_parts(v, n, a, ((1, "exp"),))),
    (
        "{v}**{n}*sin({a}*{v})",
        lambda v, a, n: _by_parts(v, n, a, ((-1, "cos"), (-1, "sin"), (1, "cos"), (1, "sin"))),
    ),
    (
        "{v}**{n}*cos({a}*{v})",
        lambda v, a, n: _by_parts(v, n, a, ((1, "sin"), (-1, "cos"), (-1, "sin"), (1, "cos"))),
    ),
    (
        "exp({a}*{v})*sin({b}*{v})",
        lambda v, a, b: [
            *_one(a, a * a + b * b, f"exp({a}*{v})*sin({b}*{v})"),
            *_one(-b, a * a + b * b, f"exp({a}*{v})*cos({b}*{v})"),
        ],
    ),
    (
        "exp({a}*{v})*cos({b}*{v})",
        lambda v, a, b: [
            *_one(a, a * a + b * b, f"exp({a}*{v})*cos({b}*{v})"),
            *_one(b, a * a + b * b, f"exp({a}*{v})*sin({b}*{v})"),
        ],
    ),
)


def _original_by_parts(integrand: str, variable: str) -> str | None:
    """Integrate a power times sin, cos or exp, at which the original sometimes gives up; None for anything else."""
    v = re.escape(variable)
    match = re.fullmatch(rf"(-?)(?:(\d+)\*)?{v}(?:\*\*(\d+))?\*(sin|cos|exp)\((?:(\d+)\*)?{v}\)", integrand)
    if not match:
        return None
    sign, factor, power, function, a = match.groups()
    return solve(f"{sign}{factor or 1}*{variable}**{power or 1}*{function}({a or 1}*{variable})", variable)


def _antiderivative(body: str, variable: str) -> Terms:
    for family, formula in FAMILIES:
        pattern = re.escape(family.replace("{v}", variable))
        slots = dict.fromkeys(re.findall(r"\\{(\w+)\\}", pattern))
        for name in slots:
            kind = "[-+]" if name == "s" else r"\d+"
            pattern = pattern.replace(rf"\{{{name}\}}", f"(?P<{name}>{kind})", 1).replace(
                rf"\{{{name}\}}", f"(?P={name})"
            )
        if match := re.fullmatch(pattern, body):
            found = {name: value if name == "s" else int(value) for name, value in match.groupdict().items()}
            found.pop("twice", None)
            return formula(variable, **found)
    raise ValueError(f"no family: {body}")


def read(question: str) -> dict[str, Any]:
    """Read the integrand and its variable."""
    integrand, variable = re.search(r"antiderivative of (.*) with respect to (\w)\.", question).groups()
    return {"integrand": integrand, "variable": variable}


def solve(integrand: str, variable: str) -> str:
    """Integrate each term by the formula of its family."""
    answer = ""
    for sign, factor, body in re.findall(
        r"(?:(?<= )|^)([-+]?) ?(\d+)\*((?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+)", integrand
    ):
        for c, text in _antiderivative(body, variable):
            c *= -int(factor) if sign == "-" else int(factor)
            number = "" if abs(c) == 1 else f"{abs(c)}*"
            answer += (" - " if answer else "-") if c < 0 else (" + " if answer else "")
            answer += f"{number}{text}"
    return f"{answer} + C"
