"""The folder of a run."""

import json
import subprocess
import sys

import pytest

from r1ci_env import holding
from r1ci_env.errors import BadOption
from r1ci_env.evaluation.run_folder import RunFolder
from tests.r1ci_env.evaluation.records import fault, made

SETTINGS = {"agent": "echo", "seed": 0, "tasks": ["GCD"], "per_task": 2, "samples": 1}


def test_it_is_there_at_once_and_can_be_gone_on_with(tmp_path):
    path = tmp_path / "a" / "run"
    run = RunFolder.begin(path, SETTINGS, command="r1ci eval 1")
    assert (path / "meta.json").exists() and (path / "episodes.jsonl").exists()
    run.append(made("GCD:1:1", True))
    run.append(fault("GCD:1:2"))
    assert run.episodes.there() == {("GCD:1:1", 0)}
    summary = run.conclude(served=["m"])
    assert summary == json.loads((path / "summary.json").read_text())
    del run
    again = RunFolder.begin(path, {**SETTINGS, "per_task": 5, "tasks": ["GCD", "LCM"]}, command="r1ci eval 2")
    assert again.episodes.there() == {("GCD:1:1", 0)}
    assert (again.meta["per_task"], again.meta["tasks"]) == (5, ["GCD", "LCM"])
    assert [one["command"] for one in again.meta["invocations"]] == ["r1ci eval 1", "r1ci eval 2"]
    assert again.meta["invocations"][0]["served"] == ["m"]
    assert {"version", "machine", "started", "ended"} <= again.meta["invocations"][0].keys()
    assert RunFolder(path).meta["agent"] == "echo"


def test_other_settings_need_another_folder(tmp_path):
    settings = {**SETTINGS, "rules": {"max_turns": 9, "prompt": "x" * 200, "penalty": 0.1}}
    run = RunFolder.begin(tmp_path / "run", settings)
    run.append(made("GCD:1:1", True))
    del run
    with pytest.raises(BadOption, match=r"other settings \(seed 0, now 1\)"):
        RunFolder.begin(tmp_path / "run", {**settings, "seed": 1})
    changed = {**settings["rules"], "penalty": 0.2}
    with pytest.raises(BadOption, match=r"other settings \(rules\.penalty 0\.1, now 0\.2\)"):
        RunFolder.begin(tmp_path / "run", {**settings, "rules": changed})


def test_where_nothing_was_played_other_settings_are_taken(tmp_path):
    RunFolder.begin(tmp_path / "run", SETTINGS, command="first")
    RunFolder.begin(tmp_path / "run", {**SETTINGS, "agent": "random"}, command="second")
    meta = RunFolder(tmp_path / "run").meta
    assert meta["agent"] == "random"
    assert [one["command"] for one in meta["invocations"]] == ["first", "second"]


def test_what_is_no_run_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    with pytest.raises(BadOption, match=r"holds thesis\.tex"):
        RunFolder.begin(tmp_path / "mine", SETTINGS)
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", "/proc/run"):
        with pytest.raises(BadOption, match="cannot be written to"):
            RunFolder.begin(tmp_path / place, SETTINGS)
    for place in (tmp_path / "none", tmp_path / "mine"):
        with pytest.raises(BadOption, match="is no run"):
            RunFolder(place)


@pytest.mark.parametrize("content", ["", "[]", "null", "{}", '{"format": 99}', "\xff"])
def test_a_meta_file_that_is_none(content, tmp_path):
    (tmp_path / "meta.json").write_text(content, encoding="latin-1")
    with pytest.raises(BadOption, match=r"meta\.json"):
        RunFolder(tmp_path)


def test_two_processes_do_not_play_in_one_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(holding, "PATIENCE", 0.0)
    code = "import sys, r1ci_env.evaluation.run_folder as f; from pathlib import Path; import json\n"
    code += "run = f.RunFolder.begin(Path(sys.argv[1]), json.loads(sys.argv[2])); print('there', flush=True); input()"
    command = [sys.executable, "-c", code, str(tmp_path / "run"), json.dumps(SETTINGS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "there\n"
        with pytest.raises(BadOption, match="Another process"):
            RunFolder.begin(tmp_path / "run", SETTINGS)
        other.kill()
        other.wait()
    RunFolder.begin(tmp_path / "run", SETTINGS)
