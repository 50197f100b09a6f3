"""SpiralMatrix: read a matrix along a spiral."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import integers_of
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SIDE = {1: (3, 4), 2: (4, 6), 3: (7, 10), 4: (11, 14), 5: (16, 20)}


class SpiralMatrix(Task):
    """List the elements of a matrix in spiral order.

    Description:
        A square matrix of digits is given; its elements are asked for as they are met on a clockwise spiral that begins
        at the top left.

    Answer format:
        The numbers, separated by blanks.

    Levels:
        3 or 4 rows at level 1, 7 to 10 (the original's greatest) at level 3, 16 to 20 at level 5.

    Check:
        The list must be right; commas and brackets are accepted too.

    Source and deviations:
        Reasoning-Gym spiral_matrix. Its scorer evaluates the answer as Python; this one reads it.
    """

    max_answer_chars = 5_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the digits."""
        side = rng.randint(*SIDE[level])
        digits = rng.choices(range(10), k=side * side)
        matrix = [digits[i : i + side] for i in range(0, side * side, side)]
        shown = "\n".join(" ".join(map(str, row)) for row in matrix)
        question = (
            "Walk through this matrix along a clockwise spiral from the outside to the centre: right along the top "
            "row, down the last column, left along the bottom row, up the first column, and so on with the cells that "
            f"are left.\n\n{shown}\n\n"
            "List the numbers in the order in which you meet them, separated by blanks, in triple angle brackets: "
            "<<<1 2 3 ...>>>."
        )
        return self.new_problem(level, question, {"matrix": matrix}, solve(matrix))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the numbers."""
        right = [int(number) for number in solve(problem.data["matrix"]).split()]
        return integers_of(answer, len(right), joined=True) == right

    def size(self, problem: Problem) -> float:
        """Rows of the matrix."""
        return len(problem.data["matrix"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the matrix from the metadata."""
        matrix = item["metadata"]["matrix"]
        return entry_problem(self, item, {"matrix": matrix}, lambda: solve(matrix))


def read(question: str) -> dict[str, Any]:
    """Read the matrix."""
    rows = re.findall(r"^\d(?: \d)+$", question, re.M)
    return {"matrix": [[int(cell) for cell in row.split()] for row in rows]}


def solve(matrix: Sequence[Sequence[int]]) -> str:
    """Take the top row, turn the rest to the left, and so on."""
    found: list[int] = []
    while matrix:
        found += matrix[0]
        columns = list(zip(*matrix[1:], strict=True))
        matrix = columns[::-1]
    return " ".join(map(str, found))
