"""The answer of an original item that knows none: looked for once, when it is asked for."""

import copy
import dataclasses
import pickle

import pytest

from r1ci_env import reference_answer
from r1ci_env.errors import NoReferenceAnswer
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

TASK = get_task("EightQueens")
SOLVABLE = TASK.problem(3, level=2)


def item(question=SOLVABLE.question, gold=None):
    return TASK.official_problem(question, {"board": SOLVABLE.data["board"]}, gold=gold)


def asked(problem):
    return problem.answer


def test_the_gold_is_the_answer_where_it_is_right():
    assert item(gold=SOLVABLE.answer).known_answer == SOLVABLE.answer
    assert item(gold="0 0, 1 1").known_answer is None


def test_it_is_looked_for_once(monkeypatch):
    problem = item()
    assert problem.known_answer is None
    assert TASK.check(problem, problem.answer)
    monkeypatch.setattr(reference_answer, "find_answer", None)
    assert problem.answer == problem.known_answer


def test_none_is_found(monkeypatch):
    with pytest.raises(NoReferenceAnswer, match="within 10 s"):
        asked(item("no board in here"))
    monkeypatch.setattr(reference_answer, "SECONDS", 0.001)
    with pytest.raises(NoReferenceAnswer):
        asked(item())


HUNGRY = """
from r1ci_env import Task

class Hungry(Task):
    def generate(self, rng, level):
        return self.new_problem(level, "?", {}, "1")

    def accepts(self, problem, answer):
        return answer == str(3 << 29)

def read(question):
    return {"size": int(question)}

def solve(size):
    return str(len(bytearray(size)))
"""


def test_the_solver_runs_in_a_process_of_its_own_that_has_no_more_than_its_memory(monkeypatch, tmp_path):
    (tmp_path / "hungry.py").write_text(HUNGRY)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(NoReferenceAnswer):
        asked(Problem("hungry:Hungry", 0, 0, str(3 << 29), {}, None))
    monkeypatch.setattr(reference_answer, "MEMORY", 1 << 33)
    assert asked(Problem("hungry:Hungry", 0, 0, str(3 << 29), {}, None)) == str(3 << 29)


def test_an_answer_is_found_where_no_program_is_shown(monkeypatch):
    monkeypatch.setattr(type(TASK), "program", lambda self, problem: None)
    assert TASK.check(item(), item().answer)


def test_copies_ask_for_no_answer(monkeypatch):
    monkeypatch.setattr(reference_answer, "find_answer", None)
    problem = item()
    for other in (
        pickle.loads(pickle.dumps(problem)),
        copy.copy(problem),
        copy.deepcopy(problem),
        dataclasses.replace(problem, answer=problem.known_answer),
    ):
        assert other == problem and other.known_answer is None
    assert "EightQueens" in repr(problem)
    with pytest.raises(AttributeError, match="'answr'"):
        print(problem.answr)
