"""Rules on rows of colours that ARC1d does not draw, but that a reader may see in its examples.

They choose runs of a colour, blocks of coloured cells, gaps or colours in every plain way, ties broken in each way,
and do something with them; or move, mirror and copy. Rows have at least two cells, one of them coloured.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby, pairwise, product

from r1ci_env.envs.reasoning_gym.rivals import Rivals, plain

Row = tuple[int, ...]
Part = tuple[int, int, int]
"""Colour, start and end; for a block of several colours the first one's."""
Parts = tuple[Part, ...]
Chosen = tuple[tuple[Part, bool], ...]
Gap = tuple[int, int, int, int]
"""Start, end, and the colours on the left and on the right."""


def runs(row: Row) -> Parts:
    """Return the runs of one colour."""
    return _pieces(row, row)


def blocks(row: Row) -> Parts:
    """Return what is coloured without a gap."""
    return _pieces(row, [bool(colour) for colour in row])


def _pieces(row: Row, kinds: Sequence[int]) -> Parts:
    found, start = [], 0
    for kind, cells in groupby(kinds):
        end = start + len(list(cells))
        if kind:
            found.append((row[start], start, end))
        start = end
    return tuple(found)


def gaps(row: Row) -> tuple[Gap, ...]:
    """Return the background between runs."""
    parts = runs(row)
    between = pairwise(parts)
    return tuple((end, start, left, right) for (left, _, end), (right, start, _) in between if end < start)


def _span(row: Row) -> tuple[int, int]:
    coloured = [i for i, colour in enumerate(row) if colour]
    return coloured[0], coloured[-1] + 1


def _by_count(row: Row, sign: int, tie: Callable[[int], int]) -> int:
    """Return the commonest colour, or with ``sign`` -1 the rarest, of several the one with the largest ``tie``."""
    counts = Counter(colour for colour in row if colour)
    return max(counts, key=lambda colour: (sign * counts[colour], tie(colour)))


def _by_length(row: Row, sign: int, place: int) -> int:
    return max(runs(row), key=lambda run: (sign * (run[2] - run[1]), place * run[1]))[0]


COLOURS: dict[str, Callable[[Row], int]] = {
    **{str(k): partial(lambda k, _: k, k) for k in range(1, 10)},
    "first": lambda row: next(filter(None, row)),
    "last": lambda row: next(filter(None, row[::-1])),
    "second": lambda row: runs(row)[:2][-1][0],
    "largest": max,
    "smallest": lambda row: min(filter(None, row)),
    **{
        f"{name}, {tie} of several": partial(lambda sign, tie, row: _by_count(row, sign, tie(row)), sign, by)
        for name, sign in (("commonest", 1), ("rarest", -1))
        for tie, by in {
            "first": lambda row: lambda colour: -row.index(colour),
            "last": lambda row: lambda colour: row.index(colour),
            "largest": lambda _: lambda colour: colour,
            "smallest": lambda _: lambda colour: -colour,
        }.items()
    },
    **{
        f"{name} run's, {tie} of several": partial(lambda sign, place, row: _by_length(row, sign, place), sign, place)
        for name, sign in (("longest", 1), ("shortest", -1))
        for tie, place in (("first", -1), ("last", 1))
    },
}


def _chosen(parts: Parts, holds: Sequence[bool]) -> Chosen:
    return tuple(zip(parts, holds, strict=True))


def _lengths(parts: Parts) -> list[int]:
    return [end - start for _, start, end in parts]


