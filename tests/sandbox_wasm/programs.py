# ruff: noqa: E501
"""Generators of benign programs, of the kind models write to solve reasoning tasks.

Each function is one kind of program; the random generator it gets varies sizes, data and the way it is
written. What they print does not depend on the version of Python.
"""

import random
from collections.abc import Callable, Iterator
from textwrap import dedent

KINDS: list[Callable[[random.Random], str]] = []


def kind(function):
    KINDS.append(function)
    return function


def programs(count: int, seed: int = 0) -> Iterator[str]:
    """`count` different programs, all kinds in turn."""
    rng = random.Random(seed)
    seen = set()
    turn = 0
    while len(seen) < count:
        source = dedent(KINDS[turn % len(KINDS)](rng)).lstrip()
        turn += 1
        if source not in seen:
            seen.add(source)
            yield source


def numbers(rng, count=None, low=-50, high=99):
    return [rng.randint(low, high) for _ in range(count or rng.randint(3, 12))]


def words(rng, count=None):
    letters = "abcdefghijklmnopqrstuvwxyz"
    return ["".join(rng.choices(letters, k=rng.randint(2, 8))) for _ in range(count or rng.randint(3, 10))]


def graph(rng, nodes):
    edges = [(a, b, rng.randint(1, 20)) for a in range(nodes) for b in range(nodes) if a < b and rng.random() < 0.5]
    return edges or [(0, nodes - 1, 1)]


@kind
def arithmetic(r):
    return (
        f"print({r.randint(1, 999)} {r.choice('+-*')} {r.randint(1, 999)} {r.choice(['//', '%'])} {r.randint(1, 99)})"
    )


@kind
def big_integers(r):
    return f"print({r.randint(2, 99)} ** {r.randint(20, 200)} % {r.randint(10**6, 10**9)}, {r.randint(10**30, 10**40)} * {r.randint(10**30, 10**40)})"


@kind
def countdown(r):
    target, hand = r.randint(10, 60), numbers(r, 4, 1, 13)
    return f"""
        from itertools import permutations, product
        found = set()
        for p in permutations({hand}):
            for ops in product('+-*', repeat=3):
                text = f"(({{p[0]}} {{ops[0]}} {{p[1]}}) {{ops[1]}} {{p[2]}}) {{ops[2]}} {{p[3]}}"
                if eval(text) == {target}:
                    found.add(text)
        print(len(found), min(found, default='none'))
        """


@kind
def sorting(r):
    key = r.choice(["None", "abs", "lambda n: (n % 7, n)", "lambda n: -n", "str"])
    return f"data = {numbers(r)}\nprint(sorted(data, key={key}, reverse={r.random() < 0.5}))"


@kind
def word_sorting(r):
    return f"words = {words(r)}\nprint(*sorted(words, key=lambda w: ({r.choice(['len(w), w', 'w[::-1], w', 'w'])},)))"


@kind
def counting(r):
    return f"""
        from collections import Counter
        text = {" ".join(words(r))!r}
        print(Counter(text).most_common({r.randint(1, 4)}), len(set(text)))
        print({{c: text.count(c) for c in 'aeiou'}})
        """


@kind
def fibonacci_memo(r):
    return f"""
        from functools import lru_cache
        @lru_cache(maxsize=None)
        def f(n):
            return n if n < 2 else f(n - 1) + {r.randint(1, 5)} * f(n - 2)
        print(f({r.randint(20, 150)}), f.cache_info().hits)
        """


@kind
def knapsack(r):
    return f"""
        weights, values, room = {numbers(r, 8, 1, 20)}, {numbers(r, 8, 1, 50)}, {r.randint(20, 60)}
        best = [0] * (room + 1)
        for w, v in zip(weights, values):
            for c in range(room, w - 1, -1):
                best[c] = max(best[c], best[c - w] + v)
        print(best[-1], best[::7])
        """


@kind
def edit_distance(r):
    a, b = words(r, 2)
    return f"""
        a, b = {a!r}, {b!r}
        row = list(range(len(b) + 1))
        for i, x in enumerate(a, 1):
            last, row[0] = row[0], i
            for j, y in enumerate(b, 1):
                last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
        print(f"{{a}} -> {{b}}: {{row[-1]}}")
        """


