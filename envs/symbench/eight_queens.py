"""EightQueens: complete a placing of queens that do not attack each other."""

import random
import re
from itertools import combinations, permutations
from typing import Any

from r1ci_env.envs.answers import index_pairs
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.task import Problem, Task

SHAPES = {  # width of the board, queens that stand there, forbidden cells
    1: (8, (1, 1), (2, 4)),
    2: (8, (1, 2), (3, 8)),
    3: (8, (2, 3), (6, 14)),
    4: (11, (2, 3), (20, 35)),
    5: (14, (2, 4), (45, 70)),
}

Cell = tuple[int, int]


class EightQueens(Task):
    """Place a queen in every row of a board on which some queens stand and some cells are forbidden.

    Description:
        A square board shows queens (1), forbidden cells (X) and empty cells (0). Queens are to be added until every
        row has one and no two share a row, a column or a diagonal.

    Answer format:
        All queens, those given included, as row and column counted from 0: ``0 3, 1 6, ...``, or in brackets.

    Levels:
        8 by 8 up to level 3, as in the original, with 1 to 3 queens and ever more forbidden cells; 11 by 11 at
        level 4 and 14 by 14 with 45 to 70 forbidden cells at level 5.

    Check:
        As many cells as the board has rows, the given queens among them, none forbidden, no two attacking.

    Source and deviations:
        SymBench eight_queens, which does not check that the given queens stay; here that is checked. Larger boards.
    """

    max_answer_chars = 1_000
    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a full placing, keep a few of its queens, and forbid cells that it does not use."""
        width, given, forbidden = SHAPES[level]
        queens = _completed({r: rng.sample(list(range(width)), width) for r in range(width)}) or []
        kept = rng.sample(queens, rng.randint(*given))
        free = [(r, c) for r in range(width) for c in range(width) if (r, c) not in queens]
        closed = rng.sample(free, rng.randint(*forbidden))
        marks = {**dict.fromkeys(kept, "1"), **dict.fromkeys(closed, "X")}
        board = ["".join(marks.get((r, c), "0") for c in range(width)) for r in range(width)]
        shown = "\n".join(board)
        question = (
            f"The board has {width} rows and {width} columns. 1 is a queen that stands there, X a cell on which no "
            f"queen may stand, 0 an empty cell:\n\n{shown}\n\n"
            f"Add queens to those on the board until there are {width} in all, so that no two are in the same row, "
            "column or diagonal.\n"
            "List all queens, those already there included, as row and column counted from 0, in triple angle "
            "brackets, in the form <<<0 3, 1 6, 2 4, ...>>>."
        )
        return self.new_problem(level, question, {"board": board}, _show(queens))

    def from_official(self, item: Any) -> Problem:
        """Take the board of the record; any completion counts."""
        record = item["solution"]
        data, gold = {"board": list(record["initial_board"])}, _show([(r, c) for r, c in record["solution"]])
        return original_problem(self, item["question"], data, gold, "the stored queens do not complete the board")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Test the placing against the board."""
        board, queens = problem.data["board"], index_pairs(answer)
        width = len(board)
        if len(queens) != width or any(index >= width for queen in queens for index in queen):
            return False
        given = {(r, c) for r in range(width) for c in range(width) if board[r][c] == "1"}
        lines = [{r for r, _ in queens}, {c for _, c in queens}, {r + c for r, c in queens}, {r - c for r, c in queens}]
        return (
            all(len(line) == width for line in lines)
            and given <= set(queens)
            and all(board[r][c] != "X" for r, c in queens)
        )

    def size(self, problem: Problem) -> float:
        """Cells that are forbidden, and the area of the board."""
        board = problem.data["board"]
        return len(board) ** 2 + "".join(board).count("X")


def _show(queens: list[Cell]) -> str:
    return ", ".join(f"{r} {c}" for r, c in queens)


def read(question: str) -> dict[str, Any]:
    """Read the board."""
    return {"board": re.findall(r"^[01X]+$", question, re.M)}


def solve(board: list[str]) -> str:
    """Place a queen a row, where the row with the fewest free cells comes first."""
    options = {}
    for r, row in enumerate(board):
        options[r] = [row.index("1")] if "1" in row else [c for c, cell in enumerate(row) if cell == "0"]
    queens = _completed(options) or []
    return ", ".join(f"{r} {c}" for r, c in queens)


def _completed(options: dict[int, list[int]]) -> list[Cell] | None:
    """Return queens for the rows, each in one of its columns, or None."""

    def search(options: dict[int, list[int]]) -> list[Cell] | None:
        if not options:
            return []
        row = min(options, key=lambda r: len(options[r]))
        for column in options[row]:
            rest = {
                r: [c for c in columns if c != column and abs(c - column) != abs(r - row)]
                for r, columns in options.items()
                if r != row
            }
            if (found := search(rest)) is not None:
                return [(row, column), *found]
        return None

    found = search(options)
    return sorted(found) if found else None


def solve_plainly(board: list[str]) -> str:
    """Try all ways to put a queen into every row and column."""
    width = len(board)
    given = [(r, row.index("1")) for r, row in enumerate(board) if "1" in row]
    for columns in permutations(range(width)):
        queens = list(enumerate(columns))
        if (
            all(queen in queens for queen in given)
            and len({r + c for r, c in queens}) == width
            and len({r - c for r, c in queens}) == width
            and all(board[r][c] != "X" for r, c in queens)
        ):
            break
    return ", ".join(f"{r} {c}" for r, c in queens)


def verify(answer: str, board: list[str]) -> bool:
    """Look at every two queens, at the cells they stand on, and at the queens that were there."""
    queens = [tuple(map(int, queen.split())) for queen in answer.split(",")]
    pairs = combinations(queens, 2)
    attacks = any(r == r2 or c == c2 or abs(r - r2) == abs(c - c2) for (r, c), (r2, c2) in pairs)
    kept = sum(board[r][c] == "1" for r, c in queens) == "".join(board).count("1")
    free = all(board[r][c] != "X" for r, c in queens)
    return len(queens) == len(board) and kept and free and not attacks
