"""What is kept for evaluation, by question."""

from hashlib import sha256
from itertools import islice

import pytest

from r1ci_env.errors import R1ciError
from r1ci_env.held_out import held_out_problems, held_out_set
from r1ci_env.registry import get_task, list_tasks


@pytest.mark.parametrize("name", ["Game24", "NumberMultiply", "WordSorting"])
def test_an_eighth_of_the_questions_of_a_training_task(name):
    problems = [get_task(name).problem(seed) for seed in range(600)]
    for problem in problems:
        assert problem.held_out == (int(sha256(problem.question.encode()).hexdigest(), 16) % 8 == 0)
    assert 0.07 < sum(p.held_out for p in problems) / len(problems) < 0.18


def test_everything_of_the_test_tasks():
    assert all(get_task(name).problem(seed).held_out for name in list_tasks(split="test")[:8] for seed in range(5))


def test_only_these_are_drawn_and_none_twice():
    found = list(islice(held_out_problems(get_task("ChainSum"), [1, 2], 7), 40))
    assert all(p.held_out for p in found)
    assert len({p.question for p in found}) == 40
    assert [p.level for p in found[:4]] == [1, 2, 1, 2]
    assert found == list(islice(held_out_problems(get_task("ChainSum"), [1, 2], 7), 40))


def test_the_validation_tasks_are_training_tasks():
    assert len(list_tasks(split="validation")) == 12
    assert set(list_tasks(split="validation")) < set(list_tasks(split="train"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"per_task": -1}, "per_task must be at least 0"),
        ({"per_task": "ten"}, "per_task must be an integer"),
        ({"split": "tset"}, "Did you mean 'test'"),
        ({"tasks": "LCMM"}, "Did you mean 'LCM'"),
        ({"tasks": "LCM", "levels": 9}, "levels 1 to 5, not 9"),
    ],
)
def test_a_set_that_can_not_be_is_refused(options, message):
    with pytest.raises(R1ciError, match=message):
        held_out_set(**options)
