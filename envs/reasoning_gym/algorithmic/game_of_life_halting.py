"""GameOfLifeHalting: whether a board of Conway's Game of Life dies out in time."""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SIDE = {1: (6, 8), 2: (9, 11), 3: (12, 14), 4: (15, 18), 5: (20, 24)}
STEPS = {1: 6, 2: 10, 3: 20, 4: 30, 5: 50}
PATCHES = {1: 1, 2: 2, 3: 4, 4: 6, 5: 9}
TRIES = 30
LOOK_AHEAD = 2
"""Steps after which both kinds of boards have as many living cells, so that a short look does not tell."""

TOLERANCE = {1: 0.5, 2: 0.5, 3: 1.0, 4: 5.0, 5: 10.0}


class GameOfLifeHalting(Task):
    """Say whether all cells of a Game of Life die within some steps.

    Description:
        A board of living (1) and dead (0) cells with joined edges is given; asked is whether all cells are dead after
        at most some number of steps.

    Answer format:
        ``True`` or ``False``.

    Levels:
        6 to 8 rows and 6 steps at level 1; 12 to 14 rows and 20 steps, about the original's defaults, at level 3; 20
        to 24 rows and 50 steps at level 5.

    Check:
        The word must be right.

    Source and deviations:
        Reasoning-Gym game_of_life_halting, whose scorer accepts any text. Both kinds of boards are made alike, of small
        random patches that die out together; on the surviving ones a single patch decides, and after two steps as many
        cells live on the ones as on the others.
    """

    plain_levels = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Collect patches that die out; for a surviving board, add one that lives."""
        wanted = rng.random() < 0.5
        height, width = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
        living = rng.uniform(2.5, 5) * (PATCHES[level] + 1)
        board_cells = _board(rng, height, width, level, wanted)
        while abs(_living(board_cells, height, width, LOOK_AHEAD) - living) > TOLERANCE[level]:
            board_cells = _board(rng, height, width, level, wanted)
        cells = f"{board_cells:0{height * width}b}"
        board = [[int(bit) for bit in cells[i : i + width]] for i in range(0, height * width, width)]
        shown = "\n".join(" ".join(map(str, row)) for row in board)
        question = (
            "Conway's Game of Life is played on a board whose edges are joined: the top row is next to the bottom row, "
            "the left column next to the right column, and every cell has eight neighbours. In a step, a living cell "
            "(1) stays alive with two or three living neighbours, a dead cell (0) comes alive with exactly three, and "
            f"all other cells are dead afterwards.\n\nBoard:\n{shown}\n\n"
            f"Are all cells dead after at most {STEPS[level]} steps? Answer in triple angle brackets: <<<True>>> or "
            "<<<False>>>."
        )
        return self.new_problem(level, question, {"board": board, "steps": STEPS[level]}, str(wanted))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "True", "False") == solve(_joined(problem.data["board"]), problem.data["steps"])

    def size(self, problem: Problem) -> float:
        """Cells of the board times steps."""
        return len(problem.data["board"]) * len(problem.data["board"][0]) * problem.data["steps"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the board from the question, which ends with it; the metadata has the steps."""
        rows = re.findall(r"\[([01 ]+)\]", item["question"].split("board:")[1])
        data = {
            "board": [[int(cell) for cell in row.split()] for row in rows],
            "steps": item["metadata"]["simulation_steps"],
        }
        return entry_problem(self, item, data, lambda: solve(_joined(data["board"]), data["steps"]))


def _board(rng: random.Random, height: int, width: int, level: int, wanted: bool) -> int:
    """Put patches together that die out; unless that is wanted, add one with which the board lives on."""
    while True:
        board = patches = 0
        for _ in range(TRIES):
            last = patches == PATCHES[level]
            larger = board | _patch(rng, height, width)
            if dies(larger, height, width, STEPS[level]) == (wanted or not last):
                board = larger
                patches += 1
            if patches > PATCHES[level]:
                return board


def _living(board: int, height: int, width: int, steps: int) -> int:
    """Count the living cells after some steps."""
    for _ in range(steps):
        board = step(board, height, width)
    return board.bit_count()


def _patch(rng: random.Random, height: int, width: int) -> int:
    """Return some of the cells of a square of three by three."""
    top, left = rng.randrange(height), rng.randrange(width)
    square = [(top + i) % height * width + (left + j) % width for i in range(3) for j in range(3)]
    return sum(1 << cell for cell in rng.sample(square, rng.randint(3, 6)))


def _joined(board: Sequence[Sequence[int]]) -> list[str]:
    return ["".join(map(str, row)) for row in board]


def read(question: str) -> dict[str, Any]:
    """Read the rows of the board and the number of steps."""
    rows = re.findall(r"^[01](?: [01])+$", question, re.M)
    return {"board": [row.replace(" ", "") for row in rows], "steps": int(re.search(r"at most (\d+) st", question)[1])}


def dies(board: int, height: int, width: int, steps: int) -> bool:
    """Simulate until nothing lives, a board comes again, or the steps are over."""
    seen = set()
    for _ in range(steps):
        if not board or board in seen:
            break
        seen.add(board)
        board = step(board, height, width)
    return board == 0


def step(board: int, height: int, width: int) -> int:
    """Make one step on a board whose cells are the bits of a number, row after row.

    The neighbours of all cells are counted at once: three numbers hold the bits of the counts, with 4 and more alike.
    """
    full = (1 << height * width) - 1
    column = full // ((1 << width) - 1)  # the first cell of each row
    left = board << 1 & full & ~column | board >> width - 1 & column
    right = board >> 1 & ~(column << width - 1) | (board & column) << width - 1
    around = (height - 1) * width
    shifted = [left, right]
    for line in (left, board, right):
        shifted += [line << width & full | line >> around, line >> width | line << around & full]
    ones = twos = fours = 0
    for neighbours in shifted:
        carry = ones & neighbours
        ones ^= neighbours
        fours |= twos & carry
        twos ^= carry
    return twos & ~fours & (ones | board)


def solve(board: list[str], steps: int) -> str:
    """Simulate with the bits of a number as cells, until nothing lives or the steps are over."""
    return str(dies(int("".join(board), 2), len(board), len(board[0]), steps))


def solve_plainly(board: list[str], steps: int) -> str:
    """Simulate with the set of the living cells: each counts as a neighbour of the eight around it."""
    height, width = len(board), len(board[0])
    alive = {(r, c) for r in range(height) for c in range(width) if board[r][c] == "1"}
    around = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    for _ in range(steps):
        counts = Counter(((r + i) % height, (c + j) % width) for r, c in alive for i, j in around)
        alive = {cell for cell, count in counts.items() if count == 3 or (count == 2 and cell in alive)}
    return str(not alive)
