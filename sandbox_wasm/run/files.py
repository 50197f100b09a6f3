"""The tree of files a block sees: the library zip, whatever the caller passes in, and what the block writes itself."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from zlib import crc32


class File:
    """A file whose bytes are held in memory.

    Args:
        inode: The number `os.stat` shows.
        data: The content.
    """

    writable = False

    def __init__(self, inode: int, data: bytes = b"") -> None:
        self.inode = inode
        self.size = len(data)
        self._data: bytes | bytearray = data

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes at `offset`."""
        return bytes(self._data[offset : offset + count])


class LazyFile(File):
    """A file that is read on demand.

    Args:
        inode: The number `os.stat` shows.
        size: Length in bytes.
        read: Reads that many bytes at that offset.
    """

    def __init__(self, inode: int, size: int, read: Callable[[int, int], bytes]) -> None:
        super().__init__(inode)
        self.size = size
        self._read = read

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes at `offset`."""
        return self._read(offset, count)


SCRATCH = "tmp"
"""The directory at the root where `tempfile` makes its files."""

LIBRARY_PATH, PACKAGES_PATH, NULL_PATH = GUEST_PATHS = (
    "usr/local/lib/python315.zip",
    "usr/local/lib/packages.zip",
    "dev/null",
)
"""The files that every block sees."""


def inode_of(path: str) -> int:
    """The number that `os.stat` shows for what is there from the start."""
    return crc32(path.encode("utf-8", "surrogatepass"))


class NullFile(File):
    """What forgets all that is written to it: ``/dev/null``."""

    writable = True


class ScratchFile(File):
    """A file that the block made: bytes in memory that can be written.

    Attributes:
        linked: Whether it still has a name; without, it lives as long as it is open.
        modified: When it was last changed, in ns of the block's clock.
    """

    writable = True

    def __init__(self, inode: int, modified: int) -> None:
        super().__init__(inode)
        self._data: bytearray = bytearray()
        self.linked = True
        self.modified = modified

    def write(self, offset: int, data: bytes) -> None:
        """Put `data` at `offset`; what lies between the end and there becomes zeros."""
        if offset > self.size:
            self.resize(offset)
        self._data[offset : offset + len(data)] = data
        self.size = len(self._data)

    def resize(self, size: int) -> None:
        """Cut it off, or add zeros."""
        del self._data[size:]
        self._data.extend(bytes(size - len(self._data)))
        self.size = size


class GivenFile(File):
    """A file that the caller passes in with a block."""


class Directory:
    """A directory: names and what they stand for.

    Attributes:
        writable: Whether the block may change what is in it.
        modified: When it was last changed, in ns of the block's clock; 0 if never.
    """

    def __init__(self, inode: int, *, writable: bool = False) -> None:
        self.inode = inode
        self.writable = writable
        self.modified = 0
        self.children: dict[str, File | Directory] = {}


class Tree:
    """A tree of directories and files."""

    def __init__(self) -> None:
        self.root = Directory(1)
        self.root.children[SCRATCH] = Directory(inode_of(SCRATCH))

    def add(self, path: str, file: File) -> None:
        """Put a file at `path`, making the directories above it.

        Raises:
            ValueError: If the path is empty, climbs (``..``) or leads through or to something else.
        """
        parts = PurePosixPath("/", path).parts[1:]
        if not parts or ".." in parts or "\0" in path or any("\ud800" <= letter <= "\udfff" for letter in path):
            raise ValueError(f"{path!r} is not a path for a file of the sandbox")
        directory = self.root
        for depth, part in enumerate(parts[:-1], start=1):
            made = Directory(inode_of("/".join(parts[:depth])), writable=directory.writable)
            child = directory.children.setdefault(part, made)
            if not isinstance(child, Directory):
                raise ValueError(f"{path!r} lies under a file")
            directory = child
        if parts[-1] in directory.children:
            raise ValueError(f"{path!r} exists already")
        directory.children[parts[-1]] = file

    def writable_copy(self) -> "Tree":
        """A copy that can be changed without changing this tree: the root, `SCRATCH` and what the block made in them.

        Files that the caller passed in are left out.
        """
        copy = Tree()
        copy.root.children.clear()
        pending = [(self.root, copy.root)]
        while pending:  # a block may nest directories as deep as it likes
            old, new = pending.pop()
            new.writable, new.modified = old.writable, old.modified
            for name, child in old.children.items():
                if isinstance(child, Directory):
                    twin = new.children[name] = Directory(child.inode)
                    pending.append((child, twin))
                elif not isinstance(child, GivenFile):
                    new.children[name] = child
        for directory in (copy.root, copy.root.children.get(SCRATCH)):
            if isinstance(directory, Directory):
                directory.writable = True
        return copy

    def with_files(self, files: Mapping[str, bytes]) -> "Tree":
        """A writable copy that also holds the given files, which are not."""
        tree = self.writable_copy()
        for path, data in files.items():
            tree.add(path, GivenFile(inode_of(path.strip("/")), bytes(data)))
        return tree

    def find(self, start: Directory, path: str) -> File | Directory | None:
        """What `path` names, seen from `start`; None if there is no such thing.

        There are no links and no way above `start`, so ``..`` is resolved along the way down.
        """
        trail: list[File | Directory] = [start]
        for part in path.split("/"):
            here = trail[-1]
            if part in ("", "."):
                continue
            if not isinstance(here, Directory):
                return None
            if part == "..":
                if len(trail) == 1:
                    return None
                trail.pop()
                continue
            child = here.children.get(part)
            if child is None:
                return None
            trail.append(child)
        return trail[-1]
