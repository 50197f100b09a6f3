"""Calls between host and guest that cost little.

wasmtime's own Python functions look up types and convert every number through several objects, which
takes longer than a short block does, and hand exceptions over in a variable shared by all threads. A
block makes a call for every line it prints, so this goes one level below: numbers are read and written
where they stand, and an error of a host function is reported to `on_error` rather than thrown through
the guest.
"""

import ctypes
import struct
from collections.abc import Callable
from typing import Any

import wasmtime
from wasmtime import _ffi
from wasmtime._extern import wrap_extern

from r1ci_env.sandbox_wasm.errors import ImageError

STOP = -1
"""A host function's answer for a guest that shall not go on."""

_STOPPED = ctypes.create_string_buffer(b"stopped by the host")

_Callback = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


def define(
    linker: wasmtime.Linker,
    entry: wasmtime.ImportType,
    function: Callable[..., int | None],
    on_error: Callable[[BaseException], int],
) -> Any:
    """Define what a module imports as `entry`.

    Answering `STOP` ends the guest instead.

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
        if answer == STOP:
            trap = _ffi.wasmtime_trap_new(_STOPPED, len(_STOPPED))
            return ctypes.cast(trap, ctypes.c_void_p).value or 0  # it is wasmtime's from here on
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


def export(store: wasmtime.Store, instance: wasmtime.Instance, name: str) -> Any:
    """What an instance exports under a name."""
    item, encoded = _ffi.wasmtime_extern_t(), name.encode()
    found = _ffi.wasmtime_instance_export_get(
        store._context(),
        ctypes.byref(instance._instance),
        ctypes.create_string_buffer(encoded),
        len(encoded),
        ctypes.byref(item),
    )
    if not found:
        raise ImageError(f"the guest does not export {name!r}")
    return wrap_extern(item)


class GuestFunction:
    """A function of the guest that takes an address and returns one.

    Args:
        store: The store it lives in.
        function: The function.
    """

    def __init__(self, store: wasmtime.Store, function: wasmtime.Func) -> None:
        self._store, self._function = store, function
        self._values = (_ffi.wasmtime_val_raw_t * 1)()
        self._trap = ctypes.POINTER(_ffi.wasm_trap_t)()

    def __call__(self, address: int) -> int:
        """Call it.

        Raises:
            wasmtime.Trap: If it does not return.
        """
        self._values[0].i32 = address
        problem = _ffi.wasmtime_func_call_unchecked(
            self._store._context(), ctypes.byref(self._function._func), self._values, 1, ctypes.byref(self._trap)
        )
        if problem:
            raise wasmtime.WasmtimeError._from_ptr(problem)
        if self._trap:
            trap, self._trap = self._trap, ctypes.POINTER(_ffi.wasm_trap_t)()
            raise wasmtime.Trap._from_ptr(trap)
        return int(self._values[0].i32)


class GuestGlobal:
    """A global i32 of the guest."""

    def __init__(self, store: wasmtime.Store, variable: wasmtime.Global) -> None:
        self._store, self._variable = store, variable
        self._value = _ffi.wasmtime_val_t()

    def value(self) -> int:
        """Its value now."""
        _ffi.wasmtime_global_get(
            self._store._context(), ctypes.byref(self._variable._global), ctypes.byref(self._value)
        )
        return int(self._value.of.i32)
