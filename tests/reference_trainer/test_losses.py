import math

import pytest
import torch

from r1ci_env.reference_trainer.losses import (
    OBJECTIVES,
    Choices,
    episode_advantages,
    episode_weights,
    importance_weights,
    k3,
)

# Two episodes: three tokens of the policy, and one. The ratios are 1.5 (above the bound 1.28), 0.5 (below 0.8), 1
# and, in the second episode, 1.1. A third episode, of six tokens, was in a group that is dropped.
RATIOS = torch.tensor([1.5, 0.5, 1.0, 1.1])
EPISODES = torch.tensor([0, 0, 0, 1])
TOKENS = torch.tensor([3, 1, 6])
FIRST = 1.28 + 0.5 + 1.0  # advantage +1: the minimum clips what is above the bound only
SECOND = -1.1  # advantage -1


def loss(variant, advantages=(1.0, -1.0), ratios=RATIOS, clip_low=0.2, clip_high=0.28):
    weights = episode_weights(TOKENS, variant, max_tokens=10)
    choices = Choices(ratios.log(), torch.zeros(4), torch.tensor(advantages)[EPISODES], EPISODES)
    objective, clipped = OBJECTIVES[variant](choices, clip_low, clip_high)
    return -(objective * weights[EPISODES]).sum(), clipped


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("grpo", -(FIRST / 3 + SECOND) / 3),
        ("dr_grpo", -(FIRST + SECOND) / (3 * 10)),
        ("dapo", -(FIRST + SECOND) / 10),
        ("reinforce_pp", -(FIRST + SECOND) / 10),
        ("ppo", -(FIRST + SECOND) / 10),
        # The geometric mean of 1.5, 0.5 and 1 is 0.9086; three tokens of it, divided by three.
        ("gspo", -(0.75 ** (1 / 3) - 1.1) / 3),
        # log-likelihoods, weighted by the ratios, of which the first is cut at 1.28
        ("cispo", -(1.28 * math.log(1.5) + 0.5 * math.log(0.5) - 1.1 * math.log(1.1)) / 10),
    ],
)
def test_the_loss_is_what_one_works_out_by_hand(variant, expected):
    value, clipped = loss(variant)
    assert value.item() == pytest.approx(expected, rel=1e-5)
    assert clipped.sum() == (0 if variant == "gspo" else 1)


def test_a_negative_advantage_clips_what_is_below_the_lower_bound():
    assert loss("dapo", (-1.0, 0.0))[0].item() == pytest.approx((1.5 + 0.8 + 1.0) / 10, rel=1e-5)


def test_clip_higher_lets_a_token_rise_further():
    low, high = (loss("dapo", (1.0, 0.0), clip_high=bound)[0].item() for bound in (0.2, 0.4))
    assert high - low == pytest.approx(-0.2 / 10, rel=1e-4)


def test_an_episode_is_clipped_as_a_whole():
    value, clipped = loss("gspo", (-1.0, 0.0), clip_low=0.05)
    assert value.item() == pytest.approx(0.95 / 3, rel=1e-5)
    assert clipped.tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        # at ratios of 1: minus advantage times weight
        ("grpo", [-1 / 9, -1 / 9, -1 / 9, 1 / 3]),
        ("dr_grpo", [-1 / 30, -1 / 30, -1 / 30, 1 / 30]),
        ("dapo", [-1 / 10, -1 / 10, -1 / 10, 1 / 10]),
        ("gspo", [-1 / 9, -1 / 9, -1 / 9, 1 / 3]),
        ("cispo", [-1 / 10, -1 / 10, -1 / 10, 1 / 10]),
        ("reinforce_pp", [-1 / 10, -1 / 10, -1 / 10, 1 / 10]),
        ("ppo", [-1 / 10, -1 / 10, -1 / 10, 1 / 10]),
    ],
)
def test_on_policy_the_gradient_is_advantage_times_weight(variant, expected):
    logprobs = torch.zeros(4, requires_grad=True)
    choices = Choices(logprobs, torch.zeros(4), torch.tensor([1.0, -1.0])[EPISODES], EPISODES)
    objective, _ = OBJECTIVES[variant](choices, 0.2, 0.28)
    (-(objective * episode_weights(TOKENS, variant, 10)[EPISODES]).sum()).backward()
    assert torch.allclose(logprobs.grad, torch.tensor(expected))


