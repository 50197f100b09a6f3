"""ARCAGI: find the rule that turns grids of colours into others, and apply it."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import chain, product
from typing import Any

from r1ci_env.envs.answers import integer_grid
from r1ci_env.envs.reasoning_gym.arc.rival_grids import RIVALS, UNDO, UNDO_TWO
from r1ci_env.envs.reasoning_gym.arc.rule_task import RuleTask
from r1ci_env.envs.reasoning_gym.rivals import Fit, Undo, fitting, settled
from r1ci_env.task import Problem

SHAPES = {  # shortest and longest side, steps of the rule, examples
    1: ((3, 5), 1, 3),
    2: ((5, 7), 1, 3),
    3: ((7, 10), 1, 3),
    4: ((8, 11), 2, 3),
    5: ((11, 14), 3, 3),
}
MOST_EXAMPLES = 5
QUERIES = 8
DIGITS = "0123456789"
FIRST_SIDES = (3, 5)
"""The first example is small: on it all rules are tried."""
STYLES = ("cells", "many cells", "rectangles", "rectangles", "frames", "shapes")
DENSITIES = {"cells": 0.25, "many cells": 0.7}
Grid = tuple[tuple[int, ...], ...]
Step = Callable[[Grid], Grid]
Cells = list[tuple[int, int]]
Pair = tuple[Grid, Grid]


def _transpose(grid: Grid) -> Grid:
    return tuple(zip(*grid, strict=True))


def _flip(grid: Grid) -> Grid:
    return grid[::-1]


def _mirror(grid: Grid) -> Grid:
    return tuple(row[::-1] for row in grid)


def _by_columns(step: Step) -> Step:
    """Return the step that does to columns what ``step`` does to rows."""

    def turned(grid: Grid) -> Grid:
        columns = _transpose(grid)
        return _transpose(step(columns))

    return turned


def _by_rows(change: Callable[[tuple[int, ...]], Sequence[int]]) -> Step:
    return lambda grid: tuple([tuple(change(row)) for row in grid])


@lru_cache(maxsize=64)
def _ranking(grid: Grid) -> list[int]:
    """Return the colours that occur, the commonest first and of two as common the smaller number first."""
    counts = Counter([colour for row in grid for colour in row if colour])
    return sorted(counts, key=lambda colour: (-counts[colour], colour))


def _by_colour(change: Callable[[int, list[int]], int]) -> Step:
    """Return the step that gives each cell a colour that depends on its own and on the ranking of the colours."""

    def step(grid: Grid) -> Grid:
        ranked = _ranking(grid)
        new = {colour: change(colour, ranked) for colour in (0, *ranked)}
        return tuple([tuple([new[colour] for colour in row]) for row in grid])

    return step


@lru_cache(maxsize=64)
def _objects_of(grid: Grid) -> list[Cells]:
    """Return the cells of each object: cells of one colour that touch at their sides."""
    left = {(r, c): colour for r, row in enumerate(grid) for c, colour in enumerate(row) if colour}
    found = []
    for start in list(left):
        if start in left:
            colour, cells = left.pop(start), [start]
            for r, c in cells:
                for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                    if left.get(near) == colour:
                        del left[near]
                        cells.append(near)
            found.append(cells)
    return found


def _drawn(grid: Grid, objects: Sequence[Cells], colours: Sequence[int] | None = None) -> Grid:
    """Return a grid of the same size that holds these objects only, in their own or other colours."""
    rows = [[0] * len(grid[0]) for _ in grid]
    for i, cells in enumerate(objects):
        for r, c in cells:
            rows[r][c] = colours[i] if colours else grid[r][c]
    return tuple(map(tuple, rows))


def _keep(wanted: Callable[[int, list[int]], bool]) -> Step:
    """Return the step that keeps objects by their number of cells and that of all objects."""

    def step(grid: Grid) -> Grid:
        objects = _objects_of(grid)
        sizes = [len(cells) for cells in objects]
        return _drawn(grid, [cells for cells in objects if wanted(len(cells), sizes)])

    return step


def _rank_colours(grid: Grid) -> Grid:
    objects = _objects_of(grid)
    sizes = sorted({len(cells) for cells in objects}, reverse=True)
    return _drawn(grid, objects, [sizes.index(len(cells)) % 9 + 1 for cells in objects])


def _boxes(grid: Grid) -> Grid:
    """Fill the smallest rectangle around each object with its colour, over background only."""
    rows = [list(row) for row in grid]
    for cells in _objects_of(grid):
        (top, bottom), (left, right) = ((min(line), max(line)) for line in zip(*cells, strict=True))
        for r, c in product(range(top, bottom + 1), range(left, right + 1)):
            if not grid[r][c]:
                rows[r][c] = grid[cells[0][0]][cells[0][1]]
    return tuple(map(tuple, rows))


def _largest_cut_out(grid: Grid) -> Grid:
    cells = max(_objects_of(grid), key=len, default=[(0, 0)])
    (top, bottom), (left, right) = ((min(line), max(line)) for line in zip(*cells, strict=True))
    return tuple(row[left : right + 1] for row in grid[top : bottom + 1])


@lru_cache(maxsize=64)
def _around(grid: Grid) -> list[tuple[int, tuple[int, ...]]]:
    """Return the colour of each cell and those of its four neighbours; beyond the edge is background."""
    blank = (0,) * len(grid[0])
    cells: list[tuple[int, tuple[int, ...]]] = []
    for above, row, below in zip((blank, *grid), grid, (*grid[1:], blank), strict=False):
        cells += zip(row, zip(above, (0, *row), (*row[1:], 0), below, strict=False), strict=False)
    return cells


def _by_neighbours(change: Callable[[int, tuple[int, ...]], int]) -> Step:
    """Return the step that gives each cell a colour that depends on its own and on its neighbours'."""

    def step(grid: Grid) -> Grid:
        cells = [change(colour, near) for colour, near in _around(grid)]
        width = len(grid[0])
        return tuple([tuple(cells[i : i + width]) for i in range(0, len(cells), width)])

    return step


