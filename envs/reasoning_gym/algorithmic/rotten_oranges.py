"""RottenOranges: how long until rot has spread over a grid."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SIDE = {1: (4, 6), 2: (8, 12), 3: (12, 20), 4: (22, 28), 5: (34, 40)}
ROTTEN = {1: (1, 2), 2: (1, 4), 3: (2, 8), 4: (2, 6), 5: (2, 6)}


class RottenOranges(Task):
    """Count the minutes until no orange is fresh.

    Description:
        In a grid of empty cells (0), fresh oranges (1) and rotten ones (2), each minute the fresh oranges beside a
        rotten one become rotten. Asked is after how many minutes none is fresh, or -1 if some stay fresh.

    Answer format:
        The integer.

    Levels:
        4 to 6 rows at level 1, 12 to 20 at level 3 (the original's defaults are 10 to 30), 34 to 40 at level 5.

    Check:
        The integer must be right.

    Source and deviations:
        Reasoning-Gym rotten_oranges. Fewer oranges are rotten at the start, so that it takes longer, and a fifth of the
        answers is -1, where in the original up to half are.
    """

    plain_levels = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the cells; take away the fresh oranges out of reach unless the answer is to be -1."""
        possible = rng.random() < 0.8
        answer = 0
        while answer == 0 or (answer > 0) != possible:
            rows, columns = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
            cells = rng.choices((0, 1), (1, 3), k=rows * columns)
            for cell in rng.sample(range(rows * columns), rng.randint(*ROTTEN[level])):
                cells[cell] = 2
            grid = [cells[i : i + columns] for i in range(0, rows * columns, columns)]
            answer, fresh = _spread(_joined(grid))
            if possible and fresh:
                for r, c in fresh:
                    grid[r][c] = 0
                answer, _ = _spread(_joined(grid))
        shown = "\n".join(" ".join(map(str, row)) for row in grid)
        question = (
            "Each cell of this grid is empty (0) or holds a fresh orange (1) or a rotten orange (2). Every minute, all "
            "fresh oranges that have a rotten one directly above, below, left or right of them become rotten.\n\n"
            f"{shown}\n\n"
            "After how many minutes is no orange fresh? The answer is -1 if some orange stays fresh for ever. Answer "
            "with the integer in triple angle brackets: <<<integer>>>."
        )
        return self.new_problem(level, question, {"grid": grid}, str(answer))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer, "minute") == int(solve(_joined(problem.data["grid"])))

    def size(self, problem: Problem) -> float:
        """Cells of the grid."""
        return len(problem.data["grid"]) * len(problem.data["grid"][0])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the grid from the metadata."""
        grid = item["metadata"]["matrix"]
        return entry_problem(self, item, {"grid": grid}, lambda: solve(_joined(grid)))


def _joined(grid: Sequence[Sequence[int]]) -> list[str]:
    return ["".join(map(str, row)) for row in grid]


def _spread(grid: Sequence[str]) -> tuple[int, set[tuple[int, int]]]:
    """Return the minutes, or -1, and the oranges that stay fresh."""
    fresh = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == "1"}
    rotten = [(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == "2"]
    minutes = 0
    while rotten:
        beside = []
        for r, c in rotten:
            for place in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                if place in fresh:
                    fresh.remove(place)
                    beside.append(place)
        minutes += bool(beside)
        rotten = beside
    return (-1 if fresh else minutes), fresh


def read(question: str) -> dict[str, Any]:
    """Read the rows of the grid."""
    return {"grid": [row.replace(" ", "") for row in re.findall(r"^[012](?: [012])+$", question, re.M)]}


def solve(grid: list[str]) -> str:
    """Let the rot spread from the oranges that became rotten last."""
    minutes, _ = _spread(grid)
    return str(minutes)


def solve_plainly(grid: list[str]) -> str:
    """Let all oranges beside a rotten one become rotten, minute by minute, until there are none."""
    fresh = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == "1"}
    rotten = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == "2"}
    minutes = 0
    while rotten:
        beside = set()
        for r, c in rotten:
            beside |= {(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)}
        rotten = beside & fresh
        if rotten:
            minutes += 1
        fresh -= rotten
    return str(-1 if fresh else minutes)
