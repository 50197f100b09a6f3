"""Attention within the trajectories of a packed row, by torch's flash kernel for sequences of different lengths.

Where that is not there, trajectories are padded for attention alone. Without either, transformers makes a mask of the
whole row, whose cost grows with the square of the row.
"""

from contextlib import suppress
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from r1ci_env.reference_trainer.engines.supported import UnsupportedModel, flash_serves, require_supported
from r1ci_env.reference_trainer.packing import Pack

NAME = "r1ci_packed"


def use(model: Any) -> None:
    """Let a model use it for packed rows, if it has full attention; all other calls are as before.

    It stays in use, also in the backward pass, in which checkpointed layers are computed again.
    """
    with suppress(UnsupportedModel):
        require_supported(model)
        model.config._attn_implementation = NAME


def arguments(packed: Pack) -> dict[str, Any]:
    """Return what the model passes on to its attention, by the names that transformers has for it."""
    device = packed.ids_1T.device
    starts = torch.tensor([0, *packed.lengths]).cumsum(0).to(device, torch.int32)
    longest = max(packed.lengths)
    return {
        "cu_seq_lens_q": starts,
        "cu_seq_lens_k": starts,
        "max_length_q": longest,
        "max_length_k": longest,
        # Four axes: transformers takes it for a finished mask, and makes none of its own.
        "attention_mask": torch.empty(1, 1, 1, 1, device=device),
    }


def attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    scaling: float,
    cu_seq_lens_q: Tensor | None = None,
    max_length_q: int = 0,
    **more: Any,
) -> tuple[Tensor, None]:
    """Compute causal attention, as transformers' AttentionInterface calls it.

    Args:
        module: The layer.
        query: Shape (1, heads, tokens, head size).
        key: The same, with as many heads or fewer.
        value: Like ``key``.
        mask: Not looked at where ``cu_seq_lens_q`` is there.
        scaling: Multiplies the scores.
        cu_seq_lens_q: Where in the row the trajectories begin, and its length; without it, the rows are not packed.
        max_length_q: Length of the longest.
        **more: For rows that are not packed.

    Returns:
        The output, shape (1, tokens, heads, head size).
    """
    if cu_seq_lens_q is None:
        out: tuple[Tensor, None] = sdpa_attention_forward(module, query, key, value, mask, scaling=scaling, **more)
        return out
    if not flash_serves(query):
        return _padded(query, key, value, scaling, cu_seq_lens_q, max_length_q), None
    query, key, value = (x[0].transpose(0, 1) for x in (query, key, value))
    starts, longest = cu_seq_lens_q, max_length_q
    return torch.ops.aten._flash_attention_forward(
        query,
        key,
        value,
        starts,
        starts,
        longest,
        longest,
        0.0,  # dropout
        True,  # causal
        False,  # no debug mask
        scale=scaling,
    )[0][None], None


def _padded(query: Tensor, key: Tensor, value: Tensor, scaling: float, starts: Tensor, longest: int) -> Tensor:
    """Compute the same with any device and precision: one sequence a trajectory, padded behind its end."""
    places = starts[:-1, None] + torch.arange(longest, device=query.device)
    real = places < starts[1:, None]
    inside = places.clamp(max=query.shape[2] - 1)
    queries, keys, values = (x[0][:, inside].transpose(0, 1) for x in (query, key, value))
    keys, values = (x.repeat_interleave(query.shape[1] // key.shape[1], 1) for x in (keys, values))
    out = torch.nn.functional.scaled_dot_product_attention(queries, keys, values, is_causal=True, scale=scaling)
    return out.transpose(1, 2)[real][None]


AttentionInterface.register(NAME, attend)
AttentionMaskInterface.register(NAME, sdpa_mask)
