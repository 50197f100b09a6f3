"""Rows of data sets: they name problems, and say what they are for."""

import pytest

import r1ci_env
from r1ci_env.adapters.rows import columns, first_messages, named
from r1ci_env.held_out import held_out_problems

TASK = r1ci_env.get_task("ChainSum")
TRAINABLE = next(problem for problem in map(TASK.problem, range(100)) if not problem.held_out)
HELD_OUT = next(held_out_problems(TASK))


def test_rows_name_problems():
    assert columns(TRAINABLE, "train") == {"problem": TRAINABLE.ref, "split": "train"}
    assert named(columns(TRAINABLE, "train")) == TRAINABLE
    assert named({"problem": TRAINABLE.ref, "something": "else"}) == TRAINABLE
    (message,) = first_messages(TRAINABLE)
    assert message["role"] == "user" and TRAINABLE.question in message["content"]


def test_held_out_problems_are_for_evaluation():
    assert named(columns(HELD_OUT, "test")) == HELD_OUT
    for row in ({"problem": HELD_OUT.ref}, {"problem": HELD_OUT.ref, "split": "train"}):
        with pytest.raises(r1ci_env.R1ciError, match="held out and must not be trained on"):
            named(row)
    with pytest.raises(r1ci_env.R1ciError, match="held out and must not be trained on"):
        columns(HELD_OUT, "train")
    with pytest.raises(r1ci_env.R1ciError, match="Did you mean 'train'"):
        columns(HELD_OUT, "trian")


@pytest.mark.parametrize("row", [{}, {"problem": None}, {"problem": 3}, {"problem": "ChainSum"}, {"problem": ""}])
def test_rows_that_name_nothing(row):
    for split in ("train", "test"):
        with pytest.raises(r1ci_env.R1ciError, match="write Task:level:seed"):
            named({**row, "split": split})
