"""Attention over slots, put in place of a model's own while the engine uses the model."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from r1ci_env.reference_trainer.engines.memory import Memory

NAME = "r1ci_slots"
CUDA_KERNELS = [SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
"""Those that take a mask."""

_memory: ContextVar[Memory] = ContextVar("memory")


@contextmanager
def attention_over(memory: Memory, model: Any) -> Iterator[None]:
    """Let a model attend over slots, and give it its own attention back."""
    config = model.config
    before, token = config._attn_implementation, _memory.set(memory)
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = before
        _memory.reset(token)


def attend(
    module: torch.nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, scaling: float, **more: Any
) -> tuple[Tensor, None]:
    """Compute softmax attention, as transformers' AttentionInterface calls it.

    Args:
        module: The layer.
        query: Shape (rows, heads, tokens, head size).
        key: What `Memory.put` returned.
        value: The same.
        mask: Added to the scores, shape (rows, 1, tokens, width); None for the flash kernel.
        scaling: Multiplies the scores.
        **more: Features of other architectures, all of which must be absent.

    Returns:
        The output, shape (rows, tokens, heads, head size).

    Raises:
        ValueError: the layer wants more than softmax attention.
    """
    for name in ("softcap", "s_aux", "position_bias", "sliding_window"):
        if more.get(name) is not None:
            raise ValueError(f"Slots serve plain softmax attention, and this layer has {name}.")
    memory = _memory.get()
    if memory.flash:
        return _flash(query, key, value, scaling, memory), None
    rows, heads, tokens, size = query.shape
    groups = heads // key.shape[1]
    # No kernel takes both a mask and fewer keys than queries without copying keys. For one token, the heads that
    # share a key go in as if they were tokens: the same mask holds for all of them.
    if tokens == 1:
        query = query.reshape(rows, key.shape[1], groups, size)
    elif groups > 1:
        key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    with sdpa_kernel(CUDA_KERNELS) if query.is_cuda else nullcontext():
        out = scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)
    return out.reshape(rows, 1, heads, size) if tokens == 1 else out.transpose(1, 2), None


def _flash(query: Tensor, key: Tensor, value: Tensor, scaling: float, memory: Memory) -> Tensor:
    """Attend with torch's flash kernel, which reads the real tokens of each slot alone (CUDA, half precision)."""
    rows, heads, tokens, size = query.shape
    assert memory.window.sequences is not None
    query_starts, key_starts, key_counts = memory.window.sequences
    out = torch.ops.aten._flash_attention_forward(
        query.transpose(1, 2).reshape(rows * tokens, heads, size),
        key,
        value,
        query_starts,
        key_starts,
        tokens,
        memory.length,
        0.0,  # dropout
        tokens > 1,  # causal
        False,  # no debug mask
        scale=scaling,
        seqused_k=key_counts,
    )[0]
    return out.reshape(rows, tokens, heads, size)


AttentionInterface.register(NAME, attend)
