"""MathCountingProbability: how many ways, how likely, what to expect."""

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import comb, factorial, gcd, perm, prod
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.mathematics.answers import last_boxed, option_of, same
from r1ci_env.envs.wording.names import pronounceable
from r1ci_env.envs.wording.word_problems import draw_steps
from r1ci_env.task import Problem, Task

STEPS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4}
SMALL = {1: 12, 2: 15, 3: 17, 4: 20, 5: 26}
LARGE = {1: 150, 2: 250, 3: 400, 4: 2_000, 5: 20_000}


class MathCountingProbability(Task):
    """Count possibilities or find a probability or an expected value.

    Description:
        Permutations, combinations, arrangements with conditions, distributions, sets, divisibility, paths, dice,
        coins, cards and urns; a number of ways, a probability or an expected value is asked for.

    Answer format:
        The exact number: an integer or a fraction such as ``37/256``.

    Levels:
        One problem with sets of up to 12 things at level 1 and 15 at level 2, a sum of multiples of the answers of two
        problems at level 3 and of four with sets of up to 26 at level 5.

    Check:
        The exact number must be given, worked out; equivalent fractions, decimals that end and percentages count.

    Source and deviations:
        SymBench MATH counting and probability (the training part of MATH, in natural language, judged there by a
        language model); here wordings of our own with numbers drawn, each complete in its text.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw problems."""
        draw: dict[str, Callable[[], Any]] = {
            "n": lambda: rng.randint(4, SMALL[level]),
            "k": lambda: rng.randint(2, SMALL[level] // 2 + 1),
            "b": lambda: rng.randint(20, LARGE[level]),
            "d": lambda: rng.randint(2, 12),
            "t": lambda: _letters(rng, rng.randint(4, 4 + 2 * level)),
        }
        steps = draw_steps(rng, TABLE, STEPS[level], draw)
        question = (
            f"{steps.text}\nGive the exact number, an integer or a fraction, in triple angle brackets, for example "
            "<<<120>>> or <<<37/256>>>."
        )
        return self.new_problem(level, question, {"wordings": steps.wordings}, str(steps.value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare exactly."""
        option = problem.data.get("option")
        return (option is not None and word(answer).strip("()") == option) or same(
            answer, problem.answer, problem.question
        )

    def size(self, problem: Problem) -> float:
        """Number of problems times the bound of their sets."""
        return float(STEPS[problem.level] * SMALL[problem.level])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an original item: its answer is in the last box of its solution; the letter of an option counts."""
        gold = last_boxed(item["boxed_solution"])
        return self.official_problem(item["problem"], {"option": option_of(item["problem"], gold)}, gold, gold)


def _letters(rng: random.Random, length: int) -> str:
    """Return a made-up word in which some letters repeat."""
    letters = list(pronounceable(rng, length).upper())
    for _ in range(length // 3):
        letters[rng.randrange(length)] = rng.choice(letters)
    return "".join(letters)


def _fits(condition: bool) -> int:
    """Return 1, or refuse the numbers that were drawn."""
    if not condition:
        raise ValueError
    return 1


def _arrangements(letters: str) -> int:
    return factorial(len(letters)) // prod(factorial(n) for n in Counter(letters).values())


def _apart(letters: str) -> int:
    """Count the arrangements in which no two vowels are neighbours."""
    vowels, others = ("".join(c for c in letters if (c in "AEIOU") == wanted) for wanted in (True, False))
    _fits(1 < len(vowels) <= len(others) + 1)
    return _arrangements(vowels) * _arrangements(others) * comb(len(others) + 1, len(vowels))


def _together(letters: str) -> int:
    """Count the arrangements in which all vowels stand side by side."""
    vowels = "".join(c for c in letters if c in "AEIOU")
    others = "".join(c for c in letters if c not in "AEIOU")
    _fits(len(vowels) > 1 and bool(others))
    return _arrangements(vowels) * _arrangements(others + "*")


@cache
def _sums(dice: int, sides: int) -> Counter[int]:
    """Count the ways in which some dice show each sum."""
    ways = Counter({0: 1})
    for _ in range(dice):
        ways = _rolled(ways, sides)
    return ways


def _rolled(ways: Counter[int], sides: int) -> Counter[int]:
    more: Counter[int] = Counter()
    for total, count in ways.items():
        for face in range(1, sides + 1):
            more[total + face] += count
    return more


def _multiples(limit: int, *divisors: int) -> int:
    """Count the numbers up to a limit that at least one divisor divides, by inclusion and exclusion."""
    total = 0
    for size in range(1, len(divisors) + 1):
        for chosen in combinations(divisors, size):
            common = 1
            for d in chosen:
                common = common * d // gcd(common, d)
            total += (-1) ** (size + 1) * (limit // common)
    return total


def _derangements(n: int) -> int:
    return sum((-1) ** i * factorial(n) // factorial(i) for i in range(n + 1))


def _onto(things: int, boxes: int) -> int:
    """Count the ways to give things to boxes so that none stays empty."""
    return sum((-1) ** i * comb(boxes, i) * (boxes - i) ** things for i in range(boxes + 1))


def _divisors(n: int) -> int:
    count, d = 1, 2
    while d * d <= n:
        power = 1
        while n % d == 0:
            n //= d
            power += 1
        count *= power
        d += 1
    return 2 * count if n > 1 else count


# Slots: n sizes of sets, k of parts of them, b large numbers, d from 2 to 12, t letters.
TABLE: tuple[tuple[str, Callable[..., Any]], ...] = (
    (
        "In how many ways can {n} different novels and {k} different atlases be arranged on a shelf so that all "
        "novels "
        "stand to the left of all atlases?",
        lambda n, k: factorial(n) * factorial(k),
    ),
    (
        "In a race of {n} runners, in how many ways can the first {k} places be taken, without ties?",
        lambda n, k: _fits(k <= n) * perm(n, k),
    ),
    ("How many committees of {k} people can be chosen from {n} people?", lambda n, k: _fits(k < n) * comb(n, k)),
    (
        "A committee of {k} women and {k2} men is chosen from {n} women and {n2} men. "
        "In how many ways can this be done?",
        lambda k, k2, n, n2: _fits(k <= n and k2 <= n2) * comb(n, k) * comb(n2, k2),
    ),
    (
        "From {n} members a club elects a chair, a secretary and {k} further board members of equal rank, all "
        "different "
        "people. In how many ways can this be done?",
        lambda n, k: _fits(k + 2 <= n) * perm(n, 2) * comb(n - 2, k),
    ),
    (
        "{n} people, among them {k} sisters, sit around a round table so that the sisters sit side by side. "
        "In how many "
        "ways can this be done, if only who sits next to whom on which side counts?",
        lambda n, k: _fits(k < n) * factorial(n - k) * factorial(k),
    ),
    (
        "{n} people stand in a row, among them {k} brothers who want to stand side by side. "
        "In how many orders is that so?",
        lambda n, k: _fits(k <= n) * factorial(k) * factorial(n - k + 1),
    ),
    (
        "{n} people stand in a row, among them {k} rivals no two of whom may stand side by side. "
        "In how many orders is that so?",
        lambda n, k: _fits(2 * k <= n + 1) * factorial(n - k) * perm(n - k + 1, k),
    ),
    ("In how many different ways can the letters of {t} be arranged?", lambda t: _arrangements(t)),
    (
        "In how many different ways can the letters of {t} be arranged so that all vowels (A, E, I, O, U) stand "
        "together?",
        lambda t: _together(t),
    ),
    (
        "In how many different ways can the letters of {t} be arranged so that no two vowels (A, E, I, O, U) are "
        "neighbors?",
        lambda t: _apart(t),
    ),
    (
        "In how many ways can {b} equal coins be put into {k} different boxes, if boxes may stay empty?",
        lambda b, k: comb(b + k - 1, k - 1),
    ),
    (
        "In how many ways can {b} equal coins be put into {k} different boxes, so that no box stays empty?",
        lambda b, k: _fits(b >= k) * comb(b - 1, k - 1),
    ),
    (
        "How many solutions in positive integers has x + y + z = {b} with x greater than {d}?",
        lambda b, d: _fits(b > d + 2) * comb(b - d - 1, 2),
    ),
    ("In how many ways can {n} different gifts be given to {k} children?", lambda n, k: k**n),
    (
        "In how many ways can {n} different gifts be given to {k} children so that each child gets at least one?",
        lambda n, k: _fits(k <= n) * _onto(n, k),
    ),
    (
        "{n} letters are put into their {n} envelopes. In how many ways do exactly {k} of them get into their own?",
        lambda n, k: _fits(n - k > 1) * comb(n, k) * _derangements(n - k),
    ),
    (
        "How many subsets with at least {k} elements has a set of {n} elements?",
        lambda k, n: _fits(k <= n) * sum(comb(n, i) for i in range(k, n + 1)),
    ),
    (
        "How many positive integers up to {b} are divisible by {d} or by {d2}?",
        lambda b, d, d2: _fits(d != d2) * _multiples(b, d, d2),
    ),
    (
        "How many positive integers up to {b} are divisible by none of {d}, {d2} and {d3}?",
        lambda b, d, d2, d3: _fits(len({d, d2, d3}) == 3) * (b - _multiples(b, d, d2, d3)),
    ),
    ("How many positive divisors has the product of {b} and {b2}?", lambda b, b2: _divisors(b * b2)),
    (
        "How many digits are written in all when the integers from 1 to {b} are written down?",
        lambda b: sum(b - 10**i + 1 for i in range(len(str(b)))),
    ),
    (
        "In a class of {b} pupils, {b2} play football, {b3} play chess and {n} play both. How many play neither?",
        lambda b, b2, b3, n: _fits(n <= min(b2, b3) and b2 + b3 - n <= b) * (b - b2 - b3 + n),
    ),
    (
        "How many shortest paths along the lines of a grid lead from one corner to the opposite one, {n} units to the "
        "east and {k} units to the north?",
        lambda n, k: comb(n + k, k),
    ),
    (
        "A robot walks on a grid from (0, 0) to ({n}, {n2}), each step one unit right or up, and must pass through "
        "({k}, {k2}). How many walks are there?",
        lambda n, n2, k, k2: _fits(k < n and k2 < n2) * comb(k + k2, k) * comb(n + n2 - k - k2, n - k),
    ),
    (
        "{n} guests all shake hands with each other once. Then {k} more guests come, who shake hands once with "
        "everybody "
        "there and with each other. How many handshakes are there in all?",
        lambda n, k: comb(n + k, 2),
    ),
    (
        "In how many points do the diagonals of a convex polygon with {b} corners cross inside it, if no three "
        "of them "
        "meet in one point?",
        lambda b: comb(b, 4),
    ),
    (
        "How many rectangles with sides along the lines are in a grid of {n} by {n2} squares?",
        lambda n, n2: comb(n + 1, 2) * comb(n2 + 1, 2),
    ),
    (
        "On a line lie {n} points, on a parallel line {n2} points. How many triangles have their corners in "
        "these points?",
        lambda n, n2: comb(n, 2) * n2 + comb(n2, 2) * n,
    ),
    (
        "How many codes consist of {k} different digits (0 to 9, the first may be 0) followed by {d} different "
        "letters of the 26?",
        lambda k, d: _fits(k <= 10) * perm(10, k) * perm(26, d),
    ),
    (
        "How many codes of {n} letters can be formed with the first {k} letters of the alphabet if neighboring "
        "letters "
        "must differ?",
        lambda n, k: k * (k - 1) ** (n - 1),
    ),
    (
        "How many sequences of {n} coin tosses have exactly {k} heads and no two heads in a row?",
        lambda n, k: _fits(2 * k <= n + 1) * comb(n - k + 1, k),
    ),
    (
        "What is the coefficient of x^{k} in the expansion of ({d}x + {d2})^{n}?",
        lambda k, d, d2, n: _fits(k <= n) * comb(n, k) * d**k * d2 ** (n - k),
    ),
    (
        "An urn holds {n} red and {n2} blue balls. {k} balls are drawn at random without replacement. "
        "What is the probability that all are red?",
        lambda n, n2, k: _fits(k <= n) * Fraction(comb(n, k), comb(n + n2, k)),
    ),
    (
        "An urn holds {n} red and {n2} blue balls. {k} balls are drawn at random without replacement. "
        "What is the probability that exactly one is blue?",
        lambda n, n2, k: _fits(k <= n) * Fraction(comb(n, k - 1) * n2, comb(n + n2, k)),
    ),
    (
        "An urn holds {n} red and {n2} blue balls. {k} balls are drawn at random, each put back before the next. "
        "What is the probability that at least one is red?",
        lambda n, n2, k: 1 - Fraction(n2, n + n2) ** k,
    ),
    (
        "A drawer holds {n} black, {n2} white and {n3} gray socks. Two are taken at random. "
        "What is the probability that they have the same color?",
        lambda n, n2, n3: Fraction(comb(n, 2) + comb(n2, 2) + comb(n3, 2), comb(n + n2 + n3, 2)),
    ),
    (
        "A fair coin is tossed {n} times. What is the probability of exactly {k} heads?",
        lambda n, k: _fits(k <= n) * Fraction(comb(n, k), 2**n),
    ),
    (
        "A fair coin is tossed {n} times. What is the probability of at most {k} heads?",
        lambda n, k: _fits(k < n) * Fraction(sum(comb(n, i) for i in range(k + 1)), 2**n),
    ),
    (
        "A coin shows heads with probability {k}/{n}. It is tossed {d} times. "
        "What is the probability of exactly one head?",
        lambda k, n, d: _fits(k < n) * d * Fraction(k, n) * Fraction(n - k, n) ** (d - 1),
    ),
    (
        "{k} fair dice with faces 1 to {n} are rolled. What is the probability that the sum is {d}?",
        lambda k, n, d: _fits(_sums(k, n)[d] > 0) * Fraction(_sums(k, n)[d], n**k),
    ),
    (
        "{k} fair dice with faces 1 to {n} are rolled. What is the probability that all show different numbers?",
        lambda k, n: _fits(k <= n) * Fraction(perm(n, k), n**k),
    ),
    (
        "{k} fair dice with faces 1 to {n} are rolled. What is the probability that the highest number is exactly {d}?",
        lambda k, n, d: _fits(d <= n) * Fraction(d**k - (d - 1) ** k, n**k),
    ),
    (
        "Two fair dice with faces 1 to {n} are rolled. Given that their sum is {d}, what is the probability that "
        "at least "
        "one shows {k}?",
        lambda n, d, k: _given_sum(n, d, k),
    ),
    (
        "{d} percent of all lamps of a maker are broken. A test finds {b} percent of the broken ones, and calls "
        "{k} percent "
        "of the good ones broken by mistake. What is the probability that a lamp that the test calls broken is broken?",
        lambda d, b, k: _fits(b <= 100) * Fraction(d * b, d * b + (100 - d) * k),
    ),
    (
        "One of two urns is chosen by a fair coin. The first holds {n} red and {k} blue balls, the second {n2} "
        "red and {k2} "
        "blue ones. A ball drawn from it at random is red. What is the probability that it came from the first urn?",
        lambda n, k, n2, k2: Fraction(n, n + k) / (Fraction(n, n + k) + Fraction(n2, n2 + k2)),
    ),
    (
        "From the numbers 1 to {b} two different ones are chosen at random. "
        "What is the probability that their sum is even?",
        lambda b: Fraction(comb(b // 2, 2) + comb(b - b // 2, 2), comb(b, 2)),
    ),
    (
        "{n} people, among them two friends, stand in a row in random order. "
        "What is the probability that exactly {k} people stand between the friends?",
        lambda n, k: _fits(k <= n - 2) * Fraction(2 * (n - k - 1), n * (n - 1)),
    ),
    (
        "The letters of {t} are put in random order, all orders of the letters being equally likely. "
        "What is the probability that the result reads {t} again?",
        lambda t: Fraction(1, _arrangements(t)),
    ),
    (
        "A fair die with faces 1 to {n} is rolled; you win as many dollars as it shows, but nothing if it shows "
        "more than "
        "{k}. How many dollars do you win on average?",
        lambda n, k: _fits(k <= n) * Fraction(k * (k + 1), 2 * n),
    ),
    (
        "A fair die with faces 1 to {n} is rolled until it shows {k} or less. How many rolls are expected?",
        lambda n, k: _fits(k < n) * Fraction(n, k),
    ),
    (
        "An urn holds {n} red and {n2} blue balls. {k} balls are drawn at random without replacement. "
        "How many red balls are expected among them?",
        lambda n, n2, k: _fits(k <= n + n2) * Fraction(n * k, n + n2),
    ),
    (
        "{k} fair dice with faces 1 to {n} are rolled. What is the expected value of the highest number?",
        lambda k, n: sum(Fraction(d * (d**k - (d - 1) ** k), n**k) for d in range(1, n + 1)),
    ),
    (
        "A player throws {n} times at a target and hits with probability {k}/{d} each time. "
        "How many hits are expected?",
        lambda n, k, d: _fits(k < d) * Fraction(n * k, d),
    ),
    (
        "A collector gets one of {n} different cards at random with each packet and has {k} different ones already. "
        "How many packets are expected until all {n} cards are there?",
        lambda n, k: _fits(k < n) * sum(Fraction(n, i) for i in range(1, n - k + 1)),
    ),
)


def _given_sum(sides: int, total: int, face: int) -> Fraction:
    rolls = [roll for roll in product(range(1, sides + 1), repeat=2) if sum(roll) == total]
    return _fits(bool(rolls) and face <= sides) * Fraction(sum(face in roll for roll in rolls), len(rolls))


@cache
def _pattern(wording: str) -> re.Pattern[str]:
    pattern = re.escape(wording)
    for slot in dict.fromkeys(re.findall(r"\\{(\w+)\\}", pattern)):
        kind = "[A-Z]+" if slot[0] == "t" else r"\d+"
        first, *others = pattern.split(rf"\{{{slot}\}}")
        pattern = f"{first}(?P<{slot}>{kind})" + f"(?P={slot})".join(others)
    return re.compile(pattern)


def _answer(text: str) -> Fraction | int:
    """Recognise the wording and apply its formula."""
    for wording, formula in TABLE:
        if match := _pattern(wording).fullmatch(text):
            return formula(**{k: v if k[0] == "t" else int(v) for k, v in match.groupdict().items()})
    raise ValueError(f"unknown question: {text}")


def solve(question: str) -> str:
    """Answer the questions, and combine their answers."""
    values = {letter: _answer(text) for letter, text in re.findall(r"^([A-E]): (.*)$", question, re.M)}
    if not values:
        return str(_answer(question.split("\n")[0]))
    closing = re.search(r"calculate (.*)\.$", question, re.M)[1]
    terms = re.findall(r"([+-]?) ?(?:(\d)\*)?([A-E])", closing)
    return str(sum(int(f"{sign}{factor or 1}") * values[letter] for sign, factor, letter in terms))
