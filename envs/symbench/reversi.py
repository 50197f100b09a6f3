"""Reversi: the board after a few moves."""

import random
import re
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
DIRECTIONS = [(dr, dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1) if dr or dc]

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
        return self.new_problem(level, question, {"width": width}, _show(boards[-1]))

    def from_official(self, item: Any) -> Problem:
        """Play the moves from the board shown; from the usual start if it is shown as it is after the moves."""
        question, record = item["question"], item["solution"]
        gold = record["solution"]
        if not (given := attempt(read, question)):
            return self.official_problem(question, {"width": record["board_size"]}, gold, gold, unsure=NOT_READ)
        board, moves, first = given
        width = len(board)
        if any(board[r - 1][c - 1] != "*" for r, c in moves):
            flaw, answer = "a move goes to a cell that is not empty", _show(play(_start(width), moves, first))
            return self.official_problem(question, {"width": width}, answer, gold, flaw)
        unsure = None if gold == _show(play(board, moves, first)) else "our rules of Reversi give another board"
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


def _show(board: Board) -> str:
    return ",".join("".join(board))


def _random_game(rng: random.Random, width: int, count: int) -> tuple[list[Board], list[Cell]]:
    """Return the boards and moves of up to ``count`` moves, fewer if a player cannot move."""
    boards = [_start(width)]
    moves: list[Cell] = []
    empty = [(r, c) for r in range(1, width + 1) for c in range(1, width + 1) if boards[0][r - 1][c - 1] == "*"]
    while len(moves) < count:
        rng.shuffle(empty)
        move = next((cell for cell in empty if _flipped(boards[-1], cell, "01"[len(moves) % 2])), None)
        if move is None:
            break
        empty.remove(move)
        boards.append(play(boards[-1], [move], "01"[len(moves) % 2]))
        moves.append(move)
    return boards, moves


def _flipped(board: Board, cell: Cell, piece: str) -> list[Cell]:
    """Return the cells that change colour when ``piece`` is put on ``cell``, all counted from 1."""
    width, found = len(board), []
    for dr, dc in DIRECTIONS:
        run, r, c = [], cell[0] + dr, cell[1] + dc
        while 1 <= r <= width and 1 <= c <= width and board[r - 1][c - 1] not in ("*", piece):
            run.append((r, c))
            r, c = r + dr, c + dc
        if 1 <= r <= width and 1 <= c <= width and board[r - 1][c - 1] == piece:
            found += run
    return found


def play(board: Board, moves: list[Cell], piece: str) -> Board:
    """Play the moves in turn, ``piece`` first."""
    rows = [list(row) for row in board]
    for cell in moves:
        for r, c in [cell, *_flipped(["".join(row) for row in rows], cell, piece)]:
            rows[r - 1][c - 1] = piece
        piece = "1" if piece == "0" else "0"
    return ["".join(row) for row in rows]


def read(question: str) -> tuple[Board, list[Cell], str]:
    """Read the board, the moves and whose is the first, in our wording or the original's."""
    board = re.findall(r"^[01*]+$", question, re.M)
    moves = [(int(r), int(c)) for r, c in re.findall(r"^(?:Round )?\d+\W.*\((\d+), ?(\d+)\)$", question, re.M)]
    first = re.search(r"^1\. (black|white)|you play (black|white)", question, re.M)
    return board, moves, "0" if "black" in first[0] else "1"


def solve(question: str) -> str:
    """Read the board and play."""
    return _show(play(*read(question)))
