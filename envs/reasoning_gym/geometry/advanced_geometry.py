"""AdvancedGeometry: measures and special points of a triangle given by coordinates."""

import math
import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number, rounds_to
from r1ci_env.envs.answers import points as read_points
from r1ci_env.task import Problem, Task

LARGEST = {1: 8, 2: 10, 3: 20, 4: 100, 5: 1_000}
KINDS = {
    1: ("angle", "orthocenter"),
    2: ("angle", "orthocenter", "inradius"),
    3: ("angle", "orthocenter", "inradius", "circumcenter"),
    4: ("angle", "orthocenter", "inradius", "circumcenter", "circumradius", "incenter"),
    5: ("angle", "orthocenter", "inradius", "circumcenter", "circumradius", "incenter"),
}
ASKED = {
    "angle": "the size of its angle at {}, in degrees",
    "orthocenter": "the coordinates of its orthocenter, where the altitudes meet",
    "circumcenter": "the coordinates of the center of its circumscribed circle",
    "incenter": "the coordinates of the center of its inscribed circle",
    "inradius": "the radius of its inscribed circle",
    "circumradius": "the radius of its circumscribed circle",
}
ORIGINAL = {"angle_measure": "angle", "orthocenter": "orthocenter", "incircle_radius": "inradius"}
FORMULAS = {  # imports and lines of programs; braces that stay are doubled
    "angle": (
        "from math import atan2, degrees",
        "ux, uy = {p}[0] - {v}[0], {p}[1] - {v}[1]\n"
        "vx, vy = {q}[0] - {v}[0], {q}[1] - {v}[1]\n"
        "angle = atan2(abs(ux * vy - uy * vx), ux * vx + uy * vy)\n"
        'print(f"{{degrees(angle):.3f}}")\n',
    ),
    "orthocenter": (
        "import numpy as np",
        "# on the altitude from A: (H - A) @ (B - C) = 0, and from B: (H - B) @ (C - A) = 0\n"
        "H = np.linalg.solve([B - C, C - A], [A @ (B - C), B @ (C - A)])\n"
        'print(f"({{H[0]:.3f}}, {{H[1]:.3f}})")\n',
    ),
    "circumcenter": (
        "import numpy as np",
        "# as far from A as from B and C: 2 * O @ (B - A) = B @ B - A @ A, and so on\n"
        "O = np.linalg.solve([2 * (B - A), 2 * (C - A)], [B @ B - A @ A, C @ C - A @ A])\n"
        'print(f"({{O[0]:.3f}}, {{O[1]:.3f}})")\n',
    ),
    "incenter": (
        "from math import dist",
        "a, b, c = dist(B, C), dist(C, A), dist(A, B)\n"
        "x = (a * A[0] + b * B[0] + c * C[0]) / (a + b + c)\n"
        "y = (a * A[1] + b * B[1] + c * C[1]) / (a + b + c)\n"
        'print(f"({{x:.3f}}, {{y:.3f}})")\n',
    ),
    "inradius": (
        "from math import dist",
        "perimeter = dist(B, C) + dist(C, A) + dist(A, B)\n"
        "area = abs((B[0] - A[0]) * (C[1] - A[1]) - (B[1] - A[1]) * (C[0] - A[0])) / 2\n"
        'print(f"{{2 * area / perimeter:.3f}}")\n',
    ),
    "circumradius": (
        "from math import dist",
        "a, b, c = dist(B, C), dist(C, A), dist(A, B)\n"
        "area = abs((B[0] - A[0]) * (C[1] - A[1]) - (B[1] - A[1]) * (C[0] - A[0])) / 2\n"
        'print(f"{{a * b * c / (4 * area):.3f}}")\n',
    ),
}
DIGITS = 10**20
"""Values are computed in whole multiples of 1 / DIGITS."""