@kind
def longest_common(r):
    return f"""
        def lcs(a, b):
            if not a or not b:
                return ''
            if a[0] == b[0]:
                return a[0] + lcs(a[1:], b[1:])
            return max(lcs(a[1:], b), lcs(a, b[1:]), key=lambda s: (len(s), s))
        print(repr(lcs({"".join(r.choices("abc", k=8))!r}, {"".join(r.choices("abc", k=8))!r})))
        """


@kind
def sieve(r):
    return f"""
        n = {r.randint(50, 3000)}
        prime = bytearray([1]) * (n + 1)
        prime[:2] = b'\\0\\0'
        for i in range(2, int(n ** 0.5) + 1):
            if prime[i]:
                prime[i * i :: i] = bytes(len(range(i * i, n + 1, i)))
        print(sum(prime), [i for i, p in enumerate(prime) if p][-{r.randint(1, 9)}:])
        """


@kind
def number_theory(r):
    a, b = r.randint(10, 10**6), r.randint(10, 10**6)
    return f"""
        import math
        a, b = {a}, {b}
        print(math.gcd(a, b), math.lcm(a, b), math.isqrt(a), math.comb({r.randint(5, 40)}, {r.randint(0, 5)}))
        print([d for d in range(1, 200) if a % d == 0], pow(a, b, {r.randint(3, 10**6)}))
        """


@kind
def breadth_first(r):
    grid = ["".join(r.choices(".#", weights=[3, 1], k=8)) for _ in range(8)]
    return f"""
        from collections import deque
        grid = {grid}
        seen, queue = {{(0, 0): 0}}, deque([(0, 0)])
        while queue:
            x, y = queue.popleft()
            for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                p = x + dx, y + dy
                if 0 <= p[0] < 8 and 0 <= p[1] < 8 and grid[p[0]][p[1]] == '.' and p not in seen:
                    seen[p] = seen[x, y] + 1
                    queue.append(p)
        print(len(seen), max(seen.values()), seen.get((7, 7)))
        """


@kind
def dijkstra(r):
    return f"""
        import heapq
        edges = {graph(r, 7)}
        near = {{}}
        for a, b, w in edges:
            near.setdefault(a, []).append((b, w))
            near.setdefault(b, []).append((a, w))
        best, heap = {{}}, [(0, 0)]
        while heap:
            d, n = heapq.heappop(heap)
            if n not in best:
                best[n] = d
                for m, w in near.get(n, []):
                    heapq.heappush(heap, (d + w, m))
        print(sorted(best.items()))
        """


@kind
def union_find(r):
    return f"""
        parent = list(range(9))
        def find(x):
            while parent[x] != x:
                parent[x] = parent[parent[x]]
                x = parent[x]
            return x
        total = 0
        for w, a, b in sorted((w, a, b) for a, b, w in {graph(r, 9)}):
            if find(a) != find(b):
                parent[find(a)] = find(b)
                total += w
        print(total, len({{find(i) for i in range(9)}}))
        """


@kind
def queens(r):
    return f"""
        def place(n, row=0, cols=(), found=[]):
            if row == n:
                return 1
            return sum(
                place(n, row + 1, cols + (c,))
                for c in range(n)
                if all(c != d and abs(c - d) != row - i for i, d in enumerate(cols))
            )
        print(place({r.randint(3, 6)}) * {r.randint(1, 9)})
        """


@kind
def boolean(r):
    def term(depth):
        if depth == 0:
            return r.choice(["True", "False"])
        return r.choice(["not {0}", "({0} and {1})", "({0} or {1})"]).format(term(depth - 1), term(depth - 1))

    return f"print({term(4)}, {term(3)})"


@kind
def knights(r):
    claims = [(r.randrange(4), r.randrange(4), r.random() < 0.5) for _ in range(4)]
    return f"""
        from itertools import product
        claims = {claims}
        for world in product([True, False], repeat=4):
            if all(world[who] == (world[about] == truth) for who, about, truth in claims):
                print(['knave', 'knight'][world[0]], world)
        """


