"""The formulas of word problems, against counting, coordinates and stories worked out by hand.

Each case fills a wording, which it names by a part of it, and asks the reference solver.
"""

import cmath
import contextlib
import io
import math
import re
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product

import pytest

from r1ci_env.envs.mathematics.answers import same
from r1ci_env.envs.symbench import gsm_hard, math_counting_probability, math_geometry
from r1ci_env.envs.wording.formula_programs import program_of

VOWELS = set("AEIOU")


def wording_of(module, part):
    """The only wording that holds a text."""
    found = [wording.text for wording in module.TABLE if part in wording.text]
    assert len(found) == 1, (part, found)
    return found[0]


def filled(module, part, numbers):
    """A wording with numbers and names in its slots."""
    wording = wording_of(module, part)
    slots = set(re.findall(r"\{(\w+)\}", wording))
    names = {slot: name for slot, name in {"w": "Ada", "w2": "Ben"}.items() if slot in slots}
    assert slots == numbers.keys() | names.keys()
    return wording.format(**numbers, **names)


def solved(module, part, numbers):
    """What the solver answers to a wording filled with numbers."""
    return solve(module, filled(module, part, numbers))


def solve(module, question):
    return module.solve(**module.read(question))


def numbered(cases):
    """One test parameter a case, named by its wording."""
    return [pytest.param(*case, id=f"{case[0][:30]}-{i}") for i, case in enumerate(cases)]


# Counting and probability: enumeration.


def count(items, test=lambda item: True):
    return sum(map(test, items))


def share(items, test):
    items = list(items)
    return Fraction(count(items, test), len(items))


def mean(items, value):
    items = list(items)
    return Fraction(sum(map(value, items)), len(items))


def draws(balls, k):
    """All orders in which k of some balls come out; the first ones are red in the cases."""
    return permutations(range(balls), k)


def tosses(n):
    return product((0, 1), repeat=n)


def rolls(k, n):
    return product(range(1, n + 1), repeat=k)


def together(order, people):
    places = [order.index(person) for person in range(people)]
    return max(places) - min(places) == people - 1


def no_neighbors(order, people):
    places = sorted(order.index(person) for person in range(people))
    return all(b - a > 1 for a, b in pairwise(places))


def round_tables(n, sisters):
    """Orders around a table, the first sister fixed, in which the sisters fill places in a row."""
    total = 0
    for rest in permutations(range(1, n)):
        places = {((0, *rest).index(sister)) for sister in range(sisters)}
        total += any({(start + i) % n for i in range(sisters)} == places for start in range(n))
    return total


def words(letters):
    return set(permutations(letters))


def vowels_together(word):
    places = [i for i, letter in enumerate(word) if letter in VOWELS]
    return places[-1] - places[0] == len(places) - 1


def vowels_apart(word):
    return not any(a in VOWELS and b in VOWELS for a, b in pairwise(word))


def walks(n, n2, k, k2):
    """Walks right (1) and up (0) that pass through a point."""
    steps = [walk for walk in tosses(n + n2) if sum(walk) == n]
    return count(steps, lambda walk: sum(walk[: k + k2]) == k)


def crossings(n):
    """Pairs of diagonals whose ends alternate."""
    chords = [(a, b) for a, b in combinations(range(n), 2) if 1 < b - a < n - 1]
    return count(combinations(chords, 2), lambda two: two[0][0] < two[1][0] < two[0][1] < two[1][1])


def coefficient(power, a, b, n):
    """The coefficient of x**power in (ax + b)**n, multiplied out."""
    polynomial = [1]
    for _ in range(n):
        polynomial = [b * low + a * high for low, high in zip([*polynomial, 0], [0, *polynomial], strict=True)]
    return polynomial[power]


def expected_rolls(sides, largest):
    """From E = 1 + (1 - largest/sides) E."""
    return 1 / (1 - Fraction(sides - largest, sides))


SOCKS = "bbbbwwwwwgggg"
AT_LEAST_ONE_RED = dict(n=4, n2=5, k=2)

