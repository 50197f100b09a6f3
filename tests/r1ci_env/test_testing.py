"""The conformance kit finds what is broken."""

import importlib
import random
import sys

import pytest

from r1ci_env import get_task
from r1ci_env.errors import CheckFailed
from r1ci_env.task import Task
from r1ci_env.testing import LawBroken, check_module, check_programs, check_task, hostile_answers


class Sum(Task):
    """Add two numbers.

    Description:
        A sum.

    Answer format:
        An integer.

    Levels:
        Digits.

    Check:
        Equality.

    Source and deviations:
        None.
    """

    def generate(self, rng, level):
        a, b = rng.randrange(10 ** (level + 2)), rng.randrange(10 ** (level + 2))
        return self.new_problem(level, f"{a} + {b} = <<<integer>>>", {"sum": a + b}, str(a + b))

    def accepts(self, problem, answer):
        from r1ci_env.envs.answers import integer

        return integer(answer) == problem.data["sum"]


def test_a_sound_task_passes():
    report = check_task(Sum())
    assert report.ok
    assert report.solver == "none"
    assert report.distinct == 200


def broken(**methods):
    return type("Broken", (Sum,), {"__doc__": Sum.__doc__, **methods})()


def drifting(self, rng, level):
    return Sum.generate(self, random.Random(), level)


def narrow(self, rng, level):
    return Sum.generate(self, random.Random(rng.randrange(50)), level)


def same_size(self, rng, level):
    return Sum.generate(self, rng, 1)


def answerless(self, rng, level):
    return self.new_problem(level, "What? <<<>>>", {}, "")


def formless(self, rng, level):
    return self.new_problem(level, f"{rng.random()} + 1", {"sum": 7}, "7")


def raising(self, rng, level):
    raise ValueError("[/b]")


def now_and_then(self, rng, level):
    return Sum.generate(self, random.Random(f"{rng.randrange(400)} {level}"), level)


@pytest.mark.parametrize(
    ("task", "law"),
    [
        (broken(generate=raising), "generation"),
        (broken(generate=now_and_then), "distinct"),
        (broken(__doc__="Nothing."), "documented"),
        (broken(accepts=lambda self, p, a: True), "hostile rejected"),
        (broken(accepts=lambda self, p, a: True), "wrong rejected"),
        (broken(accepts=lambda self, p, a: float(a) == p.data["sum"]), "hostile rejected"),
        (broken(accepts=lambda self, p, a: a.strip("`\n ") in p.answer), "hostile rejected"),
        (broken(accepts=lambda self, p, a: p.answer in a), "wrong rejected"),
        (broken(accepts=lambda self, p, a: a == f"{p.answer}!"), "answer accepted"),
        (broken(accepts=lambda self, p, a: a == f"{p.answer}." or a == p.answer + "7"), "answer accepted"),
        (broken(generate=drifting), "same in process"),
        (broken(generate=narrow), "distinct"),
        (broken(generate=same_size), "levels"),
        (broken(generate=answerless), "shape"),
        (broken(generate=formless), "shape"),
        (broken(generate=formless), "no constant answer"),
        (broken(solver=property(lambda self: ...), solve=lambda self, question: "0"), "solver"),
    ],
)
def test_each_law_can_be_broken(task, law):
    report = check_task(task, raise_errors=False)
    assert law in report.broken, report.broken
    with pytest.raises((LawBroken, ValueError)):
        check_task(task)


def test_a_fault_of_a_users_task_counts_as_wrong_and_is_told():
    task = broken(accepts=lambda self, p, a: 1 / 0)
    with pytest.warns(CheckFailed, match="Broken.accepts raised ZeroDivisionError"):
        assert not task.check(task.problem(0), "1")


def test_what_was_measured_stands_in_the_report_whatever_is_broken():
    report = check_task(broken(generate=narrow), raise_errors=False)
    assert 25 < report.distinct <= 200 * 0.98
    assert 0 < report.generation_ms <= report.slowest_ms


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("def f(x): return eval(x)", "calls eval"),
        ("from ast import literal_eval as read\ndef f(x): return ast.literal_eval(x)", "calls literal_eval"),
        ("import os.path", "imports os"),
        ("from subprocess import run", "imports subprocess"),
        ("import random\ndef f(): return random.choice([1])", "global generator"),
        ("from random import shuffle", "global generator"),
        ("import re, random\nWORD = re.compile('x')\ndef f(): return random.Random(1).choice([1])", ""),
        ("def solve_plainly(x):\n    return eval(x)", ""),
    ],
)
def test_what_a_module_may_not_do(tmp_path, monkeypatch, line, fault):
    (tmp_path / "own_module.py").write_text(f"from r1ci_env import Task\n{line}\nclass Own(Task): pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "own_module", raising=False)
    own = importlib.import_module("own_module").Own
    monkeypatch.setattr(own, "__abstractmethods__", frozenset())
    monkeypatch.setattr(own, "in_catalog", True)
    if not fault:
        check_module(own())
    else:
        with pytest.raises(LawBroken, match=fault):
            check_module(own())


def test_hostile_answers_are_many_and_distinct():
    assert len(hostile_answers()) == len(set(hostile_answers())) >= 100


def test_programs_run_in_the_sandbox(sandbox):
    assert "programs" in check_task("GCD", sandbox=sandbox, count=5).passed


def test_a_second_method_that_accepts_what_is_wrong_is_found(sandbox, monkeypatch):
    task = get_task("SimpleEquations")  # its programs that verify are written for each equation
    problems = [task.problem(seed, 1) for seed in range(3)]
    check_programs(task, problems, sandbox)
    monkeypatch.setattr(type(task), "verification", lambda self, problem, answer: "print(True)")
    with pytest.raises(LawBroken, match="accepts"):
        check_programs(task, problems, sandbox)
