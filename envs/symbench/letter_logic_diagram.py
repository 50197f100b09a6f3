"""LetterLogicDiagram: complete a Latin square whose minor diagonal is constant."""

import random
import re
from collections.abc import Iterable, Mapping
from itertools import islice, permutations
from typing import Any, ClassVar

from r1ci_env.envs.answers import grid
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.hypotheses import refuted
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

SIDES = {1: (7, 7), 2: (7, 7), 3: (7, 7), 4: (8, 9), 5: (10, 12)}
Choice = tuple[int, int, str]  # row, column, letter
Need = tuple[str, int, int | str]
MOST_ORDERS = 720
"""Ways to complete the first row that are thought of."""
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

    plain_levels = 3
    hypothesis_words: ClassVar[tuple[str, str]] = ("pattern", "given cells")

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

    def hypotheses(self, problem: Problem) -> list[str]:
        """Suppose that each row is the one above moved by one, with what the first row leaves open; else search."""
        instance = self.instance(problem)
        rows = instance["rows"]
        missing = sorted(set("abcdefghijklmnopqrstuvwxyz"[: len(rows)]) - set(rows[0]))
        orders = [_completed(rows[0], letters) for letters in islice(permutations(missing), MOST_ORDERS)]
        right = next((order for order in orders if not _tested(rows, order).startswith("fails")), None)
        last = program(_tested, {**instance, "order": right}) if right else self.program(problem)
        wrong = refuted(_tested, instance, [{"order": order} for order in orders], problem.question)
        return [*wrong, last] if last else []

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


def read(question: str) -> dict[str, Any]:
    """Read the rows, with _ for an empty cell."""
    lines = re.findall(r"^[a-z_]?(?:,[a-z_]?)+$", question, re.M)
    return {"rows": ["".join(cell or "_" for cell in line.split(",")) for line in lines]}


def solve(rows: list[str]) -> str:
    """Try each letter on the diagonal, and cover every empty cell and every missing letter of a line exactly once."""
    letters = "abcdefghijklmnopqrstuvwxyz"[: len(rows)]
    for letter in letters:
        square = [list(row) for row in rows]
        for i, row in enumerate(square):
            if row[-1 - i] in ("_", letter):
                row[-1 - i] = letter
        lines = [*square, *zip(*square, strict=True)]
        on_diagonal = {row[-1 - i] for i, row in enumerate(square)}
        kept = on_diagonal == {letter} and all(line.count(x) <= 1 for line in lines for x in letters)
        if kept and _filled(square, letters):
            return "\n".join(",".join(row) for row in square)
    return ""


def _completed(row: str, letters: Iterable[str]) -> str:
    """Return a row whose empty cells hold these letters."""
    left = iter(letters)
    return "".join(next(left) if cell == "_" else cell for cell in row)


def _tested(rows: list[str], order: str) -> str:
    """Fill each row with the letters of an order, which begins one further in each, and compare."""
    filled = []
    for r, row in enumerate(rows):
        line = order[r:] + order[:r]
        if any(given not in ("_", letter) for given, letter in zip(row, line, strict=True)):
            result = f"fails on row {r + 1}: {line} for {row}"
            break
        filled.append(",".join(line))
    else:
        result = "\n".join(filled)
    return result


def _filled(square: list[list[str]], letters: str) -> bool:
    """Fill the empty cells in place, if that can be done: the need that the fewest choices meet comes first."""
    columns = list(zip(*square, strict=True))
    needs: dict[Need, set[Choice]] = {}
    for r, row in enumerate(square):
        for c, column in enumerate(columns):
            for letter in set(letters) - {*row, *column} if row[c] == "_" else ():
                for need in _needs_met(r, c, letter):
                    needs.setdefault(need, set()).add((r, c, letter))
    missing = sum(row.count("_") for row in square)
    if len(needs) < 3 * missing:  # a cell without a letter, or a letter without a cell
        return False

    def search() -> bool:
        if not needs:
            return True
        fewest = min(needs.values(), key=len)
        for choice in sorted(fewest):
            met = [(need, needs.pop(need)) for need in _needs_met(*choice)]
            excluded = {other for _, choices in met for other in choices}
            touched = [(need, other) for other in excluded for need in _needs_met(*other) if need in needs]
            for need, other in touched:
                needs[need].discard(other)
            square[choice[0]][choice[1]] = choice[2]
            if search():
                return True
            for need, other in touched:
                needs[need].add(other)
            needs.update(met)
        return False

    return search()


def _needs_met(r: int, c: int, letter: str) -> list[Need]:
    """Return what a letter in a cell settles: the cell, and the letter's place in the row and in the column."""
    return [("cell", r, c), ("row", r, letter), ("column", c, letter)]


def solve_plainly(rows: list[str]) -> str:
    """Fill the first empty cell with each letter that fits, and go back where none does."""
    side = len(rows)

    def fill(cells: str) -> str:
        i = cells.find("_")
        if i < 0:
            return cells
        r, c = divmod(i, side)
        taken = {cells[j] for j in range(side * side) if j // side == r or j % side == c}
        diagonal = set(cells[side - 1 : -1 : side - 1]) - {"_"}
        for letter in "abcdefghijkl"[:side]:
            fits = letter not in taken and (r + c != side - 1 or diagonal <= {letter})
            if fits and (full := fill(cells[:i] + letter + cells[i + 1 :])):
                return full
        return ""

    full = fill("".join(rows))
    return "\n".join(",".join(full[i : i + side]) for i in range(0, side * side, side))


def verify(answer: str, rows: list[str]) -> bool:
    """Check the given letters, every row and column, and the diagonal."""
    square = [line.split(",") for line in answer.split("\n")]
    letters = list("abcdefghijkl"[: len(rows)])
    kept = all(
        given in ("_", letter)
        for row, line in zip(rows, square, strict=True)
        for given, letter in zip(row, line, strict=True)
    )
    diagonal = {row[-1 - i] for i, row in enumerate(square)}
    lines = [*square, *zip(*square, strict=True)]
    return kept and len(diagonal) == 1 and all(sorted(line) == letters for line in lines)
