"""Low-rank adapters: the model's own weights stay as they are."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from r1ci_env.errors import BadOption

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.policy import Policy


def require_peft() -> None:
    """Raise `BadOption` where peft is not installed."""
    if find_spec("peft") is None:
        raise BadOption("Adapters need peft: pip install 'r1ci-env[train]', or set lora_rank=0.")


def add_adapters(policy: "Policy", rank: int, seed: int = 0) -> None:
    """Put float32 adapters beside all linear layers of a policy, in place; nothing else is trained any more.

    Their product is 0 at first, and depends on the seed alone.

    Raises:
        BadOption: peft is not installed.
    """
    require_peft()
    from peft import LoraConfig, get_peft_model

    settings = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM")
    with torch.random.fork_rng(devices=[]):  # by default it begins to use each GPU that it sees
        torch.manual_seed(seed)
        policy.adapters = get_peft_model(policy.model, settings)


def merge_adapters(policy: "Policy") -> None:
    """Add what the adapters have learnt to the weights, rounded to their precision, and take them out."""
    adapters: Any = policy.adapters
    if adapters is not None:
        policy.model = adapters.merge_and_unload()
        policy.adapters = None


def base_weights(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights in a model's state by the names that they have without adapters, a tied head among them.

    Adapters are left out; tensors that share their memory otherwise are copied.
    """
    weights: dict[str, Tensor] = {}
    seen: set[int] = set()
    for name, tensor in state.items():
        if ".lora_" not in name:
            shared = tensor.data_ptr() in seen
            seen.add(tensor.data_ptr())
            weights[name.replace(".base_layer.", ".")] = tensor.clone() if shared else tensor
    return weights


def merged_weights(model: Any) -> dict[str, Tensor]:
    """Return `base_weights` with what the adapters have learnt added, and leave the model as it is."""
    weights = base_weights(model.state_dict())
    for name, layer in model.named_modules():
        for adapter in getattr(layer, "lora_A", ()):
            weight = weights[f"{name}.weight"]
            weights[f"{name}.weight"] = weight + layer.get_delta_weight(adapter).to(weight.dtype)
    return weights
