"""Hypotheses of the tasks that have some: refuted by what the question tells, all but the last, which is right."""

from dataclasses import replace

import pytest

from r1ci_env.programs import MAX_CHARS, MAX_LINES
from r1ci_env.registry import get_task, list_tasks
from r1ci_env.task import Task

NAMES = [name for name in list_tasks() if type(get_task(name)).hypotheses is not Task.hypotheses]


def test_many_training_tasks_and_no_test_task_have_some():
    assert set(NAMES) <= set(list_tasks(split="train"))
    assert len(NAMES) >= 11  # at most half of a task's demonstrations: fewer would not make up 5 %


@pytest.mark.parametrize("name", NAMES)
def test_all_but_the_last_are_refuted_and_the_last_is_right(name, sandbox):
    task, several = get_task(name), 0
    problems = [task.problem(seed, level) for level in (1, 2, 3) for seed in range(4)]
    for problem in problems:
        *wrong, right = task.hypotheses(problem) or [""]
        several += bool(wrong)
        for program in wrong:
            result = sandbox.run(program)
            assert result.status == "ok" and result.stdout.startswith("fails on "), problem.ref
            assert not task.check(problem, result.stdout), problem.ref
        if right:
            assert task.check(problem, sandbox.run(right).stdout), problem.ref
        for program in (*wrong, right):
            assert len(program) <= MAX_CHARS and program.count("\n") <= MAX_LINES, problem.ref
        assert len({*wrong, right}) == len(wrong) + 1, problem.ref
    assert several >= 0.7 * len(problems)


@pytest.mark.parametrize("name", NAMES)
def test_they_come_from_the_question_alone(name):
    task = get_task(name)
    for level in (1, 2, 3):
        problem = task.problem(11, level)
        blind = replace(problem, seed=0, data={}, answer="unknown")
        assert task.hypotheses(blind) == task.hypotheses(problem)


@pytest.mark.parametrize("name", NAMES)
def test_hard_problems_have_right_ones_or_none(name, sandbox):
    task = get_task(name)
    for level in (4, 5):
        problem = task.problem(3, level)
        *wrong, right = task.hypotheses(problem) or [""]
        assert all(sandbox.run(program).stdout.startswith("fails on ") for program in wrong), problem.ref
        assert not right or task.check(problem, sandbox.run(right).stdout), problem.ref
