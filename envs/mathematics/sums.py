"""Sums of monomials, the stuff that `algebra` is made of.

A sum maps monomials to rational coefficients that are not zero. A monomial is a product of powers of *generators* and
of one power of e, whose exponent is a sum again. Generators are names; what they stand for is the algebra's business.
"""

import math
from fractions import Fraction
from typing import Any, TypeVar

IMAGINARY = "_i"
Number = Fraction | int  # exponents are whole numbers wherever they can be, which hash faster
Powers = tuple[tuple[str, Number], ...]
Monomial = tuple[Powers, tuple[tuple["Monomial", Number], ...]]
Sum = dict[Monomial, Fraction]

UNIT: Monomial = ((), ())
ONE: Sum = {UNIT: Fraction(1)}
Key = TypeVar("Key")
Value = TypeVar("Value", Fraction, Number)


def accumulate(into: dict[Key, Value], key: Key, value: Value) -> None:
    """Add to an entry; entries of zero go."""
    total = into[key] + value if key in into else value
    if total:
        into[key] = total
    else:
        into.pop(key, None)


def sum_of(exponent: tuple[tuple[Monomial, Number], ...]) -> Sum:
    """Return the exponent of a monomial's power of e as a sum."""
    return {monomial: Fraction(coefficient) for monomial, coefficient in exponent}


def scaled(a: Sum, factor: Fraction | int) -> Sum:
    """Return a multiple of a sum."""
    return {monomial: c * factor for monomial, c in a.items()}


def content(a: Sum) -> Fraction:
    """Return the largest positive rational whose multiples all coefficients are."""
    values = a.values()
    return Fraction(math.gcd(*(v.numerator for v in values)), math.lcm(*(v.denominator for v in values)))


def is_imaginary(monomial: Monomial) -> bool:
    """Whether the imaginary unit is a factor."""
    return any(name == IMAGINARY for name, _ in monomial[0])


def common_monomial(a: Sum) -> Monomial:
    """Return the least power of each real generator and of e, which is a factor of all terms."""
    powers = [dict(monomial[0]) for monomial in a]
    inner = [dict(monomial[1]) for monomial in a]
    names = {name for term in powers for name in term} - {IMAGINARY}
    exponents = {monomial for term in inner for monomial in term if not is_imaginary(monomial)}
    least = ((name, min(term.get(name, 0) for term in powers)) for name in sorted(names))
    least_inner = ((monomial, min(term.get(monomial, 0) for term in inner)) for monomial in sorted(exponents))
    return tuple(pair for pair in least if pair[1]), tuple(pair for pair in least_inner if pair[1])


def without(a: Sum, common: Monomial) -> Sum:
    """Return a sum divided by a monomial whose generators occur in all of its terms or in none."""
    if common == UNIT:
        return a
    return {(_without(m[0], common[0]), _without(m[1], common[1])): c for m, c in a.items()}


def _without(factors: tuple[tuple[Key, Number], ...], common: tuple[tuple[Key, Number], ...]) -> Any:
    left = dict(factors)
    for key, power in common:
        accumulate(left, key, -power)
    return tuple(sorted((key, v.numerator if v.denominator == 1 else v) for key, v in left.items()))
