"""RushHour: clear the way for the red car."""

import random
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from r1ci_env.envs.answers import BadAnswer, steps
from r1ci_env.task import Problem, Task

SIDE = 6
MOVES = {1: (1, 3), 2: (4, 8), 3: (9, 15), 4: (16, 22), 5: (23, 60)}
RANDOM_MOVES = 3
MOVE = re.compile(r"([A-Z])\s*:?\s*([+-])\s*(\d{1,2})(?!\d)", re.I | re.ASCII)
# Hard boards, found by changing random ones step by step, row after row. Below each a
# shortest solution: vehicle and distance of every move, a small letter for a move to the left or up.
HARD_BOARDS = """
CCKKI...H.IMJ.HAAMJBBGGM.LLD..FFFDEE
j1b1l1H2a1I1K1C1j1a2h1m1G1d2F1L4D1H1A1J1c1k1i1A2h2B1J3b1H2a3d2I1K1h3A1B1j3b1f1e1g2l2I2M3K1d1A3
KFNNGGKFICCDKFIAADBBHM.D..HMLL.JJEE.
E1j1H1M1B2F2K2n2g1d1B2I1c3i2h1m1J2F1a2m2b1D1G1l1m1A1f1j1e1D2A2
.xK.II.GKCCD.GAA.D.GJBBDL.JH..LFFHEE
A1G1i1d1B1h1l1f1J1K2c3k2j1F2G1a2h2b1D1I1h1A1g1f1e1D2A2
IKKL..I.DLFF..DAAB..GG.BCCHHHEJJ.x.E
g1I1J1k1d1a2L2f1b2e2H1C1I3a1g1D2f3d2A1G1i2c1h1E1l2A3
J.IDCCJ.ID.FJ.AAMFBBHHMF.ELLKK.E.GGG
a1D1c1f1g1m1H2B2J3a1I1c3d1i1A2e3b1h1l1k1F3m1A2
.xFFF.B.IIC.BLAAC.BLHJGG..HJ.KEEEDDK
B1F1i2L1a1j2g1k3D1E1B1a1G1h3A1b1e1J3g2C2K2A3
..GLLFHHG.CF.IAACFKI.DEEKJxD...J.BB.
B1D1e2C2A1G1l3g1a1c3A1E2d1G2H2i1j1b3D1e1F3A1
.LL.FF.BBBJCAAEGJCK.EGJDKMH..DKMH.II
f1G1i1D1C1J1B2l1e2A1h1k1m1i3H1J1A2E2b1c2A1
.L.KK.HL.DDDHAA.G.EFFJG.ExBJGIE.BCCI
A1d1h1e1i4C1J1F1k1L2d1g2F2b1j1c4B1J1f2G3A2
.BGGEI.B.FEI.AAFCH..JxCH..JDD.......
a1H1I1j1d1C1E1G2f1j2A2B3a2F1J1g4e1f1i1j1A4
..GFFx.IG.C..IAACExIDDCEK..BHHKJJB..
e1i1d1b1J3B1D1I3a2G1f3c1D2b4d2g1h2E2j2C3A4
.x..II.G..CC.GAA.D.G.BBD...H.D.FFHEE
c1i1d2B1h1F1G2a1c2h2b1D1I1h1A1g1f1e1D2A2
.BFFJ..B.EJxHAAECIH.DxCIH.DGG.......
H1a1d1g1C1I1J1F2d2e1A2B3a2D1E1f4d1e1j1A4
........ID.GAAID.GBBFD.G.EFHH..E.CC.
C1d1F1g1B4H1D3i1A2e4a2d3b4f2c3h4D3F1G3A4
G.II..G.EJBBAAEJ.D..E.HDxCCCHD..FFF.
F1h1i1J1b1d1C2E2A1G2b3h2j2A2e2c1f1D2A1
.BGGF..B.IF.HAAIC.H.ExC...EDD.......
H1a1e1d1C1F1G2e2i1A2B3a2E1I1g4e1f1i1A4
FIICBHF..CBHKMAA.HKM.E..D..ELLD.JJGG
B1H1j1g1M1a1C1I3c1A1m3a1e1l3B2E1H2A3
.xGGGB.KK.DBCLAAD.CLJ.HHC.J..IFFFEEI
B1G1h1i1E1F1C1k1L1a2j3h1D2A3J1g1b1A1
.LL.GGCCBBBDAAFHKD..FHKE.MI.KE.MI.JJ
g1H1j1E1D1B1l1f2i1m1j3I1K1A3F2b1d2A1
..JCCG..JDLGKAADLGKEBBIIKE....HHHFF.
F1H1K1a1J1c3d1j1A2e2b1i1k1h1f1G3l1A2
LB.JJxLB.KK.LBAAEIxGGDEI.FHDE..FHCC.
C1D1i1j1k1e2G3d1f1h1c4D1H1g2E3I2A2
JIIIHHJ.LL.CJDAA.CKDxFFCK..EGG...EBB
D1a1K1J1i1h1c1F1l1e3b1f1g1C3H1e1A3
H..FF.H.E.BBAAE..D..E.IDxCCCID..GGG.
b1d1f1G1i1C2E2A1H2b3i2A2e2c1g1D2A1
EEFFBKNN.HBKAA.H..GDDCIIG..CMMGJJJLL
A1B1K1F2E1h1c1m3N1g3d1j1C2i2B2K2A3
........DEG.AADEG.BBHEG..FH....F.CC.
C1d1e1g1H1B4E3A2f4a1e3b4h1c3E3G3A3
.JJ.IIEEGGGDAAC.BDx.C.BH..FKKH..F.LL
i1j1l1H1D1G1c2f2k3B1F2A3C2g1d2A1
"""
Vehicle = tuple[int, int, bool]  # row or column that it keeps to, length, whether it is a row


