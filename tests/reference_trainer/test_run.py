import json

import pytest

from r1ci_env.demonstrations.dataset import make
from r1ci_env.demonstrations.making import Settings
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer.overrides import parse_assignments
from r1ci_env.reference_trainer.policy import load_policy
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.run import train

MINIATURE = {
    "evaluation.problems": 8,
    "tiny.hidden_size": 16,
    "tiny.max_turn_tokens": 8,
    "max_turns": 2,
    "places": 16,
    "demonstrations.per_task": 8,
    "sft.batch_tokens": 600,
    "sft.max_steps": 4,
    "sft.evaluate_every": 2,
    "sft.gate.cool_down": 1,
    "sft.gate.reward": 0.0,
    "sft.gate.copied": 0.0,
    "sft.gate.cool_down_copied": 0.0,
    "sft.gate.problems": 8,
    "grpo.steps": 2,
    "grpo.problems": 2,
    "grpo.group": 2,
}


def test_a_run_is_reported_reused_and_made_anew(tmp_path):
    output = tmp_path / "run"
    report = train("cpu-tiny", output, overrides=MINIATURE)
    assert set(report.evaluations) == {"start", "sft", "grpo", "control"}
    assert report.page.read_text().startswith("<!doctype html>")
    assert {path.stem for path in (output / "episodes").iterdir()} == {"start", "sft", "grpo", "control"}
    assert len((output / "episodes" / "grpo.jsonl").read_text().splitlines()) == 8
    assert len(report.metrics["grpo"].read_text().splitlines()) == 2
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


def test_a_run_that_made_nothing_leaves_its_directory_to_other_settings(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadOption, match="No model can be loaded"):
        train("cpu-tiny", tmp_path / "run", overrides={**MINIATURE, "model": str(tmp_path / "empty")})
    assert train("cpu-tiny", str(tmp_path / "run"), overrides={**MINIATURE, "phases": ("sft",)}).evaluations


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
    for name, value in (("grpo.steps", "many"), ("grpo.steps", 1.5), ("grpo.variant", "trpo"), ("seed", True)):
        with pytest.raises(BadOption, match=name):
            make_config("cpu-tiny", 0, {name: value})
    assert make_config("cpu-tiny", 0, {"grpo.steps": 3}).grpo.steps == 3


def test_settings_are_written_beside_the_run(tmp_path):
    from r1ci_env.reference_trainer.config import as_json

    assert json.loads(json.dumps(as_json(make_config("cpu-tiny", 0, {})))) == as_json(make_config("cpu-tiny", 0, {}))


def test_settings_from_the_command_line_and_from_a_recipe(tmp_path):
    given = ["grpo.steps=3", "sft.learning_rate=1e-5", "tasks=LCM,Dice", "levels=2", "data="]
    config = make_config("cpu-tiny", 0, parse_assignments(given))
    assert (config.grpo.steps, config.sft.learning_rate, config.levels) == (3, 1e-5, (2,))
    assert (config.tasks, config.data) == (("LCM", "Dice"), "")
    for bad in ("steps", "=3", "a=[1"):
        with pytest.raises(BadOption):
            parse_assignments([bad])
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("preset: sft\nmodel: folder\nsft: {epochs: 3}\ndemonstrations: {shares: {program: 1.0}}\n")
    config = make_config(str(recipe), 4, {"sft.warm_up": 2})
    assert (config.model, config.sft.epochs, config.sft.warm_up, config.seed) == ("folder", 3.0, 2, 4)
    assert config.demonstrations.shares == {"program": 1.0}
    for content in ("- a", "sft: {epoch: 3}", ":"):
        recipe.write_text(content)
        with pytest.raises(BadOption):
            make_config(str(recipe), 0, {})


def test_nothing_of_the_test_split_is_trained_on(tmp_path):
    with pytest.raises(BadOption, match="test tasks"):
        train("cpu-tiny", tmp_path / "run", overrides={"tasks": ("GCD",)})
    with pytest.raises(BadOption, match="left out and trained"):
        train("cpu-tiny", tmp_path / "run", overrides={"evaluation.left_out": ("LCM",)})