COUNTING = [
    (
        "different novels",
        dict(n=4, k=2),
        lambda: count(permutations(range(6)), lambda p: max(map(p.index, range(4))) < min(p.index(4), p.index(5))),
    ),
    ("In a race", dict(n=5, k=2), lambda: count(product(range(5), repeat=2), lambda places: places[0] != places[1])),
    ("committees of", dict(n=6, k=3), lambda: count(tosses(6), lambda t: sum(t) == 3)),
    (
        "women and {k2} men",
        dict(n=4, n2=5, k=2, k2=1),
        lambda: count(combinations(range(9), 3), lambda c: sum(x < 4 for x in c) == 2),
    ),
    (
        "elects a chair",
        dict(n=5, k=2),
        lambda: sum(count(combinations(set(range(5)) - {a, b}, 2)) for a, b in permutations(range(5), 2)),
    ),
    *(("round table", dict(n=n, k=k), lambda n=n, k=k: round_tables(n, k)) for n, k in ((6, 3), (5, 2), (5, 4))),
    ("brothers", dict(n=6, k=3), lambda: count(permutations(range(6)), lambda p: together(p, 3))),
    ("rivals", dict(n=6, k=3), lambda: count(permutations(range(6)), lambda p: no_neighbors(p, 3))),
    *(
        ("{t} be arranged?", dict(t=t), lambda t=t: len(words(t)))
        for t in ("BANANA", "GEGA", "PAROLE", "AABBO", "TTTT")
    ),
    *(
        ("stand together", dict(t=t), lambda t=t: count(words(t), vowels_together))
        for t in ("BANANA", "GEGA", "PAROLE", "AABBO")
    ),
    *(
        ("no two vowels", dict(t=t), lambda t=t: count(words(t), vowels_apart))
        for t in ("BANANA", "GEGA", "PAROLE", "AABBO")
    ),
    ("reads {t} again", dict(t="BANANA"), lambda: Fraction(1, len(words("BANANA")))),
    ("may stay empty", dict(b=6, k=3), lambda: count(product(range(7), repeat=3), lambda x: sum(x) == 6)),
    ("no box stays empty", dict(b=6, k=3), lambda: count(product(range(1, 7), repeat=3), lambda x: sum(x) == 6)),
    ("x greater than", dict(b=12, d=4), lambda: count(rolls(3, 12), lambda x: sum(x) == 12 and x[0] > 4)),
    ("be given to {k} children?", dict(n=4, k=3), lambda: count(product(range(3), repeat=4))),
    (
        "each child gets at least one",
        dict(n=5, k=3),
        lambda: count(product(range(3), repeat=5), lambda x: len(set(x)) == 3),
    ),
    (
        "their own",
        dict(n=6, k=2),
        lambda: count(permutations(range(6)), lambda p: sum(p[i] == i for i in range(6)) == 2),
    ),
    ("How many subsets", dict(n=5, k=2), lambda: count(tosses(5), lambda t: sum(t) >= 2)),
    ("or by {d2}", dict(b=100, d=4, d2=6), lambda: count(range(1, 101), lambda x: x % 4 == 0 or x % 6 == 0)),
    (
        "divisible by none",
        dict(b=100, d=4, d2=6, d3=9),
        lambda: count(range(1, 101), lambda x: all(x % d for d in (4, 6, 9))),
    ),
    *(
        ("positive divisors", dict(b=b, b2=b2), lambda n=b * b2: count(range(1, n + 1), lambda d: n % d == 0))
        for b, b2 in ((60, 45), (97, 89), (144, 150))
    ),
    *(
        ("digits are written", dict(b=b), lambda b=b: sum(len(str(x)) for x in range(1, b + 1)))
        for b in (57, 99, 100, 1234)
    ),
    ("play football", dict(b=30, b2=12, b3=10, n=4), lambda: len(set(range(30)) - set(range(12)) - set(range(8, 18)))),
    ("shortest paths", dict(n=4, k=3), lambda: count(tosses(7), lambda t: sum(t) == 4)),
    ("A robot walks", dict(n=5, n2=4, k=2, k2=3), lambda: walks(5, 4, 2, 3)),
    ("more guests come", dict(n=4, k=3), lambda: count(combinations(range(7), 2))),
    ("In how many points", dict(b=7), lambda: crossings(7)),
    (
        "How many rectangles",
        dict(n=3, n2=2),
        lambda: count(product(combinations(range(4), 2), combinations(range(3), 2))),
    ),
    (
        "On a line lie",
        dict(n=4, n2=5),
        lambda: count(combinations(range(9), 3), lambda c: 0 < sum(x < 4 for x in c) < 3),
    ),
    ("How many codes consist", dict(k=2, d=2), lambda: count(permutations(range(10), 2)) * count(draws(26, 2))),
    (
        "neighboring letters",
        dict(n=4, k=3),
        lambda: count(product(range(3), repeat=4), lambda x: all(a != b for a, b in pairwise(x))),
    ),
    (
        "no two heads in a row",
        dict(n=7, k=3),
        lambda: count(tosses(7), lambda t: sum(t) == 3 and (1, 1) not in pairwise(t)),
    ),
    ("coefficient of", dict(k=2, d=3, d2=5, n=4), lambda: coefficient(2, 3, 5, 4)),
    ("that all are red", dict(n=4, n2=5, k=3), lambda: share(draws(9, 3), lambda e: max(e) < 4)),
    ("exactly one is blue", dict(n=4, n2=5, k=3), lambda: share(draws(9, 3), lambda e: sum(x > 3 for x in e) == 1)),
    ("at least one is red", AT_LEAST_ONE_RED, lambda: share(product(range(9), repeat=2), lambda e: min(e) < 4)),
    ("socks", dict(n=4, n2=5, n3=4), lambda: share(combinations(SOCKS, 2), lambda e: e[0] == e[1])),
    ("exactly {k} heads?", dict(n=6, k=2), lambda: share(tosses(6), lambda t: sum(t) == 2)),
    ("at most {k} heads", dict(n=6, k=2), lambda: share(tosses(6), lambda t: sum(t) <= 2)),
    (
        "exactly one head",
        dict(k=2, n=5, d=3),
        lambda: share(product(range(5), repeat=3), lambda e: sum(x < 2 for x in e) == 1),
    ),
    ("the sum is {d}?", dict(k=3, n=6, d=9), lambda: share(rolls(3, 6), lambda e: sum(e) == 9)),
    ("different numbers?", dict(k=3, n=6), lambda: share(rolls(3, 6), lambda e: len(set(e)) == 3)),
    ("number is exactly {d}", dict(k=3, n=6, d=4), lambda: share(rolls(3, 6), lambda e: max(e) == 4)),
    *(
        (
            "Given that",
            dict(n=6, d=8, k=k),
            lambda k=k: share((e for e in rolls(2, 6) if sum(e) == 8), lambda e: k in e),
        )
        for k in (1, 2, 4)
    ),
    (  # of 10,000 lamps 200 are broken; the test calls 180 of them and 490 others broken
        "percent of all lamps",
        dict(d=2, b=90, k=5),
        lambda: Fraction(180, 180 + 490),
    ),
    (  # of 50 draws from each urn, 30 and 10 are red
        "One of two urns",
        dict(n=3, k=2, n2=1, k2=4),
        lambda: Fraction(30, 30 + 10),
    ),
    *(
        ("their sum is even", dict(b=b), lambda b=b: share(combinations(range(b), 2), lambda e: sum(e) % 2 == 0))
        for b in (20, 21)
    ),
    (
        "stand between the friends",
        dict(n=6, k=2),
        lambda: share(permutations(range(6)), lambda p: abs(p.index(0) - p.index(1)) == 3),
    ),
    ("win as many dollars", dict(n=6, k=4), lambda: mean(range(1, 7), lambda x: x * (x <= 4))),
    ("How many rolls", dict(n=6, k=2), lambda: expected_rolls(6, 2)),
    ("How many red balls", dict(n=4, n2=5, k=3), lambda: mean(draws(9, 3), lambda e: sum(x < 4 for x in e))),
    ("expected value of the highest", dict(k=3, n=6), lambda: mean(rolls(3, 6), max)),
    ("throws {n} times", dict(n=6, k=1, d=3), lambda: mean(product(range(3), repeat=6), lambda e: e.count(0))),
    ("A collector", dict(n=6, k=2), lambda: sum(expected_rolls(6, new) for new in (4, 3, 2, 1))),
]


