"""ManipulateMatrix: apply a series of operations to a matrix."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import integer_grid
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SIDE = {1: (3, 4), 2: (4, 7), 3: (6, 10), 4: (9, 12), 5: (12, 15)}
OPERATIONS = {1: (1, 2), 2: (3, 5), 3: (6, 10), 4: (12, 16), 5: (20, 26)}
TEXT = {
    "identity": "Leave the matrix as it is",
    "rotate": "Rotate the matrix clockwise by {} degrees",
    "hmirror": "Reverse the order of the rows (top to bottom)",
    "vmirror": "Reverse the order of the columns (left to right)",
    "dmirror": "Transpose the matrix (mirror it at the diagonal from the top left)",
    "cmirror": "Mirror the matrix at the diagonal from the top right to the bottom left",
    "map": "Replace every {} by {}",
    "zero_divisible": "Replace every number divisible by {} by 0",
    "crop": "Keep only rows {} to {} and columns {} to {}",
    "remove_every_nth_row": "Remove every row whose number is divisible by {}",
    "remove_every_nth_col": "Remove every column whose number is divisible by {}",
}
PARAMETERS = {  # what the original calls the numbers of an operation
    "rotate": ("degrees",),
    "map": ("from", "to"),
    "zero_divisible": ("k",),
    "crop": ("row_start", "row_end", "col_start", "col_end"),
    "remove_every_nth_row": ("n",),
    "remove_every_nth_col": ("n",),
}
Matrix = Sequence[Sequence[int]]
Operation = Sequence[Any]  # its name and its numbers


class ManipulateMatrix(Task):
    """Rotate, mirror, crop and change a matrix.

    Description:
        A matrix of digits and a list of operations are given; the matrix after all of them is asked for.

    Answer format:
        One row a line, the numbers separated by blanks.

    Levels:
        One or two operations on 3 or 4 rows at level 1, 6 to 10 on up to 10 rows at level 3 (the original's defaults
        are 1 to 10), 20 to 26 on 12 to 15 rows at level 5.

    Check:
        Every number must be right; a list of lists is accepted too.

    Source and deviations:
        Reasoning-Gym manipulate_matrix. There "horizontally mirror" means at the horizontal axis, and rotations are
        clockwise, without saying so; the question says it here. Rows and columns are numbered from 1.
    """

    max_answer_chars = 5_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw operations that fit the matrix as it then is."""
        rows, columns = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
        matrix = [[rng.randrange(10) for _ in range(columns)] for _ in range(rows)]
        operations: list[list[Any]] = []
        result: Matrix = matrix
        for _ in range(rng.randint(*OPERATIONS[level])):
            operations.append(_operation(rng, len(result), len(result[0])))
            result = _apply(result, operations[-1])
        listed = "\n".join(f"- {TEXT[name].format(*numbers)}" for name, *numbers in operations)
        question = (
            f"Take this matrix:\n{_show(matrix)}\n\nApply these operations one after the other. Rows and columns are "
            f"numbered from 1, as they stand at that moment.\n{listed}\n\n"
            "Write the matrix that results between <<< and >>>, one row a line, the numbers separated by blanks."
        )
        return self.new_problem(level, question, {"matrix": matrix, "operations": operations}, _show(result))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the numbers."""
        right = integer_grid(solve(problem.data["matrix"], problem.data["operations"]))
        return integer_grid(answer, len(right[0])) == right

    def size(self, problem: Problem) -> float:
        """Number of operations."""
        return len(problem.data["operations"])

    def program(self, problem: Problem) -> str:
        """Write one line of numpy for each operation."""
        matrix, operations = read(problem.question).values()
        rows = "".join(f"    {row},\n" for row in matrix)
        lines = [line for operation in operations if (line := _numpy_line(*operation))]
        begin, end = f"import numpy as np\nmatrix = np.array([\n{rows}])", "for row in matrix:\n    print(*row)\n"
        return "\n".join([begin, *lines, end])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the matrix and the operations from the metadata."""
        operations = []
        for step in item["metadata"]["operations"]:
            numbers = (int(step[name]) for name in PARAMETERS.get(step["transform"], ()))
            operations.append([step["transform"], *numbers])
        data = {"matrix": item["metadata"]["matrix"], "operations": operations}
        return entry_problem(self, item, data, lambda: solve(**data))


