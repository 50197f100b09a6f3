"""The ``r1ci`` command, run as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from r1ci_env.registry import list_tasks

R1CI = Path(sys.executable).with_name("r1ci")


def r1ci(*arguments, expect=0, stdin=""):
    done = subprocess.run([R1CI, *arguments], capture_output=True, text=True, input=stdin)
    assert done.returncode == expect, done.stdout + done.stderr
    assert "Traceback" not in done.stderr or "<block>" in done.stderr
    return done


def test_list():
    rows = json.loads(r1ci("list", "--source", "symbench", "--split", "train", "--json").stdout)
    assert {"r1ci/Game24-v0"} <= {row["id"] for row in rows}
    assert {row["split"] for row in rows} == {"train"}
    assert len(json.loads(r1ci("list", "--planned", "--json").stdout)) == 144
    left_out = json.loads(r1ci("list", "--split", "validation", "--json").stdout)
    assert [row["id"].removeprefix("r1ci/").removesuffix("-v0") for row in left_out] == list_tasks(split="validation")
    assert "r1ci/GCD-v0" in r1ci("list").stdout


def test_show():
    assert "Answer format:" in r1ci("show", "Game24").stdout
    shown = json.loads(r1ci("show", "GCD:2:5", "--json", "--answer", "--program").stdout)
    assert shown["ref"] == "GCD:2:5"
    assert "math.gcd" in shown["program"]
    assert "Which letters make an English word" in r1ci("show", "RuinNames:1:0", "--program").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "Gam24"), "Did you mean 'Game24'"),
        (("show", "Game24:7:1"), "Did you mean 5"),
        (("show", "Game24:x"), "Task:level:seed"),
        (("list", "--source", "bbhh"), "Did you mean 'bbh'"),
        (("check", "GDC"), "Did you mean 'GCD'"),
        (("sandbox", "run", "no-such-file.py"), "no file"),
        (("play", "Gam24"), "Did you mean 'Game24'"),
    ],
)
def test_bad_input_says_what_to_do(arguments, message):
    done = r1ci(*arguments, expect=2)
    assert message in " ".join(done.stderr.split())


def test_check_reports_and_fails_on_a_broken_task(monkeypatch, capsys):
    rows = json.loads(r1ci("check", "GCD", "WebOfLies", "--json").stdout)
    assert [(row["id"], row["ok"], row["solver"]) for row in rows] == [("GCD", True, "ok"), ("WebOfLies", True, "ok")]

    from r1ci_env.cli import app
    from r1ci_env.registry import get_task

    monkeypatch.setattr(type(get_task("GCD")), "accepts", lambda self, problem, answer: True)
    with pytest.raises(SystemExit) as end:
        app(["check", "GCD", "--no-sandbox"])
    assert end.value.code == 1
    assert "GCD breaks 'hostile rejected'" in capsys.readouterr().err


def test_sandbox_bench():
    rows = json.loads(r1ci("sandbox", "bench", "--json").stdout)
    assert {"print, fresh instance", "sympy, instance used again"} < {row["what"] for row in rows}
    assert all(row["value"] > 0 for row in rows)


def test_sandbox_run():
    assert r1ci("sandbox", "run", stdin="print(6 * 7)").stdout == "42\n"
    assert "ZeroDivisionError" in r1ci("sandbox", "run", stdin="1 / 0", expect=1).stderr
    result = json.loads(r1ci("sandbox", "run", "--json", "--timeout", "0.5", stdin="while True: pass", expect=1).stdout)
    assert result["status"] == "timeout"
    assert json.loads(r1ci("sandbox", "doctor", "--json").stdout)


def test_play():
    from r1ci_env import problem

    answer = problem("GCD:1:3").answer
    turns = f"```python\nprint(6 * 7)\n```\n.\n:answer\n<<<{answer}>>>\n"
    printed = r1ci("play", "GCD:1:3", stdin=turns).stdout
    assert "42" in printed
    assert f"a right answer: {answer}" in printed
    assert "correct, reward 1" in printed
    assert "reward" not in r1ci("play", "GCD", "--level", "2", stdin=":quit\n").stdout