@pytest.mark.parametrize(("part", "numbers", "enumerated"), numbered(COUNTING))
def test_counting_and_probability(part, numbers, enumerated):
    assert Fraction(solved(math_counting_probability, part, numbers)) == enumerated()


# Everyday arithmetic: stories worked out by hand.

STORIES = [
    ("crates of oranges", dict(n=3, b=10, b2=4), 26),
    ("jars of honey", dict(b=10, p="3.50", n=2, p2=3), 41),
    ("a voucher", dict(n=3, p=4, h=100), 88),
    ("A coat", dict(h=200, r=15), 170),
    ("A machine costs", dict(h=100, r=20, p=5), 125),
    ("a bicycle costs", dict(r=20, p=80), 100),
    ("a theatre", dict(h=300, r=10), 270),
    ("A town had", dict(h=100, r=10, b=7), 103),
    ("hours of a job", dict(p=10, n=8, b=10), 110),
    ("leak out", dict(b=20, n=5, n2=2), 1800),
    ("Two taps", dict(b=20, b2=30, b3=100), 2),
    ("paints a fence", dict(n=3, n2=6), 2),
    ("screws", dict(n=2, b=10, n2=3, n3=4), 60),
    ("times as old", dict(n=3, a=5, a2=50), 10),
    ("years older", dict(a=4, a2=20), 12),
    ("percent sugar", dict(n=1, r=10, n2=3, r2=20), "17.5"),
    ("salt solution", dict(b=10, r=20, r2=5), 30),
    ("shop blends", dict(n=1, p=2, n2=3, p2=4), "3.5"),
    ("average speed", dict(n=1, b=60, n2=3, b2=100), 90),
    ("Two ships", dict(b=10, b2=20, n=3), 90),
    ("catch up", dict(n=10, n2=3, a=40), 1),
    ("A rope", dict(b=10, n=30), 33),
    ("A printer", dict(n=10, b=60, n2=20), 2),
    ("grams of flour", dict(n=4, b=500, n2=8), 1),
    ("liters of fuel", dict(n=5, p=2, b=300), 30),
    ("A taxi", dict(p=3, p2=2, b=10, n=4), 27),
    ("friends share", dict(n=4, h=100, r=20), 30),
    ("sweets are shared", dict(b=23, n=5), 3),
    ("Buses", dict(n=10, b=28, n2=3), 4),
    ("Buses", dict(n=10, b=28, n2=2), 3),
    ("stamps", dict(n=3, b=40), 20),
    ("in the ratio", dict(b=100, n=2, n2=3), 40),
    ("simple interest", dict(h=100, r=5, n=3), 115),
    ("An investment", dict(h=100, r=10, r2=10), 99),
    ("A trader", dict(b=10, p=5, r=20), 10),
    ("average of {b} points", dict(n=3, b=10, b2=12), 18),
    ("parcels", dict(n=3, b=10, b2=4), 13),
    ("A baker", dict(b=100, r=50, n=10, n2=2), 80),
    ("A fence around", dict(b=10, b2=20, p=3), 180),
    ("watts", dict(b=100, n=10, n2=1), 7),
    ("A library", dict(b=10, n=3, b2=5), 65),
    ("saves ${b}", dict(b=10, n=5, n2=3), 45),
    ("hens and goats", dict(b=10, b2=26), 3),
    ("Tickets cost", dict(n=10, n2=4, b=5, b2=38), 2),
    ("One euro", dict(p=2, b=100, r=5), 190),
]


