"""The keys and values of all slots, at fixed addresses."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import CacheLayerMixin

from r1ci_env.errors import R1ciError

GRANULE = 256
"""Lengths of memory are multiples of this, so that rows of attention masks are aligned."""


@dataclass(slots=True)
class Window:
    """What the forward pass under way touches of the memory.

    Attributes:
        slots: Where each token belongs, shape (rows, tokens). The rows of a window that is gathered have one slot each.
        write: Indices at which new keys and values are put, shape (rows, tokens).
        width: What attention sees of each slot, from its beginning, in tokens.
        everything: Whether the rows are all slots in order, so that views do and nothing is gathered.
        sequences: For the flash kernel: starts of the queries, starts of the keys, numbers of keys; int32.
    """

    slots: Tensor
    write: Tensor
    width: int
    everything: bool
    sequences: tuple[Tensor, Tensor, Tensor] | None


class Memory:
    """Keys and values: those of the token at position p of a slot lie at index p.

    So there are no holes and no padding, and nothing is moved or joined when a token comes. The shape is (layers, 2,
    slots, length, heads, head size): position before heads is what both attention kernels read without a copy.

    Args:
        layers: Number of layers.
        slots: Number of slots.
        length: Longest stream of a slot. The memory is a little longer: its last index takes what padding writes.
        flash: Whether attention is the flash kernel, which takes all slots as one flat row.
    """

    def __init__(self, layers: int, slots: int, length: int, flash: bool) -> None:
        self.layers = layers
        self.slots = slots
        self.length = (length // GRANULE + 1) * GRANULE
        self.flash = flash
        self.data: Tensor | None = None
        self.window: Window

    def put(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Write new keys and values of a layer, both of shape (rows, heads, tokens, head size).

        Returns:
            What attention is to see: views of shape (rows, heads, width, head size), or all as (tokens, heads, head
            size) for the flash kernel.
        """
        if self.data is None:
            self.data = self._allocated(keys)
        return self._put(self.data[layer, 0], keys), self._put(self.data[layer, 1], values)

    def _allocated(self, keys: Tensor) -> Tensor:
        shape = (self.layers, 2, self.slots, self.length, keys.shape[1], keys.shape[3])
        try:
            return keys.new_zeros(shape)  # zeros: an index that is masked must not hold a NaN
        except RuntimeError as error:
            size = math.prod(shape) * keys.element_size() / 2**30
            raise R1ciError(
                f"Keys and values of {self.slots} episodes of {self.length} tokens take {size:,.1f} GiB, which do not "
                f"fit into memory of {keys.device}: play fewer at a time (places, --concurrency), limit their length "
                f"(max_episode_tokens), or sample with vLLM. ({error!s:.200})"
            ) from error

    def _put(self, data: Tensor, new: Tensor) -> Tensor:
        window = self.window
        data[window.slots, window.write] = new.transpose(1, 2)
        if self.flash:
            return data.flatten(0, 1)
        seen = data[:, : window.width] if window.everything else data[window.slots[:, -1], : window.width]
        return seen.transpose(1, 2)

    def copy(self, source: int, targets: list[int], count: int) -> None:
        """Give other slots the first ``count`` tokens of a slot."""
        assert self.data is not None
        index = torch.tensor(targets, device=self.data.device)
        self.data[:, :, index, :count] = self.data[:, :, source : source + 1, :count]


class MemoryLayer(CacheLayerMixin):  # type: ignore[misc]
    """One layer of a `Memory`, as the models of transformers want it."""

    is_sliding = False

    def __init__(self, memory: Memory, number: int) -> None:
        super().__init__()
        self._memory = memory
        self._number = number

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Nothing to do: `Memory.put` makes the memory."""
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """Write new keys and values; see `Memory.put`. What else models pass on differs between versions."""
        return self._memory.put(self._number, key_states, value_states)

    def get_mask_sizes(self, query_length: Any) -> tuple[int, int]:
        """Return the width that attention sees, and where it begins."""
        return self._memory.window.width, 0

    def get_seq_length(self) -> int:
        """Return 0: every pass says itself at which positions its tokens are."""
        return 0

    def get_max_length(self) -> int:
        """Return -1: the number of tokens is not bounded here."""
        return -1
