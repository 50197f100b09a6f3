"""Telling which pages of a private file mapping have been written, in the two ways that Linux offers.

A page that was never written still belongs to the file; a written one has become the process's own.
``/proc/self/pagemap`` knows: Linux 6.7 and later answers the request `PagemapScan` makes with the
written parts only, every older one gives an entry for each page, which `PagemapTable` looks through.
"""

import ctypes
import fcntl
import mmap
import os
import struct
from typing import Protocol


class WrittenPages(Protocol):
    """One way to tell."""

    def __init__(self, pagemap: int, address: int, size: int, most: int) -> None:
        """Prepare for one mapping.

        Args:
            pagemap: Descriptor of ``/proc/self/pagemap``.
            address: Where the mapping begins.
            size: Its size in bytes.
            most: How many parts are of interest; if there are more, some may be missing.
        """

    def find(self) -> list[slice]:
        """The written parts, counted in bytes from the mapping's begin.

        Raises:
            OSError: If the kernel does not offer this way.
        """


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


class PagemapScan:
    """By the ``PAGEMAP_SCAN`` request."""

    REQUEST = 0xC0606610
    IS_FILE, IS_PRESENT, IS_SWAPPED = 1 << 2, 1 << 3, 1 << 4
    REGION = struct.Struct("<QQQ")  # start, end, categories

    def __init__(self, pagemap: int, address: int, size: int, most: int) -> None:
        self._pagemap, self._address = pagemap, address
        self._regions = ctypes.create_string_buffer(self.REGION.size * most)
        self._request = _Scan(
            size=ctypes.sizeof(_Scan),
            start=address,
            end=address + size,
            vector=ctypes.addressof(self._regions),
            vector_length=most,
            inverted=self.IS_FILE,
            required=self.IS_FILE,
            any_of=self.IS_PRESENT | self.IS_SWAPPED,
        )

    def find(self) -> list[slice]:
        """See `WrittenPages.find`."""
        count = fcntl.ioctl(self._pagemap, self.REQUEST, self._request)
        regions = self.REGION.iter_unpack(memoryview(self._regions)[: self.REGION.size * count])
        return [slice(start - self._address, end - self._address) for start, end, _ in regions]


class PagemapTable:
    """By reading the entries of all pages: slower, but as old as Linux 4.2."""

    ENTRY_SIZE = 8
    IS_WRITTEN = bytes(last >> 5 in (0b100, 0b010, 0b110) for last in range(256))
    """By an entry's last byte, whose highest bits say: in memory, swapped out, the file's."""

    def __init__(self, pagemap: int, address: int, size: int, most: int) -> None:
        self._pagemap = pagemap
        self._offset = address // mmap.PAGESIZE * self.ENTRY_SIZE
        self._entries = bytearray(size // mmap.PAGESIZE * self.ENTRY_SIZE)

    def find(self) -> list[slice]:
        """See `WrittenPages.find`."""
        if os.preadv(self._pagemap, [self._entries], self._offset) != len(self._entries):
            raise OSError("the page map is cut short")
        written = self._entries[self.ENTRY_SIZE - 1 :: self.ENTRY_SIZE].translate(self.IS_WRITTEN) + b"\0"
        parts, end = [], 0
        while (start := written.find(1, end)) >= 0:
            end = written.find(0, start)
            parts.append(slice(start * mmap.PAGESIZE, end * mmap.PAGESIZE))
        return parts