@pytest.mark.parametrize(("part", "numbers", "worked_out"), numbered(STORIES))
def test_stories(part, numbers, worked_out):
    assert Fraction(solved(gsm_hard, part, numbers)) == Fraction(worked_out)


@pytest.mark.parametrize(
    ("part", "numbers"),
    [
        ("crates of oranges", dict(n=2, b=10, b2=21)),
        ("a voucher", dict(n=3, p=40, h=100)),
        ("times as old", dict(n=3, a=5, a2=51)),
        ("years older", dict(a=20, a2=4)),
        ("salt solution", dict(b=10, r=5, r2=20)),
        ("catch up", dict(n=40, n2=3, a=10)),
        ("hens and goats", dict(b=10, b2=42)),
        ("hens and goats", dict(b=10, b2=27)),
        ("Tickets cost", dict(n=4, n2=10, b=5, b2=38)),
        ("watts", dict(b=100, n=25, n2=1)),
    ],
)
def test_numbers_that_fit_no_story_are_refused(part, numbers):
    with pytest.raises(ValueError):
        solved(gsm_hard, part, numbers)


# Geometry: coordinates and sums of small pieces.

TURN = 2 * math.pi


def area(*corners):
    """The area of a polygon in the complex plane."""
    return abs(sum((a.conjugate() * b).imag for a, b in pairwise([*corners, corners[0]]))) / 2