def test_a_warm_start_of_a_given_model_is_measured_on_tasks_left_out(tmp_path, policy):
    policy.save(tmp_path / "model")
    data = tmp_path / "data.jsonl"
    make(Settings(("ChainSum", "LCM"), 6, (1,), bare=True, rules={"prompt": "bare"}), data, workers=1)
    settings = {
        "model": str(tmp_path / "model"),
        "data": str(data),
        "prompt": "bare",
        "max_turns": 2,
        "levels": (1,),
        "sft.epochs": 1.0,
        "sft.batch_tokens": 300,
        "sft.evaluate_every": 2,
        "evaluation.problems": 4,
        "evaluation.left_out": ("SpellBackward",),
        "evaluation.left_out_problems": 3,
        "max_turn_tokens": 8,
        "max_episode_tokens": 512,
    }
    report = train("sft", tmp_path / "run", overrides=settings)
    assert set(report.evaluations) == {"start", "sft"}
    assert report.evaluations["sft"].left_out is not None
    assert not (tmp_path / "run" / "start").exists()
    rows = [json.loads(line) for line in report.metrics["sft"].read_text().splitlines()]
    assert "left_out_greedy_answered" in rows[-1] and "loss" in rows[0]
    with pytest.raises(R1ciError, match=r"name a phase, such as \S*run/sft"):
        load_policy(tmp_path / "run")
    with pytest.raises(R1ciError, match="is empty or not finished"):
        data.write_text("")
        train("sft", tmp_path / "other", overrides=settings)


def test_another_answer_marker_goes_from_the_demonstrations_to_the_saved_policy(tmp_path):
    overrides = {**MINIATURE, "phases": ("sft", "grpo"), "answer_marker": "<answer></answer>"}
    report = train("cpu-tiny", tmp_path / "run", overrides=overrides)
    records = [json.loads(line) for line in (tmp_path / "run" / "demonstrations.jsonl").read_text().splitlines()]
    last = [record["messages"][-1]["content"] for record in records if "messages" in record]
    assert last and all(text.startswith("<answer>") and text.endswith("</answer>") for text in last)
    assert any(record["reward"] == 1.0 for record in records)
    policy = load_policy(report.policy)
    assert policy.rules["answer_marker"] == "<answer></answer>"
    assert "<answer>" in policy.tokenizer.get_vocab() and "<<<" not in policy.tokenizer.get_vocab()


@pytest.mark.parametrize("phases", ["sft,grpo", "grpo", "control"])
def test_a_sampler_that_goes_by_a_probe_needs_one_before_anything_is_done(tmp_path, phases):
    overrides = {**MINIATURE, "phases": phases, "grpo.sampler": "staged"}
    with pytest.raises(BadOption, match=r"'staged' needs a probe.*phases=\[sft,probe,grpo\]"):
        train("cpu-tiny", tmp_path / "run", overrides=overrides)
    assert not (tmp_path / "run").exists()


def test_an_answer_marker_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(BadOption, match="answer_marker"):
        train("cpu-tiny", tmp_path / "run", overrides={**MINIATURE, "answer_marker": "[[]]"})


@pytest.mark.parametrize(
    "switch",
    [{"variant": "reinforce_pp"}, {"variant": "ppo"}, {"mask_outputs": False}, {"kl": 0.01}, {"resample": 2}],
    ids=str,
)
def test_ablations_are_switches_of_a_run(tmp_path, switch):
    overrides = {**MINIATURE, "phases": ("grpo",), **{f"grpo.{name}": value for name, value in switch.items()}}
    report = train("cpu-tiny", tmp_path / "run", overrides=overrides)
    rows = [json.loads(line) for line in report.metrics["grpo"].read_text().splitlines()]
    assert len(rows) == 2
    named = {"kl": "kl", "resample": "resampled"}.get(next(iter(switch)))
    assert named is None or all(named in row for row in rows)
    assert switch.get("variant") != "ppo" or all("value_loss" in row for row in rows)
