"""What the mathematical questions say, and that their stories are possible."""

import re

import pytest

from r1ci_env import get_task


def stories(level, pattern):
    """The stories of GsmHard that match, with the numbers in their brackets as integers."""
    task = get_task("GsmHard")
    questions = (task.problem(seed, level=level).question for seed in range(150))
    return [[int(n) for n in found] for question in questions for found in re.findall(pattern, question)]


@pytest.mark.parametrize("level", range(1, 6))
def test_nobody_is_older_than_a_hundred(level):
    for more, together in stories(level, r"is (\d+) years older than \w+, and together they are (\d+) years old"):
        assert 0 < more < together <= 200 - more
    for times, years, together in stories(
        level, r"is (\d+) times as old as \w+\. In (\d+) years the sum of their ages will be (\d+)"
    ):
        assert 0 < times * (together - 2 * years) / (times + 1) <= 100


@pytest.mark.parametrize("level", range(1, 6))
def test_cyclists_and_cars_go_at_speeds_that_they_can(level):
    for bicycle, car in stories(level, r"cycles off at (\d+) kilometers an hour.*? by car at (\d+) kilometers"):
        assert bicycle <= 40 and bicycle < car <= 140


@pytest.mark.parametrize("name", ["Game24", "Countdown"])
def test_minus_signs_are_allowed_where_they_count(name):
    task = get_task(name)
    problem = task.problem(0, level=1)
    assert "use minus signs" in problem.question
    assert task.check(problem, f"-(-({problem.answer}))")


def test_combinatorial_calculation_forbids_the_signs_that_do_not_count():
    task = get_task("CombinatorialCalculation")
    problem = task.problem(0, level=1)
    assert "no sign in front of a number" in problem.question
    assert not task.check(problem, f"-(-({problem.answer}))")