def perimeter(*corners):
    return sum(abs(b - a) for a, b in pairwise([*corners, corners[0]]))


def triangle(a, b, c):
    """Corners of a triangle with given sides."""
    x = (a * a + b * b - c * c) / (2 * a)
    return 0, a + 0j, complex(x, math.sqrt(b * b - x * x))


def regular(n, side=1.0):
    """Corners of a regular polygon."""
    radius = side / abs(cmath.rect(1, TURN / n) - 1)
    return [cmath.rect(radius, TURN * i / n) for i in range(n)]


def angle(a, b, c):
    """The angle at b, in degrees."""
    return abs(math.degrees(cmath.phase((a - b) / (c - b))))


def distance_to_line(p, a, b):
    return area(p, a, b) * 2 / abs(a - b)


def integral(function, low, high, pieces=20_000):
    """The midpoint rule."""
    step = (high - low) / pieces
    return step * math.fsum(function(low + (i + 0.5) * step) for i in range(pieces))


def disc(radius):
    return 4 * integral(lambda x: math.sqrt(radius * radius - x * x), 0, radius)


def ball(radius):
    return 2 * integral(lambda x: math.pi * (radius * radius - x * x), 0, radius)


def diagonals(n):
    return count(combinations(range(n), 2), lambda two: 1 < two[1] - two[0] < n - 1)


def inradius(a, b, c):
    corners = triangle(a, b, c)
    return 2 * area(*corners) / perimeter(*corners)


def circumradius(a, b, c):
    return a * b * c / (4 * area(*triangle(a, b, c)))