@kind
def dates(r):
    return f"""
        from datetime import date, datetime, timedelta
        d = date({r.randint(1950, 2040)}, {r.randint(1, 12)}, {r.randint(1, 28)})
        e = d + timedelta(days={r.randint(-4000, 4000)})
        print(d, e, (e - d).days, e.strftime('%m/%d/%Y %A %j'), e.isocalendar()[1], d.weekday())
        print(datetime.strptime('{r.randint(1, 12)}/{r.randint(1, 28)}/2021', '%m/%d/%Y').isoformat())
        """


@kind
def calendars(r):
    return f"import calendar\nprint(calendar.month({r.randint(1990, 2030)}, {r.randint(1, 12)}), calendar.isleap({r.randint(1890, 2110)}))"


@kind
def regexes(r):
    text = " ".join(w + str(r.randint(0, 99)) for w in words(r))
    pattern = r.choice([r"[a-z]+\d", r"(\w)\d+", r"\b\w{3,5}\b", r"(?P<head>[aeiou])\w*", r"\d{2}(?= )"])
    return f"import re\ntext = {text!r}\nprint(re.findall(r'{pattern}', text), re.sub(r'{pattern}', '<>', text), re.split(r'\\d+', text)[:3])"


@kind
def json_round_trip(r):
    data = {w: numbers(r, 3) for w in words(r, 3)} | {"nested": {"a": [None, True, 1.5, "é\n"]}}
    return f"import json\ndata = {data!r}\ntext = json.dumps(data, indent={r.choice([None, 1, 2])}, sort_keys={r.random() < 0.5})\nprint(text)\nprint(json.loads(text) == data)"


@kind
def strings(r):
    text = " ".join(words(r))
    method = r.choice(
        [
            "upper()",
            "title()",
            "swapcase()",
            "replace('a', '4')",
            "center(60, '*')",
            "split()",
            "partition(' ')",
            "zfill(50)",
            "encode()",
            "strip('aeiou')",
        ]
    )
    return f"text = {text!r}\nprint(text.{method}, text[::-{r.randint(1, 3)}], text.find({r.choice('aeiou')!r}), text[{r.randint(0, 9)}:{r.randint(5, 20)}])"


@kind
def formatting(r):
    x = r.uniform(-1e4, 1e4)
    spec = r.choice([".2f", "10.3f", "e", "g", "+.1f", ",.2f", "<12.1f", "^15.4g", ".0%"])
    return f"x, n = {x!r}, {r.randint(0, 10**6)}\nprint(f'{{x:{spec}}} {{n:b}} {{n:x}} {{n:,}} {{n:08d}}', round(x, {r.randint(-2, 4)}), '%s %d %5.1f' % (n, x, x))"


@kind
def floats(r):
    a, b = r.uniform(-10, 10), r.uniform(0.1, 10)
    return f"import math\na, b = {a!r}, {b!r}\nprint(a + b, a * b, a / b, a // b, a % b, b ** 0.5, math.floor(a), math.hypot(a, b), math.fsum([a] * 10))"


@kind
def fractions_(r):
    return f"""
        from fractions import Fraction as F
        x = F({r.randint(-50, 50)}, {r.randint(1, 50)}) {r.choice("+-*/")} F({r.randint(1, 50)}, {r.randint(1, 50)})
        print(x, float(x), x.limit_denominator({r.randint(2, 20)}), sum(F(1, i) for i in range(1, {r.randint(3, 30)})))
        """


@kind
def decimals(r):
    return f"""
        from decimal import Decimal as D, getcontext
        getcontext().prec = {r.randint(10, 60)}
        print(D({r.randint(1, 999)}).sqrt(), D(1) / D({r.randint(3, 97)}), D('{r.uniform(0, 99):.6f}').quantize(D('0.01')))
        """


