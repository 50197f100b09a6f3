"""The read-only tree of files a block sees: the library zip and whatever the caller passes in."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from zlib import crc32


class File:
    """A file: bytes held in memory, or read on demand.

    Args:
        inode: The number `os.stat` shows.
        data: The content; not used when `size` and `read` are given instead.
        size: Length in bytes.
        read: Reads that many bytes at that offset.
    """

    def __init__(
        self, inode: int, data: bytes = b"", size: int = 0, read: Callable[[int, int], bytes] | None = None
    ) -> None:
        self.inode = inode
        if read is None:
            size, read = len(data), lambda offset, count: data[offset : offset + count]
        self.size = size
        self.read = read


class Directory:
    """A directory: names and what they stand for."""

    def __init__(self, inode: int) -> None:
        self.inode = inode
        self.children: dict[str, File | Directory] = {}

    def copy(self) -> "Directory":
        """A copy that can be added to without changing this directory or those below it."""
        twin = Directory(self.inode)
        for name, child in self.children.items():
            twin.children[name] = child.copy() if isinstance(child, Directory) else child
        return twin


class Tree:
    """A tree of directories and files, never changed while a block runs."""

    def __init__(self, root: Directory | None = None) -> None:
        self.root = root or Directory(1)

    def add(self, path: str, data: bytes = b"", size: int = 0, read: Callable[[int, int], bytes] | None = None) -> None:
        """Put a `File` at `path`, making the directories above it.

        Raises:
            ValueError: If the path is empty, climbs (``..``) or leads through or to something else.
        """
        parts = PurePosixPath("/", path).parts[1:]
        if not parts or ".." in parts or "\0" in path:
            raise ValueError(f"{path!r} is not a path for a file of the sandbox")
        directory = self.root
        for depth, part in enumerate(parts[:-1], start=1):
            inode = crc32("/".join(parts[:depth]).encode())
            child = directory.children.setdefault(part, Directory(inode))
            if not isinstance(child, Directory):
                raise ValueError(f"{path!r} lies under a file")
            directory = child
        if parts[-1] in directory.children:
            raise ValueError(f"{path!r} exists already")
        directory.children[parts[-1]] = File(crc32("/".join(parts).encode()), data, size, read)

    def with_files(self, files: Mapping[str, bytes]) -> "Tree":
        """A copy of this tree that also holds the given files."""
        tree = Tree(self.root.copy())
        for path, data in files.items():
            tree.add(path, bytes(data))
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
