"""``r1ci play``: turns, commands, and what a person sees."""

import re

import pytest

from r1ci_env import get_task, problem
from r1ci_env.registry import list_tasks


def test_turns(r1ci):
    answer = problem("GCD:1:3").answer
    turns = f"```python\nprint(6 * 7)\n```\n.\n:answer\n<<<{answer}>>>\n"
    printed = r1ci("play", "GCD:1:3", stdin=turns).stdout
    assert "42" in printed
    assert f"a right answer: {answer}" in printed
    assert "correct, reward 1" in printed
    assert printed.count("print(6 * 7)") == 0  # who typed it need not read it again


def test_quitting_says_nothing_of_a_reward(r1ci):
    for stdin in (":quit\n", ""):
        assert "reward" not in r1ci("play", "GCD", "--level", "2", stdin=stdin).stdout


def test_a_loss_shows_the_right_answer(r1ci):
    printed = r1ci("play", "r1ci/GCD-v0:2:9", stdin="<<<1000000>>>\n").stdout
    assert "wrong, reward 0" in printed
    assert printed.rstrip().endswith(f"a right answer: {problem('GCD:2:9').answer}")
    assert "a right answer:" not in r1ci("play", "GCD:2:9", stdin=f"<<<{problem('GCD:2:9').answer}>>>\n").stdout


def test_hints_lead_to_the_answer(r1ci):
    printed = r1ci("play", "GCD:3:1", stdin=":hint\n" * 12).stdout
    assert get_task("GCD").plan(problem("GCD:3:1")) in printed
    assert f"The answer has {len(problem('GCD:3:1').answer)} characters." in printed
    assert "no further hint" in printed


@pytest.mark.parametrize("name", ["WebOfLies", "RuinNames", "Game24", "Letters"])
def test_every_kind_of_task_has_hints(r1ci, name):
    assert "no further hint" not in r1ci("play", f"{name}:1:1", stdin=":hint\n:quit\n").stdout


def test_commands(r1ci, tmp_path):
    (tmp_path / "fences.py").write_text("print('`' * 3)\nprint(6 * 7)\n")
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00")
    turns = ":run\n:run nothing.py\n:run binary.py\n:hlep\n:help\n:run fences.py\n:quit\n"
    played = r1ci("play", "GCD:1:1", stdin=turns, cwd=tmp_path)
    assert re.search(r"Code Execution Results:\s+```\s+42", played.stdout)
    assert played.stdout.count(":answer      show a right answer") == 2
    assert "Did you mean ':help'" in played.stderr
    assert played.stderr.count("\n") == played.stderr.count("error: ") == 4


def test_a_task_of_ones_own(r1ci, tmp_path):
    r1ci("new-task", "Signs", cwd=tmp_path)
    assert "Take the numbers" in r1ci("play", "signs:Signs", "--level", "1", cwd=tmp_path).stdout
    assert "Take the numbers" in r1ci("play", "signs:Signs:1:3", cwd=tmp_path).stdout


def test_without_a_name_any_task_is_played(r1ci):
    names = {re.search(r"^(\w+):\d:\d+:$", r1ci("play", "--seed", seed).stdout, re.M)[1] for seed in range(3)}
    assert len(names) > 1
    assert names <= set(list_tasks())


def test_a_terminal_edits_lines_and_goes_on_to_the_next_problem(terminal):
    answer = problem("GCD:1:3").answer
    played = terminal("play", "GCD:1:3", keys=["\x1b[A<<<99\x7f\x7f" + answer + ">>>\r", "\r", ":quit\r"])
    assert "correct, reward 1" in played.text
    assert "^[[A" not in played.text
    assert len(re.findall(r"╭─ GCD:\d:\d+", played.text)) == 2
    assert played.status == 0
