"""What is wrapped around an answer is taken off, and nothing else."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import r1ci_env
from r1ci_env import testing
from r1ci_env.testing import WRAPPERS, judged, wrapped
from r1ci_env.wrappers import MAX_CANDIDATES, candidates, unwrap


@given(st.lists(st.sampled_from(WRAPPERS), max_size=4, unique=True))
def test_what_is_wrapped_is_among_the_candidates(wrappers):
    text = "13 c"
    for wrapper in wrappers:
        text = wrapper.format(text)
    found = list(candidates(text))
    assert len(found) <= MAX_CANDIDATES
    assert "13 c" in found


@pytest.mark.parametrize("text", ["$", "``", "answers: 5", "the answers are 5", "2 * 3", "_", "**", '"', "no answer"])
def test_other_text_stays(text):
    assert list(candidates(text)) == [text]


@pytest.mark.parametrize(
    "text", ["**a** and **b**", "'a' and 'b'", "The answer is not a", "a or b", "not the answer: a", "a. b"]
)
def test_nothing_is_picked_out_of_a_text(text):
    assert "a" not in candidates(text)


@pytest.mark.parametrize("text", ["", "  \n", "\t"])
def test_nothing_is_no_candidate(text):
    assert list(candidates(text)) == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (" 42\n", "42"),
        ('"42"', "42"),
        ("**42**", "42"),
        (r"$\boxed{42}$", "42"),
        ("“quoted”", "quoted"),
        ("<<<7>>>", "7"),
        ("42.", "42."),
    ],
)
def test_unwrap(text, plain):
    assert unwrap(text) == plain


@pytest.mark.parametrize("name", r1ci_env.list_tasks())
def test_every_task_takes_its_answer_wrapped(name):
    """Random nestings of the wrappers around the right answer are accepted, around another problem's answer refused."""
    rng = random.Random(name)
    task = r1ci_env.get_task(name)
    for seed in range(4):
        problem, other = task.problem(seed), task.problem(seed + 100)
        for _ in range(6):
            spelling = wrapped(problem.answer, rng)
            assert judged(task, problem, spelling), spelling
            wrong = wrapped(other.answer, rng)
            assert judged(task, problem, wrong) == judged(task, problem, other.answer), wrong


@pytest.mark.parametrize(
    ("name", "atom"),
    [
        *(("PalindromePartitioning", '"'), ("PalindromePartitioning", "'"), ("LetterLogicDiagram", '"" \n')),
        *(("LetterLogicDiagram", "€;"), ("Pooling", ". "), ("Game2048", ". "), ("GroupAnagrams", "'")),
    ],
)
def test_layers_of_a_long_answer_are_not_read_in_vain(name, atom):
    """A long text without sense is refused within the law's time, however many readings it has."""
    task = r1ci_env.get_task(name)
    problem = task.problem(1, level=3)
    text = (atom * task.max_answer_chars)[: task.max_answer_chars]
    testing.check_hostile_answers(task, [problem], [text])
