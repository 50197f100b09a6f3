"""``r1ci list`` and ``r1ci show``, and what completes the names in them."""

import json
import subprocess

import pytest

from r1ci_env.registry import list_tasks


def test_list(call):
    rows = json.loads(call("list", "--source", "symbench", "--split", "train", "--json").out)
    assert {"r1ci/Game24-v0"} <= {row["id"] for row in rows}
    assert {row["split"] for row in rows} == {"train"}
    assert len(json.loads(call("list", "--json").out)) == len(list_tasks())
    left_out = json.loads(call("list", "--split", "validation", "--json").out)
    assert [row["id"].removeprefix("r1ci/").removesuffix("-v0") for row in left_out] == list_tasks(split="validation")
    assert "r1ci/GCD-v0" in call("list").out


def test_each_task_has_a_line_of_description(call):
    rows = json.loads(call("list", "--json").out)
    assert all(len(row["description"]) > 10 and "\n" not in row["description"] for row in rows)
    assert len({row["description"] for row in rows}) > 0.9 * len(rows)


def test_words_narrow_the_list(call):
    found = {row["id"] for row in json.loads(call("list", "SUDOKU", "--json").out)}
    assert found == {"r1ci/StandardSudoku-v0", "r1ci/MiniSudoku-v0"}
    assert [row["id"] for row in json.loads(call("list", "sudoku", "symbench", "--json").out)] == [
        "r1ci/StandardSudoku-v0"
    ]
    assert [row["id"] for row in json.loads(call("list", "divisor", "--json").out)] == ["r1ci/GCD-v0"]  # described so


def test_tasks_of_other_packages_are_listed(r1ci, tmp_path):
    assert "echo.py" in r1ci("new-task", "Echo", cwd=tmp_path).stdout
    (tmp_path / "echo.py").rename(tmp_path / "echo_module.py")
    metadata = tmp_path / "echo_package-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: echo-package\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[r1ci_env.tasks]\nEcho = echo_module:Echo\nGone = nowhere:Gone\n")
    rows = {row["id"]: row for row in json.loads(r1ci("list", "--source", "custom", "--json", cwd=tmp_path).stdout)}
    assert rows["r1ci/Echo-v0"]["description"] == "Add and subtract numbers in turn."
    assert "nowhere" in rows["r1ci/Gone-v0"]["description"]
    assert "r1ci/Echo-v0" in r1ci("list", "echo", cwd=tmp_path).stdout
    assert "Take the numbers" in r1ci("show", "r1ci/Echo-v0:2:7", cwd=tmp_path).stdout


def test_show_a_task(call):
    assert "Answer format:" in call("show", "Game24").out
    shown = json.loads(call("show", "GCD", "--json").out)
    assert (shown["id"], shown["split"], shown["levels"]) == ("r1ci/GCD-v0", "test", [1, 2, 3, 4, 5])
    assert shown["description"] in shown["docstring"]
    assert shown["example"]["ref"].startswith("GCD:")


def test_show_a_problem(call):
    shown = json.loads(call("show", "GCD:2:5", "--json", "--answer", "--program").out)
    assert shown["ref"] == "GCD:2:5"
    assert "math.gcd" in shown["program"]
    assert shown["answer"] == json.loads(call("show", "r1ci/GCD-v0:2:5", "--json", "--answer").out)["answer"]
    assert "Which letters make an English word" in call("show", "RuinNames:1:0", "--program").out


@pytest.mark.parametrize("reference", ["Maze:3:4", "Game24:1:1", "Tsumego:2:2"])
def test_off_a_terminal_a_question_is_shown_as_it_is(call, reference):
    from r1ci_env import problem

    assert f"{reference}:\n{problem(reference).question}\n" in call("show", reference).out


def test_in_a_terminal_a_question_is_framed(terminal):
    shown = terminal("show", "GCD:1:1", columns=60)
    assert shown.status == 0
    assert shown.text.startswith("╭─ GCD:1:1 ─")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("r1ci show Game2", {"Game24", "Game2048"}),
        ("r1ci show r1ci/GC", {"r1ci/GCD-v0"}),
        ("r1ci check r1ci/Test", {"r1ci/Test-v0"}),
        ("r1ci list --split va", {"validation"}),
        ("r1ci list --source b", {"bbh"}),
        ("r1ci sandbox build --packages s", {"scientific"}),
        ("r1ci play GC", {"GCD"}),
        ("r1ci new-t", {"new-task"}),
        ("r1ci train cpu-t", {"cpu-tiny"}),
        ("r1ci eval --agent re", {"reference"}),
    ],
)
def test_completion(command, environment, line, expected):
    if "train" in line:
        pytest.importorskip("torch", reason="the train extra is not installed")
    variables = {"_R1CI_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    done = subprocess.run(command, capture_output=True, text=True, env={**environment, **variables})
    assert set(done.stdout.split()) == expected
