"""KnightSwap: swap white and black knights on an odd board, moving in turns."""

import itertools
import json
import random
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from r1ci_env.envs.answers import steps, word
from r1ci_env.task import Problem, Task

SQUARES = {1: (6, 7), 2: (7, 8), 3: (8, 9), 4: (9, 10), 5: (11, 12)}
KNIGHTS = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}
WIDTHS = {1: (3, 4), 2: (3, 4), 3: (4, 4), 4: (4, 4), 5: (4, 5)}
IMPOSSIBLE = 0.2
MAX_STATES = 5_000
MOVE = re.compile(
    r"""([wb])(?:hite|lack)?(?:\s+knight)?["']?\s*[,:]?\s*(?:from\s+)?["']?([a-z]\d{1,2})["']?\s*(?:,|-?>|→|-|\bto\b)\s*["']?([a-z]\d{1,2})(?!\d)""",
    re.I | re.ASCII,
)
Move = tuple[str, str, str]  # side, square it leaves, square it goes to
Board = dict[str, list[str]]  # the squares, and where a knight can go from each


class KnightSwap(Task):
    """Exchange the places of white and black knights by knight's moves, or say that it cannot be done.

    Description:
        White and black knights stand on some of the squares of a small board with gaps. The sides move in turns, white
        first, only onto empty squares. A list of moves after which white stands where black stood and the other way
        round is asked for, or "No".

    Answer format:
        ``["w,A1,B3", "B,C2,A1"]``, or ``No``.

    Levels:
        6 to 7 squares with 1 knight a side at level 1, 9 to 10 squares with 2 at level 4 (the original has 7 to 9
        squares with 2), 11 to 12 squares with 3 at level 5.

    Check:
        The plan is simulated; it need not be shortest. ``No`` is right only where an exhaustive search proves that no
        plan exists.

    Source and deviations:
        Reasoning-Gym knight_swap, whose problems depend on the hash seed and take up to seconds to make. One problem in
        five is impossible, as there. The rule that a side must move in its turn is stated.
    """

    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw boards and knights until the swap is possible, or impossible, as wanted."""
        possible = rng.random() >= IMPOSSIBLE
        while True:
            board = _random_board(rng.randint(*SQUARES[level]), rng.randint(*WIDTHS[level]), rng)
            squares = list(board)
            knights = rng.sample(squares, 2 * KNIGHTS[level])
            white, black = sorted(knights[::2]), sorted(knights[1::2])
            moves = _plan(board, white, black, "w", MAX_STATES if possible else MAX_STATES // 40)
            if moves if possible else moves is None:
                break
        question = (
            "On a board with gaps stand white knights (w) and black knights (B); a dot is an empty square, and a blank "
            f"is no square at all:\n\n{_draw(squares, white, black)}\n\n"
            "White and black move in turns, and white begins. In its turn a side must move one of its knights as in "
            "chess (two squares in one direction and one across, over anything between) to an empty square of the "
            "board. The white knights are to come to the squares where the black ones stand now, and the black knights "
            "to those where the white ones stand now.\n"
            'If it can be done, list the moves between <<< and >>> in the form <<<["w,A1,B3", "B,C2,A1"]>>>, each with '
            "the side, the square it leaves and the square it goes to. If it cannot be done, answer <<<No>>>."
        )
        data = {"squares": squares, "white": white, "black": black, "first": "w", "possible": possible}
        return self.new_problem(level, question, data, _show(moves))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the plan."""
        if not problem.data["possible"]:
            return word(answer).casefold() == "no"
        board = _board(problem.data["squares"])
        start = set(problem.data["white"]), set(problem.data["black"])
        sides = [set(start[0]), set(start[1])]
        for turn, (color, source, target) in enumerate(_moves(answer), problem.data["first"] == "B"):
            mover = sides[turn % 2]
            if color != "wB"[turn % 2] or source not in mover or target not in board[source]:
                return False
            if target in sides[0] or target in sides[1]:
                return False
            mover.remove(source)
            mover.add(target)
        return (sides[1], sides[0]) == start

    def size(self, problem: Problem) -> float:
        """Number of squares and knights."""
        return float(len(problem.data["squares"]) + 4 * len(problem.data["white"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the board from the metadata, and search."""
        pieces = item["metadata"]["pieces"]
        squares = sorted(item["metadata"]["board"], key=_row_and_column)
        white, black = ([s for s in squares if pieces.get(s) == color] for color in ("w", "B"))
        first = item["metadata"]["start_turn"]
        moves = _plan(_board(squares), white, black, first)
        data = {
            "squares": squares,
            "white": white,
            "black": black,
            "first": first,
            "possible": moves is not None,
        }
        problem = self.official_problem(item["question"], data, item["answer"], item["answer"])
        if self.check(problem, item["answer"]):
            return problem
        return self.official_problem(item["question"], data, _show(moves), item["answer"], "the stored answer is wrong")


def _moves(answer: str) -> list[Move]:
    """Read the moves: ``w,A1,B3`` or a list of the three, arrows included."""
    found = [move.groups() for move in steps(answer, MOVE)]
    return [("wB"[color in "Bb"], source.upper(), target.upper()) for color, source, target in found]


def _random_board(count: int, width: int, rng: random.Random) -> Board:
    """Grow a set of squares that knight's moves connect."""
    everything = _full_board(width)
    chosen = {rng.choice(list(everything))}
    while len(chosen) < count:
        near = {square for one in chosen for square in everything[one]} - chosen
        chosen.add(rng.choice(sorted(near)))
    return {one: [other for other in near if other in chosen] for one, near in everything.items() if one in chosen}


@cache
def _full_board(width: int) -> Board:
    return _board([f"{column}{row}" for row in range(4, 0, -1) for column in "ABCDE"[:width]])


def _row_and_column(square: str) -> tuple[int, str]:
    return -int(square[1:]), square[0]


def _board(squares: list[str]) -> Board:
    """Return the squares with the knight's moves between them."""

    def joined(one: str, other: str) -> bool:
        columns, rows = ord(one[0]) - ord(other[0]), int(one[1:]) - int(other[1:])
        return abs(columns * rows) == 2

    return {one: [other for other in squares if joined(one, other)] for one in squares}


def _draw(squares: list[str], white: list[str], black: list[str]) -> str:
    columns = "ABCDE"[: max(ord(square[0]) for square in squares) - 64]
    marks = {square: "w" if square in white else "B" if square in black else "." for square in squares}
    rows = range(max(int(square[1:]) for square in squares), 0, -1)
    drawn = [f"{row} " + " ".join(marks.get(f"{column}{row}", " ") for column in columns).rstrip() for row in rows]
    return "\n".join([*drawn, "  " + " ".join(columns)])


def _show(moves: list[Move] | None) -> str:
    return "No" if moves is None else json.dumps([",".join(move) for move in moves])


def _plan(
    board: Board, white: list[str], black: list[str], first: str = "w", max_states: int = 10**7
) -> list[Move] | None:
    """Search from both ends, breadth first; None if there is no plan, [] if it is not known after ``max_states``.

    A state is a number: bits of the white knights, of the black ones above them, and on top the side to move. If one
    of the searches comes to its end before they meet, no plan exists.
    """
    squares = list(board)
    count = len(squares)
    reach = [sum(1 << squares.index(target) for target in board[square]) for square in squares]
    white_bits, black_bits = (sum(1 << squares.index(square) for square in side) for side in (white, black))
    start = white_bits | black_bits << count | (first == "B") << 2 * count
    goal = black_bits | white_bits << count
    origins: list[dict[int, int | None]] = [{start: None}, {goal: None, goal | 1 << 2 * count: None}]
    fronts = [list(origin) for origin in origins]
    while fronts[0] and fronts[1]:
        if len(origins[0]) + len(origins[1]) > max_states:
            return []
        end = len(fronts[0]) > len(fronts[1])
        known, opposite = origins[end], origins[not end]
        front, fronts[end] = fronts[end], []
        for state in front:
            for neighbour in _neighbours(state, end, count, reach):
                if neighbour not in known:
                    known[neighbour] = state
                    fronts[end].append(neighbour)
                    if neighbour in opposite:
                        return _trace(neighbour, origins, squares)
    return None


def _neighbours(state: int, backward: bool, count: int, reach: list[int]) -> list[int]:
    """Return the states one move later, or one move earlier: then the side moved that is not to move."""
    everything = 2**count - 1
    free = everything & ~(state | state >> count)
    shift = (state >> 2 * count ^ backward) * count
    state ^= 1 << 2 * count
    movers = state >> shift & everything
    found = []
    while movers:
        knight = movers & -movers
        movers ^= knight
        targets = reach[knight.bit_length() - 1] & free
        while targets:
            target = targets & -targets
            targets ^= target
            found.append(state ^ (knight | target) << shift)
    return found


def _trace(meeting: int, origins: list[dict[int, int | None]], squares: list[str]) -> list[Move]:
    """Return the moves of the way through the state in which the two searches met."""
    way = [meeting]
    while (earlier := origins[0][way[-1]]) is not None:
        way.append(earlier)
    way.reverse()
    while (later := origins[1][way[-1]]) is not None:
        way.append(later)
    positions = 4 ** len(squares) - 1
    moves = []
    for one, other in itertools.pairwise(way):
        source, target = one & ~other & positions, other & ~one & positions
        left, reached = (squares[(bit.bit_length() - 1) % len(squares)] for bit in (source, target))
        moves.append(("wB"[one > positions], left, reached))
    return moves


def read(question: str) -> dict[str, Any]:
    """Read the squares of the board, and those of the white and of the black knights."""
    marks: dict[str, str] = {}
    for row, line in re.findall(r"^(\d) (.*)$", question, re.M):
        marks |= {f"{chr(65 + i // 2)}{row}": mark for i, mark in enumerate(line) if mark in "wB."}
    white, black = ([square for square, mark in marks.items() if mark == side] for side in "wB")
    return {"squares": list(marks), "white": white, "black": black}


def solve(squares: list[str], white: list[str], black: list[str]) -> str:
    """Search breadth first from both ends, with places of knights as bits, until the searches meet."""
    return _show(_plan(_board(squares), white, black))


def solve_plainly(squares: list[str], white: list[str], black: list[str]) -> str:
    """Search breadth first over where the knights stand and who is to move."""
    queue: list[tuple[frozenset[str], frozenset[str], list[str]]] = [(frozenset(white), frozenset(black), [])]
    seen = set()
    for w, b, moves in queue:
        if w == set(black) and b == set(white):
            return json.dumps(moves)
        side = "wB"[len(moves) % 2]
        movers = w if side == "w" else b
        for source, target in itertools.product(sorted(movers), squares):
            columns, rows = abs(ord(source[0]) - ord(target[0])), abs(int(source[1]) - int(target[1]))
            if columns * rows == 2 and target not in w | b:
                moved = movers - {source} | {target}
                state = (moved, b) if side == "w" else (w, moved)
                if (state, side) not in seen:
                    seen.add((state, side))
                    queue.append((*state, [*moves, f"{side},{source},{target}"]))
    return "No"
