"""Tsumego: the first move that captures white stones on a Go board, whatever White does."""

import functools
import itertools
import operator
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from r1ci_env.envs.answers import board_point
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

SIDE = {1: (5, 7), 2: (9, 13), 3: (7, 9), 4: (10, 13), 5: (5, 6)}
MOVES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}  # of Black, until the capture
STONES = {1: (10, 12), 2: (8, 6), 3: (9, 9), 4: (10, 8), 5: (11, 12)}
"""Of 32 points those that get a black stone, and of 32 others those that get a white one."""
ORDINALS = {1: "first", 2: "second", 3: "third"}
Point = tuple[int, int]
Stones = dict[Point, str]
COLUMNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Tsumego(Task):
    """Find the move after which Black captures white stones by force.

    Description:
        A Go position is given with Black to move. Asked is the one move after which Black can capture some white
        stone within a stated number of moves, however White answers.

    Answer format:
        The point, such as ``C4``.

    Levels:
        One move on boards of side 5 to 7 and 9 to 13 at levels 1 and 2, as in the original; two moves at levels 3 and
        4; three moves at level 5.

    Check:
        The answer must be the point. All moves of both sides are searched when a problem is made, threats to several
        groups at once included; no capture is possible sooner.

    Source and deviations:
        Reasoning-Gym tsumego. In a third of its items its stored move captures nothing, because stray stones have been
        put into the shape: these are flawed. For original items every move that captures at once is right (where the
        question asks for as many stones as possible, those that capture the most); if there is none, the moves that
        force a capture with the second move, or else with the third.
    """

    plain_levels = 4

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw positions until exactly one move captures within the moves of the level, and none sooner."""
        moves = MOVES[level]
        while True:
            position = _random_position(rng.randint(*SIDE[level]), STONES[level], rng)
            if moves > 1:
                for group in position.groups(1):
                    if position.liberties(group).bit_count() == 1:  # it would be captured too soon
                        position.stones[1] ^= group
            if any(any(_captures(position, sooner)) for sooner in range(2, moves)):
                continue
            right = [point for point, _ in itertools.islice(_captures(position, moves), 2)]
            if len(right) == 1:
                break
        board = position.rows()
        question = (
            f"Go, Black (X) to move. O is White, a dot an empty point.\n\n{_draw(board)}\n\n"
            "Stones of one colour that are joined along the lines are a group; a group whose last empty neighbour "
            "point is taken by the opponent is captured. Suicide is not allowed, nor is retaking a single stone "
            "at once with a stone that would itself be captured alone in the same way (ko). White may pass.\n"
            "There is exactly one first move for Black after which, whatever White does, Black can capture one or more "
            f"of the white stones that are on the board now, with his {ORDINALS[moves]} move at the latest. Which "
            "point is it? Answer with column and row in triple angle brackets, for example <<<C4>>>."
        )
        return self.new_problem(level, question, {"board": board, "points": right, "moves": moves}, right[0])

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the point."""
        letter, number = board_point(answer)
        return f"{letter.upper()}{number}" in problem.data["points"]

    def program(self, problem: Problem) -> str | None:
        """Search as deep as the question asks for."""
        instance = self.instance(problem)
        board = {"board": instance["board"]}
        if instance["moves"] == 1:
            return self._bounded(program(_capture_now, board), problem)
        return self._bounded(
            program(_capture_next, board) if instance["moves"] == 2 else program(solve, instance), problem
        )

    def size(self, problem: Problem) -> float:
        """Moves until the capture, then the side of the board."""
        return float(100 * problem.data["moves"] + len(problem.data["board"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Look for captures at once, else for captures with the second or the third move."""
        board = ["".join(row) for row in item["metadata"]["board"]]
        position = _position(board)
        points = dict(_captures(position, 1))
        if points and "as many" in item["question"]:
            points = {point: stones for point, stones in points.items() if stones == max(points.values())}
        points = points or dict(_captures(position, 2)) or dict(_captures(position, 3))
        gold = item["answer"].strip().upper()
        flaw = None
        if not points:
            flaw = "no move captures white stones within three moves"
        elif gold not in points:
            flaw = "the stored move captures nothing, or later than another does"
        data = {"board": board, "points": list(points), "moves": 1}
        answer = gold if gold in points else next(iter(points), "(none)")
        return self.official_problem(item["question"], data, answer, item["answer"], flaw)


def _random_position(side: int, stones: tuple[int, int], rng: random.Random) -> "_Position":
    """Scatter stones, and take off the groups that have no liberty."""
    points = _points(side)
    black, white = (_scatter(points, chance, rng) for chance in stones)
    position = _Position(side, black, white & ~black)
    for color in (0, 1):
        position.stones[color] = position.group(position.around(position.empty()) & position.stones[color], color)
    return position


def _scatter(points: int, chance: int, rng: random.Random) -> int:
    """Return some of the points, each with a chance of so many in 32."""
    found = 0
    for digit in range(5):
        drawn = rng.getrandbits(points.bit_length())
        found = found | drawn if chance >> digit & 1 else found & drawn
    return found & points


@functools.cache
def _points(side: int) -> int:
    return sum((2**side - 1) << r * (side + 1) for r in range(side))


def _position(board: list[str]) -> "_Position":
    black, white = (
        sum(1 << r * (len(board) + 1) + c for r, row in enumerate(board) for c, mark in enumerate(row) if mark == color)
        for color in "XO"
    )
    return _Position(len(board), black, white)


def _draw(board: list[str]) -> str:
    side = len(board)
    rows = [f"{side - r:2} {' '.join(row)}" for r, row in enumerate(board)]
    return "\n".join([*rows, "   " + " ".join(COLUMNS[:side])])


def _captures(position: "_Position", moves: int) -> Iterator[tuple[str, int]]:
    """Yield the first moves after which Black captures a present stone within ``moves``, and how many at once."""
    target = position.stones[1]
    for point, new in position.winning_moves(target, moves):
        yield position.name(point), (target & ~new.stones[1]).bit_count()


class _Position:
    """Stones of Black and White as bits; rows are one bit apart, so that shifts never join their ends."""

    def __init__(self, side: int, black: int, white: int) -> None:
        self.side, self.width, self.points = side, side + 1, _points(side)
        self.stones, self.ko = [black, white], 0

    def after_pass(self) -> "_Position":
        return _Position(self.side, *self.stones)

    def after(self, color: int, point: int) -> "_Position | None":
        """Return the position after a move, or None if it is not legal."""
        if point == self.ko:
            return None
        new = self.after_pass()
        new.stones[color] |= point
        captured = 0
        for other in _single_bits(self.around(point) & self.stones[1 - color]):
            if not other & captured:
                group = new.group(other, 1 - color)
                if not new.liberties(group):
                    captured |= group
        new.stones[1 - color] ^= captured
        own = new.group(point, color)
        liberties = new.liberties(own)
        if not liberties:
            return None
        if own == point and captured == liberties and captured.bit_count() == 1:
            new.ko = captured
        return new

    def around(self, points: int) -> int:
        return (points << 1 | points >> 1 | points << self.width | points >> self.width) & self.points

    def empty(self) -> int:
        return self.points & ~(self.stones[0] | self.stones[1])

    def group(self, point: int, color: int) -> int:
        found, grown = 0, point
        while grown != found:
            found = grown
            grown |= self.around(grown) & self.stones[color]
        return found

    def groups(self, color: int) -> Iterator[int]:
        left = self.stones[color]
        while left:
            group = self.group(left & -left, color)
            left &= ~group
            yield group

    def liberties(self, group: int) -> int:
        return self.around(group) & self.empty()

    def name(self, point: int) -> str:
        row, column = divmod(point.bit_length() - 1, self.width)
        return f"{COLUMNS[column]}{self.side - row}"

    def rows(self) -> list[str]:
        black, white = self.stones
        return [
            "".join(
                "X" if black >> r * self.width + c & 1 else "O" if white >> r * self.width + c & 1 else "."
                for c in range(self.side)
            )
            for r in range(self.side)
        ]

    def weak(self, target: int, most: int) -> list[int]:
        """Return the liberties of each white group with a stone of ``target`` that has at most ``most`` of them."""
        found = []
        while target:
            group = self.group(target & -target, 1)
            target &= ~group
            liberties = self.liberties(group)
            if liberties.bit_count() <= most:
                found.append(liberties)
        return found

    def winning_moves(self, target: int, moves: int) -> Iterator[tuple[int, "_Position"]]:
        """Yield Black's moves after which he captures a stone of ``target`` within ``moves``, and what they lead to.

        White may pass, so that a move may take away one liberty: after it some group must have fewer than ``moves``.
        """
        weak = self.weak(target, moves)
        near = any(liberties.bit_count() < moves for liberties in weak)
        for point in _single_bits(self.empty() if near else functools.reduce(operator.or_, weak, 0)):
            new = self.after(0, point)
            if new and (target & ~new.stones[1] or (moves > 1 and new.is_lost(target, moves - 1))):
                yield point, new

    def is_lost(self, target: int, moves: int) -> bool:
        """Whether White, to move, loses a stone of ``target`` within ``moves`` of Black, whatever White does."""
        if not any(self.after_pass().winning_moves(target, moves)):
            return False
        replies = self.empty()
        if moves == 1:  # some groups are in atari: only their last liberties and captures of black stones can help
            last = [*self.weak(target, 1), *map(self.liberties, self.groups(0))]
            replies = functools.reduce(operator.or_, (point for point in last if point.bit_count() == 1))
        for point in _single_bits(replies):
            new = self.after(1, point)
            if new and not any(new.winning_moves(target, moves)):
                return False
        return True


def _single_bits(number: int) -> list[int]:
    found = []
    while number:
        found.append(number & -number)
        number &= number - 1
    return found


def read(question: str) -> dict[str, Any]:
    """Read the rows of the board, and within how many moves Black captures."""
    board = [row.replace(" ", "") for row in re.findall(r"^ ?\d+ ([XO. ]+)$", question, re.M)]
    ordinal = re.search(r"with his (\w+) move", question)[1]
    return {"board": board, "moves": next(number for number, name in ORDINALS.items() if name == ordinal)}


def solve(board: list[str], moves: int) -> str:
    """Search all first moves, all replies and so on, with stones as bits."""
    return next(_captures(_position(board), moves), ("", 0))[0]


def solve_plainly(board: list[str], moves: int) -> str:
    """Look for a white group with one liberty, or for a move after which there is one whatever White does."""
    return _capture_now(board) if moves == 1 else _capture_next(board)


def _capture_now(board: list[str]) -> str:
    """Find the white group with one liberty."""
    points = {(r, c): mark for r, row in enumerate(board) for c, mark in enumerate(row)}
    for point in points:
        if points[point] == "O":
            group, liberties = [point], set()
            for r, c in group:
                for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                    if points.get(near) == "O" and near not in group:
                        group.append(near)
                    elif points.get(near) == ".":
                        liberties.add(near)
            if len(liberties) == 1:
                r, c = liberties.pop()
                return f"{chr(65 + c)}{len(board) - r}"
    return ""


def _capture_next(board: list[str]) -> str:
    """Find the move after which, whatever White does, a white group has one liberty that Black may take."""
    points = {(r, c): mark for r, row in enumerate(board) for c, mark in enumerate(row)}
    white = [point for point in points if points[point] == "O"]
    for point in points:
        after, ko = _played(points, point, "X", None)
        if after and _can_capture(after, white, None):  # if White passes
            replies = [_played(after, reply, "O", ko) for reply in after]
            if all(_can_capture(stones, white, ko) for stones, ko in replies if stones):
                return f"{chr(65 + point[1])}{len(board) - point[0]}"
    return ""


def _joined(stones: Stones, point: Point) -> tuple[list[Point], set[Point]]:
    """Return the stones that are joined to that on a point, and their liberties."""
    group, liberties = [point], set()
    for r, c in group:
        for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if stones.get(near) == stones[point] and near not in group:
                group.append(near)
            elif stones.get(near) == ".":
                liberties.add(near)
    return group, liberties


def _played(stones: Stones, point: Point, color: str, ko: Point | None) -> tuple[Stones, Point | None]:
    """Return the stones after a move and the point of a ko; no stones if the move is not legal."""
    if stones[point] != "." or point == ko:
        return {}, None
    stones = stones | {point: color}
    captured = []
    r, c = point
    for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
        if stones.get(near, ".") not in (".", color):
            group, liberties = _joined(stones, near)
            captured += [] if liberties else group
    stones |= dict.fromkeys(captured, ".")
    group, liberties = _joined(stones, point)
    ko = captured[0] if len(captured) == len(group) == len(liberties) == 1 else None
    return (stones, ko) if liberties else ({}, None)


def _can_capture(stones: Stones, white: list[Point], ko: Point | None) -> bool:
    """Whether Black can take the last liberty of one of the white stones."""
    last = [_joined(stones, point)[1] for point in white]
    return any(len(liberties) == 1 and ko not in liberties for liberties in last)