WAYS: dict[str, Callable[[Row, Parts], list[bool]]] = {
    "all": lambda _, parts: [True] * len(parts),
    **{f"{k} long": partial(lambda k, _, parts: [n == k for n in _lengths(parts)], k) for k in range(1, 10)},
    **{f"{k} or longer": partial(lambda k, _, parts: [n >= k for n in _lengths(parts)], k) for k in range(2, 10)},
    **{f"colour {k}": partial(lambda k, _, parts: [c == k for c, *_ in parts], k) for k in range(1, 10)},
    **{f"colour {k} or more": partial(lambda k, _, parts: [c >= k for c, *_ in parts], k) for k in range(2, 10)},
    **{
        f"of the {name} colour": partial(lambda pick, row, parts: [c == pick(row) for c, *_ in parts], pick)
        for name, pick in COLOURS.items()
        if not name.isdigit()
    },
    **{f"number {k}": partial(lambda k, _, parts: [i == k for i in range(len(parts))], k) for k in range(5)},
    **{
        f"number {k} from the end": partial(lambda k, _, parts: [i == k for i in range(len(parts))][::-1], k)
        for k in range(5)
    },
    "every second": lambda _, parts: [i % 2 == 0 for i in range(len(parts))],
    "every other": lambda _, parts: [i % 2 == 1 for i in range(len(parts))],
    "every third": lambda _, parts: [i % 3 == 0 for i in range(len(parts))],
    "all but the first and the last": lambda _, parts: [0 < i < len(parts) - 1 for i in range(len(parts))],
    "first or last": lambda _, parts: [i in (0, len(parts) - 1) for i in range(len(parts))],
    **{f"number {k} or later": partial(lambda k, _, parts: [i >= k for i in range(len(parts))], k) for k in (2, 3)},
    "longest": lambda _, parts: [n == max(_lengths(parts)) for n in _lengths(parts)],
    "shortest": lambda _, parts: [n == min(_lengths(parts)) for n in _lengths(parts)],
    "first of the longest": lambda _, parts: _only(len(parts), _lengths(parts).index(max(_lengths(parts)))),
    "last of the longest": lambda _, parts: _only(len(parts), _lengths(parts)[::-1].index(max(_lengths(parts))))[::-1],
    "first of the shortest": lambda _, parts: _only(len(parts), _lengths(parts).index(min(_lengths(parts)))),
    "last of the shortest": lambda _, parts: _only(len(parts), _lengths(parts)[::-1].index(min(_lengths(parts))))[::-1],
    "second longest": lambda _, parts: [n == sorted({*_lengths(parts)})[-2:][0] for n in _lengths(parts)],
    "of a length of its own": lambda _, parts: [_lengths(parts).count(n) == 1 for n in _lengths(parts)],
    "longer than average": lambda _, parts: [n * len(parts) > sum(_lengths(parts)) for n in _lengths(parts)],
    "longer than the first": lambda _, parts: [n > _lengths(parts)[0] for n in _lengths(parts)],
    "shorter than the last": lambda _, parts: [n < _lengths(parts)[-1] for n in _lengths(parts)],
    "of even length": lambda _, parts: [n % 2 == 0 for n in _lengths(parts)],
    "of even colour": lambda _, parts: [c % 2 == 0 for c, *_ in parts],
    "from an even place": lambda _, parts: [start % 2 == 0 for _, start, _ in parts],
    "to an even place": lambda _, parts: [end % 2 == 0 for *_, end in parts],
    "at the left edge": lambda _, parts: [start == 0 for _, start, _ in parts],
    "at the right edge": lambda row, parts: [end == len(row) for *_, end in parts],
    "at an edge": lambda row, parts: [start == 0 or end == len(row) for _, start, end in parts],
    "in the left half": lambda row, parts: [2 * end <= len(row) for *_, end in parts],
    "in the right half": lambda row, parts: [2 * start >= len(row) for _, start, _ in parts],
    "touching": lambda row, parts: [_touches(row, start - 1) or _touches(row, end) for _, start, end in parts],
    "touching on the left": lambda row, parts: [_touches(row, start - 1) for _, start, _ in parts],
    "touching on the right": lambda row, parts: [_touches(row, end) for *_, end in parts],
    "of one colour": lambda row, parts: [len({*row[start:end]}) == 1 for _, start, end in parts],
    "of a colour of its own": lambda _, parts: [sum(c == other for other, *_ in parts) == 1 for c, *_ in parts],
    "first of its colour": lambda _, parts: [all(c != d for d, *_ in parts[:i]) for i, (c, *_) in enumerate(parts)],
    "last of its colour": lambda _, parts: [all(c != d for d, *_ in parts[i + 1 :]) for i, (c, *_) in enumerate(parts)],
    "of the commonest colours": lambda row, parts: _as_common(row, parts, max),
    "of the rarest colours": lambda row, parts: _as_common(row, parts, min),
}


