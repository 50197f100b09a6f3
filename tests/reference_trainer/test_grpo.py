import math
from dataclasses import replace

import pytest
import torch

from r1ci_env.curricula import UniformSampler
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import group_advantages, policy_loss, token_weights, train_grpo, update
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import play
from r1ci_env.reference_trainer.runlog import read_metrics
from r1ci_env.reference_trainer.seeds import torch_generator
from r1ci_env.reference_trainer.tiny_model import make_model

# Two episodes: three policy tokens after one of the environment, and one policy token. The ratios are
# 1.5 (above the bound 1.28), 0.5 (below 0.8), 1 and, in the second episode, 1.1.
OLD = torch.zeros(2, 4)
NEW = torch.tensor([[9.0, math.log(1.5), math.log(0.5), 0.0], [math.log(1.1), 9.0, 9.0, 9.0]])
SAMPLED = torch.tensor([[0.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]])
FIRST = 1.28 + 0.5 + 1.0  # advantage +1: the minimum clips what is above the bound only
SECOND = -1.1  # advantage -1


def clipped_loss(new, advantages, variant, clip_high=0.28):
    weights = token_weights(SAMPLED.sum(1).long(), variant, max_tokens=10)
    return policy_loss(new, OLD, torch.tensor(advantages), weights, SAMPLED, 0.2, clip_high)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("grpo", -(FIRST / 3 + SECOND) / 2),
        ("dr_grpo", -(FIRST + SECOND) / (2 * 10)),
        ("dapo", -(FIRST + SECOND) / 4),
    ],
)
def test_the_loss_is_what_one_works_out_by_hand(variant, expected):
    loss, clipped = clipped_loss(NEW, [1.0, -1.0], variant)
    assert loss.item() == pytest.approx(expected, rel=1e-5)
    assert clipped == 1


def test_a_negative_advantage_clips_what_is_below_the_lower_bound():
    loss, _ = clipped_loss(NEW, [-1.0, 0.0], "dapo")
    assert loss.item() == pytest.approx((1.5 + 0.8 + 1.0) / 4, rel=1e-5)


def test_clip_higher_lets_a_token_rise_further():
    low, high = (clipped_loss(NEW, [1.0, 0.0], "dapo", clip_high=bound)[0].item() for bound in (0.2, 0.4))
    assert high - low == pytest.approx(-0.2 / 4, rel=1e-4)


def test_tokens_of_the_environment_have_no_gradient():
    new = NEW.clone().requires_grad_()
    clipped_loss(new, [1.0, -1.0], "dapo")[0].backward()
    assert not new.grad[SAMPLED == 0].any()


@pytest.mark.parametrize("variant", ["grpo", "dapo"])
def test_advantages_are_in_units_of_the_group_deviation(variant):
    advantages = group_advantages(torch.tensor([[1.0, 0.0, 0.0, 0.0]]), variant)
    assert torch.allclose(advantages, torch.tensor([[1.5, -0.5, -0.5, -0.5]]), atol=1e-3)


def test_dr_grpo_does_not_divide_by_the_deviation():
    advantages = group_advantages(torch.tensor([[1.0, 0.0, 0.0, 0.0]]), "dr_grpo")
    assert advantages.tolist() == [[0.75, -0.25, -0.25, -0.25]]


@pytest.fixture
def episodes(policy, problems, env):
    groups = [problem for problem in problems[:3] for _ in range(2)]
    return play(policy, groups, env, generator=torch_generator("grpo test"))


def test_a_group_without_variance_is_dropped(policy, episodes):
    config = GrpoConfig(group=2)
    optimizer = torch.optim.SGD(policy.model.parameters(), lr=0.0)
    mixed = update(policy, optimizer, episodes, torch.tensor([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]), config)
    alone = update(policy, optimizer, episodes[2:4], torch.tensor([[1.0, 0.0]]), config)
    assert mixed["kept_groups"] == pytest.approx(1 / 3)
    assert mixed["loss"] == pytest.approx(alone["loss"], abs=1e-5)
    assert mixed["gradient_norm"] == pytest.approx(alone["gradient_norm"], rel=1e-3)
    assert mixed["logprob_gap"] < 1e-3


def test_nothing_is_learnt_when_every_group_is_dropped(policy, episodes):
    before = [p.clone() for p in policy.model.parameters()]
    optimizer = torch.optim.AdamW(policy.model.parameters(), lr=0.1)
    assert update(policy, optimizer, episodes, torch.ones(3, 2), GrpoConfig(group=2)) == {"kept_groups": 0.0}
    assert all(a.equal(b) for a, b in zip(before, policy.model.parameters(), strict=True))


def test_a_rewarded_episode_becomes_likelier(policy, episodes):
    def total():
        with torch.no_grad():
            from r1ci_env.reference_trainer.rollout import collate

            batch = collate(episodes[:2], policy)
            return (policy.token_logprobs(batch.ids, batch.attention_mask) * batch.sampled).mean(1)

    before = total()
    optimizer = torch.optim.SGD(policy.model.parameters(), lr=0.1)
    update(policy, optimizer, episodes, torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]), GrpoConfig(group=2))
    after = total()
    assert after[0] - after[1] > before[0] - before[1]


class KilledError(Exception):
    pass


def test_a_killed_run_goes_on_exactly(config, policy, env, tmp_path):
    grpo = replace(config.grpo, steps=4, problems=2, group=2, checkpoint_every=2, learning_rate=1e-2)

    def run(directory, kill_at=None):
        def reward(step, i, trajectory):
            if step == kill_at:
                raise KilledError
            return float(i % 2)

        fresh = Policy(make_model(policy.tokenizer, config), policy.tokenizer)
        sampler = UniformSampler(config.tasks, config.level)
        train_grpo(fresh, sampler, grpo, 0, env, directory, "grpo", reward)
        return fresh

    whole = run(tmp_path / "whole")
    with pytest.raises(KilledError):
        run(tmp_path / "killed", kill_at=3)
    resumed = run(tmp_path / "killed")
    for a, b in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        assert a.equal(b)
    rewards = [[row["reward"] for row in read_metrics(tmp_path / d / "grpo.jsonl")] for d in ("whole", "killed")]
    assert rewards[0] == rewards[1]
    assert len(rewards[0]) == 4
