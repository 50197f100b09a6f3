"""Problems of counting, probability and expected values."""

from fractions import Fraction
from math import comb, factorial, isqrt, perm, prod

from r1ci_env.envs.wording.word_problems import Wording


def _with_vowels_together(t: str) -> int:
    vowels = [c for c in t if c in "AEIOU"]
    others = [c for c in t if c not in "AEIOU"]
    among_themselves = factorial(len(vowels)) // prod(factorial(vowels.count(c)) for c in set(vowels))
    with_the_block = factorial(len(others) + 1) // prod(factorial(others.count(c)) for c in set(others))
    return among_themselves * with_the_block


def _with_vowels_apart(t: str) -> int:
    vowels = [c for c in t if c in "AEIOU"]
    others = [c for c in t if c not in "AEIOU"]
    orders = factorial(len(vowels)) // prod(factorial(vowels.count(c)) for c in set(vowels))
    orders *= factorial(len(others)) // prod(factorial(others.count(c)) for c in set(others))
    return orders * comb(len(others) + 1, len(vowels))


def _chance_of_word(t: str) -> Fraction:
    orders = factorial(len(t)) // prod(factorial(t.count(c)) for c in set(t))
    return Fraction(1, orders)


def _divisors(b: int, b2: int) -> int:
    number = b * b2
    small = [x for x in range(1, isqrt(number) + 1) if number % x == 0]
    return 2 * len(small) - (isqrt(number) ** 2 == number)


def _share_with_sum(k: int, n: int, d: int) -> Fraction:
    ways = {0: 1}
    for _ in range(k):
        ways = {total: sum(ways.get(total - face, 0) for face in range(1, n + 1)) for total in range(d + 1)}
    return Fraction(ways[d], n**k)


def _share_with_face(n: int, d: int, k: int) -> Fraction:
    rolls = [(x, d - x) for x in range(1, n + 1) if 1 <= d - x <= n]
    return Fraction(sum(k in roll for roll in rolls), len(rolls))


