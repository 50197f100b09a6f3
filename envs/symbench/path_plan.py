"""PathPlan: lead a path through a room, past some boxes in order and clear of others."""

import itertools
import random
import re
from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import networkx as nx

from r1ci_env.envs.answers import BadAnswer, points
from r1ci_env.task import Problem, Task

Point = tuple[int, int]
Box = Sequence[int]
"""Left, right, bottom, top; a wall is a box without width or height."""

SHAPES = {  # width and height, boxes, to visit, to avoid, walls
    1: ((14, 18), 4, (1, 2), 1, 0),
    2: ((18, 22), 6, (2, 3), 2, 0),
    3: ((20, 26), 7, (3, 4), 3, 2),
    4: ((24, 28), 10, (5, 6), 4, 4),
    5: ((30, 34), 14, (8, 9), 5, 6),
}
COLOURS = (
    *("red", "green", "blue", "yellow", "purple", "orange", "pink"),
    *("black", "white", "brown", "grey", "cyan", "gold", "silver"),
)
SCALE = 10_000  # coordinates are read in ten-thousandths
MAX_POINTS = 300
TRIES = 50


class PathPlan(Task):
    """Find a polyline from start to end that visits boxes in order and avoids others.

    Description:
        A rectangular room has walls and coloured boxes. A path of straight segments from a start to an end point is
        asked for, which reaches some boxes in a given order and touches neither walls nor forbidden boxes.

    Answer format:
        The corners of the path, start and end included: ``[(2, 3), (7.5, 3), (7.5, 10)]``.

    Levels:
        4 boxes, of which one or two are to be visited and one to be avoided, at level 1; 7 boxes, as in the original,
        at level 3, with inner walls; 14 boxes, 8 or 9 visits and 6 inner walls at level 5.

    Check:
        Exact: coordinates are read as multiples of 1/10,000. Start and end are kept; the path stays inside the room
        and has no point in common with an inner wall or a forbidden box; the order of the first contacts with the
        boxes to visit is the one asked for. The border belongs to a box. At most 300 points.

    Source and deviations:
        SymBench path_plan, which has 14 hand-made rooms and does not check the order, nor segments that lie wholly
        inside a box. Rooms are drawn here, and a path on whole coordinates is found when a problem is made. Original
        items are not read: no public record of their format was found.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw rooms until one has a path."""
        answer = ""
        while not answer:
            data = _room(rng, level)
            visit, avoid = ([data["boxes"][name] for name in data[key]] for key in ("visit", "avoid"))
            room, start, end = (tuple(data[key]) for key in ("room", "start", "end"))
            answer = solve(room, start, end, visit, avoid + data["walls"])
        return self.new_problem(level, _pose(data), data, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Follow the path."""
        data = problem.data
        path = _scaled(answer)
        scaled = {name: [SCALE * v for v in box] for name, box in data["boxes"].items()}
        forbidden = [scaled[name] for name in data["avoid"]] + [[SCALE * v for v in wall] for wall in data["walls"]]
        ends = [tuple(SCALE * v for v in data[name]) for name in ("start", "end")]
        size = [SCALE * v for v in data["room"]]
        inside = all(0 < x < size[0] and 0 < y < size[1] for x, y in path)
        if [path[0], path[-1]] != ends or not inside:
            return False
        segments = list(itertools.pairwise(path))
        if any(_touches(a, b, box) for a, b in segments for box in forbidden):
            return False
        contacts = []
        for name in data["visit"]:
            first = next((i for i, (a, b) in enumerate(segments) if _touches(a, b, scaled[name])), None)
            if first is None:
                return False
            contacts.append((first, _entry(*segments[first], scaled[name])))
        return all(earlier < later for earlier, later in itertools.pairwise(contacts))

    def size(self, problem: Problem) -> float:
        """Boxes to visit and to avoid, and inner walls."""
        return float(sum(len(problem.data[key]) for key in ("visit", "avoid", "walls")))


def _scaled(text: str) -> list[Point]:
    coordinates = [(SCALE * x, SCALE * y) for x, y in points(text)]
    if not 2 <= len(coordinates) <= MAX_POINTS:
        raise BadAnswer("not a path")
    if any(v.denominator != 1 for point in coordinates for v in point):
        raise BadAnswer("more than four decimals")
    return [(x.numerator, y.numerator) for x, y in coordinates]


def _touches(a: Point, b: Point, box: Box) -> bool:
    """Whether a segment and a box have a point in common: no side of either separates them."""
    left, right, bottom, top = box
    if max(a[0], b[0]) < left or min(a[0], b[0]) > right or max(a[1], b[1]) < bottom or min(a[1], b[1]) > top:
        return False
    dx, dy = b[0] - a[0], b[1] - a[1]
    sides = [dx * (y - a[1]) - dy * (x - a[0]) for x in (left, right) for y in (bottom, top)]
    return min(sides) <= 0 <= max(sides)


def _entry(a: Point, b: Point, box: Box) -> Fraction:
    """Return where on a segment that touches the box it first does, from 0 to 1."""
    entry = Fraction(0)
    for start, end, low, high in ((a[0], b[0], box[0], box[1]), (a[1], b[1], box[2], box[3])):
        if start < low:
            entry = max(entry, Fraction(low - start, end - start))
        elif start > high:
            entry = max(entry, Fraction(start - high, start - end))
    return entry


def _room(rng: random.Random, level: int) -> dict[str, Any]:
    """Draw a room; boxes keep a distance of 2 from each other, so that a path on whole coordinates fits between."""
    sides, count, visit, avoid, walls = SHAPES[level]
    width, height = (rng.randint(*sides) for _ in range(2))
    shapes = [(rng.randint(1, 3), rng.randint(1, 3), 2) for _ in range(count)]
    shapes += [(0, rng.randint(3, 6), 1) if rng.random() < 0.5 else (rng.randint(3, 6), 0, 1) for _ in range(walls)]
    shapes += [(0, 0, 1), (0, 0, 1)]
    placed: list[Box] = []
    while len(placed) < len(shapes):
        wide, high, gap = shapes[len(placed)]
        for _ in range(TRIES):
            x, y = rng.randint(2, width - 2 - wide), rng.randint(2, height - 2 - high)
            box = [x, x + wide, y, y + high]
            if all(_distance(box, other) >= gap for other in placed):
                placed.append(box)
                break
        else:  # no place is left: begin again
            placed = []
    names = rng.sample(COLOURS, count)
    chosen = rng.sample(names, rng.randint(*visit) + avoid)
    return {
        "room": [width, height],
        "boxes": dict(zip(names, placed, strict=False)),
        "walls": placed[count:-2],
        "start": placed[-2][::2],
        "end": placed[-1][::2],
        "visit": chosen[avoid:],
        "avoid": chosen[:avoid],
    }


def _distance(a: Box, b: Box) -> int:
    return max(a[0] - b[1], b[0] - a[1], a[2] - b[3], b[2] - a[3])


def _pose(data: dict[str, Any]) -> str:
    (width, height), visit = data["room"], data["visit"]
    boxes = "\n".join(f"{name} box: x {b[0]} to {b[1]}, y {b[2]} to {b[3]}" for name, b in data["boxes"].items())
    walls = "".join(f"\ninner wall: x {w[0]} to {w[1]}, y {w[2]} to {w[3]}" for w in data["walls"])
    order = ", then ".join(f"the {name} box" for name in visit)
    return (
        f"A room reaches from x = 0 to x = {width} and from y = 0 to y = {height}. In it are:\n{boxes}{walls}\n"
        f"Find a path of straight segments from {tuple(data['start'])} to {tuple(data['end'])}.\n"
        f"Visit: {order}. A box is visited when the path first touches it, the border included; these first contacts "
        "must come in this order, but later the path may touch a box again.\n"
        f"Avoid: {', '.join(f'the {name} box' for name in data['avoid'])}. The path must not touch these, nor the "
        "outer or inner walls, not even at a border. Boxes that are named in neither list may be crossed.\n"
        "Give the corners of the path from start to end, with at most four decimals and at most "
        f"{MAX_POINTS} points, for example <<<[(2, 3), (7.5, 3), (7.5, 10)]>>>."
    )


def read(question: str) -> dict[str, Any]:
    """Read the room, the ends, and the boxes to visit and to avoid; inner walls are avoided too."""
    sides = r"x (\d+) to (\d+), y (\d+) to (\d+)"
    boxes = {name: list(map(int, box)) for name, *box in re.findall(rf"^(\w+) box: {sides}", question, re.M)}
    walls = [list(map(int, wall)) for wall in re.findall(rf"^inner wall: {sides}", question, re.M)]
    visit, avoid = (re.search(rf"^{word}: ([^.]*)", question, re.M)[1] for word in ("Visit", "Avoid"))
    x, y, x2, y2 = map(int, re.search(r"from \((\d+), (\d+)\) to \((\d+), (\d+)\)", question).groups())
    return {
        "room": tuple(int(v) for v in re.findall(r"to [xy] = (\d+)", question)),
        "start": (x, y),
        "end": (x2, y2),
        "visit": [boxes[name] for name in re.findall(r"the (\w+) box", visit)],
        "avoid": [boxes[name] for name in re.findall(r"the (\w+) box", avoid)] + walls,
    }


def solve(room: tuple[int, int], start: Point, end: Point, visit: list[Box], avoid: list[Box]) -> str:
    """Search breadth-first from box to box on whole coordinates."""
    # boxes have whole coordinates: a step between two free neighbours cannot touch one
    width, height = room
    stops = [*visit, [end[0], end[0], end[1], end[1]]]
    path = [start]
    for i, stop in enumerate(stops):
        blocked = {cell for box in [*avoid, *stops[i + 1 : -1]] for cell in _cells(box)}
        goals = set(_cells(stop))
        came: dict[Point, Point] = {path[-1]: path[-1]}
        queue = deque(came)
        while queue and queue[0] not in goals:
            x, y = queue.popleft()
            for cell in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
                if 0 < cell[0] < width and 0 < cell[1] < height and cell not in blocked and cell not in came:
                    came[cell] = (x, y)
                    queue.append(cell)
        if not queue:
            return ""
        leg = [queue[0]]
        while leg[-1] != path[-1]:
            leg.append(came[leg[-1]])
        path += leg[-2::-1]
    inner = zip(path, path[1:], path[2:], strict=False)
    corners = [b for a, b, c in inner if (a[0] + c[0], a[1] + c[1]) != (2 * b[0], 2 * b[1])]
    return str([path[0], *corners, path[-1]])


def _cells(box: Box) -> list[Point]:
    left, right, bottom, top = box
    return [(x, y) for x in range(left, right + 1) for y in range(bottom, top + 1)]


def solve_plainly(room: tuple[int, int], start: Point, end: Point, visit: list[Box], avoid: list[Box]) -> str:
    """Find a shortest path from box to box on whole coordinates, around all that must not be touched yet."""
    stops = [*visit, (end[0], end[0], end[1], end[1])]
    path = [start]
    for i, stop in enumerate(stops):
        graph = nx.grid_2d_graph(range(1, room[0]), range(1, room[1]))
        for left, right, bottom, top in [*avoid, *stops[i + 1 : -1]]:
            graph.remove_nodes_from(product(range(left, right + 1), range(bottom, top + 1)))
        corner = (stop[0], stop[2])
        path += nx.shortest_path(graph, path[-1], corner)[1:]
    inner = zip(path, path[1:], path[2:], strict=False)
    corners = [b for a, b, c in inner if (a[0] + c[0], a[1] + c[1]) != (2 * b[0], 2 * b[1])]
    return str([start, *corners, end])


def verify(answer: str, room: Point, start: Point, end: Point, visit: list[Box], avoid: list[Box]) -> bool:
    """Follow a path on whole coordinates unit by unit, and note when it first touches each box."""
    numbers = [int(n) for n in answer.replace("(", "").replace(")", "").strip("[]").split(",")]
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    path = [corners[0]]
    for x, y in corners[1:]:
        while path[-1] != (x, y):
            a, b = path[-1]
            path.append((a + (x > a) - (x < a), b + (y > b) - (y < b)))
    first = []
    for left, right, bottom, top in [*visit, *avoid]:
        touched = [i for i, (x, y) in enumerate(path) if left <= x <= right and bottom <= y <= top]
        first.append(touched[0] if touched else -1)
    visited, avoided = first[: len(visit)], first[len(visit) :]
    inside = all(0 < x < room[0] and 0 < y < room[1] for x, y in path)
    if (path[0], path[-1]) != (start, end) or not inside or -1 in visited:
        return False
    return visited == sorted(visited) and set(avoided) == {-1}