class RushHour(Task):
    """Move the cars of a full board until the red one reaches the exit.

    Description:
        Cars and trucks stand on a 6 by 6 board, each of which moves only along its own direction. A list of moves that
        brings the car A to the right end of its row is asked for.

    Answer format:
        Moves such as ``F+1 K-2 A+3``: the vehicle and by how many cells it moves right or down (+), left or up (-).

    Levels:
        A shortest solution takes 1 to 3 moves at level 1, 4 to 8, 9 to 15, 16 to 22, and at least 23 at level 5 (the
        original has 1 to 50); up to 3 random moves may make it a little longer or shorter.

    Check:
        The moves are simulated: no vehicle may pass through a wall or another one or leave the board. The red car
        stands at the right end in the end. The moves need not be the fewest.

    Source and deviations:
        Reasoning-Gym rush_hour, which takes boards from a file and stores no answers; one is found by search. Ours are
        positions on the way to the exit from hard boards of our own, mirrored, with a few random moves and new letters.
    """

    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Play a solution of a hard board until the moves of the level are left, then make a few random moves."""
        low, high = MOVES[level]
        solutions = [solution for solution in _solutions() if len(solution[1]) >= low]
        board, plan = rng.choice(solutions)
        if rng.random() < 0.5:
            board, plan = _upside_down(board, plan)
        left = rng.randint(low, min(high, len(plan)))
        board, plan = _moved(board, plan[: len(plan) - left]), plan[len(plan) - left :]
        board, undone = _disturbed(board, rng.randint(0, RANDOM_MOVES), rng)
        plan = undone + plan
        board, plan = _renamed(board, plan, rng)
        question = (
            "Vehicles stand on this board; each is shown by a letter of its own, x is a wall, and a dot is an empty "
            f"cell.\n\n{chr(10).join(board)}\n\n"
            "A vehicle that lies in a row moves only left and right, one that stands in a column only up and down, "
            "any number of cells at a time, but not through walls or other vehicles and not off the board. Bring the "
            "car A to the right end of its row.\n"
            "List the moves between <<< and >>>, separated by blanks, in the form <<<F+1 K-2 A+3>>>: the vehicle and "
            "the number of cells, with + for right or down and - for left or up."
        )
        return self.new_problem(level, question, {"board": board, "moves": left}, " ".join(plan))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the moves."""
        names, vehicles, places, blocked = _parts(problem.data["board"])
        masks = _masks(vehicles)
        for move in steps(answer, MOVE):
            if move[1].upper() not in names:
                raise BadAnswer("not a vehicle")
            i = names.index(move[1].upper())
            step = 1 if move[2] == "+" else -1
            others = blocked
            for j, place in enumerate(places):
                others |= masks[j][place] if j != i else 0
            for _ in range(int(move[3])):
                places[i] += step
                if not 0 <= places[i] < len(masks[i]) or masks[i][places[i]] & others:
                    return False
        return places[0] == len(masks[0]) - 1

    def size(self, problem: Problem) -> float:
        """Moves of a shortest solution, before the random moves."""
        return float(problem.data["moves"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the board of the question, whose letters are not those of the metadata, and search."""
        board = read(item["question"])["board"]
        answer = solve(board)
        data = {"board": board, "moves": len(answer.split())}
        return self.official_problem(item["question"], data, answer or "(none)", item["answer"], "no stored answer")


def _rows(text: str) -> list[str]:
    return [text[i : i + SIDE] for i in range(0, SIDE * SIDE, SIDE)]


@cache
def _solutions() -> list[tuple[list[str], list[str]]]:
    """Return the hard boards with their solutions."""
    lines = HARD_BOARDS.split()
    return [
        (_rows(cells), [f"{name.upper()}{'+-'[name.islower()]}{step}" for name, step in re.findall(r"(.)(\d)", moves)])
        for cells, moves in zip(lines[::2], lines[1::2], strict=True)
    ]


def _upside_down(board: list[str], plan: list[str]) -> tuple[list[str], list[str]]:
    upright = {name for column in zip(*board, strict=True) for name in column if "".join(column).count(name) > 1}
    turned = [move[0] + ("-+"[move[1] == "-"] if move[0] in upright else move[1]) + move[2:] for move in plan]
    return board[::-1], turned


def _disturbed(board: list[str], count: int, rng: random.Random) -> tuple[list[str], list[str]]:
    """Make random moves of vehicles other than A; return the board and the moves that undo them."""
    names, vehicles, places, blocked = _parts(board)
    masks = _masks(vehicles)
    undone: list[str] = []
    for _ in range(count):
        choices = [new for new in _neighbours(tuple(places), masks, blocked) if new[0] == places[0]]
        if choices:
            new = rng.choice(choices)
            undone.insert(0, next(f"{n}{p - q:+d}" for n, p, q in zip(names, places, new, strict=True) if p != q))
            places = list(new)
    return _show(names, masks, places, blocked), undone


def _moved(board: list[str], moves: list[str]) -> list[str]:
    names, vehicles, places, blocked = _parts(board)
    for move in moves:
        places[names.index(move[0])] += int(move[1:])
    return _show(names, _masks(vehicles), places, blocked)


def _show(names: list[str], masks: list[list[int]], places: list[int], blocked: int) -> list[str]:
    cells = ["x" if blocked >> i & 1 else "." for i in range(SIDE * SIDE)]
    for name, place, mask in zip(names, places, masks, strict=True):
        cells = [name if mask[place] >> i & 1 else mark for i, mark in enumerate(cells)]
    return _rows("".join(cells))


def _renamed(board: list[str], plan: list[str], rng: random.Random) -> tuple[list[str], list[str]]:
    """Give the vehicles other than A new letters."""
    names = sorted(set("".join(board)) - set("Ax."))
    table = str.maketrans(dict(zip(names, rng.sample("BCDEFGHIJKLMNOPQRSTUVWYZ", len(names)), strict=True)))
    return [row.translate(table) for row in board], [move.translate(table) for move in plan]


def _parts(board: list[str]) -> tuple[list[str], list[Vehicle], list[int], int]:
    """Return the names, the car A first, with the vehicles and their places, and the walls as bits."""
    cells = "".join(board)
    names = sorted(set(cells) - set("x."))
    vehicles, places = [], []
    for name in names:
        found = [i for i, mark in enumerate(cells) if mark == name]
        is_row = found[1] == found[0] + 1
        row, column = divmod(found[0], SIDE)
        vehicles.append((row if is_row else column, len(found), is_row))
        places.append(column if is_row else row)
    return names, vehicles, places, sum(1 << i for i, mark in enumerate(cells) if mark == "x")


def _masks(vehicles: list[Vehicle]) -> list[list[int]]:
    """Return for every vehicle the cells that it takes at each of its places, as bits."""
    return [
        [
            sum(1 << (SIDE * line + start + i if is_row else SIDE * (start + i) + line) for i in range(length))
            for start in range(SIDE - length + 1)
        ]
        for line, length, is_row in vehicles
    ]


def _neighbours(places: tuple[int, ...], masks: list[list[int]], blocked: int) -> list[tuple[int, ...]]:
    full = blocked
    for place, mask in zip(places, masks, strict=True):
        full |= mask[place]
    found = []
    for i, place in enumerate(places):
        mask = masks[i]
        others = full & ~mask[place]
        for way in (range(place + 1, len(mask)), range(place - 1, -1, -1)):
            for target in way:
                if mask[target] & others:
                    break
                found.append((*places[:i], target, *places[i + 1 :]))
    return found


def read(question: str) -> dict[str, Any]:
    """Read the rows of the board."""
    return {"board": re.findall(rf"^[A-Zx.]{{{SIDE}}}$", question, re.M)}


def solve(board: list[str]) -> str:
    """Search breadth first, with the cells that each vehicle takes at each of its places as bits."""
    names, vehicles, start, blocked = _parts(board)
    masks = _masks(vehicles)
    origin: dict[tuple[int, ...], Any] = {tuple(start): None}
    queue = list(origin)
    for state in queue:
        if state[0] == len(masks[0]) - 1:
            break
        for neighbour in _neighbours(state, masks, blocked):
            if neighbour not in origin:
                origin[neighbour] = state
                queue.append(neighbour)
    else:
        return ""
    moves: list[str] = []
    while origin[state]:
        earlier = origin[state]
        i = next(i for i, place in enumerate(state) if place != earlier[i])
        moves.append(f"{names[i]}{state[i] - earlier[i]:+d}")
        state = earlier
    return " ".join(moves[::-1])


def solve_plainly(board: list[str]) -> str:
    """Search breadth first, one cell at a time, on a board with a wall around it."""
    start = "x" * 8 + "".join(f"x{row}x" for row in board) + "x" * 8
    plans = {start: ""}
    queue = [start]
    for state in queue:
        if state.rfind("A") % 8 == 6:
            return plans[state].strip()
        for name in sorted(set(state) - set("x.")):
            first, last = state.find(name), state.rfind(name)
            step = 8 if state[first + 8] == name else 1
            for tail, head, move in ((first, last + step, "+1"), (last, first - step, "-1")):
                cells = list(state)
                cells[head], cells[tail] = name, "."
                new = "".join(cells)
                if state[head] == "." and new not in plans:
                    plans[new] = f"{plans[state]} {name}{move}"
                    queue.append(new)
    return ""


def verify(answer: str, board: list[str]) -> bool:
    """Move the vehicles cell by cell: no move may end on anything but an empty cell."""
    cells = {(r, c): mark for r, row in enumerate(board) for c, mark in enumerate(row)}
    for move in answer.split():
        for _ in range(int(move[2:])):
            vehicle = sorted(cell for cell, mark in cells.items() if mark == move[0])
            down, right = vehicle[1][0] - vehicle[0][0], vehicle[1][1] - vehicle[0][1]
            sign = 1 if move[1] == "+" else -1
            moved = {(r + sign * down, c + sign * right) for r, c in vehicle}
            if not all(cells.get(cell) in (".", move[0]) for cell in moved):
                return False
            cells |= dict.fromkeys(vehicle, ".") | dict.fromkeys(moved, move[0])
    return "A" in [cells[r, 5] for r in range(6)]
