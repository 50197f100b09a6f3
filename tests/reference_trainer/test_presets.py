"""What each preset promises."""

from contextlib import closing

import pytest

from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption
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
