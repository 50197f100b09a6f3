"""Log-probabilities of chosen tokens, in little more memory than their logits take.

With a vocabulary of 150,000, logits are most of what an update keeps: what autograd makes of ``log_softmax`` holds them
in float32 several times, 20 bytes a token and entry beside the 2 of bfloat16.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

ROWS = 512
"""Tokens whose logits are in float32 at the same time."""


class _Chosen(torch.autograd.Function):  # type: ignore[misc]
    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor, temperature: float) -> Tensor:
        found, totals = [], []
        for rows, chosen in zip(logits.split(ROWS), targets.split(ROWS), strict=True):
            scaled = _scaled(rows, temperature)
            totals.append(scaled.logsumexp(-1))
            found.append(scaled.gather(1, chosen[:, None])[:, 0] - totals[-1])
        ctx.temperature = temperature
        ctx.save_for_backward(logits, targets, torch.cat(totals))
        return torch.cat(found)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        logits, targets, totals = ctx.saved_tensors
        found = torch.empty_like(logits)
        parts = (x.split(ROWS) for x in (found, logits, targets, totals, gradient))
        for out, rows, chosen, total, given in zip(*parts, strict=True):
            of_rows = (_scaled(rows, ctx.temperature) - total[:, None]).exp_().mul_(-given[:, None])
            of_rows.scatter_add_(1, chosen[:, None], given[:, None])
            out.copy_(of_rows if ctx.temperature == 1 else of_rows.div_(ctx.temperature))
        return found, None, None


def _scaled(logits: Tensor, temperature: float) -> Tensor:
    return logits.float() if temperature == 1 else logits.float() / temperature


def chosen_logprobs(logits: Tensor, targets: Tensor, temperature: float = 1.0) -> Tensor:
    """Return the log-probabilities of tokens, in nats, float32, with gradients.

    Args:
        logits: Shape (tokens, vocabulary).
        targets: The tokens, shape (tokens,).
        temperature: Divides the logits.
    """
    found: Tensor = _Chosen.apply(logits, targets, temperature)
    return found
