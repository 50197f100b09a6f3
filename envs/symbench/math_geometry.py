"""MathGeometry: lengths, areas, angles and solids, exactly."""

import math
import random
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.mathematics.answers import last_boxed, option_of, same
from r1ci_env.envs.wording.word_problems import draw_steps
from r1ci_env.task import Problem, Task

STEPS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4}
LENGTH = {1: 50, 2: 90, 3: 120, 4: 200, 5: 900}
SHORT = {1: 20, 2: 30, 3: 40, 4: 80, 5: 200}


class MathGeometry(Task):
    """Solve a problem of school geometry, or several.

    Description:
        Triangles, quadrilaterals, polygons, circles, coordinates, similar figures and solids are given by numbers; a
        length, area, angle, volume, ratio or coordinate is asked for.

    Answer format:
        The exact value, such as ``7/2``, ``6*sqrt(6)`` or ``16 - 4*pi``; LaTeX and units are read too.

    Levels:
        One problem with numbers up to 50 at level 1 and 90 at level 2, a sum of multiples of the answers of two
        problems at level 3 and of four with numbers up to 900 at level 5.

    Check:
        Values are compared in exact algebra: every way to write the number counts, a decimal approximation does not. A
        rational number must be worked out.

    Source and deviations:
        SymBench MATH geometry (the training part of MATH, in natural language, judged there by a language model);
        here wordings of our own with numbers drawn, each with the data that it needs in the text instead of a figure.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw problems."""
        draw: dict[str, Callable[[], Any]] = {
            "n": lambda: rng.randint(2, LENGTH[level]),
            "k": lambda: rng.randint(2, SHORT[level]),
            "c": lambda: rng.randint(-SHORT[level], SHORT[level]),
            "g": lambda: rng.randint(4, 176),
            "s": lambda: 180 * rng.randint(3, SHORT[level]),
        }
        steps = draw_steps(rng, TABLE, STEPS[level], draw)
        question = (
            f"{steps.text}\nGive the exact value, with fractions, square roots and pi where needed, in triple angle "
            "brackets, for example <<<7/2>>>, <<<6*sqrt(6)>>> or <<<16 - 4*pi>>>."
        )
        return self.new_problem(level, question, {"wordings": steps.wordings}, _show(steps.value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare exactly."""
        option = problem.data.get("option")
        return (option is not None and word(answer).strip("()") == option) or same(
            answer, problem.answer, problem.question
        )

    def size(self, problem: Problem) -> float:
        """Number of problems times the bound of their numbers."""
        return float(STEPS[problem.level] * LENGTH[problem.level])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an original item: its answer is in the last box of its solution; the letter of an option counts."""
        gold = last_boxed(item["boxed_solution"])
        return self.official_problem(item["problem"], {"option": option_of(item["problem"], gold)}, gold, gold)


class Exact:
    """A sum of rational multiples of square roots times powers of pi."""

    def __init__(self, terms: Mapping[tuple[int, int], Fraction]) -> None:
        """Store coefficients by radicand, free of squares, and power of pi."""
        self.terms = {key: c for key, c in terms.items() if c}

    def __add__(self, other: Any) -> "Exact":
        terms = dict(self.terms)
        for key, c in _exact(other).terms.items():
            terms[key] = terms.get(key, Fraction(0)) + c
        return Exact(terms)

    def __rmul__(self, factor: Fraction | int) -> "Exact":
        return Exact({key: factor * c for key, c in self.terms.items()})

    __radd__ = __add__


def _exact(value: Any) -> Exact:
    return value if isinstance(value, Exact) else Exact({(1, 0): Fraction(value)})


def _pi(value: Fraction | int) -> Exact:
    return Exact({(1, 1): Fraction(value)})


def _root(square: Fraction | int, factor: Fraction | int = 1, pi: int = 0) -> Exact:
    """Return a multiple of the square root of a positive number, times a power of pi."""
    square = Fraction(square)
    if square <= 0:
        raise ValueError
    rest, free, d = square.numerator * square.denominator, 1, 2
    outside = Fraction(factor) / square.denominator
    while d * d * d <= rest:
        while rest % (d * d) == 0:
            rest //= d * d
            outside *= d
        if rest % d == 0:
            rest //= d
            free *= d
        d += 1
    if math.isqrt(rest) ** 2 == rest:
        outside *= math.isqrt(rest)
        rest = 1
    return Exact({(free * rest, pi): outside})


def _show(value: Any) -> str:
    text = ""
    for (radicand, pi), c in sorted(_exact(value).terms.items()):
        factors = [f"sqrt({radicand})"] * (radicand > 1) + ["pi"] * pi
        if abs(c.numerator) > 1 or not factors:
            factors.insert(0, str(abs(c.numerator)))
        term = "*".join(factors) + (f"/{c.denominator}" if c.denominator > 1 else "")
        text += ((" - " if c < 0 else " + ") if text else "-" * (c < 0)) + term
    return text or "0"


def _fits(condition: bool) -> int:
    """Return 1, or refuse the numbers that were drawn."""
    if not condition:
        raise ValueError
    return 1


def _triangle_area(a: int, b: int, c: int) -> Exact:
    """Return Heron's formula; its product is negative where the sides fit no triangle."""
    return _root(Fraction((a + b + c) * (a + b - c) * (a - b + c) * (b + c - a), 16))


# Slots: n lengths, k shorter ones, c coordinates, g degrees, s angle sums.
TABLE: tuple[tuple[str, Callable[..., Any]], ...] = (
    (
        "A rectangle is {n} cm long and {k} cm wide. How many centimeters long is its diagonal?",
        lambda n, k: _root(n * n + k * k),
    ),
    (
        "A rectangle has a perimeter of {n} cm and one side of {k} cm. What is its area in square centimeters?",
        lambda n, k: _fits(n > 2 * k) * Fraction(k * (n - 2 * k), 2),
    ),
    ("The diagonal of a square is {n} cm long. What is its area in square centimeters?", lambda n: Fraction(n * n, 2)),
    ("A square has an area of {n} square centimeters. How many centimeters is its perimeter?", lambda n: _root(n, 4)),
    (
        "The legs of a right triangle are {n} cm and {k} cm long. How many centimeters long is the hypotenuse?",
        lambda n, k: _root(n * n + k * k),
    ),
    (
        "The hypotenuse of a right triangle is {n} cm long and one leg is {k} cm long. "
        "How many centimeters long is the other leg?",
        lambda n, k: _root(n * n - k * k),
    ),
    (
        "The legs of a right triangle are {k} cm and {k2} cm long. "
        "How many centimeters long is the altitude on the hypotenuse?",
        lambda k, k2: _root(k * k + k2 * k2, Fraction(k * k2, k * k + k2 * k2)),
    ),
    (
        "The legs of a right triangle are {k} cm and {k2} cm long. "
        "What is the radius of its inscribed circle in centimeters?",
        lambda k, k2: Fraction(k + k2, 2) + _root(k * k + k2 * k2, Fraction(-1, 2)),
    ),
    (
        "The legs of a right triangle are {k} cm and {k2} cm long. "
        "What is the area of the circle through its three corners in square centimeters?",
        lambda k, k2: _pi(Fraction(k * k + k2 * k2, 4)),
    ),
    (
        "What is the area, in square centimeters, of an equilateral triangle with sides of {n} cm?",
        lambda n: _root(3, Fraction(n * n, 4)),
    ),
    (
        "The altitudes of an equilateral triangle are {n} cm long. How many centimeters long are its sides?",
        lambda n: _root(3, Fraction(2 * n, 3)),
    ),
    (
        "An isosceles triangle has a base of {k} cm and two sides of {n} cm. What is its area in square centimeters?",
        lambda k, n: _root(4 * n * n - k * k, Fraction(k, 4)),
    ),
    (
        "In a triangle with angles of 30, 60 and 90 degrees the shortest side is {n} cm long. "
        "How many centimeters is its perimeter?",
        lambda n: 3 * n + _root(3, n),
    ),
    (
        "The hypotenuse of a right isosceles triangle is {n} cm long. What is its area in square centimeters?",
        lambda n: Fraction(n * n, 4),
    ),
    (
        "The sides of a triangle are {k} cm, {k2} cm and {k3} cm long. What is its area in square centimeters?",
        lambda k, k2, k3: _triangle_area(k, k2, k3),
    ),
    (
        "Two angles of a triangle measure {g} and {g2} degrees. How many degrees does the third angle measure?",
        lambda g, g2: _fits(g + g2 < 180) * (180 - g - g2),
    ),
    (
        "The angle between the two equal sides of an isosceles triangle measures {g} degrees. "
        "How many degrees does each of the other angles measure?",
        lambda g: Fraction(180 - g, 2),
    ),
    (
        "Two interior angles of a triangle measure {g} and {g2} degrees. "
        "How many degrees does the exterior angle at the third corner measure?",
        lambda g, g2: _fits(g + g2 < 180) * (g + g2),
    ),
    (
        "Three angles of a convex quadrilateral measure {g}, {g2} and {g3} degrees. "
        "How many degrees does the fourth angle measure?",
        lambda g, g2, g3: _fits(180 < g + g2 + g3 < 360) * (360 - g - g2 - g3),
    ),
    (
        "The angles of a triangle are in the ratio {k} to {k2} to {k3}. "
        "How many degrees does the largest angle measure?",
        lambda k, k2, k3: Fraction(180 * max(k, k2, k3), k + k2 + k3),
    ),
    (
        "How many degrees does each interior angle of a regular polygon with {n} sides measure?",
        lambda n: _fits(n > 2) * Fraction(180 * (n - 2), n),
    ),
    ("The interior angles of a polygon add up to {s} degrees. How many sides does it have?", lambda s: s // 180 + 2),
    ("How many diagonals does a convex polygon with {n} sides have?", lambda n: _fits(n > 2) * (n * (n - 3) // 2)),
    ("A circle has a radius of {n} cm. How many centimeters is its circumference?", lambda n: _pi(2 * n)),
    ("A circle has a diameter of {n} cm. What is its area in square centimeters?", lambda n: _pi(Fraction(n * n, 4))),
    (
        "The area of a circle is {n} times pi square centimeters. How many centimeters is its radius?",
        lambda n: _root(n),
    ),
    (
        "Two circles have the same center and radii of {n} cm and {k} cm. "
        "What is the area between them in square centimeters?",
        lambda n, k: _pi(_fits(n != k) * abs(n * n - k * k)),
    ),
    (
        "What is the area, in square centimeters, of a sector of {g} degrees in a circle with a radius of {n} cm?",
        lambda g, n: _pi(Fraction(g * n * n, 360)),
    ),
    (
        "An arc of a circle with a radius of {n} cm belongs to a central angle of {g} degrees. "
        "How many centimeters long is the arc?",
        lambda n, g: _pi(Fraction(g * n, 180)),
    ),
    (
        "The central angle over an arc of a circle measures {g} degrees. "
        "How many degrees does an inscribed angle over the same arc measure?",
        lambda g: Fraction(g, 2),
    ),
    (
        "A chord lies {k} cm from the center of a circle with a radius of {n} cm. "
        "How many centimeters long is the chord?",
        lambda k, n: _root(n * n - k * k, 2),
    ),
    (
        "From a point {n} cm away from the center of a circle with a radius of {k} cm a tangent is drawn. "
        "How many centimeters are there from the point to where the tangent touches the circle?",
        lambda n, k: _root(n * n - k * k),
    ),
    (
        "The largest circle that fits is cut out of a square with sides of {n} cm. "
        "What area of the square remains, in square centimeters?",
        lambda n: n * n + _pi(Fraction(-n * n, 4)),
    ),
    (
        "A circle passes through the four corners of a rectangle of {n} cm by {k} cm. "
        "How many centimeters is its circumference?",
        lambda n, k: _root(n * n + k * k, 1, 1),
    ),
    (
        "The parallel sides of a trapezoid are {n} cm and {k} cm long and {k2} cm apart. "
        "What is its area in square centimeters?",
        lambda n, k, k2: Fraction((n + k) * k2, 2),
    ),
    (
        "An isosceles trapezoid has parallel sides of {n} cm and {k} cm and two other sides of {k2} cm. "
        "How many centimeters is its height?",
        lambda n, k, k2: _fits(n != k) * _root(k2 * k2 - Fraction((n - k) ** 2, 4)),
    ),
    (
        "The sides of a parallelogram are {n} cm and {k} cm long. The height on the first is {k2} cm. "
        "How many centimeters is the height on the second?",
        lambda n, k, k2: _fits(k2 < k) * Fraction(n * k2, k),
    ),
    (
        "The diagonals of a rhombus are {n} cm and {k} cm long. How many centimeters is its perimeter?",
        lambda n, k: _root(n * n + k * k, 2),
    ),
    (
        "What is the area, in square centimeters, of a regular hexagon with sides of {n} cm?",
        lambda n: _root(3, Fraction(3 * n * n, 2)),
    ),
    (
        "Two triangles are similar. A side of {k} cm in the first corresponds to one of {k2} cm in the second, and the "
        "first has an area of {n} square centimeters. What is the area of the second in square centimeters?",
        lambda k, k2, n: Fraction(n * k2 * k2, k * k),
    ),
    (
        "A pole {k} meters high casts a shadow of {k2} meters. At the same time a tower casts a shadow of {n} meters. "
        "How many meters high is the tower?",
        lambda k, k2, n: Fraction(k * n, k2),
    ),
    (
        "In triangle ABC, a line parallel to BC meets AB in D and AC in E. "
        "AD is {k} cm, DB is {k2} cm and BC is {n} cm long. How many centimeters long is DE?",
        lambda k, k2, n: Fraction(n * k, k + k2),
    ),
    (
        "What is the distance between the points ({c}, {c2}) and ({c3}, {c4})?",
        lambda c, c2, c3, c4: _root((c - c3) ** 2 + (c2 - c4) ** 2),
    ),
    (
        "What is the sum of the coordinates of the midpoint between ({c}, {c2}) and ({c3}, {c4})?",
        lambda c, c2, c3, c4: Fraction(c + c2 + c3 + c4, 2),
    ),
    (
        "What is the area of the triangle with the corners (0, 0), ({c}, {c2}) and ({c3}, {c4})?",
        lambda c, c2, c3, c4: _fits(c * c4 != c2 * c3) * Fraction(abs(c * c4 - c2 * c3), 2),
    ),
    (
        "What is the slope of the line through ({c}, {c2}) and ({c3}, {c4})?",
        lambda c, c2, c3, c4: _fits(c != c3) * Fraction(c4 - c2, c3 - c),
    ),
    (
        "The point ({c}, {c2}) is reflected in the x-axis and then moved {n} units to the right. "
        "What is the sum of the coordinates of the point where it ends?",
        lambda c, c2, n: c + n - c2,
    ),
    (
        "What is the distance of the point ({c}, {c2}) from the line {k}x + {k2}y = {n}?",
        lambda c, c2, k, k2, n: _root(k * k + k2 * k2, Fraction(abs(k * c + k2 * c2 - n), k * k + k2 * k2)),
    ),
    (
        "A box is {k} cm long, {k2} cm wide and {k3} cm high. "
        "How many centimeters long is the diagonal through its inside?",
        lambda k, k2, k3: _root(k * k + k2 * k2 + k3 * k3),
    ),
    (
        "A box is {k} cm long, {k2} cm wide and {k3} cm high. What is its surface in square centimeters?",
        lambda k, k2, k3: 2 * (k * k2 + k2 * k3 + k * k3),
    ),
    (
        "The surface of a cube is {n} square centimeters. How many centimeters long is its edge?",
        lambda n: _root(Fraction(n, 6)),
    ),
    (
        "A cylinder has a radius of {k} cm and a height of {n} cm. What is its volume in cubic centimeters?",
        lambda k, n: _pi(k * k * n),
    ),
    (
        "A closed cylinder has a radius of {k} cm and a height of {n} cm. "
        "What is its whole surface in square centimeters?",
        lambda k, n: _pi(2 * k * (k + n)),
    ),
    (
        "A cone has a base radius of {k} cm and a height of {n} cm. What is its volume in cubic centimeters?",
        lambda k, n: _pi(Fraction(k * k * n, 3)),
    ),
    (
        "A cone has a base radius of {k} cm and a height of {k2} cm. What is its curved surface in square centimeters?",
        lambda k, k2: _root(k * k + k2 * k2, k, 1),
    ),
    ("A sphere has a radius of {k} cm. What is its volume in cubic centimeters?", lambda k: _pi(Fraction(4 * k**3, 3))),
    ("A sphere has a diameter of {n} cm. What is its surface in square centimeters?", lambda n: _pi(n * n)),
    (
        "A pyramid has a square base with sides of {k} cm and a height of {n} cm. "
        "What is its volume in cubic centimeters?",
        lambda k, n: Fraction(k * k * n, 3),
    ),
    (
        "A ball of clay with a radius of {k} cm is formed into a cylinder with a radius of {k2} cm. "
        "How many centimeters high is the cylinder?",
        lambda k, k2: Fraction(4 * k**3, 3 * k2 * k2),
    ),
)


@cache
def _pattern(wording: str) -> re.Pattern[str]:
    pattern = re.escape(wording)
    for slot in dict.fromkeys(re.findall(r"\\{(\w+)\\}", pattern)):
        pattern = pattern.replace(rf"\{{{slot}\}}", rf"(?P<{slot}>-?\d+)")
    return re.compile(pattern)


def _answer(text: str) -> Any:
    """Recognise the wording and apply its formula."""
    for wording, formula in TABLE:
        if match := _pattern(wording).fullmatch(text):
            return formula(**{slot: int(digits) for slot, digits in match.groupdict().items()})
    raise ValueError(f"unknown question: {text}")


def solve(question: str) -> str:
    """Answer the questions, and combine their answers."""
    values = {letter: _answer(text) for letter, text in re.findall(r"^([A-E]): (.*)$", question, re.M)}
    if not values:
        return _show(_answer(question.split("\n")[0]))
    total: Any = 0
    closing = re.search(r"calculate (.*)\.$", question, re.M)[1]
    for sign, factor, letter in re.findall(r"([+-]?) ?(?:(\d)\*)?([A-E])", closing):
        total = int(f"{sign}{factor or 1}") * values[letter] + total
    return _show(total)
