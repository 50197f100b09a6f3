"""ListFunctions: find the rule that turns lists into lists, and apply it."""

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import accumulate, chain, pairwise
from typing import Any, TypeVar

from r1ci_env.envs.answers import integers
from r1ci_env.envs.reasoning_gym.induction.rival_lists import RIVALS, UNDO_LINEAR
from r1ci_env.envs.reasoning_gym.rivals import Fit, as_it_is, fitting, settled
from r1ci_env.envs.reasoning_gym.rule_source import rule_program
from r1ci_env.task import Problem, Task

SHAPES = {  # shortest and longest list, largest number, steps of the rule, examples
    1: (4, 6, 20, 1, 4),
    2: (4, 8, 50, 1, 4),
    3: (5, 10, 99, 1, 4),
    4: (6, 10, 99, 2, 5),
    5: (8, 14, 99, 2, 5),
}
MOST_EXAMPLES = 6
QUERIES = 12
MOST_VALUE = 10**6
SMALL = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
Numbers = list[int]
Fixed = tuple[int, ...]
Pair = tuple[Fixed, Fixed]
Step = Callable[[Numbers], Numbers]
T = TypeVar("T")


def _many(name: str, values: Iterable[int], step: Callable[[int, Numbers], T]) -> dict[str, Callable[[Numbers], T]]:
    """Return a step for each value, named by it."""
    return {name.format(k): partial(step, k) for k in values}