def _only(count: int, place: int) -> list[bool]:
    return [i == place for i in range(count)]


def _touches(row: Row, place: int) -> bool:
    return 0 <= place < len(row) and row[place] != 0


def _as_common(row: Row, parts: Parts, extreme: Callable[[list[int]], int]) -> list[bool]:
    counts = [row.count(colour) for colour, *_ in parts]
    return [count == extreme(counts) for count in counts]


def _draw(paint: Callable[[Row, Part], Sequence[int]], background: bool = False) -> Callable[[Row, Chosen], Row]:
    """Return the deed that draws the chosen parts anew; with ``background`` without the others."""

    def deed(row: Row, chosen: Chosen) -> Row:
        result = [0] * len(row) if background else list(row)
        for (colour, start, end), is_chosen in chosen:
            if is_chosen:
                result[start:end] = paint(row, (colour, start, end))
        return tuple(result)

    return deed


def _grow(left: int, right: int) -> Callable[[Row, Chosen], Row]:
    def deed(row: Row, chosen: Chosen) -> Row:
        result = list(row)
        for (_, start, end), is_chosen in chosen:
            for i in [*range(max(0, start - left), start)] * is_chosen:
                result[i] = result[i] or row[start]
            for i in [*range(end, min(len(row), end + right))] * is_chosen:
                result[i] = result[i] or row[end - 1]
        return tuple(result)

    return deed


def _ray(step: int) -> Callable[[Row, Chosen], Row]:
    """Return the deed that draws chosen parts on until something stands there."""

    def deed(row: Row, chosen: Chosen) -> Row:
        result = list(row)
        for (_, start, end), is_chosen in chosen:
            place = end if step > 0 else start - 1
            while is_chosen and 0 <= place < len(row) and not row[place]:
                result[place] = row[end - 1 if step > 0 else start]
                place += step
        return tuple(result)

    return deed


def _move(step: int) -> Callable[[Row, Chosen], Row]:
    """Return the deed that moves the chosen parts by some places, over what stands there."""

    def deed(row: Row, chosen: Chosen) -> Row:
        result = list(row)
        for (_, start, end), is_chosen in chosen:
            result[start:end] = [0] * (end - start) if is_chosen else result[start:end]
        for (_, start, end), is_chosen in chosen:
            for i in [*range(start, end)] * is_chosen:
                if 0 <= i + step < len(row):
                    result[i + step] = row[i]
        return tuple(result)

    return deed


