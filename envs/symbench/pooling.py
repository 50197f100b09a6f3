"""Pooling: the maxima or averages of a window that slides over a matrix."""

import random
import re
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import BadAnswer, cells, number, numbers
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

SHAPES = {  # width of the matrix, width of the window
    1: ((3, 4), (2, 2)),
    2: ((4, 5), (2, 3)),
    3: ((6, 6), (2, 3)),
    4: ((8, 9), (3, 4)),
    5: ((12, 14), (3, 5)),
}
TOLERANCE = Fraction(1, 10_000)


class Pooling(Task):
    """Slide a square window over a square matrix and list the maximum or the average of each position.

    Description:
        A matrix of integers and the width of a window are given. The window moves one step at a time; its maxima, or
        its averages, are asked for row by row.

    Answer format:
        The numbers row by row, separated by commas: ``3, 7/4, -1, 2.5``.

    Levels:
        3 or 4 wide with a window of 2 at level 1, 6 wide at level 3 as the original's largest, 12 to 14 wide with a
        window of 3 to 5 at level 5.

    Check:
        Exact values; an average may differ by 1/10,000, so that four decimals are enough.

    Source and deviations:
        SymBench pooling. There, averages are compared as integers, so that no average item can be solved.
    """

    max_answer_chars = 4_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the matrix; maximum and average are equally likely."""
        widths, windows = SHAPES[level]
        width, window = rng.randint(*widths), rng.randint(*windows)
        kind = rng.choice(("maximum", "average"))
        matrix = [[rng.randint(-20, 20) for _ in range(width)] for _ in range(width)]
        shown = "\n".join(", ".join(map(str, row)) for row in matrix)
        precision = (
            "Averages that are not whole can be given as fractions or as decimals with at least four digits after the "
            "point. "
            if kind == "average"
            else ""
        )
        question = (
            f"A {window}*{window} window slides over the matrix below, one column or row at a time, and never reaches "
            f"over its edge. For each position of the window, take the {kind} of the numbers in it.\n\n{shown}\n\n"
            f"List the {kind}s row by row, from the top left to the bottom right, separated by commas. {precision}"
            "Put the list in triple angle brackets, such as <<<5, -2, 0, 11>>>."
        )
        answer = solve(matrix, window, kind)
        return self.new_problem(level, question, {"matrix": matrix, "window": window, "kind": kind}, answer)

    def from_official(self, item: Any) -> Problem:
        """Take matrix, window and kind of the record."""
        record = item["solution"]
        kind = {"max": "maximum"}.get(record["pooling_type"], record["pooling_type"])
        data = {"matrix": record["matrix"], "window": record["window_size"], "kind": kind}
        gold = ", ".join(str(value) for row in record["solution"] for value in row)
        answer = solve(**data)
        problem = self.official_problem(item["question"], data, answer, gold)
        flaw = None if self.check(problem, gold) else "gold is wrong"
        return self.official_problem(item["question"], data, answer, gold, flaw)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare number by number."""
        data = problem.data
        expected = [Fraction(value) for value in problem.answer.split(", ")]
        found = _numbers(answer, len(data["matrix"]) - data["window"] + 1)
        tolerance = TOLERANCE if data["kind"] == "average" else 0
        return len(found) == len(expected) and all(
            abs(a - b) <= tolerance for a, b in zip(found, expected, strict=True)
        )

    def program(self, problem: Problem) -> str:
        """Take only what is asked for of each window."""
        matrix, window, kind = read(problem.question).values()
        return program(_averages if kind == "average" else _maxima, {"matrix": matrix, "window": window})

    def reasons(self, problem: Problem) -> list[str] | None:
        """Look at each of the few windows of a small matrix."""
        matrix, window, kind = read(problem.question).values()
        width = len(matrix) - window + 1
        if problem.level > 1 or width > 2:
            return None
        rng = random.Random(problem.question)
        values, steps = problem.answer.split(", "), []
        for i, seen in enumerate(_windows(matrix, window)):
            row, column = i // width + 1, i % width + 1
            said = f"the largest is {max(seen)}"
            if kind == "average":
                said = f"their sum is {sum(seen)}, so the average is {values[i]}"
            at = rng.choice((f"From row {row} and column {column} on", f"At row {row}, column {column}"))
            steps.append(f"{at} the window holds {', '.join(map(str, seen))}: {said}.")
        return steps

    def size(self, problem: Problem) -> float:
        """Numbers in the matrix."""
        return len(problem.data["matrix"]) ** 2


def _numbers(answer: str, width: int) -> list[Fraction]:
    """Read the values as a list, in which single ones may be bracketed, or as a grid: ``21/4`` is no end of a row."""
    try:
        found = numbers(answer)
    except BadAnswer:
        found = []
    return found if len(found) == width**2 else [number(cell) for cell in cells(answer, width)]


def read(question: str) -> dict[str, Any]:
    """Read the matrix, the width of the window and what is taken of it."""
    matrix = [[int(n) for n in row.split(",")] for row in re.findall(r"^-?\d+(?:, *-?\d+)+$", question, re.M)]
    window = int(re.search(r"(\d+)\*\d+ (?:sliding )?window", question)[1])
    return {"matrix": matrix, "window": window, "kind": "average" if "average" in question else "maximum"}


def solve(matrix: list[list[int]], window: int, kind: str) -> str:
    """Slide the window over the matrix, row by row."""
    return _averages(matrix, window) if kind == "average" else _maxima(matrix, window)


def _maxima(matrix: list[list[int]], window: int) -> str:
    return ", ".join(str(max(seen)) for seen in _windows(matrix, window))


def _averages(matrix: list[list[int]], window: int) -> str:
    averages = [Fraction(sum(seen), window**2) for seen in _windows(matrix, window)]
    return ", ".join(map(str, averages))


def _windows(matrix: list[list[int]], size: int) -> list[list[int]]:
    """Return the numbers in each window."""
    found = []
    for r in range(len(matrix) - size + 1):
        for c in range(len(matrix) - size + 1):
            found.append([n for row in matrix[r : r + size] for n in row[c : c + size]])
    return found