def _fill_holes(grid: Grid) -> Grid:
    """Give background from which no way over background leads to the edge the commonest colour."""
    inside = {(r, c) for r, row in enumerate(grid) for c, colour in enumerate(row) if not colour}
    queue = [(r, c) for r, c in inside if r in (0, len(grid) - 1) or c in (0, len(grid[0]) - 1)]
    inside.difference_update(queue)
    for r, c in queue:
        for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if near in inside:
                inside.remove(near)
                queue.append(near)
    rows = [list(row) for row in grid]
    commonest = (_ranking(grid) or [0])[0]
    for r, c in inside:
        rows[r][c] = commonest
    return tuple(map(tuple, rows))


def _ray(row: Sequence[int]) -> list[int]:
    """Continue each colour to the right until another one stands there."""
    row = list(row)
    for i in range(1, len(row)):
        row[i] = row[i] or row[i - 1]
    return row


def _join(row: Sequence[int]) -> list[int]:
    """Fill the background between two cells of one colour, with nothing else between them, in that colour."""
    pairs = zip(_ray(row), _ray(row[::-1])[::-1], strict=True)
    return [left if left == right else colour for colour, (left, right) in zip(row, pairs, strict=True)]


def _crop(grid: Grid) -> Grid:
    """Cut out the coloured part."""
    for _ in range(4):
        while len(grid) > 1 and not any(grid[0]):
            grid = grid[1:]
        grid = _mirror(_transpose(grid))
    return grid


def _frame(grid: Grid) -> Grid:
    colour = (_ranking(grid) or [0])[0]
    line = (colour,) * (len(grid[0]) + 2)
    return (line, *((colour, *row, colour) for row in grid), line)


def _halves(change: Callable[[int, int], int]) -> Step:
    """Return the step that lays the left half, without a middle column, over the right one."""

    def step(grid: Grid) -> Grid:
        half = len(grid[0]) // 2
        return tuple([tuple([change(a, b) for a, b in zip(row[:half], row[-half:], strict=True)]) for row in grid])

    return step


