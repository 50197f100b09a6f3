"""The wasmtime engine: one configuration for the build of the image and for every sandbox."""

import platform
from pathlib import Path

import wasmtime
from wasmtime import _ffi

from r1ci_env.sandbox_wasm.run import trap_signals

WASM_STACK_SIZE = 1 << 30
"""Native stack a block may use, in bytes of address space; the guest's thread has more than that.

CPython guards its stack by where the pointer into the linear memory stands. C code that hardly moves it, as what
frees a chain of a million objects, needs native stack only, and this much of it.
"""

OPTIONS = f"stack={WASM_STACK_SIZE} cow=0 unwind=0 opt=speed memory=static"
"""Names the engine's configuration in the cache key: change it with `new_engine`."""


def new_engine() -> wasmtime.Engine:
    """An engine for guests that look themselves whether they shall stop (`guest/loops.py`)."""
    config = wasmtime.Config()
    config.memory_init_cow = False  # the module carries no data: the snapshot is mapped instead
    config.memory_may_move = False  # host functions and the page scanner hold the memory's address
    config.native_unwind_info = False
    config.cranelift_opt_level = "speed"
    _ffi.wasmtime_config_async_stack_size_set(config.ptr(), WASM_STACK_SIZE)  # must not be the smaller
    config.max_wasm_stack = WASM_STACK_SIZE
    engine = wasmtime.Engine(config)
    trap_signals.remember()  # the first engine of a process installs wasmtime's signal handlers
    return engine


def cpu_features() -> str:
    """The processor's feature flags: compiled code is only valid where they are the same."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    named = (line.partition(":")[2] for line in lines if line.startswith(("flags", "Features")))
    return f"{platform.machine()} {' '.join(sorted(next(named, '').split()))}"