@kind
def classes(r):
    return f"""
        class Account:
            count = 0
            def __init__(self, owner, balance={r.randint(0, 100)}):
                self.owner, self.balance = owner, balance
                Account.count += 1
            def __repr__(self):
                return f'{{type(self).__name__}}({{self.owner!r}}, {{self.balance}})'
            def __add__(self, n):
                return type(self)(self.owner, self.balance + n)
            def __lt__(self, other):
                return self.balance < other.balance
        class Savings(Account):
            @property
            def interest(self):
                return self.balance * {r.randint(1, 9)} / 100
        people = [Savings(n) + k for n, k in zip({words(r, 4)}, {numbers(r, 4)})]
        print(sorted(people), max(people).interest, Account.count, Savings.__mro__[1].__name__)
        """


@kind
def dataclass(r):
    return f"""
        from dataclasses import dataclass, field, asdict, replace
        @dataclass(order=True)
        class Point:
            x: int
            y: int = {r.randint(0, 9)}
            tags: list = field(default_factory=list, compare=False)
        points = [Point(a) for a in {numbers(r)}]
        print(min(points), asdict(points[0]), replace(points[-1], y=7), sorted(points)[:2])
        """


@kind
def enums(r):
    return f"""
        from enum import Enum, auto
        class Colour(Enum):
            RED = auto()
            GREEN = auto()
            BLUE = auto()
        print([c.name for c in Colour], Colour({r.randint(1, 3)}).name, Colour['RED'].value + {r.randint(1, 99)})
        """


@kind
def generators(r):
    return f"""
        def walk(n):
            while n != 1:
                yield n
                n = 3 * n + 1 if n % 2 else n // 2
        def chunks(xs, k):
            while part := xs[:k]:
                xs = xs[k:]
                got = yield part
        path = list(walk({r.randint(3, 400)}))
        print(len(path), max(path), list(chunks(path, {r.randint(2, 9)}))[-1])
        """


@kind
def comprehension(r):
    return f"data = {numbers(r)}\nprint([x * x for x in data if x % {r.randint(2, 5)}], {{x: -x for x in data[:3]}}, sorted({{x % 10 for x in data}}), sum(x for x in data if x > 0))"


@kind
def iterators(r):
    return f"""
        from itertools import accumulate, chain, combinations, groupby, islice, product, zip_longest
        data = {numbers(r, 6)}
        print(list(accumulate(data)), sum(1 for _ in combinations(data, {r.randint(2, 4)})))
        print([(k, list(g)) for k, g in groupby(sorted(data), key=lambda x: x % 2)])
        print(list(islice(chain.from_iterable(product(data[:2], repeat=2)), {r.randint(1, 7)})), list(zip_longest(data[:2], 'abc')))
        """


@kind
def exceptions(r):
    bad = r.choice(
        ["1 / 0", "int('x')", "[][3]", "{}['k']", "None.y", "'a' + 1", "open('missing.txt')", "next(iter([]))"]
    )
    return f"""
        class Mine(Exception):
            pass
        def risky():
            try:
                {bad}
            except (ValueError, TypeError) as error:
                raise Mine('wrapped') from error
            finally:
                print('finally')
        try:
            risky()
        except Mine as error:
            print(type(error.__cause__).__name__)
        except Exception as error:
            print(type(error).__name__)
        else:
            print({r.randint(0, 99)})
        """


@kind
def context_managers(r):
    return f"""
        from contextlib import contextmanager, ExitStack, redirect_stdout
        import io
        @contextmanager
        def tag(name):
            print('<' + name + '>')
            try:
                yield name.upper()
            finally:
                print('</' + name + '>')
        with ExitStack() as stack:
            print([stack.enter_context(tag(n)) for n in {words(r, 3)}])
        with redirect_stdout(io.StringIO()) as out:
            print({r.randint(0, 999)})
        print(repr(out.getvalue()))
        """


@kind
def closures(r):
    return f"""
        from functools import reduce, partial
        def counter(start):
            def step(by=1):
                nonlocal start
                start += by
                return start
            return step
        c = counter({r.randint(0, 50)})
        print([c() for _ in range(3)], c({r.randint(2, 9)}))
        print(reduce(lambda a, b: a * 2 + b, {numbers(r)}), list(map(partial(pow, 2), range({r.randint(2, 9)}))))
        """


