"""Statistics, against numbers worked out by hand or by brute force."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.evaluation.statistics import (
    effective_trials,
    mean_interval,
    paired_bootstrap,
    pass_at_k,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.27754),  # z²/(n + z²) = 3.8415 / 13.8415
        (10, 10, 0.72246, 1.0),
        (5, 10, 0.23659, 0.76341),
        (81, 263, 0.2553, 0.3662),  # the example of Newcombe 1998
    ],
)
def test_wilson(successes, n, low, high):
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=5e-5)


@given(st.floats(1e-3, 1e9))
def test_wilson_ends_exactly_where_none_or_all_are_right(n):
    assert wilson_interval(0, n)[0] == 0.0
    assert wilson_interval(n, n)[1] == 1.0
    assert 0 < wilson_interval(0, n)[1] < 1 and 0 < wilson_interval(n, n)[0] < 1


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_ends_of_wilson_are_where_the_score_test_rejects(case):
    successes, n = case
    for end in wilson_interval(successes, n):
        if 0 < end < 1:
            assert (successes / n - end) ** 2 == pytest.approx(1.959964**2 * end * (1 - end) / n, rel=1e-4)


@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_draws_with_a_right_one(case):
    n, correct, k = case
    draws = list(itertools.combinations([i < correct for i in range(n)], k))
    assert pass_at_k(n, correct, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_pass_at_k_needs_k_samples():
    with pytest.raises(ValueError, match="3 samples"):
        pass_at_k(3, 1, 4)


def test_samples_that_agree_are_worth_one_answer_and_independent_ones_all():
    assert effective_trials([1, 0, 1, 0], [1, 1, 1, 1]) == 4
    assert effective_trials([4, 0, 4, 0, 4, 0, 4, 0], [4] * 8) == 8
    assert effective_trials([2] * 8, [4] * 8) == 32
    assert effective_trials([0, 0], [4, 4]) == 2  # all alike says nothing of how alike
    # shares 1/4, 3/4, 1/4, 3/4: p(1-p) m (m-1) / spread = .25 * 4 * 3 / .25 = 12
    assert effective_trials([1, 3, 1, 3], [4] * 4) == pytest.approx(12)


def test_effective_trials_of_binomial_samples_are_about_all():
    correct = np.random.default_rng(0).binomial(8, 0.3, size=4_000).tolist()
    assert effective_trials(correct, [8] * 4_000) == pytest.approx(32_000, rel=0.1)


def test_the_interval_of_a_mean_adds_squared_distances():
    assert mean_interval([(0.5, 0.2, 0.9)]) == pytest.approx((0.2, 0.9))
    # distances below .3 and .4, above .3 and .4: half-widths .5 / 2
    assert mean_interval([(0.5, 0.2, 0.8), (0.5, 0.1, 0.9)]) == pytest.approx((0.25, 0.75))


def test_the_bootstrap_of_one_group_is_that_of_a_mean():
    values = np.random.default_rng(1).normal(0.2, 1.0, 400)
    low, high, p = paired_bootstrap([values.tolist()], 20_000)
    error = values.std() / math.sqrt(400)
    assert (low, high) == pytest.approx((values.mean() - 1.96 * error, values.mean() + 1.96 * error), abs=0.1 * error)
    z = values.mean() / error
    assert p == pytest.approx(math.erfc(z / math.sqrt(2)), abs=0.005)


def test_groups_weigh_alike_however_many_problems_they_have():
    low, high, p = paired_bootstrap([[1.0] * 1_000, [0.0]])
    assert (low, high, p) == (0.5, 0.5, 0.0)


def test_no_difference_is_no_finding():
    assert paired_bootstrap([[0.0] * 5, [0.0]]) == (0.0, 0.0, 1.0)


def test_the_bootstrap_says_the_same_twice():
    groups = [[1.0, 0.0, -1.0, 1.0], [0.0, 1.0]]
    assert paired_bootstrap(groups, seed=3) == paired_bootstrap(groups, seed=3)
