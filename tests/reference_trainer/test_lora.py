"""Adapters in reinforcement learning: the engine samples with them, nothing else is trained, and they are merged."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from r1ci_env.curricula import UniformSampler
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import train_grpo
from r1ci_env.reference_trainer.lora import add_adapters, merge_adapters
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import Policy, load_policy
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.run import train
from r1ci_env.reference_trainer.tiny_model import make_model
from r1ci_env.report.training import read_metrics
from tests.reference_trainer.test_run import MINIATURE

FEW = GrpoConfig(steps=3, problems=2, group=2, lora_rank=4, checkpoint_every=1, learning_rate=0.05)


def gap(policy, trajectories):
    packed = pack(trajectories)
    with torch.no_grad():
        return (policy.token_logprobs(packed) - packed.logprobs_N).abs().max().item()


def move_adapters(policy, by=0.2):
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for p in policy.model.parameters():
            if p.requires_grad:
                p.add_(torch.randn(p.shape, generator=generator), alpha=by)


@pytest.mark.parametrize("static", [False, True])
def test_the_engine_samples_with_adapters_as_the_trainer_reads(policy, problems, arena, static):
    add_adapters(policy, 4)
    engine = policy.engine(8, static=static)
    before = play(policy, problems[:6], arena, Sampling(seed=1), engine=engine)
    move_adapters(policy)
    engine.weights_changed()
    assert gap(policy, before) > 0.1
    after = play(policy, problems[:6], arena, Sampling(seed=1), engine=engine)
    assert gap(policy, after) < 1e-4
    with policy.adapters.disable_adapter():
        assert gap(policy, before) < 1e-4
    merge_adapters(policy)
    assert gap(policy, after) < 1e-4


def test_adapters_depend_on_the_seed_and_leave_the_global_numbers_alone(config, policy):
    def made(seed):
        fresh = Policy(make_model(policy.tokenizer, config), policy.tokenizer)
        add_adapters(fresh, 2, seed)
        return torch.cat([p.detach().flatten() for p in fresh.model.parameters() if p.requires_grad])

    state = torch.random.get_rng_state()
    one, again, other = made(1), made(1), made(2)
    assert one.equal(again) and not one.equal(other)
    assert torch.random.get_rng_state().equal(state)


class KilledError(Exception):
    pass


def test_a_killed_run_goes_on_exactly_and_nothing_else_is_trained(config, policy, arena, tmp_path):
    def learn(directory, die_at=None):
        fresh = Policy(make_model(policy.tokenizer, config), policy.tokenizer)
        before = {name: p.detach().clone() for name, p in fresh.model.named_parameters()}
        add_adapters(fresh, FEW.lora_rank)

        def reward(step, i, trajectory):
            if step == die_at:
                raise KilledError
            return float(i % 2)

        sampler = UniformSampler(config.tasks, levels=config.levels)
        train_grpo(fresh, sampler, replace(FEW, kl=0.01), 0, arena, directory, "grpo", reward)
        merge_adapters(fresh)
        return before, dict(fresh.model.named_parameters())

    before, straight = learn(tmp_path / "straight")
    changed = {name for name in before if not straight[name].equal(before[name])}
    assert changed and all("_proj.weight" in name for name in changed)
    with pytest.raises(KilledError):
        learn(tmp_path / "killed", die_at=1)
    _, resumed = learn(tmp_path / "killed")
    assert all(straight[name].equal(resumed[name]) for name in straight)
    rows = read_metrics(tmp_path / "straight" / "grpo.jsonl")
    assert all(row["logprob_gap"] < 1e-3 for row in rows)
    assert rows[0]["kl"] == pytest.approx(0.0, abs=1e-9) and rows[-1]["kl"] > 0


def test_a_run_with_adapters_saves_a_model_without_them(tmp_path):
    settings = {"phases": ("grpo", "control"), "grpo.lora_rank": 2, "grpo.group": 4, "grpo.control_success": 0.5}
    report = train("cpu-tiny", tmp_path / "run", overrides={**MINIATURE, **settings, "grpo.learning_rate": 0.05})
    found, start = (load_file(tmp_path / "run" / stage / "model.safetensors") for stage in ("control", "start"))
    assert found.keys() == start.keys()
    assert found["model.embed_tokens.weight"].equal(start["model.embed_tokens.weight"])
    assert any(not found[name].equal(start[name]) for name in found if name.endswith("q_proj.weight"))
    assert load_policy(report.policy).adapters is None
