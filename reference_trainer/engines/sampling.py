"""Choosing tokens, with numbers that depend on a seed and a position alone."""

import torch
from torch import Tensor
from torch.nn.functional import pad

LANES = 128
"""Tokens of the vocabulary that `sample` adds up before it chooses among the sums."""

_GOLDEN = 0x9E3779B97F4A7C15 - 2**64


def uniform(seed: Tensor, position: Tensor) -> Tensor:
    """Return numbers in [0, 1), in float64, from seeds and positions (int64, of shapes that broadcast).

    It is the mixing function of splitmix64 (Steele, Lea and Flood, 2014), applied to the seed and then to the
    position: no state, so a token that is sampled again, elsewhere or beside others, is the same.
    """
    return (_mix(_mix(seed * _GOLDEN) + position * _GOLDEN) >> 11 & (1 << 53) - 1).double() * 2.0**-53


def _mix(x: Tensor) -> Tensor:
    x = (x ^ (x >> 30 & (1 << 34) - 1)) * (0xBF58476D1CE4E5B9 - 2**64)
    x = (x ^ (x >> 27 & (1 << 37) - 1)) * (0x94D049BB133111EB - 2**64)
    return x ^ (x >> 31 & (1 << 33) - 1)


def sample(logits: Tensor, divisor: Tensor, greedy: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
    """Choose a token per row by inverting its distribution function.

    The function is inverted in two stages, over sums of `LANES` tokens and then within one of them, in float64: in
    float32 the running sum over a large vocabulary would lose its rare tokens.

    Args:
        logits: Shape (rows, vocabulary).
        divisor: What divides the logits, shape (rows,).
        greedy: Rows that take the likeliest token instead, shape (rows,).
        chance: Where to invert, in [0, 1), float64, shape (rows,).

    Returns:
        Tokens, and their log-probabilities under the softmax of logits / divisor in nats, both of shape (rows,).
    """
    logits = logits.float() / divisor[:, None]
    top, likeliest = logits.max(-1)
    weights = (logits - top[:, None]).exp_()
    if ragged := -logits.shape[1] % LANES:
        weights = pad(weights, (0, ragged))
    weights = weights.unflatten(1, (-1, LANES))
    sums = weights.sum(-1, dtype=torch.double)
    until = sums.cumsum(-1)
    target = chance[:, None] * until[:, -1:]
    block = (until <= target).sum(-1, keepdim=True).clamp_(max=sums.shape[1] - 1)
    share = (target - until.gather(1, block)) / sums.gather(1, block) + 1
    within = weights.gather(1, block[:, :, None].expand(-1, 1, LANES))[:, 0].cumsum(-1, dtype=torch.double)
    lane = (within <= share.clamp_(0, 1 - 1e-9) * within[:, -1:]).sum(-1).clamp_(max=LANES - 1)
    token = torch.where(greedy, likeliest, block[:, 0] * LANES + lane)
    return token, logits.gather(1, token[:, None])[:, 0] - top - until[:, -1].log().float()
