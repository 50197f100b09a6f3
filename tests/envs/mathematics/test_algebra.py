"""Exact algebra on sums and quotients."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1ci_env.envs.mathematics.algebra import MAX_EXPONENT, MAX_ROOT, Algebra
from r1ci_env.envs.mathematics.sums import IMAGINARY
from r1ci_env.errors import BadAnswer

HALF = Fraction(1, 2)
SMALL = st.fractions(-50, 50, max_denominator=50)


def polynomial(algebra, coefficients):
    """The sum of c * x**i, by repeated multiplication."""
    x, value = algebra.name("x"), algebra.number(0)
    for c in reversed(coefficients):
        value = algebra.add(algebra.times(value, x), algebra.number(c))
    return value


@given(SMALL, SMALL, st.integers(-6, 6))
def test_rational_arithmetic_agrees_with_fractions(a, b, n):
    algebra = Algebra()
    p, q = algebra.number(a), algebra.number(b)
    assert algebra.add(p, q).value == a + b
    assert algebra.times(p, q).value == a * b
    assert algebra.negative(p).value == -a
    assert algebra.absolute(p).value == abs(a)
    assert algebra.equal(p, q) == (a == b)
    if b:
        assert algebra.divide(p, q).value == a / b
        assert algebra.power(q, algebra.number(n)).value == b**n


@given(SMALL.filter(bool), SMALL.filter(bool))
def test_square_roots_multiply(a, b):
    algebra = Algebra()

    def root(value):
        return algebra.power(algebra.number(value), algebra.number(HALF))

    a, b = abs(a), abs(b)
    product = algebra.times(root(a), root(b))
    assert algebra.equal(product, root(a * b))
    assert not algebra.equal(product, root(a * b + 1))
    assert not algebra.equal(product, algebra.negative(root(a * b)))
    assert algebra.power(root(a), algebra.number(2)).value == a


@given(st.integers(1, 60), st.integers(1, 60), st.integers(2, MAX_ROOT))
def test_roots_of_powers(a, b, n):
    algebra = Algebra()
    root = algebra.power(algebra.number(Fraction(a, b) ** n), algebra.number(Fraction(1, n)))
    assert root.value == Fraction(a, b)


@given(st.lists(st.integers(-9, 9), max_size=6))
def test_derivative_of_a_polynomial(coefficients):
    algebra = Algebra()
    derivative = algebra.derivative(polynomial(algebra, coefficients), "x")
    wanted = [i * c for i, c in enumerate(coefficients)][1:]
    assert algebra.equal(derivative, polynomial(algebra, wanted))
    assert not algebra.equal(derivative, polynomial(algebra, [*wanted, *[0] * (6 - len(wanted)), 1]))


@settings(max_examples=50)
@given(*[st.lists(st.integers(-5, 5), min_size=1, max_size=4)] * 2)
def test_derivative_of_a_quotient(top, bottom):
    algebra = Algebra()
    u, v = (polynomial(algebra, [*c, 1]) for c in (top, bottom))
    du, dv = (algebra.derivative(p, "x") for p in (u, v))
    rule = algebra.add(algebra.times(du, v), algebra.negative(algebra.times(u, dv)))
    rule = algebra.divide(rule, algebra.times(v, v))
    assert algebra.equal(algebra.derivative(algebra.divide(u, v), "x"), rule)


@settings(max_examples=50)
@given(st.integers(-6, 6), st.integers(-6, 6).filter(bool))
def test_trigonometric_identities(a, b):
    algebra = Algebra()
    angle = algebra.add(algebra.times(algebra.number(a), algebra.name("x")), algebra.number(b))
    sine, cosine = algebra.sine(angle), algebra.cosine(angle)
    squares = algebra.add(algebra.times(sine, sine), algebra.times(cosine, cosine))
    assert algebra.equal(squares, algebra.number(1))
    double = algebra.sine(algebra.times(algebra.number(2), angle))
    assert algebra.equal(double, algebra.times(algebra.number(2), algebra.times(sine, cosine)))
    assert not algebra.equal(sine, algebra.sine(algebra.negative(angle)))
    assert algebra.equal(cosine, algebra.cosine(algebra.negative(angle)))


@pytest.mark.parametrize(
    ("sixths", "sine"), [(0, 0), (1, HALF), (2, None), (3, 1), (4, None), (5, HALF), (6, 0), (7, -HALF)]
)
def test_sines_of_sixths_of_a_half_turn(sixths, sine):
    algebra = Algebra()
    value = algebra.sine(algebra.times(algebra.number(Fraction(sixths, 6)), algebra.name("pi")))
    if sine is None:
        assert algebra.equal(algebra.times(value, value), algebra.number(Fraction(3, 4)))
    else:
        assert algebra.equal(value, algebra.number(sine))


@pytest.mark.parametrize("power", range(-5, 6))
def test_powers_of_the_imaginary_unit(power):
    algebra = Algebra()
    value = algebra.power(algebra.name(IMAGINARY), algebra.number(power))
    wanted = [algebra.number(1), algebra.name(IMAGINARY)][power % 2]
    assert algebra.equal(value, algebra.negative(wanted) if power % 4 > 1 else wanted)


def test_logarithms_become_sums_and_undo_exponentials():
    algebra = Algebra()
    x, two = algebra.name("x"), algebra.number(2)
    assert algebra.equal(
        algebra.log(algebra.times(algebra.number(12), algebra.times(x, x))),
        algebra.add(algebra.log(algebra.number(3)), algebra.times(two, algebra.add(algebra.log(two), algebra.log(x)))),
    )
    next_to = algebra.add(x, algebra.number(1))
    assert algebra.equal(algebra.exp(algebra.times(two, algebra.log(next_to))), algebra.times(next_to, next_to))
    assert algebra.equal(algebra.log(algebra.exp(x)), x)


def test_bounds():
    algebra = Algebra()
    x, one = algebra.name("x"), algebra.number(1)
    for attempt in (
        lambda: algebra.number(1 << 9_000),
        lambda: algebra.divide(x, algebra.number(0)),
        lambda: algebra.power(algebra.number(0), algebra.number(-1)),
        lambda: algebra.power(algebra.number(0), algebra.number(-HALF)),
        lambda: algebra.power(x, algebra.number(MAX_EXPONENT + 1)),
        lambda: algebra.power(x, algebra.number(Fraction(1, MAX_ROOT + 1))),
        lambda: algebra.power(algebra.number(10**200), algebra.number(MAX_EXPONENT)),
        lambda: algebra.power(algebra.number(-2), algebra.number(Fraction(1, 4))),
        lambda: algebra.power(algebra.number(10**60 + 7), algebra.number(HALF)),
        lambda: algebra.log(algebra.number(0)),
        lambda: algebra.exp(algebra.exp(algebra.exp(x))),
        lambda: algebra.power(algebra.add(x, one), algebra.number(MAX_EXPONENT)),
    ):
        with pytest.raises(BadAnswer):
            attempt()


def test_the_budget_of_work_is_spent_once():
    algebra = Algebra(work=100)
    x = algebra.add(algebra.name("x"), algebra.number(1))
    with pytest.raises(BadAnswer):
        for _ in range(100):
            algebra.times(x, x)
    with pytest.raises(BadAnswer):
        algebra.times(x, x)


def test_factors_of_zero_do_not_make_zero_over_zero():
    """Roots of u, v and u*v depend on each other: their sums can multiply to zero without being zero in form."""
    algebra = Algebra()

    def root(a):
        return algebra.power(a, algebra.number(HALF))

    u, v = (algebra.add(algebra.name("x"), algebra.number(i)) for i in (1, 2))
    product, other = algebra.times(root(u), root(v)), root(algebra.times(u, v))
    zero, twice = algebra.add(product, algebra.negative(other)), algebra.add(product, other)
    assert not algebra.times(zero, twice).top
    with pytest.raises(BadAnswer):
        algebra.divide(algebra.divide(algebra.number(0), zero), twice)
