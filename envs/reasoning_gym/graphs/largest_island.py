"""LargestIsland: the area of the largest group of ones in a grid."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

SIDE = {1: (4, 6), 2: (5, 8), 3: (7, 10), 4: (14, 18), 5: (24, 32)}


class LargestIsland(Task):
    """Find the largest island.

    Description:
        A grid of 0 (water) and 1 (land) is given. Land cells that touch along a side form an island; the number of
        cells of the largest is asked for, 0 if there is none.

    Answer format:
        The integer.

    Levels:
        Sides of 4 to 6 at level 1; the original's defaults (5 to 10) at levels 1 to 3; 24 to 32 at level 5.

    Check:
        The answer must be the exact area.

    Source and deviations:
        Reasoning-Gym largest_island, where many grids are empty; here few are.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw cells with a share of land at which islands of many sizes form."""
        rows, columns = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
        share = rng.uniform(0.3, 0.55)
        grid = [[int(rng.random() < share) for _ in range(columns)] for _ in range(rows)]
        shown = "\n".join(" ".join(map(str, row)) for row in grid)
        question = (
            "In this grid 1 is land and 0 is water. Land cells that share a side belong to the same island; cells that "
            f"touch only at a corner do not.\n{shown}\n"
            "How many cells has the largest island (0 if there is no land)? Answer as <<<integer>>>."
        )
        return self.new_problem(level, question, {"grid": grid}, solve(_rows(grid)))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must equal the area."""
        return integer(answer, "cell") == int(solve(_rows(problem.data["grid"])))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of largest_island."""
        grid = item["metadata"]["grid"]
        return self.official_problem(item["question"], {"grid": grid}, solve(_rows(grid)), gold=item["answer"])


def _rows(grid: list[list[int]]) -> list[str]:
    return ["".join(map(str, row)) for row in grid]


def read(question: str) -> dict[str, Any]:
    """Read the rows of the grid."""
    return {"grid": [row.replace(" ", "") for row in re.findall(r"^[01](?: [01])*$", question, re.M)]}


def solve(grid: list[str]) -> str:
    """Sink the islands one after the other, counting their cells."""
    land = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == "1"}
    largest = 0
    while land:
        island = [land.pop()]
        for r, c in island:
            near = {(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)} & land
            land -= near
            island += near
        largest = max(largest, len(island))
    return str(largest)


def verify(answer: str, grid: list[str]) -> bool:
    """Give every land cell the number of its island, the smallest that reaches it, and count each number."""
    number = {(r, c): (r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == "1"}
    before = None
    while before != number:
        before = dict(number)
        for r, c in number:
            near = [(r, c), (r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)]
            number[r, c] = min(number[cell] for cell in near if cell in number)
    islands = list(number.values())
    return int(answer) == max([islands.count(island) for island in set(islands)], default=0)
