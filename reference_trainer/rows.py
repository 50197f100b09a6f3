"""What the updates of a step have in common: its episodes in rows, and what each of their tokens counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from r1ci_env.reference_trainer import distributed, losses
from r1ci_env.reference_trainer.batch import rewards_of
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.examples import EMPTY
from r1ci_env.reference_trainer.outputs import unmasked
from r1ci_env.reference_trainer.packing import Pack, micro_batches, pack
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.reference import Reference
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.reference_trainer.value import ValueHead


@dataclass(slots=True)
class Row:
    """What is computed at once, and what of it stays the same in all updates of a step.

    Attributes:
        packed: Episodes.
        weights_N: What each token counts.
        advantages_N: How much better than expected it was.
        old_N: Its log-probability before the first update.
        reference_N: Its log-probability under the reference, with a KL penalty.
        values_N: The value before it, before the first update, with a value head.
        returns_N: What that value should have been.
    """

    packed: Pack
    weights_N: Tensor
    advantages_N: Tensor
    old_N: Tensor | None = None
    reference_N: Tensor | None = None
    values_N: Tensor | None = None
    returns_N: Tensor | None = None


def rows_of(
    policy: Policy,
    trajectories: Sequence[Trajectory],
    rewards: Sequence[float],
    config: GrpoConfig,
    reference: Reference | None,
    critic: ValueHead | None,
) -> tuple[list[Row], float, int]:
    """Return this process's rows of a step, the share of groups that are in any, and the number of all their tokens.

    Arguments are those of `r1ci_env.reference_trainer.grpo.update`.
    """
    if not trajectories:
        return [], 0.0, 0
    streams = trajectories if config.mask_outputs else [unmasked(t) for t in trajectories]
    tokens_E = torch.tensor([sum(stream.sampled) for stream in streams])
    rewards_PG = rewards_of(trajectories, rewards, config)
    heard_E = ~rewards_PG.isnan().flatten()
    weights_E = torch.zeros(len(streams))
    longest = config.max_episode_tokens or policy.context
    weights_E[heard_E] = losses.episode_weights(tokens_E[heard_E], config.variant, longest)
    advantages_E = losses.episode_advantages(rewards_PG, tokens_E.view_as(rewards_PG), config.variant).flatten()
    kept_E = heard_E if reference or critic else advantages_E != 0
    kept = kept_E.nonzero()[:, 0].tolist()
    parts = [[kept[i] for i in part] for part in micro_batches([streams[i] for i in kept], config.micro_batch_tokens)]
    parts = distributed.dealt(parts)
    rows = []
    for part in parts:
        packed = pack([streams[i] for i in part] or [EMPTY], policy.device)
        of_episodes = torch.stack([weights_E[part], advantages_E[part]]) if part else torch.zeros(2, 1)
        rows.append(Row(packed, *of_episodes.to(policy.device)[:, packed.episodes_N]))
        if reference:
            rows[-1].reference_N = reference.token_logprobs(packed, config.temperature)
    if critic and rows:
        rewards_E, none = rewards_PG.flatten(), torch.tensor([torch.nan])
        rewards_of_parts = [rewards_E[part] if part else none for part in parts]
        judged = critic.judge([row.packed for row in rows], rewards_of_parts)
        for row, found in zip(rows, judged, strict=True):
            row.advantages_N, row.values_N, row.returns_N = found
    tokens = sum(sum(trajectories[i].sampled) for i in kept)
    return rows, kept_E.view_as(rewards_PG).any(1).float().mean().item(), tokens
