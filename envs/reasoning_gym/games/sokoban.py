"""Sokoban: push all boxes onto goals."""

import heapq
import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import directions, steps
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

SIDE = {1: (6, 7), 2: (6, 8), 3: (8, 10), 4: (10, 11), 5: (11, 13)}
BOXES = {1: (1, 2), 2: (2, 3), 3: (3, 4), 4: (4, 5), 5: (5, 6)}
PULLS = {1: (8, 15), 2: (15, 30), 3: (25, 50), 4: (30, 60), 5: (40, 70)}
MAX_STATES = 400
WALLS = (5, 20)  # per cent of the inner cells
STEP = re.compile(r"(?:(?:move|go)\s+)?(up|down|left|right|[udlr])", re.I)
STEPS = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}
FROM_ORIGINAL = str.maketrans("*%@X$+-", "@+$.*#-")
Cell = tuple[int, int]


class Sokoban(Task):
    """Push boxes onto goals with a player who can push but not pull.

    Description:
        A walled room with boxes, as many goals and a player is given; a row of steps after which every box stands on a
        goal is asked for.

    Answer format:
        The steps as letters: ``LLURD``.

    Levels:
        1 to 2 boxes in a room of side 6 to 7 at level 1 up to 5 to 6 boxes in one of side 11 to 13 at level 5; levels 1
        to 3 span the original's sides of 6 to 10.

    Check:
        The steps are simulated: none may lead into a wall or push a box against a wall or another box. Every box stands
        on a goal in the end. The steps need not be the fewest.

    Source and deviations:
        Reasoning-Gym sokoban, which makes and solves problems in up to seconds. Here boxes are pulled away from the
        goals, so that there is a solution, and a problem is kept if a bounded search finds one, so that the reference
        solver is fast. The usual symbols of the game are used.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a room with the boxes on the goals, and pull them away."""
        while True:
            floor = _room(rng.randint(*SIDE[level]), rng.randint(*SIDE[level]), rng)
            count = rng.randint(*BOXES[level])
            if len(floor) < 6 * count:
                continue
            goals = frozenset(rng.sample(sorted(floor), count))
            boxes, player = _pull(floor, goals, rng.randint(*PULLS[level]), rng)
            room = _draw(floor, goals, boxes, player)
            solution = len(boxes - goals) > count / 2 and _solution(room, MAX_STATES)
            if solution:
                break
        question = (
            "This is a Sokoban puzzle: # is a wall, - floor, . a goal, $ a box, * a box on a goal, @ the player, and + "
            "the player on a goal.\n\n" + "\n".join(room) + "\n\nThe player steps up (U), down (D), left (L) or "
            "right (R). A step onto a box pushes it one cell further, if that cell is neither a wall nor another box; "
            "no other step onto a box or a wall is allowed. Find steps after which every box stands on a goal.\n"
            "Give them as one word between triple angle brackets, for example <<<LLURD>>>."
        )
        return self.new_problem(level, question, {"room": room}, solution)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the steps."""
        floor, goals, boxes, player = _parts(problem.data["room"])
        for step in (match[1][0].upper() for match in steps(directions(answer), STEP)):
            player = _next(player, step)
            if player in boxes:
                boxes = boxes - {player} | {_next(player, step)}
            if player not in floor or len(boxes) < len(goals) or not boxes <= floor:
                return False
        return boxes == goals

    def program(self, problem: Problem) -> str | None:
        """Search steps, or pushes where there are more boxes."""
        if problem.level == 3:
            return self._bounded(program(_push_by_push, self.instance(problem)), problem)
        return super().program(problem)

    def size(self, problem: Problem) -> float:
        """Number of boxes, then of cells."""
        _, goals, _, _ = _parts(problem.data["room"])
        return len(goals) + len("".join(problem.data["room"])) / 1000

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the room of the metadata."""
        lines = item["metadata"]["gamestr"].split("\n")
        room = ["".join(line.split()).translate(FROM_ORIGINAL) for line in lines if line.strip()]
        problem = self.official_problem(item["question"], {"room": room}, item["answer"], item["answer"])
        if self.check(problem, item["answer"]):
            return problem
        flaw = "the stored steps do not solve the puzzle"
        answer = _solution(room, 20_000) or "(none)"
        return self.official_problem(item["question"], {"room": room}, answer, item["answer"], flaw)


def _room(height: int, width: int, rng: random.Random) -> frozenset[Cell]:
    """Return the largest connected floor of a room with some inner walls."""
    share = rng.randint(*WALLS) / 100
    inner = {(r, c) for r in range(1, height - 1) for c in range(1, width - 1)}
    left = {cell for cell in sorted(inner) if rng.random() >= share}
    largest: set[Cell] = set()
    while left:
        part = set(_reach(min(left), left))
        largest = max(largest, part, key=len)
        left -= part
    return frozenset(largest)


