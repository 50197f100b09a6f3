"""What each preset promises."""

from contextlib import closing

import pytest

from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption
from r1ci_env.reference_trainer.overrides import parse_assignments
from r1ci_env.reference_trainer.presets import PRESETS, make_config


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_plays_by_rules_that_an_arena_takes(preset, pool):
    config = make_config(preset, 3, {})
    assert config.seed == 3
    with closing(Arena(pool, 1, **config.rules)) as arena:
        assert arena.rules.code_timeout == config.code_timeout


def test_code_may_take_three_seconds_on_one_gpu_and_ten_by_default():
    assert make_config("single-gpu-0.5b", 0, {}).rules["code_timeout"] == 3.0
    assert make_config("sft", 0, {}).limits["code_timeout"] == 10.0


def test_a_time_that_code_cannot_have_is_refused(tmp_path):
    from r1ci_env.reference_trainer.run import train

    with pytest.raises(BadOption, match="code_timeout must be a number from"):
        train("cpu-tiny", tmp_path / "run", overrides={"code_timeout": 0.0})
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("size", ["3b", "7b", "14b"])
def test_the_papers_recipe_has_the_papers_values(size, pool):
    config = make_config(f"paper-{size}", 0, {})
    grpo, probe = config.grpo, config.probe
    assert f"{size.upper()}-Instruct" in config.model
    assert config.phases == ("sft", "probe", "grpo")
    assert (grpo.learning_rate, grpo.kl, grpo.temperature) == (1e-6, 0.001, 1.0)
    assert (grpo.group, grpo.problems, grpo.variant, grpo.mask_outputs) == (5, 128, "grpo", True)
    assert (grpo.sampler, grpo.steps, probe.answers) == ("staged", 4 * 150, 20)
    with closing(Arena(pool, 1, **config.rules)) as arena:
        rules = arena.rules
    assert (rules.max_code_runs, rules.max_turns, rules.code_timeout, rules.reward) == (8, 9, 60.0, "paper")
    assert rules.prompt == "paper"


def test_each_of_the_papers_stages_has_150_steps():
    """As the run makes the sampler: from four equal parts of all problems that are drawn."""
    from r1ci_env.curricula import StagedSampler
    from r1ci_env.curricula.stages import Probe
    from r1ci_env.reference_trainer.samplers import problems_per_stage

    grpo = make_config("paper-3b", 0, {}).grpo
    probes = [Probe(f"Game24:1:{i}", correct, 20) for i, correct in enumerate((10, 3, 2, 0) * 6)]
    sampler, stages = StagedSampler(probes, problems_per_stage(grpo)), []
    for _ in range(grpo.steps):
        stages.append(sampler.metrics()["stage"])
        sampler.sample(grpo.problems)
    assert [stages.count(stage) for stage in sorted(set(stages))] == [150] * 4


@pytest.mark.parametrize(
    ("model", "parameters", "layers", "heads"),
    [("Qwen/Qwen2.5-3B-Instruct", 3.1e9, 36, 2), ("Qwen/Qwen2.5-7B-Instruct", 7.6e9, 28, 4)],
)
def test_adapters_of_larger_models_on_one_gpu(model, parameters, layers, heads):
    config = make_config("single-gpu-lora", 0, {"model": model})
    assert config.model == model
    keys_and_values = 2 * 2 * 128 * layers * heads * config.places * (config.max_episode_tokens + 256)  # bytes
    assert 2 * parameters + keys_and_values < 50e9  # of 80e9, in bfloat16; the rest is for updates
    assert config.recompute
    assert config.sft.lora_rank == config.grpo.lora_rank == 32
    assert config.phases == ("sft", "grpo", "control")


@pytest.mark.parametrize(("value", "devices"), [("1", "1"), ("0,1", "0,1"), ("", "")])
def test_a_setting_that_is_a_text_may_look_like_a_number(value, devices):
    config = make_config("cpu-tiny", 0, parse_assignments([f"vllm.devices={value}", f"data={value}"]))
    assert (config.vllm.devices, config.data) == (devices, devices)


def test_the_help_names_all_presets():
    from typer.testing import CliRunner

    from r1ci_env.cli import app

    told = CliRunner().invoke(app, ["train", "--help"]).output
    assert all(preset in told for preset in PRESETS)
