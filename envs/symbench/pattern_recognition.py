"""PatternRecognition: find the square of equal letters in a matrix."""

import random
import re
import string
from typing import Any

from r1ci_env.envs.answers import index_pairs
from r1ci_env.task import Problem, Task

SIDES = {1: (6, 8), 2: (9, 11), 3: (12, 15), 4: (20, 24), 5: (30, 34)}

Matrix = list[list[str]]
Cell = tuple[int, int]


class PatternRecognition(Task):
    """Find the only solid square of equal letters with a side of at least three.

    Description:
        A matrix of letters holds one square, at least 3 by 3, that is filled with one letter. The position of its
        bottom right corner is asked for.

    Answer format:
        Row and column, counted from 0: ``[5, 6]``.

    Levels:
        6 to 8 rows and columns at level 1, 12 to 15 at level 3 (the original has 6 to 15), 30 to 34 at level 5. From
        level 3 on there are decoys: hollow squares and rectangles two cells thick.

    Check:
        Row and column must be right.

    Source and deviations:
        SymBench pattern_recognition. That no other 3 by 3 square of one letter lies outside the one asked for is
        proved when a problem is made; in the original that test has no effect.
    """

    max_answer_chars = 200

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Fill a matrix at random, add decoys, plant the square, and make sure that it is the only one."""
        found: list[Cell] = []
        while len(found) != 1:
            rows, columns = rng.randint(*SIDES[level]), rng.randint(*SIDES[level])
            matrix = [[rng.choice(string.ascii_uppercase) for _ in range(columns)] for _ in range(rows)]
            for _ in range(3 * (level - 2)):
                _plant_decoy(rng, matrix)
            side = rng.randint(3, max(3, min(rows, columns) // (2 if level <= 3 else 5)))
            _fill(matrix, rng.randrange(rows - side + 1), rng.randrange(columns - side + 1), side, side, rng)
            found = corners(matrix)
        shown = "\n".join(" ".join(row) for row in matrix)
        question = (
            "Somewhere in this matrix there is a square of at least 3 by 3 cells that is filled with one and the same "
            "letter. There is only one such square, apart from the smaller ones inside it.\n\n"
            f"{shown}\n\n"
            "At which row and column is the bottom right corner of the whole square? Count both from 0, the first row "
            "and the first column being 0. Answer in the form <<<[row, column]>>>."
        )
        data = {"corner": list(found[0]), "cells": len(matrix) * len(matrix[0])}
        return self.new_problem(level, question, data, str(data["corner"]))

    def from_official(self, item: Any) -> Problem:
        """Find the squares of the text; there should be one."""
        record, found = item["solution"], corners([list(row) for row in read(item["question"])["matrix"]])
        gold = str([record["row"], record["column"]])
        corner = [record["row"], record["column"]]
        if tuple(corner) in found:
            unsure = f"{len(found)} squares instead of one" if len(found) > 1 else None
            return self.official_problem(item["question"], {"corner": corner}, gold, gold, unsure=unsure)
        flaw, corner = "there is no square at the stored place", list(found[0]) if len(found) == 1 else []
        return self.official_problem(item["question"], {"corner": corner}, str(corner) if corner else None, gold, flaw)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare row and column."""
        return [list(cell) for cell in index_pairs(answer)] == [problem.data["corner"]]

    def size(self, problem: Problem) -> float:
        """Cells of the matrix."""
        return float(problem.data["cells"])


def _fill(matrix: Matrix, top: int, left: int, height: int, width: int, rng: random.Random) -> None:
    letter = rng.choice(string.ascii_uppercase)
    for row in matrix[top : top + height]:
        row[left : left + width] = letter * width


def _plant_decoy(rng: random.Random, matrix: Matrix) -> None:
    """Put a rectangle two cells thick, or a square of 3 by 3 whose middle differs, somewhere."""
    height, width = rng.choice(((2, 3), (2, 5), (3, 2), (5, 2), (3, 3)))
    top, left = rng.randrange(len(matrix) - height + 1), rng.randrange(len(matrix[0]) - width + 1)
    _fill(matrix, top, left, height, width, rng)
    if height == width:
        matrix[top + 1][left + 1] = rng.choice([c for c in string.ascii_uppercase if c != matrix[top][left]])


def corners(matrix: Matrix) -> list[Cell]:
    """Return the bottom right corners of all filled squares, 3 by 3 or more, that lie in no larger one."""
    side = [[1] * len(row) for row in matrix]  # of the largest square that ends at a cell
    for r in range(1, len(matrix)):
        for c in range(1, len(matrix[0])):
            if matrix[r][c] == matrix[r - 1][c] == matrix[r][c - 1] == matrix[r - 1][c - 1]:
                side[r][c] = 1 + min(side[r - 1][c], side[r][c - 1], side[r - 1][c - 1])
    squares = [(r, c, side[r][c]) for r in range(len(matrix)) for c in range(len(matrix[0])) if side[r][c] >= 3]
    return [
        (r, c)
        for r, c, s in squares
        if not any(t > s and r2 - t < r - s + 1 <= r <= r2 and c2 - t < c - s + 1 <= c <= c2 for r2, c2, t in squares)
    ]


def read(question: str) -> dict[str, Any]:
    """Read the rows of the matrix."""
    return {"matrix": [row.replace(" ", "") for row in re.findall(r"^[A-Z](?: [A-Z])+ *$", question, re.M)]}


def solve(matrix: list[str]) -> str:
    """Look for the square at all places, the largest size first."""
    height, width = len(matrix), len(matrix[0])
    for size in range(min(height, width), 2, -1):
        for r in range(height - size + 1):
            for c in range(width - size + 1):
                filled = matrix[r][c] * size
                if all(row[c : c + size] == filled for row in matrix[r : r + size]):
                    return f"[{r + size - 1}, {c + size - 1}]"
    return ""


def verify(answer: str, matrix: list[str]) -> bool:
    """Nine equal letters end at the corner, and none that end one further down or to the right."""
    r, c = map(int, answer.strip("[]").split(","))
    ends = [(r, c), (r + 1, c), (r, c + 1)]
    nines = ["".join(row[max(x - 2, 0) : x + 1] for row in matrix[max(y - 2, 0) : y + 1]) for y, x in ends]
    there, below, right = (len(nine) == 9 and len(set(nine)) == 1 for nine in nines)
    return there and not below and not right
