from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest

from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer.bounds import Bounded
from r1ci_env.reference_trainer.config import GrpoConfig, TrainConfig
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.run import train


def numbers(config, prefix=""):
    """Yield the dotted names of all settings that are numbers."""
    kinds = get_type_hints(type(config))
    for field in fields(config):
        value = getattr(config, field.name)
        if is_dataclass(value):
            yield from numbers(value, f"{prefix}{field.name}.")
        elif kinds[field.name] in (int, float, int | None, float | None):
            yield f"{prefix}{field.name}"


ALL = sorted(numbers(TrainConfig()))


def test_sections_are_named_as_in_recipes():
    for name in ALL:
        config, *path = TrainConfig(), *name.split(".")
        for part in path[:-1]:
            config = getattr(config, part)
        assert isinstance(config, Bounded)
        assert f"{config.section}{path[-1]}" == name


@pytest.mark.parametrize("name", ALL)
def test_no_number_may_be_anything(name):
    with pytest.raises(BadOption, match=f"{name} must be "):
        make_config("cpu-tiny", 0, {name: -1})


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_numbers_are_finite(name, value):
    with pytest.raises(BadOption, match=f"{name} must be "):
        make_config("cpu-tiny", 0, {name: value})


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"grpo.group": 0}, r"grpo\.group must be at least 2, got 0"),
        ({"grpo.kl": -0.5}, r"grpo\.kl must be at least 0, got -0\.5"),
        ({"grpo.temperature": 0}, r"grpo\.temperature must be above 0, got 0"),
        ({"sft.final_rate": 2}, r"sft\.final_rate must be from 0 to 1, got 2"),
        ({"grpo.group": 1}, r"grpo\.group must be at least 2, got 1"),
        ({"sft.max_steps": 300}, r"gate can't open within 300 SFT steps.* to 400 or more"),
        ({"levels": ()}, "levels names none"),
        ({"phases": ()}, "in this order"),
        ({"phases": ("grpo", "sft")}, "in this order"),
        ({"phases": ("sft", "sft")}, "in this order"),
        ({"demonstrations.shares": {"program": "half"}}, r"demonstrations\.shares\.program must be of type float"),
        ({"demonstrations.shares": {"proogram": 0.5}}, "Did you mean 'program'"),
        ({"tiny.heads": 5}, "tiny.heads must be even"),
        ({"levels": (1, 9)}, "levels 1 to 5, not 9"),
        ({"model": "/no/such/model"}, "no folder /no/such/model"),
        ({"model": "./none"}, r"no folder \./none"),
        ({"device": "nope"}, "on the device 'nope'"),
        ({"device": "cuda:99"}, "on the device 'cuda:99'"),
        ({"packages": "all"}, "packages must be one of"),
        ({"evaluation.left_out": ("Nope",)}, "No task is called 'Nope'"),
    ],
)
def test_a_run_that_can_not_be_is_refused_before_anything_is_written(tmp_path, overrides, message):
    with pytest.raises(R1ciError, match=message):
        train("cpu-tiny", tmp_path / "run", overrides=overrides)
    assert not (tmp_path / "run").exists()


def test_several_settings_are_checked_together(tmp_path):
    assert make_config("cpu-tiny", 0, {"tiny.heads": 5, "tiny.hidden_size": 200}).tiny.heads == 5


def test_a_part_of_the_settings_is_checked_by_itself():
    with pytest.raises(BadOption, match=r"grpo\.lora_rank must be at least 0, got -1"):
        GrpoConfig(lora_rank=-1)
