"""StandardSudoku: fill a 9 by 9 grid."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer_grid
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.task import Problem, Task

EMPTY = {1: (5, 15), 2: (20, 28), 3: (32, 40), 4: (44, 48), 5: (50, 54)}
ALL = 0b111111111
HOUSES = (
    [[9 * r + c for c in range(9)] for r in range(9)]
    + [[9 * r + c for r in range(9)] for c in range(9)]
    + [[9 * (b // 3 * 3 + i // 3) + b % 3 * 3 + i % 3 for i in range(9)] for b in range(9)]
)


class StandardSudoku(Task):
    """Complete a Sudoku that has exactly one solution.

    Description:
        A 9 by 9 grid with some digits is given; every row, column and 3 by 3 box must come to hold 1 to 9.

    Answer format:
        Nine lines of nine digits.

    Levels:
        5 to 15 empty cells at level 1 up to 50 to 54 at level 5 (fewer where no more can go without a second solution).

    Check:
        The given digits are kept and every row, column and box holds 1 to 9. Rows may be written with or without
        separators, or as a list of lists.

    Source and deviations:
        SymBench standard_sudoku. Uniqueness is proved by search when a problem is made.
    """

    max_answer_chars = 5_000
    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Shuffle a full grid, then empty cells while the solution stays the only one."""
        solution = _full_grid(rng)
        empty = rng.randint(*EMPTY[level])
        puzzle = _dig(solution, empty, rng)
        question = (
            "Complete this Sudoku so that every row, every column and every 3 by 3 box contains each of the digits "
            f"1 to 9 once. Empty cells are shown as 0.\n\n{_show(puzzle)}\n\n"
            "Give the nine completed rows, one a line, between <<< and >>>."
        )
        return self.new_problem(level, question, {"puzzle": puzzle}, _show(solution))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the grid of the record; any completion counts."""
        puzzle = [int(digit) for row in item["solution"]["puzzle"] for digit in row]
        gold = str(item["solution"]["solution"])
        return original_problem(self, item["question"], {"puzzle": puzzle}, gold, "the stored grid is no completion")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Check the givens and the 27 houses."""
        rows = integer_grid(answer, 9)
        cells = [digit for row in rows for digit in row]
        if len(rows) != 9:
            return False
        kept = all(given in (0, digit) for given, digit in zip(problem.data["puzzle"], cells, strict=True))
        return kept and all({cells[i] for i in house} == set(range(1, 10)) for house in HOUSES)

    def size(self, problem: Problem) -> float:
        """Number of empty cells."""
        return float(problem.data["puzzle"].count(0))


def _full_grid(rng: random.Random) -> list[int]:
    """Shuffle the digits, rows, columns, bands and stacks of a regular grid."""

    def order() -> list[int]:
        return [3 * band + i for band in rng.sample(range(3), 3) for i in rng.sample(range(3), 3)]

    digits, rows, columns = rng.sample(range(1, 10), 9), order(), order()
    cells = [digits[(3 * (r % 3) + r // 3 + c) % 9] for r in rows for c in columns]
    return [cells[9 * c + r] for r in range(9) for c in range(9)] if rng.random() < 0.5 else cells


def _dig(solution: list[int], empty: int, rng: random.Random) -> list[int]:
    """Empty up to ``empty`` cells: ever smaller batches at once, then cell by cell."""
    puzzle = list(solution)
    order = rng.sample(range(81), 81)
    batch = 16
    while order and puzzle.count(0) < empty:
        batch = min(batch, empty - puzzle.count(0), len(order))
        cells, order = order[:batch], order[batch:]
        for cell in cells:
            puzzle[cell] = 0
        if len(solutions(puzzle, 2)) > 1:
            for cell in cells:
                puzzle[cell] = solution[cell]
            if batch > 1:
                order += cells
                batch //= 2
    return puzzle


def _show(cells: list[int]) -> str:
    return "\n".join(" ".join(map(str, cells[9 * r : 9 * r + 9])) for r in range(9))


def solutions(puzzle: list[int], limit: int) -> list[list[int]]:
    """Return up to ``limit`` solutions, by placing the cell with the fewest candidates first."""
    rows, columns, boxes = [ALL] * 9, [ALL] * 9, [ALL] * 9  # digits still free, as bits
    cells = list(puzzle)
    empty = []
    for i, digit in enumerate(cells):
        r, c = divmod(i, 9)
        if digit:
            bit = 1 << (digit - 1)
            rows[r] &= ~bit
            columns[c] &= ~bit
            boxes[r // 3 * 3 + c // 3] &= ~bit
        else:
            empty.append((i, r, c, r // 3 * 3 + c // 3))
    found: list[list[int]] = []

    def search() -> None:
        fewest, best = 10, -1
        for k, (_, r, c, b) in enumerate(empty):
            count = (rows[r] & columns[c] & boxes[b]).bit_count()
            if count < fewest:
                fewest, best = count, k
                if count <= 1:
                    break
        if best < 0:
            found.append(list(cells))
            return
        empty[best], empty[-1] = empty[-1], empty[best]
        i, r, c, b = empty.pop()
        free = rows[r] & columns[c] & boxes[b]
        while free and len(found) < limit:
            bit = free & -free
            free ^= bit
            rows[r] ^= bit
            columns[c] ^= bit
            boxes[b] ^= bit
            cells[i] = bit.bit_length()
            search()
            rows[r] ^= bit
            columns[c] ^= bit
            boxes[b] ^= bit
        empty.append((i, r, c, b))

    search()
    return found


def read(question: str) -> dict[str, Any]:
    """Read the rows, with 0 for an empty cell; the original leaves those empty, between commas."""
    rows = re.findall(r"^(?:\d ){8}\d$|^(?:[\d ]?,){8}[\d ]?$", question, re.M)
    cells = [row.split("," if "," in row else " ") for row in rows]
    return {"rows": ["".join(cell.strip() or "0" for cell in row) for row in cells]}


def solve(rows: list[str]) -> str:
    """Fill the cell with the fewest candidates first, with the free digits of every house as bits."""
    found = solutions([int(digit) for row in rows for digit in row], 1)
    return _show(found[0]) if found else ""


def solve_plainly(rows: list[str]) -> str:
    """Fill the first empty cell with each digit that fits, and go back where none does."""

    def fill(cells: str) -> str:
        i = cells.find("0")
        if i < 0:
            return cells
        r, c, box = i // 9, i % 9, (i // 27, i % 9 // 3)
        taken = {cells[j] for j in range(81) if j // 9 == r or j % 9 == c or (j // 27, j % 9 // 3) == box}
        for digit in "123456789":
            if digit not in taken and (full := fill(cells[:i] + digit + cells[i + 1 :])):
                return full
        return ""

    full = fill("".join(rows))
    return "\n".join(full[i : i + 9] for i in range(0, 81, 9))


def verify(answer: str, rows: list[str]) -> bool:
    """Check the given digits, and that every row, column and box holds the nine digits."""
    grid = [line.replace(" ", "") for line in answer.split("\n")]
    kept = all(grid[r][c] == rows[r][c] for r in range(9) for c in range(9) if rows[r][c] != "0")
    houses = [*grid, *zip(*grid, strict=True)]
    for top in (0, 3, 6):
        for left in (0, 3, 6):
            houses.append("".join(row[left : left + 3] for row in grid[top : top + 3]))
    return kept and all(sorted(house) == list("123456789") for house in houses)
