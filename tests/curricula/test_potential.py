"""The theory of docs/curricula.md, by enumeration of all groups, in exact fractions where there are no roots."""

import math
from fractions import Fraction
from itertools import pairwise, product

import pytest

from r1ci_env.curricula.potential import (
    binomial,
    divided_gradient,
    gradient_second_moment,
    group_gradient,
    hoeffding_bound,
    mean_gradient,
    potential,
    signal_share,
    unbiased_variance,
)
from r1ci_env.curricula.staged import BOUNDS

SIZES = range(2, 17)
RATES = [Fraction(n, 100) for n in (1, 5, 10, 30, 50, 77, 95)]


def mean(value, p, group):
    """Return the mean of a value of the number of right answers."""
    return sum(binomial(p, group, k) * value(k) for k in range(group + 1))


@pytest.mark.parametrize("group", range(2, 7))
def test_the_gradient_of_a_group_is_its_variance(group):
    """From the definition: advantages times scores, over every sequence of outcomes; the success rate cancels."""
    for outcomes in product((0, 1), repeat=group):
        centre = Fraction(sum(outcomes), group)
        for p in RATES:
            gradient = sum((r - centre) * (r - p) for r in outcomes) / group
            assert gradient == group_gradient(sum(outcomes), group)
        deviation = math.sqrt(sum((r - centre) ** 2 for r in outcomes) / group)
        divided = deviation and float(group_gradient(sum(outcomes), group)) / deviation
        assert divided == pytest.approx(divided_gradient(sum(outcomes), group), abs=1e-12)


@pytest.mark.parametrize("group", SIZES)
def test_the_mean_gradient_is_the_potential_less_one_part_in_the_group(group):
    """Lemma C.1."""
    for p in RATES:
        exact = mean(lambda k: group_gradient(k, group), p, group)
        assert exact == mean_gradient(p, group) == (1 - Fraction(1, group)) * p * (1 - p)
        assert float(exact) == pytest.approx(mean_gradient(float(p), group), abs=1e-12)


@pytest.mark.parametrize("group", SIZES)
def test_the_second_moment_of_the_gradient_rises_with_the_potential(group):
    """Proposition 2, without an approximation."""
    moments = []
    for p in RATES:
        exact = mean(lambda k: group_gradient(k, group) ** 2, p, group)
        assert exact == gradient_second_moment(p, group)
        assert float(exact) == pytest.approx(gradient_second_moment(float(p), group), abs=1e-12)
        moments.append((p * (1 - p), exact))
    fine = sorted({(p * (1 - p), gradient_second_moment(p, group)) for p in (Fraction(n, 200) for n in range(101))})
    for pairs in (sorted(set(moments)), fine):
        assert all(a[1] < b[1] for a, b in pairwise(pairs))


@pytest.mark.parametrize("group", SIZES)
def test_nothing_is_learnt_at_the_ends(group):
    """Corollary C.1."""
    for p in (Fraction(0), Fraction(1)):
        assert mean_gradient(p, group) == gradient_second_moment(p, group) == signal_share(p, group) == 0
    for small in (Fraction(1, 10**k) for k in range(1, 7)):
        assert gradient_second_moment(small, group) < mean_gradient(small, group) < small


@pytest.mark.parametrize("answers", range(2, 31))
def test_the_estimate_of_the_variance_has_no_bias(answers):
    for p in RATES:
        assert mean(lambda k: unbiased_variance(k, answers), p, answers) == p * (1 - p)
        biased = mean(lambda k: potential(k, answers) / 4, p, answers)
        assert biased == (1 - Fraction(1, answers)) * p * (1 - p)


@pytest.mark.parametrize("answers", [1, 5, 20, 100])
@pytest.mark.parametrize("error", [0.05, 0.1, 0.2, 0.4])
def test_hoeffding_bounds_the_error_of_an_estimate(answers, error):
    """Lemma C.2, against the exact probability of so large an error."""
    for p in RATES:
        off = sum(float(binomial(p, answers, k)) for k in range(answers + 1) if abs(k / answers - float(p)) >= error)
        assert off <= hoeffding_bound(answers, error)
    assert hoeffding_bound(20, 0.2) == pytest.approx(2 * math.exp(-1.6))


@pytest.mark.parametrize("group", SIZES)
def test_groups_without_signal_are_those_all_alike(group):
    for p in RATES:
        assert signal_share(p, group) == mean(lambda k: int(0 < k < group), p, group)


def test_a_group_of_five_loses_most_groups_at_a_tenth():
    """The paper's group size; eight and sixteen for comparison."""
    lost = [round(100 * float(1 - signal_share(Fraction(1, 10), group))) for group in (5, 8, 16)]
    assert lost == [59, 43, 19]


@pytest.mark.parametrize(
    ("p", "shares"),
    [
        (Fraction(1, 5), (0.59, 0.21, 0.14, 0.07)),
        (Fraction(1, 10), (0.13, 0.19, 0.29, 0.39)),
        (Fraction(1, 20), (0.02, 0.06, 0.19, 0.74)),
    ],
)
def test_twenty_answers_are_coarse(p, shares):
    """How likely a problem of a success rate is measured into each of the paper's groups."""
    found = [0.0] * 4
    for k in range(21):
        found[sum(potential(k, 20) < bound for bound in BOUNDS)] += float(binomial(p, 20, k))
    assert found == pytest.approx(shares, abs=0.005)


def test_the_exponent_of_the_gain_depends_on_the_loss():
    """Success rises by p(1 - p) times the gradient: quadratic in p(1 - p) as it is, nearly 3/2 when it is divided."""
    group = 16
    for p in (0.1, 0.2, 0.3, 0.5):
        raw = mean(lambda k: float(group_gradient(k, group)), p, group) * p * (1 - p)
        divided = mean(lambda k: divided_gradient(k, group), p, group) * p * (1 - p)
        assert raw == pytest.approx((1 - 1 / group) * (p * (1 - p)) ** 2, abs=1e-12)
        assert divided == pytest.approx((p * (1 - p)) ** 1.5, rel=0.15)
