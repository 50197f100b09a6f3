"""Rules on grids of colours that ARCAGI does not draw, but that a reader may see in its examples.

They choose objects (with and without corners, of one colour or of several), colours or lines in every plain way, ties
broken in each way, and do something with them; or look at neighbours, fold, cut, repeat and move. Grids have a
coloured cell; a rule that would leave no cell gives `NOTHING`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import pairwise, product

from r1ci_env.envs.reasoning_gym.rivals import Rivals, plain

Grid = tuple[tuple[int, ...], ...]
Line = tuple[int, ...]
Cells = tuple[tuple[int, int], ...]
Step = Callable[[Grid], Grid]

NOTHING: Grid = ()
SIDES = ((-1, 0), (0, -1), (0, 1), (1, 0))
CORNERS = ((-1, -1), (-1, 1), (1, -1), (1, 1))


@lru_cache(maxsize=256)
def _objects(grid: Grid, corners: bool, mixed: bool) -> tuple[Cells, ...]:
    """Return the cells of each object; cells may touch at corners, or be of several colours."""
    near = SIDES + CORNERS if corners else SIDES
    left = {(r, c): colour for r, row in enumerate(grid) for c, colour in enumerate(row) if colour}
    found = []
    for start in list(left):
        if start in left:
            colour, cells = left.pop(start), [start]
            for r, c in cells:
                for place in [(r + dr, c + dc) for dr, dc in near]:
                    if place in left and (mixed or left[place] == colour):
                        del left[place]
                        cells.append(place)
            found.append(tuple(cells))
    return tuple(found)


@lru_cache(maxsize=256)
def _counts(grid: Grid) -> dict[int, int]:
    """Return how often each colour occurs, in the order in which they come."""
    return Counter([colour for row in grid for colour in row if colour])


def _transpose(grid: Grid) -> Grid:
    return tuple(zip(*grid, strict=True))


def _mirror(grid: Grid) -> Grid:
    return tuple([row[::-1] for row in grid])


def _of_object(grid: Grid, sign: int) -> int:
    r, c = max(_objects(grid, corners=False, mixed=False), key=lambda cells: sign * len(cells))[0]
    return grid[r][c]


def _by_count(sign: int, tie: Callable[[list[int], int], int], grid: Grid) -> int:
    counts = _counts(grid)
    return max(counts, key=lambda colour: (sign * counts[colour], tie([*counts], colour)))


COLOURS: dict[str, Callable[[Grid], int]] = {
    **{str(k): partial(lambda k, _: k, k) for k in range(1, 10)},
    **{
        f"{name}, {tie} of several": partial(_by_count, sign, by)
        for name, sign in (("commonest", 1), ("rarest", -1))
        for tie, by in {
            "first": lambda colours, colour: -colours.index(colour),
            "last": lambda colours, colour: colours.index(colour),
            "largest": lambda _, colour: colour,
            "smallest": lambda _, colour: -colour,
        }.items()
    },
    "largest": lambda grid: max(_counts(grid)),
    "smallest": lambda grid: min(_counts(grid)),
    "first": lambda grid: next(iter(_counts(grid))),
    "last": lambda grid: next(filter(None, [c for row in grid[::-1] for c in row[::-1]])),
    "leftmost": lambda grid: next(iter(_counts(_transpose(grid)))),
    "largest object's": lambda grid: _of_object(grid, 1),
    "smallest object's": lambda grid: _of_object(grid, -1),
}


def _recolour(change: Callable[[int, int], int]) -> Callable[[Grid, int], Grid]:
    """Return the deed that changes each cell by its colour and the one that was picked."""
    return lambda grid, picked: tuple([tuple([change(colour, picked) for colour in row]) for row in grid])


def _edge(grid: Grid, colour: int) -> Grid:
    line = (colour,) * len(grid[0])
    return (line, *((colour, *row[1:-1], colour)[: len(row)] for row in grid[1:-1]), line)[: len(grid)]


def _crop(grid: Grid, keeps: Callable[[int], bool]) -> Grid:
    places = [(r, c) for r, row in enumerate(grid) for c, colour in enumerate(row) if keeps(colour)]
    return _cut_out(grid, places)


def _cut_out(grid: Grid, places: Iterable[tuple[int, int]]) -> Grid:
    rows, columns = [r for r, _ in places], [c for _, c in places]
    if not rows:
        return NOTHING
    return tuple([row[min(columns) : max(columns) + 1] for row in grid[min(rows) : max(rows) + 1]])


def _holes(corners: bool, grid: Grid, colour: int) -> Grid:
    """Fill the background from which no way leads to the edge."""
    framed = _framed(tuple([tuple([0 if c else 1 for c in row]) for row in grid]), 1)
    outside = set(_objects(framed, corners=corners, mixed=False)[0])
    rows = [
        [c or (0 if (r + 1, i + 1) in outside else colour) for i, c in enumerate(row)] for r, row in enumerate(grid)
    ]
    return tuple(map(tuple, rows))


def _framed(grid: Grid, colour: int) -> Grid:
    line = (colour,) * (len(grid[0]) + 2)
    return (line, *((colour, *row, colour) for row in grid), line)


WITH_COLOUR: dict[str, Callable[[Grid, int], Grid]] = {
    "only": _recolour(lambda c, picked: c if c == picked else 0),
    "without": _recolour(lambda c, picked: 0 if c == picked else c),
    "all in it": _recolour(lambda c, picked: c and picked),
    "around": _recolour(lambda c, picked: c or picked),
    "outside only": _recolour(lambda c, picked: 0 if c else picked),
    "everywhere": _recolour(lambda _, picked: picked),
    "framed": _framed,
    "edged": _edge,
    "cut out": lambda grid, picked: _crop(grid, lambda c: c == picked),
    "fill holes": partial(_holes, False),
    "fill holes, none through corners": partial(_holes, True),
    "at least": _recolour(lambda c, picked: c if c >= picked else 0),
    "at most": _recolour(lambda c, picked: c if c <= picked else 0),
    "raise to": _recolour(lambda c, picked: c and max(c, picked)),
    "cap at": _recolour(lambda c, picked: min(c, picked)),
    "taken from": _recolour(lambda c, picked: c and ((picked - c) % 9 or 9)),
    "plus": _recolour(lambda c, picked: c and (c + picked - 1) % 9 + 1),
}
WITH_COLOURS: dict[str, Callable[[Grid, tuple[int, int]], Grid]] = {
    "swap": lambda grid, two: _recolour(lambda c, _: {two[0]: two[1], two[1]: two[0]}.get(c, c))(grid, 0),
    "first into second": lambda grid, two: _recolour(lambda c, _: two[1] if c == two[0] else c)(grid, 0),
    "others into second": lambda grid, two: _recolour(lambda c, _: two[1] if c and c != two[0] else c)(grid, 0),
    "all but two": lambda grid, two: _recolour(lambda c, _: 0 if c in two else c)(grid, 0),
    "two only": lambda grid, two: _recolour(lambda c, _: c if c in two else 0)(grid, 0),
}


def _box(cells: Cells) -> tuple[int, int, int, int]:
    rows, columns = [r for r, _ in cells], [c for _, c in cells]
    return min(rows), max(rows) + 1, min(columns), max(columns) + 1


def _height(cells: Cells) -> int:
    top, bottom, *_ = _box(cells)
    return bottom - top


def _width(cells: Cells) -> int:
    *_, left, right = _box(cells)
    return right - left


def _at_edge(grid: Grid, cells: Cells) -> bool:
    top, bottom, left, right = _box(cells)
    return top == 0 or left == 0 or bottom == len(grid) or right == len(grid[0])


def _picked(pick: Callable[[list[int]], int], measure: Callable[[Cells], int], objects: Sequence[Cells]) -> list[Cells]:
    values = [measure(cells) for cells in objects]
    return [cells for cells, value in zip(objects, values, strict=True) if value == pick(values)]


MEASURES: dict[str, Callable[[Cells], int]] = {
    "size": len,
    "height": _height,
    "width": _width,
    "top": lambda cells: _box(cells)[0],
    "bottom": lambda cells: _box(cells)[1],
    "left": lambda cells: _box(cells)[2],
    "right": lambda cells: _box(cells)[3],
}
PICKS: dict[str, Callable[[list[int]], int]] = {
    "greatest": max,
    "least": min,
    "second": lambda values: sorted({*values})[-2:][0],
}
WAYS: dict[str, Callable[[Grid, Sequence[Cells]], Sequence[Cells]]] = {
    "all": lambda _, objects: objects,
    **{
        f"{pick} {name}": partial(
            lambda choose, measure, _, objects: _picked(choose, measure, objects), choose, measure
        )
        for name, measure in MEASURES.items()
        for pick, choose in PICKS.items()
    },
    **{f"size {k}": partial(lambda k, _, objects: [o for o in objects if len(o) == k], k) for k in range(1, 10)},
    **{
        f"size {k} or more": partial(lambda k, _, objects: [o for o in objects if len(o) >= k], k) for k in range(2, 10)
    },
    "first of the largest": lambda _, objects: [max(objects, key=len)],
    "last of the largest": lambda _, objects: [max(objects[::-1], key=len)],
    "first of the smallest": lambda _, objects: [min(objects, key=len)],
    "last of the smallest": lambda _, objects: [min(objects[::-1], key=len)],
    "first": lambda _, objects: objects[:1],
    "last": lambda _, objects: objects[-1:],
    "at the edge": lambda grid, objects: [o for o in objects if _at_edge(grid, o)],
    "of even size": lambda _, objects: [o for o in objects if len(o) % 2 == 0],
    "of a size of its own": lambda _, objects: [o for o in objects if [*map(len, objects)].count(len(o)) == 1],
    "lines": lambda _, objects: [o for o in objects if 1 in (_height(o), _width(o))],
    "upright": lambda _, objects: [o for o in objects if _height(o) > _width(o)],
    "lying": lambda _, objects: [o for o in objects if _height(o) < _width(o)],
    "full rectangles": lambda _, objects: [o for o in objects if len(o) == _height(o) * _width(o)],
    "of one colour": lambda grid, objects: [o for o in objects if len({grid[r][c] for r, c in o}) == 1],
    "of a colour of its own": lambda grid, objects: [
        o for o in objects if [grid[p[0][0]][p[0][1]] for p in objects].count(grid[o[0][0]][o[0][1]]) == 1
    ],
    **{
        f"of the {name} colour": partial(
            lambda pick, grid, objects: [o for o in objects if grid[o[0][0]][o[0][1]] == pick(grid)], pick
        )
        for name, pick in COLOURS.items()
    },
}


def _chosen(
    corners: bool, mixed: bool, choose: Callable[[Grid, Sequence[Cells]], Sequence[Cells]], grid: Grid
) -> tuple[Cells, ...]:
    return tuple(choose(grid, _objects(grid, corners, mixed)))


def _painted(grid: Grid, places: Iterable[tuple[int, int]], colour: int) -> Grid:
    rows = [list(row) for row in grid]
    for r, c in places:
        rows[r][c] = colour
    return tuple(map(tuple, rows))


def _cells(chosen: Sequence[Cells]) -> list[tuple[int, int]]:
    return [place for cells in chosen for place in cells]


def _kept(grid: Grid, chosen: Sequence[Cells]) -> Grid:
    places = set(_cells(chosen))
    return tuple([tuple([x if (r, c) in places else 0 for c, x in enumerate(row)]) for r, row in enumerate(grid)])


def _boxed(grid: Grid, chosen: Sequence[Cells]) -> Grid:
    rows = [list(row) for row in grid]
    for cells in chosen:
        top, bottom, left, right = _box(cells)
        for r, c in product(range(top, bottom), range(left, right)):
            rows[r][c] = rows[r][c] or grid[cells[0][0]][cells[0][1]]
    return tuple(map(tuple, rows))


def _coloured_by(value: Callable[[list[int], int], int]) -> Callable[[Grid, Sequence[Cells]], Grid]:
    def deed(grid: Grid, chosen: Sequence[Cells]) -> Grid:
        sizes = [len(cells) for cells in chosen]
        result = _painted(grid, _cells(chosen), 0)
        for cells in chosen:
            result = _painted(result, cells, value(sizes, len(cells)) % 9 + 1)
        return result

    return deed


DEEDS: dict[str, Callable[[Grid, tuple[Cells, ...]], Grid]] = {
    "keep": _kept,
    "drop": lambda grid, chosen: _painted(grid, _cells(chosen), 0),
    "cut out": lambda grid, chosen: _cut_out(grid, _cells(chosen)),
    "cut out the first": lambda grid, chosen: _cut_out(grid, _cells(chosen[:1])),
    "cut out without the others": lambda grid, chosen: _cut_out(_kept(grid, chosen), _cells(chosen)),
    "box": _boxed,
    "colour by size": _coloured_by(lambda _, size: size - 1),
    "colour by rank": _coloured_by(lambda sizes, size: sorted(sizes).index(size)),
    "colour by rank from the top": _coloured_by(lambda sizes, size: sorted(sizes, reverse=True).index(size)),
    "colour by size among sizes": _coloured_by(lambda sizes, size: sorted({*sizes}).index(size)),
    "colour by size among sizes from the top": _coloured_by(
        lambda sizes, size: sorted({*sizes}, reverse=True).index(size)
    ),
    **{
        f"paint in the {name}": partial(lambda pick, grid, chosen: _painted(grid, _cells(chosen), pick(grid)), pick)
        for name, pick in COLOURS.items()
    },
}


def _by_neighbours(
    near: Sequence[tuple[int, int]], outside: int, change: Callable[[int, list[int]], int], grid: Grid
) -> Grid:
    """Give each cell a colour that depends on its own and its neighbours'; ``outside`` stands beyond the edge."""
    height, width = len(grid), len(grid[0])

    def colour(r: int, c: int) -> int:
        return grid[r][c] if 0 <= r < height and 0 <= c < width else outside

    return tuple(
        [
            tuple([change(grid[r][c], [colour(r + i, c + j) for i, j in near]) for c in range(width)])
            for r in range(height)
        ]
    )


