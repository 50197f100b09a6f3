"""Keeping wasmtime's signal handlers in place.

A block that crashes its interpreter does so by a signal, which wasmtime turns into an error. It installs its
handlers once per process, with the first engine; whoever installs others later (faulthandler, Ray, a
crash reporter) would have the next such block take the whole process down.
"""

import ctypes
import signal
import sys

from r1ci_env.sandbox_wasm.errors import SandboxError

SIGNALS = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)

ACTION_SIZE = 256
"""More than a ``struct sigaction`` takes on any Linux; the handler's address stands first."""


class _SymbolInfo(ctypes.Structure):
    _fields_ = (
        ("file", ctypes.c_char_p),
        ("base", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
    )


_libc = ctypes.CDLL(None)
_libc.dladdr.argtypes = [ctypes.c_void_p, ctypes.POINTER(_SymbolInfo)]

_wasmtime_actions: dict[signal.Signals, bytes] = {}


def _action(number: signal.Signals) -> bytes:
    action = ctypes.create_string_buffer(ACTION_SIZE)
    _libc.sigaction(number, None, action)
    return action.raw


def _handler(action: bytes) -> int:
    return ctypes.c_size_t.from_buffer_copy(action).value


def _is_wasmtime(action: bytes) -> bool:
    info = _SymbolInfo()
    return bool(_libc.dladdr(_handler(action), ctypes.byref(info))) and b"_libwasmtime" in (info.file or b"")


def remember() -> None:
    """Note wasmtime's handlers, once it has made an engine in this process.

    Raises:
        SandboxError: If others have been installed over them before anybody noted them.
    """
    if sys.platform != "linux" or _wasmtime_actions:
        return
    for number in SIGNALS:
        if _is_wasmtime(action := _action(number)):
            _wasmtime_actions[number] = action
    if signal.SIGSEGV not in _wasmtime_actions:
        raise SandboxError(
            "another library has replaced wasmtime's signal handlers since wasmtime was first used in this process, so "
            "a block could crash it: make the first Sandbox before that library is set up, or use a SandboxPool"
        )


def reinstate() -> None:
    """Install wasmtime's handlers again where somebody has installed others over them."""
    for number, action in _wasmtime_actions.items():
        if _handler(_action(number)) != _handler(action):
            _libc.sigaction(number, action, None)
