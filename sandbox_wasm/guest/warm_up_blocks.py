"""Blocks that run before the snapshot is taken, of the kind models write, and one of each common failure.

What they make the interpreter do for the first time, such as importing a codec or specialising the
bytecode of a library function, no block has to do again.
"""

ROUNDS = 6
"""How often each runs: enough for the interpreter to have settled on a specialisation."""

WORKING = [
    "print(6 * 7)",
    """
    words = "the cat and the dog and the bird".split()
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"{word:<6}{count:>3}")
    print(", ".join(reversed(words)).upper(), "-".join(w.capitalize() for w in set(words) & {"cat", "cow"}))
    """,
    """
    from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
    Point = namedtuple("Point", "x y")
    groups = defaultdict(list)
    for number in range(10):
        groups[number % 3].append(number)
    print(dict(groups), Counter("mississippi").most_common(2), Point(1, 2)._replace(x=5))
    line = deque([1, 2, 3], maxlen=3)
    line.appendleft(0); line.rotate(1)
    print(list(line), OrderedDict(a=1))
    """,
    """
    import functools, itertools, operator
    print([p for p in itertools.permutations("abc", 2)][:3], list(itertools.combinations(range(4), 2)))
    print(list(itertools.accumulate([1, 2, 3], operator.mul)), functools.reduce(lambda a, b: a + b, [1, 2, 3]))
    print([(k, len(list(g))) for k, g in itertools.groupby("aabbb")], list(itertools.product([0, 1], repeat=2)))
    print(list(itertools.chain([1], (2, 3))), list(zip("ab", [1, 2])), dict(enumerate("xy")))
    """,
    """
    from functools import lru_cache
    @lru_cache(maxsize=None)
    def ways(n):
        return 1 if n < 2 else ways(n - 1) + ways(n - 2)
    print(ways(40))
    table = [[0] * 5 for _ in range(4)]
    for i in range(4):
        for j in range(5):
            table[i][j] = max(table[i - 1][j] if i else 0, table[i][j - 1] if j else 0) + (i ^ j)
    print("\\n".join(" ".join(map(str, row)) for row in table), min(map(min, table)), sum(map(sum, table)))
    """,
    """
    import heapq, bisect
    edges = {"a": [("b", 2), ("c", 5)], "b": [("c", 1)], "c": []}
    best, heap = {}, [(0, "a")]
    while heap:
        cost, node = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = cost
        for other, weight in edges[node]:
            heapq.heappush(heap, (cost + weight, other))
    print(best, bisect.bisect_left([1, 3, 5], 4), heapq.nlargest(2, [4, 1, 7]))
    """,
    """
    import math
    from fractions import Fraction
    from decimal import Decimal
    print(math.gcd(12, 18), math.comb(5, 2), math.isqrt(50), round(math.sqrt(2), 3), 2 ** 100 % 97, divmod(17, 5))
    print(Fraction(1, 3) + Fraction(1, 6), Decimal("1.10") + 2, Decimal(1) / 7, 0.1 + 0.2, 1e20)
    print(f"{1234567.891:,.2f} {255:08b} {0.5:%}", bin(10), hex(255))
    """,
    """
    import statistics
    print(statistics.mean([1, 2, 3, 4]), statistics.median([3, 1, 2]), statistics.stdev([1, 2, 4]))
    """,
    """
    from datetime import date, datetime, timedelta
    import calendar
    day = date(2024, 2, 28) + timedelta(days=3)
    print(day, day.strftime("%A, %d %B %Y"), (date(2025, 1, 1) - day).days, calendar.isleap(2024), day.isoformat())
    print(datetime.strptime("2023-05-06 07:08", "%Y-%m-%d %H:%M") + timedelta(hours=30))
    """,
    """
    import re, json, string, textwrap
    print(re.findall(r"\\d+", "a1 b22 c333"), re.sub(r"(\\w)(\\d)", r"\\2\\1", "x1 y2"), re.match("a+", "aab").group())
    print(json.dumps({"a": [1, 2.5, None, True], "b": "ü"}, indent=1, sort_keys=True), json.loads('{"k": [1]}'))
    print("".join(chr((ord(c) - 97 + 3) % 26 + 97) for c in "hello"), string.ascii_lowercase[::5])
    print(textwrap.fill("some words that go on and on", 12), "a,b,,c".split(","), " x ".strip(), "abc".find("c"))
    """,
    """
    from dataclasses import dataclass, field
    from enum import Enum
    from typing import NamedTuple, Optional
    class Colour(Enum):
        RED = 1
        BLUE = 2
    class Pair(NamedTuple):
        left: int
        right: int = 0
    @dataclass(order=True)
    class Item:
        name: str
        tags: list = field(default_factory=list)
        price: Optional[float] = None
    print(sorted([Item("b"), Item("a", ["x"])]), Colour.RED, Colour(2).name, [c.value for c in Colour], Pair(1))
    """,
    """
    class Shape:
        def __init__(self, name):
            self.name = name
        @property
        def area(self):
            return 0
        def __repr__(self):
            return f"{type(self).__name__}({self.name!r}, {self.area})"
        def __eq__(self, other):
            return isinstance(other, Shape) and self.area == other.area
        def __lt__(self, other):
            return self.area < other.area
    class Square(Shape):
        def __init__(self, side):
            super().__init__("square")
            self.side = side
        @property
        def area(self):
            return self.side ** 2
    print(sorted([Square(3), Shape("dot")]), Square(2) == Square(2), hasattr(Square(1), "side"))
    """,
    """
    from contextlib import contextmanager
    @contextmanager
    def section(title):
        print("begin", title)
        try:
            yield title
        finally:
            print("end", title)
    def numbers(limit):
        total = 0
        while total < limit:
            total += 1
            yield total
    def counter():
        count = 0
        def step():
            nonlocal count
            count += 1
            return count
        return step
    with section("one") as name:
        print(name, list(numbers(3)), sum(x * x for x in numbers(4) if x % 2), counter()())
    for value in ("7", "seven"):
        try:
            print(int(value))
        except ValueError as error:
            print("not a number:", error)
        else:
            print("fine")
    """,
    """
    grid = ["#..", ".#.", "..#"]
    queue, seen = [(0, 1)], {(0, 1)}
    while queue:
        row, column = queue.pop(0)
        for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            r, c = row + down, column + right
            if 0 <= r < 3 and 0 <= c < 3 and grid[r][c] == "." and (r, c) not in seen:
                seen.add((r, c))
                queue.append((r, c))
    print(len(seen), [list(row) for row in zip(*grid)], any("#" in row for row in grid), all(grid))
    match (len(seen), grid[0]):
        case (0, _):
            print("none")
        case (count, str(first)) if count > 1:
            print(count, first)
    """,
    """
    import random
    random.seed(4)
    deck = list(range(10))
    random.shuffle(deck)
    print(deck, random.choice(deck), random.randint(1, 6), random.sample(deck, 3), round(random.random(), 3))
    """,
    """
    def main():
        values = [3, 1, 2]
        values.sort(reverse=True)
        a, *rest = values
        if (n := len(values)) > 2:
            print(n, a, rest, values[::-1], values.index(1), sorted(values)[:2], max(values, key=abs))
        assert isinstance(values, list), "a list"
        while True:
            if not rest:
                break
            rest.pop()
        print(*rest, sep=",", end="!\\n")
        return {k: v for k, v in zip("abc", values)}
    if __name__ == "__main__":
        print(main())
    """,
    """
    import asyncio
    async def work(n):
        await asyncio.sleep(n)
        return n
    async def main():
        return await asyncio.gather(work(1), work(0))
    print(asyncio.run(main()))
    """,
    """
    import numpy as np
    a = np.arange(12, dtype=float).reshape(3, 4)
    print(a @ np.ones((4, 2)), a.sum(axis=0), a[a > 5].mean(), a.T.shape, np.linalg.norm(a), a[1:, ::2].tolist())
    print(np.array([[2, 1], [1, 3]]).dtype, np.linalg.solve([[2, 1], [1, 3]], [1, 2]), np.argsort([3, 1, 2]))
    print(np.random.default_rng(0).integers(0, 9, 3), np.unique([1, 1, 2]), np.where(a > 3, 1, 0).sum())
    """,
    """
    from sympy import *
    x, y = symbols("x y")
    print(solve([x + y - 3, x - y - 1], [x, y]), simplify(x * x / x), factor(x**2 - 1), expand((x + 1) ** 2))
    print(diff(sin(x) * x, x), integrate(x**2, (x, 0, 1)), Rational(1, 3) + 1, sqrt(8), N(pi, 5), isprime(97))
    """,
    """
    import networkx as nx
    g = nx.Graph([(1, 2), (2, 3), (1, 3), (3, 4)])
    print(nx.shortest_path(g, 1, 4), sorted(g.degree), nx.is_connected(g))
    """,
]

FAILING = [
    "import sys; sys.exit(3)",
    "def half(text):\n    return int(text) // 2\nprint(half('4'), half('x'))",
    "raise ValueError('x')",
    "x = (1,",
    "for i in range(3):\nprint(i)",
    "class A:\n    pass\nprint(undefined_name)",
    "assert 1 == 2, 'message'",
    "d = {}\nd['missing']",
    "def first(items):\n    return items[1]\nfirst([])",
    "None.attribute",
    "print('a' + 1)",
    "print([].add(1))",
    "import numpy as np\nnp.ones((2, 3)) @ np.ones((2, 3))",
    "import math\nmath.sqrt(-1)",
    "from math import square_root",
    "import pandas",
    "def f(a, b):\n    return a\nf(1)",
    "a, b = [1, 2, 3]",
    "print(1 / 0)",
    "print(input())",
    "try:\n    {}['k']\nexcept KeyError as error:\n    raise RuntimeError('chained') from error",
    "def down(n):\n    return down(n - 1)\ndown(5)",
]
