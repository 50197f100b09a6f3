"""The losses of policy optimisation, each as an objective of a token and a weight of its episode.

| variant        | ratio of               | weight of a token                  | advantage                        |
|----------------|------------------------|------------------------------------|----------------------------------|
| `grpo`         | the token              | 1 / (episodes · tokens of its own) | in its group, divided            |
| `dr_grpo`      | the token              | 1 / (episodes · longest allowed)   | in its group                     |
| `dapo`         | the token              | 1 / tokens of all episodes         | in its group, divided            |
| `gspo`         | the episode, geometric | 1 / (episodes · tokens of its own) | in its group, divided            |
| `cispo`        | the token, no gradient | 1 / tokens of all episodes         | in its group, divided            |
| `reinforce_pp` | the token              | 1 / tokens of all episodes         | among the step's tokens, divided |
| `ppo`          | the token              | 1 / tokens of all episodes         | over a value head, divided       |

The objective is the smaller of ratio · advantage with a free and a clipped ratio; for `cispo` log-likelihood ·
advantage, weighted by the ratio, cut from above. "Divided" is by the standard deviation. "All episodes" are those of
the step: groups that are dropped, because all of them earned the same, have no gradient and still count in the mean.
`gspo` wants much narrower bounds (its paper: 3e-4 and 4e-4).

DeepSeekMath (arXiv 2402.03300), Dr. GRPO (2503.20783), DAPO (2503.14476), GSPO (2507.18071), MiniMax-M1 (2506.13585),
REINFORCE++ (2501.03262), PPO (1707.06347; see `r1ci_env.reference_trainer.value`).

Names end in their axes: P for problems, G for the episodes of a group, E for episodes, N for tokens of the policy.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from r1ci_env.reference_trainer.config import ImportanceMode, LossVariant

DEVIATION_FLOOR = 1e-4
"""Added to a standard deviation before the division."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Tokens that the policy chose.

    Attributes:
        logprobs_N: Log-probabilities under the policy, with gradients.
        old_logprobs_N: Those before the first update of the step.
        advantages_N: How much better than expected each was, or the episode that it belongs to.
        episodes_N: Number of that episode.
    """

    logprobs_N: Tensor
    old_logprobs_N: Tensor
    advantages_N: Tensor
    episodes_N: Tensor


def vary(rewards_PG: Tensor) -> Tensor:
    """Return of each group whether its episodes earned different rewards; NaN is a masked episode."""
    return rewards_PG.nan_to_num(-torch.inf).amax(1) > rewards_PG.nan_to_num(torch.inf).amin(1)


def episode_advantages(rewards_PG: Tensor, tokens_PG: Tensor, variant: LossVariant) -> Tensor:
    """Return how much better each episode was than others, as the table says; exactly 0 where all earned the same.

    Args:
        rewards_PG: Rewards; NaN is a masked episode, outside of all means, whose advantage is 0.
        tokens_PG: Number of the policy's tokens in each.
        variant: See above; not `ppo`.
    """
    counts, groups = (~rewards_PG.isnan()).float(), rewards_PG
    if variant == "reinforce_pp":
        counts, groups = (counts * tokens_PG).view(1, -1), rewards_PG.view(1, -1)
    told = (counts > 0) & vary(groups.masked_fill(counts == 0, torch.nan))[:, None]
    found = standardised(groups.nan_to_num(0.0), counts, divide=variant != "dr_grpo")
    return found.masked_fill(~told, 0.0).view_as(rewards_PG)


def standardised(values: Tensor, counts: Tensor, *, divide: bool = True) -> Tensor:
    """Return values less their row's mean, by their row's standard deviation, where each occurs ``counts`` times."""
    total = counts.sum(1, keepdim=True)
    centred = values - (values * counts).sum(1, keepdim=True) / total.clamp(min=1)
    if not divide:
        return centred
    variance = (centred.square() * counts).sum(1, keepdim=True) / (total - 1).clamp(min=1)
    return centred / (variance.sqrt() + DEVIATION_FLOOR)


def episode_weights(tokens_E: Tensor, variant: LossVariant, max_tokens: int) -> Tensor:
    """Return what each token of an episode counts.

    Args:
        tokens_E: Number of the policy's tokens in each episode of the step.
        variant: See above.
        max_tokens: The longest that an episode may be, by which `dr_grpo` divides.
    """
    match variant:
        case "grpo" | "gspo":
            return 1 / (len(tokens_E) * tokens_E.clamp(min=1))
        case "dr_grpo":
            return torch.full_like(tokens_E, 1 / (len(tokens_E) * max_tokens), dtype=torch.float)
        case "dapo" | "cispo" | "reinforce_pp" | "ppo":
            return torch.full_like(tokens_E, 1 / max(tokens_E.sum().item(), 1), dtype=torch.float)


Objective = Callable[[Choices, float, float], tuple[Tensor, Tensor]]
"""From tokens and the two bounds, their objectives, to be maximised, and where the bounds took the gradient away."""


def token_clip(choices: Choices, clip_low: float, clip_high: float) -> tuple[Tensor, Tensor]:
    """Return PPO's objective: the ratio of probabilities is clipped at 1 - clip_low and 1 + clip_high."""
    return _clip((choices.logprobs_N - choices.old_logprobs_N).exp(), choices.advantages_N, clip_low, clip_high)


