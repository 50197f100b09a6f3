"""Exact sums of square roots and pi, against sympy."""

import random
from fractions import Fraction

import pytest
import sympy

from r1ci_env.envs.mathematics import exact


def expression(rng, sqrt, pi, depth=3):
    """The same random expression in either algebra."""
    if depth == 0:
        kind, n = rng.choice("rsp"), rng.randint(1, 60)
        return Fraction(n, rng.randint(1, 9)) if kind == "r" else sqrt(n) if kind == "s" else n * pi
    left = expression(rng, sqrt, pi, depth - 1)
    right = expression(rng, sqrt, pi, depth - 1)
    number = rng.randint(1, 12)
    match rng.randrange(5):
        case 0:
            return left + right
        case 1:
            return left - right
        case 2:
            return left * right
        case 3:
            return left / number
        case _:
            return right + number / sqrt(number)


@pytest.mark.parametrize("seed", range(40))
def test_values_are_those_of_sympy(seed):
    ours = expression(random.Random(seed), exact.sqrt, exact.pi)
    theirs = expression(random.Random(seed), sympy.sqrt, sympy.pi)
    written = sympy.sympify(str(ours)) if isinstance(ours, exact.Exact) else ours
    assert sympy.expand(written - theirs) == 0


@pytest.mark.parametrize("number", [0, -1, Fraction(-1, 2)])
def test_only_positive_numbers_have_a_root(number):
    with pytest.raises(ValueError):
        exact.sqrt(number)


def test_roots_are_free_of_squares():
    assert str(exact.sqrt(52)) == "2*sqrt(13)" and str(exact.sqrt(Fraction(2, 3))) == "sqrt(6)/3"
    assert str(16 - 4 * exact.pi) == "16 - 4*pi" and str(3 / exact.sqrt(3)) == "sqrt(3)"
