"""Two processes that torchrun starts train to the weights of one."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from r1ci_env.errors import BadOption
from r1ci_env.reference_trainer import distributed
from r1ci_env.reference_trainer.policy import load_policy
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.run import train
from r1ci_env.report.training import read_metrics
from tests.reference_trainer.engines.fake_vllm import fake_vllm

HERE = Path(__file__).parent


def torchrun(processes, *command):
    """Run a Python program in several processes; a failure shows what they said."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE.parents[1])}
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    found = subprocess.run([*launch, *map(str, command)], env=environment, capture_output=True, text=True, timeout=600)
    assert found.returncode == 0, found.stdout[-2_000:] + found.stderr[-8_000:]
    return found.stdout + found.stderr


@pytest.fixture(scope="module")
def updates(tmp_path_factory):
    """By number of processes and whether the weights are divided, what `updates_of_distributed.py` came to."""
    folder = tmp_path_factory.mktemp("updates")
    torchrun(1, HERE / "updates_of_distributed.py", folder / "1.pt")
    torchrun(2, HERE / "updates_of_distributed.py", folder / "2.pt")
    torchrun(2, HERE / "updates_of_distributed.py", folder / "sharded.pt", "--shard")
    return {path.stem: torch.load(path) for path in folder.glob("*.pt")}


@pytest.mark.parametrize("kind", ["2", "sharded"])
@pytest.mark.parametrize("name", ["sft", "dapo", "reinforce_pp", "gspo", "ppo", "few", "none", "resumed"])
def test_several_processes_give_the_weights_and_metrics_of_one(updates, kind, name):
    if kind == "sharded" and name == "ppo":
        assert name not in updates[kind]
        return
    alone, together = updates["1"][name], updates[kind][name]
    assert alone["weights"].keys() == together["weights"].keys()
    for key, weight in alone["weights"].items():
        assert (weight - together["weights"][key]).abs().max() < 1e-6, key
    assert together["metrics"] == pytest.approx(alone["metrics"], rel=1e-4, abs=1e-6)
    assert alone["moved"] > 1e-5 or name == "none"


def test_a_checkpoint_of_divided_weights_has_all_of_them_in_float32(updates):
    """Those that no layer holds too, though a pass without gradients, in bfloat16, came before it."""
    alone, together = (updates[kind]["bfloat16"]["weights"] for kind in ("1", "sharded"))
    assert {weight.dtype for weight in together.values()} == {torch.float32}
    assert all(torch.equal(weight, together[name]) for name, weight in alone.items())


def test_recipes_are_settings_that_fit_each_other():
    found = {path.stem: make_config(str(path), 0, {}) for path in (HERE.parents[1] / "recipes").glob("*.yaml")}
    assert found["16-gpus"].shard
    assert len(found) == 4
    with pytest.raises(BadOption, match="start it with torchrun"):
        train(str(HERE.parents[1] / "recipes" / "16-gpus.yaml"), HERE / "never")


def test_passes_are_dealt_evenly(monkeypatch):
    monkeypatch.setattr(distributed, "world", lambda: 3)
    shares, parts = [], []
    for rank in range(3):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        parts.append(distributed.dealt([[0, 5], [1], [2, 4], [3]]))
        shares.append(distributed.share(range(10)))
    assert [len(part) for part in parts] == [2, 2, 2]
    assert sorted(i for part in parts for one in part for i in one) == [0, 1, 2, 3, 4, 5]
    assert [list(s) for s in shares] == [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]
    assert distributed.dealt([]) == []


