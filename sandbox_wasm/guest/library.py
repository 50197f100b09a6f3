"""The guest's library: the standard library, numpy, sympy and networkx in a zip.

The packages whose C code is pruned from the module are cut from the zip too, so that importing them fails
as if they were not installed.
"""

import os
import struct

from r1ci_env.sandbox_wasm.guest.artefacts import LIBRARY_NAME, artefact, keep_list, read_artefact, read_packages
from r1ci_env.sandbox_wasm.run.files import (
    LIBRARY_PATH,
    NULL_PATH,
    PACKAGES_PATH,
    File,
    LazyFile,
    NullFile,
    Tree,
    inode_of,
)


class Library:
    """The standard library zip without the packages whose C code was pruned.

    Only the directory at the end of the zip is rewritten (`tail`, about 1 MB); the files in front of
    it are read from the wheel when the guest asks for them.

    Args:
        tail: The rewritten end, as `cut_directory` returned it.

    Raises:
        GuestError: If the wheel is not installed or lacks the zip.
    """

    def __init__(self, tail: bytes) -> None:
        self._file = artefact(LIBRARY_NAME).open("rb", buffering=0)
        self._tail = tail
        self._tail_start = _zip_directory_offset(self._file.fileno())
        self.size = self._tail_start + len(tail)

    def read(self, offset: int, size: int) -> bytes:
        """Read up to `size` bytes at `offset`; nothing at the end of the zip."""
        if offset < self._tail_start:
            return os.pread(self._file.fileno(), min(size, self._tail_start - offset), offset)
        return self._tail[offset - self._tail_start :][:size]

    def close(self) -> None:
        """Close the zip."""
        self._file.close()


def guest_tree(library: Library) -> Tree:
    """The files every block sees: the library zip, where the guest looks for it, and that of small packages."""
    tree = Tree()
    tree.add(LIBRARY_PATH, LazyFile(inode_of(LIBRARY_PATH), library.size, library.read))
    tree.add(NULL_PATH, NullFile(inode_of(NULL_PATH)))
    tree.add(PACKAGES_PATH, File(inode_of(PACKAGES_PATH), read_packages()))
    return tree


_ZIP_END = struct.Struct("<4s4H2LH")
_ZIP_ENTRY = struct.Struct("<4s6H3L5H2L")


def _zip_directory_offset(file: int) -> int:
    end = os.pread(file, _ZIP_END.size, os.fstat(file).st_size - _ZIP_END.size)
    return int(_ZIP_END.unpack(end)[6])


def cut_directory(packages: str) -> bytes:
    """The zip's directory and end record, without the packages whose C code was pruned.

    Args:
        packages: The set of packages that stay, one of `PACKAGE_SETS`.

    Raises:
        GuestError: If the zip is missing or not the pinned build.
    """
    library = read_artefact(LIBRARY_NAME)
    *_, entries, _, offset, _ = _ZIP_END.unpack_from(library, len(library) - _ZIP_END.size)
    dropped = frozenset(keep_list()["sets"][packages]["dropped_packages"])
    kept, at = [], offset
    for _ in range(entries):
        name_size, extra_size, comment_size = _ZIP_ENTRY.unpack_from(library, at)[10:13]
        name_start = at + _ZIP_ENTRY.size
        end = name_start + name_size + extra_size + comment_size
        name = library[name_start : name_start + name_size].decode()
        if name.partition("/")[0].partition(".")[0] not in dropped:
            kept.append(library[at:end])
        at = end
    directory = b"".join(kept)
    return directory + _ZIP_END.pack(b"PK\x05\x06", 0, 0, len(kept), len(kept), len(directory), offset, 0)
