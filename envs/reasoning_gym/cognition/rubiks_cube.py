"""RubiksCube: turn a scrambled cube back."""

import random
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from r1ci_env.envs.answers import steps
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

TURNS = {1: (3, 4), 2: (4, 6), 3: (7, 10), 4: (14, 18), 5: (30, 40)}
COLORS = "YRGOBW"  # of the faces below when the cube is solved
FACES = "ULFRBD"
AXES = {  # outward direction of each face, then where its columns and its rows lead in the unfolded picture
    "U": ((0, 1, 0), (1, 0, 0), (0, 0, 1)),
    "L": ((-1, 0, 0), (0, 0, 1), (0, -1, 0)),
    "F": ((0, 0, 1), (1, 0, 0), (0, -1, 0)),
    "R": ((1, 0, 0), (0, 0, -1), (0, -1, 0)),
    "B": ((0, 0, -1), (-1, 0, 0), (0, -1, 0)),
    "D": ((0, -1, 0), (1, 0, 0), (0, 0, -1)),
}
TURN = re.compile(r"[ULFRBD](?:2'?|'?)")
LAYERED_TURN = re.compile(r"[1-9]?[ULFRBD]w?(?:2'?|'?)")  # of original items with larger cubes: 2R, Rw, 3Rw'
MAX_TURNS = 5_000
APOSTROPHES = str.maketrans("’′`", "'''")