DEEDS: dict[str, Callable[[Row, Chosen], Row]] = {
    "keep": _draw(lambda row, part: row[part[1] : part[2]], background=True),
    "drop": _draw(lambda _, part: [0] * (part[2] - part[1])),
    **{
        f"paint in the {name}": _draw(partial(lambda pick, row, part: [pick(row)] * (part[2] - part[1]), pick))
        for name, pick in COLOURS.items()
    },
    "paint in its commonest": _draw(lambda row, p: [_by_count(row[p[1] : p[2]], 1, lambda _: 0)] * (p[2] - p[1])),
    "paint in its last": _draw(lambda row, part: [row[part[2] - 1]] * (part[2] - part[1])),
    "paint in its first": _draw(lambda row, part: [row[part[1]]] * (part[2] - part[1])),
    "paint in its largest": _draw(lambda row, part: [max(row[part[1] : part[2]])] * (part[2] - part[1])),
    "paint in its smallest": _draw(lambda row, part: [min(row[part[1] : part[2]])] * (part[2] - part[1])),
    "mirror": _draw(lambda row, part: row[part[1] : part[2]][::-1]),
    "sort up": _draw(lambda row, part: sorted(row[part[1] : part[2]])),
    "sort down": _draw(lambda row, part: sorted(row[part[1] : part[2]], reverse=True)),
    "hollow": _draw(lambda row, part: _cut(row, part, lambda i, n: i in (0, n - 1))),
    "inside": _draw(lambda row, part: _cut(row, part, lambda i, n: 0 < i < n - 1)),
    "every second cell": _draw(lambda row, part: _cut(row, part, lambda i, _: i % 2 == 0)),
    "every other cell": _draw(lambda row, part: _cut(row, part, lambda i, _: i % 2 == 1)),
    "every second cell from the end": _draw(lambda row, part: _cut(row, part, lambda i, n: (n - i) % 2 == 1)),
    "middle": _draw(lambda row, part: _cut(row, part, lambda i, n: i in ((n - 1) // 2, n // 2))),
    "first half": _draw(lambda row, part: _cut(row, part, lambda i, n: i < n // 2)),
    "first half or more": _draw(lambda row, part: _cut(row, part, lambda i, n: i < (n + 1) // 2)),
    "second half": _draw(lambda row, part: _cut(row, part, lambda i, n: i >= (n + 1) // 2)),
    "second half or more": _draw(lambda row, part: _cut(row, part, lambda i, n: i >= n // 2)),
    **{f"without {k} first": _draw(partial(lambda k, row, p: _cut(row, p, lambda i, _: i >= k), k)) for k in (1, 2, 3)},
    **{
        f"without {k} last": _draw(partial(lambda k, row, p: _cut(row, p, lambda i, n: i < n - k), k))
        for k in (1, 2, 3)
    },
    **{f"{k} first only": _draw(partial(lambda k, row, p: _cut(row, p, lambda i, _: i < k), k)) for k in (1, 2, 3, 4)},
    **{
        f"{k} last only": _draw(partial(lambda k, row, p: _cut(row, p, lambda i, n: i >= n - k), k))
        for k in (1, 2, 3, 4)
    },
    **{f"grow by {k} and {n}": _grow(k, n) for k, n in product(range(5), repeat=2) if k or n},
    "ray left": _ray(-1),
    "ray right": _ray(1),
    **{f"move by {k}": _move(k) for k in range(-6, 7) if k},
    "colour by length": _draw(lambda _, part: [(part[2] - part[1] - 1) % 9 + 1] * (part[2] - part[1])),
    "count the cells": _draw(lambda _, part: [i % 9 + 1 for i in range(part[2] - part[1])]),
    **{
        f"colour plus {k}": _draw(partial(lambda k, row, p: [(c + k - 1) % 9 + 1 for c in row[p[1] : p[2]]], k))
        for k in range(1, 9)
    },
}


def _cut(row: Row, part: Part, keeps: Callable[[int, int], bool]) -> Row:
    _, start, end = part
    return tuple([row[start + i] if keeps(i, end - start) else 0 for i in range(end - start)])


GAP_WAYS: dict[str, Callable[[tuple[Gap, ...]], list[bool]]] = {
    "all": lambda between: [True] * len(between),
    "alike": lambda between: [left == right for *_, left, right in between],
    "unlike": lambda between: [left != right for *_, left, right in between],
    "first": lambda between: [i == 0 for i in range(len(between))],
    "last": lambda between: [i == len(between) - 1 for i in range(len(between))],
    "longest": lambda between: [b - a == max(d - c for c, d, *_ in between) for a, b, *_ in between],
    "shortest": lambda between: [b - a == min(d - c for c, d, *_ in between) for a, b, *_ in between],
    **{f"{k} or shorter": partial(lambda k, between: [b - a <= k for a, b, *_ in between], k) for k in range(1, 9)},
    **{f"{k} long": partial(lambda k, between: [b - a == k for a, b, *_ in between], k) for k in range(2, 5)},
}
GAP_COLOURS: dict[str, Callable[[Row, Gap], int]] = {
    "left": lambda _, gap: gap[2],
    "right": lambda _, gap: gap[3],
    "larger": lambda _, gap: max(gap[2:]),
    "smaller": lambda _, gap: min(gap[2:]),
    "commoner, or left": lambda row, gap: gap[2] if row.count(gap[2]) >= row.count(gap[3]) else gap[3],
    "commoner, or right": lambda row, gap: gap[2] if row.count(gap[2]) > row.count(gap[3]) else gap[3],
    **{name: partial(lambda pick, row, _: pick(row), pick) for name, pick in COLOURS.items()},
}


def _filled(colour: Callable[[Row, Gap], int], row: Row, chosen: Sequence[Gap]) -> Row:
    result = list(row)
    for gap in chosen:
        result[gap[0] : gap[1]] = [colour(row, gap)] * (gap[1] - gap[0])
    return tuple(result)


def _in_place(row: Row, order: Callable[[list[int]], Sequence[int]]) -> Row:
    colours = iter(order([colour for colour in row if colour]))
    return tuple([next(colours) if colour else 0 for colour in row])


def _runs_recoloured(row: Row, order: Callable[[list[int]], Sequence[int]]) -> Row:
    parts, result = runs(row), list(row)
    for (_, start, end), colour in zip(parts, order([colour for colour, *_ in parts]), strict=True):
        result[start:end] = [colour] * (end - start)
    return tuple(result)


def _shift(row: Row, steps: int) -> Row:
    return tuple([row[i - steps] if 0 <= i - steps < len(row) else 0 for i in range(len(row))])


def _over(row: Row, at: int, part: Row) -> Row:
    """Lay ``part`` over the row from the place ``at`` on."""
    return tuple([part[i - at] if 0 <= i - at < len(part) and part[i - at] else c for i, c in enumerate(row)])


def _copied(step: int, gap: int, turn: int, row: Row) -> Row:
    start, end = _span(row)
    return _over(row, end + gap if step > 0 else 2 * start - end - gap, row[start:end][::turn])


def _swapped(row: Row, first: int, second: int) -> Row:
    return tuple([{first: second, second: first}.get(colour, colour) for colour in row])


def _ranked(row: Row, down: bool, values: bool) -> Row:
    """Colour the runs by their place among the lengths, or the different lengths."""
    lengths = _lengths(runs(row))
    order = sorted(set(lengths) if values else lengths, reverse=down)
    return _draw(lambda _, p: [order.index(p[2] - p[1]) % 9 + 1] * (p[2] - p[1]))(
        row, _chosen(runs(row), [True] * len(lengths))
    )


def _slid(row: Row, step: int) -> Row:
    """Move each run one place where there is room, the foremost first."""
    result = list(row)
    for colour, start, end in runs(row)[::-step]:
        ahead, behind = (end, start) if step > 0 else (start - 1, end - 1)
        if 0 <= ahead < len(row) and not result[ahead]:
            result[ahead], result[behind] = colour, 0
    return tuple(result)


ORDERS: dict[str, Callable[[list[int]], Sequence[int]]] = {
    "sorted up": sorted,
    "sorted down": lambda colours: sorted(colours, reverse=True),
    "backwards": lambda colours: colours[::-1],
    "commonest first": lambda colours: sorted(colours, key=lambda c: (-colours.count(c), colours.index(c))),
    "rarest first": lambda colours: sorted(colours, key=lambda c: (colours.count(c), colours.index(c))),
    "grouped": lambda colours: sorted(colours, key=colours.index),
    "ends swapped": lambda colours: [*colours[-1:], *colours[1:-1], *colours[:1]][: len(colours)],
    "first two swapped": lambda colours: colours[:2][::-1] + colours[2:],
    "last two swapped": lambda colours: colours[:-2] + colours[-2:][::-1],
    "neighbours swapped": lambda cs: [c for i in range(0, len(cs), 2) for c in cs[i : i + 2][::-1]],
    **{
        f"rotated by {k}": partial(lambda k, cs: cs[k % len(cs) :] + cs[: k % len(cs)], k)
        for k in (-4, -3, -2, -1, 1, 2, 3, 4)
    },
}
HALF = {"half": lambda row: len(row) // 2, "half or more": lambda row: (len(row) + 1) // 2}
STEPS: dict[str, Callable[[Row], Row]] = {
    "mirror": lambda row: row[::-1],
    **{f"shift by {k}": partial(_shift, steps=k) for k in range(-16, 17) if k},
    **{f"rotate by {k}": partial(lambda k, r: r[k % len(r) :] + r[: k % len(r)], k) for k in range(-16, 17) if k},
    "shift to the left edge": lambda row: _shift(row, -_span(row)[0]),
    "shift to the right edge": lambda row: _shift(row, len(row) - _span(row)[1]),
    "shift by its length": lambda row: _shift(row, _span(row)[1] - _span(row)[0]),
    "shift back by its length": lambda row: _shift(row, _span(row)[0] - _span(row)[1]),
    "shift by the number of runs": lambda row: _shift(row, len(runs(row))),
    "shift by the first run": lambda row: _shift(row, _lengths(runs(row))[0]),
    "to the middle": lambda row: _shift(row, (len(row) - sum(_span(row))) // 2),
    "to the middle, up": lambda row: _shift(row, -((sum(_span(row)) - len(row)) // 2)),
    "fall left": lambda row: tuple([*filter(None, row), *[0] * row.count(0)]),
    "fall right": lambda row: tuple([*[0] * row.count(0), *filter(None, row)]),
    "close the gaps": lambda row: tuple([*[0] * _span(row)[0], *filter(None, row), *[0] * len(row)][: len(row)]),
    "close the gaps to the right": lambda row: tuple(
        [*[0] * len(row), *filter(None, row), *[0] * (len(row) - _span(row)[1])][-len(row) :]
    ),
    "slide left": lambda row: _slid(row, -1),
    "slide right": lambda row: _slid(row, 1),
    **{
        f"copy {step} {gap} {turn}": partial(_copied, step, gap, turn)
        for step, gap, turn in product((-1, 1), range(4), (-1, 1))
    },
    "with the mirror image": lambda row: tuple([a or b for a, b in zip(row, row[::-1], strict=True)]),
    "with the mirror image above": lambda row: tuple([b or a for a, b in zip(row, row[::-1], strict=True)]),
    "larger of mirror images": lambda row: tuple(map(max, row, row[::-1])),
    "smaller of mirror images": lambda row: tuple(map(min, row, row[::-1])),
    "same in the mirror": lambda row: tuple([a if a == b else 0 for a, b in zip(row, row[::-1], strict=True)]),
    **{f"{name} swapped": partial(lambda h, row: row[h(row) :] + row[: h(row)], h) for name, h in HALF.items()},
    **{f"left {name}": partial(lambda h, r: r[: h(r)] + (0,) * (len(r) - h(r)), h) for name, h in HALF.items()},
    **{f"right {name}": partial(lambda h, r: (0,) * h(r) + r[h(r) :], h) for name, h in HALF.items()},
    **{f"left {name} twice": partial(lambda h, r: (r[: h(r)] * 3)[: len(r)], h) for name, h in HALF.items()},
    **{f"right {name} twice": partial(lambda h, r: (r[h(r) :] * 3)[-len(r) :], h) for name, h in HALF.items()},
    **{f"left {name} turned": partial(lambda h, r: r[: h(r)][::-1] + r[h(r) :], h) for name, h in HALF.items()},
    **{f"right {name} turned": partial(lambda h, r: r[: h(r)] + r[h(r) :][::-1], h) for name, h in HALF.items()},
    "left half mirrored": lambda row: row[: (len(row) + 1) // 2] + row[: len(row) // 2][::-1],
    "right half mirrored": lambda row: row[(len(row) + 1) // 2 :][::-1] + row[len(row) // 2 :],
    "halves mirrored": lambda row: row[: len(row) // 2][::-1] + row[len(row) // 2 :][::-1],
    "neighbours swapped": lambda row: tuple([c for i in range(0, len(row), 2) for c in row[i : i + 2][::-1]]),
    **{f"cells {name}": partial(_in_place, order=order) for name, order in ORDERS.items()},
    **{f"runs {name}": partial(_runs_recoloured, order=order) for name, order in ORDERS.items()},
    **{
        f"runs by length {down} {vs}": partial(_ranked, down=down, values=vs)
        for down, vs in product((False, True), repeat=2)
    },
    "runs numbered": lambda row: _runs_recoloured(row, lambda cs: [i % 9 + 1 for i in range(len(cs))]),
    "runs numbered backwards": lambda row: _runs_recoloured(row, lambda cs: [i % 9 + 1 for i in range(len(cs))][::-1]),
    "colours counted": lambda row: tuple([min(9, row.count(colour)) if colour else 0 for colour in row]),
    **{
        f"{k} minus colour": partial(lambda k, r: tuple([c and ((k - c) % 9 or 9) for c in r]), k) for k in range(1, 10)
    },
    **{
        f"colour times {k}": partial(lambda k, r: tuple([c and c * k % 9 + 9 * (c * k % 9 == 0) for c in r]), k)
        for k in (2, 4, 5, 7)
    },
    **{f"at most {k}": partial(lambda k, row: tuple([min(colour, k) for colour in row]), k) for k in range(1, 9)},
    **{f"at least {k}": partial(lambda k, row: tuple([c and max(c, k) for c in row]), k) for k in range(2, 10)},
    **{
        f"swap {a} and {b}": partial(lambda a, b, row: _swapped(row, a(row), b(row)), COLOURS[a], COLOURS[b])
        for a, b in product(COLOURS, repeat=2)
        if a < b
    },
    **{f"{n} around": partial(lambda pick, row: tuple([c or pick(row) for c in row]), p) for n, p in COLOURS.items()},
    **{
        f"{n} outside only": partial(lambda pick, row: tuple([0 if c else pick(row) for c in row]), p)
        for n, p in COLOURS.items()
    },
    **{f"{n} everywhere": partial(lambda pick, row: (pick(row),) * len(row), p) for n, p in COLOURS.items()},
    "mend": lambda row: _mended(row, lambda a, b, c: a if a == c and a else b),
    "mend or clear": lambda row: _mended(row, lambda a, b, c: a if a == c else b),
    "clear between unlike": lambda row: _mended(row, lambda a, b, c: b if a == c else 0),
    "larger neighbour": lambda row: _mended(row, lambda a, b, c: b or max(a, c)),
    "majority": lambda row: _mended(row, lambda a, b, c: a if a in (b, c) else c if b == c else b),
}


def _mended(row: Row, cell: Callable[[int, int, int], int]) -> Row:
    return (row[0], *map(cell, row, row[1:], row[2:]), row[-1])


def _parts_chosen(split: Callable[[Row], Parts], way: Callable[[Row, Parts], list[bool]], row: Row) -> Chosen:
    parts = split(row)
    return _chosen(parts, way(row, parts))


RIVALS = (
    plain(STEPS),
    Rivals(
        {
            f"{name} {way}": partial(_parts_chosen, split, choose)
            for name, split in (("runs", runs), ("blocks", blocks))
            for way, choose in WAYS.items()
        },
        DEEDS,
    ),
    Rivals(
        {
            way: partial(
                lambda choose, row: tuple(g for g, c in zip(gaps(row), choose(gaps(row)), strict=True) if c), choose
            )
            for way, choose in GAP_WAYS.items()
        },
        {name: partial(_filled, colour) for name, colour in GAP_COLOURS.items()},
    ),
)


def _unshift(steps: int, result: Row) -> Row | None:
    before = _shift(result, -steps)
    return before if _shift(before, steps) == result else None


UNDO: tuple[Callable[[Row], Row | None], ...] = (
    *(partial(lambda k, row: row[k % len(row) :] + row[: k % len(row)], k) for k in range(-8, 9) if k),
    *(partial(lambda k, row: tuple([c and (c + k - 1) % 9 + 1 for c in row]), k) for k in range(1, 9)),
    *(partial(_unshift, k) for k in range(-8, 9) if k),
)
"""What undoes last steps: rotations, shifts and changes of all colours."""
