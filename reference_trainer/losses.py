"""The losses of policy optimisation, each as an objective of a token and a weight of its episode.

| variant   | ratio of               | clipped            | weight of a token                   | advantage divided |
|-----------|------------------------|--------------------|-------------------------------------|-------------------|
| `grpo`    | the token              | min(free, clipped) | 1 / (episodes · tokens of its own)  | yes               |
| `dr_grpo` | the token              | min(free, clipped) | 1 / (episodes · longest allowed)    | no                |
| `dapo`    | the token              | min(free, clipped) | 1 / tokens of all episodes          | yes               |
| `gspo`    | the episode, geometric | min(free, clipped) | 1 / (episodes · tokens of its own)  | yes               |
| `cispo`   | the token, no gradient | the ratio itself   | 1 / tokens of all episodes          | yes               |

DeepSeekMath (arXiv 2402.03300), Dr. GRPO (2503.20783), DAPO (2503.14476), GSPO (2507.18071), MiniMax-M1 (2506.13585).
Advantages are divided by the standard deviation of the group's rewards. "All episodes" are those of the step: groups
that are dropped, because all of them earned the same, have no gradient and still count in the mean. `gspo` wants much
narrower bounds (its paper: 3e-4 and 4e-4); `cispo` has no lower one.

Names end in their axes: P for problems, G for the episodes of a group, E for episodes, N for tokens of the policy.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from r1ci_env.reference_trainer.config import LossVariant

DEVIATION_FLOOR = 1e-4
"""Added to a group's standard deviation before the division."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Tokens that the policy chose.

    Attributes:
        logprobs_N: Log-probabilities under the policy, with gradients.
        old_logprobs_N: Those before the first update of the step.
        advantages_N: Of the episode that each belongs to.
        episodes_N: Number of that episode.
    """

    logprobs_N: Tensor
    old_logprobs_N: Tensor
    advantages_N: Tensor
    episodes_N: Tensor


def group_advantages(rewards_PG: Tensor, variant: LossVariant) -> Tensor:
    """Return how much better each episode was than its group; NaN is a masked episode, outside of all means.

    `dr_grpo` leaves out the division by the group's standard deviation.
    """
    valid = ~rewards_PG.isnan()
    count = valid.sum(1, keepdim=True)
    centred = rewards_PG - rewards_PG.nansum(1, keepdim=True) / count
    if variant == "dr_grpo":
        return centred
    deviation = (centred.square().nansum(1, keepdim=True) / (count - 1).clamp(min=1)).sqrt()
    return centred / (deviation + DEVIATION_FLOOR)


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
        case "dapo" | "cispo":
            return torch.full_like(tokens_E, 1 / max(tokens_E.sum().item(), 1), dtype=torch.float)


Objective = Callable[[Choices, float, float], tuple[Tensor, Tensor]]
"""From tokens and the two bounds, their objectives, to be maximised, and where the bounds took the gradient away."""


def token_clip(choices: Choices, clip_low: float, clip_high: float) -> tuple[Tensor, Tensor]:
    """Return PPO's objective: the ratio of probabilities is clipped at 1 - clip_low and 1 + clip_high."""
    return _clip((choices.logprobs_N - choices.old_logprobs_N).exp(), choices.advantages_N, clip_low, clip_high)


def episode_clip(choices: Choices, clip_low: float, clip_high: float) -> tuple[Tensor, Tensor]:
    """Return GSPO's objective: the ratio of an episode is the geometric mean over its tokens."""
    difference_N = choices.logprobs_N - choices.old_logprobs_N
    sums = difference_N.new_zeros(int(choices.episodes_N.max()) + 1)
    counts = torch.bincount(choices.episodes_N)
    mean_N = (sums.index_add(0, choices.episodes_N, difference_N) / counts)[choices.episodes_N]
    # The value is the episode's, the gradient each token's own, so that it reaches every token once.
    ratio_N = (mean_N.detach() + choices.logprobs_N - choices.logprobs_N.detach()).exp()
    return _clip(ratio_N, choices.advantages_N, clip_low, clip_high)


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
}


def importance_weights(trainer_logprobs_N: Tensor, engine_logprobs_N: Tensor, cap: float) -> Tensor:
    """Return how much likelier the trainer finds each token than the engine that sampled it, cut at ``cap``.

    Both have the same weights but not the same rounding; in bfloat16 that can be a factor.
    """
    return (trainer_logprobs_N - engine_logprobs_N).exp().clamp(max=cap)


def _clip(ratio_N: Tensor, advantages_N: Tensor, clip_low: float, clip_high: float) -> tuple[Tensor, Tensor]:
    free = ratio_N * advantages_N
    clipped = ratio_N.clamp(1 - clip_low, 1 + clip_high) * advantages_N
    return torch.min(free, clipped), clipped < free
