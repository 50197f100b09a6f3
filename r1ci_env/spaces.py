"""A Gymnasium space of any text.

The stock `gymnasium.spaces.Text` refuses characters outside its alphabet, samples texts as long as its
bound, and in an asynchronous vector environment with shared memory returns blanks for ever, because its
shared buffer is decoded once when the environment is built. `FreeText` has none of this.
"""

import struct
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from gymnasium import spaces
from gymnasium.vector.utils.shared_memory import (
    create_shared_memory,
    read_from_shared_memory,
    write_to_shared_memory,
)

PRINTABLE = "".join(map(chr, range(32, 127))) + "\n\t"
_LENGTH = struct.Struct("<I")


class FreeText(spaces.Text):
    """All unicode strings of at most ``max_length`` characters; samples are short and printable."""

    def __init__(self, max_length: int = 65_536, seed: Any = None) -> None:
        super().__init__(max_length, min_length=0, charset=PRINTABLE, seed=seed)

    def contains(self, x: Any) -> bool:
        """Whether ``x`` is a string within the bound."""
        return isinstance(x, str) and len(x) <= self.max_length

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Return up to 64 random printable characters, or what a mask or probability asks for."""
        if mask is None and probability is None:
            mask = (int(self.np_random.integers(0, min(64, self.max_length) + 1)), None)
        return super().sample(mask, probability)

    def __deepcopy__(self, memo: dict[int, Any]) -> "FreeText":
        copy = FreeText(self.max_length)  # Gymnasium copies a space once for each environment: the alphabet is shared
        copy._np_random = deepcopy(self._np_random, memo)
        return copy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FreeText) and self.max_length == other.max_length

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"FreeText({self.max_length})"

    @property
    def cell_bytes(self) -> int:
        """Bytes of one text in shared memory: its length, then UTF-8 of at most four bytes a character."""
        return _LENGTH.size + 4 * self.max_length


class _SharedTexts(Sequence[str]):
    """The texts in a shared buffer, decoded whenever they are read; a deep copy is a plain tuple."""

    def __init__(self, space: FreeText, buffer: Any, n: int) -> None:
        self._space, self._buffer, self._n = space, buffer, n

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self)[index]
        if not 0 <= index < self._n:
            raise IndexError(index)
        start = index * self._space.cell_bytes
        memory = memoryview(self._buffer.get_obj()).cast("B")
        (length,) = _LENGTH.unpack_from(memory, start)
        start += _LENGTH.size
        return bytes(memory[start : start + length]).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(self._n))

    def __deepcopy__(self, memo: object) -> tuple[str, ...]:
        return tuple(self)


@create_shared_memory.register(FreeText)
def _create(space: FreeText, n: int = 1, ctx: Any = None) -> Any:
    return ctx.Array("c", n * space.cell_bytes)


@write_to_shared_memory.register(FreeText)
def _write(space: FreeText, index: int, value: str, shared_memory: Any) -> None:
    data = value.encode("utf-8", "surrogatepass")
    start = index * space.cell_bytes
    memory = memoryview(shared_memory.get_obj()).cast("B")
    _LENGTH.pack_into(memory, start, len(data))
    start += _LENGTH.size
    memory[start : start + len(data)] = data


@read_from_shared_memory.register(FreeText)
def _read(space: FreeText, shared_memory: Any, n: int = 1) -> _SharedTexts:
    return _SharedTexts(space, shared_memory, n)