MINIATURE = {
    "phases": "[sft,probe,grpo,control]",
    "evaluation.problems": 7,
    "tiny.hidden_size": 16,
    "tiny.max_turn_tokens": 8,
    "max_turns": 2,
    "places": 16,
    "demonstrations.per_task": 8,
    "probe.problems": 1,
    "probe.answers": 3,
    "sft.batch_tokens": 600,
    "sft.max_steps": 4,
    "sft.evaluate_every": 2,
    "sft.schedule": "cosine",
    "grpo.sampler": "difficulty",
    "grpo.variant": "reinforce_pp",
    "grpo.steps": 4,
    "grpo.problems": 3,
    "grpo.group": 2,
    "grpo.checkpoint_every": 2,
}


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("R1CI_LONG"), reason="make test-long")
def test_a_run_of_several_processes_is_that_of_one_and_goes_on(tmp_path):
    """All phases; the one of two processes is then made to go on from the checkpoint after two steps of GRPO."""
    options = [f"--set={name}={value}" for name, value in MINIATURE.items()]
    command = ["-c", "from r1ci_env.cli import main; main()", "train", "cpu-tiny", *options]
    alone, together = tmp_path / "alone", tmp_path / "together"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE.parents[1])}
    subprocess.run([sys.executable, *command, f"--output={alone}"], env=environment, check=True, capture_output=True)
    script = tmp_path / "train.py"
    script.write_text("from r1ci_env.cli import main\n\nif __name__ == '__main__':\n    main()\n")
    launch = [script, *command[2:], f"--output={together}"]
    said = torchrun(2, *launch)
    assert said.count("held-out problems") == 1
    compare(alone, together)
    for name in ("control", "control.jsonl", "control.checkpoints", "grpo"):
        remove(together / name)
    (together / "grpo.checkpoints" / "step-4.pt").unlink()
    results = json.loads((together / "results.json").read_text())
    (together / "results.json").write_text(json.dumps({k: v for k, v in results.items() if k[0] not in "gc"}))
    torchrun(2, *launch)
    compare(alone, together)


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("R1CI_LONG"), reason="make test-long")
def test_several_processes_sample_ahead_as_one_does(tmp_path, policy):
    """Each asks the same server, and gathers episodes while the update is computed by both."""
    policy.save(tmp_path / "model")
    settings = {**MINIATURE, "phases": "[grpo]", "grpo.sampler": "cells", "engine": "vllm", "grpo.one_step_off": True}
    script = tmp_path / "train.py"
    script.write_text("from r1ci_env.cli import main\n\nif __name__ == '__main__':\n    main()\n")
    with fake_vllm(tmp_path / "model") as (url, _):
        options = [f"--set={name}={value}" for name, value in {**settings, "vllm.urls": url}.items()]
        for processes in (1, 2):
            torchrun(processes, script, "train", "cpu-tiny", *options, f"--output={tmp_path / str(processes)}")
    alone, together = (read_metrics(tmp_path / folder / "grpo.jsonl") for folder in "12")
    assert [row["weights_behind"] for row in together] == [0, 1, 1, 1]
    for row, other in zip(alone, together, strict=True):
        shared = {name: value for name, value in row.items() if "second" not in name}
        assert {name: other[name] for name in shared} == pytest.approx(shared, rel=1e-3, abs=1e-5)


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("R1CI_LONG"), reason="make test-long")
def test_a_run_with_divided_weights_is_that_of_one_process(tmp_path, policy):
    """Warm start and GRPO, with a reference, evaluations on the way and checkpoints; and it goes on from these."""
    policy.save(tmp_path / "model")
    settings = {
        **{**MINIATURE, "phases": "[sft,grpo]", "grpo.sampler": "cells", "grpo.kl": 0.01, "grpo.evaluate_every": 2},
        **{"model": tmp_path / "model", "engine": "vllm", "recompute": True, "max_turn_tokens": 8},
        **{"grpo.max_turn_tokens": 8, "grpo.learning_rate": 1e-4, "sft.learning_rate": 1e-4},
    }
    script = tmp_path / "train.py"
    script.write_text("from r1ci_env.cli import main\n\nif __name__ == '__main__':\n    main()\n")
    alone, together = tmp_path / "alone", tmp_path / "together"
    with fake_vllm(tmp_path / "model") as (url, _):
        options = [f"--set={name}={value}" for name, value in {**settings, "vllm.urls": url}.items()]
        torchrun(1, script, "train", "cpu-tiny", *options, f"--output={alone}")
        torchrun(2, script, "train", "cpu-tiny", *options, "--set=shard=true", f"--output={together}")
        compare(alone, together, phases=("sft", "grpo"), files=("demonstrations.jsonl", "episodes/grpo.jsonl"))
        for path in (together / "grpo", together / "report.html", together / "grpo.checkpoints" / "step-4.pt"):
            remove(path)
        results = json.loads((together / "results.json").read_text())
        (together / "results.json").write_text(json.dumps({k: v for k, v in results.items() if k != "grpo"}))
        torchrun(2, script, "train", "cpu-tiny", *options, "--set=shard=true", f"--output={together}")
        compare(alone, together, phases=("sft", "grpo"), files=("demonstrations.jsonl", "episodes/grpo.jsonl"))
    assert (together / "grpo.checkpoints" / "best" / "config.json").exists()


def remove(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def compare(
    alone,
    together,
    phases=("sft", "grpo", "control"),
    files=("demonstrations.jsonl", "probe.jsonl", "episodes/grpo.jsonl"),
):
    for name in files:
        assert len((alone / name).read_text().splitlines()) == len((together / name).read_text().splitlines()), name
    for phase in phases:
        rows, others = (read_metrics(folder / f"{phase}.jsonl") for folder in (alone, together))
        timed = {name for name in rows[-1] if "seconds" in name}
        for row, other in zip(rows, others, strict=True):
            shared = {name for name in row if name not in timed and "_per_second" not in name}
            intervals = {name for name in shared if name.endswith("_intervals")}  # by task; they follow from the rest
            values = {name: row[name] for name in shared - intervals}
            assert {name: other[name] for name in values} == pytest.approx(values, rel=1e-3, abs=1e-5)
            assert {name: other[name] for name in intervals} == {name: row[name] for name in intervals}
        weights, other_weights = (load_policy(folder / phase).model.state_dict() for folder in (alone, together))
        for key, weight in weights.items():
            assert (weight - other_weights[key]).abs().max() < 1e-4, (phase, key)
