"""Letting the guest be stopped: every loop looks at a byte of its memory.

wasmtime's own way, counting epochs, looks in every loop and at the start of every function, which takes Python's loops
a sixth more time than this. Where the byte is not zero, the guest calls the host, which ends it or, if somebody else
has written there, lets it go on. A guest that never loops again ends by itself: recursion has its limit.

`loops.bin` says where the loops of the kept functions begin; `scripts/make_keep_list.py` makes it.
"""

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from r1ci_env.sandbox_wasm.errors import GuestError
from r1ci_env.sandbox_wasm.guest import wasm
from r1ci_env.sandbox_wasm.guest.assembly import DROP, END, IF, atomic_load_byte, call_unpadded, const
from r1ci_env.sandbox_wasm.run.exports import STOP_FLAG

FILE_NAME = "loops.bin"

ASKED = "sched_yield"
"""The host's function that is called: one that the guest imports, takes nothing and means no harm."""

LOOP = 0x03


def encoded(starts: Mapping[int, list[int]]) -> bytes:
    """Where loops begin, by function, as the content of `loops.bin`."""
    out, previous = bytearray(), 0
    for function in sorted(starts):
        out += wasm.unsigned(function - previous) + wasm.unsigned(len(starts[function]))
        previous, last = function, 0
        for start in starts[function]:
            out += wasm.unsigned(start - last)
            last = start
    return zlib.compress(bytes(out), 9)


def decoded(data: bytes) -> dict[int, list[int]]:
    """The inverse of `encoded`."""
    numbers = _numbers(zlib.decompress(data))
    starts: dict[int, list[int]] = {}
    function = 0
    for gap in numbers:
        function += gap
        starts[function] = found = []
        start = 0
        for _ in range(next(numbers)):
            start += next(numbers)
            found.append(start)
    return starts


def _numbers(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = wasm.read_unsigned(data, at)
        yield value


def make_stoppable(bodies: dict[int, bytes], asked: int) -> None:
    """Have every loop look at the byte.

    Args:
        bodies: The function bodies as they come, with their sizes in front, by the functions' indices.
        asked: The index of the function to call if it is set.

    Raises:
        GuestError: If there is no loop where one should be.
    """
    look = const(STOP_FLAG) + atomic_load_byte() + IF + call_unpadded(asked) + DROP + END
    for function, starts in decoded(Path(__file__).with_name(FILE_NAME).read_bytes()).items():
        _, at = wasm.read_unsigned(bodies[function], 0)
        body, parts, last = bodies[function][at:], [], 0
        for start in starts:
            if body[start - 2] != LOOP:  # its type has one byte, as the script makes sure
                raise GuestError(f"the guest's function {function} is another one: it has no loop at {start}")
            parts += [body[last:start], look]
            last = start
        longer = b"".join([*parts, body[last:]])
        bodies[function] = wasm.unsigned(len(longer)) + longer