def advantages(rewards, variant, tokens=None):
    rewards = torch.tensor(rewards)
    return episode_advantages(rewards, torch.ones_like(rewards) if tokens is None else torch.tensor(tokens), variant)


@pytest.mark.parametrize("variant", ["grpo", "dapo", "gspo", "cispo"])
def test_advantages_are_in_units_of_the_group_deviation(variant):
    found = advantages([[1.0, 0.0, 0.0, 0.0]], variant)
    assert torch.allclose(found, torch.tensor([[1.5, -0.5, -0.5, -0.5]]), atol=1e-3)


def test_dr_grpo_does_not_divide_by_the_deviation():
    assert advantages([[1.0, 0.0, 0.0, 0.0]], "dr_grpo").tolist() == [[0.75, -0.25, -0.25, -0.25]]


def test_reinforce_plus_plus_compares_the_tokens_of_all_episodes():
    """Ten tokens, four of them in episodes that earned 1: mean 0.4, variance (4 · 0.36 + 6 · 0.16) / 9."""
    found = advantages([[1.0, 1.0], [0.0, 0.0]], "reinforce_pp", [[3.0, 1.0], [2.0, 4.0]])
    expected = torch.tensor([[0.6, 0.6], [-0.4, -0.4]]) / (2.4 / 9) ** 0.5
    assert torch.allclose(found, expected, atol=1e-3)


@pytest.mark.parametrize("variant", ["grpo", "dr_grpo", "reinforce_pp"])
def test_where_all_earned_the_same_the_advantage_is_nothing_at_all(variant):
    """Not even by rounding: 0.1 less the mean of 0.1, 0.1 and 0.1 is not 0 in float32."""
    assert advantages([[0.1, 0.1, 0.1], [0.1, 0.1, torch.nan]], variant).eq(0).all()
    assert advantages([[0.1, 0.1, 0.1], [0.0, 0.3, 0.3]], "grpo")[0].eq(0).all()


@pytest.mark.parametrize("variant", ["grpo", "dr_grpo", "reinforce_pp"])
def test_a_masked_episode_counts_in_no_mean(variant):
    with_hole = advantages([[1.0, torch.nan, 0.0, 0.0]], variant)
    without = advantages([[1.0, 0.0, 0.0]], variant)
    assert with_hole[0, 1] == 0
    assert with_hole[0, [0, 2, 3]].equal(without[0])


def test_k3_is_what_one_works_out_by_hand():
    """The other policy finds the first token twice as likely and the second half as likely."""
    found = k3(torch.tensor([-1.0, -1.0, -1.0]), torch.tensor([-1.0 + math.log(2), -1.0 - math.log(2), -1.0]))
    assert torch.allclose(found, torch.tensor([2 - 1 - math.log(2), 0.5 - 1 + math.log(2), 0.0]))


def test_k3_estimates_the_divergence_without_bias():
    policy, other = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.5, 0.1, 0.4])
    mean = (policy * k3(policy.log(), other.log())).sum()
    assert torch.allclose(mean, (policy * (policy / other).log()).sum())


def importance(mode, cap=3.0):
    trainer, engine = torch.tensor([0.0, -1.0, -1.0, 0.0]), torch.tensor([-9.0, -1.0, 0.0, -0.5])
    return importance_weights(trainer, engine, torch.tensor([0, 1, 1, 2]), cap, mode)


def test_importance_weights_of_tokens_are_ratios_cut_at_the_cap():
    weights, beyond = importance("token_truncate")
    assert torch.allclose(weights, torch.tensor([3.0, 1.0, math.exp(-1), math.exp(0.5)]))
    assert beyond.tolist() == [True, False, False, False]


def test_importance_weights_of_episodes_are_products_and_nothing_beyond_the_cap():
    weights, beyond = importance("sequence_mask")
    assert torch.allclose(weights, torch.tensor([0.0, math.exp(-1), math.exp(-1), math.exp(0.5)]))
    assert beyond.tolist() == [True, False, False, False]
    assert importance("sequence_mask", cap=1.0)[0].tolist() == pytest.approx([0, math.exp(-1), math.exp(-1), 0])
