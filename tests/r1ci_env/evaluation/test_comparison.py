"""Two runs side by side."""

import pytest

from r1ci_env.errors import BadOption
from r1ci_env.evaluation.comparison import compare
from tests.r1ci_env.evaluation.records import fault, made


def test_tasks_count_alike_and_only_shared_problems_count():
    first = [made(f"GCD:1:{i}", i < 2) for i in range(4)] + [made("LCM:1:0", False), made("Game24:1:0", True)]
    second = [made(f"GCD:1:{i}", i < 3) for i in range(4)] + [made("LCM:1:0", True), fault("Game24:1:0")]
    second += [made("GCD:2:9", True), made("GCD:2:8", True)]
    found = compare(first, second)
    gcd, lcm = found.tasks
    assert (gcd.name, gcd.problems, gcd.first, gcd.second, gcd.difference) == ("GCD", 4, 0.5, 0.75, 0.25)
    assert (gcd.better, gcd.worse, lcm.better) == (1, 0, 1)
    assert (lcm.difference, lcm.low, lcm.high, lcm.p) == (1.0, 1.0, 1.0, 0.0)
    assert (found.all.difference, found.all.first, found.all.second) == (0.625, 0.25, 0.875)
    assert (found.only_first, found.only_second) == (1, 2)
    assert found.all.low <= found.all.difference <= found.all.high


def test_pairing_sees_what_two_intervals_do_not():
    first = [made(f"GCD:1:{i}", i % 2 == 0) for i in range(200)]
    second = [made(f"GCD:1:{i}", i % 2 == 0 or i < 20) for i in range(200)]
    found = compare(first, second).all
    assert found.difference == pytest.approx(0.05)
    assert found.low > 0
    assert found.p < 0.01
    assert compare(first, first).all.p == 1.0


def test_the_other_way_round_is_the_opposite():
    first = [made(f"GCD:1:{i}", i % 3 == 0) for i in range(30)]
    second = [made(f"GCD:1:{i}", i % 2 == 0) for i in range(30)]
    one, two = compare(first, second).all, compare(second, first).all
    assert one.difference == -two.difference
    assert (one.better, one.worse) == (two.worse, two.better)


def test_samples_of_a_problem_are_one_pair():
    first = [made("GCD:1:1", i == 0, i) for i in range(4)]
    found = compare(first, [made("GCD:1:1", True)]).all
    assert (found.problems, found.first, found.second) == (1, 0.25, 1.0)


def test_nothing_in_common():
    with pytest.raises(BadOption, match="no problem in common"):
        compare([made("GCD:1:1")], [made("GCD:1:2"), fault("GCD:1:1")])
