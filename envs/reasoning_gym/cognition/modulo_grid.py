"""ModuloGrid: find the arithmetic rule behind a grid of marks and fill its holes."""

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from itertools import product
from math import gcd
from typing import Any, ClassVar

from r1ci_env.envs.answers import grid as read_grid
from r1ci_env.hypotheses import near_misses
from r1ci_env.programs import assignment
from r1ci_env.task import Problem, Task

SIDE = {1: (8, 10), 2: (12, 14), 3: (18, 20), 4: (22, 24), 5: (26, 28)}
HOLES = {1: (2, 3), 2: (4, 8), 3: (12, 20), 4: (40, 60), 5: (120, 180)}
DIVISORS = {1: (3, 6), 2: (4, 10), 3: (5, 20), 4: (8, 25), 5: (10, 30)}
LARGEST_DIVISOR = 30
OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "x + y": lambda x, y: x + y,
    "|x - y|": lambda x, y: abs(x - y),
    "x * y": lambda x, y: x * y,
    "x^2 + y^2": lambda x, y: x * x + y * y,
    "x^y": lambda x, y: x**y,
}
TO_ASCII = str.maketrans("✅❌❔", "#.?", "\ufe0f")
FROM_ASCII = str.maketrans("#.", "✅❌")


class ModuloGrid(Task):
    """Fill the holes of a grid whose marks follow from the coordinates modulo a number.

    Description:
        A cell is marked if an operation on its coordinates leaves a certain remainder. Operation, divisor and
        remainder are hidden; some cells are unknown. The completed grid is asked for.

    Answer format:
        The rows of the grid, one a line; a list of rows or of lists counts as well.

    Levels:
        Side 8 to 10 with 2 to 3 holes at level 1, side 26 to 28 with 120 to 180 holes at level 5; the original has side
        20 with 1 hole.

    Check:
        The grid must be the given one with the holes filled as every rule that fits the known cells would.

    Source and deviations:
        Reasoning-Gym modulo_grid. The family of rules is stated, and all of its rules that fit the known cells are
        tried: they agree on every hole. At least one hole hides a mark. An original item on which the rules that
        fit do not agree is marked ambiguous, and each of their grids is accepted.
    """

    plain_levels: ClassVar[int] = 5
    hypothesis_words: ClassVar[tuple[str, str]] = ("rule", "known cells")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a rule, then holes, until the rules that fit agree on them."""
        while True:
            width, height = rng.randint(*SIDE[level]), rng.randint(*SIDE[level])
            divisor = rng.randint(*DIVISORS[level])
            values = _values(rng.choice(list(OPERATIONS)), width, height)
            marks = _marks(values, divisor, rng.randrange(divisor))
            if not 4 <= marks.count("#") <= len(marks) // 2:
                continue
            count = rng.randint(*HOLES[level])
            marked = [i for i, mark in enumerate(marks) if mark == "#"]
            hidden = rng.sample(marked, min(max(1, count // 4), len(marked) // 2))
            others = [i for i in range(len(marks)) if i not in hidden]
            cells = list(marks)
            for i in hidden + rng.sample(others, count - len(hidden)):
                cells[i] = "?"
            grid, rows = _rows("".join(cells), width), _rows(marks, width)
            if _fillings(grid) == [rows]:
                break
        question = (
            "In this grid, cells are marked # or left empty (.) by a rule; ? is a cell that is not known. The column "
            "of a cell is x and its row is y, both counted from 0 at the top left. A cell is marked exactly if an "
            f"operation on x and y leaves a certain remainder when divided by a certain number from 2 to "
            f"{LARGEST_DIVISOR}. The operation is one of {', '.join(OPERATIONS)} (0^0 is 1).\n\n"
            + "\n".join(grid)
            + "\n\nFind the rule and replace every ? by what it gives. Give all rows of the completed grid, one a "
            "line, between <<< and >>>."
        )
        return self.new_problem(level, question, {"fillings": [rows], "holes": count}, "\n".join(rows))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the grid."""
        width = len(problem.data["fillings"][0][0])
        rows = ["".join(row) for row in read_grid(answer.translate(TO_ASCII), width)]
        return rows in problem.data["fillings"]

    def hypotheses(self, problem: Problem) -> list[str]:
        """Test a rule that fits nearly all known cells, then one that fits them all."""
        grid = read(problem.question)["grid"]
        wrong = _plausible(grid)
        right = next((rule for rule, count in wrong.items() if not count), None)
        near = near_misses(wrong, lambda rule: -wrong[rule] or None, problem.question)
        return [_tested(grid, *rule) for rule in [*near, right]] if right else []

    def size(self, problem: Problem) -> float:
        """Number of holes."""
        return float(problem.data["holes"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Try the rules of the family on the grid of the question."""
        shown = [row.translate(TO_ASCII) for row in re.findall("^[✅❌❔]+$", item["question"], re.M)]
        fillings = _fillings(shown, max(LARGEST_DIVISOR, item["metadata"]["divisor"]))
        gold = item["answer"].translate(TO_ASCII).split()
        flaw = None
        if gold not in fillings:
            flaw = "the stored grid does not follow from the rule"
        elif len(fillings) > 1:
            flaw = "ambiguous: rules that fit the known cells do not agree on the hole"
        answer = gold if gold in fillings or not fillings else fillings[0]
        data = {"fillings": fillings, "holes": item["question"].count("❔")}
        return self.official_problem(
            item["question"], data, "\n".join(answer).translate(FROM_ASCII), item["answer"], flaw
        )


def _rows(marks: str, width: int) -> list[str]:
    return [marks[i : i + width] for i in range(0, len(marks), width)]


@cache
def _values(name: str, width: int, height: int) -> list[int]:
    """Return what an operation gives on every cell, row by row."""
    return [OPERATIONS[name](x, y) for y in range(height) for x in range(width)]


def _marks(values: list[int], divisor: int, target: int) -> str:
    """Return the marks of all cells, row by row."""
    return "".join(["#" if value % divisor == target else "." for value in values])


def _fillings(grid: list[str], largest_divisor: int = LARGEST_DIVISOR) -> list[list[str]]:
    """Return the different completed grids that rules of the family give which fit the known cells."""
    width, height, known = len(grid[0]), len(grid), "".join(grid)
    found: list[list[str]] = []
    for name in OPERATIONS:
        values = _values(name, width, height)
        marked = [value for value, mark in zip(values, known, strict=True) if mark == "#"]
        empty = [value for value, mark in zip(values, known, strict=True) if mark == "."]
        common = gcd(*[value - marked[0] for value in marked])
        for divisor in range(2, largest_divisor + 1):
            if common % divisor:  # then not all marked cells leave the same remainder
                continue
            for target in [marked[0] % divisor] if marked else range(divisor):
                if not any(value % divisor == target for value in empty):
                    rows = _rows(_marks(values, divisor, target), width)
                    if rows not in found:
                        found.append(rows)
    return found


def _plausible(grid: list[str]) -> dict[tuple[str, int, int], int]:
    """Return how many of the known cells each rule gets wrong that gives a good part of the marks.

    A rule is an operation with a divisor and a remainder.
    """
    found = {}
    for name in OPERATIONS:
        cells = list(zip(_values(name, len(grid[0]), len(grid)), "".join(grid), strict=True))
        for divisor in range(2, LARGEST_DIVISOR + 1):
            marked = Counter([value % divisor for value, mark in cells if mark == "#"])
            empty = Counter([value % divisor for value, mark in cells if mark == "."])
            for target in [target for target, count in marked.items() if count * 3 >= marked.total()]:
                found[name, divisor, target] = marked.total() - marked[target] + empty[target]
    return found


def _tested(grid: list[str], name: str, divisor: int, target: int) -> str:
    """Return a program that tests a rule on the known cells, and fills the others if it holds."""
    operation = {"|x - y|": "abs(x - y)", "x * y": "x * y", "x^y": "x**y"}.get(name, f"({name.replace('^', '**')})")
    return (
        f"{assignment('grid', grid)}\n\ndef rule(x, y):\n    return {operation} % {divisor} == {target}\n\n"
        "wrong, rows = [], []\n"
        "for y, row in enumerate(grid):\n"
        '    filled = ["#" if rule(x, y) else "." for x in range(len(row))]\n'
        '    wrong += [(x, y) for x, mark in enumerate(row) if mark not in ("?", filled[x])]\n'
        '    rows.append("".join(filled))\n'
        "if wrong:\n"
        '    print(f"fails on {len(wrong)} cells, first at x, y = {wrong[0]}")\n'
        "else:\n"
        '    print("\\n".join(rows))\n'
    )


def read(question: str) -> dict[str, Any]:
    """Read the rows of the grid."""
    return {"grid": re.findall(r"^[#.?]+$", question, re.M)}


def solve(grid: list[str]) -> str:
    """Try all rules on the grid."""
    return "\n".join(_fillings(grid)[0])


def solve_plainly(grid: list[str]) -> str:
    """Look for an operation and a divisor that leave one remainder for all marked cells and no empty one."""
    operations = [
        lambda x, y: x + y,
        lambda x, y: abs(x - y),
        lambda x, y: x * y,
        lambda x, y: x**2 + y**2,
        lambda x, y: x**y,
    ]
    cells = [(x, y, mark) for y, row in enumerate(grid) for x, mark in enumerate(row)]
    for operation, divisor in product(operations, range(2, 31)):
        marked = {operation(x, y) % divisor for x, y, mark in cells if mark == "#"}
        empty = {operation(x, y) % divisor for x, y, mark in cells if mark == "."}
        if len(marked) == 1 and not marked & empty:
            break
    rows = []
    for y, row in enumerate(grid):
        filled = ["#" if operation(x, y) % divisor in marked else "." for x in range(len(row))]
        rows.append("".join(filled))
    return "\n".join(rows)
