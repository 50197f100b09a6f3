"""A run folder in which something is missing or damaged: nothing is lost, and a line says what to do."""

import json
import shutil

import pytest

from r1ci_env import holding
from r1ci_env.demonstrations.dataset import make
from r1ci_env.demonstrations.making import Settings
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.holding import hold
from r1ci_env.reference_trainer.run import train
from tests.reference_trainer.test_run import MINIATURE

OVERRIDES = {**MINIATURE, "phases": "sft,grpo", "tasks": "LCM,ChainSum", "grpo.checkpoint_every": 1}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "whole"
    train("cpu-tiny", folder, overrides=OVERRIDES)
    return folder


@pytest.fixture
def run(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def forget(run, *stages):
    """Have a run make and measure some of its policies again."""
    results = json.loads((run / "results.json").read_text())
    for stage in stages:
        del results[stage]
        shutil.rmtree(run / stage)
    (run / "results.json").write_text(json.dumps(results))


@pytest.mark.parametrize("content", [b"", b'{"seed": 1', b"\xff\xfe\0", b"[1]", b"null", b"[" * 100_000])
@pytest.mark.parametrize(
    ("name", "advice"), [("config.json", "Choose another directory"), ("results.json", "Delete it: policies")]
)
def test_a_damaged_file_of_the_run_is_named(run, name, content, advice):
    (run / name).write_bytes(content)
    before = files(run)
    with pytest.raises(R1ciError, match=rf"{name} (is|holds) no JSON.*{advice}|{name} holds JSON that.*{advice}"):
        train("cpu-tiny", run, overrides=OVERRIDES)
    assert files(run) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda results: results.update(grpo=None),
        lambda results: results["grpo"].pop("wall_seconds"),
        lambda results: results["grpo"].update(seconds="1"),
        lambda results: results["grpo"].update(greedy=None, sampled=None),
        lambda results: results["grpo"]["greedy"].popitem(),
        lambda results: results["grpo"]["greedy"].update(unknown=1),
    ],
)
def test_results_of_another_version_are_named(run, change):
    results = json.loads((run / "results.json").read_text())
    change(results)
    (run / "results.json").write_text(json.dumps(results))
    with pytest.raises(R1ciError, match=r"results\.json holds no results of this version.*Delete it"):
        train("cpu-tiny", run, overrides=OVERRIDES)


def test_results_that_are_gone_are_measured_again_with_the_policies_that_are_there(run):
    before = json.loads((run / "results.json").read_text())
    weights = (run / "grpo" / "model.safetensors").stat().st_mtime_ns
    (run / "results.json").unlink()
    train("cpu-tiny", run, overrides=OVERRIDES)
    after = json.loads((run / "results.json").read_text())
    assert {stage: found["greedy"] for stage, found in after.items()} == {
        stage: found["greedy"] for stage, found in before.items()
    }
    assert (run / "grpo" / "model.safetensors").stat().st_mtime_ns == weights


def test_a_policy_that_is_gone_is_made_again_where_it_is_needed(run, whole):
    forget(run, "grpo")
    shutil.rmtree(run / "start")
    shutil.rmtree(run / "sft")
    train("cpu-tiny", run, overrides=OVERRIDES)
    for stage in ("start", "sft", "grpo"):
        name = f"{stage}/model.safetensors"
        assert (run / name).read_bytes() == (whole / name).read_bytes()


def test_a_policy_that_is_damaged_is_named(run):
    forget(run, "grpo")
    weights = run / "sft" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(BadOption, match="No model can be loaded") as error:
        train("cpu-tiny", run, overrides=OVERRIDES)
    assert "delete the folder" in "".join(error.value.__notes__)


def test_demonstrations_that_are_damaged_are_named(run):
    forget(run, "sft", "grpo")
    shutil.rmtree(run / "sft.checkpoints")
    data = run / "demonstrations.jsonl"
    data.write_bytes(data.read_bytes()[:-50])
    with pytest.raises(R1ciError, match="no demonstration") as error:
        train("cpu-tiny", run, overrides=OVERRIDES)
    assert "Delete the file" in "".join(error.value.__notes__)


def test_what_differs_in_the_settings_is_named(run):
    with pytest.raises(R1ciError, match=r"other settings \(grpo\.steps 2, now 3\): .*--fresh"):
        train("cpu-tiny", run, overrides={**OVERRIDES, "grpo.steps": 3})


@pytest.mark.parametrize("resume", [True, False])
def test_the_folder_of_a_model_is_no_run(run, resume):
    before = files(run / "sft")
    with pytest.raises(R1ciError, match="holds no run of this trainer"):
        train("cpu-tiny", run / "sft", resume=resume, overrides=OVERRIDES)
    assert files(run / "sft") == before


@pytest.mark.parametrize("resume", [True, False])
def test_two_processes_do_not_train_in_one_folder(run, resume, monkeypatch):
    monkeypatch.setattr(holding, "PATIENCE", 0.0)
    before = files(run)
    with hold(run / "lock"), pytest.raises(BadOption, match="Another process"):
        train("cpu-tiny", run, resume=resume, overrides=OVERRIDES)
    assert files(run) == before
    train("cpu-tiny", run, overrides=OVERRIDES)


def test_nothing_is_trained_on_problems_that_are_held_out(tmp_path):
    data = tmp_path / "data.jsonl"
    (record, *_) = make(Settings(("LCM",), per_task=2, levels=(1,)), data, workers=1)
    for problem, message in (("GCD:1:0", "held out"), ("LCM:9:0", "levels 1 to 5"), ("Nope:1:0", "No task is called")):
        data.write_text(json.dumps({**record, "problem": problem}) + "\n")
        with pytest.raises(R1ciError, match=message):
            train("cpu-tiny", tmp_path / "run", overrides={**OVERRIDES, "data": str(data)})
        assert not (tmp_path / "run").exists()
