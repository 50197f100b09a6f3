"""Maze: the length of a shortest way through a maze."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

SIDE = {1: (5, 7), 2: (7, 9), 3: (9, 12), 4: (13, 16), 5: (22, 26)}
WALLS = {1: (20, 35), 2: (25, 40), 3: (25, 40), 4: (30, 40), 5: (32, 40)}  # per cent of the inner cells
DETOURS = 0.55
"""Share of the mazes whose shortest way is longer than that through an empty room."""
SYMBOLS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz23456789#@%&+=*?"


class Maze(Task):
    """Count the steps of a shortest way between two cells.

    Description:
        A grid of walls and passages with a start and a goal is given; the least number of steps between them is
        asked for.

    Answer format:
        The number.

    Levels:
        Side 5 to 7 at level 1, 22 to 26 at level 5; levels 1 to 3 span the original's 5 to 10.

    Check:
        The number must be the length of a shortest way, found by breadth-first search.

    Source and deviations:
        Reasoning-Gym maze. The question says what a step is. The distance of start and goal is spread over all that
        the maze has to offer, up to its longest way; in half of the mazes the walls force a detour.
    """

    plain_levels = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw walls and a start, then a goal at a distance drawn from those that occur, with a detour or without."""
        detour = rng.random() < DETOURS
        start_mark, goal_mark, wall, passage = rng.sample(SYMBOLS, 4)
        while True:
            height, width = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
            share = rng.randint(*WALLS[level]) / 100
            rows = [
                [wall if rng.random() < share or _is_edge(r, c, height, width) else passage for c in range(width)]
                for r in range(height)
            ]
            start = rng.randrange(1, height - 1), rng.randrange(1, width - 1)
            rows[start[0]][start[1]] = start_mark
            distances = _steps_from(rows, start, wall)
            farthest = max(distances.values())
            goals = {
                (r, c): distance
                for (r, c), distance in distances.items()
                if distance >= max(2, farthest // 3) and (distance > abs(r - start[0]) + abs(c - start[1])) == detour
            }
            if farthest >= height // 2 + 2 and goals:
                break
        wanted = rng.choice(sorted(set(goals.values())))
        goal = rng.choice([cell for cell, distance in goals.items() if distance == wanted])
        rows[goal[0]][goal[1]] = goal_mark
        grid = ["".join(row) for row in rows]
        question = (
            f"This is a maze in which {wall} is a wall and {passage} a passage; the start is {start_mark} and the goal "
            f"is {goal_mark}.\n\n" + "\n".join(grid) + "\n\nA step leads to the next cell up, down, left or right, and "
            "never into a wall. What is the least number of steps from the start to the goal?\n"
            "Answer with the number in triple angle brackets: <<<number>>>."
        )
        return self.new_problem(level, question, {"steps": wanted}, str(wanted))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The number must be the length of a shortest way."""
        return integer(answer, "step") == problem.data["steps"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Search the maze of the metadata."""
        maze = item["metadata"]
        answer = solve(maze["grid"], maze["wall"], maze["start"], maze["goal"])
        flaw = None if answer == item["answer"].strip() else "the stored number is not that of a shortest way"
        steps = int(answer) if answer else None
        return self.official_problem(item["question"], {"steps": steps}, answer or "(none)", item["answer"], flaw)


def _is_edge(r: int, c: int, height: int, width: int) -> bool:
    return r in (0, height - 1) or c in (0, width - 1)


def _steps_from(grid: Sequence[Sequence[str]], start: tuple[int, int], wall: str) -> dict[tuple[int, int], int]:
    """Return the steps to every cell that can be reached."""
    distances = {start: 0}
    queue = [start]
    for r, c in queue:
        for cell in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
            inside = 0 <= cell[0] < len(grid) and 0 <= cell[1] < len(grid[0])
            if inside and cell not in distances and grid[cell[0]][cell[1]] != wall:
                distances[cell] = distances[r, c] + 1
                queue.append(cell)
    return distances


def read(question: str) -> dict[str, Any]:
    """Read the rows of the maze and what its symbols mean."""
    wall, start, goal = re.search(r"which (.) is a wall .* start is (.) and the goal is (.)\.", question).groups()
    return {"grid": question.split("\n\n")[1].split("\n"), "wall": wall, "start": start, "goal": goal}


def solve(grid: list[str], wall: str, start: str, goal: str) -> str:
    """Search breadth first for the distances of all cells from the start."""
    places = {mark: (r, c) for r, row in enumerate(grid) for c, mark in enumerate(row)}
    steps = _steps_from(grid, places[start], wall)
    return str(steps.get(places[goal], ""))


def solve_plainly(grid: list[str], wall: str, start: str, goal: str) -> str:
    """Spread from the start to all neighbours, a step at a time, until the goal is reached."""
    cells = {(r, c): mark for r, row in enumerate(grid) for c, mark in enumerate(row) if mark != wall}
    reached = {cell for cell, mark in cells.items() if mark == start}
    steps = 0
    while goal not in [cells[cell] for cell in reached]:
        shore = {(r + dr, c + dc) for r, c in reached for dr, dc in ((0, 1), (0, -1), (1, 0), (-1, 0))}
        reached |= shore & cells.keys()
        steps += 1
    return str(steps)


def verify(answer: str, grid: list[str], wall: str, start: str, goal: str) -> bool:
    """Correct the distances from the goal until neighbours differ by at most one step."""
    marks = {(r, c): mark for r, row in enumerate(grid) for c, mark in enumerate(row) if mark != wall}
    distance = {cell: 0 if mark == goal else len(marks) for cell, mark in marks.items()}
    changed = True
    while changed:
        changed = False
        for r, c in marks:
            near = [distance.get(cell, len(marks)) for cell in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1))]
            if min(near) + 1 < distance[r, c]:
                distance[r, c] = min(near) + 1
                changed = True
    return [distance[cell] for cell, mark in marks.items() if mark == start] == [int(answer)]