def episode_clip(choices: Choices, clip_low: float, clip_high: float) -> tuple[Tensor, Tensor]:
    """Return GSPO's objective: the ratio of an episode is the geometric mean over its tokens."""
    sum_N = _episode_sums(choices.logprobs_N - choices.old_logprobs_N, choices.episodes_N)
    mean_N = sum_N / torch.bincount(choices.episodes_N)[choices.episodes_N]
    return _clip(mean_N.exp(), choices.advantages_N, clip_low, clip_high)


def weighted_likelihood(choices: Choices, clip_low: float, clip_high: float) -> tuple[Tensor, Tensor]:
    """Return CISPO's objective: log-likelihood, weighted by a ratio without gradient, cut at 1 + clip_high."""
    ratio_N = (choices.logprobs_N - choices.old_logprobs_N).exp().detach()
    objective = ratio_N.clamp(max=1 + clip_high) * choices.advantages_N * choices.logprobs_N
    return objective, ratio_N > 1 + clip_high


OBJECTIVES: dict[LossVariant, Objective] = {
    "grpo": token_clip,
    "dr_grpo": token_clip,
    "dapo": token_clip,
    "gspo": episode_clip,
    "cispo": weighted_likelihood,
    "reinforce_pp": token_clip,
    "ppo": token_clip,
}


def k3(logprobs_N: Tensor, other_N: Tensor) -> Tensor:
    """Return Schulman's k3: of each token that a policy chose, an estimate of its divergence from another policy."""
    difference_N = other_N - logprobs_N
    return difference_N.expm1() - difference_N


def importance_weights(
    trainer_N: Tensor, engine_N: Tensor, episodes_N: Tensor, cap: float, mode: ImportanceMode
) -> tuple[Tensor, Tensor]:
    """Return how much likelier the trainer finds what the engine sampled than the engine did, and where beyond the cap.

    Both have the same weights but not the same rounding; in bfloat16 that can be a factor.

    Args:
        trainer_N: The trainer's log-probabilities.
        engine_N: The engine's.
        episodes_N: Number of the episode of each token.
        cap: Largest weight.
        mode: ``token_truncate`` weighs tokens, and cuts at the cap; ``sequence_mask`` weighs whole episodes, and those
            beyond the cap not at all.
    """
    difference_N = trainer_N - engine_N
    if mode == "token_truncate":
        ratio_N = difference_N.exp()
        return ratio_N.clamp(max=cap), ratio_N > cap
    ratio_N = _episode_sums(difference_N, episodes_N).exp()
    return ratio_N.masked_fill(ratio_N > cap, 0.0), ratio_N > cap


def _episode_sums(values_N: Tensor, episodes_N: Tensor) -> Tensor:
    """Return for each token the sum over its episode."""
    sums = values_N.new_zeros(int(episodes_N.max()) + 1)
    return sums.index_add(0, episodes_N, values_N)[episodes_N]


def _clip(ratio_N: Tensor, advantages_N: Tensor, clip_low: float, clip_high: float) -> tuple[Tensor, Tensor]:
    free = ratio_N * advantages_N
    clipped = ratio_N.clamp(1 - clip_low, 1 + clip_high) * advantages_N
    return torch.min(free, clipped), clipped < free
