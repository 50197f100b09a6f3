"""ARC1d: find the rule that turns rows of colours into others, and apply it."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, groupby, pairwise
from typing import Any

from r1ci_env.envs.answers import BadAnswer, integer_grid, integers_of
from r1ci_env.envs.reasoning_gym.arc.rival_rows import RIVALS
from r1ci_env.envs.reasoning_gym.arc.rival_rows import UNDO as RIVALS_UNDONE
from r1ci_env.envs.reasoning_gym.arc.rule_task import RuleTask
from r1ci_env.envs.reasoning_gym.rivals import Fit, Undo, as_it_is, fitting, settled
from r1ci_env.task import Problem

SHAPES = {  # shortest and longest row, most runs of a colour, steps of the rule, examples
    1: (8, 12, 3, 1, 3),
    2: (10, 20, 3, 1, 3),
    3: (16, 30, 4, 1, 3),
    4: (14, 20, 4, 2, 4),
    5: (22, 32, 6, 2, 4),
}
MOST_EXAMPLES = 5
QUERIES = 8
FEWEST_COLOURS = 2
STYLES = ("runs", "runs", "runs of one colour", "a piece of many colours", "a run with noise")
Row = list[int]
Fixed = tuple[int, ...]
Pair = tuple[Fixed, Fixed]
Step = Callable[[Row], Row]


def _runs_of(row: Row) -> list[tuple[int, int, int]]:
    """Return colour, start and end of each run of a colour."""
    found, start = [], 0
    for colour, cells in groupby(row):
        end = start + len(list(cells))
        if colour:
            found.append((colour, start, end))
        start = end
    return found


def _drawn(runs: Sequence[tuple[int, int, int]], length: int) -> Row:
    row = [0] * length
    for colour, start, end in runs:
        row[start:end] = [colour] * (end - start)
    return row


def _span(row: Row) -> tuple[int, int]:
    """Return where the coloured part starts and ends."""
    coloured = [i for i, colour in enumerate(row) if colour]
    return (coloured[0], coloured[-1] + 1) if coloured else (0, 0)


def _shift(row: Row, steps: int) -> Row:
    steps = max(-len(row), min(steps, len(row)))
    return [0] * steps + row[: len(row) - steps] if steps >= 0 else row[-steps:] + [0] * -steps


def _rotate(row: Row, steps: int) -> Row:
    return row[steps:] + row[:steps]


def _in_place(row: Row, order: Callable[[Row], Row]) -> Row:
    """Put the colours in another order, on the same cells."""
    colours = iter(order([colour for colour in row if colour]))
    return [next(colours) if colour else 0 for colour in row]


def _where(keep: Callable[[int, list[int]], bool]) -> Step:
    """Return the step that keeps runs by their length and that of all runs."""

    def step(row: Row) -> Row:
        runs = _runs_of(row)
        lengths = [end - start for _, start, end in runs]
        return _drawn([run for run, length in zip(runs, lengths, strict=True) if keep(length, lengths)], len(row))

    return step


def _stretch(left: int, right: int) -> Step:
    """Return the step that moves the ends of each run outwards, over background only."""

    def step(row: Row) -> Row:
        result = list(row)
        for colour, start, end in _runs_of(row):
            for i in range(start - left, end + right):
                if 0 <= i < len(row) and not row[i]:
                    result[i] = colour
        return result

    return step


def _shrink(left: int, right: int) -> Step:
    """Return the step that takes cells away from the ends of each run."""

    def step(row: Row) -> Row:
        return _drawn([(c, start + left, max(end - right, start + left)) for c, start, end in _runs_of(row)], len(row))

    return step


def _paint(choose: Callable[[Row], int]) -> Step:
    """Return the step that gives all coloured cells one colour."""

    def step(row: Row) -> Row:
        paint = choose(row) if any(row) else 0
        return [colour and paint for colour in row]

    return step


def _commonest(row: Row) -> int:
    """Return the commonest colour, of several the one that comes first; 0 if there is none."""
    counts = Counter(colour for colour in row if colour)
    return max(counts, key=lambda colour: counts[colour], default=0)


def _swap_background(row: Row) -> Row:
    most = _commonest(row)
    return [0 if colour else most for colour in row]


def _only(row: Row, wanted: int) -> Row:
    return [colour if colour == wanted else 0 for colour in row]


def _without(row: Row, unwanted: int) -> Row:
    return [0 if colour == unwanted else colour for colour in row]


def _fill(row: Row, between: Callable[[int, int], int]) -> Row:
    """Fill each gap between two runs with a colour that depends on both."""
    runs, result = _runs_of(row), list(row)
    for (first, _, start), (second, end, _) in pairwise(runs):
        result[start:end] = [between(first, second)] * (end - start)
    return result


def _fill_alike(row: Row) -> Row:
    most = _commonest(row)
    return _fill(row, lambda *_: most)


def _fall(row: Row) -> Row:
    """Move every coloured cell that has background on its left one place to the left, from left to right."""
    row = list(row)
    for i in range(1, len(row)):
        if row[i] and not row[i - 1]:
            row[i - 1], row[i] = row[i], 0
    return row


def _swap_colours(row: Row) -> Row:
    counts = Counter(colour for colour in row if colour)
    first, second = [*sorted(counts, key=lambda c: -counts[c]), 0, 0][:2]
    return [{first: second, second: first}.get(c, c) for c in row] if second else row


def _repair(row: Row) -> Row:
    """Give a cell between two cells of one colour that colour."""
    inner = [b if a != c or not a else a for a, b, c in zip(row, row[1:], row[2:], strict=False)]
    return [row[0], *inner, row[-1]]


def _copy(row: Row) -> Row:
    """Draw the coloured part once more, right after itself."""
    start, end = _span(row)
    return (row[:end] + row[start:end] + row[2 * end - start :])[: len(row)]


def _to_the_end(row: Row) -> Row:
    end = _span(row)[1]
    return row[:end] + row[end - 1 : end] * (len(row) - end) if end else row


def _turn(row: Row) -> Row:
    start, end = _span(row)
    return row[:start] + row[start:end][::-1] + row[end:]


def _ranks(row: Row) -> Row:
    """Colour the runs by length: 1 for the longest, 2 for the next length, ..."""
    runs = _runs_of(row)
    lengths = sorted({end - start for _, start, end in runs}, reverse=True)
    return _drawn([(lengths.index(end - start) % 9 + 1, start, end) for _, start, end in runs], len(row))


STEPS: dict[str, Step] = {
    "mirror": lambda row: row[::-1],
    "mirror the coloured part": _turn,
    "swap halves": lambda row: row[len(row) // 2 :] + row[: len(row) // 2],
    "copy the left half mirrored": lambda row: row[: (len(row) + 1) // 2] + row[: len(row) // 2][::-1],
    "copy the right half mirrored": lambda row: row[(len(row) + 1) // 2 :][::-1] + row[len(row) // 2 :],
    "fall left": lambda row: [c for c in row if c] + [0] * row.count(0),
    "fall right": lambda row: [0] * row.count(0) + [c for c in row if c],
    "fall one step left": _fall,
    "fall one step right": lambda row: _fall(row[::-1])[::-1],
    "to the left edge": lambda row: _shift(row, -_span(row)[0]),
    "to the right edge": lambda row: _shift(row, len(row) - _span(row)[1]),
    "copy after itself": _copy,
    "sort up": lambda row: _in_place(row, sorted),
    "sort down": lambda row: _in_place(row, lambda cs: sorted(cs, reverse=True)),
    "reverse the colours": lambda row: _in_place(row, lambda cs: cs[::-1]),
    "rotate the colours": lambda row: _in_place(row, lambda cs: cs[1:] + cs[:1]),
    "swap the two commonest colours": _swap_colours,
    "next colour": lambda row: [c % 9 + 1 if c else 0 for c in row],
    "colours from the far end": lambda row: [10 - c if c else 0 for c in row],
    "swap colour and background": _swap_background,
    "paint in the commonest colour": _paint(_commonest),
    "paint in the first colour": _paint(lambda row: next(c for c in row if c)),
    "paint in the last colour": _paint(lambda row: next(c for c in row[::-1] if c)),
    "paint in the colour of the longest run": _paint(lambda row: max(_runs_of(row), key=lambda r: r[2] - r[1])[0]),
    "colour by rank": _ranks,
    "colour by length": lambda row: _drawn([((b - a - 1) % 9 + 1, a, b) for _, a, b in _runs_of(row)], len(row)),
    "commonest colour only": lambda row: _only(row, _commonest(row)),
    "without the commonest colour": lambda row: _without(row, _commonest(row)),
    "longest runs": _where(lambda n, lengths: n == max(lengths)),
    "shortest runs": _where(lambda n, lengths: n == min(lengths)),
    "without the longest runs": _where(lambda n, lengths: n < max(lengths)),
    "without the shortest runs": _where(lambda n, lengths: n > min(lengths)),
    "runs of even length": _where(lambda n, _: n % 2 == 0),
    "runs of odd length": _where(lambda n, _: n % 2 == 1),
    "without single cells": _where(lambda n, _: n > 1),
    "without the first run": lambda row: _drawn(_runs_of(row)[1:], len(row)),
    "without the last run": lambda row: _drawn(_runs_of(row)[:-1], len(row)),
    "ends of the runs": lambda row: _drawn(
        [r for c, a, b in _runs_of(row) for r in ((c, a, a + 1), (c, b - 1, b))], len(row)
    ),
    "inside of the runs": _shrink(1, 1),
    "every second cell of the runs": lambda row: _drawn(
        [(c, i, i + 1) for c, a, b in _runs_of(row) for i in range(a, b, 2)], len(row)
    ),
    "without the first cells": _shrink(1, 0),
    "without the last cells": _shrink(0, 1),
    "stretch left": _stretch(1, 0),
    "stretch right": _stretch(0, 1),
    "stretch both ways": _stretch(1, 1),
    "fill gaps from the left": lambda row: _fill(row, lambda first, _: first),
    "fill gaps from the right": lambda row: _fill(row, lambda _, second: second),
    "fill gaps within a colour": lambda row: _fill(row, lambda first, second: first if first == second else 0),
    "fill gaps with the commonest colour": _fill_alike,
    "repair": _repair,
    "last run to the edge": _to_the_end,
    "first run to the edge": lambda row: _to_the_end(row[::-1])[::-1],
    **{f"shift by {-k}": partial(lambda k, row: row[k:] + [0] * k, k) for k in (4, 3, 2, 1)},
    **{f"shift by {k}": partial(lambda k, row: [0] * k + row[:-k], k) for k in (1, 2, 3, 4)},
    **{f"rotate by {k}": partial(_rotate, steps=k) for k in (-4, -3, -2, -1, 1, 2, 3, 4)},
}
UNDO: dict[str, Step] = {  # second steps, and what undoes them
    **{name: STEPS[name] for name in ("mirror", "reverse the colours", "colours from the far end")},
    "swap halves": lambda row: row[(len(row) + 1) // 2 :] + row[: (len(row) + 1) // 2],
    "rotate the colours": lambda row: _in_place(row, lambda cs: cs[-1:] + cs[:-1]),
    "next colour": lambda row: [(c - 2) % 9 + 1 if c else 0 for c in row],
    **{f"rotate by {k}": STEPS[f"rotate by {-k}"] for k in (-4, -3, -2, -1, 1, 2, 3, 4)},
}


class ARC1d(RuleTask):
    """Apply a rule on rows of colours that only examples show.

    Description:
        Rows of digits, which stand for colours on a background of 0, and what a hidden rule makes of them are given;
        what it makes of one more row is asked for.

    Answer format:
        The row: digits with blanks between them.

    Levels:
        Rules of one step on rows of 8 to 12 cells at level 1 and of 16 to 30 at level 3; the original has 10 to 30.
        Rules of two steps, which no single step replaces, at levels 4 and 5, there on rows of 22 to 32 cells.

    Check:
        Every cell must be right.

    Source and deviations:
        Reasoning-Gym arc_1d, with a library of 68 steps of our own. Examples are added until all rules of the
        library that fit them agree on the row asked for, and so do all `rival_rows`: rules of another make that choose
        runs, gaps and colours in every plain way. Colours, ties and other traits that no example shows are not asked.
    """

    library = STEPS
    show = "print(*rule(digits(test)))"
    max_answer_chars = 1_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a rule, and examples until they settle the answer."""
        shortest, longest, runs, steps, count = SHAPES[level]
        problem = None
        while not problem:
            rule = [rng.choice(list(library)) for library in (STEPS, UNDO)[:steps]]
            length, style, colours = rng.randint(shortest, longest), rng.choice(STYLES), rng.sample(range(1, 10), 4)
            rows = [tuple(_row(rng, length, runs, style, colours)) for _ in range(MOST_EXAMPLES + QUERIES)]
            pairs = [(row, _apply(rule, row)) for row in rows]
            problem = _settled(rule, pairs[:MOST_EXAMPLES], pairs[MOST_EXAMPLES:], count)
        shown, (query, right) = problem
        examples = "\n\n".join(f"Input:  {_show(row)}\nOutput: {_show(result)}" for row, result in shown)
        question = (
            "A rule turns each input row into its output row. The digits are colours; 0 is the background. The rule "
            f"{'is a single step' if steps == 1 else 'consists of two steps, one after the other'}; a step moves, "
            "mirrors, recolours, stretches, removes or fills cells or runs of a colour, or reorders colours.\n\n"
            f"{examples}\n\nWhat is the output for this row?\nInput:  {_show(query)}\n"
            "Give the row, with blanks between the digits, in triple angle brackets: <<<row>>>."
        )
        return self.new_problem(level, question, {"rule": rule, "output": [*right]}, _show(right))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the cells."""
        right = problem.data["output"]
        try:
            return integers_of(answer, len(right), joined=True) == right
        except BadAnswer:
            return integer_grid(answer, len(right)) == [right]

    def found(self, examples: list[tuple[str, str]]) -> list[str]:
        """Try all rules, the shortest first."""
        return _found(examples)

    @staticmethod
    def reader() -> Callable[[str], Row]:
        """Read digits."""
        return _digits

    def size(self, problem: Problem) -> float:
        """Length of the row, and more for a second step."""
        return float(len(problem.data["output"]) * len(problem.data["rule"]) ** 2)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the row of the record."""
        output = item["metadata"]["test_example"]["output"]
        flaw = None if _show(output) == item["answer"] else "the stored answer is not the output of the example"
        return self.official_problem(item["question"], {"output": output}, _show(output), item["answer"], flaw)


