"""What guessing earns."""

import itertools

import pytest

import r1ci_env
from r1ci_env import Problem, get_task, list_tasks
from r1ci_env.evaluation.choices import chance, options

CHOICES = {
    "BooleanExpressions": 1 / 2,
    "RansomNote": 1 / 2,
    "SalientTranslationErrorDetection": 1 / 6,
    "GeometricShapes": 1 / 13,
    "Acre": 1 / 3,
    "FormalFallacies": 1 / 2,
    "TemporalSequences": 1 / 4,
}


@pytest.mark.parametrize("name", CHOICES)
def test_one_option_in_so_many_is_right(name):
    assert {chance(get_task(name).problem(seed)) for seed in range(5)} == {CHOICES[name]}


@pytest.mark.parametrize("name", ["GCD", "Game24", "MathGeometry", "RushHour", "ComplexArithmetic"])
def test_open_questions_give_nothing_away_even_with_examples_of_answers(name):
    assert {chance(get_task(name).problem(seed)) for seed in range(5)} == {0.0}


def test_answers_of_several_parts():
    problems = [get_task("DisambiguationQA").problem(seed) for seed in range(40)]
    for problem in problems:
        assert chance(problem) == pytest.approx(3.0 ** -len(options(problem)))
    assert {len(options(problem)) for problem in problems} > {1, 2}


def test_the_chance_is_what_a_guess_from_the_options_earns():
    for name in list_tasks(split="test"):
        problem = get_task(name).problem(7)
        answers = [" ".join(chosen) for chosen in itertools.product(*options(problem)[:4])]
        if options(problem) and len(options(problem)) <= 4:
            right = [get_task(name).check(problem, answer) for answer in answers]
            assert chance(problem) == pytest.approx(sum(right) / len(right))


def test_an_original_item_that_names_no_options_has_those_of_its_task():
    problem = Problem("BooleanExpressions", 0, 1, "not ( True ) and ( True ) is", {"expression": "?"}, "False")
    assert options(problem) == [["True", "False"]]
    assert options(r1ci_env.problem("GCD:1:1")) == []