MOVES: dict[str, Step] = {
    "mirror": _mirror,
    "flip": _flip,
    "half turn": lambda grid: _flip(_mirror(grid)),
    "transpose": _transpose,
    "other transpose": lambda grid: _flip(_mirror(_transpose(grid))),
    "turn right": lambda grid: _mirror(_transpose(grid)),
    "turn left": lambda grid: _flip(_transpose(grid)),
    "roll up": lambda grid: grid[1:] + grid[:1],
    "roll down": lambda grid: grid[-1:] + grid[:-1],
    "roll left": _by_rows(lambda row: row[1:] + row[:1]),
    "roll right": _by_rows(lambda row: row[-1:] + row[:-1]),
}
RECOLOURS: dict[str, Step] = {
    "next colour": _by_rows(lambda row: [c % 9 + 1 if c else 0 for c in row]),
    "previous colour": _by_rows(lambda row: [(c - 2) % 9 + 1 if c else 0 for c in row]),
    "colour from the far end": _by_rows(lambda row: [10 - c if c else 0 for c in row]),
}
PAIRS = {"turn right": "turn left", "roll up": "roll down", "roll left": "roll right", "next colour": "previous colour"}
INVERSE = {**PAIRS, **{back: there for there, back in PAIRS.items()}}  # the other moves and changes undo themselves
REARRANGEMENTS: dict[str, Step] = {
    **MOVES,
    "fall left": _by_rows(lambda row: [*filter(None, row), *[0] * row.count(0)]),
    "fall right": _by_rows(lambda row: [*[0] * row.count(0), *filter(None, row)]),
    "fall up": _by_columns(_by_rows(lambda row: [*filter(None, row), *[0] * row.count(0)])),
    "fall down": _by_columns(_by_rows(lambda row: [*[0] * row.count(0), *filter(None, row)])),
    "rows by colour": lambda grid: tuple(sorted(grid, key=lambda row: row.count(0), reverse=True)),
    "columns by colour": _by_columns(lambda grid: tuple(sorted(grid, key=lambda row: row.count(0), reverse=True))),
}
REPAINTINGS: dict[str, Step] = {
    **RECOLOURS,
    "swap the two commonest colours": _by_colour(
        lambda c, ranked: ranked[1 - ranked.index(c)] if c in ranked[:2] and len(ranked) > 1 else c
    ),
    "all in the commonest colour": _by_colour(lambda c, ranked: ranked[0] if c in ranked else 0),
    "all in the rarest colour": _by_colour(lambda c, ranked: ranked[-1] if c in ranked else 0),
    "colour by size": _rank_colours,
}
PICKS: dict[str, Step] = {
    "commonest colour only": _by_colour(lambda c, ranked: c if c in ranked[:1] else 0),
    "without the commonest colour": _by_colour(lambda c, ranked: 0 if c in ranked[:1] else c),
    "rarest colour only": _by_colour(lambda c, ranked: c if c in ranked[-1:] else 0),
    "largest objects": _keep(lambda size, sizes: size == max(sizes)),
    "smallest objects": _keep(lambda size, sizes: size == min(sizes)),
    "without the largest objects": _keep(lambda size, sizes: size < max(sizes)),
    "without the smallest objects": _keep(lambda size, sizes: size > min(sizes)),
    "without single cells": _keep(lambda size, _: size > 1),
    "single cells": _keep(lambda size, _: size == 1),
    "outlines": _by_neighbours(lambda colour, near: 0 if near == (colour,) * 4 else colour),
    "insides": _by_neighbours(lambda colour, near: colour if near == (colour,) * 4 else 0),
    "touching another colour": _by_neighbours(lambda colour, near: colour if {*near} - {0, colour} else 0),
    "alone": _by_neighbours(lambda colour, near: 0 if any(near) else colour),
}
FILLS: dict[str, Step] = {
    "boxes": _boxes,
    "grow": _by_neighbours(lambda colour, near: colour or max(near)),
    "fill holes": _fill_holes,
    "rays right": _by_rows(_ray),
    "rays left": _by_rows(lambda row: _ray(row[::-1])[::-1]),
    "rays down": _by_columns(_by_rows(_ray)),
    "rays up": _by_columns(_by_rows(lambda row: _ray(row[::-1])[::-1])),
    "join along rows": _by_rows(_join),
    "join along columns": _by_columns(_by_rows(_join)),
}
OTHERS: dict[str, Step] = {
    "left half mirrored": _by_rows(lambda row: row[: (len(row) + 1) // 2] + row[: len(row) // 2][::-1]),
    "right half mirrored": _by_rows(lambda row: row[(len(row) + 1) // 2 :][::-1] + row[len(row) // 2 :]),
    "upper half mirrored": lambda grid: grid[: (len(grid) + 1) // 2] + grid[: len(grid) // 2][::-1],
    "lower half mirrored": lambda grid: grid[(len(grid) + 1) // 2 :][::-1] + grid[len(grid) // 2 :],
    "twice side by side": _by_rows(lambda row: row + row),
    "twice one below the other": lambda grid: grid + grid,
    "with its mirror image": _by_rows(lambda row: row + row[::-1]),
    "with its image in water": lambda grid: grid + grid[::-1],
    "twice as large": lambda grid: tuple([tuple([c for c in row for _ in (1, 2)]) for row in grid for _ in (1, 2)]),
    "every second row": lambda grid: grid[::2],
    "every second column": _by_rows(lambda row: row[::2]),
    "left half": _by_rows(lambda row: row[: (len(row) + 1) // 2]),
    "right half": _by_rows(lambda row: row[len(row) // 2 :]),
    "upper half": lambda grid: grid[: (len(grid) + 1) // 2],
    "lower half": lambda grid: grid[len(grid) // 2 :],
    "cut out the coloured part": _crop,
    "cut out the largest object": _largest_cut_out,
    "without the edge": lambda grid: tuple(row[1:-1] for row in grid[1:-1]),
    "framed": _frame,
    "swap colour and background": _by_colour(lambda c, ranked: 0 if c or not ranked else ranked[0]),
    "without empty rows": lambda grid: tuple(row for row in grid if any(row)) or grid[:1],
    "without empty columns": _by_columns(lambda grid: tuple(row for row in grid if any(row)) or grid[:1]),
    "in both halves": _halves(lambda left, right: left if left and right else 0),
    "in one half": _halves(lambda left, right: 0 if left and right else left or right),
    "left half over right half": _halves(lambda left, right: left or right),
}
STEPS: dict[str, Step] = {**REARRANGEMENTS, **REPAINTINGS, **PICKS, **FILLS, **OTHERS}
ENDINGS: dict[int, list[tuple[str, ...]]] = {  # what may follow the first step, by number of steps
    1: [()],
    2: [(name,) for name in (*MOVES, *RECOLOURS)],
    3: [(move, recolour) for recolour in RECOLOURS for move in MOVES],
}


class ARCAGI(RuleTask):
    """Apply a rule on grids of colours that only examples show.

    Description:
        Grids of digits, which stand for colours on a background of 0, and what a hidden rule makes of them are given;
        what it makes of one more grid is asked for.

    Answer format:
        The grid: one row a line, digits with blanks between them.

    Levels:
        Rules of one step on grids with sides of 3 to 5 at level 1 and 7 to 10 at level 3; at levels 4 and 5 a move or
        a change of colours, or both, follow, on grids with sides of up to 14. The original has sides of up to 30.

    Check:
        Every cell must be right.

    Source and deviations:
        Reasoning-Gym arc_agi, which varies the 800 public puzzles of ARC-AGI-1. Here the rules come from a library of
        70 steps of our own. Examples are added until all rules of as many steps that fit them agree on the grid
        asked for, and so do all `rival_grids`: rules of another make that choose objects, colours and lines in every
        plain way. Colours, ties and other traits that no example shows are not asked.
    """

    library = STEPS
    show = "for row in rule(grid_of(test)):\n    print(*row)"
    max_answer_chars = 8_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a rule, and examples until they settle the answer."""
        sides, steps, count = SHAPES[level]
        problem = None
        while not problem:
            rule = [rng.choice(list(STEPS)), *rng.choice(ENDINGS[steps])]
            style, colours = rng.choice(STYLES), rng.sample(range(1, 10), 4)
            grids = [_grid(rng, sides if i else FIRST_SIDES, style, colours) for i in range(MOST_EXAMPLES + QUERIES)]
            pairs = [(grid, _apply(rule, grid)) for grid in grids]
            problem = _settled(rule, pairs[:MOST_EXAMPLES], pairs[MOST_EXAMPLES:], count)
        shown, (query, right) = problem
        examples = "\n\n".join(f"Input:\n{_show(grid)}\nOutput:\n{_show(result)}" for grid, result in shown)
        number = ("is a single step", "consists of two steps", "consists of three steps")[steps - 1]
        question = (
            "A rule turns each input grid into its output grid. The digits are colours; 0 is the background. The rule "
            f"{number}; a step moves, mirrors, turns, repeats or cuts the grid, changes colours, picks, fills or "
            "extends objects (cells of a colour that touch), or lays parts over each other.\n\n"
            f"{examples}\n\nWhat is the output for this grid?\nInput:\n{_show(query)}\n\n"
            "Give the rows, one a line, with blanks between the digits, in triple angle brackets: <<<rows>>>."
        )
        data = {"rule": rule, "cells": sum(map(len, query)), "output": [[*row] for row in right]}
        return self.new_problem(level, question, data, _show(right))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the cells."""
        right = problem.data["output"]
        return integer_grid(answer, len(right[0])) == right

    def found(self, examples: list[tuple[str, str]]) -> list[str]:
        """Try all rules, the shortest first."""
        return _found(examples)

    @staticmethod
    def reader() -> Callable[[str], Grid]:
        """Read digits."""
        return _grid_of

    def size(self, problem: Problem) -> float:
        """Cells of the grid, and more for further steps."""
        return float(problem.data["cells"] * len(problem.data["rule"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the grid of the record."""
        output = item["metadata"]["output"]
        flaw = None if _show(output) == item["answer"].strip() else "the stored answer is not the output of the record"
        return self.official_problem(item["question"], {"output": output}, _show(output), item["answer"], flaw)


def _settled(
    rule: Sequence[str], examples: Sequence[Pair], queries: Sequence[Pair], count: int
) -> tuple[Sequence[Pair], Pair] | None:
    """Return examples, ``count`` or more, and a query that they settle, if there is one."""
    shown = examples[:count]
    if sum(not _coloured(result) for _, result in shown) > 1 or sum(a == b for a, b in examples) > 1:
        return None
    library = [r for r in _rules(len(rule), *shown[0]) if _fits(r, shown)]
    fits = [Fit(", ".join(r), partial(_apply, r), shorter=len(r) < len(rule)) for r in library]
    undo, *fewer = (UNDONE[number] for number in range(len(rule), 0, -1))
    rivals = fitting(RIVALS, shown, undo, chain(*fewer))
    changed = [(grid, result) for grid, result in queries if grid != result and _coloured(result)]
    return settled(chain(fits, rivals), examples, changed, count, _traits)


def _coloured(grid: Grid) -> bool:
    return any(map(any, grid))


def _fits(rule: Sequence[str], pairs: Iterable[Pair]) -> bool:
    return all(_apply(rule, grid) == result for grid, result in pairs)


def _undone(ending: Sequence[str], result: Grid) -> Grid:
    for name in ending[::-1]:
        result = STEPS[INVERSE.get(name, name)](result)
    return result


UNDONE: dict[int, list[Undo[Grid]]] = {  # what undoes all steps after the first, by number of steps
    number: [partial(_undone, ending) for ending in endings] for number, endings in ENDINGS.items()
}
UNDONE[2] += UNDO
UNDONE[3] += UNDO_TWO


def _traits(grid: Grid) -> set[str]:
    """Return what a grid may have that a rule may treat in a way of its own: only what was shown is asked."""
    sizes = [len(cells) for cells in _objects_of(grid)]
    counts = [sum(row.count(colour) for row in grid) for colour in _ranking(grid)]
    height, width = len(grid), len(grid[0])
    traits = {
        "several largest objects": sizes.count(max(sizes)) > 1,
        "several smallest objects": sizes.count(min(sizes)) > 1,
        "several commonest colours": counts.count(max(counts)) > 1,
        "several rarest colours": counts.count(min(counts)) > 1,
        "one colour": len(counts) == 1,
        "several objects of a colour": len(sizes) > len(counts),
        "single cells": 1 in sizes,
        "larger objects": max(sizes) > 1,
        "no background": all(map(all, grid)),
        **{f"{parity} height": height % 2 == i for i, parity in enumerate(("even", "odd"))},
        **{f"{parity} width": width % 2 == i for i, parity in enumerate(("even", "odd"))},
        **{f"colour {colour}": True for colour in _ranking(grid)},
    }
    return {name for name, present in traits.items() if present}


def _grid(rng: random.Random, sides: tuple[int, int], style: str, palette: Sequence[int]) -> Grid:
    """Draw a grid that is not empty."""
    height, width = rng.randint(*sides), rng.randint(*sides)
    colours = rng.sample(palette, rng.randint(2, len(palette)))
    cells = [0] * (height * width)
    if density := DENSITIES.get(style, 0):
        weights = [1 - density] + [density / len(colours)] * len(colours)
        cells = rng.choices([0, *colours], weights, k=height * width)
    rows = [cells[i : i + width] for i in range(0, height * width, width)]
    for i in range(0 if density else rng.randint(2, 2 + height * width // 25)):
        tall, wide = rng.randint(1, (height + 1) // 2), rng.randint(1, (width + 1) // 2)
        top, left = rng.randint(0, height - tall), rng.randint(0, width - wide)
        colour = colours[i % len(colours)]
        for r in range(top, top + tall):
            if style == "shapes":
                rows[r][left : left + wide] = [
                    colour if rng.random() < 0.6 else old for old in rows[r][left : left + wide]
                ]
            elif style == "frames" and top < r < top + tall - 1:
                rows[r][left] = rows[r][left + wide - 1] = colour
            else:
                rows[r][left : left + wide] = [colour] * wide
    rows[rng.randrange(height)][rng.randrange(width)] = colours[0]
    return tuple(map(tuple, rows))


def _apply(rule: Sequence[str], grid: Grid) -> Grid:
    for name in rule:
        grid = STEPS[name](grid)
    return grid


def _rules(steps: int, grid: Grid, result: Grid) -> Iterator[list[str]]:
    """Yield all rules of up to so many steps that turn one grid into another, the shortest first.

    What may follow the first step can be undone, so that first steps and endings meet in the middle.
    """
    made = cache(lambda name: STEPS[name](grid))
    before: dict[tuple[str, ...], Grid] = {(): result}  # what stood before each ending
    for ending in (ending for number in range(1, steps + 1) for ending in ENDINGS[number]):
        if ending:
            first = ending[0]
            before[ending] = STEPS[INVERSE.get(first, first)](before[ending[1:]])
        wanted = before[ending]
        yield from ([name, *ending] for name in _candidates(grid, wanted) if made(name) == wanted)


def _candidates(grid: Grid, result: Grid) -> Iterator[str]:
    """Yield the steps that may turn one grid into another, as far as a short look tells."""
    cells, after = [colour for row in grid for colour in row], [colour for row in result for colour in row]
    if sorted(cells) == sorted(after):
        yield from REARRANGEMENTS
    if (len(grid), len(grid[0])) == (len(result), len(result[0])):
        changes = set(zip(cells, after, strict=True))
        if all((old == 0) == (new == 0) for old, new in changes):
            yield from REPAINTINGS
        if all(new in (0, old) for old, new in changes):
            yield from PICKS
        if all(old in (0, new) for old, new in changes):
            yield from FILLS
    yield from OTHERS


def _show(grid: Sequence[Sequence[int]]) -> str:
    return "\n".join([" ".join(map(DIGITS.__getitem__, row)) for row in grid])


def _found(examples: list[tuple[str, str]]) -> list[str]:
    """Return the shortest rule that fits the examples; none if none does."""
    pairs = [(_grid_of(before), _grid_of(after)) for before, after in examples]
    return next((rule for rule in _rules(len(ENDINGS), *pairs[0]) if _fits(rule, pairs)), [])


def _grid_of(text: str) -> Grid:
    return tuple(tuple(map(int, row)) for row in text.split())


def read(question: str) -> dict[str, Any]:
    """Read the grids of the examples and of the test, rows of digits with blanks between them."""
    blocks = re.findall(r"^(?:Input|Output):\n((?:[\d ]+(?:\n|$))+)", question, re.M)
    *shown, test = (" ".join(row.replace(" ", "") for row in block.splitlines()) for block in blocks)
    return {"examples": list(zip(shown[::2], shown[1::2], strict=True)), "test": test}


def solve(examples: list[tuple[str, str]], test: str) -> str:
    """Try all rules of one step, then of two and three."""
    rule = _found(examples)
    return _show(_apply(rule, _grid_of(test))) if rule else ""
