"""The answer of an original item that knows none: looked for once, when it is asked for."""

import copy
import dataclasses
import pickle

import pytest

from r1ci_env import reference_answer
from r1ci_env.errors import NoReferenceAnswer
from r1ci_env.registry import get_task

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


def test_the_search_has_no_more_than_its_memory(monkeypatch):
    program = "print(len(bytearray(3 << 29)))"
    monkeypatch.setattr(type(TASK), "solution_code", lambda self, problem: program)
    monkeypatch.setattr(type(TASK), "check", lambda self, problem, answer: True)
    with pytest.raises(NoReferenceAnswer):
        asked(item())
    monkeypatch.setattr(reference_answer, "MEMORY", 1 << 32)
    assert item().answer == str(3 << 29)


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
