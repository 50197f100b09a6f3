"""MatrixTransformation: rotate and mirror a matrix of characters."""

import random
import re
import string
from collections.abc import Callable
from typing import Any

from r1ci_env.envs.answers import cells
from r1ci_env.programs import literal
from r1ci_env.task import Problem, Task

SHAPES = {1: ((2, 3), 1), 2: ((3, 4), 1), 3: ((4, 5), 2), 4: ((6, 8), 3), 5: ((9, 12), 5)}  # rows, columns; operations
ALPHABETS = (
    string.ascii_uppercase,
    string.digits[1:],
    string.ascii_uppercase + string.digits[1:],
    "!@#$%&*+=?",
)

Matrix = list[list[str]]


def _rotate(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix[::-1], strict=True)]


OPERATIONS: dict[str, Callable[[Matrix], Matrix]] = {
    "rotate it 90 degrees clockwise": _rotate,
    "rotate it 90 degrees counterclockwise": lambda m: _rotate(_rotate(_rotate(m))),
    "rotate it 180 degrees": lambda m: _rotate(_rotate(m)),
    "transpose it (rows become columns)": lambda m: _rotate(m[::-1]),
    "mirror it left to right": lambda m: [row[::-1] for row in m],
    "mirror it top to bottom": lambda m: m[::-1],
}

NUMPY = {
    "rotate it 90 degrees clockwise": "np.rot90(matrix, -1)",
    "rotate it 90 degrees counterclockwise": "np.rot90(matrix)",
    "rotate it 180 degrees": "np.rot90(matrix, 2)",
    "transpose it (rows become columns)": "matrix.T",
    "mirror it left to right": "np.fliplr(matrix)",
    "mirror it top to bottom": "np.flipud(matrix)",
}


class MatrixTransformation(Task):
    """Carry out rotations and mirrorings of a matrix of letters, digits or symbols.

    Description:
        A matrix of single characters and one or more operations are given: rotations, transposition, mirrorings. The
        matrix afterwards is asked for.

    Answer format:
        All entries row by row, separated by commas: ``A,B,C,D``.

    Levels:
        A rotation of a matrix of 2 to 4 rows and columns at levels 1 and 2, as in the original; two operations on 4
        to 5 at level 3; five operations on 9 to 12 at level 5.

    Check:
        Every entry must be right. Rows may be written as lines or lists.

    Source and deviations:
        SymBench matrix_transformation, which only rotates clockwise by 90 degrees.
    """

    max_answer_chars = 2_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the matrix and the operations; up to level 2, one quarter turn."""
        bounds, count = SHAPES[level]
        rows, columns, alphabet = rng.randint(*bounds), rng.randint(*bounds), rng.choice(ALPHABETS)
        matrix = [[rng.choice(alphabet) for _ in range(columns)] for _ in range(rows)]
        while True:
            names = [rng.choice(list(OPERATIONS)[: 2 if level <= 2 else None]) for _ in range(count)]
            result = _transformed(matrix, names)
            if result != matrix:
                break
        shown = "\n".join(" ".join(row) for row in matrix)
        listed = "\n".join(f"{i}. {name}" for i, name in enumerate(names, 1))
        question = (
            f"Take this matrix of {rows} rows and {columns} columns:\n\n{shown}\n\n"
            f"Then {f'{names[0]}.' if count == 1 else f'do the following in order:{chr(10)}{listed}'}\n"
            "What is the result? List its entries row by row, separated by commas, in triple angle brackets, in the "
            "form <<<A,B,C,D>>>."
        )
        return self.new_problem(level, question, {"matrix": result}, _show(result))

    def from_official(self, item: Any) -> Problem:
        """Rotate the matrix of the record."""
        record = item["solution"]
        result = _rotate([[str(entry) for entry in row] for row in record["matrix"]])
        gold = record["formatted_solution"]
        problem = self.official_problem(item["question"], {"matrix": result}, _show(result), gold)
        flaw = None if self.check(problem, gold) else "gold is wrong"
        return self.official_problem(item["question"], {"matrix": result}, _show(result), gold, flaw)

    def program(self, problem: Problem) -> str:
        """Carry out the operations with numpy."""
        matrix, names = read(problem.question).values()
        lines = "".join(f"matrix = {NUMPY[name]}\n" for name in names)
        numbers = all(entry.isdigit() for row in matrix for entry in row)
        rows = "".join(f"    {literal([int(entry) for entry in row] if numbers else row)},\n" for row in matrix)
        shown = 'print(",".join(matrix.flatten()))\n'
        if numbers:
            shown = 'entries = map(str, matrix.flatten())\nprint(",".join(entries))\n'
        return f"import numpy as np\n\nmatrix = np.array([\n{rows}])\n{lines}{shown}"

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare entry by entry."""
        matrix = problem.data["matrix"]
        return cells(answer, len(matrix[0])) == [entry for row in matrix for entry in row]


def _show(matrix: Matrix) -> str:
    return ",".join(entry for row in matrix for entry in row)


def _transformed(matrix: Matrix, names: list[str]) -> Matrix:
    for name in names:
        matrix = OPERATIONS[name](matrix)
    return matrix


def read(question: str) -> dict[str, Any]:
    """Read the matrix and the operations, in our wording or the original's."""
    rows = re.search(r":\n\n(.*?)\n\nThen|matrix is:? *\n(.*?)\.\nWhat", question, re.S)
    names = re.findall("|".join(map(re.escape, NUMPY)), question) or ["rotate it 90 degrees clockwise"]
    return {"matrix": [row.split() for row in (rows[1] or rows[2]).splitlines()], "names": names}


def solve(matrix: Matrix, names: list[str]) -> str:
    """Carry out the operations one after the other."""
    return _show(_transformed(matrix, names))
