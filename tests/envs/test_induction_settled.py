"""What an induction task asks is settled by its examples: other plain rules that fit them give the same answer.

The rules here are written apart from the tasks' own, as a reader might guess them.
"""

import ast
import re
from itertools import pairwise

import pytest

import r1ci_env
from r1ci_env.envs.reasoning_gym.rivals import Fit, Rivals, fitting, plain, settled

LISTS = {
    **{f"at least {k}": lambda xs, k=k: [x for x in xs if x >= k] for k in range(1, 100)},
    **{f"below {k}": lambda xs, k=k: [x for x in xs if x < k] for k in range(1, 100)},
    **{f"how many below {k}": lambda xs, k=k: [sum(x < k for x in xs)] for k in range(1, 100)},
    **{f"at most {k}": lambda xs, k=k: [min(x, k) for x in xs] for k in range(1, 100)},
    **{f"first {k}": lambda xs, k=k: xs[:k] for k in range(1, 8)},
    **{f"last {k}": lambda xs, k=k: xs[-k:] for k in range(1, 8)},
    **{f"distinct {k} from the top": lambda xs, k=k: sorted({*xs})[-k:][:1] for k in range(1, 5)},
    **{f"{k} from the top": lambda xs, k=k: sorted(xs)[-k:][:1] for k in range(1, 5)},
    **{f"distinct {k} by size": lambda xs, k=k: sorted({*xs})[k - 1 : k] for k in range(1, 5)},
    "first half": lambda xs: xs[: len(xs) // 2],
    "first half, rounded up": lambda xs: xs[: (len(xs) + 1) // 2],
    "second half": lambda xs: xs[len(xs) // 2 :],
    "second half, rounded down": lambda xs: xs[(len(xs) + 1) // 2 :],
    "halves swapped, the longer first": lambda xs: xs[(len(xs) + 1) // 2 :] + xs[: (len(xs) + 1) // 2],
    "halves swapped around the middle": lambda xs: (
        xs[(len(xs) + 1) // 2 :] + xs[len(xs) // 2 : (len(xs) + 1) // 2] + xs[: len(xs) // 2]
    ),
    "records": lambda xs: [x for i, x in enumerate(xs) if all(x > y for y in xs[:i])],
    "records or equal": lambda xs: [x for i, x in enumerate(xs) if all(x >= y for y in xs[:i])],
    "rises or level": lambda xs: [sum(b >= a for a, b in pairwise(xs))],
    "without one largest": lambda xs: xs[: xs.index(max(xs))] + xs[xs.index(max(xs)) + 1 :],
    "without all largest": lambda xs: [x for x in xs if x < max(xs)],
    "at least the average": lambda xs: [x for x in xs if x * len(xs) >= sum(xs)],
    "place of the last largest": lambda xs: [len(xs) - xs[::-1].index(max(xs))],
    "middle on the left": lambda xs: xs[(len(xs) - 1) // 2 :][:1],
}
ROWS = {
    **{f"all in {k}": lambda row, k=k: [c and k for c in row] for k in range(1, 10)},
    **{f"only {k}": lambda row, k=k: [c if c == k else 0 for c in row] for k in range(1, 10)},
    **{f"without {k}": lambda row, k=k: [0 if c == k else c for c in row] for k in range(1, 10)},
    **{f"shift by {k}": lambda row, k=k: ([0] * k + row)[: len(row)] for k in range(1, 9)},
    **{f"rotate by {k}": lambda row, k=k: row[-k:] + row[:-k] for k in range(1, 9)},
    "only the smallest": lambda row: [c if c == min(filter(None, row)) else 0 for c in row],
    "only the largest": lambda row: [c if c == max(row) else 0 for c in row],
    "without the last of the commonest": lambda row: [0 if c == _commonest(row[::-1]) else c for c in row],
    "only the last of the commonest": lambda row: [c if c == _commonest(row[::-1]) else 0 for c in row],
    "rays to the right": lambda row: [next(filter(None, row[i::-1]), 0) for i in range(len(row))],
}
GRIDS = {
    "mirror": lambda grid: [row[::-1] for row in grid],
    "flip": lambda grid: grid[::-1],
    "roll left": lambda grid: [row[1:] + row[:1] for row in grid],
    "roll up": lambda grid: grid[1:] + grid[:1],
    "twice": lambda grid: grid + grid,
    "left half, with the middle": lambda grid: [row[: (len(row) + 1) // 2] for row in grid],
    "left half, without the middle": lambda grid: [row[: len(row) // 2] for row in grid],
    "shift left": lambda grid: [[*row[1:], 0] for row in grid],
    "shift right": lambda grid: [[0, *row[:-1]] for row in grid],
    "shift up": lambda grid: [*grid[1:], [0] * len(grid[0])],
    "shift down": lambda grid: [[0] * len(grid[0]), *grid[:-1]],
    **{f"all in {k}": lambda grid, k=k: [[c and k for c in row] for row in grid] for k in range(1, 10)},
    **{f"without {k}": lambda grid, k=k: [[0 if c == k else c for c in row] for row in grid] for k in range(1, 10)},
    **{f"only {k}": lambda grid, k=k: [[c if c == k else 0 for c in row] for row in grid] for k in range(1, 10)},
}


def _commonest(row):
    return max(filter(None, row), key=row.count)


def lists_of(question):
    numbers = [ast.literal_eval(text) for text in re.findall(r"\[[-\d, ]+\]", question.split("\nAnswer")[0])]
    return [*zip(numbers[:-1:2], numbers[1::2], strict=True)], numbers[-1]


def rows_of(question):
    rows = [[int(c) for c in text.split()] for text in re.findall(r"^(?:In|Out)put: +([\d ]+)$", question, re.M)]
    return [*zip(rows[:-1:2], rows[1::2], strict=True)], rows[-1]


def grids_of(question):
    blocks = re.findall(r"^(?:In|Out)put:\n((?:[\d ]+(?:\n|$))+)", question, re.M)
    grids = [[[int(c) for c in row.split()] for row in block.splitlines()] for block in blocks]
    return [*zip(grids[:-1:2], grids[1::2], strict=True)], grids[-1]


@pytest.mark.parametrize(
    ("name", "read", "rules"),
    [("ListFunctions", lists_of, LISTS), ("ARC1d", rows_of, ROWS), ("ARCAGI", grids_of, GRIDS)],
)
def test_every_plain_rule_that_fits_the_examples_gives_the_answer(name, read, rules):
    task, fits = r1ci_env.get_task(name), 0
    for seed, level in ((seed, level) for level in task.levels for seed in range(3_000, 3_025)):
        problem = task.problem(seed, level)
        examples, asked = read(problem.question)
        for rule in rules.values():
            if all(rule(thing) == result for thing, result in examples):
                fits += 1
                assert rule(asked) == problem.data["output"], problem.ref
    assert fits, "none of the rules was ever tried"


@pytest.mark.parametrize(("name", "read"), [("ARC1d", rows_of), ("ARCAGI", grids_of)])
def test_a_colour_is_asked_only_where_an_example_shows_it_among_others(name, read):
    task = r1ci_env.get_task(name)
    for seed, level in ((seed, level) for level in task.levels for seed in range(3_000, 3_015)):
        problem = task.problem(seed, level)
        examples, asked = read(problem.question)
        shown = {int(c) for thing, _ in examples for c in re.findall(r"[1-9]", str(thing))}
        assert len(shown) > 1, problem.ref
        assert {int(c) for c in re.findall(r"[1-9]", str(asked))} <= shown, problem.ref


def test_rivals_are_told_by_what_they_make_of_the_examples():
    family = Rivals(
        {"first": lambda t: t[0], "last": lambda t: t[-1]}, {"only": lambda _, x: (x,), "plus": lambda t, x: (*t, x)}
    )
    names = [
        fit.name for fit in fitting([family, plain({"reverse": lambda t: t[::-1]})], [((1, 1), (1,)), ((2, 3), (3,))])
    ]
    assert names == ["last: only"]
    assert {fit.name for fit in fitting([family], [((1, 1), (1,))])} == {"first: only", "last: only"}
    undone = fitting([family], [((1, 2), (2, 1, 2))], [lambda t: t[::-1]])
    assert [fit.name for fit in undone] == [], "(2, 1, 2) reversed is (2, 1, 2)"
    undone = fitting([family], [((1, 2), (2, 2, 1))], [lambda t: t[::-1]])
    assert [fit.name for fit in undone] == ["last: plus"]


def test_a_query_is_settled_only_if_all_that_fit_agree_and_its_traits_are_shown():
    first, last = Fit("first", lambda t: t[:1]), Fit("last", lambda t: t[-1:])
    examples = [((1, 1), (1,)), ((2, 3), (2,))]

    def traits(thing):
        return {f"length {len(thing)}"}

    assert settled([first, last], examples, [((4, 5), (4,))], 1, traits) == (examples, ((4, 5), (4,)))
    assert settled([first, last], examples[:1], [((4, 5), (4,))], 1, traits) is None
    assert settled([first, last], examples[:1], [((4, 4), (4,))], 1, traits) == (examples[:1], ((4, 4), (4,)))
    assert settled([first], examples, [((4, 5, 6), (4,))], 1, traits) is None, "no example is as long"
    shorter = Fit("shorter", lambda t: t[:1], shorter=True)
    assert settled([first, shorter], examples, [((4, 5), (4,))], 1, traits) is None
