"""Defining host functions that cost little to call.

wasmtime's own Python callbacks convert every number through several objects, which takes three times
as long as the work done here, and hand exceptions over in a variable shared by all threads. A block
makes a call for every line it prints, so this goes one level below: the arguments are read from
memory in one go, and an error of ours is reported to `on_error` rather than thrown through the guest.
"""

import ctypes
import struct
from collections.abc import Callable
from typing import Any

import wasmtime
from wasmtime import _ffi

from r1ci_env.sandbox_wasm.errors import ImageError

_Callback = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


def define(
    linker: wasmtime.Linker,
    entry: wasmtime.ImportType,
    function: Callable[..., int | None],
    on_error: Callable[[BaseException], int],
) -> Any:
    """Define what a module imports as `entry`.

    Args:
        linker: Where to define it.
        entry: The import: its names and its type.
        function: Gets the arguments as unsigned numbers and returns one, or None.
        on_error: Gets what `function` raises and returns the answer for the guest.

    Returns:
        An object that must be kept alive as long as the guest may call.
    """
    kind = entry.type
    if not isinstance(kind, wasmtime.FuncType):
        raise ImageError(f"the guest imports {entry.name!r}, which is not a function")
    # Each value stands in 16 bytes, in little-endian order.
    wide = wasmtime.ValType.i64()
    layout = struct.Struct("<" + "".join("Q8x" if param == wide else "I12x" for param in kind.params))
    answers = bool(kind.results)

    def call(_data: int, _caller: int, values: int, _count: int) -> int:
        try:
            answer = function(*layout.unpack(ctypes.string_at(values, layout.size)))
        except BaseException as error:
            answer = on_error(error)
        if answers:
            ctypes.c_uint32.from_address(values).value = answer or 0
        return 0

    callback = _Callback(call)
    module, name = entry.module.encode(), (entry.name or "").encode()
    problem = _ffi.wasmtime_linker_define_func_unchecked(
        linker.ptr(),
        ctypes.create_string_buffer(module),
        len(module),
        ctypes.create_string_buffer(name),
        len(name),
        kind.ptr(),
        ctypes.cast(callback, _ffi.wasmtime_func_unchecked_callback_t),
        None,
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(),  # no finaliser
    )
    if problem:
        raise ImageError(f"cannot define {entry.name!r} for the guest")
    return callback
