"""GameOfLife: a board of Conway's Game of Life some steps later."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import integer_grid
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SIDE = {1: (5, 6), 2: (7, 9), 3: (10, 12), 4: (13, 15), 5: (17, 20)}
STEPS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}


class GameOfLife(Task):
    """Simulate the Game of Life on a board whose edges are joined.

    Description:
        A board of living (1) and dead (0) cells is given; the board after some steps is asked for. The top row is next
        to the bottom row, and the left column next to the right one.

    Answer format:
        One row a line, such as ``0 1 0``.

    Levels:
        One step on 5 or 6 rows at level 1; two on 10 to 12 at level 3 (the original's defaults are one and 10); eight
        on 17 to 20 at level 5.

    Check:
        Every cell must be right; a list of lists is accepted too. The original pays for single cells.

    Source and deviations:
        Reasoning-Gym game_of_life. A third of the cells lives at the start instead of a tenth, after which most boards
        are empty; boards that die out are not drawn.
    """

    max_answer_chars = 5_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw boards until one lives long enough."""
        after: list[list[int]] = [[]]
        while not any(map(sum, after)):
            rows, columns = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
            board = [[int(rng.random() < 0.35) for _ in range(columns)] for _ in range(rows)]
            after = simulate(board, STEPS[level])
        question = (
            "Conway's Game of Life is played on a board whose edges are joined: the top row is next to the bottom row, "
            "the left column next to the right column, and every cell has eight neighbours. In a step, a living cell "
            "(1) stays alive with two or three living neighbours, a dead cell (0) comes alive with exactly three, and "
            f"all other cells are dead afterwards.\n\nBoard:\n{_show(board)}\n\n"
            f"Give the board after {STEPS[level]} step{'s' if STEPS[level] > 1 else ''} between <<< and >>>, one row a "
            "line, in the same form as above."
        )
        return self.new_problem(level, question, {"board": board, "steps": STEPS[level]}, _show(after))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the cells."""
        return integer_grid(answer, len(problem.data["board"][0])) == simulate(
            problem.data["board"], problem.data["steps"]
        )

    def size(self, problem: Problem) -> float:
        """Cells of the board times steps."""
        return len(problem.data["board"]) * len(problem.data["board"][0]) * problem.data["steps"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the board from the question, which ends with it; the metadata has the steps."""
        rows = re.findall(r"\[([01, ]+)\]", item["question"].split("\n\n", 1)[1])
        board = [[int(cell) for cell in row.split(",")] for row in rows]
        steps = item["metadata"]["simulation_steps"]
        return entry_problem(self, item, {"board": board, "steps": steps}, lambda: str(simulate(board, steps)))


def simulate(board: Sequence[Sequence[int]], steps: int) -> list[list[int]]:
    """Return the board after ``steps`` steps."""
    height, width = len(board), len(board[0])
    cells = int("".join(str(cell) for row in board for cell in row), 2)
    for _ in range(steps):
        cells = step(cells, height, width)
    bits = [int(bit) for bit in f"{cells:0{height * width}b}"]
    return [bits[i : i + width] for i in range(0, height * width, width)]


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


def _show(board: Sequence[Sequence[int]]) -> str:
    return "\n".join(" ".join(map(str, row)) for row in board)


def solve(question: str) -> str:
    """Read the board and simulate."""
    rows = re.findall(r"^[01](?: [01])+$", question, re.M)
    steps = int(re.search(r"after (\d+) step", question)[1])
    return _show(simulate([[int(cell) for cell in row.split()] for row in rows], steps))
