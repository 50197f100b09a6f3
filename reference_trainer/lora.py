"""Low-rank adapters: the model's own weights stay as they are."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from torch import Tensor

from r1ci_env.errors import BadOption

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.policy import Policy


def add_adapters(policy: "Policy", rank: int) -> None:
    """Put float32 adapters beside all linear layers of a policy, in place; nothing else is trained any more.

    Raises:
        BadOption: peft is not installed.
    """
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise BadOption("Adapters need peft: pip install 'r1ci-env[train]'.") from error
    settings = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM")
    policy.adapters = get_peft_model(policy.model, settings)


def merge_adapters(policy: "Policy") -> None:
    """Add what the adapters have learnt to the weights, and take them out."""
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
