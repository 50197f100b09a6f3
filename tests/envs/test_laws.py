"""Every law of `r1ci_env.testing`, for every task of the registry."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import r1ci_env
from r1ci_env import testing
from r1ci_env.registry import get_task, list_tasks

TASKS = list_tasks()
PER_TASK = 10  # problems a task, two a level
PROGRAMS = 5 * int(os.environ.get("R1CI_PROGRAMS", "0"))
"""Problems a task on which `make test-programs` tries the laws of solvers and programs, if those are more."""

every_task = pytest.mark.parametrize("name", TASKS)


def problems(name, count=PER_TASK):
    return testing.sample_problems(get_task(name), count)


@every_task
def test_documented(name):
    testing.check_documented(get_task(name))


@every_task
def test_shape(name):
    testing.check_problem_shape(get_task(name), problems(name))


@every_task
def test_answer_accepted(name):
    testing.check_answer_accepted(get_task(name), problems(name, 25))


@every_task
def test_wrong_answers_rejected(name):
    testing.check_wrong_answers_rejected(get_task(name), problems(name))


@every_task
def test_hostile_answers_rejected(name):
    testing.check_hostile_answers(get_task(name), problems(name, 5))


@every_task
def test_no_constant_answer(name):
    testing.check_no_constant_answer(get_task(name), problems(name, 60))


@every_task
def test_levels_grow(name):
    testing.check_levels(get_task(name), per_level=10)


@every_task
def test_distinct(name):
    testing.check_distinct(get_task(name))


@every_task
def test_solver(name):
    testing.check_solver(get_task(name), problems(name, max(PER_TASK, PROGRAMS)))


@every_task
def test_reading(name):
    testing.check_reading(get_task(name), problems(name, max(PER_TASK, PROGRAMS)))


@every_task
def test_second_method(name):
    testing.check_second_method(get_task(name), problems(name, max(25, PROGRAMS)))


@every_task
def test_program_text(name):
    testing.check_program_text(get_task(name), problems(name, max(25, PROGRAMS)))


@every_task
def test_programs(name, sandbox):
    testing.check_programs(get_task(name), problems(name, max(5, PROGRAMS)), sandbox)


@every_task
def test_gymnasium(name):
    testing.check_gymnasium(get_task(name).row.env_id)


@every_task
@settings(max_examples=25)
@given(text=st.text(max_size=200) | st.from_regex(r"[-+*/().,0-9a-zA-Z \[\]]{0,60}", fullmatch=True))
def test_check_never_raises_and_never_pays_for_noise(name, text):
    task = get_task(name)
    problem = task.problem(0, level=1)
    right = testing.judged(task, problem, text)  # which lets no fault of the task through
    assert task.check(problem, text) is right
    if right:  # noise may hit a short answer; then it says the same thing in other clothes
        digits = "".join(c for c in text if c.isalnum()).lower()
        assert digits, f"{problem.ref} accepts {text!r}"


@every_task
@settings(max_examples=10)
@given(seed=st.integers(-(2**63), 2**63), level=st.integers(1, 5))
def test_any_seed_makes_a_problem_whose_answer_is_right(name, seed, level):
    task = get_task(name)
    problem = task.problem(seed, level)
    assert task.check(problem, problem.answer), problem.ref
    assert r1ci_env.problem(problem.ref) == problem


def test_other_processes_make_the_same_problems():
    refs = [f"{name}:{level}:{seed}" for name in TASKS for level, seed in ((1, 7), (3, 8), (5, 9))]
    testing.check_reproducible(get_task(TASKS[0]), refs)


def test_problems_are_those_of_the_released_version(root):
    """A digest that differs means that a task's problems changed: give its id a new version, or run `make digests`."""
    committed = json.loads((root / "tests" / "envs" / "digests.json").read_text())
    found = {name: testing.problems_digest(testing.sample_problems(get_task(name), 20)) for name in TASKS}
    assert found == {name: committed.get(name, "not committed") for name in TASKS}


@every_task
def test_module_runs_nothing_and_draws_from_its_own_rng(name):
    testing.check_module(get_task(name))
