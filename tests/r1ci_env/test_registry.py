"""Tasks of other packages, by entry point and by place."""

import doctest
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import r1ci_env
from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.errors import BadOption, BadReference, UnknownTask
from r1ci_env.registry import get_task, parse_reference

MODULE = '''
from r1ci_env import Task


class Echo(Task):
    """Say it again."""

    def generate(self, rng, level):
        n = str(rng.randrange(10**level))
        return self.new_problem(level, f"Say {n}: <<<...>>>", {"n": n}, n)

    def accepts(self, problem, answer):
        return answer == problem.data["n"]
'''


@pytest.fixture
def package(tmp_path):
    """A folder with an installed package that registers a task."""
    (tmp_path / "echo_package.py").write_text(MODULE)
    metadata = tmp_path / "echo_package-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: echo-package\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[r1ci_env.tasks]\nEcho = echo_package:Echo\nGone = echo_package:Gone\n")
    return tmp_path


def run(package, program):
    environment = {**os.environ, "PYTHONPATH": str(package)}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)


def test_a_package_registers_tasks(package):
    result = run(
        package,
        "import gymnasium, r1ci_env\n"
        "print(r1ci_env.list_tasks(source='custom')[-2:], 'Echo' in r1ci_env.list_tasks())\n"
        "env = gymnasium.make('r1ci/Echo-v0', prompt='bare')\n"
        "question, info = env.reset(seed=0)\n"
        "print(info['task'], env.step(f'<<<{r1ci_env.problem(info[\"problem\"]).answer}>>>')[1])\n",
    )
    assert result.stdout == "['Echo', 'Gone'] False\nEcho 1.0\n", result.stderr


def test_an_entry_point_that_leads_nowhere_is_told_when_it_is_asked_for(package):
    result = run(package, "import r1ci_env; r1ci_env.get_task('Gone')")
    assert "UnknownTask: No task at 'Gone'" in result.stderr


def test_the_command_takes_tasks_by_place(package):
    result = run(
        package, "from r1ci_env.cli import main; import sys; sys.argv[1:] = ['show', 'echo_package:Echo:2:7']; main()"
    )
    assert "Say " in result.stdout, result.stderr


@pytest.mark.parametrize(
    "name", ["Game42", "no.module:Task", "r1ci_env.task:Nothing", ":", "a:", "r1ci_env.task:Problem", ""]
)
def test_unknown_tasks(name):
    with pytest.raises(UnknownTask):
        get_task(name)


def test_references():
    assert parse_reference("my.module:Task:3:-12") == ("my.module:Task", 3, -12)
    assert r1ci_env.problem("GCD:1:-1").ref == "GCD:1:-1"
    malformed = ("Game24:3", "Game24:x:1", "Game24:1:1.5", 7, "Game24:1:" + "9" * 30, ":1:2", "Game24:1:--2", "a::1:2")
    for ref in (*malformed, "Game24:1:2:3", "Game24:1:2:3:4", "r1ci/Game24-v0:1:2:3", "Game24::1:2", "a.b:1:1:2"):
        with pytest.raises(BadReference):
            r1ci_env.problem(ref)


@given(st.integers())
def test_every_problem_has_a_reference_that_names_it(seed):
    try:
        found = get_task("GCD").problem(seed, level=1)
    except BadOption:
        assert len(str(abs(seed))) > 20
    else:
        assert r1ci_env.problem(found.ref) == found


def test_ids_of_environments_stand_for_their_tasks():
    assert get_task("r1ci/Game24-v0") is get_task("Game24") is get_task("r1ci_env:r1ci/Game24-v0")
    assert r1ci_env.problem("r1ci/Game24-v0:3:1234") == r1ci_env.problem("Game24:3:1234")
    assert parse_reference("r1ci/Game24-v0:3:1234") == ("Game24", 3, 1234)
    env = CodeInterpreterEnv(tasks=["r1ci/GCD-v0", "Maze"])
    assert env.reset(seed=1, options={"task": "GCD"})[1]["task"] == "GCD"
    for name, hint in (("r1ci/GDC-v0", "'r1ci/GCD-v0'"), ("r1ci/Train-v0", "mixture"), ("r1ci/GCD-v7", "r1ci/GCD-v0")):
        with pytest.raises(UnknownTask, match=hint):
            get_task(name)


def test_the_first_example_of_the_package_is_rewarded():
    result = doctest.testmod(r1ci_env)
    assert result.attempted and not result.failed