def _operation(rng: random.Random, rows: int, columns: int) -> list[Any]:
    """Draw an operation; few make the matrix smaller, and none below two by two."""
    names = ["rotate", "hmirror", "vmirror", "dmirror", "cmirror", "map", "zero_divisible"]
    if min(rows, columns) > 3 and rng.random() < 0.2:
        names = ["crop", "remove_every_nth_row", "remove_every_nth_col"]
    name = rng.choice(names)
    if name == "rotate":
        return [name, rng.choice((90, 180, 270))]
    if name == "map":
        return [name, *rng.sample(range(10), 2)]
    if name == "zero_divisible":
        return [name, rng.randint(2, 5)]
    if name == "crop":
        top, left = rng.randint(1, 2), rng.randint(1, 2)
        return [name, top, rows - rng.randint(0, 1), left, columns - rng.randint(0, 1)]
    if name == "remove_every_nth_row":
        return [name, rng.randint(3, rows)]
    return [name, rng.randint(3, columns)] if name == "remove_every_nth_col" else [name]


def _numpy_line(name: str, *numbers: Any) -> str:
    """Return the line that does one operation; nothing for the one that leaves the matrix as it is."""
    match name, *numbers:
        case ["rotate", degrees]:
            return f"matrix = np.rot90(matrix, -{degrees // 90})  # clockwise"
        case ["hmirror"]:
            return "matrix = matrix[::-1]"
        case ["vmirror"]:
            return "matrix = matrix[:, ::-1]"
        case ["dmirror"]:
            return "matrix = matrix.T"
        case ["cmirror"]:
            return "matrix = matrix[::-1, ::-1].T"
        case ["map", old, new]:
            return f"matrix[matrix == {old}] = {new}"
        case ["zero_divisible", divisor]:
            return f"matrix[matrix % {divisor} == 0] = 0"
        case ["crop", top, bottom, left, right]:
            return f"matrix = matrix[{top - 1}:{bottom}, {left - 1}:{right}]"
        case ["remove_every_nth_row", n]:
            return f"matrix = np.delete(matrix, np.s_[{n - 1}::{n}], axis=0)"
        case ["remove_every_nth_col", n]:
            return f"matrix = np.delete(matrix, np.s_[{n - 1}::{n}], axis=1)"
    return ""


def _apply(matrix: Matrix, operation: Operation) -> list[list[int]]:
    """Return the matrix after one operation."""
    rows = [list(row) for row in matrix]
    match operation:
        case ["rotate", degrees]:
            for _ in range(degrees // 90 % 4):
                rows = [list(column) for column in zip(*rows[::-1], strict=True)]
        case ["hmirror"]:
            rows.reverse()
        case ["vmirror"]:
            rows = [row[::-1] for row in rows]
        case ["dmirror"]:
            rows = [list(column) for column in zip(*rows, strict=True)]
        case ["cmirror"]:
            rows = [list(column)[::-1] for column in zip(*rows, strict=True)][::-1]
        case ["map", old, new]:
            rows = [[new if cell == old else cell for cell in row] for row in rows]
        case ["zero_divisible", divisor]:
            rows = [[0 if cell % divisor == 0 else cell for cell in row] for row in rows]
        case ["crop", top, bottom, left, right]:
            rows = [row[left - 1 : right] for row in rows[top - 1 : bottom]]
        case ["remove_every_nth_row", n]:
            rows = [row for i, row in enumerate(rows, 1) if i % n]
        case ["remove_every_nth_col", n]:
            rows = [[cell for i, cell in enumerate(row, 1) if i % n] for row in rows]
        case ["identity"]:
            pass
        case _:
            raise KeyError(f"unknown operation {operation!r}")
    return rows


def _show(matrix: Matrix) -> str:
    return "\n".join(" ".join(map(str, row)) for row in matrix)


def read(question: str) -> dict[str, Any]:
    """Read the matrix, and the operations by their texts."""
    matrix = [[int(cell) for cell in row.split()] for row in re.findall(r"^\d(?: \d)+$", question, re.M)]
    patterns = {name: re.escape(text).replace(r"\{\}", r"(\d+)") for name, text in TEXT.items()}
    operations = []
    for line in re.findall(r"^- (.*)$", question, re.M):
        name, match = next((n, m) for n, pattern in patterns.items() if (m := re.fullmatch(pattern, line)))
        operations.append([name, *map(int, match.groups())])
    return {"matrix": matrix, "operations": operations}


def solve(matrix: Matrix, operations: Sequence[Operation]) -> str:
    """Apply the operations one after the other."""
    for operation in operations:
        matrix = _apply(matrix, operation)
    return _show(matrix)
