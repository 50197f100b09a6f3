"""Tasks whose answer is one of lettered options."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.answers.multiple_choice import letter, listed, read_options
from r1ci_env.errors import BadOption
from r1ci_env.registry import get_task
from r1ci_env.testing import hostile_answers

OPTIONS = ["a red ball", "A", "blue", "two (2) keys", "none of them"]


@pytest.fixture
def problem():
    task = get_task("TemporalSequences")
    return task.choice_problem(1, "What is in the box?", OPTIONS, "blue", {"box": 1})


def accepts(problem, answer):
    return get_task(problem.task).check(problem, answer)


def test_the_problem_lists_its_options(problem):
    assert problem.answer == "(C)"
    assert problem.data == {"box": 1, "options": OPTIONS}
    assert "What is in the box?\nOptions:\n(A) a red ball\n(B) A\n(C) blue\n" in problem.question
    assert "<<<(letter)>>>" in problem.question


@pytest.mark.parametrize(
    "answer",
    ["(C)", "C", "c", "(c)", "C.", "C)", "C:", "blue", "Blue", "(C) blue", "C. blue", "C) Blue.", "`(C)`", "$C$"],
)
def test_letter_text_or_both(problem, answer):
    assert accepts(problem, answer)


@pytest.mark.parametrize(
    "answer",
    [
        *("(A)", "(B)", "D", "E", "(F)", "(Z)", "a red ball", "A", "CC", "C C", "(C)(A)", "C or A", "A, C", "(C) A"),
        *(
            "(A) blue",
            "(C) a red ball",
            "blu",
            "blue ball",
            "not (C)",
            "all",
            "(AC)",
            "Ⅽ",
            "С",
            "3",
            "2",
            "()",
            "(C) (C)",
        ),
    ],
)
def test_other_answers(problem, answer):
    assert not accepts(problem, answer)


def test_hostile_answers(problem):
    assert not any(accepts(problem, answer) for answer in hostile_answers())


def test_an_option_that_looks_like_a_letter_wins():
    task = get_task("TemporalSequences")
    problem = task.choice_problem(1, "?", OPTIONS, "A", {})
    assert problem.answer == "(B)"
    assert task.check(problem, "A") and task.check(problem, "(B) A")
    assert not task.check(problem, "(A)")


TEXTS = st.lists(st.text("abc ()'123", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=26, unique=True)


@given(TEXTS)
def test_options_are_read_back(options):
    assert read_options(f"Question\nOptions:\n{listed(options)}\nAnswer with a letter.") == options


@given(TEXTS, st.randoms())
def test_letters(options, rng):
    right = rng.choice(options)
    line = next(line for line in listed(options).splitlines() if line.startswith(letter(options, right)))
    assert line == f"{letter(options, right)} {right}"


@pytest.mark.parametrize("question", ["", "Options: A, B", " (A) indented", "(a) small", "(AB) two"])
def test_a_question_without_options(question):
    with pytest.raises(BadOption):
        read_options(question)


@pytest.mark.parametrize("name", ["TemporalSequences", "DateUnderstanding", "PenguinsInATable"])
def test_exactly_one_letter_is_right(name):
    task, rng = get_task(name), random.Random(1)
    for level in range(1, 6):
        problem = task.problem(rng.randrange(1000), level)
        options = read_options(problem.question)
        letters = [letter for letter, _ in zip("ABCDEFGHIJKLMNOPQR", options, strict=False)]
        assert [f"({x})" for x in letters if task.check(problem, x)] == [problem.answer]
        assert [f"({x})" for x, option in zip(letters, options, strict=True) if task.check(problem, option)] == [
            problem.answer
        ]
