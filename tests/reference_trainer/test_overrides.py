from pathlib import Path

import pytest

from r1ci_env.errors import BadOption
from r1ci_env.reference_trainer.config import DemonstrationsConfig, GrpoConfig, TrainConfig
from r1ci_env.reference_trainer.overrides import parse_assignments
from r1ci_env.reference_trainer.presets import make_config

DEEP = 5_000
"""Brackets beyond what any reader of YAML nests."""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("grpo: 5", r"grpo is a part with settings such as grpo\.variant"),
        ("grpo:", r"grpo is a part with settings such as grpo\.variant"),
        ("sft: {gate: 3}", r"sft\.gate is a part with settings such as"),
        ("[1, 2]", "holds no settings"),
        ("", "holds no settings"),
        ("seed: 1\nseed: 2", "'seed' is given twice"),
        ("grpo: {steps: 1, steps: 2}", "'steps' is given twice"),
        ("demonstrations: {shares: {program: 0.1, program: 0.2}}", "'program' is given twice"),
        ("preset: 5", "preset 5 is not one of"),
        ("preset: CPU-Tiny", "Did you mean 'cpu-tiny'"),
        ("1: 2", "Unknown setting '1'"),
        ("grpo: {1: 2}", r"Unknown setting 'grpo\.1'"),
        ("? [1]\n: 3", "cannot be read"),
        ("demonstrations: {shares: [1]}", r"demonstrations\.shares must be of type"),
        ("demonstrations: {shares: {null: 1}}", r"A key of demonstrations\.shares must be of type str"),
        ("grpo: {steps: {x: 1}}", r"grpo\.steps must be of type int"),
        ("prompt: {a: b}", "prompt must be of type str"),
        ("grpo: &a {x: *a}", r"Unknown setting 'grpo\.x'"),
        ("a: " + "[" * DEEP, "nested too deeply"),
        ("seed: " + "9" * DEEP, "cannot be read"),
        ("data: 2020-13-45", "cannot be read"),
        ("grpo: {steps: " + "9" * 400 + "}", r"grpo\.steps must be a finite number"),
        ("grpo: {kl: " + "9" * 400 + "}", r"grpo\.kl must be of type float"),
        ("grpo: {steps: '--5'}", r"grpo\.steps must be of type int"),
        ("grpo: {steps: '²'}", r"grpo\.steps must be of type int"),
        ("!!python/object:os.system x", "cannot be read"),
    ],
    ids=lambda value: value[:30],
)
def test_a_recipe_that_is_none_is_refused(tmp_path, text, message):
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(text)
    with pytest.raises(BadOption, match=message):
        make_config(recipe, 0, {})


def test_what_is_no_recipe_at_all_is_refused(tmp_path):
    (tmp_path / "bytes.yaml").write_bytes(bytes(range(256)))
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "mine.json").write_text("{}")
    for name, message in (
        ("bytes.yaml", "cannot be read"),
        ("folder.yaml", "cannot be read"),
        ("none.yaml", "cannot be read"),
        ("mine.json", r"name ends in \.yaml"),
        ("", "is not one of"),
    ):
        with pytest.raises(BadOption, match=message):
            make_config(tmp_path / name if name else 5, 0, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("=3", "written like grpo.steps=20"),
        (" =3", "written like grpo.steps=20"),
        ("grpo.steps=[" + "[" * DEEP, "'grpo.steps' cannot be read"),
        ("grpo.steps=*a", "'grpo.steps' cannot be read"),
        ("grpo.steps.x=3", r"grpo\.steps has none of its own\. Write grpo\.steps=60"),
        ("demonstrations.shares.text=1", r"Write demonstrations\.shares=\{"),
        ("grpo..steps=3", r"Unknown setting 'grpo\.\.steps'"),
        ("grpo=5", r"settings such as grpo\.variant"),
    ],
    ids=lambda value: value[:30],
)
def test_a_setting_of_the_command_line_that_is_none_is_refused(text, message):
    with pytest.raises(BadOption, match=message):
        make_config("cpu-tiny", 0, parse_assignments([text]))


def test_a_part_of_the_settings_is_given_at_once(tmp_path):
    config = make_config("cpu-tiny", 0, parse_assignments(["sft={epochs: 3, gate: {problems: 5}}"]))
    before = make_config("cpu-tiny", 0, {})
    assert (config.sft.epochs, config.sft.gate.problems) == (3.0, 5)
    assert (config.sft.warm_up, config.sft.gate.reward) == (before.sft.warm_up, before.sft.gate.reward)
    (tmp_path / "mine.yaml").write_text("sft: {epochs: 5, warm_up: 7}\n")
    config = make_config(tmp_path / "mine.yaml", 0, {"sft": {"epochs": 3}})
    assert (config.sft.epochs, config.sft.warm_up) == (3.0, 7)


def test_a_seed_that_is_given_goes_before_that_of_the_recipe(tmp_path):
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("seed: 7\n")
    assert [make_config(recipe, seed, {}).seed for seed in (None, 0, 3)] == [7, 0, 3]
    assert make_config("cpu-tiny", None, {}).seed == 0
    with pytest.raises(BadOption, match="seed must be of type int"):
        make_config("cpu-tiny", "x", {})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GrpoConfig(variant="trpo"), r"grpo\.variant must be one of"),
        (lambda: GrpoConfig(steps="many"), r"grpo\.steps must be of type int"),
        (lambda: GrpoConfig(steps=None), r"grpo\.steps must be of type int"),
        (lambda: GrpoConfig(gates=5), "gate '5' is not one of"),
        (lambda: TrainConfig(grpo={}), "grpo is a part"),
        (lambda: TrainConfig(levels="x"), "levels must be of type int"),
        (lambda: TrainConfig(model=Path()), "model must be of type str"),
        (lambda: DemonstrationsConfig(shares=[]), r"demonstrations\.shares must be of type"),
    ],
)
def test_settings_in_python_are_of_their_types_too(make, message):
    with pytest.raises(BadOption, match=message):
        make()


def test_lists_in_python_stand_for_tuples():
    assert TrainConfig(levels=[1, 2], tasks=["LCM"]).levels == (1, 2)
