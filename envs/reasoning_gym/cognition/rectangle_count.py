"""RectangleCount: count rectangles that are drawn over each other."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, ClassVar

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

CANVAS = {1: (28, 14), 2: (36, 20), 3: (50, 30), 4: (60, 40), 5: (80, 50)}  # columns and rows
RECTANGLES = {1: (2, 6), 2: (4, 8), 3: (5, 10), 4: (11, 15), 5: (17, 22)}
MIN_SIDE = 3
MAX_STEPS = 400
Box = tuple[int, int, int, int]  # top, left, height, width


class RectangleCount(Task):
    """Count the rectangles in a drawing of characters.

    Description:
        The outlines of rectangles are drawn in a grid of characters; cells where two outlines meet have a mark of their
        own. The number of rectangles is asked for.

    Answer format:
        The number.

    Levels:
        2 to 6 rectangles at level 1, 17 to 22 at level 5; levels 1 to 3 span the original's 1 to 10.

    Check:
        The number must be that of the rectangles.

    Source and deviations:
        Reasoning-Gym rectangle_count. All ways to take the drawing apart into outlines at least 3 characters wide and
        high are searched when a problem is made: they agree on the number. The more rectangles, the smaller they are,
        so that the ink does not tell their number. An original item on which the ways do not agree is marked ambiguous,
        such as one where two outlines cross like a plus sign, which could as well be four.
    """

    plain_levels: ClassVar[int] = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw rectangles of which no three share a cell, until their number is certain."""
        width, height = CANVAS[level]
        while True:
            count = rng.randint(*RECTANGLES[level])
            share = rng.uniform(0.15, 0.35) * sum(RECTANGLES[level]) / count  # of the canvas: many are small
            largest = [max(MIN_SIDE + 1, round(side * min(share, 1))) for side in (width, height)]
            marks = [[0] * width for _ in range(height)]
            drawn: list[Box] = []
            while len(drawn) < count:
                w, h = (rng.randint(MIN_SIDE, side) for side in largest)
                box = rng.randint(0, height - h), rng.randint(0, width - w), h, w
                cells = _outline(*box)
                if all(marks[r][c] < 2 for r, c in cells) and not any(_crossing(box, other) for other in drawn):
                    drawn.append(box)
                    for r, c in cells:
                        marks[r][c] += 1
            if _counts(marks, MAX_STEPS) == {count}:
                break
        picture = "\n".join("".join(".#@"[mark] for mark in row) for row in marks)
        question = (
            f"Rectangles are drawn in this grid by their outlines, each at least {MIN_SIDE} characters wide and "
            f"{MIN_SIDE} high. A cell on the outline of one rectangle is shown as #, a cell on the outlines of two as "
            f"@, any other as a dot; no cell lies on more than two outlines.\n\n{picture}\n\n"
            "How many rectangles are there? Answer with the number in triple angle brackets: <<<number>>>."
        )
        return self.new_problem(level, question, {"counts": [count]}, str(count))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer, "rectangle") in problem.data["counts"]

    def size(self, problem: Problem) -> float:
        """Number of rectangles."""
        return float(problem.data["counts"][0])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the drawing of the metadata apart."""
        lines = item["metadata"]["puzzle"].split("\n")
        width = max(map(len, lines))
        marks = [["#█".find(mark) + 1 for mark in line.ljust(width)] for line in lines]
        gold = int(item["answer"])
        counts = _counts(marks, 20 * MAX_STEPS) or {gold}
        flaw = None
        if gold not in counts:
            flaw = "the stored number is not that of the rectangles"
        elif len(counts) > 1:
            flaw = "ambiguous: the drawing can be taken apart into different numbers of rectangles"
        answer = gold if gold in counts else min(counts)
        return self.official_problem(item["question"], {"counts": sorted(counts)}, str(answer), item["answer"], flaw)


def _outline(top: int, left: int, height: int, width: int) -> list[tuple[int, int]]:
    """Return the cells of an outline."""
    sides = [(r, c) for r in range(top + 1, top + height - 1) for c in (left, left + width - 1)]
    return sides + [(r, c) for r in (top, top + height - 1) for c in range(left, left + width)]


def _crossing(one: Box, other: Box) -> bool:
    """Whether two outlines form a cross, which could as well be four outlines."""
    (t, x, h, w), (top, left, height, width) = one, other
    tall, wide = t < top and t + h > top + height, x < left and x + w > left + width
    low, narrow = t > top and t + h < top + height, x > left and x + w < left + width
    return (tall and narrow) or (low and wide)


def _counts(marks: list[list[int]], max_steps: int) -> set[int]:
    """Return the numbers of outlines that ``marks`` can be taken apart into; empty if ``max_steps`` do not suffice.

    The first marked cell in reading order can only be the upper left corner of an outline.
    """
    marks = [list(row) for row in marks]
    height, width = len(marks), len(marks[0])
    found: set[int] = set()
    steps = 0

    def run(r: int, c: int, down: int, right: int) -> int:
        length = 0
        while r < height and c < width and marks[r][c]:
            length, r, c = length + 1, r + down, c + right
        return length

    def take_apart(r: int, c: int, count: int) -> None:
        nonlocal steps
        steps += 1
        while r < height and not marks[r][c]:
            r, c = (r, c + 1) if c + 1 < width else (r + 1, 0)
        if r == height:
            found.add(count)
            return
        bottoms = {h: run(r + h - 1, c, 0, 1) for h in range(MIN_SIDE, run(r, c, 1, 0) + 1)}
        for w in range(MIN_SIDE, run(r, c, 0, 1) + 1):
            right_side = run(r, c + w - 1, 1, 0)
            for h, bottom in bottoms.items():
                if h > right_side or bottom < w or steps > max_steps:
                    continue
                cells = _outline(r, c, h, w)
                for i, j in cells:
                    marks[i][j] -= 1
                take_apart(r, c, count + 1)
                for i, j in cells:
                    marks[i][j] += 1

    take_apart(0, 0, 0)
    return found if steps <= max_steps else set()


def read(question: str) -> dict[str, Any]:
    """Read the drawing, without the empty rows and columns around it."""
    rows = [row.rstrip(".") for row in re.findall(r"^[.#@]+$", question, re.M)]
    left = min(len(row) - len(row.lstrip(".")) for row in rows if row)
    return {"drawing": "\n".join(row[left:] or "." for row in "\n".join(rows).strip("\n").split("\n"))}


def solve(drawing: str) -> str:
    """Take the drawing apart, corner by corner."""
    rows = drawing.split("\n")
    width = max(map(len, rows))
    return str(min(_counts([[".#@".index(mark) for mark in row.ljust(width, ".")] for row in rows], 40_000)))


def solve_plainly(drawing: str) -> str:
    """Try every rectangle whose upper left corner is the first marked cell, and go on with what is left."""

    def counts(marks: Counter[tuple[int, int]]) -> Iterator[int]:
        if not marks:
            yield 0
            return
        top, left = min(marks)
        for bottom, right in marks:
            if bottom > top + 1 and right > left + 1 and marks[top, right] and marks[bottom, left]:
                box = product(range(top, bottom + 1), range(left, right + 1))
                outline = Counter((r, c) for r, c in box if r in (top, bottom) or c in (left, right))
                if outline <= marks:
                    for others in counts(marks - outline):
                        yield others + 1

    rows = drawing.split("\n")
    cells = {(r, c): ".#@".index(mark) for r, row in enumerate(rows) for c, mark in enumerate(row)}
    marked = +Counter(cells)
    return str(next(counts(marked)))
