"""Constants in floats, to tell their signs and to guess what is then proved exactly; never to call two values equal."""

import cmath
import math
from collections.abc import Mapping
from fractions import Fraction

from r1ci_env.envs.mathematics.sums import IMAGINARY, Sum
from r1ci_env.errors import BadAnswer

DOUBT = 1e-6
"""A sum smaller than this share of its terms could be zero, as far as floats can tell."""


def approximate(a: Sum, arguments: Mapping[str, tuple[Sum, Sum]]) -> complex | None:
    """Return the value of a constant, or None for a sum that holds variables or is out of the range of floats.

    Args:
        a: The sum.
        arguments: What the names of functions stand for, as the tops and bottoms of quotients.

    Raises:
        BadAnswer: its terms cancel, so that its sign is in doubt.
    """
    try:
        return _sum(a, arguments)
    except (KeyError, OverflowError, ZeroDivisionError, ValueError):
        return None


def _sum(a: Sum, arguments: Mapping[str, tuple[Sum, Sum]]) -> complex:
    total, scale = 0j, 0.0
    for (powers, inner), coefficient in a.items():
        exponent = sum((float(c) * _sum({monomial: Fraction(1)}, arguments) for monomial, c in inner), 0j)
        term = float(coefficient) * cmath.exp(exponent)
        for name, power in powers:
            term *= _generator(name, arguments) ** float(power)
        total += term
        scale += abs(term)
    if abs(total) <= DOUBT * scale:
        raise BadAnswer("a constant whose sign is in doubt")
    return complex(total.real, 0.0 if abs(total.imag) <= DOUBT * scale else total.imag)


def _generator(name: str, arguments: Mapping[str, tuple[Sum, Sum]]) -> complex:
    if name in ("pi", IMAGINARY):
        return math.pi if name == "pi" else 1j
    if name.isdecimal():
        return float(name)
    top, bottom = arguments[name]  # a KeyError for a variable
    value = (_sum(top, arguments) if top else 0j) / _sum(bottom, arguments)
    match name[:4]:
        case "asin":
            return cmath.asin(value)
        case "atan":
            return cmath.atan(value)
        case _ if name.startswith("log"):
            return math.log(abs(value))
    return abs(value) if name[0] == "|" else value
