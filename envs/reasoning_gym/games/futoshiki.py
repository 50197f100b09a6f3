"""Futoshiki: fill a Latin square under inequalities."""

import random
from collections.abc import Mapping
from functools import cache
from itertools import chain
from typing import Any

from r1ci_env.envs.answers import integer_grid
from r1ci_env.task import Problem, Task

SIDE = {1: (4, 5), 2: (5, 6), 3: (7, 8), 4: (9, 9), 5: (9, 9)}
SIGNS = {1: (2, 5), 2: (4, 10), 3: (8, 16), 4: (14, 22), 5: (22, 32)}
EMPTY = {1: (8, 13), 2: (14, 22), 3: (28, 40), 4: (44, 50), 5: (60, 70)}
TRIALS = 12
Sign = tuple[int, int, int, int]
SIGN_CHARACTERS = str.maketrans("<>∧∨^v", " " * 6)


class Futoshiki(Task):
    """Complete a square so that rows and columns are permutations and all inequalities hold.

    Description:
        A square grid with some digits is given, and signs between neighbouring cells that say which is smaller. Every
        row and column must come to hold each digit once.

    Answer format:
        One row a line, the digits separated by blanks.

    Levels:
        Side 4 to 5 at level 1 and 7 to 8 at level 3; side 9 with 44 to 50 empty cells at level 4 (the original ends
        there); side 9 with more signs and about 55 empty cells at level 5.

    Check:
        The given digits are kept, every row and column holds each digit once, and every sign is true. Signs may stand
        in the answer; they are passed over.

    Source and deviations:
        Reasoning-Gym futoshiki, which searches up to seconds for a problem. Here digits are revealed until logic alone
        fills the grid, which proves that there is one solution; then some are taken back where a search allows it.
    """

    max_answer_chars = 2_000
    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a Latin square and signs, and reveal digits until they determine it."""
        side = rng.randint(*SIDE[level])
        solution = _latin_square(side, rng)
        pairs = [(i, j) for i in range(side * side) for j in (i + 1, i + side) if _adjacent(i, j, side)]
        signs = [
            (i, j) if solution[i] < solution[j] else (j, i) for i, j in rng.sample(pairs, rng.randint(*SIGNS[level]))
        ]
        puzzle = _reveal(solution, side, signs, rng)
        wanted = rng.randint(*EMPTY[level])
        given = [i for i, digit in enumerate(puzzle) if digit]
        for i in rng.sample(given, min(len(given), 12)):
            if puzzle.count(0) >= wanted:
                break
            puzzle[i] = 0
            if len(_solutions(puzzle, side, signs, 2, TRIALS)) != 1:
                puzzle[i] = solution[i]
        empty = [i for i, digit in enumerate(puzzle) if not digit]
        for i in rng.sample(empty, max(0, len(empty) - wanted)):
            puzzle[i] = solution[i]
        question = (
            f"Complete this {side} by {side} grid so that every row and every column contains each of the digits 1 to "
            f"{side} once. A sign between two neighbouring cells says which digit is smaller: < and > in a row; in a "
            "column, ^ means that the upper digit is smaller and v that the lower one is. Empty cells are shown as _."
            f"\n\n{_draw(puzzle, side, signs)}\n\n"
            f"Give the {side} completed rows, one a line, the digits separated by blanks, between <<< and >>>."
        )
        data = {"puzzle": puzzle, "side": side, "signs": [list(sign) for sign in signs]}
        return self.new_problem(level, question, data, _show(solution, side))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Check the givens, the rows and columns, and the signs."""
        side = problem.data["side"]
        rows = integer_grid(answer.translate(SIGN_CHARACTERS), side)
        cells = [digit for row in rows for digit in row]
        if len(rows) != side:
            return False
        kept = all(given in (0, digit) for given, digit in zip(problem.data["puzzle"], cells, strict=True))
        latin = all({cells[i] for i in house} == set(range(1, side + 1)) for house in _houses(side))
        return kept and latin and all(cells[i] < cells[j] for i, j in problem.data["signs"])

    def size(self, problem: Problem) -> float:
        """Number of empty cells."""
        return float(problem.data["puzzle"].count(0))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the puzzle from the metadata."""
        metadata = item["metadata"]
        side = metadata["board_size"]
        signs = []
        for r, c, s, d, sign in metadata["constraints"]:
            cells = [side * r + c, side * s + d]
            signs.append(cells if sign == "<" else cells[::-1])
        data: dict[str, Any] = {"puzzle": list(chain(*metadata["puzzle"])), "side": side, "signs": signs}
        problem = self.official_problem(item["question"], data, item["answer"], item["answer"])
        if self.check(problem, item["answer"]):
            return problem
        rows = ["".join(map(str, row)) for row in metadata["puzzle"]]
        answer = solve(rows, [(*divmod(i, side), *divmod(j, side)) for i, j in signs]) or "(none)"
        return self.official_problem(item["question"], data, answer, item["answer"], "the stored grid is no solution")


def _latin_square(side: int, rng: random.Random) -> list[int]:
    """Shuffle the rows, columns and digits of a cyclic square."""
    digits, rows, columns = (rng.sample(range(side), side) for _ in range(3))
    return [digits[(r + c) % side] + 1 for r in rows for c in columns]


def _adjacent(i: int, j: int, side: int) -> bool:
    return j < side * side and (j == i + side or j % side > 0)


def _reveal(solution: list[int], side: int, signs: list[tuple[int, int]], rng: random.Random) -> list[int]:
    """Return a puzzle that logic alone solves: digits of cells that are still open, in random order."""
    puzzle, domains = [0] * len(solution), [2**side - 1] * len(solution)
    links = _links(signs)
    _narrow(domains, side, links, list(range(len(solution))))
    for i in rng.sample(range(len(solution)), len(solution)):
        if domains[i].bit_count() > 1:
            puzzle[i] = solution[i]
            domains[i] = 1 << (solution[i] - 1)
            _narrow(domains, side, links, [i])
    return puzzle


def _draw(puzzle: list[int], side: int, signs: list[tuple[int, int]]) -> str:
    """Draw the grid: cells four characters apart, signs half-way between them."""
    canvas = [[" "] * (4 * side - 3) for _ in range(2 * side - 1)]
    for i, digit in enumerate(puzzle):
        canvas[i // side * 2][i % side * 4] = str(digit or "_")
    for low, high in signs:
        first = min(low, high)
        if abs(low - high) == 1:
            canvas[first // side * 2][first % side * 4 + 2] = "<" if low == first else ">"
        else:
            canvas[first // side * 2 + 1][first % side * 4] = "^" if low == first else "v"
    return "\n".join("".join(row).rstrip() for row in canvas)


def _show(cells: list[int], side: int) -> str:
    return "\n".join(" ".join(map(str, cells[i : i + side])) for i in range(0, len(cells), side))


@cache
def _houses(side: int) -> list[list[int]]:
    rows = [list(range(side * r, side * r + side)) for r in range(side)]
    return rows + [list(column) for column in zip(*rows, strict=True)]


@cache
def _peers(side: int) -> list[list[int]]:
    return [
        [j for j in range(side * side) if j != i and (j // side == i // side or j % side == i % side)]
        for i in range(side * side)
    ]


def _links(signs: list[tuple[int, int]]) -> dict[int, list[tuple[int, bool]]]:
    """Return for each cell its neighbours with a sign, and whether the neighbour is the larger."""
    links: dict[int, list[tuple[int, bool]]] = {}
    for low, high in signs:
        links.setdefault(low, []).append((high, True))
        links.setdefault(high, []).append((low, False))
    return links


def _narrow(domains: list[int], side: int, links: dict[int, list[tuple[int, bool]]], changed: list[int]) -> bool:
    """Strike out candidates (bits) by the signs, single candidates and single places; False if none are left."""
    peers = _peers(side)
    while changed:
        while changed:
            i = changed.pop()
            domain = domains[i]
            if not domain:
                return False
            if domain & (domain - 1) == 0:
                for j in peers[i]:
                    if domains[j] & domain:
                        domains[j] ^= domain
                        changed.append(j)
            for j, larger in links.get(i, ()):
                allowed = -2 * (domain & -domain) if larger else (1 << (domain.bit_length() - 1)) - 1
                if domains[j] & ~allowed:
                    domains[j] &= allowed
                    changed.append(j)
        for house in _houses(side):
            once = twice = 0
            for i in house:
                twice |= once & domains[i]
                once |= domains[i]
            if once != 2**side - 1:
                return False
            single = once & ~twice
            for i in house:
                place = domains[i] & single
                if place and place != domains[i]:
                    if place & (place - 1):
                        return False
                    domains[i] = place
                    changed.append(i)
    return True


def _solutions(
    puzzle: list[int], side: int, signs: list[tuple[int, int]], limit: int, max_trials: int = 10**6
) -> list[list[int]]:
    """Return up to ``limit`` solutions; none if they are not known after ``max_trials`` guesses."""
    links = _links(signs)
    found: list[list[int]] = []
    trials = 0

    def search(domains: list[int], changed: list[int]) -> None:
        nonlocal trials
        trials += 1
        if trials > max_trials or not _narrow(domains, side, links, changed):
            return
        open_cells = [i for i, domain in enumerate(domains) if domain & (domain - 1)]
        if not open_cells:
            found.append([domain.bit_length() for domain in domains])
            return
        i = min(open_cells, key=lambda i: domains[i].bit_count())
        for bit in (1 << k for k in range(side) if domains[i] >> k & 1):
            if len(found) < limit:
                search([*domains[:i], bit, *domains[i + 1 :]], [i])

    everything = 2**side - 1
    search([1 << (digit - 1) if digit else everything for digit in puzzle], list(range(side * side)))
    return found if trials <= max_trials else []


def read(question: str) -> dict[str, Any]:
    """Read the rows, with 0 for an empty cell, and the signs: row and column of the smaller, and of the larger."""
    drawn = question.partition("shown as _.\n\n")[2].partition("\n\nGive the")[0].split("\n")
    side = (len(drawn) + 1) // 2
    rows = [line.ljust(4 * side)[::4].replace("_", "0") for line in drawn[::2]]
    less = []
    for i, line in enumerate(drawn):
        for place, sign in enumerate(line):
            r, c = i // 2, place // 4
            found = {"<": (r, c, r, c + 1), ">": (r, c + 1, r, c), "^": (r, c, r + 1, c), "v": (r + 1, c, r, c)}
            less += [found[sign]] if sign in found else []
    return {"rows": rows, "less": less}


def solve(rows: list[str], less: list[Sign]) -> str:
    """Strike out candidates by rows, columns and signs, and try those of the cell that has the fewest left."""
    side = len(rows)
    signs = [(side * r + c, side * s + d) for r, c, s, d in less]
    found = _solutions([int(digit) for row in rows for digit in row], side, signs, 1)
    return _show(found[0], side) if found else ""


def solve_plainly(rows: list[str], less: list[Sign]) -> str:
    """Fill the cell with the fewest possible digits first, and go back where none fits."""
    side = len(rows)
    grid = [[int(digit) for digit in row] for row in rows]

    def possible(r: int, c: int) -> list[int]:
        taken = {*grid[r], *(row[c] for row in grid)}
        larger = [grid[s][d] for i, j, s, d in less if (i, j) == (r, c) and grid[s][d]]
        smaller = [grid[i][j] for i, j, s, d in less if (s, d) == (r, c)]
        fitting = range(max(smaller, default=0) + 1, min(larger, default=side + 1))
        return [digit for digit in fitting if digit not in taken]

    def fill() -> bool:
        empty = [(r, c) for r in range(side) for c in range(side) if grid[r][c] == 0]
        if not empty:
            return True
        r, c = min(empty, key=lambda cell: len(possible(*cell)))
        for digit in possible(r, c):
            grid[r][c] = digit
            if fill():
                return True
        grid[r][c] = 0
        return False

    fill()
    return "\n".join(" ".join(map(str, row)) for row in grid)


def verify(answer: str, rows: list[str], less: list[Sign]) -> bool:
    """Check the given digits, every row and column, and every sign."""
    grid = [[int(digit) for digit in line.split()] for line in answer.split("\n")]
    side = len(rows)
    digits = list(range(1, side + 1))
    kept = all(rows[r][c] in ("0", str(grid[r][c])) for r in range(side) for c in range(side))
    ordered = all(grid[r][c] < grid[s][d] for r, c, s, d in less)
    return kept and ordered and all(sorted(line) == digits for line in [*grid, *zip(*grid, strict=True)])
