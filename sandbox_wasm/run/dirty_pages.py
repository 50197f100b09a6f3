"""Putting memory back to the snapshot by copying only the pages that were written.

Asking the kernel which those are (`written_pages`) takes longer than running a short block does. But a page
is written for the first time by a page fault of the thread that runs the guest, and the kernel counts
those per thread: where there has been none since it was last asked, the pages it named then are all.
Where the kernel does not tell at all, the caller takes a fresh mapping for every block.
"""

import ctypes
import mmap
import os
import resource
import tempfile
import weakref
from functools import cache

from r1ci_env.sandbox_wasm.run.written_pages import PagemapScan, PagemapTable, WrittenPages

COPY_LIMIT = 4 << 20
"""Up to that many written bytes are copied back and stay at hand for the next block, which then takes
no page faults; beyond, copying would cost more than those faults."""

RELEARN_AFTER = 64
"""Restores after which all written pages are given back to the system once, because a page written
only by some block long ago would otherwise be copied for ever."""

MADV_DONTNEED = 4

_libc = ctypes.CDLL(None, use_errno=True)
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


class DirtyPages:
    """Restores one mapping of the snapshot, on the one thread that writes to it.

    Args:
        address: Where the snapshot is mapped, privately and writable.
        size: Its size in bytes.
        source: A second, unwritten view of the snapshot.
        way: How to tell the written pages.
    """

    def __init__(self, address: int, size: int, source: mmap.mmap, way: type[WrittenPages]) -> None:
        self._address, self._size = address, size
        self._source = memoryview(source)
        self._memory = memoryview((ctypes.c_char * size).from_address(address)).cast("B")
        self._pagemap = os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
        self._end = weakref.finalize(self, os.close, self._pagemap)
        most = COPY_LIMIT // mmap.PAGESIZE + 1  # as many parts are more than the limit, however small
        self._pages = way(self._pagemap, address, size, most)
        self._written: list[tuple[memoryview, memoryview]] = []  # each part, and what belongs there
        self._written_size = 0
        self._faults = -1
        self._restores = 0

    def restore(self) -> None:
        """Make the mapping equal to the snapshot again.

        Raises:
            OSError: If the kernel refuses; then the mapping must not be used again.
        """
        self._restores += 1
        if page_faults() != self._faults:
            self._find_written()
        if self._restores == RELEARN_AFTER or self._written_size > COPY_LIMIT:
            self._give_back()
        for here, there in self._written:
            here[:] = there
        self._faults = page_faults()

    def _find_written(self) -> None:
        parts = self._pages.find()
        self._written = [(self._memory[part], self._source[part]) for part in parts]
        self._written_size = sum(part.stop - part.start for part in parts)

    def _give_back(self) -> None:
        """Let the whole mapping belong to the file again."""
        if _libc.madvise(self._address, self._size, MADV_DONTNEED) != 0:
            raise OSError(ctypes.get_errno(), "madvise failed")
        self._written, self._written_size, self._restores = [], 0, 0

    def close(self) -> None:
        """Close the page map and let go of the two views."""
        self._written = []
        self._source.release()
        self._memory.release()
        self._end()


def page_faults() -> int:
    """How many page faults this thread has had."""
    usage = resource.getrusage(resource.RUSAGE_THREAD)
    return usage.ru_minflt + usage.ru_majflt


@cache
def way_to_tell() -> type[WrittenPages] | None:
    """The best way this kernel offers to tell written pages; None if there is none that works."""
    return next((way for way in (PagemapScan, PagemapTable) if works(way)), None)


def works(way: type[WrittenPages]) -> bool:
    """Whether a small mapping is restored correctly in this way."""
    size = 4 * mmap.PAGESIZE
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(range(256)) * (size // 256))
            file.flush()
            source = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
            mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
            pages = DirtyPages(ctypes.addressof(ctypes.c_char.from_buffer(mapped)), size, source, way)
            expected = mapped[:]  # reads every page: they are present, and still the file's
            faults = page_faults()
            for offset in (0, 2 * mmap.PAGESIZE + 7):
                mapped[offset] ^= 0xFF
            counted = page_faults() - faults
            found = len(pages._pages.find())
            pages.restore()
            pages.close()
            return found == 2 and counted >= 2 and mapped[:] == expected
    except OSError:
        return False
