"""Every variant of the ablations is a run that could be made; none is made here."""

import sys
from pathlib import Path

import pytest

from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.run import _with_tasks

pytest.importorskip("matplotlib")
sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
ablations = pytest.importorskip("ablations", reason="the benchmarks are not here")


@pytest.mark.parametrize("name", ablations.VARIANTS)
def test_its_settings_are_valid_with_its_warm_start(name):
    shared = ablations.WARM_STARTS.get(name, {})
    warm = _with_tasks(make_config("cpu-small", 0, {"phases": ["sft"], **shared}))
    config = _with_tasks(make_config("cpu-small", 0, {"phases": ["grpo"], **shared, **ablations.VARIANTS[name]}))
    assert (config.tasks, config.answer_marker) == (warm.tasks, warm.answer_marker)
    if name.startswith("without-"):
        assert config.tasks and config.evaluation.left_out and config.evaluation.left_out_problems
        assert set(config.tasks) | set(config.evaluation.left_out) == set(make_config("cpu-small", 0, {}).tasks)


def test_a_variant_without_a_start_does_not_stop_the_others(tmp_path, monkeypatch, capsys):
    made = []

    def train(preset, output, seed, overrides):
        made.append(output.name)
        if output.name == "cold-0":
            raise ablations.NothingToReinforce("make a warm start")

    monkeypatch.setattr(ablations, "train", train)
    ablations.run(tmp_path, [0], ["cold", "answer-tags", "kl"], {})
    assert made == ["warm-0", "cold-0", "warm-answer-tags-0", "answer-tags-0", "warm-0", "kl-0"]
    assert "make a warm start" in capsys.readouterr().out