def _settled(
    rule: Sequence[str], examples: Sequence[Pair], queries: Sequence[Pair], count: int
) -> tuple[Sequence[Pair], Pair] | None:
    """Return examples, ``count`` or more, and a query that they settle, if there is one."""
    results = {result for _, result in examples}
    if len(results) < len(examples) - 1 or sum(row == result for row, result in examples) > 1:
        return None
    library = _rules(len(rule), *examples[0])
    shown = sorted(examples[:count], key=lambda pair: len(_runs_of([*pair[0]])))
    if len({colour for row, _ in shown for colour in row if colour}) < FEWEST_COLOURS:
        return None
    fits = [Fit(", ".join(r), partial(_apply, r), shorter=len(r) < len(rule)) for r in library if _fits(r, shown)]
    rivals = fitting(RIVALS, shown, LAST_UNDONE, [as_it_is]) if len(rule) == 2 else fitting(RIVALS, shown)
    changed = [(row, result) for row, result in queries if row != result and any(result)]
    return settled(chain(fits, rivals), examples, changed, count, _traits)


def _fits(rule: Sequence[str], pairs: Iterable[Pair]) -> bool:
    return all(_apply(rule, row) == result for row, result in pairs)


def _undone(undo: Step, result: Fixed) -> Fixed:
    return tuple(undo(list(result)))


