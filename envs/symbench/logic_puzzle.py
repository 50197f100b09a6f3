"""LogicPuzzle: choose cells with different numbers so that every row and column keeps a condition."""

import itertools
import math
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from r1ci_env.envs.answers import index_pairs
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

Cell = tuple[int, int]
SUMS = ((3, 4, 5, 5), (3, 4, 5, 6), (4, 5, 6, 6), (4, 6, 7, 7))  # side, cells to choose, largest number, limit
PRODUCTS = {  # side, cells to choose, largest number
    2: ((4, 6, 5), (4, 7, 6), (5, 9, 8)),
    3: ((5, 10, 9), (6, 12, 10), (7, 16, 14), (8, 18, 16), (9, 20, 18), (10, 25, 20)),
    4: ((11, 30, 25), (12, 32, 27)),
    5: ((14, 42, 36), (15, 46, 40)),
}
NEGATIVE = 0.3
MAX_UNIONS = 1_000
MANY = 30  # negative cells, from which on short cycles are enough


class LogicPuzzle(Task):
    """Choose cells of a grid under conditions on rows and columns.

    Description:
        From a grid of numbers a given count of cells with different numbers is to be chosen, the top right one among
        them, so that in every row and column the chosen numbers have a small sum, or a positive product.

    Answer format:
        Row and column of each cell, counted from 0: ``0 3, 1 0, 2 2``.

    Levels:
        Sums on grids of side 3 and 4 at level 1; products at the original's sizes (side 4 to 10, 6 to 25 cells) at
        levels 2 and 3, and side 14 and 15 with more than 40 cells at level 5. More cells are asked for than there are
        positive numbers, so that negative ones must be paired.

    Check:
        The cells are different, as many as asked for, hold different numbers, include the top right one, and every row
        and column keeps the condition; a row or column without a chosen cell does.

    Source and deviations:
        SymBench logic_puzzle, whose check leaves out the different numbers, the different cells and the top right
        cell, and whose stored answers to sum puzzles often break the limit. "First selected" is read as "among the
        selected". That a puzzle can be solved is proved by search.
    """

    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw grids until one can be solved."""
        limit = None
        found = None
        while found is None:
            if level == 1:
                side, count, largest, limit = rng.choice(SUMS)
            else:
                side, count, largest = rng.choice(PRODUCTS[level])
            grid = [[_draw(rng, largest, level > 1) for _ in range(side)] for _ in range(side)]
            found = _select(grid, count, limit)
        condition = (
            f"the sum of the chosen numbers is at most {limit}"
            if limit is not None
            else "the product of the chosen numbers is greater than 0"
        )
        question = (
            f"Choose {count} cells of this {side}x{side} grid that hold {count} different numbers. The top right cell "
            f"must be one of them. In each row and in each column, {condition}; rows and columns without a chosen cell "
            "do not count.\n"
            + "\n".join(", ".join(map(str, row)) for row in grid)
            + "\nGive row and column of every chosen cell, counted from 0 at the top left, separated by commas, "
            "for example <<<0 3, 1 0, 2 2>>>."
        )
        data = {"grid": grid, "count": count, "limit": limit}
        return self.new_problem(level, question, data, _show(found))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Check every stated rule on the cells."""
        grid, count, limit = (problem.data[key] for key in ("grid", "count", "limit"))
        cells = index_pairs(answer)
        if len(cells) != count or any(i >= len(grid) for cell in cells for i in cell):
            return False
        chosen = {(r, c): grid[r][c] for r, c in cells}
        if len(set(chosen.values())) != count or (0, len(grid) - 1) not in chosen:
            return False
        lines = [[v for cell, v in chosen.items() if cell[axis] == i] for axis in (0, 1) for i in range(len(grid))]
        return all(sum(line) <= limit if limit is not None else math.prod(line) > 0 for line in lines)

    def program(self, problem: Problem) -> str | None:
        """Search as the condition calls for, with what is asked for as literals."""
        instance = self.instance(problem)
        if not 1 <= problem.level <= self.plain_levels:
            return program(solve, instance)
        if instance["limit"] is not None:
            return self._bounded(program(_try_small_sums, instance), problem)
        return self._bounded(program(_pair_negative_cells, {key: instance[key] for key in ("grid", "count")}), problem)

    def size(self, problem: Problem) -> float:
        """Number of cells to choose."""
        return float(problem.data["count"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item; where its gold breaks the rules, look for an answer that keeps them."""
        question, gold = item["question"], _show([(r, c) for r, c in item["solution"]["solution"]])
        return original_problem(self, question, read(question), gold, "the stored cells break the rules")


def _draw(rng: random.Random, largest: int, signed: bool) -> int:
    number = rng.randint(1, largest)
    return -number if signed and rng.random() < NEGATIVE else number


def _show(cells: list[Cell]) -> str:
    return ", ".join(f"{r} {c}" for r, c in cells)


def _select(grid: list[list[int]], count: int, limit: int | None) -> list[Cell] | None:
    """Return cells that keep the rules, or None."""
    where: dict[int, list[Cell]] = {}  # number: its cells; the top right number only there
    corner = (0, len(grid) - 1)
    for r, c in itertools.product(range(len(grid)), repeat=2):
        if grid[r][c] != grid[corner[0]][corner[1]] or (r, c) == corner:
            where.setdefault(grid[r][c], []).append((r, c))
    if limit is None:
        return _with_positive_products(where, corner, grid[corner[0]][corner[1]], count)
    return _with_small_sums(where, grid[corner[0]][corner[1]], count, limit, len(grid))


def _with_small_sums(where: dict[int, list[Cell]], first: int, count: int, limit: int, side: int) -> list[Cell] | None:
    """Place the numbers one after the other, the top right one first."""
    numbers = [first, *sorted(n for n in where if n != first)]
    rows, columns = [0] * side, [0] * side

    def search(i: int, chosen: list[Cell]) -> list[Cell] | None:
        if len(chosen) == count:
            return chosen
        if i == len(numbers):
            return None
        number = numbers[i]
        for r, c in where[number]:
            if max(rows[r], columns[c]) + number <= limit:
                rows[r] += number
                columns[c] += number
                if found := search(i + 1, [*chosen, (r, c)]):
                    return found
                rows[r] -= number
                columns[c] -= number
        return search(i + 1, chosen) if i else None

    return search(0, [])


def _with_positive_products(where: dict[int, list[Cell]], corner: Cell, first: int, count: int) -> list[Cell] | None:
    """Choose as few negative cells as needed and fill up with positive ones.

    An even number of negative cells in every row and column is a union of closed walks that turn at each cell; so few
    are needed that short ones do, and the first thousand unions tried.
    """
    positive = sorted(number for number in where if number > 0)
    negative = {cell: number for number, cells in where.items() if number < 0 for cell in cells}
    needed, most = count - len(positive), count - (first > 0)
    cycles: list[list[Cell]] = []

    def unions(start: int, chosen: list[Cell], numbers: set[int]) -> Iterator[list[Cell]]:
        """Yield unions of cycles with different numbers; a negative top right cell is in the first cycle."""
        yield chosen
        for i in range(start, len(cycles)):
            added = {negative[cell] for cell in cycles[i]}
            if added & numbers or len(chosen) + len(added) > most or (first < 0 and first not in added | numbers):
                continue
            yield from unions(i + 1 if first in numbers or first > 0 else 0, chosen + cycles[i], numbers | added)

    for length in (4, 6, 8, 10) if len(negative) < MANY else (4, 6):
        cycles += _cycles(negative, length)
        for cells in itertools.islice(unions(0, [], set()), MAX_UNIONS):
            if len(cells) >= needed and (first > 0 or cells):
                fill = sorted(positive, key=lambda number: number != first)[: count - len(cells)]
                return sorted([*cells, *(where[number][0] for number in fill)], key=lambda cell: cell != corner)
    return None


def _cycles(numbers: dict[Cell, int], length: int) -> Iterator[list[Cell]]:
    """Yield the closed walks of ``length`` cells with different numbers, each from its first cell, row then column."""
    lines: dict[tuple[int, int], list[Cell]] = {}  # (0, row) or (1, column): its cells
    for cell in sorted(numbers):
        for axis in (0, 1):
            lines.setdefault((axis, cell[axis]), []).append(cell)

    def extend(path: list[Cell], used: set[int]) -> Iterator[list[Cell]]:
        if len(path) == length:
            if path[-1][1] == path[0][1]:
                yield path
            return
        axis = (len(path) + 1) % 2  # the next cell shares the row, then the column, and so on
        line = path[-1][axis]
        if any(earlier[axis] == line for earlier in path[:-1]):
            return
        for cell in lines[axis, line]:
            if cell > path[0] and numbers[cell] not in used:
                yield from extend([*path, cell], used | {numbers[cell]})

    for cell in sorted(numbers):
        yield from extend([cell], {numbers[cell]})


def read(question: str) -> dict[str, Any]:
    """Read the grid, the number of cells and the limit of a sum puzzle."""
    grid = [[int(n) for n in row.split(",")] for row in re.findall(r"^-?\d+(?:, -?\d+)+$", question, re.M)]
    count = int(re.search(r"(\d+) (?:different numbers|cells)", question)[1])
    limit = re.search(r"at most (\d+)|less than or equal to (\d+)", question)
    return {"grid": grid, "count": count, "limit": int(limit[1] or limit[2]) if limit else None}


def solve(grid: list[list[int]], count: int, limit: int | None) -> str:
    """Place small numbers one after the other, or join negative cells in cycles and fill up with positive ones."""
    found = _select(grid, count, limit)
    return _show(found) if found else ""


def solve_plainly(grid: list[list[int]], count: int, limit: int | None) -> str:
    """Try all cells, or all even numbers of negative cells in every row."""
    return _pair_negative_cells(grid, count) if limit is None else _try_small_sums(grid, count, limit)


def _try_small_sums(grid: list[list[int]], count: int, limit: int) -> str:
    """Try all choices of cells that hold different numbers."""
    side = len(grid)
    cells = [(r, c) for r in range(side) for c in range(side)]
    for chosen in itertools.combinations(cells, count):
        numbers = {grid[r][c] for r, c in chosen}
        rows, columns = [0] * side, [0] * side
        for r, c in chosen:
            rows[r] += grid[r][c]
            columns[c] += grid[r][c]
        if (0, side - 1) in chosen and len(numbers) == count and max(rows + columns) <= limit:
            return ", ".join(f"{r} {c}" for r, c in chosen)
    return ""


def _pair_negative_cells(grid: list[list[int]], count: int) -> str:
    """Take an even number of negative cells from every row and column, and fill up with positive numbers."""
    side = len(grid)
    corner = (0, side - 1)
    place = {grid[r][c]: (r, c) for r in range(side) for c in range(side)} | {grid[0][-1]: corner}
    positive = [place[n] for n in sorted(place, key=lambda n: place[n] != corner) if n > 0]
    last = [max([r for r in range(side) if grid[r][c] < 0], default=-1) for c in range(side)]

    def choose(r: int, chosen: list[Cell], odd: set[int]) -> list[Cell]:
        if r == side:
            cells = chosen + positive[: max(count - len(chosen), 0)]
            return cells if len(cells) == count and corner in cells else []
        numbers = [grid[i][j] for i, j in chosen]
        free = [(r, c) for c in range(side) if grid[r][c] < 0 and grid[r][c] not in numbers]
        for size in range(0, len(free) + 1, 2):
            for more in itertools.combinations(free, size):
                left = odd ^ {c for _, c in more}  # columns that need another cell further down
                if len({grid[i][j] for i, j in more}) == size and all(last[c] > r for c in left):
                    found = choose(r + 1, chosen + list(more), left)
                    if found:
                        return found
        return []

    cells = choose(0, [], set())
    return ", ".join(f"{r} {c}" for r, c in cells)


def verify(answer: str, grid: list[list[int]], count: int, limit: int | None) -> bool:
    """Check the numbers of the cells, the corner, and every row and column."""
    numbers = {(r, c): number for r, row in enumerate(grid) for c, number in enumerate(row)}
    cells = [tuple(map(int, cell.split())) for cell in answer.split(",")]
    chosen = {cell: numbers[cell] for cell in cells}
    kept = len(cells) == count and len(set(chosen.values())) == count and (0, len(grid) - 1) in chosen
    for axis in (0, 1):
        for i in range(len(grid)):
            line = [number for cell, number in chosen.items() if cell[axis] == i]
            kept = kept and (math.prod(line) > 0 if limit is None else sum(line) <= limit)
    return kept
