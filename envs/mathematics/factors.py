"""Exact division and roots of sums, whose generators count as independent of each other.

What is found is true, since the generators satisfy more relations, not fewer: if ``a = b * c`` as polynomials, it is
so. What depends on such relations is not found: ``1 + sqrt(2)`` divides ``3 + 2*sqrt(2)``, but not here.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from r1ci_env.envs.mathematics.sums import IMAGINARY, Monomial, Number, Sum, is_imaginary

Vector = tuple[Number, ...]


class Complex(NamedTuple):
    """A complex number with rational parts."""

    real: Fraction
    imaginary: Fraction

    def __mul__(self, other: "Complex") -> "Complex":  # type: ignore[override]
        """Return the product."""
        (a, b), (c, d) = self, other
        return Complex(a * c - b * d, a * d + b * c)

    def __truediv__(self, other: "Complex") -> "Complex":
        """Return the quotient."""
        c, d = other
        return self * Complex(c / (c * c + d * d), -d / (c * c + d * d))

    def __sub__(self, other: "Complex") -> "Complex":
        """Return the difference."""
        return Complex(self.real - other.real, self.imaginary - other.imaginary)

    def __neg__(self) -> "Complex":
        """Return the negative."""
        return Complex(-self.real, -self.imaginary)

    def __bool__(self) -> bool:
        """Whether it is not zero."""
        return bool(self.real or self.imaginary)


Coefficient = Any  # `Fraction` where the sums at hand have no imaginary unit, else `Complex`
Terms = dict[Vector, Coefficient]


class _Space:
    """The generators of some sums as axes: a monomial is the vector of its exponents, without the imaginary unit."""

    def __init__(self, *sums: Sum) -> None:
        names: set[str] = set()
        exponents: set[Monomial] = set()
        for a in sums:
            for powers, inner in a:
                names.update(name for name, _ in powers)
                exponents.update(monomial for monomial, _ in inner)
        self.complex = IMAGINARY in names or any(map(is_imaginary, exponents))
        names.discard(IMAGINARY)
        self.names, self.exponents = sorted(names), sorted(exponents)

    def number(self, value: Fraction | int) -> Coefficient:
        return Complex(Fraction(value), Fraction(0)) if self.complex else Fraction(value)

    def terms(self, a: Sum) -> Terms:
        found: Terms = {}
        for (powers, inner), c in a.items():
            power_of, exponent_of = dict(powers), dict(inner)
            vector = (
                *(power_of.get(name, 0) for name in self.names),
                *(exponent_of.get(m, 0) for m in self.exponents),
            )
            if self.complex:
                real, imaginary = found.get(vector, (Fraction(0), Fraction(0)))
                found[vector] = Complex(real, c) if IMAGINARY in power_of else Complex(c, imaginary)
            else:
                found[vector] = c
        return found

    def sum(self, terms: Terms) -> Sum:
        result: Sum = {}
        for vector, c in terms.items():
            real, imaginary = c if self.complex else (c, Fraction(0))
            powers = [(name, v) for name, v in zip(self.names, vector, strict=False) if v]
            inner = tuple((m, v) for m, v in zip(self.exponents, vector[len(self.names) :], strict=True) if v)
            if real:
                result[tuple(powers), inner] = real
            if imaginary:
                result[tuple(sorted([*powers, (IMAGINARY, 1)])), inner] = imaginary
        return result

    def conjugate(self, vector: Vector) -> Vector:
        """Return the exponents of the complex conjugate, for real generators."""
        split = len(self.names)
        turned = (-v if dict(m[0]).get(IMAGINARY) else v for m, v in zip(self.exponents, vector[split:], strict=True))
        return (*vector[:split], *turned)


def spans(a: Sum) -> dict[str | Monomial, Number]:
    """Return by how much the exponent of each generator varies: that of a divisor varies by no more."""
    exponents: dict[str | Monomial, list[Number]] = {}
    for powers, inner in a:
        for name, power in powers:
            if name != IMAGINARY:
                exponents.setdefault(name, []).append(power)
        for monomial, power in inner:
            exponents.setdefault(monomial, []).append(power)
    for found in exponents.values():
        if len(found) < len(a):  # missing somewhere: there its exponent is 0
            found.append(0)
    return {axis: max(found) - min(found) for axis, found in exponents.items()}


def quotient(a: Sum, b: Sum, spend: Callable[[int], None]) -> Sum | None:
    """Return a / b if it is a sum, else None; ``spend`` is told how much work is done."""
    space = _Space(a, b)
    spend(5 + (len(a) + len(b)) // 2)
    rest, divisor = space.terms(a), space.terms(b)
    box = [(low - lower, high - higher) for (low, high), (lower, higher) in zip(_box(rest), _box(divisor), strict=True)]
    if any(low > high for low, high in box):
        return None
    lead = max(divisor)
    result: Terms = {}
    while rest:
        top = max(rest)
        step = tuple(map(_difference, top, lead))
        if any(not low <= v <= high for v, (low, high) in zip(step, box, strict=True)):
            return None
        spend(1 + len(divisor) // 2 + len(rest) // 16)
        result[step] = factor = rest[top] / divisor[lead]
        for vector, c in divisor.items():
            _subtract(rest, tuple(map(_total, vector, step)), factor * c)
    return space.sum(result)


def root(a: Sum, degree: int, spend: Callable[[int], None]) -> Sum | None:
    """Return the sum of several terms whose power of ``degree`` is ``a``, if there is a real one, else None."""
    space = _Space(a)
    spend(6 + len(a))
    terms = space.terms(a)
    lead, last = max(terms), min(terms)
    first = _root_of_number(terms[lead], degree)
    start = tuple(_simple(Fraction(v) / degree) for v in lead)
    whole = (all(isinstance(v, int) for v in axis) for axis in zip(*terms, strict=True))
    if first is None or _root_of_number(terms[last], degree) is None:
        return None
    if any(whole_axis and not isinstance(v, int) for whole_axis, v in zip(whole, start, strict=True)):
        return None
    box = [(low / degree, high / degree) for low, high in ((Fraction(x), Fraction(y)) for x, y in _box(terms))]
    result: Terms = {start: first}
    bottom = _power({start: first}, degree - 1, spend)
    ((below, scale),) = bottom.items()
    scale *= space.number(degree)
    while len(result) <= len(a):
        rest = dict(terms)
        for vector, c in _power(result, degree, spend).items():
            _subtract(rest, vector, c)
        if not rest:
            found = space.sum(result)
            return found if len(found) > 1 and is_real(found) else None
        top = max(rest)
        step = tuple(map(_difference, top, below))
        if step in result or any(not low <= v <= high for v, (low, high) in zip(step, box, strict=True)):
            return None
        result[step] = rest[top] / scale
    return None


def is_real(a: Sum) -> bool:
    """Whether a sum is its own complex conjugate, where its generators are real."""
    if not any(is_imaginary(monomial) or any(is_imaginary(m) for m, _ in monomial[1]) for monomial in a):
        return True
    space = _Space(a)
    terms = space.terms(a)
    zero = space.number(0)
    return all(_conjugate(terms.get(space.conjugate(v), zero)) == c for v, c in terms.items())


def _conjugate(c: Coefficient) -> Coefficient:
    return Complex(c.real, -c.imaginary) if isinstance(c, Complex) else c


def _box(terms: Terms) -> list[tuple[Number, Number]]:
    """Return the least and the greatest exponent on each axis."""
    return [(min(axis), max(axis)) for axis in zip(*terms, strict=True)]


def _power(a: Terms, exponent: int, spend: Callable[[int], None]) -> Terms:
    result: Terms = a
    for _ in range(exponent - 1):
        spend(len(result) * len(a))
        product: Terms = {}
        for x, p in result.items():
            for y, q in a.items():
                _subtract(product, tuple(map(_total, x, y)), -(p * q))
        result = product
    return result


def _subtract(terms: Terms, vector: Vector, c: Coefficient) -> None:
    left = terms[vector] - c if vector in terms else -c
    if left:
        terms[vector] = left
    else:
        terms.pop(vector, None)


def _root_of_number(c: Coefficient, degree: int) -> Coefficient | None:
    """Return a root if it is rational or, where there is an imaginary unit at hand, rational times that."""
    if isinstance(c, Fraction):
        return _rational_root(c, degree)
    turned = degree == 2 and c.real < 0
    found = None if c.imaginary else _rational_root(-c.real if turned else c.real, degree)
    if found is None:
        return None
    return Complex(Fraction(0), found) if turned else Complex(found, Fraction(0))


def _rational_root(value: Fraction, degree: int) -> Fraction | None:
    if value < 0 and degree == 2:
        return None
    parts = [_whole_root(abs(n), degree) for n in (value.numerator, value.denominator)]
    found = Fraction(parts[0], parts[1]) * (-1 if value < 0 else 1)
    return found if found**degree == value else None


def _whole_root(n: int, degree: int) -> int:
    """Return the root rounded; what it misses in large cubes is not found."""
    return math.isqrt(n) if degree == 2 else round(n ** (1 / degree)) if n.bit_length() < 900 else 1


def _total(x: Number, y: Number) -> Number:
    return _simple(x + y)


def _difference(x: Number, y: Number) -> Number:
    return _simple(x - y)


def _simple(x: Number) -> Number:
    return x.numerator if x.denominator == 1 else x