@kind
def matching(r):
    return f"""
        def describe(x):
            match x:
                case 0:
                    return 'zero'
                case int(n) if n < 0:
                    return 'negative'
                case [a, *rest]:
                    return f'{{a}} and {{len(rest)}} more'
                case {{'kind': k, **others}}:
                    return f'{{k}} {{sorted(others)}}'
                case _:
                    return 'other'
        print(*map(describe, [{r.randint(-5, 5)}, {numbers(r, 3)}, {{'kind': {r.choice(words(r))!r}, 'a': 1}}, 'x']), sep='; ')
        """


@kind
def game_of_life(r):
    cells = sorted({(r.randrange(6), r.randrange(6)) for _ in range(12)})
    return f"""
        live = set({cells})
        for _ in range({r.randint(1, 6)}):
            near = {{}}
            for x, y in live:
                for dx in (-1, 0, 1):
                    for dy in (-1, 0, 1):
                        if dx or dy:
                            near[x + dx, y + dy] = near.get((x + dx, y + dy), 0) + 1
            live = {{p for p, n in near.items() if n == 3 or n == 2 and p in live}}
        print(len(live), sorted(live)[:5])
        """


@kind
def matrices(r):
    return f"""
        a = [{numbers(r, 3, 0, 9)}, {numbers(r, 3, 0, 9)}, {numbers(r, 3, 0, 9)}]
        b = [list(row) for row in zip(*a[::-1])]
        c = [[sum(x * y for x, y in zip(row, col)) for col in zip(*b)] for row in a]
        for row in c:
            print(' '.join(f'{{x:4d}}' for x in row))
        det = sum(a[0][i] * (a[1][(i + 1) % 3] * a[2][(i + 2) % 3] - a[1][(i + 2) % 3] * a[2][(i + 1) % 3]) for i in range(3))
        print(det)
        """


@kind
def caesar(r):
    return f"""
        text, shift = {" ".join(words(r))!r}, {r.randint(1, 25)}
        code = ''.join(chr((ord(c) - 97 + shift) % 26 + 97) if c.isalpha() else c for c in text)
        table = str.maketrans('abc', 'xyz')
        print(code, code.translate(table), sum(map(ord, code)), sorted(set(code))[-3:])
        """


@kind
def bases(r):
    return f"""
        def digits(n, base):
            out = ''
            while n:
                n, d = divmod(n, base)
                out = '0123456789abcdefghijklmnopqrstuvwxyz'[d] + out
            return out or '0'
        n = {r.randint(0, 10**9)}
        print(digits(n, {r.randint(2, 36)}), int(digits(n, 7), 7) == n, bin(n).count('1'), n.bit_length(), hex(n), oct(n), ~n & 255)
        """


@kind
def roman(r):
    return f"""
        def roman(n):
            out = ''
            for v, s in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), 'M CM D CD C XC L XL X IX V IV I'.split()):
                out, n = out + s * (n // v), n % v
            return out
        print(*map(roman, {numbers(r, 5, 1, 3999)}))
        """


@kind
def stacks(r):
    text = "".join(r.choices("()[]{}", k=r.randint(2, 14)))
    return f"""
        def balanced(s):
            stack = []
            for c in s:
                if c in '([{{':
                    stack.append(c)
                elif not stack or stack.pop() + c not in ('()', '[]', '{{}}'):
                    return False
            return not stack
        print(balanced({text!r}), balanced('({text})'))
        """


@kind
def hanoi(r):
    return f"""
        def move(n, a='A', b='B', c='C'):
            if n:
                yield from move(n - 1, a, c, b)
                yield a + c
                yield from move(n - 1, b, a, c)
        steps = list(move({r.randint(2, 8)}))
        print(len(steps), steps[:{r.randint(1, 9)}])
        """


@kind
def permutation_search(r):
    return f"""
        from itertools import permutations
        names = {words(r, 4)}
        hits = [p for p in permutations(names) if p.index(names[0]) < p.index(names[{r.randint(1, 3)}]) and p[{r.randint(0, 3)}] != names[2]]
        print(len(hits), hits[:2])
        """


