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

_Action = ctypes.c_size_t * 32
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

_wasmtime_actions: dict[int, "ctypes.Array[ctypes.c_size_t]"] = {}


def _is_wasmtime(handler: int) -> bool:
    info = _SymbolInfo()
    return bool(_libc.dladdr(handler, ctypes.byref(info))) and b"_libwasmtime" in (info.file or b"")


def remember() -> None:
    """Note wasmtime's handlers, once it has made an engine in this process.

    Raises:
        SandboxError: If others have been installed over them before anybody noted them.
    """
    if sys.platform != "linux" or _wasmtime_actions:
        return
    for number in SIGNALS:
        action = _Action()
        _libc.sigaction(number, None, action)
        if _is_wasmtime(action[0]):
            _wasmtime_actions[int(number)] = action
    if signal.SIGSEGV not in _wasmtime_actions:
        raise SandboxError(
            "another library has replaced wasmtime's signal handlers since wasmtime was first used in this process, so "
            "a block could crash it: make the first Sandbox before that library is set up, or use a SandboxPool"
        )


def reinstate() -> None:
    """Install wasmtime's handlers again where somebody has installed others over them."""
    found = _Action()
    for number, action in _wasmtime_actions.items():
        _libc.sigaction(number, None, found)
        if found[0] != action[0]:
            _libc.sigaction(number, action, None)