def _next(cell: Cell, step: str) -> Cell:
    return cell[0] + STEPS[step][0], cell[1] + STEPS[step][1]


def _reach(start: Cell, free: Any) -> dict[Cell, str]:
    """Return the cells that can be walked to, with the steps of a shortest way."""
    ways = {start: ""}
    queue = [start]
    for cell in queue:
        for step in STEPS:
            other = _next(cell, step)
            if other in free and other not in ways:
                ways[other] = ways[cell] + step
                queue.append(other)
    return ways


def _pull(
    floor: frozenset[Cell], goals: frozenset[Cell], count: int, rng: random.Random
) -> tuple[frozenset[Cell], Cell]:
    """Pull boxes from the goals about; return where they and the player are then."""
    width = max(column for _, column in floor) + 2
    ground, boxes = (sum(1 << r * width + c for r, c in cells) for cells in (floor, goals))
    r, c = rng.choice(sorted(floor - goals))
    player = 1 << r * width + c
    for _ in range(count):
        free = ground & ~boxes
        reach = _area(player, free, width)
        pulls = []
        for box in _single_bits(boxes):
            for shift in (1, width):
                for near, far in ((box << shift, box << 2 * shift), (box >> shift, box >> 2 * shift)):
                    if near & reach and far & free:
                        pulls.append((box, near, far))
        if pulls:
            box, near, player = rng.choice(pulls)
            boxes ^= box | near
    places = [divmod(bit.bit_length() - 1, width) for bit in (*_single_bits(boxes), player)]
    return frozenset(places[:-1]), places[-1]


def _area(start: int, free: int, width: int) -> int:
    """Return the cells, as bits, that can be walked to."""
    found, grown = 0, start
    while grown != found:
        found = grown
        grown |= (found << 1 | found >> 1 | found << width | found >> width) & free
    return found


def _single_bits(number: int) -> list[int]:
    found = []
    while number:
        found.append(number & -number)
        number &= number - 1
    return found


def _steps(floor: Any, boxes: Any, player: Cell, pushes: list[tuple[Cell, str]]) -> str:
    """Write out the walks between the pushes."""
    back = {"U": "D", "D": "U", "L": "R", "R": "L"}
    walk = ""
    for box, step in pushes:
        walk += _reach(player, floor - boxes)[_next(box, back[step])] + step
        boxes = boxes - {box} | {_next(box, step)}
        player = box
    return walk


def _draw(floor: Any, goals: Any, boxes: Any, player: Cell) -> list[str]:
    height, width = (max(cell[i] for cell in floor) + 2 for i in (0, 1))

    def mark(cell: Cell) -> str:
        if cell not in floor:
            return "#"
        return "-$@.*+"[(1 if cell in boxes else 2 if cell == player else 0) + 3 * (cell in goals)]

    return ["".join(mark((r, c)) for c in range(width)) for r in range(height)]


def _parts(room: list[str]) -> tuple[frozenset[Cell], frozenset[Cell], frozenset[Cell], Cell]:
    """Return floor, goals, boxes and player."""
    marks = {(r, c): mark for r, row in enumerate(room) for c, mark in enumerate(row)}
    floor, goals, boxes, player = (
        frozenset(cell for cell, mark in marks.items() if mark in marked) for marked in ("-.$*@+", ".*+", "$*", "@+")
    )
    return floor, goals, boxes, min(player)


def _solution(room: list[str], max_states: int = 10**6) -> str | None:
    """Search pushes, those first that bring boxes near to goals; None if ``max_states`` do not suffice.

    Cells are bits of a number.
    """
    floor, goals, boxes, player = _parts(room)
    width = len(room[0])
    moves = {"U": -width, "D": width, "L": -1, "R": 1}
    bit = {cell: 1 << (cell[0] * width + cell[1]) for cell in floor}
    ground, aims = sum(bit.values()), sum(bit[goal] for goal in goals)
    distance = _push_distances(floor, goals)
    far = {bit[cell]: distance[cell] for cell in distance}

    def estimate(state: int) -> int:
        return sum(far[box] for box in _single_bits(state)) + 4 * (state & ~aims).bit_count()

    start = sum(bit[box] for box in boxes)
    queue: list[Any] = [(0, 0, start, bit[player], None)]
    seen: set[tuple[int, int]] = set()
    number = 0
    while queue and len(seen) < max_states:
        _, _, state, at, path = heapq.heappop(queue)
        reach = _area(at, ground & ~state, width)
        if (state, reach) in seen:
            continue
        seen.add((state, reach))
        if state == aims:
            break
        depth = path[0] + 1 if path else 1
        for box in _single_bits(state):
            for step, move in moves.items():
                target, pusher = (box << move, box >> move) if move > 0 else (box >> -move, box << -move)
                if pusher & reach and target & ground & ~state and target in far:
                    following = state ^ box ^ target
                    number += 1
                    rank = depth + 4 * estimate(following)
                    heapq.heappush(queue, (rank, number, following, box, (depth, box, step, path)))
    else:
        return None
    cells = {value: cell for cell, value in bit.items()}
    pushes = []
    while path:
        _, box, step, path = path
        pushes.append((cells[box], step))
    return _steps(floor, boxes, player, pushes[::-1])


