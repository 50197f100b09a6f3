"""What the environment said after the first turn of an episode, as tokens that are learnt or only looked at.

The streams are plain lists, so that a checkpoint can keep them.
"""

import math
from collections.abc import Sequence

import torch

from r1ci_env.reference_trainer.packing import TokenStream, micro_batches, pack
from r1ci_env.reference_trainer.policy import Policy

PROBED = 64
"""Episodes of whose outputs the likelihood is followed."""


def unmasked(trajectory: TokenStream) -> TokenStream:
    """Return an episode as if the policy had chosen all that follows its prompt, for the ablation without the mask.

    What no engine sampled has NaN for its log-probability.
    """
    after = [i > _first(trajectory) for i in range(len(trajectory.ids))]
    pairs = list(zip(trajectory.logprobs, trajectory.sampled, strict=True))
    return TokenStream(
        ids=trajectory.ids,
        sampled=[s or a for s, a in zip(trajectory.sampled, after, strict=True)],
        logprobs=[p if s else math.nan for p, s in pairs],
    )


def outputs(trajectories: Sequence[TokenStream]) -> list[tuple[list[int], list[bool]]]:
    """Return the token ids of up to `PROBED` episodes, and which of them the environment said after a turn."""
    found = []
    for t in trajectories:
        said = [i > _first(t) and not sampled for i, sampled in enumerate(t.sampled)]
        if any(said):
            found.append((t.ids, said))
    return found[:PROBED]


def output_nll(policy: Policy, outputs: Sequence[tuple[list[int], list[bool]]], max_tokens: int) -> float:
    """Return the mean negative log-likelihood of what `outputs` returned, in nats a token.

    Args:
        policy: The policy.
        outputs: At least one stream.
        max_tokens: Tokens that are computed at once.
    """
    streams = [TokenStream(ids, said, [0.0] * len(ids)) for ids, said in outputs]
    with torch.no_grad():
        parts = [pack([streams[i] for i in part], policy.device) for part in micro_batches(streams, max_tokens)]
        total: float = sum(policy.token_logprobs(packed).sum().item() for packed in parts)
    return -total / sum(sum(said) for _, said in outputs)


def _first(trajectory: TokenStream) -> int:
    """Return where the first turn begins; the end, if there is none."""
    return trajectory.sampled.index(True) if any(trajectory.sampled) else len(trajectory.ids)
