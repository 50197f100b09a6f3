"""RushHour: clear the way for the red car."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import BadAnswer, unwrap
from r1ci_env.task import Problem, Task

SIDE = 6
VEHICLES = (6, 10)
MOVES = {1: (1, 3), 2: (3, 6), 3: (6, 10), 4: (11, 14), 5: (15, 40)}  # of a shortest solution
MAX_STATES = {1: 150, 2: 2_000, 3: 2_000, 4: 2_000, 5: 2_000}
MAX_ANSWER_MOVES = 2_000
HARD_BOARDS = (  # found by changing random boards step by step; few positions can be reached, and some are far away
    "..DCC.GGD.IEJFAAIEJFBKKE..BLHHx.BL..",
    ".HIIB..HC.B.AACDEG..FDEG..FDEG..F...",
    "EEFFBG...IBGAA.I.GHDDCJJHx.C..HKKK..",
    "FFBGGG..B.DDAAB..H.KEExH.KCCCI..JJ.I",
    "H.....HBBC.DAAJC.D.GJIID.GFE...GFE..",
    "..FCC..IF.HH.IAADB.JJ.DBEEKKKG...x.G",
    ".G.LL..GKBIIAAKB..xH.BCC.HJEEFDDJ..F",
    ".JJ.IIEEGGGDAAC.BDx.C.BH..FKKH..F.LL",
    "........DEG.AADEG.BBHEG..FH....F.CC.",
    "H..FF.H.E.BBAAE..D..E.IDxCCCID..GGG.",
    "JIIIHHJ.LL.CJDAA.CKDxFFCK..EGG...EBB",
    "LB.JJxLB.KK.LBAAEIxGGDEI.FHDE..FHCC.",
    "..JCCG..JDLGKAADLGKEBBIIKE....HHHFF.",
    ".BHHF..B.GF..AAGC...ExC...EDD.......",
    ".LL.GGCCBBBDAAFHKD..FHKE.MI.KE.MI.JJ",
    ".xGGGB.KK.DBCLAAD.CLJ.HHC.J..IFFFEEI",
    "FIICBHF..CBHKMAA.HKM.E..D..ELLD.JJGG",
    ".F....IF.DDDIAA.H.EGGKH.ExBKHJE.BCCJ",
    ".x..II.G..CC.GAA.D.G.BBD...H.D.FFHEE",
    "..GLLFHHG.CF.IAACFKI.DEEKJxD...J.BB.",
)
Vehicle = tuple[int, int, bool]  # row or column that it keeps to, length, whether it is a row


class RushHour(Task):
    """Move the cars of a full board until the red one reaches the exit.

    Description:
        Cars and trucks stand on a 6 by 6 board, each of which moves only along its own direction. A list of moves that
        brings the car A to the right end of its row is asked for.

    Answer format:
        Moves such as ``F+1 K-2 A+3``: the vehicle and by how many cells it moves right or down (+), left or up (-).

    Levels:
        By the number of moves of a shortest solution: 1 to 3 at level 1, 3 to 6, 6 to 10, 11 to 14, and at least 15 at
        level 5. The original has up to 50, most of them 10 to 30.

    Check:
        The moves are simulated: no vehicle may pass through a wall or another one or leave the board. The red car
        stands at the right end in the end. The moves need not be the fewest.

    Source and deviations:
        Reasoning-Gym rush_hour, which takes boards from a file and stores no answers; one is found by search. Boards
        are random at level 1; beyond, random moves and then the first moves of
        a solution lead to them from hard boards of our own.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw boards until a shortest solution has a length of the level."""
        low, high = MOVES[level]
        while True:
            if level == 1:
                board = _random_board(rng.randint(*VEHICLES), rng)
            else:
                board = _shuffled(_rows(rng.choice(HARD_BOARDS)), rng)
            plan = _plan(board, MAX_STATES[level])
            if plan and len(plan) >= low:
                break
        played = max(0, len(plan) - rng.randint(low, high))
        board, plan = _moved(board, plan[:played]), plan[played:]
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
        return self.new_problem(level, question, {"board": board, "moves": len(plan)}, " ".join(plan))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the moves."""
        names, vehicles, places, blocked = _read(problem.data["board"])
        masks = _masks(vehicles)
        moves = re.split(r"[\s,;]+", unwrap(answer).strip("[]() \n,;"))
        if len(moves) > MAX_ANSWER_MOVES:
            return False
        for move in moves:
            match = re.fullmatch(r"([A-Za-z])([+-])(\d{1,2})", move.strip("'\""), re.ASCII)
            if not match or match[1].upper() not in names:
                raise BadAnswer("not a move")
            i = names.index(match[1].upper())
            step = 1 if match[2] == "+" else -1
            others = blocked
            for j, place in enumerate(places):
                others |= masks[j][place] if j != i else 0
            for _ in range(int(match[3])):
                places[i] += step
                if not 0 <= places[i] < len(masks[i]) or masks[i][places[i]] & others:
                    return False
        return places[0] == len(masks[0]) - 1

    def size(self, problem: Problem) -> float:
        """Moves of a shortest solution."""
        return float(problem.data["moves"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the board of the question, whose letters are not those of the metadata, and search."""
        board = re.findall(rf"^[A-Zx.]{{{SIDE}}}$", item["question"], re.M)
        plan = _plan(board, 10**6)
        data = {"board": board, "moves": len(plan or ())}
        return self.official_problem(
            item["question"], data, " ".join(plan) if plan else "(none)", item["answer"], "no stored answer"
        )


def _rows(text: str) -> list[str]:
    return [text[i : i + SIDE] for i in range(0, SIDE * SIDE, SIDE)]


def _random_board(count: int, rng: random.Random) -> list[str]:
    """Place the car A, then vehicles and at times a wall where there is room."""
    cells = ["."] * (SIDE * SIDE)
    row = SIDE * rng.choice((2, 3)) + rng.randrange(SIDE - 2)
    cells[row] = cells[row + 1] = "A"
    for name in [*"BCDEFGHIJKLMN"[: count - 1], *rng.choice(("", "", "x"))]:
        for _ in range(10):
            length = 1 if name == "x" else rng.choice((2, 2, 3))
            line, start = rng.randrange(SIDE), rng.randrange(SIDE - length + 1)
            level = rng.random() < 0.4
            places = [SIDE * line + start + i if level else SIDE * (start + i) + line for i in range(length)]
            if all(cells[place] == "." for place in places) and not (level and line == row // SIDE):
                for place in places:
                    cells[place] = name
                break
    return _rows("".join(cells))


def _shuffled(board: list[str], rng: random.Random) -> list[str]:
    """Turn the board upside down, perhaps, and make some random moves."""
    board = board[:: rng.choice((1, -1))]
    names, vehicles, places, blocked = _read(board)
    masks = _masks(vehicles)
    for _ in range(rng.randint(0, 15)):
        places = list(rng.choice(_neighbours(tuple(places), masks, blocked)))
    return _show(names, masks, places, blocked)


def _moved(board: list[str], moves: list[str]) -> list[str]:
    names, vehicles, places, blocked = _read(board)
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


def _read(board: list[str]) -> tuple[list[str], list[Vehicle], list[int], int]:
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


def _plan(board: list[str], max_states: int) -> list[str] | None:
    """Search breadth first; None if there is no plan, or none is found among ``max_states``."""
    names, vehicles, start, blocked = _read(board)
    masks = _masks(vehicles)
    origin: dict[tuple[int, ...], Any] = {tuple(start): None}
    queue = list(origin)
    for state in queue:
        if state[0] == len(masks[0]) - 1:
            break
        if len(queue) > max_states:
            return None
        for neighbour in _neighbours(state, masks, blocked):
            if neighbour not in origin:
                origin[neighbour] = state
                queue.append(neighbour)
    else:
        return None
    moves: list[str] = []
    while origin[state]:
        earlier = origin[state]
        i = next(i for i, place in enumerate(state) if place != earlier[i])
        moves.append(f"{names[i]}{state[i] - earlier[i]:+d}")
        state = earlier
    return moves[::-1]


def solve(question: str) -> str:
    """Read the board and search."""
    board = re.findall(rf"^[A-Zx.]{{{SIDE}}}$", question, re.M)
    return " ".join(_plan(board, 10**6) or [])
