"""Game2048: move one number over a grid, step by step."""

import random
import re
from typing import Any

from r1ci_env.envs.answers import cells, integer_grid
from r1ci_env.task import Problem, Task

SHAPES = {1: ((2, 3), (2, 3)), 2: ((3, 4), (3, 4)), 3: ((5, 5), (5, 6)), 4: ((7, 8), (12, 16)), 5: ((10, 12), (25, 40))}
STEPS = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}

Grid = list[list[int]]


class Game2048(Task):
    """Walk a number over a grid, where it merges with equal ones.

    Description:
        A square grid holds powers of two and empty cells (0). One number takes steps up, down, left and right: onto an
        empty cell it moves, with an equal number it merges, anything else stops that step. The grid afterwards is
        asked for.

    Answer format:
        The rows of the grid, one a line, numbers separated by commas.

    Levels:
        2 or 3 wide with 2 or 3 steps at level 1, 5 wide with 5 or 6 at level 3 (the original's largest), 10 to 12 wide
        with 25 to 40 steps at level 5.

    Check:
        Every cell must be right. The rows may be written as lists, or all in one list.

    Source and deviations:
        SymBench 2048. In half of its items the number to move is an empty cell; here it never is, and the grid always
        changes. What happens at the border is stated.
    """

    max_answer_chars = 4_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw grids until the walk changes something."""
        widths, lengths = SHAPES[level]
        width = rng.randint(*widths)
        while True:
            numbers = [2 ** rng.randint(1, 5) for _ in range(rng.randint(width, 2 * width))]
            flat = (numbers + [0] * width**2)[: width**2]
            rng.shuffle(flat)
            grid = [flat[width * r : width * (r + 1)] for r in range(width)]
            start = rng.choice([(r, c) for r in range(width) for c in range(width) if grid[r][c]])
            moves = "".join(rng.choice("udlr") for _ in range(rng.randint(*lengths)))
            final = walk(grid, start, moves)
            if final != grid:
                break
        question = (
            f"A {width} by {width} grid holds powers of two; 0 is an empty cell:\n\n{_show(grid)}\n\n"
            f"The number in row {start[0] + 1}, column {start[1] + 1} (counted from 1) walks with the steps '{moves}', "
            "where u is one cell up, d down, l left and r right. Onto an empty cell it moves, and leaves an empty cell "
            "behind. Where an equal number stands it moves there, and the two become one number, their sum, which "
            "then walks on. A step onto a different number, or over the border, is not carried out.\n"
            "Write the whole grid afterwards, one row a line with commas between the numbers, between <<< and >>>."
        )
        return self.new_problem(level, question, {"grid": final}, _show(final))

    def from_official(self, item: Any) -> Problem:
        """Walk as the record says; a walk of an empty cell changes nothing."""
        record = item["solution"]
        grid, (r, c), gold = record["grid"], record["start_pos"], record["solution"]
        if not grid[r][c]:
            unsure, data = "the number to move is an empty cell", {"grid": integer_grid(gold, len(grid))}
            return self.official_problem(item["question"], data, gold, gold, unsure=unsure)
        final = walk(grid, (r, c), record["moves"])
        flaw = None if integer_grid(gold, len(grid)) == final else "the stored grid is wrong"
        return self.official_problem(item["question"], {"grid": final}, _show(final), gold, flaw)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare cell by cell."""
        grid = problem.data["grid"]
        return cells(answer, len(grid)) == [str(cell) for row in grid for cell in row]


def walk(grid: Grid, start: tuple[int, int], moves: str) -> Grid:
    """Return the grid after the steps of the number at ``start``, counted from 0."""
    grid, (r, c) = [list(row) for row in grid], start
    for move in moves:
        to_r, to_c = r + STEPS[move][0], c + STEPS[move][1]
        if 0 <= to_r < len(grid) and 0 <= to_c < len(grid[0]) and grid[to_r][to_c] in (0, grid[r][c]):
            grid[to_r][to_c] += grid[r][c]
            grid[r][c] = 0
            r, c = to_r, to_c
    return grid


def _show(grid: Grid) -> str:
    return "\n".join(", ".join(map(str, row)) for row in grid)


def solve(question: str) -> str:
    """Read the grid, the place and the steps, and walk."""
    grid = [[int(n) for n in row.split(", ")] for row in re.findall(r"^\d+(?:, \d+)+$", question, re.M)]
    r, c = re.search(r"position \((\d+), (\d+)\)|row (\d+), column (\d+)", question).expand(r"\1\3 \2\4").split()
    moves = re.search(r"(?:sequence|steps) '([udlr]+)'", question)[1]
    return _show(walk(grid, (int(r) - 1, int(c) - 1), moves))
