"""A mistake is one line that says what to do, and exit status 2; Ctrl-C is one line, too."""

import os
import signal
import subprocess
import sys
import time

import pytest

import r1ci_env

MISTAKES = [
    (("show", "Gam24"), "Did you mean 'Game24'"),
    (("show", "r1ci/Gam24-v0"), "Did you mean 'r1ci/Game24-v0'"),
    (("show", "r1ci/Train-v0"), "mixture"),
    (("show", "Game24:7:1"), "Did you mean 5"),
    (("show", "Game24:x"), "Task:level:seed"),
    (("show", "Game24:x:1"), "'Game24:x:1'"),
    (("show", "[/x]:1:1"), "'[/x]'"),
    (("show", "GCD:1:2:3"), "'GCD:1:2:3' is no problem reference"),
    (("show", "GCD:1:2:3:4"), "Task:level:seed"),
    (("show", "r1ci/GCD-v0:1:2:3"), "Task:level:seed"),
    (("show", "r1ci_env:r1ci/GDC-v0"), "Did you mean 'r1ci/GCD-v0'"),
    (("show", "GCD:1:" + "9" * 21), "Task:level:seed"),
    (("play", "GCD:1:2:3"), "Task:level:seed"),
    (("play", "GCD", "--seed", "9" * 21), "at most 20 digits"),
    (("show", "a[red]b"), "'a[red]b'"),
    (("show", "\x1b[2J"), "r1ci list"),
    (("show", "no_such_module:Task"), "module:Class"),
    (("show",), "r1ci show --help"),
    (("show", "GCD", "--anwser"), "--answer"),
    (("list", "--source", "bbhh"), "Did you mean 'bbh'"),
    (("list", "zzzz"), "zzzz"),
    (("lst",), "Did you mean 'list'"),
    (("--versoin",), "r1ci --help"),
    (("check", "GDC"), "Did you mean 'GCD'"),
    (("check", "GCD", "--source", "bbh"), "not both"),
    (("check", "GCD", "--count", "x"), "r1ci check --help"),
    (("sandbox", "run", "no-such-file.py"), "no file"),
    (("sandbox", "run", "/"), "no file"),
    (("sandbox", "run", sys.executable), "UTF-8"),
    (("sandbox", "run", "-", "--packages", "scientifc"), "Did you mean 'scientific'"),
    (("play", "Gam24"), "Did you mean 'Game24'"),
    (("play", "GCD", "--level", "8"), "Did you mean 5"),
    (("play", "GCD:1:1", "--level", "3"), "leave --level"),
    (("curriculum", "show", "/no/such/file"), "r1ci probe"),
    (("quickstart", "--output", "/proc/x/y"), "/proc/x"),
    (("quickstart", "--output", "/"), "holds no run"),
    (("quickstart", "--seed", "-1"), "seed must be from 0"),
    (("sft-data", "--output", "/", "--tasks", "LCM"), "name the file"),
    (("sft-data", "--output", "", "--tasks", "LCM"), "name the file"),
    (("probe", "LCM", "--output", "/"), "name the file"),
    (("probe", "LCM", "--output", ""), "name the file"),
    (("sft-data", "--output", "x", "--source", "endpoint", "--attempts", "inf"), "no finite number"),
    (("sandbox", "run", "-", "--timeout", "inf"), "no finite number"),
    (("eval", "LCM", "--temperature", "inf"), "no finite number"),
    (("probe", "LCM", "--output", "x", "--temperature", "inf"), "no finite number"),
    (("eval", "LCM", "--request-timeout", "inf"), "no finite number"),
    (("train", "--set", "grpo=5"), "settings such as grpo.variant"),
    (("sft-data", "--output", "/proc/x/y", "--tasks", "LCM", "--per-task", "1"), "/proc/x"),
    (("new-task", "roman_numerals"), "RomanNumerals"),
    (("new-task", "GCD"), "another name"),
    (("new-task", "Train"), "another name"),
    (("new-task", "Class"), "another name"),
    (("new-task", "None"), "another name"),
    (("new-task", "Problem"), "another name"),
    (("new-task", "Random"), "hide Python's own"),
    (("new-task", "X", "--source", "bhh"), "Did you mean 'bbh'"),
]


