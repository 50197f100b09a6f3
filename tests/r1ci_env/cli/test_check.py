"""``r1ci check`` checks what CONTRIBUTING says, and reports whatever a task does."""

import json

import pytest

from r1ci_env.registry import get_task

BROKEN = '''
import random
import threading

from signs import *
from signs import Signs


class Raising(Signs):
    """Raise."""

    def generate(self, rng, level):
        raise KeyError("[/b] :x:")


class Slow(Signs):
    __doc__ = Signs.__doc__

    def generate(self, rng, level):
        threading.Event().wait(0.03)
        return super().generate(rng, level)


class Hashing(Signs):
    __doc__ = Signs.__doc__

    def generate(self, rng, level):
        return super().generate(random.Random(hash(str(rng.random()))), level)


class Narrow(Signs):
    __doc__ = Signs.__doc__

    def generate(self, rng, level):
        return super().generate(random.Random(f"{rng.randrange(110)} {level}"), level)


class Global(Signs):
    __doc__ = Signs.__doc__

    def accepts(self, problem, answer):
        return super().accepts(problem, answer) and random.random() < 2
'''


@pytest.fixture
def folder(r1ci, tmp_path):
    """A folder with tasks that are broken, each in a way of its own."""
    r1ci("new-task", "Signs", cwd=tmp_path)
    (tmp_path / "broken.py").write_text(BROKEN)
    return tmp_path


def test_check(call):
    rows = json.loads(call("check", "GCD", "r1ci/WebOfLies-v0", "--json").out)
    assert [(row["id"], row["ok"], row["solver"]) for row in rows] == [("GCD", True, "ok"), ("WebOfLies", True, "ok")]


def test_a_broken_law_is_reported(call, monkeypatch):
    monkeypatch.setattr(type(get_task("GCD")), "accepts", lambda self, problem, answer: True)
    done = call("check", "GCD", "--no-sandbox", expect=1)
    assert "GCD breaks 'hostile rejected'" in done.err


def test_whatever_a_task_does_the_others_are_reported(r1ci, folder):
    names = [f"broken:{name}" for name in ("Raising", "Slow", "Hashing", "Narrow", "Global")]
    done = r1ci("check", "GCD", *names, "--json", "--no-sandbox", expect=1, cwd=folder)
    rows = {row["id"]: row for row in json.loads(done.stdout)}
    assert rows["GCD"]["ok"]
    assert "[/b] :x:" in rows["Raising"]["broken"]["generation"]
    assert "Raising breaks 'generation': Raising: generate raises KeyError('[/b] :x:')" in done.stderr
    assert "reproducible" in rows["Hashing"]["broken"]
    assert "distinct" in rows["Narrow"]["broken"]
    assert 0 < rows["Narrow"]["distinct_of_200"] < 196
    assert "random.random" in rows["Global"]["broken"]["module"]
    assert "generation" not in rows["Slow"]["broken"]
    assert rows["Slow"]["generation_ms"] > 30
    assert "Slow breaks no law by it, but is slow to make" in done.stderr


@pytest.mark.parametrize(
    ("text", "reason"),
    [("def f(:", "SyntaxError"), ("1 / 0", "ZeroDivisionError"), ("import nosuchmodule", "nosuchmodule")],
)
def test_a_module_that_cannot_be_imported_is_a_mistake(r1ci, own_module, text, reason):
    done = r1ci("check", "own:Task", expect=2, cwd=own_module("own", text))
    assert reason in done.stderr and done.stderr.count("\n") == 1


def test_an_audit(call):
    rows = json.loads(call("check", "--audit", "GCD", "--count", "40", "--json").out)
    assert [row["level"] for row in rows] == [1, 2, 3, 4, 5]
    assert all(row["ok"] for row in rows)
