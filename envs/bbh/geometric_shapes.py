"""GeometricShapes: what an SVG path draws."""

import math
import random
import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, letter, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.programs import literal, program
from r1ci_env.task import Problem

POLYGONS = {3: "triangle", 5: "pentagon", 6: "hexagon", 7: "heptagon", 8: "octagon"}
SHAPES = {
    1: ("circle", "ellipse", "kite", "line", "rectangle", "sector", "triangle", "pentagon", "hexagon"),
    2: ("ellipse", "circle", "kite", "rectangle", "trapezoid", "parallelogram", "sector", "pentagon", "hexagon"),
    3: ("kite", "rectangle", "trapezoid", "parallelogram", "pentagon", "hexagon", "heptagon", "octagon"),
    4: ("kite", "rectangle", "trapezoid", "parallelogram", "triangle", "pentagon", "hexagon", "heptagon", "octagon"),
    5: ("kite", "rectangle", "trapezoid", "parallelogram", "triangle", "pentagon", "hexagon", "heptagon", "octagon"),
}
QUADRILATERALS = ("rectangle", "parallelogram", "kite", "trapezoid")
ROUND = ("circle", "ellipse", "sector")
OPTIONS = sorted({*POLYGONS.values(), *SHAPES[1], *SHAPES[2]})
EXTRA = {1: 0, 2: 1, 3: 2, 4: 6, 5: 14}
"""How many sides are cut into two straight pieces."""

SPREAD = {1: 0.1, 2: 0.25, 3: 0.5, 4: 1.0, 5: 1.0}
"""Share of the pieces that are drawn out of order and in either direction."""

EXACT, ROUNDED = 1e-9, 0.02
"""How far sines, cosines and ratios may be off, where coordinates are whole and where they are rounded."""

Point = tuple[float, float]
Piece = tuple[Point, Point]