def _push_distances(floor: frozenset[Cell], goals: frozenset[Cell]) -> dict[Cell, int]:
    """Return how many pushes a box needs from each cell to the nearest goal; no entry where none will do."""
    distance = dict.fromkeys(sorted(goals), 0)
    queue = list(distance)
    for cell in queue:
        for step in STEPS:
            source = _next(cell, step)
            if source in floor and _next(source, step) in floor and source not in distance:
                distance[source] = distance[cell] + 1
                queue.append(source)
    return distance


def read(question: str) -> dict[str, Any]:
    """Read the rows of the room."""
    return {"room": re.findall(r"^[-#.$*@+]+$", question, re.M)}


def solve(room: list[str]) -> str:
    """Search pushes, those first that bring boxes near to goals, with cells as bits."""
    return _solution(room) or ""


def solve_plainly(room: list[str]) -> str:
    """Go on, step by step, from where the boxes are nearest to goals."""
    cells = {(r, c): mark for r, row in enumerate(room) for c, mark in enumerate(row) if mark != "#"}
    goals = {cell for cell in cells if cells[cell] in ".*+"}
    boxes = frozenset(cell for cell in cells if cells[cell] in "$*")
    player = next(cell for cell in cells if cells[cell] in "@+")
    queue, seen = [(0, 0, "", player, boxes)], set()
    while queue:
        _, _, path, player, boxes = heapq.heappop(queue)
        if boxes == goals:
            return path
        for step, down, right in (("U", -1, 0), ("D", 1, 0), ("L", 0, -1), ("R", 0, 1)):
            cell = (player[0] + down, player[1] + right)
            moved = boxes
            if cell in boxes:
                moved = boxes - {cell} | {(cell[0] + down, cell[1] + right)}
            legal = cell in cells and moved <= cells.keys() and len(moved) == len(boxes)
            if legal and (cell, moved) not in seen:
                seen.add((cell, moved))
                far = sum(min(abs(r - s) + abs(c - d) for s, d in goals) for r, c in moved)
                heapq.heappush(queue, (far, len(path), path + step, cell, moved))
    return ""


def _push_by_push(room: list[str]) -> str:
    """Walk to each box that can be pushed, and go on where the boxes need the fewest pushes to goals."""
    cells = {(r, c): mark for r, row in enumerate(room) for c, mark in enumerate(row) if mark != "#"}
    goals = {cell for cell in cells if cells[cell] in ".*+"}
    boxes = frozenset(cell for cell in cells if cells[cell] in "$*")
    player = next(cell for cell in cells if cells[cell] in "@+")
    moves = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}
    far = dict.fromkeys(sorted(goals), 0)
    todo = list(far)
    for r, c in todo:
        for dr, dc in moves.values():
            cell = (r + dr, c + dc)
            if cell in cells and (r + 2 * dr, c + 2 * dc) in cells and cell not in far:
                far[cell] = far[r, c] + 1
                todo.append(cell)
    queue, seen = [(0, 0, "", player, boxes)], set()
    while queue:
        _, pushes, path, player, boxes = heapq.heappop(queue)
        if boxes == goals:
            return path
        walks, todo, found = {player: path}, [player], []
        for r, c in todo:
            for step, (dr, dc) in moves.items():
                cell, beyond = (r + dr, c + dc), (r + 2 * dr, c + 2 * dc)
                if cell in boxes and beyond in far and beyond not in boxes:
                    found.append((walks[r, c] + step, cell, boxes - {cell} | {beyond}))
                elif cell in cells and cell not in boxes and cell not in walks:
                    walks[cell] = walks[r, c] + step
                    todo.append(cell)
        if (min(walks), boxes) not in seen:
            seen.add((min(walks), boxes))
            for path, cell, moved in found:
                rank = pushes + 4 * sum(far[box] for box in moved) + 16 * len(moved - goals)
                heapq.heappush(queue, (rank, pushes + 1, path, cell, moved))
    return ""


def verify(answer: str, room: list[str]) -> bool:
    """Make the steps, and see whether every box has come to a goal."""
    cells = {(r, c): mark for r, row in enumerate(room) for c, mark in enumerate(row)}
    boxes = {cell for cell in cells if cells[cell] in "$*"}
    r, c = next(cell for cell in cells if cells[cell] in "@+")
    for step in answer:
        down, right = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}[step]
        r, c = r + down, c + right
        if (r, c) in boxes:
            boxes.remove((r, c))
            boxes.add((r + down, c + right))
        if cells[r, c] == "#" or any(cells[box] == "#" for box in boxes):
            return False
    return boxes == {cell for cell in cells if cells[cell] in ".*+"}