@kind
def hashing(r):
    return f"import hashlib, zlib, base64, binascii\nx = {' '.join(words(r))!r}.encode()\nprint(hashlib.{r.choice(['md5', 'sha1', 'sha256', 'sha512', 'blake2b', 'sha3_256'])}(x).hexdigest(), zlib.crc32(x), base64.b64encode(x).decode(), binascii.hexlify(x[:4]))"


@kind
def statistics_(r):
    return f"import statistics as s\nx = {numbers(r, r.randint(4, 9), 1, 50)}\nprint(s.mean(x), s.median(x), s.pstdev(x), s.variance(x), s.quantiles(x, n=4), sorted(s.multimode(x)))"


@kind
def seeded_random(r):
    return f"import random\nr = random.Random({r.randint(0, 10**6)})\nprint(r.random(), r.randint(1, 99), r.sample(range(50), 5), r.choice('abc'), r.gauss(0, 1), [r.getrandbits(8) for _ in range(3)])"


@kind
def bytes_and_struct(r):
    return f"import struct\nb = struct.pack('>hIf', {r.randint(-999, 999)}, {r.randint(0, 10**9)}, {r.randint(0, 99)} / 4)\nprint(b.hex(), struct.unpack('>hIf', b), bytes(reversed(b)), int.from_bytes(b, 'little') % {r.randint(2, 999)}, bytearray(b)[:3].hex())"


@kind
def bisecting(r):
    return f"import bisect, heapq\nx = sorted({numbers(r)})\nfor n in {numbers(r, 4)}:\n    bisect.insort(x, n)\nprint(x, bisect.bisect(x, {r.randint(-50, 99)}), heapq.nsmallest(3, x), list(heapq.merge(x[::2], x[1::2]))[:4])"


@kind
def topological(r):
    edges = {b: sorted({r.randrange(b) for _ in range(2)}) for b in range(1, 8)}
    return f"from graphlib import TopologicalSorter\norder = list(TopologicalSorter({edges}).static_order())\nprint(all(order.index(d) < order.index(n) for n, ds in {edges}.items() for d in ds), len(order))"


@kind
def sudoku_row(r):
    row = r.sample(range(1, 10), 9)
    for i in r.sample(range(9), 4):
        row[i] = 0
    return f"row = {row}\nmissing = sorted(set(range(1, 10)) - set(row))\nit = iter(missing[::{r.choice([1, -1])}])\nprint([n or next(it) for n in row], missing)"


@kind
def async_tasks(r):
    return f"""
        import asyncio
        async def work(n):
            await asyncio.sleep(n / 1000)
            return n * n
        async def main():
            queue = asyncio.Queue()
            for n in {numbers(r, 4, 1, 9)}:
                await queue.put(n)
            results = await asyncio.gather(*[work(await queue.get()) for _ in range(4)])
            try:
                await asyncio.wait_for(asyncio.sleep(5), {r.choice([0.001, 0.002])})
            except TimeoutError:
                print('late')
            return results
        print(asyncio.run(main()))
        """


@kind
def text_tables(r):
    return f"""
        import csv, io, textwrap
        rows = list(csv.DictReader(io.StringIO('name,score\\n' + '\\n'.join(f'{{w}},{{n}}' for w, n in zip({words(r, 4)}, {numbers(r, 4)})))))
        rows.sort(key=lambda row: int(row['score']))
        for row in rows:
            print(f"{{row['name']:<10}}|{{int(row['score']):>5}}")
        print(textwrap.fill({" ".join(words(r, 10))!r}, {r.randint(12, 30)}))
        """


@kind
def sqlite(r):
    return f"""
        import sqlite3
        db = sqlite3.connect(':memory:')
        db.execute('create table t (name text, n integer)')
        db.executemany('insert into t values (?, ?)', zip({words(r, 5)}, {numbers(r, 5)}))
        print(db.execute('select name, n from t where n > ? order by n, name', ({r.randint(-50, 50)},)).fetchall(), db.execute('select sum(n), count(*) from t').fetchone())
        """


