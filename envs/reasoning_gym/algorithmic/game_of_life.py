"""GameOfLife: a board of Conway's Game of Life some steps later."""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from r1ci_env.envs.answers import integer_grid
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SIDE = {1: (5, 6), 2: (7, 9), 3: (10, 12), 4: (13, 15), 5: (17, 20)}
STEPS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}


class GameOfLife(Task):
    """Simulate the Game of Life on a board whose edges are joined.

    Description:
        A board of living (1) and dead (0) cells is given; the board after some steps is asked for. The top row is next
        to the bottom row, and the left column next to the right one.

    Answer format:
        One row a line, such as ``0 1 0``.

    Levels:
        One step on 5 or 6 rows at level 1; two on 10 to 12 at level 3 (the original's defaults are one and 10); eight
        on 17 to 20 at level 5.

    Check:
        Every cell must be right; a list of lists is accepted too. The original pays for single cells.

    Source and deviations:
        Reasoning-Gym game_of_life. A third of the cells lives at the start instead of a tenth, after which most boards
        are empty; boards that die out are not drawn.
    """

    max_answer_chars = 5_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw boards until one lives long enough."""
        after = ""
        while "1" not in after:
            rows, columns = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
            board = [[int(rng.random() < 0.35) for _ in range(columns)] for _ in range(rows)]
            after = solve(_joined(board), STEPS[level])
        question = (
            "Conway's Game of Life is played on a board whose edges are joined: the top row is next to the bottom row, "
            "the left column next to the right column, and every cell has eight neighbours. In a step, a living cell "
            "(1) stays alive with two or three living neighbours, a dead cell (0) comes alive with exactly three, and "
            f"all other cells are dead afterwards.\n\nBoard:\n{_show(board)}\n\n"
            f"Give the board after {STEPS[level]} step{'s' if STEPS[level] > 1 else ''} between <<< and >>>, one row a "
            "line, in the same form as above."
        )
        return self.new_problem(level, question, {"board": board, "steps": STEPS[level]}, after)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the cells."""
        board, steps = problem.data["board"], problem.data["steps"]
        return integer_grid(answer, len(board[0])) == integer_grid(solve(_joined(board), steps))

    def size(self, problem: Problem) -> float:
        """Cells of the board times steps."""
        return len(problem.data["board"]) * len(problem.data["board"][0]) * problem.data["steps"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the board from the question, which ends with it; the metadata has the steps."""
        rows = re.findall(r"\[([01, ]+)\]", item["question"].split("\n\n", 1)[1])
        board = [[int(cell) for cell in row.split(",")] for row in rows]
        steps = item["metadata"]["simulation_steps"]
        return entry_problem(self, item, {"board": board, "steps": steps}, lambda: solve(_joined(board), steps))


def _show(board: Sequence[Sequence[int]]) -> str:
    return "\n".join(" ".join(map(str, row)) for row in board)


def _joined(board: Sequence[Sequence[int]]) -> list[str]:
    return ["".join(map(str, row)) for row in board]


def read(question: str) -> dict[str, Any]:
    """Read the rows of the board and the number of steps."""
    rows = re.findall(r"^[01](?: [01])+$", question, re.M)
    return {"board": [row.replace(" ", "") for row in rows], "steps": int(re.search(r"after (\d+) step", question)[1])}


def solve(board: list[str], steps: int) -> str:
    """Let every living cell count as a neighbour of the eight cells around it, step by step."""
    height, width = len(board), len(board[0])
    alive = {(r, c) for r in range(height) for c in range(width) if board[r][c] == "1"}
    around = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    for _ in range(steps):
        counts = Counter(((r + i) % height, (c + j) % width) for r, c in alive for i, j in around)
        alive = {cell for cell, count in counts.items() if count == 3 or (count == 2 and cell in alive)}
    lines = []
    for r in range(height):
        row = ["1" if (r, c) in alive else "0" for c in range(width)]
        lines.append(" ".join(row))
    return "\n".join(lines)


def solve_plainly(board: list[str], steps: int) -> str:
    """Add up the board moved in the eight directions: these are the counts of living neighbours."""
    cells = np.array([list(row) for row in board], dtype=int)
    for _ in range(steps):
        moved = [np.roll(cells, (i, j), axis=(0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        neighbours = sum(moved) - cells
        alive = (neighbours == 3) | ((neighbours == 2) & (cells == 1))
        cells = alive.astype(int)
    lines = [" ".join(map(str, row)) for row in cells]
    return "\n".join(lines)
