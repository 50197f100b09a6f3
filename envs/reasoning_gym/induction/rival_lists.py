"""Rules on lists that ListFunctions does not draw, but that a reader may see in its examples.

Rules of its kinds with every threshold, every way to break a tie and both halves of an odd list, and plain ones of
other kinds. Lists have at least two numbers here.
"""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import accumulate, pairwise
from statistics import median
from typing import TypeVar

from r1ci_env.envs.reasoning_gym.rivals import Rivals, plain

Numbers = tuple[int, ...]
Chosen = tuple[bool, ...]
T = TypeVar("T")

THRESHOLDS = range(101)
PRIMES = frozenset(n for n in range(2, 101) if all(n % d for d in range(2, n)))


def _many(name: str, values: Iterable[int], rule: Callable[[int, Numbers], T]) -> dict[str, Callable[[Numbers], T]]:
    return {name.format(k): partial(rule, k) for k in values}


PIVOTS: dict[str, Callable[[Numbers], float]] = {
    "the first": lambda xs: xs[0],
    "the second": lambda xs: xs[1],
    "the last": lambda xs: xs[-1],
    "the last but one": lambda xs: xs[-2],
    "the middle": lambda xs: xs[len(xs) // 2],
    "the middle on the left": lambda xs: xs[(len(xs) - 1) // 2],
    "the average": lambda xs: sum(xs) / len(xs),
    "the average of the others": lambda xs: (sum(xs) - max(xs) - min(xs)) / max(1, len(xs) - 2),
    "the median": median,
    "the upper median": lambda xs: sorted(xs)[len(xs) // 2],
    "the lower median": lambda xs: sorted(xs)[(len(xs) - 1) // 2],
    "half way from smallest to largest": lambda xs: (max(xs) + min(xs)) / 2,
    "half the largest": lambda xs: max(xs) / 2,
    "the length": len,
    "the largest": max,
    "the smallest": min,
    "the second largest": lambda xs: sorted(xs)[-2],
    "the second smallest": lambda xs: sorted(xs)[1],
    "the average of the ends": lambda xs: (xs[0] + xs[-1]) / 2,
}


def _compared(value: Callable[[Numbers], float], xs: Numbers, holds: Callable[[float, float], bool]) -> Chosen:
    pivot = value(xs)
    return tuple([holds(x, pivot) for x in xs])


COMPARED: dict[str, Callable[[Numbers, Callable[[float, float], bool]], Chosen]] = {
    **{pivot: partial(_compared, value) for pivot, value in PIVOTS.items()},
    "its place": lambda xs, holds: tuple(holds(x, i) for i, x in enumerate(xs, 1)),
    "the places before": lambda xs, holds: tuple(holds(x, i) for i, x in enumerate(xs)),
    "its mirror image": lambda xs, holds: tuple(map(holds, xs, xs[::-1])),
    "before, not the first": lambda xs, holds: (False, *map(holds, xs[1:], xs)),
    "before, and the first": lambda xs, holds: (True, *map(holds, xs[1:], xs)),
    "after, not the last": lambda xs, holds: (*map(holds, xs, xs[1:]), False),
    "after, and the last": lambda xs, holds: (*map(holds, xs, xs[1:]), True),
    "all before": lambda xs, holds: tuple(all(holds(x, y) for y in xs[:i]) for i, x in enumerate(xs)),
    "all after": lambda xs, holds: tuple(all(holds(x, y) for y in xs[i + 1 :]) for i, x in enumerate(xs)),
    "any before": lambda xs, holds: tuple(any(holds(x, y) for y in xs[:i]) for i, x in enumerate(xs)),
    "any after": lambda xs, holds: tuple(any(holds(x, y) for y in xs[i + 1 :]) for i, x in enumerate(xs)),
    "both neighbours": lambda xs, holds: tuple(
        all(holds(x, y) for y in (*xs[max(0, i - 1) : i], *xs[i + 1 : i + 2])) for i, x in enumerate(xs)
    ),
    "both neighbours, not the ends": lambda xs, holds: (
        False,
        *(holds(b, a) and holds(b, c) for a, b, c in zip(xs, xs[1:], xs[2:], strict=False)),
        False,
    ),
    "a neighbour": lambda xs, holds: tuple(
        any(holds(x, y) for y in (*xs[max(0, i - 1) : i], *xs[i + 1 : i + 2])) for i, x in enumerate(xs)
    ),
}
HOLDS: dict[str, Callable[[float, float], bool]] = {
    "above": lambda x, y: x > y,
    "at least": lambda x, y: x >= y,
    "equal to": lambda x, y: x == y,
    "at most": lambda x, y: x <= y,
    "below": lambda x, y: x < y,
}


def _at(*places: int) -> Callable[[Numbers], Chosen]:
    return lambda xs: tuple(i in places or i - len(xs) in places for i in range(len(xs)))


WAYS: dict[str, Callable[[Numbers], Chosen]] = {
    **_many("at least {}", THRESHOLDS, lambda k, xs: tuple([x >= k for x in xs])),
    **{
        f"{relation} {other}": partial(lambda compare, holds, xs: compare(xs, holds), compare, holds)
        for relation, holds in HOLDS.items()
        for other, compare in COMPARED.items()
    },
    **{
        f"{r} by {m}": partial(lambda m, r, xs: tuple([x % m == r for x in xs]), m, r)
        for m in range(2, 13)
        for r in range(m)
    },
    **{
        f"place {r} by {m}": partial(lambda m, r, xs: tuple(i % m == r for i in range(len(xs))), m, r)
        for m in (2, 3, 4)
        for r in range(m)
    },
    **_many("the first {}", range(1, 9), lambda k, xs: tuple(i < k for i in range(len(xs)))),
    **_many("the last {}", range(1, 9), lambda k, xs: tuple(i >= len(xs) - k for i in range(len(xs)))),
    **_many("the first, one of {}", (2, 3), lambda k, xs: tuple(i < len(xs) // k for i in range(len(xs)))),
    **_many("the first, one of {} or more", (2, 3), lambda k, xs: tuple(i < -(-len(xs) // k) for i in range(len(xs)))),
    **_many("the last, one of {}", (2, 3), lambda k, xs: tuple(i >= len(xs) - len(xs) // k for i in range(len(xs)))),
    **_many(
        "the last, one of {} or more", (2, 3), lambda k, xs: tuple(i >= len(xs) + -len(xs) // k for i in range(len(xs)))
    ),
    **_many("one of the {} largest", range(1, 7), lambda k, xs: tuple(x >= sorted(xs)[-k:][0] for x in xs)),
    **_many("one of the {} smallest", range(1, 7), lambda k, xs: tuple(x <= sorted(xs)[:k][-1] for x in xs)),
    **_many("one of the {} largest values", range(2, 5), lambda k, xs: tuple(x in sorted({*xs})[-k:] for x in xs)),
    **_many("one of the {} smallest values", range(2, 5), lambda k, xs: tuple(x in sorted({*xs})[:k] for x in xs)),
    **_many("has the digit {}", range(10), lambda k, xs: tuple(str(k) in str(x) for x in xs)),
    **_many("begins with {}", range(1, 10), lambda k, xs: tuple(str(x)[0] == str(k) for x in xs)),
    **_many("ends below {}", range(1, 10), lambda k, xs: tuple(x % 10 < k for x in xs)),
    **_many("tens below {}", range(1, 10), lambda k, xs: tuple(x // 10 % 10 < k for x in xs)),
    **_many("within {} of the first", range(1, 11), lambda k, xs: tuple(abs(x - xs[0]) <= k for x in xs)),
    "the ends": _at(0, -1),
    "the second": _at(1),
    "the last but one": _at(-2),
    "the middle": lambda xs: _at((len(xs) - 1) // 2, len(xs) // 2)(xs),
    "the first largest": lambda xs: _at(xs.index(max(xs)))(xs),
    "the last largest": lambda xs: _at(len(xs) - 1 - xs[::-1].index(max(xs)))(xs),
    "the first smallest": lambda xs: _at(xs.index(min(xs)))(xs),
    "the last smallest": lambda xs: _at(len(xs) - 1 - xs[::-1].index(min(xs)))(xs),
    "up to the largest": lambda xs: tuple(i <= xs.index(max(xs)) for i in range(len(xs))),
    "before the largest": lambda xs: tuple(i < xs.index(max(xs)) for i in range(len(xs))),
    "up to the smallest": lambda xs: tuple(i <= xs.index(min(xs)) for i in range(len(xs))),
    "before the smallest": lambda xs: tuple(i < xs.index(min(xs)) for i in range(len(xs))),
    "its first time": lambda xs: tuple(x not in xs[:i] for i, x in enumerate(xs)),
    "its last time": lambda xs: tuple(x not in xs[i + 1 :] for i, x in enumerate(xs)),
    "once in all": lambda xs: tuple(xs.count(x) == 1 for x in xs),
    "the commonest": lambda xs: tuple(xs.count(x) == max(map(xs.count, xs)) for x in xs),
    "primes": lambda xs: tuple(x in PRIMES for x in xs),
    "squares": lambda xs: tuple(x in {i * i for i in range(11)} for x in xs),
    "multiples of the first": lambda xs: tuple(x % xs[0] == 0 for x in xs),
    "multiples of the last": lambda xs: tuple(x % xs[-1] == 0 for x in xs),
    "multiples of the length": lambda xs: tuple(x % len(xs) == 0 for x in xs),
    "even digit sums": lambda xs: tuple(sum(map(int, str(x))) % 2 == 0 for x in xs),
    "parity of the first": lambda xs: tuple(x % 2 == xs[0] % 2 for x in xs),
    "parity of the last": lambda xs: tuple(x % 2 == xs[-1] % 2 for x in xs),
    "larger half": lambda xs: tuple(sum(y < x for y in xs) >= len(xs) // 2 for x in xs),
    "smaller half": lambda xs: tuple(sum(y > x for y in xs) >= len(xs) // 2 for x in xs),
}


EQUAL = _many("equal to {}", THRESHOLDS, lambda k, xs: tuple([x == k for x in xs]))


def _kept(xs: Numbers, chosen: Chosen) -> Numbers:
    return tuple([x for x, is_chosen in zip(xs, chosen, strict=True) if is_chosen])


def _left(xs: Numbers, chosen: Chosen) -> Numbers:
    return tuple([x for x, is_chosen in zip(xs, chosen, strict=True) if not is_chosen])


def _first_left(xs: Numbers, chosen: Chosen) -> Numbers:
    i = chosen.index(True) if True in chosen else len(xs)
    return xs[:i] + xs[i + 1 :]


def _change(change: Callable[[int], int], wanted: bool) -> Callable[[Numbers, Chosen], Numbers]:
    return lambda xs, chosen: tuple([change(x) if c is wanted else x for x, c in zip(xs, chosen, strict=True)])


CHANGES: dict[str, Callable[[int], int]] = {
    **{f"plus {k}": partial(int.__add__, k) for k in (-10, -5, -3, -2, -1, 1, 2, 3, 4, 5, 10)},
    **{f"times {k}": partial(int.__mul__, k) for k in (-1, 0, 2, 3, 10)},
    "halved": lambda x: x // 2,
    "squared": lambda x: x * x,
    "to one": lambda _: 1,
}
DEEDS: dict[str, Callable[[Numbers, Chosen], Numbers]] = {
    "keep": _kept,
    "drop": _left,
    "keep backwards": lambda xs, chosen: _kept(xs, chosen)[::-1],
    "drop, backwards": lambda xs, chosen: _left(xs, chosen)[::-1],
    "drop the first": _first_left,
    "keep the first": lambda xs, chosen: _kept(xs, chosen)[:1],
    "keep the last": lambda xs, chosen: _kept(xs, chosen)[-1:],
    "drop, keep the first": lambda xs, chosen: _left(xs, chosen)[:1],
    "drop, keep the last": lambda xs, chosen: _left(xs, chosen)[-1:],
    "keep in order": lambda xs, chosen: tuple(sorted(_kept(xs, chosen))),
    "to the front": lambda xs, chosen: _kept(xs, chosen) + _left(xs, chosen),
    "to the end": lambda xs, chosen: _left(xs, chosen) + _kept(xs, chosen),
    "to the front, backwards": lambda xs, chosen: _kept(xs, chosen)[::-1] + _left(xs, chosen),
    "others backwards behind": lambda xs, chosen: _kept(xs, chosen) + _left(xs, chosen)[::-1],
    "once more": lambda xs, chosen: xs + _kept(xs, chosen),
    "each once more": lambda xs, chosen: tuple([x for x, c in zip(xs, chosen, strict=True) for _ in range(1 + c)]),
    "backwards in place": lambda xs, chosen: _in_place(xs, chosen, lambda kept: kept[::-1]),
    "sorted in place": lambda xs, chosen: _in_place(xs, chosen, lambda kept: tuple(sorted(kept))),
    "count": lambda _, chosen: (sum(chosen),),
    "count the others": lambda _, chosen: (len(chosen) - sum(chosen),),
    "sum": lambda xs, chosen: (sum(_kept(xs, chosen)),),
    "sum of the others": lambda xs, chosen: (sum(_left(xs, chosen)),),
    "largest": lambda xs, chosen: (max(_kept(xs, chosen), default=0),),
    "largest of the others": lambda xs, chosen: (max(_left(xs, chosen), default=0),),
    "smallest": lambda xs, chosen: (min(_kept(xs, chosen), default=0),),
    "smallest of the others": lambda xs, chosen: (min(_left(xs, chosen), default=0),),
    "whether all": lambda _, chosen: (int(all(chosen)),),
    "whether none": lambda _, chosen: (int(not any(chosen)),),
    "whether any": lambda _, chosen: (int(any(chosen)),),
    "one or zero": lambda _, chosen: tuple(map(int, chosen)),
    "zero or one": lambda _, chosen: tuple([1 - c for c in chosen]),
    "places": lambda _, chosen: tuple([i for i, c in enumerate(chosen, 1) if c]),
    "places before": lambda _, chosen: tuple([i for i, c in enumerate(chosen) if c]),
    **{name: _change(change, True) for name, change in CHANGES.items()},
    **{f"others {name}": _change(change, False) for name, change in CHANGES.items()},
}


def _in_place(xs: Numbers, chosen: Chosen, order: Callable[[Numbers], Numbers]) -> Numbers:
    kept = iter(order(_kept(xs, chosen)))
    return tuple([next(kept) if c else x for x, c in zip(xs, chosen, strict=True)])


FIGURES: dict[str, Callable[[Numbers], int]] = {
    "zero": lambda _: 0,
    "length": len,
    "half the length": lambda xs: len(xs) // 2,
    "sum": sum,
    "largest": max,
    "smallest": min,
    "range": lambda xs: max(xs) - min(xs),
    "largest plus smallest": lambda xs: max(xs) + min(xs),
    **_many("number {}", range(-4, 6), lambda k, xs: xs[max(k, -len(xs))] if k < len(xs) else xs[-1]),
    **_many("number {} by size", range(1, 6), lambda k, xs: sorted(xs)[:k][-1]),
    **_many("number {} from the top", range(2, 6), lambda k, xs: sorted(xs)[-k:][0]),
    **_many("value {} by size", range(2, 6), lambda k, xs: sorted({*xs})[:k][-1]),
    **_many("value {} from the top", range(2, 6), lambda k, xs: sorted({*xs})[-k:][0]),
    "middle": lambda xs: xs[len(xs) // 2],
    "middle on the left": lambda xs: xs[(len(xs) - 1) // 2],
    "upper median": lambda xs: sorted(xs)[len(xs) // 2],
    "lower median": lambda xs: sorted(xs)[(len(xs) - 1) // 2],
    "average, down": lambda xs: sum(xs) // len(xs),
    "average, up": lambda xs: -(-sum(xs) // len(xs)),
    "average, rounded": lambda xs: (2 * sum(xs) + len(xs)) // (2 * len(xs)),
    "first plus last": lambda xs: xs[0] + xs[-1],
    "last minus first": lambda xs: xs[-1] - xs[0],
    "first minus last": lambda xs: xs[0] - xs[-1],
    "from first to last": lambda xs: abs(xs[0] - xs[-1]),
    "first times last": lambda xs: xs[0] * xs[-1],
    "first plus second": lambda xs: xs[0] + xs[1],
    "last two": lambda xs: xs[-1] + xs[-2],
    "second minus first": lambda xs: xs[1] - xs[0],
    "last step": lambda xs: xs[-1] - xs[-2],
    "next, by the last step": lambda xs: 2 * xs[-1] - xs[-2],
    "next, by the first step": lambda xs: xs[-1] + xs[1] - xs[0],
    "sum without the largest": lambda xs: sum(xs) - max(xs),
    "sum without the smallest": lambda xs: sum(xs) - min(xs),
    "sum without the first": lambda xs: sum(xs[1:]),
    "sum without the last": lambda xs: sum(xs[:-1]),
    "sum of the distinct": lambda xs: sum({*xs}),
    "sum of every second": lambda xs: sum(xs[::2]),
    "sum of every second from the second": lambda xs: sum(xs[1::2]),
    "alternating sum": lambda xs: sum(xs[::2]) - sum(xs[1::2]),
    "alternating sum from the end": lambda xs: sum(xs[::-2]) - sum(xs[-2::-2]),
    "largest step up": lambda xs: max(b - a for a, b in pairwise(xs)),
    "largest step": lambda xs: max(abs(b - a) for a, b in pairwise(xs)),
    "smallest step": lambda xs: min(abs(b - a) for a, b in pairwise(xs)),
    "rises": lambda xs: sum(a < b for a, b in pairwise(xs)),
    "rises or level": lambda xs: sum(a <= b for a, b in pairwise(xs)),
    "turns": lambda xs: sum((a < b) != (b < c) for a, b, c in zip(xs, xs[1:], xs[2:], strict=False)),
    "whether the last is above the first": lambda xs: int(xs[0] < xs[-1]),
    "whether it ends with a rise": lambda xs: int(xs[-2] < xs[-1]),
    "whether it begins with a rise": lambda xs: int(xs[0] < xs[1]),
    "whether it rises": lambda xs: int(all(a <= b for a, b in pairwise(xs))),
    "whether it rises strictly": lambda xs: int(all(a < b for a, b in pairwise(xs))),
    "count of evens": lambda xs: sum(x % 2 == 0 for x in xs),
    "count of odds": lambda xs: sum(x % 2 for x in xs),
    "count of distinct": lambda xs: len({*xs}),
    "repeats": lambda xs: len(xs) - len({*xs}),
    "values that repeat": lambda xs: sum(xs.count(x) > 1 for x in {*xs}),
    "place of the first largest": lambda xs: xs.index(max(xs)),
    "place of the last largest": lambda xs: len(xs) - 1 - xs[::-1].index(max(xs)),
    "place of the first smallest": lambda xs: xs.index(min(xs)),
    "place of the last smallest": lambda xs: len(xs) - 1 - xs[::-1].index(min(xs)),
    "largest from the end": lambda xs: xs[::-1].index(max(xs)),
    "smallest from the end": lambda xs: xs[::-1].index(min(xs)),
}
WITH_FIGURE: dict[str, Callable[[Numbers, int], Numbers]] = {
    **{
        f"{a} times plus {b}": partial(lambda a, b, _, f: (a * f + b,), a, b) for a in (1, 2, 3) for b in range(-10, 11)
    },
    "appended": lambda xs, f: (*xs, f),
    "prepended": lambda xs, f: (f, *xs),
    "added": lambda xs, f: tuple([x + f for x in xs]),
    "taken away": lambda xs, f: tuple([x - f for x in xs]),
    "taken from": lambda xs, f: tuple([f - x for x in xs]),
    "distances": lambda xs, f: tuple([abs(x - f) for x in xs]),
    "at most": lambda xs, f: tuple([min(x, f) for x in xs]),
    "at least": lambda xs, f: tuple([max(x, f) for x in xs]),
    "rotated": lambda xs, f: xs[f % len(xs) :] + xs[: f % len(xs)],
}
ORDERS: dict[str, Callable[[int], tuple[int, ...]]] = {
    "size": lambda x: (x,),
    "last digit": lambda x: (x % 10,),
    "last digit, then size": lambda x: (x % 10, x),
    "digit sum": lambda x: (sum(map(int, str(x))),),
    "parity": lambda x: (x % 2,),
    "parity, then size": lambda x: (x % 2, x),
    "remainder by 3": lambda x: (x % 3,),
}
TWO: dict[str, Callable[[int, int], int]] = {
    "sum": lambda a, b: a + b,
    "step": lambda a, b: b - a,
    "step back": lambda a, b: a - b,
    "distance": lambda a, b: abs(a - b),
    "larger": max,
    "smaller": min,
    "product": lambda a, b: a * b,
    "average": lambda a, b: (a + b) // 2,
    "first": lambda a, _: a,
}
PARTNERS: dict[str, Callable[[Numbers, Callable[[int, int], int]], Numbers]] = {
    "neighbours": lambda xs, two: tuple(map(two, xs, xs[1:])),
    "neighbours after the first": lambda xs, two: (xs[0], *map(two, xs, xs[1:])),
    "neighbours before the last": lambda xs, two: (*map(two, xs, xs[1:]), xs[-1]),
    "neighbours on a ring": lambda xs, two: tuple(map(two, xs, (*xs[1:], xs[0]))),
    "neighbours on a ring, backwards": lambda xs, two: tuple(map(two, (xs[-1], *xs), xs)),
    "pairs": lambda xs, two: tuple(map(two, xs[::2], xs[1::2])),
    "mirror image": lambda xs, two: tuple(map(two, xs, xs[::-1])),
    "halves": lambda xs, two: tuple(map(two, xs, xs[len(xs) // 2 :])),
    "so far": lambda xs, two: tuple(accumulate(xs, two)),
    "from the end": lambda xs, two: tuple(accumulate(xs[::-1], two))[::-1],
    "next but one": lambda xs, two: tuple(map(two, xs, xs[2:])),
}


def _undo_linear(factor: int, plus: int, ys: Numbers) -> Numbers | None:
    return None if any((y - plus) % factor for y in ys) else tuple([(y - plus) // factor for y in ys])


STEPS: dict[str, Callable[[Numbers], Numbers]] = {
    **_many("rotate by {}", range(-7, 8), lambda k, xs: xs[k % len(xs) :] + xs[: k % len(xs)]),
    **_many("number {}", range(-8, 8), lambda k, xs: xs[k : k + 1 or None]),
    **_many("from number {}", range(1, 4), lambda k, xs: xs[k:-k]),
    **_many("all {} times", (2, 3), lambda k, xs: xs * k),
    **_many("each {} times", (2, 3), lambda k, xs: tuple([x for x in xs for _ in range(k)])),
    **_many("cap at {}", THRESHOLDS, lambda k, xs: tuple([min(x, k) for x in xs])),
    **_many("raise to {}", THRESHOLDS, lambda k, xs: tuple([max(x, k) for x in xs])),
    **_many("remainders by {}", range(2, 101), lambda k, xs: tuple([x % k for x in xs])),
    **_many("divided by {}", range(2, 21), lambda k, xs: tuple([x // k for x in xs])),
    **_many("divided by {}, up", range(2, 6), lambda k, xs: tuple([-(-x // k) for x in xs])),
    **_many("away from {}", THRESHOLDS, lambda k, xs: tuple([abs(x - k) for x in xs])),
    **_many("taken from {}", THRESHOLDS, lambda k, xs: tuple([k - x for x in xs])),
    **_many("plus {} a place", range(-5, 6), lambda k, xs: tuple([x + k * i for i, x in enumerate(xs)])),
    **_many("plus {} a place from one", range(-5, 6), lambda k, xs: tuple([x + k * i for i, x in enumerate(xs, 1)])),
    **_many("times the place plus {}", range(-1, 4), lambda k, xs: tuple([x * (i + k) for i, x in enumerate(xs)])),
    "plus the places after": lambda xs: tuple([x + len(xs) - i for i, x in enumerate(xs)]),
    "plus the places right after": lambda xs: tuple([x + len(xs) - 1 - i for i, x in enumerate(xs)]),
    "digits reversed": lambda xs: tuple([int(str(x)[::-1]) for x in xs]),
    "number of digits": lambda xs: tuple([len(str(x)) for x in xs]),
    "first digits": lambda xs: tuple([int(str(x)[0]) for x in xs]),
    "tens": lambda xs: tuple([x // 10 * 10 for x in xs]),
    "rounded to tens": lambda xs: tuple([(x + 5) // 10 * 10 for x in xs]),
    "digit sums": lambda xs: tuple([sum(map(int, str(x))) for x in xs]),
    "squares": lambda xs: tuple([x * x for x in xs]),
    "rank from 0": lambda xs: tuple([sorted(xs).index(x) for x in xs]),
    "rank": lambda xs: tuple([sorted(xs).index(x) + 1 for x in xs]),
    "rank of values": lambda xs: tuple([sorted({*xs}).index(x) + 1 for x in xs]),
    "rank, ties by the end": lambda xs: tuple([sum(y <= x for y in xs) for x in xs]),
    "rank, ties by place": lambda xs: tuple(
        [sum((y, j) <= (x, i) for j, y in enumerate(xs)) for i, x in enumerate(xs)]
    ),
    "rank from the top": lambda xs: tuple([sum(y > x for y in xs) + 1 for x in xs]),
    "rank of values from the top": lambda xs: tuple([len({y for y in xs if y > x}) + 1 for x in xs]),
    "how often": lambda xs: tuple(map(xs.count, xs)),
    "smaller ones before": lambda xs: tuple([sum(y < x for y in xs[:i]) for i, x in enumerate(xs)]),
    "swap the first two": lambda xs: (xs[1], xs[0], *xs[2:]),
    "swap the last two": lambda xs: (*xs[:-2], xs[-1], xs[-2]),
    "swap neighbours from the second": lambda xs: (
        xs[0],
        *(x for i in range(1, len(xs), 2) for x in xs[i : i + 2][::-1]),
    ),
    "swap neighbours from the end": lambda xs: tuple(
        [x for i in range(0, len(xs), 2) for x in xs[::-1][i : i + 2][::-1]][::-1]
    ),
    "swap halves, longer one first": lambda xs: xs[(len(xs) + 1) // 2 :] + xs[: (len(xs) + 1) // 2],
    "swap halves around the middle": lambda xs: (
        xs[(len(xs) + 1) // 2 :] + xs[len(xs) // 2 : (len(xs) + 1) // 2] + xs[: len(xs) // 2]
    ),
    "swap largest and smallest": lambda xs: tuple([{max(xs): min(xs), min(xs): max(xs)}.get(x, x) for x in xs]),
    "halves in turn": lambda xs: tuple([x for i in range(len(xs)) for x in xs[i :: (len(xs) + 1) // 2][:2]])[: len(xs)],
    "and back, the last once": lambda xs: xs + xs[-2::-1],
    "backwards and forth": lambda xs: xs[::-1] + xs,
    "and sorted": lambda xs: (*xs, *sorted(xs)),
    "distinct in order": lambda xs: tuple(sorted({*xs})),
    "distinct from the top": lambda xs: tuple(sorted({*xs}, reverse=True)),
    "without repeats in a row": lambda xs: (xs[0], *(b for a, b in pairwise(xs) if a != b)),
    "average so far": lambda xs: tuple([total // i for i, total in enumerate(accumulate(xs), 1)]),
    "sums before": lambda xs: tuple(accumulate(xs[:-1], initial=0)),
    **{
        f"{two} of {partners}": partial(lambda pair, do, xs: pair(xs, do), pair, do)
        for two, do in TWO.items()
        for partners, pair in PARTNERS.items()
    },
    **{
        f"by {name}{' down' * down}": partial(lambda key, down, xs: tuple(sorted(xs, key=key, reverse=down)), key, down)
        for name, key in ORDERS.items()
        for down in (False, True)
    },
}
UNDO_LINEAR = [partial(_undo_linear, a, b) for a in (1, 2, 3, 4, 5, 10) for b in range(-10, 11)]
"""What undoes a last step "times ..., plus ..." on every number."""

RIVALS = (
    plain(STEPS),
    Rivals(WAYS, DEEDS),
    Rivals(EQUAL, {name: DEEDS[name] for name in ("keep", "drop", "count", "places", "places before", "one or zero")}),
    Rivals(FIGURES, WITH_FIGURE),
)
