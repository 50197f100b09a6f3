"""One live guest: a wasmtime store whose memory is the snapshot, mapped copy-on-write."""

import ctypes
import mmap
import os
from enum import Enum
from pathlib import Path

import wasmtime

from r1ci_env.sandbox_wasm.errors import ImageError
from r1ci_env.sandbox_wasm.run import dirty_pages
from r1ci_env.sandbox_wasm.run.calls import GuestFunction, GuestGlobal, export
from r1ci_env.sandbox_wasm.run.dirty_pages import DirtyPages
from r1ci_env.sandbox_wasm.run.exports import CALL, STACK_POINTER
from r1ci_env.sandbox_wasm.run.host import GuestMemory, Host

WASM_PAGE = 1 << 16
MAP_FIXED = 0x10

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_long,
]


class Snapshot:
    """The memory of the warmed interpreter, as a file that all instances map.

    Args:
        path: The file.
        runner: Address of the Python function that runs a block.
    """

    def __init__(self, path: Path, runner: int) -> None:
        self._file = path.open("rb")
        self.size = os.fstat(self._file.fileno()).st_size
        self.runner = runner
        self.view = mmap.mmap(self._file.fileno(), self.size, access=mmap.ACCESS_COPY)

    def map_at(self, address: int) -> None:
        """Replace the memory at `address` with a private copy-on-write view of the snapshot."""
        access, kind = mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | MAP_FIXED
        mapped = _libc.mmap(address, self.size, access, kind, self._file.fileno(), 0)
        if mapped != address:
            reason = os.strerror(ctypes.get_errno())
            raise ImageError(f"cannot map the sandbox image into memory: {reason}")

    def close(self) -> None:
        """Close the file; what instances have mapped stays mapped."""
        self.view.close()
        self._file.close()


class Ending(Enum):
    """How the guest gave control back."""

    RETURNED = "by itself"
    FAILED = "by itself, but without a verdict"
    TRAP = "stopped or crashed"
    OVERFLOW = "out of native stack"


class Instance:
    """A guest interpreter ready to run one block.

    Args:
        engine: The engine the module was loaded with.
        linked: The module with its host functions.
        snapshot: What its memory starts from.
        host: Serves its calls.
    """

    def __init__(self, engine: wasmtime.Engine, linked: wasmtime.InstancePre, snapshot: Snapshot, host: Host) -> None:
        self._snapshot = snapshot
        self._store = store = wasmtime.Store(engine)
        guest = linked.instantiate(store)
        memory, call, pointer = (export(store, guest, name) for name in ("memory", CALL, STACK_POINTER))
        assert isinstance(memory, wasmtime.Memory)
        assert isinstance(call, wasmtime.Func)
        assert isinstance(pointer, wasmtime.Global)
        self._call, self._stack_pointer = GuestFunction(store, call), GuestGlobal(store, pointer)
        self._stack_start = self._stack_pointer.value()
        self._memory_limit = 0
        memory.grow(store, (snapshot.size - memory.data_len(store)) // WASM_PAGE)
        self.memory = GuestMemory(store, memory)
        snapshot.map_at(self.memory.address)
        self._dirty: DirtyPages | None = None
        self._host = host
        host.attach(self.memory)

    def run(self, memory_limit: int) -> Ending:
        """Run the block the host holds ready; the memory may grow to `memory_limit` bytes."""
        if memory_limit != self._memory_limit:
            self._store.set_limits(memory_size=memory_limit, instances=1, tables=1, memories=1)
            self._memory_limit = memory_limit
        self._host.enter()
        try:
            returned = self._call(self._snapshot.runner)
        except wasmtime.Trap as trap:
            return Ending.OVERFLOW if trap.trap_code is wasmtime.TrapCode.STACK_OVERFLOW else Ending.TRAP
        except wasmtime.WasmtimeError:  # such as a C++ exception that nobody in the guest caught
            return Ending.TRAP
        finally:
            self._host.leave()
        return Ending.RETURNED if returned else Ending.FAILED

    def restore(self) -> bool:
        """Make the interpreter as it was when the snapshot was taken.

        Only after `run` has returned `Ending.RETURNED`: a guest that was stopped half-way is not to be used again.

        Returns:
            Whether that was possible; if not, the instance must be closed.
        """
        way = dirty_pages.way_to_tell()
        if way is None or self.memory.size() != self._snapshot.size:
            return False
        if self._stack_pointer.value() != self._stack_start:
            return False
        try:
            if self._dirty is None:
                self._dirty = DirtyPages(self.memory.address, self._snapshot.size, self._snapshot.view, way)
            self._dirty.restore()
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Free the store and its memory."""
        if self._dirty is not None:
            self._dirty.close()
        self._store.close()