@kind
def parsing(r):
    return f"""
        import ast
        tree = ast.parse({f"{r.randint(1, 9)} + {r.randint(1, 9)} * (x - {r.randint(1, 9)})"!r}, mode='eval')
        print([type(n).__name__ for n in ast.walk(tree)][:6], ast.literal_eval({str(numbers(r, 3))!r}))
        def calc(tokens):
            total, sign = 0, 1
            for t in tokens:
                if t in '+-':
                    sign = 1 if t == '+' else -1
                else:
                    total += sign * int(t)
            return total
        print(calc({" + ".join(map(str, numbers(r, 5, 0, 50)))!r}.split()))
        """


@kind
def blocks_world(r):
    return f"""
        from collections import deque
        start, goal = ((1, 2), (3,), ()), {tuple(r.sample([(1,), (3, 2), ()], 3))}
        seen, queue = {{start}}, deque([(start, 0)])
        while queue:
            state, n = queue.popleft()
            if state == goal:
                print(n)
                break
            for i in range(3):
                for j in range(3):
                    if i != j and state[i]:
                        s = list(state)
                        s[j] += s[i][-1:]
                        s[i] = s[i][:-1]
                        s = tuple(s)
                        if s not in seen:
                            seen.add(s)
                            queue.append((s, n + 1))
        else:
            print('none', len(seen))
        # {r.randint(0, 999)}
        """


@kind
def spiral(r):
    return f"""
        rows, cols = {r.randint(1, 6)}, {r.randint(1, 6)}
        grid = [[i * cols + j + {r.randint(0, 50)} for j in range(cols)] for i in range(rows)]
        out = []
        while grid:
            out += grid.pop(0)
            grid = [list(row) for row in zip(*grid)][::-1]
        print(out)
        """


@kind
def typing_tools(r):
    return f"""
        from collections import defaultdict, namedtuple, OrderedDict, ChainMap, deque
        P = namedtuple('P', 'x y')
        d = defaultdict(list)
        for w in {words(r)}:
            d[len(w)].append(w)
        print(sorted(d.items()), P({r.randint(0, 9)}, 2)._replace(y=5), ChainMap({{'a': 1}}, {{'b': {r.randint(0, 9)}}})['b'])
        q = deque({numbers(r, 5)}, maxlen=4)
        q.rotate({r.randint(1, 3)})
        print(q, list(OrderedDict.fromkeys('{"".join(r.choices("abcd", k=8))}')))
        """


@kind
def numpy_vectors(r):
    return f"""
        import numpy as np
        a = np.array({numbers(r, 6)})
        print(a.sum(), a.max(), a.argsort(kind='stable').tolist(), (a[a > 0] ** 2).tolist(), np.cumsum(a).tolist(), np.unique(a % 5).tolist())
        print(a.reshape(2, 3).T @ np.eye(2, dtype=int), np.where(a > 0, a, 0))
        """


@kind
def numpy_linear(r):
    return f"""
        import numpy as np
        a = np.array([{numbers(r, 3)}, {numbers(r, 3)}, {numbers(r, 3)}]) + 200 * np.eye(3)
        x = np.linalg.solve(a, np.array({numbers(r, 3)}))
        print(np.round(x, 6).tolist(), round(float(np.linalg.det(a)), 2), np.linalg.matrix_rank(a))
        """


@kind
def numpy_grids(r):
    return f"""
        import numpy as np
        g = np.arange({r.randint(4, 9)} * 6).reshape(-1, 6) % {r.randint(2, 9)}
        print(np.rot90(g)[0].tolist(), g.mean(axis=0).round(3).tolist(), np.count_nonzero(g == 1), np.pad(g, 1)[0, :3], np.diff(g, axis=1).sum(), (g ^ 1)[-1])
        """


@kind
def standard_input(r):
    return f"import sys\nprint([w for w in sys.stdin.read().split()], {r.randint(0, 999)})"


@kind
def walrus_and_star(r):
    return f"first, *middle, last = {numbers(r, r.randint(3, 8))}\nprint(first, middle, last, [y for x in middle if (y := x * 2) > {r.randint(-20, 20)}])\ndef f(a, /, b=2, *args, c, **kw):\n    return a, b, args, c, sorted(kw)\nprint(f(1, *middle, c={r.randint(0, 9)}, z=1))"
