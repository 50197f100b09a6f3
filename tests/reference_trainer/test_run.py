import json

import pytest

from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer.config import make_config
from r1ci_env.reference_trainer.policy import load_policy
from r1ci_env.reference_trainer.run import train

MINIATURE = {
    "held_out": 8,
    "model.hidden_size": 16,
    "model.max_turn_tokens": 8,
    "max_turns": 2,
    "num_envs": 16,
    "sft.trajectories": 32,
    "sft.batch_size": 8,
    "sft.max_steps": 4,
    "sft.cool_down": 1,
    "sft.gate_every": 2,
    "sft.gate_reward": 0.0,
    "sft.gate_copied": 0.0,
    "sft.cool_down_copied": 0.0,
    "sft.gate_problems": 8,
    "grpo.steps": 2,
    "grpo.problems": 2,
    "grpo.group": 2,
}


def test_a_run_is_reported_reused_and_made_anew(tmp_path):
    output = tmp_path / "run"
    report = train("cpu-tiny", output, overrides=MINIATURE)
    assert set(report.evaluations) == {"start", "sft", "grpo", "control"}
    assert report.plot.read_bytes().startswith(b"\x89PNG")
    assert "after GRPO" in report.page.read_text()
    assert (output / "episodes" / "grpo.html").exists()
    assert len(report.metrics.read_text().splitlines()) == 2
    assert load_policy(report.policy).rules["prompt"] == "bare"
    made = {path: path.stat().st_mtime_ns for path in output.glob("*/model.safetensors")}
    assert len(made) == 4
    again = train("cpu-tiny", output, overrides=MINIATURE)
    assert again == report
    assert made == {path: path.stat().st_mtime_ns for path in output.glob("*/model.safetensors")}
    with pytest.raises(R1ciError, match="other settings"):
        train("cpu-tiny", output, seed=1, overrides=MINIATURE)
    (output / "notes.txt").write_text("precious")
    anew = train("cpu-tiny", output, resume=False, overrides=MINIATURE)
    assert anew.evaluations == report.evaluations
    assert not made.items() & {path: path.stat().st_mtime_ns for path in output.glob("*/model.safetensors")}.items()
    assert (output / "notes.txt").read_text() == "precious"


def test_a_directory_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    for resume in (True, False):
        with pytest.raises(R1ciError, match="holds no run"):
            train("cpu-tiny", tmp_path, resume=resume)
    assert (tmp_path / "thesis.tex").read_text() == "precious"


def test_an_unknown_setting_names_the_nearest():
    with pytest.raises(BadOption, match="Did you mean 'steps'"):
        make_config("cpu-tiny", 0, {"grpo.step": 3})
    with pytest.raises(BadOption, match="Did you mean 'cpu-tiny'"):
        make_config("cpu-tinny", 0, {})
    assert make_config("cpu-tiny", 0, {"grpo.steps": 3}).grpo.steps == 3


def test_settings_are_written_beside_the_run(tmp_path):
    from r1ci_env.reference_trainer.config import as_json

    assert json.loads(json.dumps(as_json(make_config("cpu-tiny", 0, {})))) == as_json(make_config("cpu-tiny", 0, {}))
