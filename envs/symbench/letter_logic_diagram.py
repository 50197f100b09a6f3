"""LetterLogicDiagram: complete a Latin square whose minor diagonal is constant."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import grid
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.task import Problem, Task

SIDES = {1: (7, 7), 2: (7, 7), 3: (7, 7), 4: (8, 9), 5: (10, 12)}
Choice = tuple[int, int, int]  # row, column, letter
EMPTY = {1: (0.25, 0.35), 2: (0.4, 0.5), 3: (0.55, 0.65), 4: (0.5, 0.6), 5: (0.55, 0.65)}


class LetterLogicDiagram(Task):
    """Fill a grid so that every row and column has each letter once, and one diagonal only one letter.

    Description:
        Some cells of a square grid hold letters. The rest is to be filled so that each row and column holds every
        letter once and all cells of the diagonal from the top right to the bottom left hold the same letter.

    Answer format:
        The rows, one a line, letters separated by commas.

    Levels:
        Side 7 with 25 to 65 of 100 cells empty at levels 1 to 3 (the original: side 7, 31 to 61 of 100); side 10 to 12
        at level 5.

    Check:
        The given letters are kept and all rules hold; any such grid is right.

    Source and deviations:
        SymBench letter_logic_diagram, which compares with one stored grid although many of its puzzles have several
        solutions. From level 2 on rows and columns are shuffled, so that the grids are not cyclic.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Shuffle a cyclic square so that its minor diagonal stays constant, and empty some cells."""
        side = rng.randint(*SIDES[level])
        letters = rng.sample([chr(ord("a") + i) for i in range(side)], side)
        rows = list(range(side)) if level == 1 else rng.sample(range(side), side)
        columns = [side - 1 - r for r in reversed(rows)]
        solution = [[letters[(r + c) % side] for c in columns] for r in rows]
        count = round(rng.uniform(*EMPTY[level]) * side * side)
        empty = set(rng.sample(range(side * side), count))
        puzzle = [[" " if side * r + c in empty else solution[r][c] for c in range(side)] for r in range(side)]
        last = max(letters)
        question = (
            f"Complete this {side}x{side} grid with the letters a to {last}: every row and every column must contain "
            "each letter exactly once, and all cells on the diagonal from the top right to the bottom left must "
            "contain the same letter. Cells are separated by commas; an empty cell is shown as _.\n\n"
            + _show(puzzle).replace(" ", "_")
            + f"\n\nGive the {side} completed rows, one a line with the letters separated by commas, "
            "between <<< and >>>."
        )
        return self.new_problem(level, question, {"puzzle": puzzle}, _show(solution))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Check the givens, rows, columns and the diagonal."""
        puzzle = problem.data["puzzle"]
        side = len(puzzle)
        rows = [[cell.lower() for cell in row] for row in grid(answer, side)]
        if len(rows) != side or any(len(row) != side for row in rows):
            return False
        letters = {chr(ord("a") + i) for i in range(side)}
        kept = all(
            given in (" ", cell)
            for given_row, row in zip(puzzle, rows, strict=True)
            for given, cell in zip(given_row, row, strict=True)
        )
        lines = [*rows, *zip(*rows, strict=True)]
        diagonal = {row[side - 1 - i] for i, row in enumerate(rows)}
        return kept and all(set(line) == letters for line in lines) and len(diagonal) == 1

    def size(self, problem: Problem) -> float:
        """Number of empty cells."""
        return float(sum(row.count(" ") for row in problem.data["puzzle"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item."""
        puzzle = [[cell or " " for cell in row] for row in item["solution"]["grid"]]
        gold = _show(item["solution"]["solution"])
        return original_problem(self, item["question"], {"puzzle": puzzle}, gold, "the stored grid breaks a rule")


def _show(rows: list[list[str]]) -> str:
    return "\n".join(",".join(row) for row in rows)


def fill(cells: list[list[int]]) -> list[list[int]] | None:
    """Return the completed grid, numbers from 0 and -1 for an empty cell, or None if there is none.

    An exact cover: every empty cell needs a letter, every line a place for each letter that it lacks. The need with
    the fewest choices is met first.
    """
    side = len(cells)
    columns = list(zip(*cells, strict=True))
    needs: dict[tuple[str, int, int], set[Choice]] = {("cell", r, c): set() for r, c in _empty(cells)}
    for i in range(side):
        for value in range(side):
            needs |= {("row", i, value): set()} if value not in cells[i] else {}
            needs |= {("column", i, value): set()} if value not in columns[i] else {}
    for r, c in _empty(cells):
        for value in range(side):
            if value not in cells[r] and value not in columns[c]:
                for need in _met(r, c, value):
                    needs[need].add((r, c, value))
    solution = [list(row) for row in cells]

    def search() -> bool:
        if not needs:
            return True
        fewest = min(needs.values(), key=len)
        for choice in sorted(fewest):
            met = [(need, needs.pop(need)) for need in _met(*choice)]
            excluded = {other for _, choices in met for other in choices}
            touched = [(need, other) for other in excluded for need in _met(*other) if need in needs]
            for need, other in touched:
                needs[need].discard(other)
            solution[choice[0]][choice[1]] = choice[2]
            if search():
                return True
            for need, other in touched:
                needs[need].add(other)
            needs.update(met)
        return False

    return solution if search() else None


def _empty(cells: list[list[int]]) -> list[tuple[int, int]]:
    return [(r, c) for r, row in enumerate(cells) for c, value in enumerate(row) if value < 0]


def _met(r: int, c: int, value: int) -> tuple[tuple[str, int, int], ...]:
    """Return the needs that a letter in a cell meets."""
    return ("cell", r, c), ("row", r, value), ("column", c, value)


def solve(question: str) -> str:
    """Try each letter on the diagonal."""
    lines = re.findall(r"^[a-z_]?(?:,[a-z_]?)+$", question, re.M)
    puzzle = [["abcdefghijklmnopqrstuvwxyz".find(cell or " ") for cell in line.split(",")] for line in lines]
    side = len(puzzle)
    for value in range(side):
        cells = [list(row) for row in puzzle]
        if any(cells[i][side - 1 - i] not in (-1, value) for i in range(side)):
            continue
        for i in range(side):
            cells[i][side - 1 - i] = value
        lines_kept = all(
            line.count(v) <= 1 for line in (*cells, *map(list, zip(*cells, strict=True))) for v in range(side)
        )
        if lines_kept and (solution := fill(cells)):
            return "\n".join(",".join(chr(ord("a") + v) for v in row) for row in solution)
    return ""
