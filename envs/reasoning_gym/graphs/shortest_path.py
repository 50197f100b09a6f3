"""ShortestPath: the shortest way through a grid with obstacles."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import directions, steps, word
from r1ci_env.task import Problem, Task

SIDE = {1: (4, 5), 2: (5, 7), 3: (6, 8), 4: (12, 15), 5: (22, 28)}
MOVES = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
STEP = re.compile(r"(?:(?:move|go)\s+)?(up|down|left|right|[udlr])", re.I)
BY_LETTER = {name[0]: way for name, way in MOVES.items()}
NO_PATH = "infeasible"
BLOCKED = (0.32, 0.45)


class ShortestPath(Task):
    """Find a shortest path from * to #.

    Description:
        A grid with a start ``*``, a destination ``#``, open cells ``O`` and blocked cells ``X`` is given; the
        directions of a shortest path along sides are asked for.

    Answer format:
        ``right down down``, or ``infeasible``. Letters (``R D D``) count as well.

    Levels:
        Sides of 4 to 5 at level 1; the original's defaults (5 to 8) at levels 2 and 3; 22 to 28 at level 5.

    Check:
        The path is walked: it must stay on open cells, end at the destination and be as short as any.
        ``infeasible`` is right only where there is no path.

    Source and deviations:
        Reasoning-Gym shortest_path. Any shortest path counts; one problem in eight has none, in a grid as
        full as the others and with room around both ends.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw grids until the wanted kind, with or without a path, comes up.

        Neither is trivial: paths have a least length, and without one there is room around either end.
        """
        feasible, share = rng.random() < 0.875, rng.uniform(*BLOCKED)
        while True:
            rows, columns = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
            grid = [["X" if rng.random() < share else "O" for _ in range(columns)] for _ in range(rows)]
            start, goal = rng.sample([(r, c) for r in range(rows) for c in range(columns)], 2)
            grid[start[0]][start[1]], grid[goal[0]][goal[1]] = "*", "#"
            answer = solve(_rows(grid))
            if feasible and answer != NO_PATH and len(answer.split()) >= max(rows, columns) // 2:
                break
            if not feasible and answer == NO_PATH and all(_room(grid, end) >= min(rows, columns) // 2 for end in "*#"):
                break
        shown = "\n".join(" ".join(row) for row in grid)
        question = (
            "Find a shortest path from * to # in this grid. O is open and X is blocked; each step goes to the next "
            f"cell up, down, left or right.\n{shown}\n"
            "Answer with the directions separated by spaces, like <<<right down down>>>, or with <<<infeasible>>> if "
            "there is no path."
        )
        return self.new_problem(level, question, {"grid": grid}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Walk the path and compare its length with the shortest."""
        grid = problem.data["grid"]
        shortest = solve(_rows(grid))
        if word(answer).casefold() == NO_PATH:
            return shortest == NO_PATH
        moves = [BY_LETTER[match[1][0].lower()] for match in steps(directions(answer), STEP)]
        if shortest == NO_PATH or len(moves) != len(shortest.split()):
            return False
        r, c = _place(grid, "*")
        for down, right in moves:
            r, c = r + down, c + right
            if not (0 <= r < len(grid) and 0 <= c < len(grid[0])) or grid[r][c] == "X":
                return False
        return bool(grid[r][c] == "#")

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of shortest_path."""
        grid = item["metadata"]["matrix"]
        return self.official_problem(item["question"], {"grid": grid}, solve(_rows(grid)), gold=item["answer"])


def _rows(grid: list[list[str]]) -> list[str]:
    return ["".join(row) for row in grid]


def _place(grid: list[list[str]], mark: str) -> tuple[int, int]:
    return next((r, row.index(mark)) for r, row in enumerate(grid) if mark in row)


def _room(grid: list[list[str]], mark: str) -> int:
    """Count the cells that can be reached from a mark."""
    reached = {_place(grid, mark)}
    queue = list(reached)
    for r, c in queue:
        for cell in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
            inside = 0 <= cell[0] < len(grid) and 0 <= cell[1] < len(grid[0])
            if inside and cell not in reached and grid[cell[0]][cell[1]] != "X":
                reached.add(cell)
                queue.append(cell)
    return len(reached)


def read(question: str) -> dict[str, Any]:
    """Read the rows of the grid."""
    return {"grid": [row.replace(" ", "") for row in re.findall(r"^[*#OX](?: [*#OX])*$", question, re.M)]}


def solve(grid: list[str]) -> str:
    """Search breadth first from the start, and keep the way to each cell."""
    cells = {(r, c): mark for r, row in enumerate(grid) for c, mark in enumerate(row) if mark != "X"}
    paths = {cell: "" for cell in cells if cells[cell] == "*"}
    queue = list(paths)
    answer = "infeasible"
    for r, c in queue:
        if cells[r, c] == "#":
            answer = paths[r, c].strip()
            break
        for step, near in (("up", (r - 1, c)), ("down", (r + 1, c)), ("left", (r, c - 1)), ("right", (r, c + 1))):
            if near in cells and near not in paths:
                paths[near] = f"{paths[r, c]} {step}"
                queue.append(near)
    return answer


def verify(answer: str, grid: list[str]) -> bool:
    """Flood the grid from the start to count the steps that are needed, then walk the path."""
    cells = {(r, c): mark for r, row in enumerate(grid) for c, mark in enumerate(row) if mark != "X"}
    r, c = next(cell for cell in cells if cells[cell] == "*")
    reached, needed = {(r, c)}, 0
    while "#" not in [cells[cell] for cell in reached] and needed < len(cells):
        shore = {(i + d, j + e) for i, j in reached for d, e in ((0, 1), (0, -1), (1, 0), (-1, 0))}
        reached |= shore & cells.keys()
        needed += 1
    if answer == "infeasible":
        return needed == len(cells)
    for step in answer.split():
        r, c = {"up": (r - 1, c), "down": (r + 1, c), "left": (r, c - 1), "right": (r, c + 1)}[step]
        if (r, c) not in cells:
            return False
    return cells[r, c] == "#" and len(answer.split()) == needed