class RubiksCube(Task):
    """Solve a scrambled 3 by 3 by 3 cube.

    Description:
        The unfolded picture of a cube is given; turns of its faces that make every face of one colour are asked for.

    Answer format:
        Turns in Singmaster notation: ``U R' F2``.

    Levels:
        Scrambled by 3 to 4 turns at level 1 up to 30 to 40 at level 5; levels 1 to 3 span the original's 3 to 10.

    Check:
        The turns are simulated on the stickers; in the end every face must have one colour. Any number of turns is
        right. In original items half turns must be written as two turns, as their question asks.

    Source and deviations:
        Reasoning-Gym rubiks_cube, which stores no answer; the inverse of its scramble is one. Scrambles never turn one
        face twice in a row.
    """

    no_program: ClassVar[str] = "from level 3 on, cubes are too far from solved for a search of a few lines"

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Scramble a solved cube."""
        stickers = _solved(3)
        while stickers == _solved(3):
            scramble: list[str] = []
            for _ in range(rng.randint(*TURNS[level])):
                face = rng.choice([face for face in FACES if not scramble or face != scramble[-1][0]])
                scramble.append(face + rng.choice(("", "'", "2")))
            stickers = _turned(_solved(3), _quarters(" ".join(scramble)), 3)
        question = (
            "This is the unfolded picture of a 3 by 3 by 3 cube. In the middle row stand the left, the front, the "
            "right and the back face, above the front face the upper and below it the lower one. Letters are colours."
            "\n\n"
            f"{_draw(stickers)}\n\n"
            "Turn faces until each face has one colour. U, D, L, R, F and B turn the upper, lower, left, right, front "
            "and back face a quarter clockwise, as seen when looking at that face; U' turns it anticlockwise, and U2 "
            "turns it a half.\n"
            "Give the turns, separated by blanks, in triple angle brackets, for example <<<U R' F2>>>."
        )
        data = {"stickers": stickers, "side": 3, "half_turns": True, "turns": len(scramble)}
        return self.new_problem(level, question, data, " ".join(_inverse(turn) for turn in reversed(scramble)))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the turns."""
        side = problem.data["side"]
        pattern = TURN if side <= 3 else LAYERED_TURN
        turns = [turn[0] for turn in steps(answer.translate(APOSTROPHES), pattern)]
        if len(turns) > MAX_TURNS or (not problem.data["half_turns"] and any("2" in turn[1:] for turn in turns)):
            return False
        stickers = _turned(problem.data["stickers"], _quarters(" ".join(turns)), side)
        return all(len(set(stickers[i : i + side * side])) == 1 for i in range(0, len(stickers), side * side))

    def size(self, problem: Problem) -> float:
        """Number of turns of the scramble."""
        return float(problem.data["turns"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Scramble as the metadata says."""
        metadata = item["metadata"]
        side, scramble = metadata["cube_size"], metadata["scramble_moves"].split()
        stickers = _turned(_solved(side), _quarters(metadata["scramble_moves"]), side)
        data = {"stickers": stickers, "side": side, "half_turns": False, "turns": len(scramble)}
        turns = [turn for word in reversed(scramble) for turn in _quarters(_inverse(word))]
        answer = " ".join(turns) or "U U'"
        return self.official_problem(item["question"], data, answer, item["answer"], "no stored answer")

    def program(self, problem: Problem) -> str | None:
        """Search from both ends, where few turns suffice."""
        return program(solve_plainly, self.instance(problem)) if 1 <= problem.level <= 2 else None


def _inverse(turn: str) -> str:
    name = turn.rstrip("2'")
    return name + {"": "'", "'": "", "2": "2"}[turn.removeprefix(name)]


def _quarters(turns: str) -> list[str]:
    """Split turns, a half turn into two quarters."""
    return [quarter for turn in turns.split() for quarter in ([turn.rstrip("2'")] * 2 if "2" in turn[1:] else [turn])]


def _solved(side: int) -> str:
    return "".join(color * side * side for color in COLORS)


@cache
def _places(side: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return place and outward direction of every sticker, face by face, row by row."""
    heights = range(1 - side, side, 2)
    return [
        (tuple((side - 1) * o + x * r + y * d for o, r, d in zip(*AXES[face], strict=True)), AXES[face][0])
        for face in FACES
        for y in heights
        for x in heights
    ]


@cache
def _sources(turn: str, side: int) -> list[int]:
    """Return for every sticker's place the place whose sticker comes there."""
    layer, face, wide = re.match(r"(\d?)(.)(w?)", turn).groups()
    last = int(layer or (2 if wide else 1))
    turning = [side + 1 - 2 * i for i in range(1 if wide else last, last + 1)]  # heights of the layers above the centre
    outward = AXES[face][0]
    places = _places(side)
    index = {place: i for i, place in enumerate(places)}

    def rotated(v: tuple[int, ...]) -> tuple[int, ...]:
        """Turn a quarter clockwise about ``outward``: keep the part along it, turn the rest by a cross product."""
        along = sum(a * b for a, b in zip(v, outward, strict=True))
        (a, b, c), (x, y, z) = outward, v
        cross = (y * c - z * b, z * a - x * c, x * b - y * a)
        return tuple(along * o + q for o, q in zip(outward, cross, strict=True))

    sources = list(range(len(places)))
    for i, (place, direction) in enumerate(places):
        if sum(a * b for a, b in zip(place, outward, strict=True)) in turning:
            sources[index[rotated(place), rotated(direction)]] = i
    if turn.endswith("'"):
        forward = list(sources)
        for target, source in enumerate(forward):
            sources[source] = target
    return sources


def _turned(stickers: str, turns: list[str], side: int) -> str:
    for turn in turns:
        stickers = "".join([stickers[i] for i in _sources(turn, side)])
    return stickers


def _draw(stickers: str) -> str:
    rows = [stickers[i : i + 3] for i in range(0, 54, 3)]
    upper, lower = (["    " + row for row in part] for part in (rows[:3], rows[15:]))
    middle = [" ".join(rows[3 * face + i] for face in range(1, 5)) for i in range(3)]
    return "\n".join(upper + middle + lower)


def read(question: str) -> dict[str, Any]:
    """Read the stickers of the faces U, L, F, R, B and D, row by row."""
    rows = [row.split() for row in re.findall(r"^ *[A-Z]{3}(?: [A-Z]{3}){0,3}$", question, re.M)]
    middle = [[row[face] for row in rows[3:6]] for face in range(4)]
    faces = [[row[0] for row in rows[:3]], *middle, [row[0] for row in rows[6:]]]
    return {"cube": "".join("".join(face) for face in faces)}


def solve(cube: str) -> str:
    """Solve piece by piece: the lower cross, the corners and edges of the lower layers, the upper layer."""
    # Each stage searches sequences of words of turns that leave alone what the stages before have done, apart from
    # the pieces that it follows.
    single = [face + way for face in FACES for way in ("", "'", "2")]
    upper = ["U", "U'", "U2"]
    lifts = [f"{face}{way} {u} {face}{back}" for face in "LFRB" for way, back in (("'", ""), ("", "'")) for u in upper]
    edge_words = _around("F R U R' U' F'", "R U R' U R U2 R'")
    corner_words = _around("R U R' U R U2 R'", "R' F R' B2 R F' R' B2 R2")
    stages = [(piece, single) for piece in ("DF", "DR", "DB", "DL")]
    stages += [(piece, upper + lifts) for piece in ("DFR", "FR", "DRB", "RB", "DLB", "LB", "DLF", "LF")]
    stages += [("UF UR UB UL", upper + edge_words), ("UFR URB ULB ULF", upper + corner_words)]
    followed: list[int] = []
    done: list[str] = []
    for pieces, words in stages:
        followed += [_home(piece) for piece in pieces.split()]
        ways = {word: _destinations(_quarters(word)) for word in words}
        found = _search(tuple(_whereabouts(cube, home) for home in followed), tuple(followed), ways)
        done += found
        cube = _turned(cube, [turn for word in found for turn in _quarters(word)], 3)
    return " ".join(done)


def _around(*words: str) -> list[str]:
    """Return the words as seen from the four sides, and their inverses."""
    found = []
    for word in words:
        for i in range(4):
            seen = "".join("FRBL"[("FRBL".index(c) + i) % 4] if c in "FRBL" else c for c in word)
            found += [seen, " ".join(_inverse(turn) for turn in reversed(seen.split()))]
    return found


def _pieces() -> dict[str, list[int]]:
    """Return the stickers of every piece by the names of its faces, in the order of the faces."""
    by_place: dict[tuple[int, ...], list[int]] = {}
    for i, (place, _) in enumerate(_places(3)):
        by_place.setdefault(place, []).append(i)
    return {"".join(FACES[i // 9] for i in places): places for places in by_place.values()}


def _home(piece: str) -> int:
    """Return the place of the first sticker of a piece in a solved cube."""
    return next(places[0] for name, places in _pieces().items() if sorted(name) == sorted(piece))


def _whereabouts(stickers: str, home: int) -> int:
    """Return the place where the sticker is now that belongs to ``home``."""
    centers = [stickers[9 * face + 4] for face in range(6)]
    pieces = _pieces().values()
    wanted = next([centers[i // 9] for i in places] for places in pieces if home in places)
    now = next(places for places in pieces if sorted(stickers[i] for i in places) == sorted(wanted))
    return next(i for i in now if stickers[i] == centers[home // 9])


def _destinations(turns: list[str]) -> list[int]:
    """Return for every place where its sticker goes."""
    sources = list(range(54))
    for turn in turns:
        sources = [sources[i] for i in _sources(turn, 3)]
    found = [0] * 54
    for target, source in enumerate(sources):
        found[source] = target
    return found


def _search(start: tuple[int, ...], goal: tuple[int, ...], ways: dict[str, list[int]]) -> list[str]:
    """Return words that lead from start to goal, by breadth-first search from both ends."""
    reverse = {word: _inverted(way) for word, way in ways.items()}
    reached: list[dict[tuple[int, ...], list[str]]] = [{start: []}, {goal: []}]
    fronts = [[start], [goal]]
    while True:
        shared = [state for front in fronts for state in front if state in reached[0] and state in reached[1]]
        if shared:
            return reached[0][shared[0]] + reached[1][shared[0]]
        end = len(fronts[0]) > len(fronts[1])
        front, fronts[end] = fronts[end], []
        for state in front:
            for word, way in (reverse if end else ways).items():
                following = tuple([way[i] for i in state])
                if following not in reached[end]:
                    path = reached[end][state]
                    reached[end][following] = [word, *path] if end else [*path, word]
                    fronts[end].append(following)


def _inverted(way: list[int]) -> list[int]:
    return sorted(range(len(way)), key=way.__getitem__)


RINGS = {  # where the twelve stickers around each face go: each to the place three further on
    "U": [18, 19, 20, 9, 10, 11, 36, 37, 38, 27, 28, 29],
    "L": [18, 21, 24, 45, 48, 51, 44, 41, 38, 0, 3, 6],
    "F": [6, 7, 8, 27, 30, 33, 47, 46, 45, 17, 14, 11],
    "R": [20, 23, 26, 2, 5, 8, 42, 39, 36, 47, 50, 53],
    "B": [2, 1, 0, 9, 12, 15, 51, 52, 53, 35, 32, 29],
    "D": [24, 25, 26, 33, 34, 35, 42, 43, 44, 15, 16, 17],
}


def _turn(cube: str, face: str) -> str:
    """Turn a face a quarter clockwise."""
    ring, new = RINGS[face], list(cube)
    for here, there in zip(ring, ring[3:] + ring[:3], strict=True):
        new[there] = cube[here]
    first = 9 * "ULFRBD".index(face)
    for there, here in enumerate([6, 3, 0, 7, 4, 1, 8, 5, 2]):
        new[first + there] = cube[first + here]
    return "".join(new)


def solve_plainly(cube: str) -> str:
    """Search from the cube and from the solved cube, until the two searches meet."""

    def reach(paths: dict[str, list[str]]) -> dict[str, list[str]]:
        reached = dict(paths)
        for state, path in paths.items():
            for face in RINGS:
                for way in ["", "2", "'"]:
                    state = _turn(state, face)
                    reached.setdefault(state, [*path, face + way])
                state = _turn(state, face)
        return reached

    solved = "".join(9 * cube[9 * face + 4] for face in range(6))
    forward: dict[str, list[str]] = {cube: []}
    backward: dict[str, list[str]] = {solved: []}
    while not forward.keys() & backward.keys():
        forward, backward = reach(forward), reach(backward)
    meeting = min(forward.keys() & backward.keys())
    undone = {"": "'", "2": "2", "'": ""}
    back = [move[0] + undone[move[1:]] for move in reversed(backward[meeting])]
    return " ".join(forward[meeting] + back)


def verify(answer: str, cube: str) -> bool:
    """Make the turns, and look whether each face has one colour."""
    for move in answer.split():
        for _ in range({"": 1, "2": 2, "'": 3}[move[1:]]):
            cube = _turn(cube, move[0])
    return all(len(set(cube[i : i + 9])) == 1 for i in range(0, 54, 9))
