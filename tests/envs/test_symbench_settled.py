"""What the questions of SymBench tasks settle, and what their surface must not give away."""

import re

import pytest

from r1ci_env.registry import get_task


def problems(name, level, count=150):
    return [get_task(name).problem(seed, level) for seed in range(count)]


@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_two_cards_beat_each_other(level):
    for problem in problems("ConstrainedLinearArrangement", level):
        wins = {(a, b) for a, b in problem.data["beats"]}
        assert not wins & {(b, a) for a, b in wins}, problem.ref


def test_the_rules_in_words_give_the_results():
    """Elements read from their sentences alone: what overcomes wins, what generates loses, anything else is a draw."""
    seen = 0
    for problem in problems("ConstrainedLinearArrangement", 1, 300):
        wins = set(re.findall(r"(\w) overcomes (\w)", problem.question))
        loses = set(re.findall(r"(\w) generates (\w)", problem.question))
        if wins:
            seen += 1
            for own, other, result in zip(
                problem.data["own"], problem.answer.split(","), problem.data["results"], strict=True
            ):
                said = [(own, other) in wins or (other, own) in loses, (own, other) in loses or (other, own) in wins]
                assert said == [result == "win", result == "loss"], problem.ref
    assert seen > 30


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_lights_as_shown_are_never_the_answer(level):
    for problem in problems("LightPuzzles", level):
        shown = "".join(re.findall(r"^[01]+$", problem.question, re.M))
        assert not get_task("LightPuzzles").check(problem, ",".join(shown)), problem.ref


@pytest.mark.parametrize("level", [1, 3, 5])
def test_every_method_is_listed_once(level):
    for problem in problems("SynthesisDecomposition", level, 60):
        methods = re.findall(r"^Method \d+: (.*)$", problem.question, re.M)
        assert len(set(methods)) == len(methods), problem.ref


def test_no_placing_of_queens_fits_most_boards():
    found = problems("EightQueens", 1)
    for guess in {problem.answer for problem in found[:30]}:
        assert sum(get_task("EightQueens").check(problem, guess) for problem in found) < 0.3 * len(found)


@pytest.mark.parametrize("name", ["StatisticalCounting", "MatrixTransformation"])
def test_wording(name):
    for level in range(1, 6):
        for problem in problems(name, level, 30):
            assert not re.search(r"\b1 points| $|more [A-Z]\b(?!')|column\)\n", problem.question, re.M), problem.ref
            assert "Then rotate" not in problem.question or re.search(r"Then rotate .*\.\n", problem.question)