RIGHT = (12, 5, 13)
GEOMETRY = [
    ("How many centimeters long is its diagonal?", dict(n=7, k=4), lambda: abs(7 + 4j)),
    ("A rectangle has a perimeter", dict(n=31, k=4), lambda: area(0, 4, 4 + 11.5j, 11.5j)),
    ("The diagonal of a square", dict(n=6), lambda: area(3, 3j, -3, -3j)),
    ("A square has an area", dict(n=12), lambda: 4 * 12**0.5),
    ("is the hypotenuse?", dict(n=7, k=4), lambda: abs(7 + 4j)),
    ("long is the other leg?", dict(n=9, k=4), lambda: triangle(4, math.sqrt(65), 9)[2].imag),
    ("altitude on the hypotenuse", dict(k=6, k2=9), lambda: distance_to_line(0, 6, 9j)),
    ("inscribed circle", dict(k=12, k2=5), lambda: inradius(*RIGHT)),
    ("inscribed circle", dict(k=4, k2=4), lambda: inradius(4, 4, math.sqrt(32))),
    ("through its three corners", dict(k=12, k2=5), lambda: disc(circumradius(*RIGHT))),
    ("an equilateral triangle with sides", dict(n=5), lambda: area(*regular(3, 5))),
    ("The altitudes of an equilateral", dict(n=5), lambda: 5 / distance_to_line(*regular(3))),
    ("has a base of {k} cm", dict(k=6, n=7), lambda: area(*triangle(6, 7, 7))),
    ("angles of 30, 60 and 90", dict(n=5), lambda: perimeter(0, 5, 1j * 5 * math.tan(math.radians(60)))),
    ("right isosceles triangle", dict(n=7), lambda: area(-3.5, 3.5, 3.5j)),
    ("The sides of a triangle are", dict(k=7, k2=8, k3=11), lambda: area(*triangle(7, 8, 11))),
    ("Two angles of a triangle", dict(g=50, g2=61), lambda: 69),
    ("between the two equal sides", dict(g=51), lambda: angle(cmath.rect(1, math.radians(51)), 1, 0)),
    ("the exterior angle", dict(g=50, g2=61), lambda: 111),
    ("convex quadrilateral", dict(g=50, g2=61, g3=100), lambda: 149),
    ("are in the ratio", dict(k=2, k2=7, k3=3), lambda: 105),
    *(("each interior angle", dict(n=n), lambda n=n: angle(*regular(n)[:3])) for n in (3, 4, 7, 12)),
    ("angles of a polygon add up", dict(s=900), lambda: 7),
    *(("How many diagonals", dict(n=n), lambda n=n: diagonals(n)) for n in (3, 5, 8)),
    ("A circle has a radius", dict(n=5), lambda: perimeter(*regular(9_999, 10 * math.sin(math.pi / 9_999)))),
    ("A circle has a diameter", dict(n=7), lambda: disc(3.5)),
    ("The area of a circle is", dict(n=12), lambda: math.sqrt(12 * math.pi / disc(1))),
    ("Two circles have", dict(n=4, k=6), lambda: disc(6) - disc(4)),
    ("a sector of", dict(g=50, n=7), lambda: integral(lambda _: 7 * 7 / 2, 0, math.radians(50))),
    ("An arc of a circle", dict(g=50, n=7), lambda: integral(lambda _: 7, 0, math.radians(50))),
    ("an inscribed angle", dict(g=51), lambda: angle(cmath.rect(1, math.radians(51)), -1, 1)),
    ("A chord lies", dict(k=4, n=9), lambda: abs(complex(4, math.sqrt(65)) - complex(4, -math.sqrt(65)))),
    ("From a point", dict(n=9, k=4), lambda: abs(9 - cmath.rect(4, math.acos(4 / 9)))),
    ("cut out of a square", dict(n=7), lambda: 49 - disc(3.5)),
    ("four corners of a rectangle", dict(n=7, k=4), lambda: TURN * abs(3.5 + 2j)),
    ("sides of a trapezoid are", dict(n=7, k=4, k2=5), lambda: area(0, 7, 5 + 5j, 1 + 5j)),
    ("An isosceles trapezoid", dict(n=7, k=4, k2=5), lambda: triangle(3, 5, 5)[2].imag),
    ("sides of a parallelogram", dict(n=7, k=5, k2=4), lambda: area(0, 7, 10 + 4j, 3 + 4j) / abs(3 + 4j)),
    ("a rhombus", dict(n=7, k=4), lambda: perimeter(3.5, 2j, -3.5, -2j)),
    ("regular hexagon", dict(n=5), lambda: area(*regular(6, 5))),
    ("triangles are similar", dict(k=2, k2=5, n=7), lambda: area(*triangle(5, 5, 6)) / area(*triangle(2, 2, 2.4)) * 7),
    ("A pole", dict(k=4, k2=6, n=21), lambda: 14),
    ("AD is", dict(k=2, k2=3, n=10), lambda: abs((2 / 5) * (3 + 7j) - (2 / 5) * (13 + 7j))),
    ("distance between the points", dict(c=-3, c2=4, c3=2, c4=-7), lambda: abs((-3 + 4j) - (2 - 7j))),
    ("the midpoint", dict(c=-3, c2=4, c3=2, c4=-8), lambda: -0.5 + -2),
    ("triangle with the corners", dict(c=-3, c2=4, c3=2, c4=-7), lambda: area(0, -3 + 4j, 2 - 7j)),
    ("What is the slope", dict(c=-3, c2=4, c3=2, c4=-7), lambda: -11 / 5),
    ("reflected in the x-axis", dict(c=-3, c2=4, n=5), lambda: 2 + -4),
    (  # the line 3x + 5y = 30 passes through (10, 0) and (0, 6)
        "from the line",
        dict(c=-3, c2=4, k=3, k2=5, n=30),
        lambda: distance_to_line(-3 + 4j, 10, 6j),
    ),
    ("diagonal through its inside", dict(k=2, k2=3, k3=5), lambda: math.dist((0, 0, 0), (2, 3, 5))),
    ("wide and {k3} cm high. What is its surface", dict(k=2, k2=3, k3=5), lambda: 2 * (2 * 3) + 2 * (2 + 3) * 5),
    ("The surface of a cube", dict(n=72), lambda: math.sqrt(12)),
    ("A cylinder has", dict(k=3, n=7), lambda: integral(lambda _: math.pi * 9, 0, 7)),
    ("A closed cylinder", dict(k=3, n=7), lambda: 2 * disc(3) + TURN * 3 * 7),
    (
        "A cone has a base radius of {k} cm and a height of {n}",
        dict(k=3, n=7),
        lambda: integral(lambda h: math.pi * (3 * h / 7) ** 2, 0, 7),
    ),
    ("its curved surface", dict(k=3, k2=7), lambda: integral(lambda r: TURN * r * abs(3 + 7j) / 3, 0, 3)),
    ("A sphere has a radius", dict(k=3), lambda: ball(3)),
    ("A sphere has a diameter", dict(n=7), lambda: (ball(3.5 + 1e-4) - ball(3.5 - 1e-4)) / 2e-4),
    ("A pyramid", dict(k=3, n=7), lambda: integral(lambda h: (3 * h / 7) ** 2, 0, 7)),
    ("A ball of clay", dict(k=3, k2=2), lambda: ball(3) / disc(2)),
]


