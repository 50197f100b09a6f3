"""What is measured, kept and noticed while a policy learns from rewards."""

import pytest
import torch

from r1ci_env.curricula import UniformSampler
from r1ci_env.evaluation.statistics import wilson_interval
from r1ci_env.reference_trainer.batch import PATIENCE, NothingToReinforce
from r1ci_env.reference_trainer.checkpoint import BEST
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.evaluation import right_shares
from r1ci_env.reference_trainer.grpo import train_grpo
from r1ci_env.reference_trainer.policy import load_policy
from r1ci_env.reference_trainer.run import train
from r1ci_env.report.training import read_metrics
from tests.reference_trainer.test_run import MINIATURE


def test_shares_are_of_right_answers_with_wilsons_intervals(trajectories):
    found = right_shares("held_out", trajectories)
    assert {t.episode.problem.task for t in trajectories} == found["held_out_intervals"].keys()
    for task, interval in found["held_out_intervals"].items():
        assert interval[0] - 1e-9 <= found[f"held_out/{task}"] <= interval[1] + 1e-9
    assert 0 < found["held_out_low"] < found["held_out"] < found["held_out_high"] < 1
    different = list({t.episode.problem.ref: t for t in trajectories}.values())
    right = sum(t.episode.correct for t in different)
    bounds = right_shares("x", different)
    assert (bounds["x_low"], bounds["x_high"]) == pytest.approx(wilson_interval(right, len(different)))


@pytest.mark.parametrize("rank", [0, 2])
def test_a_run_is_measured_on_the_way_and_the_best_policy_is_kept(tmp_path, rank):
    settings = {
        **MINIATURE,
        "phases": ("grpo", "control"),
        "tasks": ("ChainSum", "LCM"),
        "evaluation.left_out": ("SpellBackward",),
        "evaluation.left_out_problems": 3,
        "grpo.steps": 5,
        "grpo.evaluate_every": 2,
        "grpo.checkpoint_every": 1,
        "grpo.lora_rank": rank,
    }
    report = train("cpu-tiny", tmp_path / "run", overrides=settings)
    for phase in ("grpo", "control"):
        rows = read_metrics(report.metrics[phase])
        assert [row["step"] for row in rows if "held_out_greedy" in row] == [2, 4]
        row = rows[3]
        for name in ("held_out_greedy", "held_out_sampled", "left_out_greedy", "left_out_sampled"):
            assert row[f"{name}_low"] - 1e-9 <= row[name] <= row[f"{name}_high"] + 1e-9
        assert row["held_out_sampled_intervals"].keys() == {"ChainSum", "LCM"}
        assert row["left_out_sampled_intervals"].keys() == {"SpellBackward"}
        kept = tmp_path / "run" / f"{phase}.checkpoints"
        assert {path.name for path in kept.iterdir()} == {"step-4.pt", "step-5.pt", BEST}
        assert load_policy(kept / BEST).rules["prompt"] == "bare"


def test_evaluations_on_the_way_change_nothing_of_what_is_learnt(tmp_path):
    weights = []
    for every in (0, 1):
        settings = {**MINIATURE, "phases": ("control",), "grpo.group": 4, "grpo.evaluate_every": every}
        train("cpu-tiny", tmp_path / str(every), overrides={**settings, "grpo.control_success": 0.5})
        weights.append((tmp_path / str(every) / "control" / "model.safetensors").read_bytes())
    assert weights[0] == weights[1] != (tmp_path / "0" / "start" / "model.safetensors").read_bytes()


def test_the_best_is_kept_by_what_was_measured(policy, arena, config, tmp_path):
    values, saved = iter([0.2, 0.5, 0.5, 0.3]), []
    policy.save = lambda path, weights=None: (saved.append(path), path.mkdir())
    few = GrpoConfig(steps=4, problems=1, group=2, evaluate_every=1, checkpoint_every=2)
    sampler = UniformSampler(config.tasks, levels=config.levels)

    def measure(engine):
        return {"held_out_greedy": next(values)}

    train_grpo(policy, sampler, few, 0, arena, tmp_path, "grpo", measure=measure)
    assert len(saved) == 2
    kept = torch.load(tmp_path / "grpo.checkpoints" / "step-4.pt", weights_only=True)
    assert kept["best"] == 0.5


def test_a_start_without_any_reward_says_what_to_do(policy, arena, config, tmp_path):
    few = GrpoConfig(steps=PATIENCE + 5, problems=1, group=2, max_turn_tokens=1, checkpoint_every=10)
    sampler = UniformSampler(config.tasks, levels=config.levels)
    with pytest.raises(NothingToReinforce, match=r"After 20 steps .* 0\.00 .*warm start.*phases=\[sft,grpo\]"):
        train_grpo(policy, sampler, few, 0, arena, tmp_path, "grpo")
    assert len(read_metrics(tmp_path / "grpo.jsonl")) == PATIENCE
    assert (tmp_path / "grpo.checkpoints" / "step-10.pt").exists()


def test_a_control_and_a_start_with_some_variance_go_on(policy, arena, config, tmp_path, monkeypatch):
    few = GrpoConfig(steps=PATIENCE + 1, problems=1, group=2, max_turn_tokens=4, learning_rate=0.0)
    sampler = UniformSampler(config.tasks, levels=config.levels)
    train_grpo(policy, sampler, few, 0, arena, tmp_path, "control", reward=lambda step, i, trajectory: 0.0)
    assert len(read_metrics(tmp_path / "control.jsonl")) == PATIENCE + 1
    from r1ci_env.reference_trainer import batch

    lucky = iter([True, *[False] * PATIENCE])
    monkeypatch.setattr(batch, "vary", lambda rewards: rewards.new_tensor([next(lucky)], dtype=bool))
    train_grpo(policy, sampler, few, 0, arena, tmp_path, "grpo")
    assert [row["varied_groups"] for row in read_metrics(tmp_path / "grpo.jsonl")] == [1.0, *[0.0] * PATIENCE]
