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
            final = integer_grid(solve(grid, start[0] + 1, start[1] + 1, moves), width)
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
        final = integer_grid(solve(grid, r + 1, c + 1, record["moves"]), len(grid))
        flaw = None if integer_grid(gold, len(grid)) == final else "the stored grid is wrong"
        return self.official_problem(item["question"], {"grid": final}, _show(final), gold, flaw)

    def reasons(self, problem: Problem) -> list[str] | None:
        """Tell each step of a short walk."""
        grid, row, column, moves = read(problem.question).values()
        if problem.level > 1:
            return None
        rng, said = random.Random(problem.question), {"u": "up", "d": "down", "l": "left", "r": "right"}
        steps = [f"The number that walks is {grid[row - 1][column - 1]}, in row {row}, column {column}."]
        for move in moves:
            dr, dc = STEPS[move]
            to_r, to_c = row + dr, column + dc
            told = rng.choice((f"One step {said[move]}", f"{move} is {said[move]}"))
            if not (1 <= to_r <= len(grid) and 1 <= to_c <= len(grid)):
                steps.append(f"{told}: that is over the border, so it stays.")
                continue
            here, there = grid[row - 1][column - 1], grid[to_r - 1][to_c - 1]
            place = f"row {to_r}, column {to_c}"
            if there not in (0, here):
                steps.append(f"{told}: in {place} stands {there}, not {here}, so it stays.")
                continue
            grid = integer_grid(solve(grid, row, column, move), len(grid))
            row, column = to_r, to_c
            merged = f"holds {here} too, and they become {2 * here}" if there else "is empty, so it moves there"
            steps.append(f"{told}: {place} {merged}.")
        return [*steps, f"The rows are now {' / '.join(', '.join(map(str, line)) for line in grid)}."]

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare cell by cell."""
        grid = problem.data["grid"]
        return cells(answer, len(grid)) == [str(cell) for row in grid for cell in row]


def _show(grid: Grid) -> str:
    return "\n".join(", ".join(map(str, row)) for row in grid)


def read(question: str) -> dict[str, Any]:
    """Read the grid, the place, counted from 1, and the steps."""
    grid = [[int(n) for n in row.split(", ")] for row in re.findall(r"^\d+(?:, \d+)+$", question, re.M)]
    r, c = re.search(r"position \((\d+), (\d+)\)|row (\d+), column (\d+)", question).expand(r"\1\3 \2\4").split()
    moves = re.search(r"(?:sequence|steps) '([udlr]+)'", question)[1]
    return {"grid": grid, "row": int(r), "column": int(c), "moves": moves}


def solve(grid: Grid, row: int, column: int, moves: str) -> str:
    """Walk step by step, onto empty cells and equal numbers only."""
    steps = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}
    after = [list(line) for line in grid]
    r, c = row - 1, column - 1
    for move in moves:
        to_r, to_c = r + steps[move][0], c + steps[move][1]
        if 0 <= to_r < len(grid) and 0 <= to_c < len(grid) and after[to_r][to_c] in (0, after[r][c]):
            after[to_r][to_c] += after[r][c]
            after[r][c] = 0
            r, c = to_r, to_c
    return "\n".join(", ".join(map(str, line)) for line in after)
