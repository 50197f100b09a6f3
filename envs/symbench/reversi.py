"""Reversi: the board after a few moves."""

import random
import re
from itertools import product
from typing import Any

from r1ci_env.envs.answers import cells
from r1ci_env.envs.symbench.original import NOT_READ, attempt
from r1ci_env.task import Problem, Task

SHAPES = {  # width of the board, moves played before it is shown, moves asked for
    1: ((4,), (2, 7), (1, 2)),
    2: ((4, 6), (1, 6), (2, 3)),
    3: ((6,), (0, 10), (3, 5)),
    4: ((8,), (4, 12), (8, 12)),
    5: ((8, 10), (4, 20), (20, 26)),
}

Board = list[str]
Cell = tuple[int, int]


class Reversi(Task):
    """Follow the moves of a game of Reversi.

    Description:
        A board with black pieces (0), white pieces (1) and empty cells (*) is shown, and the next moves, black and
        white in turn. The board after them is asked for.

    Answer format:
        All cells row by row, separated by commas: ``*,0,1,...``.

    Levels:
        1 or 2 moves on 4 by 4 at level 1; 3 to 5 on 6 by 6 at level 3, the original's largest board; 20 to 26 on
        8 by 8 or 10 by 10 at level 5.

    Check:
        Every cell must be right. Rows may be written as lines.

    Source and deviations:
        SymBench reversi, which shows the final board instead of the one before the moves, so that the answer can be
        copied. Here the board before the moves is shown, often from the middle of a game.
    """

    max_answer_chars = 2_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Play legal moves at random from the usual start; show the board before the last of them."""
        widths, before, asked = SHAPES[level]
        while True:
            width, skipped, count = rng.choice(widths), rng.randint(*before), rng.randint(*asked)
            boards, moves = _random_game(rng, width, skipped + count)
            if len(moves) == skipped + count:
                break
        board, shown_moves, black_first = boards[skipped], moves[skipped:], skipped % 2 == 0
        players = ("black", "white") if black_first else ("white", "black")
        listed = "\n".join(f"{i + 1}. {players[i % 2]} at ({r}, {c})" for i, (r, c) in enumerate(shown_moves))
        rows = "\n".join(board)
        question = (
            f"In Reversi on a board of {width} rows and {width} columns, 0 is a black piece, 1 a white piece and * an "
            "empty cell. The players take turns. A player puts a piece on an empty cell; then, in each of the eight "
            "directions (along the row, the column and both diagonals), an unbroken run of the opponent's pieces "
            "between the new piece and another piece of the player changes colour. Only the new piece starts such "
            f"runs.\n\nThe board now:\n{rows}\n\nThe next moves, as (row, column) counted from 1:\n{listed}\n\n"
            "What does the board look like after these moves? List all its cells row by row, separated by commas, in "
            "triple angle brackets, in the form <<<*,0,1,...>>>."
        )
        return self.new_problem(level, question, {"width": width}, solve(board, shown_moves, "01"[skipped % 2]))

    def from_official(self, item: Any) -> Problem:
        """Play the moves from the board shown; from the usual start if it is shown as it is after the moves."""
        question, record = item["question"], item["solution"]
        gold = record["solution"]
        if not (given := attempt(read, question)):
            return self.official_problem(question, {"width": record["board_size"]}, gold, gold, unsure=NOT_READ)
        board, moves, first = given.values()
        width = len(board)
        if any(board[r - 1][c - 1] != "*" for r, c in moves):
            flaw, answer = "a move goes to a cell that is not empty", solve(_start(width), moves, first)
            return self.official_problem(question, {"width": width}, answer, gold, flaw)
        unsure = None if gold == solve(board, moves, first) else "our rules of Reversi give another board"
        return self.official_problem(question, {"width": width}, gold, gold, unsure=unsure)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare cell by cell."""
        return cells(answer, problem.data["width"]) == problem.answer.split(",")

    def size(self, problem: Problem) -> float:
        """Length of the question: the board and the moves."""
        return len(problem.question)


def _start(width: int) -> Board:
    middle, rows = width // 2, [["*"] * width for _ in range(width)]
    rows[middle - 1][middle - 1 : middle + 1] = "1", "0"
    rows[middle][middle - 1 : middle + 1] = "0", "1"
    return ["".join(row) for row in rows]


def _random_game(rng: random.Random, width: int, count: int) -> tuple[list[Board], list[Cell]]:
    """Return the boards and moves of up to ``count`` moves, fewer if a player cannot move."""
    boards = [_start(width)]
    moves: list[Cell] = []
    empty = [(r, c) for r in range(1, width + 1) for c in range(1, width + 1) if boards[0][r - 1][c - 1] == "*"]
    while len(moves) < count:
        rng.shuffle(empty)
        piece, before = "01"[len(moves) % 2], "".join(boards[-1])
        for move in empty:
            after = solve(boards[-1], [move], piece).replace(",", "")
            if after.count(piece) > before.count(piece) + 1:  # it turned some
                break
        else:
            break
        empty.remove(move)
        boards.append([after[i : i + width] for i in range(0, width**2, width)])
        moves.append(move)
    return boards, moves


def read(question: str) -> dict[str, Any]:
    """Read the board, the moves and whose is the first, in our wording or the original's."""
    board = re.findall(r"^[01*]+$", question, re.M)
    moves = [(int(r), int(c)) for r, c in re.findall(r"^(?:Round )?\d+\W.*\((\d+), ?(\d+)\)$", question, re.M)]
    first = re.search(r"^1\. (black|white)|you play (black|white)", question, re.M)
    return {"board": board, "moves": moves, "piece": "0" if "black" in first[0] else "1"}


def solve(board: Board, moves: list[Cell], piece: str) -> str:
    """Put down one piece after the other, and turn the runs that each encloses."""
    grid = {(r, c): cell for r, row in enumerate(board, 1) for c, cell in enumerate(row, 1)}
    for r, c in moves:
        grid[r, c] = piece
        for dr, dc in product((-1, 0, 1), repeat=2):
            run, place = [], (r + dr, c + dc)
            while grid.get(place, "*") not in ("*", piece):
                run.append(place)
                place = (place[0] + dr, place[1] + dc)
            if grid.get(place) == piece:
                grid.update(dict.fromkeys(run, piece))
        piece = "1" if piece == "0" else "0"
    return ",".join(grid.values())