# Slots: n sizes of sets, k of parts of them, b large numbers, d from 2 to 12, t letters.
TABLE: tuple[Wording, ...] = (
    Wording(
        "In how many ways can {n} different novels and {k} different atlases be arranged on a shelf so "
        "that all novels stand to the left of all atlases?",
        lambda n, k: factorial(n) * factorial(k),
    ),
    Wording(
        "In a race of {n} runners, in how many ways can the first {k} places be taken, without ties?",
        lambda n, k: perm(n, k),
        fits=lambda n, k: k <= n,
    ),
    Wording(
        "How many committees of {k} people can be chosen from {n} people?",
        lambda n, k: comb(n, k),
        fits=lambda n, k: k < n,
    ),
    Wording(
        "A committee of {k} women and {k2} men is chosen from {n} women and {n2} men. In how many ways "
        "can this be done?",
        lambda k, k2, n, n2: comb(n, k) * comb(n2, k2),
        fits=lambda k, k2, n, n2: k <= n and k2 <= n2,
    ),
    Wording(
        "From {n} members a club elects a chair, a secretary and {k} further board members of equal rank, "
        "all different people. In how many ways can this be done?",
        lambda n, k: perm(n, 2) * comb(n - 2, k),
        fits=lambda n, k: k + 2 <= n,
    ),
    Wording(
        "{n} people, among them {k} sisters, sit around a round table so that the sisters sit side by "
        "side. In how many ways can this be done, if only who sits next to whom on which side counts?",
        lambda n, k: factorial(n - k) * factorial(k),
        fits=lambda n, k: k < n,
    ),
    Wording(
        "{n} people stand in a row, among them {k} brothers who want to stand side by side. In how many "
        "orders is that so?",
        lambda n, k: factorial(k) * factorial(n - k + 1),
        fits=lambda n, k: k <= n,
    ),
    Wording(
        "{n} people stand in a row, among them {k} rivals no two of whom may stand side by side. In how "
        "many orders is that so?",
        lambda n, k: factorial(n - k) * perm(n - k + 1, k),
        fits=lambda n, k: 2 * k <= n + 1,
    ),
    Wording(
        "In how many different ways can the letters of {t} be arranged?",
        lambda t: factorial(len(t)) // prod(factorial(t.count(c)) for c in set(t)),
    ),
    Wording(
        "In how many different ways can the letters of {t} be arranged so that all vowels (A, E, I, O, U) "
        "stand together?",
        _with_vowels_together,
        fits=lambda t: sum(c in "AEIOU" for c in t) > 1 and any(c not in "AEIOU" for c in t),
    ),
    Wording(
        "In how many different ways can the letters of {t} be arranged so that no two vowels (A, E, I, O, "
        "U) are neighbors?",
        _with_vowels_apart,
        fits=lambda t: 1 < sum(c in "AEIOU" for c in t) <= len(t) / 2 + 0.5,
    ),
    Wording(
        "In how many ways can {b} equal coins be put into {k} different boxes, if boxes may stay empty?",
        lambda b, k: comb(b + k - 1, k - 1),
    ),
    Wording(
        "In how many ways can {b} equal coins be put into {k} different boxes, so that no box stays empty?",
        lambda b, k: comb(b - 1, k - 1),
        fits=lambda b, k: b >= k,
    ),
    Wording(
        "How many solutions in positive integers has x + y + z = {b} with x greater than {d}?",
        lambda b, d: comb(b - d - 1, 2),
        fits=lambda b, d: b > d + 2,
    ),
    Wording(
        "In how many ways can {n} different gifts be given to {k} children?",
        lambda n, k: k**n,
    ),
    Wording(
        "In how many ways can {n} different gifts be given to {k} children so that each child gets at least one?",
        lambda n, k: sum((-1) ** i * comb(k, i) * (k - i) ** n for i in range(k + 1)),
        fits=lambda n, k: k <= n,
    ),
    Wording(
        "{n} letters are put into their {n} envelopes. In how many ways do exactly {k} of them get into their own?",
        lambda n, k: comb(n, k) * sum((-1) ** i * factorial(n - k) // factorial(i) for i in range(n - k + 1)),
        fits=lambda n, k: n - k > 1,
    ),
    Wording(
        "How many subsets with at least {k} elements has a set of {n} elements?",
        lambda k, n: sum(comb(n, i) for i in range(k, n + 1)),
        fits=lambda k, n: k <= n,
    ),
    Wording(
        "How many positive integers up to {b} are divisible by {d} or by {d2}?",
        lambda b, d, d2: sum(x % d == 0 or x % d2 == 0 for x in range(1, b + 1)),
        fits=lambda b, d, d2: d != d2,
    ),
    Wording(
        "How many positive integers up to {b} are divisible by none of {d}, {d2} and {d3}?",
        lambda b, d, d2, d3: sum(x % d > 0 and x % d2 > 0 and x % d3 > 0 for x in range(1, b + 1)),
        fits=lambda b, d, d2, d3: len({d, d2, d3}) == 3,
    ),
    Wording(
        "How many positive divisors has the product of {b} and {b2}?",
        _divisors,
    ),
    Wording(
        "How many digits are written in all when the integers from 1 to {b} are written down?",
        lambda b: sum(len(str(x)) for x in range(1, b + 1)),
    ),
    Wording(
        "In a class of {b} pupils, {b2} play football, {b3} play chess and {n} play both. How many play neither?",
        lambda b, b2, b3, n: b - b2 - b3 + n,
        fits=lambda b, b2, b3, n: n <= min(b2, b3) and b2 + b3 - n <= b,
    ),
    Wording(
        "How many shortest paths along the lines of a grid lead from one corner to the opposite one, {n} "
        "units to the east and {k} units to the north?",
        lambda n, k: comb(n + k, k),
    ),
    Wording(
        "A robot walks on a grid from (0, 0) to ({n}, {n2}), each step one unit right or up, and must "
        "pass through ({k}, {k2}). How many walks are there?",
        lambda n, n2, k, k2: comb(k + k2, k) * comb(n + n2 - k - k2, n - k),
        fits=lambda n, n2, k, k2: k < n and k2 < n2,
    ),
    Wording(
        "{n} guests all shake hands with each other once. Then {k} more guests come, who shake hands once "
        "with everybody there and with each other. How many handshakes are there in all?",
        lambda n, k: comb(n + k, 2),
    ),
    Wording(
        "In how many points do the diagonals of a convex polygon with {b} corners cross inside it, if no "
        "three of them meet in one point?",
        lambda b: comb(b, 4),
    ),
    Wording(
        "How many rectangles with sides along the lines are in a grid of {n} by {n2} squares?",
        lambda n, n2: comb(n + 1, 2) * comb(n2 + 1, 2),
    ),
    Wording(
        "On a line lie {n} points, on a parallel line {n2} points. How many triangles have their corners "
        "in these points?",
        lambda n, n2: comb(n, 2) * n2 + comb(n2, 2) * n,
    ),
    Wording(
        "How many codes consist of {k} different digits (0 to 9, the first may be 0) followed by {d} "
        "different letters of the 26?",
        lambda k, d: perm(10, k) * perm(26, d),
        fits=lambda k, d: k <= 10,
    ),
    Wording(
        "How many codes of {n} letters can be formed with the first {k} letters of the alphabet if "
        "neighboring letters must differ?",
        lambda n, k: k * (k - 1) ** (n - 1),
    ),
    Wording(
        "How many sequences of {n} coin tosses have exactly {k} heads and no two heads in a row?",
        lambda n, k: comb(n - k + 1, k),
        fits=lambda n, k: 2 * k <= n + 1,
    ),
    Wording(
        "What is the coefficient of x^{k} in the expansion of ({d}x + {d2})^{n}?",
        lambda k, d, d2, n: comb(n, k) * d**k * d2 ** (n - k),
        fits=lambda k, d, d2, n: k <= n,
    ),
    Wording(
        "An urn holds {n} red and {n2} blue balls. {k} balls are drawn at random without replacement. "
        "What is the probability that all are red?",
        lambda n, n2, k: Fraction(comb(n, k), comb(n + n2, k)),
        fits=lambda n, n2, k: k <= n,
    ),
    Wording(
        "An urn holds {n} red and {n2} blue balls. {k} balls are drawn at random without replacement. "
        "What is the probability that exactly one is blue?",
        lambda n, n2, k: Fraction(comb(n, k - 1) * n2, comb(n + n2, k)),
        fits=lambda n, n2, k: k <= n,
    ),
    Wording(
        "An urn holds {n} red and {n2} blue balls. {k} balls are drawn at random, each put back before "
        "the next. What is the probability that at least one is red?",
        lambda n, n2, k: 1 - Fraction(n2, n + n2) ** k,
    ),
    Wording(
        "A drawer holds {n} black, {n2} white and {n3} gray socks. Two are taken at random. What is the "
        "probability that they have the same color?",
        lambda n, n2, n3: Fraction(comb(n, 2) + comb(n2, 2) + comb(n3, 2), comb(n + n2 + n3, 2)),
    ),
    Wording(
        "A fair coin is tossed {n} times. What is the probability of exactly {k} heads?",
        lambda n, k: Fraction(comb(n, k), 2**n),
        fits=lambda n, k: k <= n,
    ),
    Wording(
        "A fair coin is tossed {n} times. What is the probability of at most {k} heads?",
        lambda n, k: Fraction(sum(comb(n, i) for i in range(k + 1)), 2**n),
        fits=lambda n, k: k < n,
    ),
    Wording(
        "A coin shows heads with probability {k}/{n}. It is tossed {d} times. What is the probability of "
        "exactly one head?",
        lambda k, n, d: d * Fraction(k, n) * Fraction(n - k, n) ** (d - 1),
        fits=lambda k, n, d: k < n,
    ),
    Wording(
        "{k} fair dice with faces 1 to {n} are rolled. What is the probability that the sum is {d}?",
        _share_with_sum,
        fits=lambda k, n, d: k <= d <= k * n,
    ),
    Wording(
        "{k} fair dice with faces 1 to {n} are rolled. What is the probability that all show different numbers?",
        lambda k, n: Fraction(perm(n, k), n**k),
        fits=lambda k, n: k <= n,
    ),
    Wording(
        "{k} fair dice with faces 1 to {n} are rolled. What is the probability that the highest number is exactly {d}?",
        lambda k, n, d: Fraction(d**k - (d - 1) ** k, n**k),
        fits=lambda k, n, d: d <= n,
    ),
    Wording(
        "Two fair dice with faces 1 to {n} are rolled. Given that their sum is {d}, what is the "
        "probability that at least one shows {k}?",
        _share_with_face,
        fits=lambda n, d, k: d <= 2 * n and k <= n,
    ),
    Wording(
        "{d} percent of all lamps of a maker are broken. A test finds {b} percent of the broken ones, and "
        "calls {k} percent of the good ones broken by mistake. What is the probability that a lamp that "
        "the test calls broken is broken?",
        lambda d, b, k: Fraction(d * b, d * b + (100 - d) * k),
        fits=lambda d, b, k: b <= 100,
    ),
    Wording(
        "One of two urns is chosen by a fair coin. The first holds {n} red and {k} blue balls, the second "
        "{n2} red and {k2} blue ones. A ball drawn from it at random is red. What is the probability that "
        "it came from the first urn?",
        lambda n, k, n2, k2: Fraction(n, n + k) / (Fraction(n, n + k) + Fraction(n2, n2 + k2)),
    ),
    Wording(
        "From the numbers 1 to {b} two different ones are chosen at random. What is the probability that "
        "their sum is even?",
        lambda b: Fraction(comb(b // 2, 2) + comb(b - b // 2, 2), comb(b, 2)),
    ),
    Wording(
        "{n} people, among them two friends, stand in a row in random order. What is the probability that "
        "exactly {k} people stand between the friends?",
        lambda n, k: Fraction(2 * (n - k - 1), n * (n - 1)),
        fits=lambda n, k: k <= n - 2,
    ),
    Wording(
        "The letters of {t} are put in random order, all orders of the letters being equally likely. What "
        "is the probability that the result reads {t} again?",
        _chance_of_word,
    ),
    Wording(
        "A fair die with faces 1 to {n} is rolled; you win as many dollars as it shows, but nothing if it "
        "shows more than {k}. How many dollars do you win on average?",
        lambda n, k: Fraction(k * (k + 1), 2 * n),
        fits=lambda n, k: k <= n,
    ),
    Wording(
        "A fair die with faces 1 to {n} is rolled until it shows {k} or less. How many rolls are expected?",
        lambda n, k: Fraction(n, k),
        fits=lambda n, k: k < n,
    ),
    Wording(
        "An urn holds {n} red and {n2} blue balls. {k} balls are drawn at random without replacement. How "
        "many red balls are expected among them?",
        lambda n, n2, k: Fraction(n * k, n + n2),
        fits=lambda n, n2, k: k <= n + n2,
    ),
    Wording(
        "{k} fair dice with faces 1 to {n} are rolled. What is the expected value of the highest number?",
        lambda k, n: sum(Fraction(d * (d**k - (d - 1) ** k), n**k) for d in range(1, n + 1)),
    ),
    Wording(
        "A player throws {n} times at a target and hits with probability {k}/{d} each time. How many hits "
        "are expected?",
        lambda n, k, d: Fraction(n * k, d),
        fits=lambda n, k, d: k < d,
    ),
    Wording(
        "A collector gets one of {n} different cards at random with each packet and has {k} different "
        "ones already. How many packets are expected until all {n} cards are there?",
        lambda n, k: sum(Fraction(n, i) for i in range(1, n - k + 1)),
        fits=lambda n, k: k < n,
    ),
)