LOOKS: dict[str, Callable[[int, list[int]], int]] = {
    "grow, largest": lambda c, near: c or max(0, *near),
    "grow, smallest": lambda c, near: c or min((n for n in near if n > 0), default=0),
    "grow, first": lambda c, near: c or next((n for n in near if n > 0), 0),
    "grow, last": lambda c, near: c or next((n for n in near[::-1] if n > 0), 0),
    "outlines": lambda c, near: 0 if all(n == c for n in near) else c,
    "insides": lambda c, near: c if all(n in (c, -1) for n in near) else 0,
    "outlines of all": lambda c, near: 0 if all(near) else c,
    "insides of all": lambda c, near: c if all(near) else 0,
    "alone": lambda c, near: 0 if any(n > 0 for n in near) else c,
    "not alone": lambda c, near: c if any(n > 0 for n in near) else 0,
    "touching another": lambda c, near: c if {*near} - {0, -1, c} else 0,
    "touching no other": lambda c, near: 0 if {*near} - {0, -1, c} else c,
    **{f"{k} of its kind around": partial(lambda k, c, near: c if near.count(c) >= k else 0, k) for k in range(1, 8)},
    **{f"{k} around": partial(lambda k, c, near: c if sum(n > 0 for n in near) >= k else 0, k) for k in range(2, 8)},
}