ARRANGE: dict[str, Step] = {
    "reverse": lambda xs: xs[::-1],
    "sort up": sorted,
    "sort down": lambda xs: sorted(xs, reverse=True),
    "distinct": lambda xs: list(dict.fromkeys(xs)),
    "swap ends": lambda xs: [xs[-1], *xs[1:-1], xs[0]] if len(xs) > 1 else xs,
    "swap halves": lambda xs: xs[len(xs) // 2 :] + xs[: len(xs) // 2],
    "swap neighbours": lambda xs: [x for i in range(0, len(xs), 2) for x in xs[i : i + 2][::-1]],
    "evens first": lambda xs: sorted(xs, key=lambda x: x % 2),
    "largest first": lambda xs: [max(xs), *xs[: xs.index(max(xs))], *xs[xs.index(max(xs)) + 1 :]],
    "smallest last": lambda xs: [*xs[: xs.index(min(xs))], *xs[xs.index(min(xs)) + 1 :], min(xs)],
    "evens": lambda xs: [x for x in xs if x % 2 == 0],
    "odds": lambda xs: [x for x in xs if x % 2],
    "every second": lambda xs: xs[::2],
    "every second from the second": lambda xs: xs[1::2],
    "above the first": lambda xs: [x for x in xs if x > xs[0]],
    "below the last": lambda xs: [x for x in xs if x < xs[-1]],
    "above the average": lambda xs: [x for x in xs if x * len(xs) > sum(xs)],
    "without the largest": lambda xs: [x for x in xs if x != max(xs)],
    "without the smallest": lambda xs: [x for x in xs if x != min(xs)],
    "larger than before": lambda xs: [b for a, b in pairwise(xs) if b > a],
    "smaller than before": lambda xs: [b for a, b in pairwise(xs) if b < a],
    "new records": lambda xs: [x for i, x in enumerate(xs) if i == 0 or x > max(xs[:i])],
    **_many("rotate by {}", (1, 2, 3, -1, -2, -3), lambda k, xs: xs[k % len(xs) :] + xs[: k % len(xs)]),
    **_many("drop the first {}", (1, 2, 3), lambda k, xs: xs[k:]),
    **_many("drop the last {}", (1, 2, 3), lambda k, xs: xs[:-k]),
    **_many("keep the first {}", (2, 3, 4), lambda k, xs: xs[:k]),
    **_many("keep the last {}", (2, 3, 4), lambda k, xs: xs[-k:]),
    **_many("multiples of {}", (3, 4, 5), lambda k, xs: [x for x in xs if x % k == 0]),
    **_many("at least {}", (10, 25, 50), lambda k, xs: [x for x in xs if x >= k]),
    **_many("below {}", (10, 25, 50), lambda k, xs: [x for x in xs if x < k]),
}
FIGURE: dict[str, Step] = {
    "sum": lambda xs: [sum(xs)],
    "length": lambda xs: [len(xs)],
    "largest": lambda xs: [max(xs)],
    "smallest": lambda xs: [min(xs)],
    "range": lambda xs: [max(xs) - min(xs)],
    "first": lambda xs: xs[:1],
    "last": lambda xs: xs[-1:],
    "middle": lambda xs: xs[len(xs) // 2 : len(xs) // 2 + 1],
    "alternating sum": lambda xs: [sum(xs[::2]) - sum(xs[1::2])],
    "first plus last": lambda xs: [xs[0] + xs[-1]],
    "count of evens": lambda xs: [sum(x % 2 == 0 for x in xs)],
    "count of odds": lambda xs: [sum(x % 2 for x in xs)],
    "count of distinct": lambda xs: [len(set(xs))],
    "count of rises": lambda xs: [sum(b > a for a, b in pairwise(xs))],
    "place of the largest": lambda xs: [xs.index(max(xs)) + 1],
    "place of the smallest": lambda xs: [xs.index(min(xs)) + 1],
    "whether it rises": lambda xs: [int(xs == sorted(xs))],
    "next, by the last difference": lambda xs: [2 * xs[-1] - xs[-2]] if len(xs) > 1 else xs,
    "twice the last": lambda xs: [2 * xs[-1]],
    "three times the last": lambda xs: [3 * xs[-1]],
    **_many("number {} by size", (2, 3, 4), lambda k, xs: sorted(xs)[k - 1 : k]),
    **_many("number {} from the top", (2, 3, 4), lambda k, xs: sorted(xs)[-k:][:1]),
    **_many("count of {}", range(1, 10), lambda k, xs: [xs.count(k)]),
}
CHANGE: dict[str, Step] = {
    "squares": lambda xs: [x * x for x in xs],
    "add the place": lambda xs: [x + i for i, x in enumerate(xs, 1)],
    "add the places before": lambda xs: [x + i for i, x in enumerate(xs)],
    "times the place": lambda xs: [x * i for i, x in enumerate(xs, 1)],
    "take the first away": lambda xs: [x - xs[0] for x in xs],
    "away from the largest": lambda xs: [max(xs) - x for x in xs],
    "double the evens": lambda xs: [x * (2 - x % 2) for x in xs],
    "double the odds": lambda xs: [x * (1 + x % 2) for x in xs],
    "evens to zero": lambda xs: [x * (x % 2) for x in xs],
    "halve": lambda xs: [x // 2 for x in xs],
    "last digits": lambda xs: [x % 10 for x in xs],
    "digit sums": lambda xs: [sum(int(digit) for digit in str(abs(x))) for x in xs],
    "running sums": lambda xs: list(accumulate(xs)),
    "running largest": lambda xs: list(accumulate(xs, max)),
    "running smallest": lambda xs: list(accumulate(xs, min)),
    "differences": lambda xs: [b - a for a, b in pairwise(xs)],
    "sums of neighbours": lambda xs: [a + b for a, b in pairwise(xs)],
    "larger neighbours": lambda xs: [max(a, b) for a, b in pairwise(xs)],
    "front plus back": lambda xs: [a + b for a, b in zip(xs, xs[::-1], strict=True)],
    "append the sum": lambda xs: [*xs, sum(xs)],
    "append the length": lambda xs: [*xs, len(xs)],
    "prepend the largest": lambda xs: [max(xs), *xs],
    "each twice": lambda xs: [x for x in xs for _ in range(2)],
    "all twice": lambda xs: xs + xs,
    "and back": lambda xs: xs + xs[::-1],
    "ranks": lambda xs: [sorted(xs).index(x) + 1 for x in xs],
    "ends up by one": lambda xs: [x + (i in (0, len(xs) - 1)) for i, x in enumerate(xs)],
    **_many("times {}", (2, 3, 4, 5, 10), lambda k, xs: [k * x for x in xs]),
    **_many("plus {}", (*SMALL, 6, 7, 8, 9), lambda k, xs: [x + k for x in xs]),
    **_many("twice plus {}", SMALL, lambda k, xs: [2 * x + k for x in xs]),
    **_many("three times plus {}", SMALL[2:8], lambda k, xs: [3 * x + k for x in xs]),
    **_many("remainders by {}", (2, 3, 5, 7), lambda k, xs: [x % k for x in xs]),
    **_many("at most {}", (10, 20, 50), lambda k, xs: [min(x, k) for x in xs]),
}
FIRST = {**ARRANGE, **CHANGE, **FIGURE}
UNDO: dict[str, Callable[[Numbers], Numbers | None]] = {  # second steps: what they were made from, if from anything
    **{name: FIRST[name] for name in ("reverse", "swap ends", "swap neighbours")},
    "swap halves": lambda ys: ys[-(len(ys) // 2) :] + ys[: -(len(ys) // 2)] if len(ys) > 1 else ys,
    "add the place": lambda ys: [y - i for i, y in enumerate(ys, 1)],
    "times the place": lambda ys: _divided(ys, range(1, len(ys) + 1)),
    "running sums": lambda ys: [b - a for a, b in pairwise([0, *ys])],
    "append the sum": lambda ys: ys[:-1] if 2 * ys[-1] == sum(ys) else None,
    "append the length": lambda ys: ys[:-1] if ys[-1] == len(ys) - 1 else None,
    "prepend the largest": lambda ys: ys[1:] if ys[0] == max(ys) else None,
    "each twice": lambda ys: ys[::2] if ys[::2] == ys[1::2] else None,
    "all twice": lambda ys: ys[: len(ys) // 2] if ys[: len(ys) // 2] * 2 == ys else None,
    "and back": lambda ys: ys[: len(ys) // 2] if ys == ys[::-1] and len(ys) % 2 == 0 else None,
    "ends up by one": lambda ys: [y - (i in (0, len(ys) - 1)) for i, y in enumerate(ys)],
    **{f"rotate by {k}": FIRST[f"rotate by {-k}"] for k in (1, 2, 3, -1, -2, -3)},
    **{f"plus {k}": FIRST[f"plus {-k}"] for k in SMALL},
    **_many("times {}", (2, 3, 4, 5, 10), lambda k, ys: _divided(ys, [k] * len(ys))),
    **_many("twice plus {}", SMALL, lambda k, ys: _divided([y - k for y in ys], [2] * len(ys))),
}


class ListFunctions(Task):
    """Apply a rule on lists that only examples show.

    Description:
        Lists and what a hidden rule makes of them are given; what it makes of one more list is asked for. The rule
        rearranges, picks, changes or combines the numbers, or gives one figure of the list.

    Answer format:
        The list, such as ``[3, 1, 4]``.

    Levels:
        Rules of one step, on lists of 4 to 6 small numbers at level 1 and of 5 to 10 numbers up to 99 at level 3, as
        in the original; rules of two steps, which no single step replaces, at levels 4
        and 5, there on lists of 8 to 14.

    Check:
        The numbers must be the right ones in the right order.

    Source and deviations:
        Reasoning-Gym list_functions. There are some 150 steps, and the question says of what kinds. Examples are
        added until all rules of as many steps that fit them agree on the list asked for, and so do all `rival_lists`:
        rules with every other threshold, tie and half, and of other kinds. What a rule may treat in a way of its own,
        such as a number that occurs twice, is asked only where an example shows it.
    """

    max_answer_chars = 3_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a rule, and examples until they settle the answer."""
        *shape, steps, count = SHAPES[level]
        problem = None
        while not problem:
            rule = [rng.choice(list(kind)) for kind in (rng.choice((ARRANGE, CHANGE, FIGURE)), UNDO)[:steps]]
            lists = [_list(rng, rule, *shape) for _ in range(MOST_EXAMPLES + QUERIES)]
            pairs = [(xs, ys) for xs in lists if (ys := _apply(rule, xs)) and max(map(abs, ys)) < MOST_VALUE]
            if len(pairs) > MOST_EXAMPLES:
                problem = _settled(rule, pairs[:MOST_EXAMPLES], pairs[MOST_EXAMPLES:], count)
        shown, (query, right) = problem
        listed = "\n".join(f"{[*xs]} -> {[*ys]}" for xs, ys in shown)
        one = "is a single step" if steps == 1 else "consists of two steps, one after the other"
        question = (
            "One rule turns each list on the left into the list on its right. The rule "
            f"{one}; a step rearranges or picks numbers by their size, place or divisibility, changes all numbers by "
            "the same arithmetic, combines neighbours or what came before, adds to the list, or gives a single figure "
            f"of it.\n\n{listed}\n\n"
            f"What does the rule make of {[*query]} ?\n"
            "Answer with the list in triple angle brackets, for example <<<[3, 1, 4]>>>."
        )
        data = {"rule": rule, "length": len(query), "output": [*right]}
        return self.new_problem(level, question, data, str([*right]))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the numbers."""
        return integers(answer) == problem.data["output"]

    def program(self, problem: Problem) -> str | None:
        """Write the rule, see that it fits the examples, and apply it."""
        instance = read(problem.question)
        steps = [FIRST[name] for name in _found(instance["examples"])]
        text = rule_program(__name__, steps, instance, "print(rule(test))") if steps else ""
        return self._bounded(text, problem) or None

    def size(self, problem: Problem) -> float:
        """Length of the list, and more for a second step."""
        return float(problem.data["length"] * len(problem.data["rule"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the stored list."""
        output = integers(item["answer"])
        return self.official_problem(item["question"], {"output": output}, str(output), item["answer"])


def _list(rng: random.Random, rule: Sequence[str], shortest: int, longest: int, largest: int) -> Fixed:
    """Draw a list that shows the rule at work."""
    numbers = [rng.randint(1, largest) for _ in range(rng.randint(shortest, longest))]
    counted = re.match(r"count of (\d)", rule[0])
    for i in range(len(numbers)):
        if rng.random() < 0.4 and (counted or rule[0] in ("distinct", "count of distinct")):
            numbers[i] = int(counted[1]) if counted else rng.choice(numbers)
    if rule[0] == "whether it rises" and rng.random() < 0.5:
        numbers.sort()
    elif rule[0].startswith("next") or (rule[0].endswith("times the last") and rng.random() < 0.5):
        step = rng.randint(1, 9)
        numbers = [numbers[0] + step * i for i in range(len(numbers))]
    return tuple(numbers)


def _apply(rule: Sequence[str], xs: Sequence[int]) -> tuple[int, ...]:
    numbers = list(xs)
    for name in rule:
        numbers = FIRST[name](numbers) if numbers else []
    return tuple(numbers)


def _settled(
    rule: Sequence[str], examples: Sequence[Pair], queries: Sequence[Pair], count: int
) -> tuple[Sequence[Pair], Pair] | None:
    """Return examples, ``count`` or more, and a query that they settle, if there is one."""
    outputs = [ys for _, ys in examples[:count]]
    if len(set(outputs)) < (2 if rule[-1] in FIGURE else 4) or sum(xs == ys for xs, ys in examples) > 1:
        return None
    library = _rules(len(rule), *map(list, examples[0]))
    shown = sorted(examples[:count], key=lambda pair: len(pair[0]))
    fits = [Fit(", ".join(r), partial(_apply, r), shorter=len(r) < len(rule)) for r in library if _fits(r, shown)]
    rivals = fitting(RIVALS, shown, LAST_UNDONE, [as_it_is]) if len(rule) == 2 else fitting(RIVALS, shown)
    return settled(chain(fits, rivals), examples, queries, count, _traits)


def _fits(rule: Sequence[str], pairs: Iterable[Pair]) -> bool:
    return all(_apply(rule, xs) == ys for xs, ys in pairs)


def _undone(undo: Callable[[Numbers], Numbers | None], ys: Fixed) -> Fixed | None:
    return tuple(undo(list(ys)) or ()) or None


LAST_UNDONE = [*(partial(_undone, undo) for undo in UNDO.values()), *UNDO_LINEAR]


def _traits(xs: Fixed) -> set[str]:
    """Return what a list may have that a rule may treat in a way of its own: only what was shown is asked."""
    traits = {
        "odd length": len(xs) % 2 == 1,
        "even length": len(xs) % 2 == 0,
        "a number twice": len(set(xs)) < len(xs),
        "the largest twice": xs.count(max(xs)) > 1,
        "the smallest twice": xs.count(min(xs)) > 1,
        "equal neighbours": any(a == b for a, b in pairwise(xs)),
    }
    return {name for name, present in traits.items() if present}


def _divided(ys: Numbers, divisors: Sequence[int]) -> Numbers | None:
    pairs = list(zip(ys, divisors, strict=True))
    return None if any(y % d for y, d in pairs) else [y // d for y, d in pairs]


def _rules(steps: int, xs: Numbers, ys: Numbers) -> list[list[str]]:
    """Return all rules of up to one or two steps that turn ``xs`` into ``ys``, the shorter ones first.

    Second steps can be undone, so that the two steps meet in the middle.
    """
    made: dict[tuple[int, ...], list[str]] = {}
    for name, step in FIRST.items():
        made.setdefault(tuple(step(xs)), []).append(name)
    found = [[name] for name in made.get(tuple(ys), ())]
    if steps == 2:
        before = [(last, undo(ys)) for last, undo in UNDO.items()]
        found += [[name, last] for last, middle in before if middle for name in made.get(tuple(middle), ())]
    return found


def _found(examples: list[tuple[Numbers, Numbers]]) -> list[str]:
    """Return the shortest rule that fits the examples; none if none does."""
    pairs = [(tuple(xs), tuple(ys)) for xs, ys in examples]
    return next((rule for rule in _rules(2, *examples[0]) if _fits(rule, pairs)), [])


def read(question: str) -> dict[str, Any]:
    """Read the lists of the examples and of the test."""
    numbers = r"\[([-\d, ]*)\]"
    texts = [*chain(*re.findall(rf"{numbers} -> {numbers}", question)), re.search(rf"make of {numbers}", question)[1]]
    *shown, test = ([int(n) for n in text.split(",") if n.strip()] for text in texts)
    return {"examples": list(zip(shown[::2], shown[1::2], strict=True)), "test": test}


def solve(examples: list[tuple[Numbers, Numbers]], test: Numbers) -> str:
    """Try all rules of one step, then of two."""
    rule = _found(examples)
    return str([*_apply(rule, test)]) if rule else ""