LAST_UNDONE: list[Undo[Fixed]] = [*(partial(_undone, undo) for undo in UNDO.values()), *RIVALS_UNDONE]


def _traits(row: Fixed) -> set[str]:
    """Return what a row may have that a rule may treat in a way of its own: only what was shown is asked."""
    runs = _runs_of([*row])
    lengths, counts = [end - start for _, start, end in runs], [row.count(colour) for colour in {*row} - {0}]
    traits = {
        "several longest runs": lengths.count(max(lengths)) > 1,
        "several shortest runs": lengths.count(min(lengths)) > 1,
        "several commonest colours": counts.count(max(counts)) > 1,
        "several rarest colours": counts.count(min(counts)) > 1,
        "one colour": len(counts) == 1,
        "a colour in several runs": len(runs) > len(counts),
        "something at the left edge": bool(row[0]),
        "something at the right edge": bool(row[-1]),
        "runs that touch": any(end == start for (*_, end), (_, start, _) in pairwise(runs)),
        "single cells": 1 in lengths,
        "longer runs": max(lengths) > 1,
        **{f"colour {colour}": True for colour in row if colour},
    }
    return {name for name, present in traits.items() if present}


def _row(rng: random.Random, length: int, runs: int, style: str, colours: Sequence[int]) -> Row:
    """Draw a row that is not empty."""
    row = [0] * length
    colour = rng.choice(colours)
    if style.startswith("runs"):
        at = rng.randint(0, 2)
        for _ in range(rng.randint(2, runs)):
            size = rng.randint(1, max(2, length // (runs + 1)))
            here = min(size, length - at)
            row[at : at + here] = [rng.choice(colours) if style == "runs" else colour] * here
            at = min(at + here + rng.randint(0 if style == "runs" else 1, 3), length - 1)
        return row
    size = rng.randint(length // 3, length - 3)
    at = rng.randint(0, length - size)
    for i in range(at, at + size):
        noisy = style != "a run with noise" or rng.random() < 0.25
        row[i] = rng.choice(colours) if noisy else colour
    return row


def _apply(rule: Sequence[str], row: Sequence[int]) -> tuple[int, ...]:
    cells = list(row)
    for name in rule:
        cells = STEPS[name](cells)
    return tuple(cells)


def _rules(steps: int, row: Sequence[int], result: Sequence[int]) -> list[list[str]]:
    """Return all rules of up to one or two steps that turn one row into another, the shorter ones first.

    Second steps can be undone, so that the two steps meet in the middle.
    """
    made: dict[tuple[int, ...], list[str]] = {}
    for name, step in STEPS.items():
        made.setdefault(tuple(step([*row])), []).append(name)
    found = [[name] for name in made.get(tuple(result), ())]
    if steps == 2:
        before = [(last, tuple(undo([*result]))) for last, undo in UNDO.items()]
        found += [[name, last] for last, middle in before for name in made.get(middle, ())]
    return found


def _show(row: Sequence[int]) -> str:
    return " ".join(map(str, row))


def _found(examples: list[tuple[str, str]]) -> list[str]:
    """Return the shortest rule that fits the examples; none if none does."""
    pairs = [(tuple(_digits(before)), tuple(_digits(after))) for before, after in examples]
    return next((rule for rule in _rules(2, *pairs[0]) if _fits(rule, pairs)), [])


def _digits(text: str) -> Row:
    return [int(c) for c in text]


def read(question: str) -> dict[str, Any]:
    """Read the rows of the examples and of the test as digits."""
    rows = re.findall(r"^(?:Input|Output): +([\d ]+)$", question, re.M)
    *shown, test = (row.replace(" ", "") for row in rows)
    return {"examples": list(zip(shown[::2], shown[1::2], strict=True)), "test": test}


def solve(examples: list[tuple[str, str]], test: str) -> str:
    """Try all rules of one step, then of two."""
    rule = _found(examples)
    return _show(_apply(rule, _digits(test))) if rule else ""