def _by_lines(change: Callable[[Line], Sequence[int]]) -> Step:
    return lambda grid: tuple([tuple(change(row)) for row in grid])


def _joined(line: Line, fill: Callable[[int, int], int]) -> list[int]:
    """Fill the gaps of a line; ``fill`` says with which colour between two."""
    result = list(line)
    for start, end in pairwise([i for i, colour in enumerate(line) if colour]):
        result[start + 1 : end] = [fill(line[start], line[end])] * (end - start - 1)
    return result


def _spanned(line: Line) -> list[int]:
    """Fill each colour's background from its first cell to its last."""
    result = list(line)
    for colour in dict.fromkeys(filter(None, line)):
        for i in range(line.index(colour), len(line) - line[::-1].index(colour)):
            result[i] = result[i] or colour
    return result


def _ray(line: Line) -> list[int]:
    last = 0
    return [last := colour or last for colour in line]


def _shifted(grid: Grid, steps: int) -> Grid:
    blank = (0,) * len(grid[0])
    return tuple([grid[i - steps] if 0 <= i - steps < len(grid) else blank for i in range(len(grid))])


def _first_row(grid: Grid) -> int:
    return next(i for i, row in enumerate(grid) if any(row))


def _zeroed(grid: Grid, keeps: Callable[[int], bool]) -> Grid:
    return tuple([row if keeps(i) else (0,) * len(row) for i, row in enumerate(grid)])