class GeometricShapes(MultipleChoice):
    """Name the shape that an SVG path draws.

    Description:
        An SVG path of lines and arcs is given; the most specific name of what it draws is asked for.

    Answer format:
        The letter of the name, such as ``(C)``.

    Levels:
        Simple paths, most of them drawn in one go, at level 1, as in the original. Then sides are cut into pieces,
        which are drawn in any order and direction: 14 cuts, and all pieces shuffled, at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard geometric_shapes. All coordinates are whole, so that no shape is only nearly one. In the
        original they are rounded: a target is doubted only where the number of corners speaks against it. Items that
        offer an ellipse beside the circle that is drawn, or a trapezoid beside the rectangle, have two true options, of
        which the wider is stored: these are unsure.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a shape, cut its sides and put the pieces in some order."""
        shape = rng.choice(SHAPES[level])
        path = _round_path(rng, shape) if shape in ROUND else None
        if path is None:
            corners = _corners(rng, shape)
            while not _is_sound(corners, shape):
                corners = _corners(rng, shape)
            path = _polygon_path(rng, corners, EXTRA[level], SPREAD[level])
        text = (
            f'This SVG path element <path d="{path}"/> draws a shape. What is the most specific name of the shape? '
            "A point at which the outline goes straight on is no corner."
        )
        options = rng.sample(OPTIONS, len(OPTIONS))
        return self.choice_problem(level, text, options, shape, {"path": path})

    def program(self, problem: Problem) -> str | None:
        """Count the corners, or compare the radii where there are arcs."""
        pieces, radii, options, rounded = self.instance(problem).values()
        if rounded:
            return super().program(problem)
        if not radii:
            straight = {name: mark for name, mark in options.items() if name not in ROUND}
            return program(by_corners, {"pieces": pieces, "options": straight})
        wide, high = radii[0]
        kept = {name: options[name] for name in ROUND}
        return (
            f"arc_width, arc_height = {wide}, {high}\nstraight_pieces = {len(pieces)}\n"
            'if straight_pieces:\n    shape = "sector"\nelif arc_width == arc_height:\n    shape = "circle"\n'
            f'else:\n    shape = "ellipse"\noptions = {literal(kept)}\nprint(options[shape])\n'
        )

    def size(self, problem: Problem) -> float:
        """Number of commands in the path."""
        return len(re.findall(r"[A-Z]", problem.data["path"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question; say where two of them are true."""
        question, gold = str(item["input"]), str(item["target"])
        options = read_options(question)
        for wide, narrow in (("ellipse", "circle"), ("trapezoid", "rectangle")):
            both = [letter(options, name) for name in (wide, narrow) if name in options]
            if len(both) == 2 and gold in both and _draws(*_pieces(question), [wide, narrow], True, ROUNDED) == narrow:
                unsure = f"two options are true, for a {narrow} is a special {wide}"
                return self.official_problem(question, {"options": options}, gold, gold=gold, unsure=unsure)
        found = solve(**read(question))
        certain = found == gold or POLYGONS.get(_clear_corners(question)) in options
        return original_problem(self, item, {"options": options}, [found] if certain and found else [])


def _is_sound(corners: list[Point], shape: str) -> bool:
    """Whether the corners make the shape beyond doubt: no side without length, no straight angle, no crossing."""
    if len(corners) == 2:
        return corners[0] != corners[1]
    around = list(zip(corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True))
    if any(p == q or _turn(p, q, r) == 0 for p, q, r in around):
        return False
    true = [name for name in QUADRILATERALS if len(corners) == 4 and _name(corners, [name], True, EXACT) == name]
    return true[:1] in ([], [shape]) and not ("kite" in true and len(true) > 1)


def _corners(rng: random.Random, shape: str) -> list[Point]:
    """Return the corners of a shape, all even so that its sides can be cut."""
    if shape in ("kite", "rectangle", "trapezoid", "parallelogram"):
        a, b, c, d = (rng.choice([n for n in range(-9, 10) if n]) for _ in range(4))
        along, across = (a, b), (-b, a)
        p, q = rng.randint(1, 5), rng.randint(1, 5)
        weights = {
            "rectangle": ((0, 0), (p, 0), (p, q), (0, q)),
            "kite": ((0, 0), (p, q), (p + q + rng.randint(1, 5), 0), (p, -q)),
        }
        if shape in weights:
            corners = [(x * along[0] + y * across[0], x * along[1] + y * across[1]) for x, y in weights[shape]]
        else:
            far = 1 if shape == "parallelogram" else rng.randint(2, 4)
            corners = [(0, 0), (a * far, b * far), (a + c, b + d), (c, d)]
    else:
        count = 2 if shape == "line" else next(n for n, name in POLYGONS.items() if name == shape)
        corners = [(0, 0)] * count  # around the origin, each less than half a turn from the next: no sides cross
        while count > 2 and not all(_cross(p, q) > 0 for p, q in pairwise([*corners, corners[0]])):
            corners = sorted(
                ((rng.randint(-40, 40), rng.randint(-40, 40)) for _ in corners), key=lambda p: math.atan2(p[1], p[0])
            )
        if count == 2:
            corners = [(rng.randint(-40, 40), rng.randint(-40, 40)) for _ in corners]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    dx, dy = rng.randint(0, 20), rng.randint(0, 20)
    return [(2 * (x - left + dx), 2 * (y - top + dy)) for x, y in corners]


def _polygon_path(rng: random.Random, corners: list[Point], cuts: int, spread: float) -> str:
    points = list(corners)
    for _ in range(cuts):
        sides = range(len(points) - (len(corners) == 2))
        halves = [
            (i, [(a + b) // 2 for a, b in zip(points[i], points[(i + 1) % len(points)], strict=True)])
            for i in sides
            if all((a + b) % 2 == 0 for a, b in zip(points[i], points[(i + 1) % len(points)], strict=True))
        ]
        if not halves:
            break
        i, (x, y) = rng.choice(halves)
        points.insert(i + 1, (x, y))
    pieces = [(points[i], points[(i + 1) % len(points)]) for i in range(len(points) - (len(corners) == 2))]
    moved = [i for i in range(len(pieces)) if rng.random() < spread]
    for i, piece in zip(moved, rng.sample([pieces[i] for i in moved], len(moved)), strict=True):
        pieces[i] = piece if rng.random() < 0.5 else (piece[1], piece[0])
    path, pen = "", None
    for start, end in pieces:
        path += (f" M {_pair(start)}" if start != pen else "") + f" L {_pair(end)}"
        pen = end
    return path.strip()


def _round_path(rng: random.Random, shape: str) -> str:
    x, y, r = rng.randint(40, 60), rng.randint(40, 60), rng.randint(5, 35)
    if shape == "sector":
        a, b, c = rng.choice(((3, 4, 5), (5, 12, 13), (8, 15, 17), (20, 21, 29)))  # whole points of a circle
        spokes = [(a, b), (b, a), (-a, b), (-b, a), (-a, -b), (a, -b), (c, 0), (0, c), (-c, 0), (0, -c)]
        (p, q), (s, t) = rng.sample(spokes, 2)
        while p * t == q * s:
            (p, q), (s, t) = rng.sample(spokes, 2)
        large = rng.randint(0, 1)
        sweep = int((p * t - q * s > 0) != large)  # the short way round turns as the cross product says
        return f"M {x},{y} L {x + p},{y + q} A {c},{c} 0 {large},{sweep} {x + s},{y + t} L {x},{y}"
    other = r if shape == "circle" else rng.choice([n for n in range(4, 36) if n != r])
    ends = [f"{x - r},{y}", f"{x + r},{y}"]
    rng.shuffle(ends)
    turn = rng.choice((0, 180))
    arc = f"A {r},{other} {turn} 1,{rng.randint(0, 1)}"
    return f"M {ends[0]} {arc} {ends[1]} {arc} {ends[0]}"


def _pair(point: Point) -> str:
    return f"{point[0]:g},{point[1]:g}"


def _draws(pieces: list[Piece], radii: list[Point], options: Collection[str], specific: bool, tolerance: float) -> str:
    """Return the name of what is drawn."""
    if radii:
        round_ones = all(math.isclose(rx, ry) for rx, ry in radii)
        if pieces:
            return "sector"
        return "circle" if round_ones and (specific or "ellipse" not in options) else "ellipse"
    return _name(_outline(pieces), options, specific, tolerance)


def _pieces(question: str) -> tuple[list[Piece], list[Point]]:
    """Return the straight pieces of the path in a question and the radii of its arcs.

    Raises:
        ValueError: the path has other commands, or not as many numbers as they need.
    """
    path = re.search(r'\bd="([^"]*)"', question)[1]
    number = r"[-+]?(?:\d+\.?\d*|\.\d+)"
    needed = {"M": 2, "L": 2, "A": 7, "Z": 0}
    pen: Point = (0, 0)
    start = pen
    pieces: list[Piece] = []
    radii: list[Point] = []
    if re.sub(rf"[MLAZz,\s]|{number}", "", path):
        raise ValueError("the path has unknown commands")
    for command, numbers in re.findall(r"([MLAZz])([^MLAZz]*)", path):
        values = [float(n) if "." in n else int(n) for n in re.findall(number, numbers)]
        if len(values) != needed[command.upper()]:
            raise ValueError(f"{command} with {len(values)} numbers")
        target = (values[-2], values[-1]) if values else start
        if command == "M":
            start = target
        elif command == "A":
            radii.append((values[0], values[1]))
        elif target != pen:
            pieces.append((pen, target))
        pen = target
    return pieces, radii


def _clear_corners(question: str) -> int:
    """Return how many corners a path of straight pieces has; 0 if it is not closed, or goes nearly straight on."""
    pieces, radii = _pieces(question)
    ends = [point for piece in pieces for point in piece]
    corners = _outline(pieces)
    if radii or len(corners) < 3 or any(ends.count(point) != 2 for point in ends) or len(set(ends)) != len(pieces):
        return 0
    around = zip(corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True)
    clear = all(abs(_turn(p, q, r)) > 0.1 * math.dist(p, q) * math.dist(q, r) for p, q, r in around)
    return len(corners) if clear and len(corners) == len(pieces) else 0


def _outline(pieces: list[Piece]) -> list[Point]:
    """Chain the pieces to an outline; points at which it goes exactly straight on are left out."""
    left = list(pieces)
    points = list(left.pop(0))
    while left:
        i = next((i for i, piece in enumerate(left) if points[-1] in piece), None)
        if i is None:  # an open line: go on at its other end
            points.reverse()
            i = next((i for i, piece in enumerate(left) if points[-1] in piece), None)
            if i is None:
                break
        a, b = left.pop(i)
        points.append(b if points[-1] == a else a)
    if points[0] != points[-1]:
        return [points[0], points[-1]] if not _bends(points) else points
    points.pop()
    return [
        q for p, q, r in zip(points[-1:] + points[:-1], points, points[1:] + points[:1], strict=True) if _turn(p, q, r)
    ]


def _bends(points: list[Point]) -> bool:
    return any(_turn(p, q, r) for p, q, r in zip(points, points[1:], points[2:], strict=False))


def _turn(p: Point, q: Point, r: Point) -> float:
    return _cross((q[0] - p[0], q[1] - p[1]), (r[0] - q[0], r[1] - q[1]))


def _cross(p: Point, q: Point) -> float:
    return p[0] * q[1] - p[1] * q[0]


def _name(corners: list[Point], options: Collection[str], specific: bool, tolerance: float) -> str:
    """Return the name of a polygon; among several true ones the most specific, or else the widest that is offered."""
    if len(corners) == 2:
        return "line"
    if len(corners) != 4:
        return POLYGONS.get(len(corners), "")
    sides = [(q[0] - p[0], q[1] - p[1]) for p, q in zip(corners, corners[1:] + corners[:1], strict=True)]
    lengths = [math.hypot(*side) for side in sides]

    def off_parallel(i: int, j: int) -> float:
        (a, b), (c, d) = sides[i], sides[j]
        return abs(a * d - b * c) / (lengths[i] * lengths[j])

    def off_square(i: int, j: int) -> float:
        (a, b), (c, d) = sides[i], sides[j]
        return abs(a * c + b * d) / (lengths[i] * lengths[j])

    def off_equal(i: int, j: int) -> float:
        return abs(lengths[i] - lengths[j]) / max(lengths)

    error = {  # from the most specific to the widest
        "rectangle": max(off_square(i, (i + 1) % 4) for i in range(4)),
        "parallelogram": max(off_parallel(0, 2), off_parallel(1, 3)),
        "kite": min(max(off_equal(0, 1), off_equal(2, 3)), max(off_equal(1, 2), off_equal(3, 0))),
        "trapezoid": min(off_parallel(0, 2), off_parallel(1, 3)),
    }
    true = [name for name in error if error[name] < tolerance and name in options]
    if not true and tolerance > EXACT:  # the coordinates are rounded: what fits best
        return min((name for name in error if name in options), key=lambda name: error[name], default="")
    return "" if not true else true[0] if specific else true[-1]


def read(question: str) -> dict[str, Any]:
    """Read the straight pieces of the path, the radii of its arcs, the options, and whether coordinates are rounded."""
    pieces, radii = _pieces(question)
    options = {option.strip(): mark for mark, option in re.findall(r"^(\([A-Z]\)) (.*)$", question, re.M)}
    return {"pieces": pieces, "radii": radii, "options": options, "rounded": "most specific" not in question}


def solve(pieces: list[Piece], radii: list[Point], options: Mapping[str, str], rounded: bool) -> str:
    """Follow the path and name what it draws."""
    name = _draws(pieces, radii, options, not rounded, ROUNDED if rounded else EXACT)
    return options.get(name, "")


def by_corners(pieces: list[Piece], options: Mapping[str, str]) -> str:
    """Name a closed or straight line by its corners; of four, compare the sides."""
    ways: dict[Point, list[Point]] = {}
    for (x, y), (u, v) in pieces:
        ways.setdefault((x, y), []).append((u - x, v - y))
        ways.setdefault((u, v), []).append((x - u, y - v))
    corners = []
    for point, ((a, b), *others) in ways.items():
        for c, d in others:
            if a * d != b * c:
                corners.append(point)
    names = {0: "line", 3: "triangle", 4: "", 5: "pentagon", 6: "hexagon", 7: "heptagon", 8: "octagon"}
    name = names[len(corners)]
    if not name:
        x, y = (sum(values) / 4 for values in zip(*corners, strict=True))
        corners.sort(key=lambda corner: math.atan2(corner[1] - y, corner[0] - x))
        following = corners[1:] + corners[:1]
        sides = [(u - x, v - y) for (x, y), (u, v) in zip(corners, following, strict=True)]
        (a, b), (c, d), (e, f), (g, h) = sides
        parallel = (a * f == b * e) + (c * h == d * g)
        name = ["kite", "trapezoid", "parallelogram"][parallel]
        if parallel == 2 and a * c + b * d == 0:
            name = "rectangle"
    return options[name]
