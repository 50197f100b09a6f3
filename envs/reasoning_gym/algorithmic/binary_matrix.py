"""BinaryMatrix: the distance from each cell to the nearest 0."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import integer_grid
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SIDE = {1: (3, 4), 2: (5, 7), 3: (8, 10), 4: (11, 13), 5: (15, 18)}
ZEROS = {1: 0.25, 2: 0.25, 3: 0.25, 4: 0.15, 5: 0.08}


class BinaryMatrix(Task):
    """Give for each cell of a 0/1 matrix the taxicab distance to the nearest 0.

    Description:
        A square matrix of 0 and 1 is given; asked is the matrix of the distances, counted in steps up, down, left and
        right, from each cell to the nearest cell that holds 0.

    Answer format:
        One row a line, the numbers separated by blanks.

    Levels:
        3 or 4 rows at level 1 up to 15 to 18, with fewer zeros, at level 5; the original's defaults (3 to 10 rows, a
        quarter zeros) are levels 1 to 3.

    Check:
        Every number must be right; rows may also be written as a list of lists.

    Source and deviations:
        Reasoning-Gym binary_matrix. Its scorer evaluates the answer as Python; this one reads it.
    """

    max_answer_chars = 5_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the cells, with at least one 0."""
        side = rng.randint(*SIDE[level])
        cells = [int(rng.random() >= ZEROS[level]) for _ in range(side * side)]
        cells[rng.randrange(side * side)] = 0
        matrix = [cells[i : i + side] for i in range(0, side * side, side)]
        question = (
            "Replace each cell of this matrix by its distance to the nearest cell that holds 0. The distance is the "
            f"number of steps up, down, left or right.\n\n{_show(matrix)}\n\n"
            "Write the new matrix between <<< and >>>, one row a line, the numbers separated by blanks, as in\n"
            "<<<0 1\n1 2>>>"
        )
        return self.new_problem(level, question, {"matrix": matrix}, solve(_joined(matrix)))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the numbers."""
        right = solve(_joined(problem.data["matrix"]))
        return integer_grid(answer, len(problem.data["matrix"][0])) == integer_grid(right)

    def size(self, problem: Problem) -> float:
        """Rows of the matrix."""
        return len(problem.data["matrix"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the matrix from the metadata."""
        matrix = item["metadata"]["matrix"]
        return entry_problem(self, item, {"matrix": matrix}, lambda: solve(_joined(matrix)))


def _show(matrix: Sequence[Sequence[int]]) -> str:
    return "\n".join(" ".join(map(str, row)) for row in matrix)


def _joined(matrix: Sequence[Sequence[int]]) -> list[str]:
    return ["".join(map(str, row)) for row in matrix]


def read(question: str) -> dict[str, Any]:
    """Read the rows of the matrix."""
    rows = re.findall(r"^[01](?: [01])+$", question.split("Write the new matrix")[0], re.M)
    return {"matrix": [row.replace(" ", "") for row in rows]}


def solve(matrix: list[str]) -> str:
    """Take for each cell the shortest of its distances to the cells that hold 0."""
    zeros = [(r, c) for r, row in enumerate(matrix) for c, cell in enumerate(row) if cell == "0"]
    lines = []
    for r, row in enumerate(matrix):
        distances = [min(abs(r - i) + abs(c - j) for i, j in zeros) for c in range(len(row))]
        lines.append(" ".join(map(str, distances)))
    return "\n".join(lines)


def verify(answer: str, matrix: list[str]) -> bool:
    """See that a cell with 0 is at distance 0 and any other one step further than the nearest of its neighbours."""
    found = {(r, c): int(n) for r, line in enumerate(answer.splitlines()) for c, n in enumerate(line.split())}
    for (r, c), distance in found.items():
        beside = [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)]
        nearest = min(found[place] for place in beside if place in found)
        if distance != (0 if matrix[r][c] == "0" else nearest + 1):
            return False
    return len(found) == len(matrix) * len(matrix[0])
