"""The problems of both splits by number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import r1ci_env
from r1ci_env.adapters.numbered import PROBLEMS_A_TASK, NumberedProblems

NUMBERED = NumberedProblems()


def test_sizes():
    assert [NUMBERED.num_tasks(split) for split in NUMBERED.list_splits()] == [107_000, 37_000]


@given(st.integers(0, 107_000 - 1))
def test_training_problems_are_trainable_and_as_described(index):
    problem = NUMBERED.numbered_problem("train", index)
    assert not problem.held_out
    assert problem.task == NUMBERED.get_task("train", index)["task"] in r1ci_env.list_tasks(split="train")
    assert NUMBERED.numbered_problem("train", index) == problem
    assert problem.seed % PROBLEMS_A_TASK == index // 107


@given(st.integers(0, 37_000 - 1))
def test_test_problems_are_of_test_tasks(index):
    problem = NUMBERED.numbered_problem("test", index)
    assert problem.task in r1ci_env.list_tasks(split="test") and problem.seed == index // 37


def test_numbers_name_different_problems():
    refs = [NUMBERED.numbered_problem("train", 107 * n).ref for n in range(100)]
    assert len(set(refs)) == 100


def test_slices():
    tasks = NUMBERED.get_task_range("test", 35, 40)
    assert [task["index"] for task in tasks] == [35, 36, 37, 38, 39]
    assert tasks[2]["task"] == NUMBERED.get_task("test", 0)["task"]
    assert NUMBERED.get_task_range("test", -1) == [NUMBERED.get_task("test", 36_999)]
    assert len(NUMBERED.get_task_range("test")) == 37_000
    assert len(NUMBERED.list_tasks("train")) == 100


def test_mistakes_are_told():
    for index in (-1, 37_000):
        with pytest.raises(IndexError, match="test has problems 0 to 36999"):
            NUMBERED.get_task("test", index)
    with pytest.raises(r1ci_env.R1ciError, match="index must be an integer"):
        NUMBERED.numbered_problem("test", 1.5)
    with pytest.raises(r1ci_env.R1ciError, match="Did you mean 'train'"):
        NUMBERED.num_tasks("trian")