TOGETHER: dict[str, Callable[[int, int], int]] = {
    "both": lambda a, b: a if a and b else 0,
    "both, of the other": lambda a, b: b if a and b else 0,
    "either": lambda a, b: a or b,
    "either, the other first": lambda a, b: b or a,
    "one": lambda a, b: 0 if a and b else a or b,
    "same": lambda a, b: a if a == b else 0,
    "larger": max,
    "smaller": min,
    "without": lambda a, b: 0 if b else a,
    "without, the other way": lambda a, b: 0 if a else b,
}


def _laid(together: Callable[[int, int], int], first: Grid, second: Grid) -> Grid:
    return tuple([tuple(map(together, *rows)) for rows in zip(first, second, strict=True)])


ROWS_BY: dict[str, Callable[[Line], object]] = {
    "number": lambda row: -row.count(0),
    "sum": sum,
    "largest": max,
    "first": lambda row: row[0],
    "last": lambda row: row[-1],
    "colours": lambda row: len({*row} - {0}),
    "order": lambda row: row,
}
HALF: dict[str, Callable[[int], int]] = {"half": lambda n: n // 2, "half or more": lambda n: (n + 1) // 2}
TURNS: dict[str, Step] = {
    "mirror": _mirror,
    "flip": lambda grid: grid[::-1],
    "half turn": lambda grid: _mirror(grid[::-1]),
    "transpose": _transpose,
    "turn right": lambda grid: _mirror(_transpose(grid)),
    "turn left": lambda grid: _transpose(grid)[::-1],
    "other transpose": lambda grid: _mirror(_transpose(grid)[::-1]),
}
ALONG: dict[str, Step] = {  # on rows; each is tried on columns, too
    **{f"roll by {k}": partial(lambda k, g: g[k % len(g) :] + g[: k % len(g)], k) for k in range(-5, 6) if k},
    **{f"shift by {k}": partial(_shifted, steps=k) for k in range(-5, 6) if k},
    "to the first row": lambda grid: _shifted(grid, -_first_row(grid)),
    "to the last row": lambda grid: _shifted(grid, _first_row(grid[::-1])),
    "fall": _by_lines(lambda row: [*filter(None, row), *[0] * row.count(0)]),
    "fall back": _by_lines(lambda row: [*[0] * row.count(0), *filter(None, row)]),
    "sort": _by_lines(sorted),
    "sort down": _by_lines(lambda row: sorted(row, reverse=True)),
    "ray": _by_lines(_ray),
    "ray back": _by_lines(lambda row: _ray(row[::-1])[::-1]),
    "rays both ways": _by_lines(lambda row: [a or b for a, b in zip(_ray(row), _ray(row[::-1])[::-1], strict=True)]),
    "first colour everywhere": _by_lines(lambda row: [next(filter(None, row), 0)] * len(row)),
    "last colour everywhere": _by_lines(lambda row: [next(filter(None, row[::-1]), 0)] * len(row)),
    "first colour around": _by_lines(lambda row: [c or next(filter(None, row), 0) for c in row]),
    "join": _by_lines(lambda row: _joined(row, lambda a, b: a if a == b else 0)),
    "join all": _by_lines(lambda row: _joined(row, lambda a, _: a)),
    "join all back": _by_lines(lambda row: _joined(row, lambda _, b: b)),
    "join all in the larger": _by_lines(lambda row: _joined(row, max)),
    "join over others": _by_lines(_spanned),
    "colours backwards": _by_lines(lambda row: _in_place(row)),
    **{f"by {name}": partial(lambda key, g: tuple(sorted(g, key=key)), key) for name, key in ROWS_BY.items()},
    **{f"down by {n}": partial(lambda key, g: tuple(sorted(g, key=key, reverse=True)), k) for n, k in ROWS_BY.items()},
    **{f"greatest {name}": partial(lambda key, g: (max(g, key=key),), key) for name, key in ROWS_BY.items()},
    **{
        f"rows of greatest {name}": partial(
            lambda key, grid: _zeroed(grid, lambda i: key(grid[i]) == max(map(key, grid))), key
        )
        for name, key in ROWS_BY.items()
    },
    **{f"upper {name}": partial(lambda h, g: g[: h(len(g))], h) for name, h in HALF.items()},
    **{f"lower {name}": partial(lambda h, g: g[len(g) - h(len(g)) :], h) for name, h in HALF.items()},
    **{f"upper {name} kept": partial(lambda h, g: _zeroed(g, lambda i: i < h(len(g))), h) for name, h in HALF.items()},
    **{
        f"lower {name} kept": partial(lambda h, g: _zeroed(g, lambda i: i >= len(g) - h(len(g))), h)
        for name, h in HALF.items()
    },
    **{f"{name} swapped": partial(lambda h, g: g[h(len(g)) :] + g[: h(len(g))], h) for name, h in HALF.items()},
    "upper half mirrored": lambda grid: grid[: (len(grid) + 1) // 2] + grid[: len(grid) // 2][::-1],
    "lower half mirrored": lambda grid: grid[(len(grid) + 1) // 2 :][::-1] + grid[len(grid) // 2 :],
    "upper half twice": lambda grid: (grid[: (len(grid) + 1) // 2] * 2)[: len(grid)],
    **{
        f"halves, {name}, {half}": partial(
            lambda two, h, g: _laid(two, g[: h(len(g))], g[len(g) - h(len(g)) :]), two, h
        )
        for name, two in TOGETHER.items()
        for half, h in HALF.items()
    },
    **{
        f"folded, {name}, {half}": partial(lambda two, h, g: _laid(two, g[: h(len(g))], g[::-1][: h(len(g))]), two, h)
        for name, two in TOGETHER.items()
        for half, h in HALF.items()
    },
    **{f"every {n} from {k}": partial(lambda n, k, g: g[k::n], n, k) for n in (2, 3) for k in range(n)},
    **{
        f"every {n} from {k} kept": partial(lambda n, k, g: _zeroed(g, lambda i: i % n == k), n, k)
        for n in (2, 3)
        for k in range(n)
    },
    **{f"the first {k}": partial(lambda k, g: g[:k], k) for k in (1, 2, 3)},
    **{f"the last {k}": partial(lambda k, g: g[-k:], k) for k in (1, 2, 3)},
    **{f"without the first {k}": partial(lambda k, g: g[k:], k) for k in (1, 2, 3)},
    **{f"without the last {k}": partial(lambda k, g: g[:-k], k) for k in (1, 2, 3)},
    **{f"clear the first {k}": partial(lambda k, g: _zeroed(g, lambda i: i >= k), k) for k in (1, 2, 3)},
    **{f"clear the last {k}": partial(lambda k, g: _zeroed(g, lambda i: i < len(g) - k), k) for k in (1, 2, 3)},
    "first and last": lambda grid: (grid[0], grid[-1]),
    "first and last swapped": lambda grid: (grid[-1], *grid[1:-1], grid[0])[: len(grid)],
    "middle": lambda grid: grid[(len(grid) - 1) // 2 : len(grid) // 2 + 1],
    "ends off": lambda grid: grid[1:-1],
    **{f"each {k} times": partial(lambda k, g: tuple([row for row in g for _ in range(k)]), k) for k in (2, 3)},
    **{f"{k} times": partial(lambda k, g: g * k, k) for k in (2, 3)},
    "and flipped": lambda grid: grid + grid[::-1],
    "flipped first": lambda grid: grid[::-1] + grid,
    "and flipped, the last once": lambda grid: grid + grid[-2::-1],
    "and a blank row": lambda grid: (*grid, (0,) * len(grid[0])),
    "a blank row first": lambda grid: ((0,) * len(grid[0]), *grid),
    "without repeats": lambda grid: tuple(dict.fromkeys(grid)),
    "without repeats beside": lambda grid: (grid[0], *(b for a, b in pairwise(grid) if a != b)),
    "without empty rows": lambda grid: tuple([row for row in grid if any(row)]),
    "without full rows": lambda grid: tuple([row for row in grid if not all(row)]),
    "without the rows with gaps": lambda grid: tuple([row for row in grid if all(row)]),
    "full rows kept": lambda grid: _zeroed(grid, lambda i: all(grid[i])),
    "full rows cleared": lambda grid: _zeroed(grid, lambda i: not all(grid[i])),
    "rows of one colour kept": lambda grid: _zeroed(grid, lambda i: len({*grid[i]} - {0}) == 1),
}


def _in_place(row: Line) -> list[int]:
    colours = iter([c for c in row if c][::-1])
    return [next(colours) if c else 0 for c in row]


def _by_columns(step: Step, grid: Grid) -> Grid:
    result = step(_transpose(grid))
    return _transpose(result) if result else NOTHING


def _with_turned(together: Callable[[int, int], int], turn: Step, grid: Grid) -> Grid:
    turned = turn(grid)
    return _laid(together, grid, turned) if (len(grid), len(grid[0])) == (len(turned), len(turned[0])) else NOTHING


def _scaled(times: int, grid: Grid) -> Grid:
    return tuple([tuple([c for c in row for _ in range(times)]) for row in grid for _ in range(times)])


def _as_common(extreme: Callable[[Iterable[int]], int], keeps: bool, grid: Grid) -> Grid:
    """Keep or drop all colours that are as common as the commonest, or as rare as the rarest."""
    counts = _counts(grid)
    wanted = {colour for colour, count in counts.items() if (count == extreme(counts.values())) is keeps}
    return tuple([tuple([c if c in wanted else 0 for c in row]) for row in grid])


STEPS: dict[str, Step] = {
    **TURNS,
    **{f"{name}, rows": step for name, step in ALONG.items()},
    **{f"{name}, columns": partial(_by_columns, step) for name, step in ALONG.items()},
    **{
        f"with {turn}, {name}": partial(_with_turned, two, step)
        for turn, step in TURNS.items()
        for name, two in TOGETHER.items()
    },
    "cut out what is coloured": lambda grid: _crop(grid, bool),
    **{f"{k} times as large": partial(_scaled, k) for k in (2, 3)},
    **{f"tiled {k} times": partial(lambda k, grid: tuple([row * k for row in grid] * k), k) for k in (2, 3)},
    "four mirror images": lambda grid: (half := tuple([row + row[::-1] for row in grid])) + half[::-1],
    **{f"without {k} at the edge": partial(lambda k, g: tuple([r[k:-k] for r in g[k:-k]]), k) for k in (1, 2)},
    "blank frame": lambda grid: _framed(grid, 0),
    "edge cleared": lambda grid: _edge(grid, 0),
    "edge only": lambda grid: _laid(
        lambda a, b: 0 if b else a, grid, _framed(tuple([(1,) * (len(r) - 2) for r in grid[2:]]), 0)
    ),
    "odd colours": lambda grid: _recolour(lambda c, _: c if c % 2 else 0)(grid, 0),
    "even colours": lambda grid: _recolour(lambda c, _: 0 if c % 2 else c)(grid, 0),
    **{
        f"{look}, {near} neighbours, {outside}": partial(_by_neighbours, places, outside, change)
        for look, change in LOOKS.items()
        for near, places in (("four", SIDES), ("eight", SIDES + CORNERS), ("corner", CORNERS))
        for outside in (0, -1)
    },
    **{
        f"{which} {name} colours": partial(_as_common, extreme, keeps)
        for name, extreme in (("commonest", max), ("rarest", min))
        for which, keeps in (("only the", True), ("without the", False))
    },
}
RIVALS = (
    plain(STEPS),
    Rivals(COLOURS, WITH_COLOUR),
    Rivals(
        {
            f"{a}, {b}": partial(lambda a, b, grid: (a(grid), b(grid)), COLOURS[a], COLOURS[b])
            for a, b in product(COLOURS, repeat=2)
        },
        WITH_COLOURS,
    ),
    Rivals(
        {
            f"{way}, {kind}": partial(_chosen, corners, mixed, choose)
            for kind, corners, mixed in (
                ("", False, False),
                ("corners", True, False),
                ("mixed", False, True),
                ("mixed, corners", True, True),
            )
            for way, choose in WAYS.items()
        },
        DEEDS,
    ),
)


def _unshifted(steps: int, result: Grid) -> Grid | None:
    before = _shifted(result, -steps)
    return before if _shifted(before, steps) == result else None


def _unshifted_columns(steps: int, result: Grid) -> Grid | None:
    before = _unshifted(steps, _transpose(result))
    return before and _transpose(before)


def _with_colour(undo: Callable[[Grid], Grid | None], plus: int, result: Grid) -> Grid | None:
    return undo(WITH_COLOUR["plus"](result, plus))


UNDO: tuple[Callable[[Grid], Grid | None], ...] = (
    *(partial(_unshifted, k) for k in (-2, -1, 1, 2)),
    *(partial(_unshifted_columns, k) for k in (-2, -1, 1, 2)),
    *(partial(lambda k, grid: grid[k:] + grid[:k], k) for k in (-2, 2)),
    *(partial(lambda k, grid: tuple([row[k:] + row[:k] for row in grid]), k) for k in (-2, 2)),
    *(partial(lambda k, grid: WITH_COLOUR["plus"](grid, k), k) for k in range(1, 9)),
)
"""What undoes last steps: shifts, rolls and changes of all colours."""

UNDO_TWO = tuple(
    partial(_with_colour, partial(undo, k), plus)
    for undo, k, plus in product((_unshifted, _unshifted_columns), (-1, 1), range(1, 9))
)
"""What undoes a shift and then a change of all colours."""
