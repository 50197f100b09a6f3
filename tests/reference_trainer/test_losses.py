import math

import pytest
import torch

from r1ci_env.reference_trainer.losses import (
    OBJECTIVES,
    Choices,
    episode_weights,
    episode_advantages,
    importance_weights,
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
    ],
)
def test_on_policy_the_gradient_is_advantage_times_weight(variant, expected):
    logprobs = torch.zeros(4, requires_grad=True)
    choices = Choices(logprobs, torch.zeros(4), torch.tensor([1.0, -1.0])[EPISODES], EPISODES)
    objective, _ = OBJECTIVES[variant](choices, 0.2, 0.28)
    (-(objective * episode_weights(TOKENS, variant, 10)[EPISODES]).sum()).backward()
    assert torch.allclose(logprobs.grad, torch.tensor(expected))


@pytest.mark.parametrize("variant", ["grpo", "dapo", "gspo", "cispo"])
def test_advantages_are_in_units_of_the_group_deviation(variant):
    advantages = group_advantages(torch.tensor([[1.0, 0.0, 0.0, 0.0]]), variant)
    assert torch.allclose(advantages, torch.tensor([[1.5, -0.5, -0.5, -0.5]]), atol=1e-3)


def test_dr_grpo_does_not_divide_by_the_deviation():
    advantages = group_advantages(torch.tensor([[1.0, 0.0, 0.0, 0.0]]), "dr_grpo")
    assert advantages.tolist() == [[0.75, -0.25, -0.25, -0.25]]


def test_a_masked_episode_counts_in_no_mean():
    with_hole = group_advantages(torch.tensor([[1.0, torch.nan, 0.0, 0.0]]), "grpo")
    without = group_advantages(torch.tensor([[1.0, 0.0, 0.0]]), "grpo")
    assert with_hole[0, 1].isnan()
    assert with_hole[0, [0, 2, 3]].equal(without[0])


def test_importance_weights_are_ratios_cut_at_the_cap():
    weights = importance_weights(torch.tensor([0.0, -1.0, -1.0]), torch.tensor([-9.0, -1.0, 0.0]), cap=3.0)
    assert torch.allclose(weights, torch.tensor([3.0, 1.0, math.exp(-1)]))