@pytest.mark.parametrize(("arguments", "hint"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_is_one_line(call, arguments, hint, tmp_path, monkeypatch):
    if arguments[0] in ("quickstart", "train"):
        pytest.importorskip("torch", reason="the train extra is not installed")
    monkeypatch.chdir(tmp_path)
    done = call(*arguments, expect=2)
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1 and done.err.endswith("\n")
    assert hint in done.err
    assert "\x1b" not in done.err
    assert not list(tmp_path.iterdir())


def test_so_it_is_when_the_command_runs_by_itself(r1ci):
    assert r1ci("show", "[/x]:1:1", expect=2).stderr == (
        "error: No task is called '[/x]'. The command r1ci list shows them all.\n"
    )
    assert r1ci("show", "GCD", "--anwser", expect=2).stderr.count("\n") == 1


@pytest.mark.parametrize("module", ["yaml", "torch.nn"])
def test_a_missing_extra_is_named(environment, module):
    program = (
        "import sys, r1ci_env.cli as cli\n"
        f"def lack(): import {module}\n"
        f"sys.modules[{module!r}] = None; cli.app.command('lack')(lack); sys.argv = ['r1ci', 'lack']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "pip install 'r1ci-env[train]'" in done.stderr


def test_a_fault_of_the_program_is_no_mistake_of_the_user(environment):
    program = (
        "import sys, r1ci_env.cli as cli\ndef fail(): 1 / 0\n"
        "cli.app.command('fail')(fail); sys.argv = ['r1ci', 'fail']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert done.returncode == 1 and "ZeroDivisionError" in done.stderr


def test_what_failed_beside_a_mistake_is_told_with_it(environment):
    program = (
        "import sys, r1ci_env.cli as cli\nfrom r1ci_env.errors import R1ciError\n"
        "def fail():\n    error = R1ciError('no loss')\n    error.add_note('no server')\n    raise error\n"
        "cli.app.command('fail')(fail); sys.argv = ['r1ci', 'fail']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert "no loss" in done.stderr and "no server" in done.stderr


GOES_ON = "stopped; the same command goes on from what is there\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--audit", "--jobs", "2"), "stopped\n"),
        (("check", "Game24", "Maze", "Jugs", "AIW"), "stopped\n"),
        (("sft-data", "--output", "data.jsonl", "--per-task", "3000", "--workers", "2"), GOES_ON),
    ],
)
def test_ctrl_c_is_one_line_whatever_runs(command, environment, arguments, said, tmp_path):
    began = time.perf_counter()
    subprocess.run([*command, "--version"], env=environment, check=True)
    starts = time.perf_counter() - began
    process = subprocess.Popen(
        [*command, *arguments], stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path, start_new_session=True
    )
    try:
        time.sleep(2 + 3 * starts)  # into the work, with its processes
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert process.returncode == 130
    assert errors == said
    for _ in range(50):  # and soon no worker is left of the group
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.2)
    pytest.fail("a worker outlives the command")


def test_a_closed_pipe_is_silent(command, environment):
    listing = subprocess.Popen([*command, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    listing.stdout.close()
    assert listing.stderr.read() == b""
    listing.wait()


def test_a_question_is_shown_where_its_letters_cannot_be(r1ci):
    shown = r1ci("list", "sudoku", PYTHONIOENCODING="ascii", PYTHONUTF8="0").stdout
    assert "StandardSudoku" in shown
    r1ci("show", "RuinNames:1:0", PYTHONIOENCODING="ascii", PYTHONUTF8="0")


@pytest.mark.parametrize("columns", [30, 80, 200])
def test_help_shows_options_whole_at_any_width(terminal, columns):
    shown = terminal("check", "-h", columns=columns).text
    for option in ("--sandbox", "--no-sandbox", "--source", "--audit", "--json"):
        assert option in shown
    assert "…" not in shown and "\x1b" not in shown


@pytest.mark.parametrize("words", [(), ("sandbox",), ("curriculum",)])
def test_descriptions_of_commands_are_whole_at_any_width(terminal, words):
    wide, narrow = (" ".join(terminal(*words, "-h", columns=columns).text.split()) for columns in (200, 40))
    assert "..." not in narrow.partition("Commands:")[2] and "…" not in narrow
    assert narrow.partition("Commands:")[2] == wide.partition("Commands:")[2]


def test_version_and_help(call):
    assert call("--version").out == f"r1ci-env {r1ci_env.__version__}\n"
    for words in ((), ("list",), ("sandbox",), ("sandbox", "run"), ("train",), ("curriculum", "show")):
        assert "Usage: r1ci" in call(*words, "-h").out
        assert call(*words, "-h").out == call(*words, "--help").out

    for words in ((), ("sandbox",), ("curriculum",)):
        assert "Commands:" in call(*words).out
