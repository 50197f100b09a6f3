"""Several processes that train one policy, one for each GPU, started by torchrun. In one process nothing happens here.

Every process knows all episodes of a step, so that whatever is decided (advantages, weights of tokens, the curriculum,
what is dropped) is decided alike in all of them. What they share is the work: each plays a part of the episodes, and
computes a part of the passes of an update. By default each has a whole model, and the float32 gradients are added up.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar, cast

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from transformers import AutoModelForCausalLM

from r1ci_env.errors import R1ciError

T = TypeVar("T")

PATIENCE = timedelta(hours=6)
"""How long a process waits for the others. torchrun ends all when one fails, so this is for those that hang."""

_episodes: dist.ProcessGroup | None = None
"""All processes once more: episodes are gathered in it, maybe in a thread of their own beside an update."""


@contextmanager
def joined() -> Iterator[None]:
    """Join the other processes that torchrun has started, if there are any.

    Raises:
        R1ciError: there are more processes than GPUs on this machine.
    """
    if dist.is_initialized() or int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    if torch.cuda.is_available():
        local, gpus = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if local >= gpus:
            raise R1ciError(f"This machine has {gpus} GPUs: start torchrun with --nproc-per-node {gpus} at most.")
        torch.cuda.set_device(local)
    global _episodes
    dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo", timeout=PATIENCE)
    _episodes = dist.new_group(backend="gloo", timeout=PATIENCE)
    yield
    dist.destroy_process_group()  # not after an error: others may still be in the midst of something
    _episodes = None


def world() -> int:
    """Return the number of processes."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return the number of this process, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def local_world() -> int:
    """Return the number of processes on this machine."""
    return int(os.environ["LOCAL_WORLD_SIZE"]) if dist.is_initialized() else 1


def first(do: Callable[[], T]) -> T:
    """Have the first process do something once all have come here, such as writing a file.

    Returns:
        What it returned, in all processes.

    Raises:
        Exception: what it raised, in all processes.
    """
    if world() == 1:
        return do()
    dist.all_reduce(torch.zeros(1))  # on the CPU: nobody looks for a file, say, any more
    found: list[Any] = [None, None]
    if rank() == 0:
        try:
            found[0] = do()
        except Exception as error:  # raised again below
            found[1] = error
    dist.broadcast_object_list(found)
    if found[1] is not None:
        raise found[1]
    return cast(T, found[0])


def share(items: Sequence[T]) -> Sequence[T]:
    """Return this process's part of what there is to do: neighbours stay together, as far as numbers allow."""
    return items[len(items) * rank() // world() : len(items) * (rank() + 1) // world()]


def gathered(items: list[T], *, episodes: bool = False) -> list[T]:
    """Return the items of all processes, those of the first first; episodes are gathered apart from all else."""
    if world() == 1:
        return items
    parts: list[Any] = [None] * world()
    dist.all_gather_object(parts, items, _episodes if episodes else None)
    return [item for part in parts for item in part]


def dealt(passes: list[list[int]]) -> list[list[int]]:
    """Return the passes that are this process's, as many as each other process has: some may be empty."""
    return (passes + [[]] * (-len(passes) % world()))[rank() :: world()]


def total(values: Tensor, *, largest: bool = False) -> Tensor:
    """Return the sum over all processes, or the largest, of each entry of a tensor."""
    if world() > 1:
        dist.all_reduce(values, dist.ReduceOp.MAX if largest else dist.ReduceOp.SUM)
    return values


def add_up_gradients(parameters: Sequence[torch.nn.Parameter]) -> None:
    """Let the gradient of each parameter be the sum over all processes."""
    if world() == 1:
        return
    for parameter in parameters:
        if isinstance(parameter, DTensor):
            parameter.grad *= world()  # of which FSDP2 has taken the mean
            continue
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        dist.all_reduce(parameter.grad)


def norm_of(norm: Tensor) -> float:
    """Return the norm of gradients that torch has found, also of divided ones."""
    found: float = (norm.full_tensor() if isinstance(norm, DTensor) else norm).item()
    return found


def shard(model: Any, precision: torch.dtype) -> None:
    """Divide the weights, gradients and optimiser of a float32 model among all processes (FSDP2), in place.

    Args:
        model: A causal language model of transformers.
        precision: In which it computes; gradients are added up in float32.
    """
    mesh = init_device_mesh(model.device.type, (world(),))
    how = MixedPrecisionPolicy(param_dtype=precision, reduce_dtype=torch.float32)
    for layer in model.base_model.layers:
        fully_shard(layer, mesh=mesh, mp_policy=how)
    # By default what no layer holds stays whole after a pass without gradients, rounded to ``precision``, and whoever
    # looks at the parameters then, as a checkpoint does, gets that.
    fully_shard(model, mesh=mesh, mp_policy=how, reshard_after_forward=True)


def copy_of(model: Any, precision: torch.dtype) -> Any:
    """Return a copy of a model that `shard` has divided, divided like it; FSDP2 makes none."""
    with model.device:
        copy = AutoModelForCausalLM.from_config(model.config, dtype=torch.float32)
    shard(copy, precision)
    copy.load_state_dict(model.state_dict())
    return copy


def whole(values: Any) -> Any:
    """Return nested values in which no tensor is divided; those that were are on the CPU of the first process alone."""
    if isinstance(values, DTensor):
        full = values.full_tensor()
        return full.cpu() if rank() == 0 else full.new_empty(0, device="cpu")
    if isinstance(values, Mapping):
        return {key: whole(value) for key, value in values.items()}
    return [whole(value) for value in values] if isinstance(values, list) else values


def divided_like(other: Tensor, value: Tensor) -> Tensor:
    """Return a whole tensor, which all processes have, divided as another of its shape is."""
    if not isinstance(other, DTensor) or value.shape != other.shape:
        return value
    return distribute_tensor(value.to(other.device), other.device_mesh, other.placements)
