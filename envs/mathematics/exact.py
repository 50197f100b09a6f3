"""Exact numbers of school geometry: `sqrt` and `pi`, written as in sympy, but quick."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Union

Number = Union["Exact", Fraction, int]


class Exact:
    """A sum of rational multiples of square roots times powers of pi."""

    def __init__(self, terms: Mapping[tuple[int, int], Fraction]) -> None:
        """Store coefficients by radicand, free of squares, and power of pi."""
        self.terms = {key: c for key, c in terms.items() if c}

    def __add__(self, other: Number) -> "Exact":
        terms = dict(self.terms)
        for key, c in _exact(other).terms.items():
            terms[key] = terms.get(key, Fraction(0)) + c
        return Exact(terms)

    def __mul__(self, other: Number) -> "Exact":
        product = Exact({})
        for (a, i), x in self.terms.items():
            for (b, j), y in _exact(other).terms.items():
                root = sqrt(a * b).terms.items()
                product += Exact({(radicand, i + j): c * x * y for (radicand, _), c in root})
        return product

    def __sub__(self, other: Number) -> "Exact":
        return self + -1 * _exact(other)

    def __rsub__(self, other: Number) -> "Exact":
        return -1 * self + other

    def __truediv__(self, other: Fraction | int) -> "Exact":
        return Fraction(1, other) * self

    def __rtruediv__(self, other: Fraction | int) -> "Exact":
        """Divide by a single square root: a / (c * sqrt(r)) is a * sqrt(r) / (c * r)."""
        (((radicand, power), c),) = self.terms.items()
        if power:
            raise ValueError("division by pi is not supported")
        return Exact({(radicand, 0): Fraction(other) / (c * radicand)})

    __radd__ = __add__
    __rmul__ = __mul__

    def __str__(self) -> str:
        text = ""
        for (radicand, power), c in sorted(self.terms.items()):
            factors = [f"sqrt({radicand})"] * (radicand > 1) + ["pi"] * power
            if abs(c.numerator) > 1 or not factors:
                factors.insert(0, str(abs(c.numerator)))
            term = "*".join(factors) + (f"/{c.denominator}" if c.denominator > 1 else "")
            text += ((" - " if c < 0 else " + ") if text else "-" * (c < 0)) + term
        return text or "0"


def _exact(value: Number) -> Exact:
    return value if isinstance(value, Exact) else Exact({(1, 0): Fraction(value)})


def sqrt(square: Fraction | int) -> Exact:
    """Return the square root of a positive number.

    Raises:
        ValueError: the number is not positive.
    """
    square = Fraction(square)
    if square <= 0:
        raise ValueError("only positive numbers have a square root here")
    rest, free, d = square.numerator * square.denominator, 1, 2
    outside = Fraction(1, square.denominator)
    while d * d * d <= rest:
        while rest % (d * d) == 0:
            rest //= d * d
            outside *= d
        if rest % d == 0:
            rest //= d
            free *= d
        d += 1
    if math.isqrt(rest) ** 2 == rest:
        outside *= math.isqrt(rest)
        rest = 1
    return Exact({(free * rest, 0): outside})


pi = Exact({(1, 1): Fraction(1)})
