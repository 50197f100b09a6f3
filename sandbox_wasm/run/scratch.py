"""What a block may do to its files: new ones live in memory, up to a limit, and go with the interpreter.

Files that the caller passed in and the library stay as they are. Errors are numbers of WASI preview 1.
"""

from r1ci_env.sandbox_wasm.run.files import Directory, File, NullFile, ScratchFile, Tree

EEXIST, EINVAL, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, ENOTEMPTY, EROFS = 20, 28, 31, 37, 44, 51, 54, 55, 69

MAX_SCRATCH = 32 << 20
"""Bytes a block's own files may take, all together."""

ENTRY_SIZE = 4096
"""Bytes that a file or directory counts for beside what is in it."""

MAX_NAME = 255

FIRST_INODE = 1 << 33


class ScratchError(Exception):
    """What was asked for cannot be done.

    Args:
        number: The error's number in WASI.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Scratch:
    """The files of one interpreter's blocks, and how much room they take."""

    def __init__(self) -> None:
        self._used = 0
        self._made = 0

    def make_file(self, tree: Tree, start: Directory, path: str, now: int) -> ScratchFile:
        """Make an empty file."""
        directory, name = _new_place(tree, start, path)
        self._charge(ENTRY_SIZE)
        file = directory.children[name] = ScratchFile(self._inode(), now)
        directory.modified = now
        return file

    def make_directory(self, tree: Tree, start: Directory, path: str, now: int) -> None:
        """Make an empty directory."""
        directory, name = _new_place(tree, start, path.rstrip("/"))
        self._charge(ENTRY_SIZE)
        directory.children[name] = Directory(self._inode(), writable=True)
        directory.modified = now

    def write(self, file: File, offset: int, data: bytes, now: int) -> None:
        """Write to a file."""
        if isinstance(file, NullFile):
            return
        if not isinstance(file, ScratchFile):
            raise ScratchError(EROFS)
        self._charge(max(0, offset + len(data) - file.size))
        file.write(offset, data)
        file.modified = now

    def resize(self, file: File, size: int, now: int) -> None:
        """Cut a file off or make it longer."""
        if not isinstance(file, ScratchFile):
            raise ScratchError(EROFS)
        self._charge(size - file.size)
        file.resize(size)
        file.modified = now

    def remove_file(self, tree: Tree, start: Directory, path: str, now: int) -> ScratchFile:
        """Take a file's name away; its room is free once `release` is called."""
        directory, name = _place(tree, start, path)
        file = directory.children.get(name)
        if file is None:
            raise ScratchError(ENOENT)
        if isinstance(file, Directory):
            raise ScratchError(EISDIR)
        if not isinstance(file, ScratchFile):
            raise ScratchError(EROFS)
        del directory.children[name]
        directory.modified = now
        file.linked = False
        return file

    def release(self, file: ScratchFile) -> None:
        """Give the room of a file free that has neither a name any more nor a descriptor."""
        self._used -= ENTRY_SIZE + file.size

    def remove_directory(self, tree: Tree, start: Directory, path: str, now: int) -> None:
        """Remove an empty directory."""
        directory, name = _place(tree, start, path.rstrip("/"))
        found = directory.children.get(name)
        if found is None:
            raise ScratchError(ENOENT)
        if not isinstance(found, Directory):
            raise ScratchError(ENOTDIR)
        if not directory.writable or not found.writable:
            raise ScratchError(EROFS)
        if found.children:
            raise ScratchError(ENOTEMPTY)
        del directory.children[name]
        found.writable = False  # whoever has it open makes nothing in it any more
        directory.modified = now
        self._used -= ENTRY_SIZE

    def rename(
        self, tree: Tree, start: Directory, path: str, new_start: Directory, new_path: str, now: int
    ) -> ScratchFile | None:
        """Move a file or directory; return the file that had the new name, if there was one."""
        directory, name = _place(tree, start, path.rstrip("/"))
        new_directory, new_name = _place(tree, new_start, new_path.rstrip("/"))
        moved, replaced = directory.children.get(name), new_directory.children.get(new_name)
        if moved is None:
            raise ScratchError(ENOENT)
        if moved is replaced:
            return None
        movable = moved.writable if isinstance(moved, Directory) else isinstance(moved, ScratchFile)
        if not (movable and directory.writable and new_directory.writable):
            raise ScratchError(EROFS)
        if isinstance(moved, Directory) and _holds(moved, new_directory):
            raise ScratchError(EINVAL)
        if isinstance(replaced, Directory):
            if not isinstance(moved, Directory):
                raise ScratchError(EISDIR)
            self.remove_directory(tree, new_start, new_path, now)
        elif replaced is not None:
            if isinstance(moved, Directory):
                raise ScratchError(ENOTDIR)
            self.remove_file(tree, new_start, new_path, now)
        new_directory.children[new_name] = directory.children.pop(name)
        directory.modified = new_directory.modified = now
        return replaced if isinstance(replaced, ScratchFile) else None

    def _charge(self, size: int) -> None:
        if size > 0 and self._used + size > MAX_SCRATCH:
            raise ScratchError(ENOSPC)
        self._used += size

    def _inode(self) -> int:
        self._made += 1
        return FIRST_INODE + self._made


def _place(tree: Tree, start: Directory, path: str) -> tuple[Directory, str]:
    """The directory a path leads to, and the name it has there."""
    above, _, name = path.rpartition("/")
    directory = tree.find(start, above)
    if directory is None:
        raise ScratchError(ENOENT)
    if not isinstance(directory, Directory):
        raise ScratchError(ENOTDIR)
    if name in ("", ".", "..") or "\0" in name:
        raise ScratchError(EINVAL)
    return directory, name


def _new_place(tree: Tree, start: Directory, path: str) -> tuple[Directory, str]:
    """The same for what is to be made there."""
    directory, name = _place(tree, start, path)
    if name in directory.children:
        raise ScratchError(EEXIST)
    if len(name.encode()) > MAX_NAME:
        raise ScratchError(ENAMETOOLONG)
    if not directory.writable:
        raise ScratchError(EROFS)
    return directory, name


def _holds(directory: Directory, wanted: Directory) -> bool:
    """Whether one directory is another or lies somewhere below it."""
    pending = [directory]
    while pending:
        here = pending.pop()
        if here is wanted:
            return True
        pending.extend(child for child in here.children.values() if isinstance(child, Directory))
    return False
