"""AdamW that loses no small step to rounding, and no weights to a gradient that is not a number."""

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer import distributed

MAX_GRADIENT_NORM = 1.0


class NotFinite(R1ciError):
    """A loss or gradient is infinite or not a number."""


class MasterAdamW(torch.optim.AdamW):  # type: ignore[misc]
    """AdamW over float32 masters of the weights, wherever the weights themselves are narrower.

    A step of 1e-6 is less than half the distance between neighbouring bfloat16 numbers for nearly all weights of a
    model: rounded to bfloat16 they would not move. Masters do, and are written back into the model in place, whose
    addresses CUDA graphs keep. Gradients of several passes are summed in float32 too.

    Args:
        parameters: Of the model; those that need no gradient are left out.
        lr: Learning rate.
        betas: Decay of the two means.
        weight_decay: Decay of the weights, relative to the learning rate.

    Attributes:
        masters: Float32 parameters, some of which are the model's own.
    """

    def __init__(
        self,
        parameters: Iterable[torch.nn.Parameter],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.95),
        weight_decay: float = 0.0,
    ) -> None:
        weights = [p for p in parameters if p.requires_grad]
        self.masters = [w if w.dtype == torch.float32 else torch.nn.Parameter(w.detach().float()) for w in weights]
        self._copies = [(w, m) for w, m in zip(weights, self.masters, strict=True) if w is not m]
        for weight, master in self._copies:
            _give_gradients_to(master, weight)
        super().__init__(self.masters, lr=lr, betas=betas, weight_decay=weight_decay, fused=weights[0].is_cuda)

    def step(self, closure: Any = None) -> None:
        """Move the masters, and the model's weights with them."""
        super().step(closure)
        self._write_back()

    def state_dict(self) -> dict[str, Any]:
        """Return the state of AdamW, and the masters that are not in the model."""
        return {"adamw": super().state_dict(), "masters": [master.detach() for _, master in self._copies]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned; the model's weights become the rounded masters."""
        adamw = state["adamw"]
        means = {
            i: {name: distributed.divided_like(self.masters[i], value) for name, value in found.items()}
            for i, found in adamw["state"].items()
        }
        super().load_state_dict({**adamw, "state": means})
        with torch.no_grad():
            for (_, master), saved in zip(self._copies, state["masters"], strict=True):
                master.copy_(saved)
        self._write_back()

    def _write_back(self) -> None:
        with torch.no_grad():
            for weight, master in self._copies:
                weight.copy_(master)


def _give_gradients_to(master: torch.nn.Parameter, weight: Any) -> None:
    """Add what becomes the gradient of a weight to that of its master, and free it; an earlier master has no more."""

    def move(weight: Tensor) -> None:
        assert weight.grad is not None
        if master.grad is None:
            master.grad = weight.grad.float()
        else:
            master.grad += weight.grad
        weight.grad = None

    if hasattr(weight, "r1ci_hook"):
        weight.r1ci_hook.remove()
    weight.r1ci_hook = weight.register_post_accumulate_grad_hook(move)


def take_step(optimizer: MasterAdamW, loss: float, step: int) -> float:
    """Clip the gradient and take a step, unless something is not finite.

    Args:
        optimizer: With the gradients of all passes of this process; those of the others are added.
        loss: That of all passes of all processes.
        step: Its number, for the message.

    Returns:
        Norm of the gradient before it was clipped.

    Raises:
        NotFinite: loss or gradient is not finite; the weights are left as they were.
    """
    distributed.add_up_gradients(optimizer.masters)
    norm: float = distributed.norm_of(torch.nn.utils.clip_grad_norm_(optimizer.masters, MAX_GRADIENT_NORM))
    if not (math.isfinite(loss) and math.isfinite(norm)):
        optimizer.zero_grad()
        raise NotFinite(
            f"Step {step}: the loss is {loss} and the norm of the gradient {norm}. The weights were not changed, and "
            "the last two checkpoints are kept. Try a lower learning rate, or look at the model's weights at step 1."
        )
    optimizer.step()
    optimizer.zero_grad()
    return norm
