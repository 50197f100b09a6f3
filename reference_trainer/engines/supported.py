"""Which models slots can serve."""

from typing import Any

import torch

from r1ci_env.errors import R1ciError

LENGTH_DEPENDENT_ROPES = ("dynamic", "longrope")
"""Rotary embeddings that change with the longest stream of a batch: a CUDA graph would keep those of its capture."""


class UnsupportedModel(R1ciError):
    """The local engine can't sample from this architecture."""


def require_supported(model: Any) -> None:
    """Raise `UnsupportedModel` for a model that would be sampled wrongly, naming what it has and what to do."""
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ())
    window = getattr(config, "sliding_window", None) if not kinds else None
    rope = (getattr(config, "rope_parameters", None) or {}).get("rope_type", "default")
    reason = None
    if kinds - {"full_attention"} or window:
        found = ", ".join(sorted(kinds - {"full_attention"})) or f"a sliding window of {window} tokens"
        reason = f"has layers other than full attention ({found})"
    elif rope in LENGTH_DEPENDENT_ROPES:
        reason = f"has a rotary embedding of the type {rope!r}, which depends on lengths"
    elif not getattr(base_model(model), "_supports_attention_backend", False):
        reason = "computes its attention itself, so that keys and values can't be kept in slots"
    if reason:
        raise UnsupportedModel(
            f"The local engine can't sample from a {config.model_type} model: it {reason}. Sample from it with vLLM."
        )


def flash_is_available(model: Any) -> bool:
    """Whether torch's flash kernel can be a model's attention: on a GPU that has it, in half precision."""
    config = model.config.get_text_config()
    head_size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return flash_serves(torch.empty(0, head_size, dtype=model.dtype, device=model.device))


def flash_serves(query: torch.Tensor) -> bool:
    """Whether torch's flash kernel can work on tensors like this one, whose last axis is the size of a head."""
    return bool(
        query.is_cuda
        and query.dtype in (torch.float16, torch.bfloat16)
        and torch.backends.cuda.is_flash_attention_available()
        and torch.cuda.get_device_capability(query.device) >= (8, 0)
        and query.shape[-1] % 8 == 0
        and query.shape[-1] <= 256
    )


def base_model(model: Any) -> Any:
    """Return the model inside an adapter of peft, or the model itself."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model