def shown_value(text):
    """The value of an exact answer, which our own solver wrote."""
    return eval(text, {"__builtins__": {}, "sqrt": math.sqrt, "pi": math.pi})


@pytest.mark.parametrize(("part", "numbers", "measured"), numbered(GEOMETRY))
def test_geometry(part, numbers, measured):
    assert shown_value(solved(math_geometry, part, numbers)) == pytest.approx(measured(), rel=1e-5)


@pytest.mark.parametrize(
    ("part", "numbers"),
    [
        ("A rectangle has a perimeter", dict(n=8, k=4)),
        ("long is the other leg?", dict(n=4, k=9)),
        ("The sides of a triangle are", dict(k=7, k2=8, k3=15)),
        ("Two angles of a triangle", dict(g=90, g2=90)),
        ("convex quadrilateral", dict(g=50, g2=60, g3=70)),
        ("How many diagonals", dict(n=2)),
        ("A chord lies", dict(k=9, n=9)),
        ("From a point", dict(n=4, k=9)),
        ("An isosceles trapezoid", dict(n=17, k=4, k2=5)),
        ("What is the slope", dict(c=-3, c2=4, c3=-3, c4=-7)),
    ],
)
def test_figures_that_do_not_exist_are_refused(part, numbers):
    with pytest.raises(ValueError):
        solved(math_geometry, part, numbers)


@pytest.mark.parametrize(
    ("module", "cases"),
    [(math_counting_probability, COUNTING), (gsm_hard, STORIES), (math_geometry, GEOMETRY)],
    ids=["counting", "stories", "geometry"],
)
def test_programs_print_what_the_formulas_give(module, cases):
    for part, numbers, _ in cases:
        question = filled(module, part, numbers)
        program, printed = program_of(**module.read(question), table=module.TABLE), io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(program, {})
        assert same(printed.getvalue().strip(), solve(module, question), question), program


@pytest.mark.parametrize(
    ("module", "cases"),
    [(math_counting_probability, COUNTING), (gsm_hard, STORIES), (math_geometry, GEOMETRY)],
    ids=["counting", "stories", "geometry"],
)
def test_every_wording_has_a_case(module, cases):
    assert {wording_of(module, part) for part, *_ in cases} == {wording.text for wording in module.TABLE}


def test_answers_are_combined_as_the_closing_says():
    lines = [wording_of(gsm_hard, part) for part in ("sweets are shared", "A coat")]
    first, second = lines[0].format(b=23, n=5), lines[1].format(h=200, r=15)
    question = f"Answer.\nA: {first}\nB: {second}\nFrom the answers, calculate {{}}."
    for closing, value in (("A + B", 173), ("2*A - B", -164), ("A - 3*B", -507)):
        assert Fraction(solve(gsm_hard, question.format(closing))) == value
    linked = question.format("B").replace("$200", "$[A]")
    assert Fraction(solve(gsm_hard, linked)) == Fraction(3 * 85, 100)