class AdvancedGeometry(Task):
    """Find an angle, a center or a radius of a triangle.

    Description:
        The integer coordinates of a triangle are given; asked is an angle, the orthocenter, the center or the radius
        of the inscribed or the circumscribed circle.

    Answer format:
        A number, or a point as ``(x, y)``, rounded to 3 decimals.

    Levels:
        Coordinates up to 8 in size and angles or orthocenters at level 1, 10 and 20 with radii at levels 2 and 3 (the
        original's default is 10), 1,000 with all six kinds at level 5.

    Check:
        Each number must round, at 3 decimals, to what the exact value rounds to; zeros at the end may be left out, and
        exact fractions count too. The value is known to 20 places, without floating point.

    Source and deviations:
        Reasoning-Gym advanced_geometry, whose angles are rounded to 2 decimals although the question says 3: on its
        items both count. Centers and radii of circles are added at the high levels.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw three points that are not in line."""
        largest = LARGEST[level]
        while True:
            points = [(rng.randint(-largest, largest), rng.randint(-largest, largest)) for _ in range(3)]
            if _area(points):
                break
        kind = rng.choice(KINDS[level])
        corner = rng.choice("ABC") if kind == "angle" else "A"
        point = "point" if len(_values(kind, corner, points)) == 2 else "number"
        form, example = {"point": ("(x, y)", "(1.500, -0.667)"), "number": ("number", "3.142")}[point]
        corners = ", ".join(f"{name} = {xy}" for name, xy in zip("ABC", points, strict=True))
        question = (
            f"A triangle has the corners {corners}. Find {ASKED[kind].format(corner)}.\n"
            f"Round to 3 decimal places. Give the answer in the form <<<{form}>>>, for example <<<{example}>>>."
        )
        data = {"kind": kind, "corner": corner, "points": points, "decimals": 3}
        return self.new_problem(level, question, data, solve(points, kind, corner))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare each number with the value."""
        data = problem.data
        corners = [(Fraction(x), Fraction(y)) for x, y in data["points"]]
        values = _values(data["kind"], data["corner"], corners)
        units = ("°", "degree", "deg") if data["kind"] == "angle" else ()
        found = [(number(answer, *units),)] if len(values) == 1 else read_points(answer)
        return len(found) == 1 and all(
            _same_rounded(number, value, data["decimals"]) for number, value in zip(found[0], values, strict=True)
        )

    def size(self, problem: Problem) -> float:
        """Bound of the coordinates."""
        return LARGEST[problem.level]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of the original; its angles are those at B."""
        metadata = item["metadata"]
        kind = ORIGINAL[metadata["task_type"]]
        points = [tuple(str(Fraction(c)) for c in metadata[name]) for name in "ABC"]
        exact = [(Fraction(x), Fraction(y)) for x, y in points]
        data = {"kind": kind, "corner": "B", "points": points, "decimals": 2 if kind == "angle" else 3}
        if not _area(exact):
            return self.official_problem(item["question"], data, "(none)", item["answer"], "the corners are in line")
        answer = solve(exact, kind, "B")
        problem = self.official_problem(item["question"], data, answer, item["answer"])
        flaw = None if self.check(problem, item["answer"]) else "wrong answer"
        return self.official_problem(item["question"], data, answer, item["answer"], flaw)

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Work it out from the coordinates of the corners."

    def program(self, problem: Problem) -> str:
        """Write the formula of what is asked for."""
        points, kind, corner = self.instance(problem).values()
        libraries, lines = FORMULAS[kind]
        p, q = sorted(set("ABC") - {corner})
        corners = ", ".join(f"({x}, {y})" for x, y in points)
        if libraries == "import numpy as np":
            corners = f"np.array([{corners}])"
        return f"{libraries}\n\nA, B, C = {corners}\n{lines.format(v=corner, p=p, q=q)}"


