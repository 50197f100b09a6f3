"""Putting memory back to the snapshot by copying only the pages that were written.

Pages of a private file mapping that were never written still belong to the file; a written page has
become the process's own. Linux 6.7 and later tells the two apart quickly (the ``PAGEMAP_SCAN`` request
on ``/proc/self/pagemap``). Everywhere else the caller takes a fresh mapping for every block.

Asking takes longer than running a short block does. But a page becomes the process's own only by a
page fault of the thread that runs the guest, and the kernel counts these per thread: where there has
been none since it was last asked, the pages it named then are all there are.
"""

import ctypes
import fcntl
import mmap
import os
import resource
import struct
import tempfile
from functools import cache

PAGEMAP_SCAN = 0xC0606610
IS_FILE, IS_PRESENT, IS_SWAPPED = 1 << 2, 1 << 3, 1 << 4
COPY_LIMIT = 4 << 20
"""Up to that many written bytes are copied back and stay at hand for the next block, which then takes
no page faults; beyond, copying would cost more than those faults."""

MAX_REGIONS = COPY_LIMIT // mmap.PAGESIZE + 1
"""Regions the kernel is asked for at most; as many are more than `COPY_LIMIT`."""

RELEARN_AFTER = 64
"""Restores after which all written pages are given back to the system once, because a page written
only by some block long ago would otherwise be copied for ever."""

MADV_DONTNEED = 4

_libc = ctypes.CDLL(None, use_errno=True)
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


class _Region(ctypes.Structure):
    _fields_ = (("start", ctypes.c_uint64), ("end", ctypes.c_uint64), ("categories", ctypes.c_uint64))


class _Scan(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_uint64)
        for name in (
            "size",
            "flags",
            "start",
            "end",
            "walk_end",
            "vector",
            "vector_length",
            "max_pages",
            "inverted",
            "required",
            "any_of",
            "returned",
        )
    )


class DirtyPages:
    """Restores one mapping of the snapshot, on the one thread that writes to it.

    Args:
        address: Where the snapshot is mapped, privately and writable.
        size: Its size in bytes.
        source: A second, unwritten view of the snapshot.
    """

    def __init__(self, address: int, size: int, source: mmap.mmap) -> None:
        self._address, self._size = address, size
        self._source = memoryview(source)
        self._memory = memoryview((ctypes.c_char * size).from_address(address)).cast("B")
        self._pagemap = os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
        self._regions = (_Region * MAX_REGIONS)()
        self._scan = _Scan(
            size=ctypes.sizeof(_Scan),
            start=address,
            end=address + size,
            vector=ctypes.addressof(self._regions),
            vector_length=MAX_REGIONS,
            inverted=IS_FILE,
            required=IS_FILE,
            any_of=IS_PRESENT | IS_SWAPPED,
        )
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
        if _page_faults() != self._faults:
            self._find_written()
        if self._restores == RELEARN_AFTER or self._written_size > COPY_LIMIT:
            self._give_back()
        for here, there in self._written:
            here[:] = there
        self._faults = _page_faults()

    def _find_written(self) -> None:
        """Ask the kernel which parts of the mapping no longer belong to the file."""
        count = fcntl.ioctl(self._pagemap, PAGEMAP_SCAN, self._scan)
        regions = struct.iter_unpack("<QQQ", memoryview(self._regions).cast("B")[: 24 * count])
        parts = [slice(start - self._address, end - self._address) for start, end, _ in regions]
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
        os.close(self._pagemap)


def _page_faults() -> int:
    """How many page faults this thread has had."""
    usage = resource.getrusage(resource.RUSAGE_THREAD)
    return usage.ru_minflt + usage.ru_majflt


@cache
def supported() -> bool:
    """Whether this kernel restores a mapping correctly; tried out once on a small one."""
    size = 4 * mmap.PAGESIZE
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(range(256)) * (size // 256))
            file.flush()
            source = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
            mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
            pages = DirtyPages(ctypes.addressof(ctypes.c_char.from_buffer(mapped)), size, source)
            expected = mapped[:]  # reads every page: they are present, and still the file's
            faults = _page_faults()
            for offset in (0, 2 * mmap.PAGESIZE + 7):
                mapped[offset] ^= 0xFF
            counted = _page_faults() - faults
            found = fcntl.ioctl(pages._pagemap, PAGEMAP_SCAN, pages._scan)
            pages.restore()
            pages.close()
            return found == 2 and counted >= 2 and mapped[:] == expected
    except OSError:
        return False
