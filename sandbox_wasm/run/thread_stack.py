"""The stack of a thread, of which what a deep recursion has turned into memory can be given back to the system."""

import ctypes
import mmap

from r1ci_env.sandbox_wasm.run.dirty_pages import MADV_DONTNEED, page_faults

KEPT = 2 << 20
"""Bytes at the top of the stack that stay: ordinary calls need less, and the caller of `give_back` stands there."""

ATTRIBUTES_SIZE = 256  # of pthread_attr_t, or more

_libc = ctypes.CDLL(None, use_errno=True)
_libc.pthread_self.restype = ctypes.c_void_p
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


class ThreadStack:
    """The stack of the thread that makes this object, and that alone may use it.

    Where the system does not say where a thread's stack lies, as macOS does not, nothing is given back.
    """

    def __init__(self) -> None:
        self._faults = 0
        self._lowest, self._size = _bounds() if hasattr(_libc, "pthread_getattr_np") else (0, 0)

    def give_back(self) -> None:
        """Make address space of what lies deeper than `KEPT`, if anything may have become memory since the last time.

        Only to be called where less than that is in use.
        """
        if self._size <= KEPT or page_faults() == self._faults:
            return
        _libc.madvise(self._lowest, self._size - KEPT, MADV_DONTNEED)
        self._faults = page_faults()


def _bounds() -> tuple[int, int]:
    """The lowest address of this thread's stack, and its size; nothing if the system does not tell."""
    attributes = ctypes.create_string_buffer(ATTRIBUTES_SIZE)
    lowest, size = ctypes.c_void_p(), ctypes.c_size_t()
    if _libc.pthread_getattr_np(ctypes.c_void_p(_libc.pthread_self()), attributes) != 0:
        return 0, 0
    _libc.pthread_attr_getstack(attributes, ctypes.byref(lowest), ctypes.byref(size))
    _libc.pthread_attr_destroy(attributes)
    start = -(-(lowest.value or 0) // mmap.PAGESIZE) * mmap.PAGESIZE
    return start, (lowest.value or 0) + size.value - start
