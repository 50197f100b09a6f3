from dataclasses import replace

import pytest
import torch

from r1ci_env.reference_trainer import value
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import update
from r1ci_env.reference_trainer.optimizer import MasterAdamW
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.value import ValueHead, advantages, value_loss

PPO = GrpoConfig("ppo", group=2)


def test_advantages_are_what_one_works_out_by_hand():
    """Two episodes: three tokens and a reward of 1, one token and a reward of 0; lambda is 0.95."""
    found = advantages(torch.tensor([0.2, 0.5, 0.4, 0.3]), torch.tensor([0, 0, 0, 1]), torch.tensor([1.0, 0.0]))
    last = 1 - 0.4
    middle = (0.4 - 0.5) + 0.95 * last
    first = (0.5 - 0.2) + 0.95 * middle
    assert torch.allclose(found, torch.tensor([first, middle, last, -0.3]))


def test_with_a_lambda_of_one_they_are_reward_less_value(monkeypatch):
    monkeypatch.setattr(value, "LAMBDA", 1.0)
    values = torch.tensor([0.2, -3.0, 0.4, 0.3])
    found = advantages(values, torch.tensor([0, 0, 1, 1]), torch.tensor([1.0, 0.5]))
    assert torch.allclose(found, torch.tensor([1.0, 1.0, 0.5, 0.5]) - values)


def test_the_value_loss_is_what_one_works_out_by_hand():
    """The return is 1. A value that rose from 0 to 0.5 is taken for 0.2; from 0 to 0.1, for itself; and what fell to
    -0.5 has the larger of the two errors, its own."""
    old, new, returns = torch.zeros(3), torch.tensor([0.5, 0.1, -0.5]), torch.ones(3)
    assert torch.allclose(value_loss(new, old, returns), torch.tensor([0.8**2, 0.9**2, 1.5**2]) / 2)


def test_values_are_read_where_the_policy_chose_and_across_what_the_environment_says(policy, trajectories):
    """A head that is not 0 gives each token the value of the hidden state before it, also behind an observation."""
    several = next(t for t in trajectories if t.episode.turns > 1)
    head = ValueHead(policy)
    torch.nn.init.normal_(head.linear.weight, generator=torch.Generator().manual_seed(0))
    packed = pack([several, trajectories[0]])
    logprobs, values = head.read(packed, 1.0)
    assert torch.allclose(logprobs, policy.token_logprobs(packed))
    with torch.no_grad():
        hidden = policy.model.model(torch.tensor([several.ids])).last_hidden_state[0]
        expected = head.linear(hidden)[:, 0][[i - 1 for i, s in enumerate(several.sampled) if s]]
    assert torch.allclose(values[: sum(several.sampled)], expected, atol=1e-5)
    assert not policy.model.get_output_embeddings()._forward_pre_hooks


def test_the_first_step_judges_by_rewards_alone_and_the_head_learns_them(policy, trajectories):
    """At first every value is 0, so what an episode earned is the advantage of its last token, and less before it."""
    episodes = trajectories[:8]
    rewards = [1.0, 0.0] * 4
    head = ValueHead(policy)
    optimizer = MasterAdamW([*policy.model.parameters(), *head.parameters()], lr=3e-3)
    values = [update(policy, optimizer, episodes, rewards, PPO, critic=head) for _ in range(20)]
    assert values[0]["kept_groups"] == 1.0
    squared = [
        r**2 * 0.95 ** (2 * i) / 2 for t, r in zip(episodes, rewards, strict=True) for i in range(sum(t.sampled))
    ]
    assert values[0]["value_loss"] == pytest.approx(sum(squared) / len(squared), rel=1e-4)
    assert values[-1]["value_loss"] < 0.5 * values[0]["value_loss"]
    assert head.linear.weight.abs().max() > 0


def test_small_passes_add_up_to_one_large_one(policy, trajectories):
    found = []
    for tokens in (1, 100_000):
        head = ValueHead(policy)
        optimizer = MasterAdamW([*policy.model.parameters(), *head.parameters()], lr=0.0)
        config = replace(PPO, micro_batch_tokens=tokens)
        found.append(update(policy, optimizer, trajectories[:6], [1.0, 0.0] * 3, config, critic=head))
    for name in ("loss", "gradient_norm", "value_loss"):
        assert found[0][name] == pytest.approx(found[1][name], rel=1e-4)
