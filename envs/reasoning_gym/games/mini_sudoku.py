"""MiniSudoku: fill a small Sudoku grid."""

import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from r1ci_env.envs.answers import integer_grid
from r1ci_env.task import Problem, Task

BOXES = {1: (2, 2), 2: (2, 2), 3: (2, 2), 4: (2, 3), 5: (2, 3)}  # rows and columns of a box
EMPTY = {1: (6, 8), 2: (8, 10), 3: (11, 12), 4: (16, 20), 5: (24, 27)}


class MiniSudoku(Task):
    """Complete a 4 by 4 or 6 by 6 Sudoku that has exactly one solution.

    Description:
        A small grid with some digits is given; every row, column and box must come to hold each digit once.

    Answer format:
        One row a line, the digits separated by blanks.

    Levels:
        4 by 4 with 6 to 8 empty cells at level 1 and 11 to 12 at level 3 (the original has 8 to 12); 6 by 6 with 16 to
        20 empty cells at level 4 and up to 27 at level 5 (fewer where no more can go without a second solution).

    Check:
        The given digits are kept and every row, column and box holds each digit once. Rows may be written with or
        without separators, or as a list of lists.

    Source and deviations:
        Reasoning-Gym mini_sudoku. Uniqueness is proved by search; a 4 by 4 grid has no harder puzzles than 12 empty
        cells, so levels 4 and 5 have 6 by 6 grids.
    """

    max_answer_chars = 2_000
    plain_levels = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Shuffle a full grid, then empty cells while the solution stays the only one."""
        height, width = BOXES[level]
        side = height * width
        solution = _full_grid(height, width, rng)
        puzzle, wanted = list(solution), rng.randint(*EMPTY[level])
        for cell in rng.sample(range(side * side), side * side):
            if puzzle.count(0) == wanted:
                break
            puzzle[cell] = 0
            if len(_solutions(puzzle, height, width, 2)) > 1:
                puzzle[cell] = solution[cell]
        question = (
            f"Complete this {side} by {side} Sudoku so that every row, every column and every box of {height} rows and "
            f"{width} columns contains each of the digits 1 to {side} once. Empty cells are shown as _.\n\n"
            f"{_show(puzzle, side)}\n\n"
            f"Give the {side} completed rows, one a line, the digits separated by blanks, between <<< and >>>."
        )
        data = {"puzzle": puzzle, "box": [height, width]}
        return self.new_problem(level, question, data, _show(solution, side))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Check the givens and the houses."""
        height, width = problem.data["box"]
        side = height * width
        rows = integer_grid(answer, side)
        if len(rows) != side:
            return False
        cells = [digit for row in rows for digit in row]
        kept = all(given in (0, digit) for given, digit in zip(problem.data["puzzle"], cells, strict=True))
        return kept and all({cells[i] for i in house} == set(range(1, side + 1)) for house in _houses(height, width))

    def size(self, problem: Problem) -> float:
        """Number of empty cells."""
        return float(problem.data["puzzle"].count(0))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the puzzle from the metadata."""
        puzzle = [digit for row in item["metadata"]["puzzle"] for digit in row]
        data = {"puzzle": puzzle, "box": [2, 2]}
        problem = self.official_problem(item["question"], data, item["answer"], item["answer"])
        if self.check(problem, item["answer"]):
            return problem
        answer = solve(["".join(map(str, row)) for row in item["metadata"]["puzzle"]], 2, 2) or "(none)"
        return self.official_problem(item["question"], data, answer, item["answer"], "the stored grid is no solution")


def _full_grid(height: int, width: int, rng: random.Random) -> list[int]:
    """Shuffle the digits, rows, columns, bands and stacks of a regular grid."""
    side = height * width
    digits = rng.sample(range(1, side + 1), side)
    rows = [height * band + i for band in rng.sample(range(width), width) for i in rng.sample(range(height), height)]
    columns = [width * pile + i for pile in rng.sample(range(height), height) for i in rng.sample(range(width), width)]
    return [digits[(width * (r % height) + r // height + c) % side] for r in rows for c in columns]


@cache
def _houses(height: int, width: int) -> list[list[int]]:
    side = height * width
    rows = [[side * r + c for c in range(side)] for r in range(side)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    boxes = [
        [side * r + c for r in range(top, top + height) for c in range(left, left + width)]
        for top in range(0, side, height)
        for left in range(0, side, width)
    ]
    return rows + columns + boxes


@cache
def _peers(height: int, width: int) -> list[list[int]]:
    """Return for each cell the others that share a house with it."""
    houses = _houses(height, width)
    cells = range((height * width) ** 2)
    return [sorted({j for house in houses if i in house for j in house} - {i}) for i in cells]


def _show(cells: list[int], side: int) -> str:
    rows = [cells[i : i + side] for i in range(0, len(cells), side)]
    return "\n".join(" ".join(str(digit or "_") for digit in row) for row in rows)


def _solutions(puzzle: list[int], height: int, width: int, limit: int) -> list[list[int]]:
    """Return up to ``limit`` solutions, by filling the cell with the fewest candidates first."""
    side = height * width
    peers = _peers(height, width)

    def search(cells: list[int]) -> Iterator[list[int]]:
        best: tuple[int, list[int]] | None = None
        for i in range(side * side):
            if cells[i] == 0:
                taken = {cells[j] for j in peers[i]}
                free = [digit for digit in range(1, side + 1) if digit not in taken]
                if best is None or len(free) < len(best[1]):
                    best = i, free
                    if len(free) < 2:
                        break
        if best is None:
            yield cells
            return
        for digit in best[1]:
            yield from search([*cells[: best[0]], digit, *cells[best[0] + 1 :]])

    found = []
    for solution in search(puzzle):
        found.append(solution)
        if len(found) == limit:
            break
    return found


def read(question: str) -> dict[str, Any]:
    """Read the rows, with 0 for an empty cell, and the height and width of a box."""
    height, width = re.search(r"box of (\d) rows and (\d) columns", question).groups()
    rows = re.findall(r"^[\d_](?: [\d_])+$", question, re.M)
    puzzle = [row.replace(" ", "").replace("_", "0") for row in rows]
    return {"rows": puzzle, "height": int(height), "width": int(width)}


def solve(rows: list[str], height: int, width: int) -> str:
    """Fill the cell with the fewest candidates first, and go back where none is left."""
    puzzle = [int(digit) for row in rows for digit in row]
    found = _solutions(puzzle, height, width, 1)
    return _show(found[0], height * width) if found else ""


def solve_plainly(rows: list[str], height: int, width: int) -> str:
    """Fill the first empty cell with each digit that fits, and go back where none does."""
    side = len(rows)
    box = [(i // side // height, i % side // width) for i in range(side * side)]

    def fill(grid: str) -> str:
        i = grid.find("0")
        if i < 0:
            return grid
        taken = set()
        for j, digit in enumerate(grid):
            if i // side == j // side or i % side == j % side or box[i] == box[j]:
                taken.add(digit)
        for digit in "123456"[:side]:
            if digit not in taken and (full := fill(grid[:i] + digit + grid[i + 1 :])):
                return full
        return ""

    full = fill("".join(rows))
    return "\n".join(" ".join(full[i : i + side]) for i in range(0, side * side, side))


def verify(answer: str, rows: list[str], height: int, width: int) -> bool:
    """Check the given digits, and that every row, column and box holds each digit once."""
    grid = [line.split() for line in answer.split("\n")]
    side = len(rows)
    digits = list("123456"[:side])
    kept = all(rows[r][c] in ("0", grid[r][c]) for r in range(side) for c in range(side))
    houses = [*grid, *zip(*grid, strict=True)]
    for top in range(0, side, height):
        for left in range(0, side, width):
            houses.append([digit for row in grid[top : top + height] for digit in row[left : left + width]])
    return kept and all(sorted(house) == digits for house in houses)