def _same_rounded(found: Fraction, value: Fraction, decimals: int) -> bool:
    """Whether two numbers round to the same number; halves go either way."""
    below = int(value * 10**decimals // 1)
    nearest = (Fraction(whole, 10**decimals) for whole in (below, below + 1))
    return any(rounds_to(value, target, decimals) and rounds_to(found, target, decimals) for target in nearest)


Point = tuple[Fraction, Fraction]


def _values(kind: str, corner: str, points: list[Any]) -> list[Fraction]:
    """Return the number or the coordinates that are asked for."""
    a, b, c = points
    if kind == "angle":
        at = "ABC".index(corner)
        return [_angle(points[at], points[at - 1], points[at - 2])]
    (ox, oy), radius_squared = _circumscribed(a, b, c)
    if kind == "circumcenter":
        return [ox, oy]
    if kind == "circumradius":
        return [_root(radius_squared)]
    if kind == "orthocenter":
        return [a[i] + b[i] + c[i] - 2 * o for i, o in enumerate((ox, oy))]
    sides = [_root(_square_distance(p, q)) for p, q in ((b, c), (c, a), (a, b))]
    if kind == "inradius":
        return [abs(_area(points)) / sum(sides)]
    return [sum(s * p[i] for s, p in zip(sides, points, strict=True)) / sum(sides) for i in range(2)]


def _area(points: list[Any]) -> Fraction:
    """Return twice the area, with a sign."""
    a, b, c = points
    return Fraction((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _square_distance(p: Point, q: Point) -> Fraction:
    return Fraction((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2)


def _circumscribed(a: Point, b: Point, c: Point) -> tuple[Point, Fraction]:
    """Return the center and the square of the radius of the circumscribed circle."""
    d = 2 * _area([a, b, c])
    squares = [p[0] ** 2 + p[1] ** 2 for p in (a, b, c)]
    x = (squares[0] * (b[1] - c[1]) + squares[1] * (c[1] - a[1]) + squares[2] * (a[1] - b[1])) / d
    y = (squares[0] * (c[0] - b[0]) + squares[1] * (a[0] - c[0]) + squares[2] * (b[0] - a[0])) / d
    return (x, y), _square_distance((x, y), a)


def _root(value: Fraction) -> Fraction:
    """Return a square root to twenty places; it is exact where it is rational."""
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return Fraction(math.isqrt(value.numerator * DIGITS**2 // value.denominator), DIGITS)


def _angle(vertex: Point, p: Point, q: Point) -> Fraction:
    """Return an angle in degrees."""
    dot = (p[0] - vertex[0]) * (q[0] - vertex[0]) + (p[1] - vertex[1]) * (q[1] - vertex[1])
    cross = abs(_area([vertex, p, q]))
    if dot == 0:
        return Fraction(90)
    half_turn = 4 * (4 * _arctangent(Fraction(1, 5)) - _arctangent(Fraction(1, 239)))  # Machin's formula for pi
    ratio = Fraction(cross) / abs(dot)
    if ratio == 1:
        angle = half_turn / 4
    elif ratio > 1:
        angle = half_turn / 2 - _halved_arctangent(1 / ratio)
    else:
        angle = _halved_arctangent(ratio)
    degrees = 180 * angle / half_turn
    return degrees if dot > 0 else 180 - degrees


def _halved_arctangent(ratio: Fraction) -> Fraction:
    """Halve the angle three times, so that the series ends soon: tan(x/2) = t / (1 + sqrt(1 + t*t))."""
    for _ in range(3):
        ratio /= 1 + _root(1 + ratio * ratio)
        ratio = Fraction(int(ratio * DIGITS**2), DIGITS**2)
    return 8 * _arctangent(ratio)


def _arctangent(ratio: Fraction) -> Fraction:
    """Sum the series, in whole multiples of 1 / DIGITS**2."""
    scale = DIGITS**2
    power = int(ratio * scale)
    square = int(ratio * ratio * scale)
    total, k = 0, 1
    while power:
        total += power // k if k % 4 == 1 else -(power // k)
        power, k = power * square // scale, k + 2
    return Fraction(total, scale)


def read(question: str) -> dict[str, Any]:
    """Read the corners and what is asked for."""
    points = [(int(x), int(y)) for x, y in re.findall(r"= \((-?\d+), (-?\d+)\)", question)]
    asked = re.search(r"Find (.*)\.\n", question)[1]
    kind = next(kind for kind, text in ASKED.items() if asked.startswith(text.split("{}")[0]))
    return {"points": points, "kind": kind, "corner": re.search(r"at ([ABC])|$", asked)[1] or "A"}


def solve(points: list[Any], kind: str, corner: str) -> str:
    """Calculate what is asked for to twenty places and round it to three, halves away from zero."""
    texts = []
    for value in _values(kind, corner, points):
        thousandths = (2000 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
        minus = "-" if value < 0 and thousandths else ""
        texts.append(f"{minus}{thousandths // 1000}.{thousandths % 1000:03}")
    return f"({texts[0]}, {texts[1]})" if len(texts) == 2 else texts[0]
