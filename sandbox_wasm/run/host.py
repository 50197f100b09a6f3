"""The host's side of WASI: every function a guest can call, and nothing behind them but memory.

No wasmtime WASI context exists, so there is no file, socket, environment or process a guest could
reach, and no host-side state that outlives a block: `Host.begin` makes all of it anew. Numbers and
structures are those of WASI preview 1.
"""

import random
import struct
import threading
from collections.abc import Mapping
from ctypes import addressof, c_uint32, memmove, string_at
from itertools import islice
from typing import Any

import wasmtime

from r1ci_env.sandbox_wasm.run import calls
from r1ci_env.sandbox_wasm.run.calls import STOP
from r1ci_env.sandbox_wasm.run.exports import STOP_FLAG
from r1ci_env.sandbox_wasm.run.files import Directory, File, ScratchFile, Tree
from r1ci_env.sandbox_wasm.run.output import Stream
from r1ci_env.sandbox_wasm.run.scratch import Scratch, ScratchError

WASI = "wasi_snapshot_preview1"

SUCCESS, EBADF, EFAULT, EINTR, EINVAL, EISDIR, EMFILE = 0, 8, 21, 27, 28, 31, 33
EEXIST, ENOENT, ENOTDIR, ENOTSUP, EROFS, ESPIPE = 20, 44, 54, 58, 69, 70

CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE = 2, 3, 4

STDIN, STDOUT, STDERR, ROOT = 0, 1, 2, 3
FIRST_FILE = 4

CHANNEL = 1000
"""The descriptor over which `block_runner.py` receives a block and reports the verdict."""

MAX_OPEN_FILES = 64

MAX_PATH = 4096
"""Bytes of a path; none that is longer leads anywhere."""

CLOCK_START_NS = 1_767_225_600 * 10**9
"""What every block's clock shows first, in ns since 1970: 2026-01-01 00:00 UTC."""

CLOCK_STEP_NS = 100_000
"""How far the clock moves with each reading, in ns; sleeping moves it by the time slept."""

OUTPUT_SLACK = 16
"""A block is stopped when it has printed this many times what is kept of its output."""

LEAST_OUTPUT = 4096
"""No block is stopped for printing less than `OUTPUT_SLACK` times this, even if nothing is kept of it."""

READS, WRITES, APPENDS = range(3)
"""What a descriptor was opened for."""

MAX_TRANSFER = 1 << 20  # bytes one call moves at most, whatever length the guest claims


class GuestFaultError(Exception):
    """The guest passed an address outside its own memory."""


class GuestMemory:
    """The linear memory of one instance; every access is checked against its bounds."""

    def __init__(self, store: wasmtime.Store, memory: wasmtime.Memory) -> None:
        self._store = store
        self._memory = memory
        self.address = addressof(memory.data_ptr(store).contents)
        self._size = self.size()

    def size(self) -> int:
        """Current size in bytes."""
        return int(self._memory.data_len(self._store))

    def words(self) -> memoryview:
        """All of it as numbers of 32 bits; not to be used once the guest has run again."""
        return memoryview((c_uint32 * (self.size() // 4)).from_address(self.address)).cast("B").cast("I")

    def read(self, at: int, size: int) -> bytes:
        """Copy `size` bytes at `at` out of the guest."""
        self._check(at, size)
        return string_at(self.address + at, size)

    def write(self, at: int, data: bytes) -> None:
        """Copy `data` into the guest at `at`."""
        self._check(at, len(data))
        memmove(self.address + at, data, len(data))

    def _check(self, at: int, size: int) -> None:
        if at + size > self._size:
            self._size = self.size()  # it may have grown; it never shrinks
        if at < 0 or size < 0 or at + size > self._size:
            raise GuestFaultError


class Host:
    """All host functions of one sandbox, and the state of the block that runs in it.

    Args:
        tree: The read-only files every block sees.
        max_output: How many bytes of output are kept per block, of both streams together.
    """

    def __init__(self, tree: Tree, max_output: int) -> None:
        self._base_tree = tree
        self.max_output = max_output
        self._most_output = OUTPUT_SLACK * max(max_output, LEAST_OUTPUT)
        self._callbacks: list[Any] = []
        self._memory: GuestMemory
        self._entering = threading.Lock()
        self._entered = False
        self.reset()
        self.begin(b"")

    def reset(self) -> None:
        """Forget all that belongs to an interpreter's state: for a clean interpreter."""
        self._closed: set[int] = set()
        self._open: dict[int, list[Any]] = {}  # descriptor -> [node, offset, READS, WRITES or APPENDS]
        self._tree = self._base_tree
        self._scratch = Scratch()
        self._now = CLOCK_START_NS
        self._random: random.Random | None = None
        self._seed = 0

    def begin(
        self, request: bytes, *, seed: int = 0, stdin: bytes = b"", files: Mapping[str, bytes] | None = None
    ) -> None:
        """Hold a block ready, and forget all that belongs to the block before it."""
        if self._tree is not self._base_tree:  # a persistent interpreter's, with what its blocks have written
            self._tree = self._tree.writable_copy()
        if files:
            self._tree = self._tree.with_files(files)
        self._request: list[Any] = [File(0, request), 0]
        self._stdin: list[Any] = [File(0, stdin), 0]
        if seed:
            self._random, self._seed = None, seed
        self._streams = {STDOUT: Stream(self.max_output), STDERR: Stream(self.max_output)}
        self._output_size = 0
        self._late = False
        self.report = b""
        self.exit_code: int | None = None
        self.failure: BaseException | None = None

    def attach(self, memory: GuestMemory) -> None:
        """Serve the instance this memory belongs to."""
        self._memory = memory

    def enter(self) -> None:
        """Note that the guest runs from now on, and may have to be stopped."""
        with self._entering:
            self._entered = True
            if self._late:
                self._memory.write(STOP_FLAG, b"\1")

    def leave(self) -> None:
        """Note that the guest does not run any more; its memory may go away."""
        with self._entering:
            self._entered = False
            if self._late:
                self._memory.write(STOP_FLAG, b"\0")

    def release(self) -> None:
        """Let go of the guest, which must not run again: each holds on to the other otherwise."""
        self._callbacks.clear()
        self.__dict__.pop("_memory", None)

    def give_up(self) -> None:
        """End what the guest and a host function are doing: the block's time is up. To be called from another thread.

        A guest can take back what is written into its memory, so this may be needed more than once.
        """
        self._late = True
        with self._entering:
            if self._entered:
                self._memory.write(STOP_FLAG, b"\1")

    def output(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """What is kept of standard output and standard error: the text, and how many characters are left out of it.

        Where both together are too long, each is given at least half the room.
        """
        out, err = self._streams[STDOUT], self._streams[STDERR]
        room = min(err.size, max(self.max_output - out.size, self.max_output // 2))
        return out.text(self.max_output - room), err.text(room)

    @property
    def output_exceeded(self) -> bool:
        """Whether the block was stopped because it would not stop printing."""
        return self._output_size > self._most_output

    def open_descriptors(self) -> list[int]:
        """The descriptors of files the guest has open."""
        return sorted(self._open)

    def define(self, linker: wasmtime.Linker, module: wasmtime.Module) -> None:
        """Define every function the guest imports; those we do not offer answer with an error."""
        for entry in module.imports:
            function = self._refuse
            if entry.module == WASI:
                function = getattr(self, f"_{entry.name}", self._refuse)
            self._callbacks.append(calls.define(linker, entry, function, self._on_error))

    def _on_error(self, error: BaseException) -> int:
        if isinstance(error, GuestFaultError):
            return EFAULT
        if isinstance(error, ScratchError):
            return error.number
        self.failure = error
        return STOP

    @staticmethod
    def _refuse(*_: int) -> int:
        return ENOTSUP

    # Process: arguments, environment, clock, randomness, exit.

    def _args_sizes_get(self, count: int, size: int) -> int:
        return self._write_u32(count, 0) or self._write_u32(size, 0)

    _environ_sizes_get = _args_sizes_get

    def _args_get(self, *_: int) -> int:
        return SUCCESS

    _environ_get = _args_get

    def _sched_yield(self) -> int:
        return STOP if self._late else SUCCESS

    def _clock_res_get(self, _clock: int, out: int) -> int:
        return self._write_u64(out, CLOCK_STEP_NS)

    def _clock_time_get(self, _clock: int, _precision: int, out: int) -> int:
        return self._write_u64(out, self._later() % 2**64)

    def _later(self) -> int:
        """The time, which is another one with each reading, as it is with each change of a file."""
        self._now += CLOCK_STEP_NS
        return self._now

    def _random_get(self, out: int, size: int) -> int:
        if self._random is None:
            self._random = random.Random(self._seed)  # only here: seeding takes longer than a short block's other calls
        for start in range(out, out + size, MAX_TRANSFER):
            if self._late:
                return EINTR
            self._memory.write(start, self._random.randbytes(min(MAX_TRANSFER, out + size - start)))
        return SUCCESS

    def _proc_exit(self, code: int) -> int:
        self.exit_code = code
        return STOP

    def _poll_oneoff(self, subscriptions: int, events: int, count: int, out: int) -> int:
        """Sleeping costs nothing: the clock jumps to the earliest time waited for."""
        if not 0 < count <= MAX_OPEN_FILES:
            return EINVAL
        ready, timers = [], []
        for index in range(count):
            entry = self._memory.read(subscriptions + 48 * index, 48)
            user, kind = entry[:8], entry[8]
            if kind == 0:
                timeout, _, flags = struct.unpack_from("<QQH", entry, 24)
                timers.append((timeout if flags & 1 else self._now + timeout, user))
            else:
                ready.append((user, kind))
        if not ready:
            wake = min(when for when, _ in timers)
            self._now = max(self._now, wake)
            ready = [(user, 0) for when, user in timers if when <= self._now]
        for index, (user, kind) in enumerate(ready):
            self._memory.write(events + 32 * index, user + struct.pack("<HB21x", SUCCESS, kind))
        return self._write_u32(out, len(ready))

    # Standard streams, and the channel over which a block comes in and its verdict goes out.

    def _fd_write(self, fd: int, vectors: int, count: int, out: int) -> int:
        if fd in self._open:
            return self._write_file(fd, vectors, count, out)
        total = 0
        for at, size in self._vectors(vectors, count):
            if fd == CHANNEL:
                self.report += self._memory.read(at, min(size, 4096 - min(len(self.report), 4096)))
            elif fd in self._streams and fd not in self._closed:
                if size:
                    self._print(self._streams[fd], at, size)
            else:
                return EBADF
            total += size
        if self._output_size > self._most_output:
            return STOP
        return self._write_u32(out, total)

    def _print(self, stream: Stream, at: int, size: int) -> None:
        while size and not self._late and self._output_size <= self._most_output:
            part = min(size, MAX_TRANSFER)
            stream.write(self._memory.read(at, part))
            self._output_size += part
            at, size = at + part, size - part

    def _fd_read(self, fd: int, vectors: int, count: int, out: int) -> int:
        if fd == CHANNEL:
            entry = self._request
        elif fd == STDIN and STDIN not in self._closed:
            entry = self._stdin
        elif fd in self._open:
            entry = self._open[fd]
        else:
            return EBADF
        node, offset = entry[:2]
        if not isinstance(node, File):
            return EISDIR
        data = node.read(offset, self._wanted(vectors, count))
        entry[1] += len(data)
        return self._scatter(data, vectors, count, out)

    def _fd_pread(self, fd: int, vectors: int, count: int, offset: int, out: int) -> int:
        entry = self._open.get(fd)
        if entry is None:
            return EBADF
        if not isinstance(entry[0], File):
            return EISDIR
        return self._scatter(entry[0].read(offset, self._wanted(vectors, count)), vectors, count, out)

    def _fd_close(self, fd: int) -> int:
        if (entry := self._open.pop(fd, None)) is not None:
            self._release(entry[0])
            return SUCCESS
        if fd > STDERR or fd in self._closed:
            return EBADF
        self._closed.add(fd)
        return SUCCESS

    # Files: a tree seen through one preopened root. What a block writes is in memory, and the library is read-only.

    def _node(self, fd: int) -> File | Directory | None:
        if fd == ROOT:
            return self._tree.root
        entry = self._open.get(fd)
        return None if entry is None else entry[0]

    def _fd_prestat_get(self, fd: int, out: int) -> int:
        if fd != ROOT:
            return EBADF
        self._memory.write(out, struct.pack("<II", 0, 1))  # a directory whose name has one byte
        return SUCCESS

    def _fd_prestat_dir_name(self, fd: int, out: int, size: int) -> int:
        if fd != ROOT or size < 1:
            return EBADF
        self._memory.write(out, b"/")
        return SUCCESS

    def _fd_fdstat_get(self, fd: int, out: int) -> int:
        node = self._node(fd)
        if node is not None:
            kind = DIRECTORY if isinstance(node, Directory) else REGULAR_FILE
        elif fd <= STDERR and fd not in self._closed:
            kind = CHARACTER_DEVICE
        else:
            return EBADF
        rights = 2**64 - 1  # with the rights to seek and tell a device does not count as a terminal
        self._memory.write(out, struct.pack("<BxHxxxxQQ", kind, 0, rights, rights))
        return SUCCESS

    def _fd_fdstat_set_flags(self, fd: int, _flags: int) -> int:
        return SUCCESS if fd <= STDERR or self._node(fd) is not None else EBADF

    _fd_advise = _fd_datasync = _fd_sync = lambda self, fd, *_: self._fd_fdstat_set_flags(fd, 0)

    def _fd_filestat_get(self, fd: int, out: int) -> int:
        node = self._node(fd)
        if node is not None:
            return self._write_filestat(node, out)
        if fd > STDERR or fd in self._closed:
            return EBADF
        self._memory.write(out, struct.pack("<QQB7xQQQQQ", 0, fd, CHARACTER_DEVICE, 1, 0, 0, 0, 0))
        return SUCCESS

    def _path_filestat_get(self, fd: int, _flags: int, path: int, size: int, out: int) -> int:
        node = self._resolve(fd, path, size)
        return node if isinstance(node, int) else self._write_filestat(node, out)

    def _path_open(
        self,
        fd: int,
        _lookup: int,
        path: int,
        size: int,
        open_flags: int,
        rights: int,
        _inherited: int,
        fd_flags: int,
        out: int,
    ) -> int:
        node = self._resolve(fd, path, size)
        creates, wants_directory, exclusive, truncates = (open_flags & flag for flag in (1, 2, 4, 8))
        writes = rights & 0b1000000  # the right fd_write
        if len(self._open) >= MAX_OPEN_FILES:
            return EMFILE
        if node == ENOENT and creates:
            node = self._scratch.make_file(*self._writable_place(fd, path, size), self._later())
        elif creates and exclusive and isinstance(node, ScratchFile):
            return EEXIST
        if isinstance(node, int):
            return node
        if isinstance(node, Directory):
            if writes:
                return EISDIR
        elif wants_directory:
            return ENOTDIR
        elif (creates or truncates or writes) and not node.writable:
            return EROFS
        if truncates and isinstance(node, ScratchFile):
            self._scratch.resize(node, 0, self._later())
        number = next(fd for fd in range(FIRST_FILE, FIRST_FILE + MAX_OPEN_FILES + 1) if fd not in self._open)
        self._open[number] = [node, 0, (APPENDS if fd_flags & 1 else WRITES) if writes else READS]
        return self._write_u32(out, number)

    def _write_file(self, fd: int, vectors: int, count: int, out: int) -> int:
        node, offset, purpose = entry = self._open[fd]
        if purpose == READS:
            return EBADF
        data = self._gather(vectors, count)
        start = node.size if purpose == APPENDS else offset
        self._scratch.write(node, start, data, self._later())
        entry[1] = start + len(data)
        return self._write_u32(out, len(data))

    def _fd_pwrite(self, fd: int, vectors: int, count: int, offset: int, out: int) -> int:
        entry = self._open.get(fd)
        if entry is None or entry[2] == READS:
            return EBADF
        data = self._gather(vectors, count)
        self._scratch.write(entry[0], offset, data, self._later())
        return self._write_u32(out, len(data))

    def _fd_filestat_set_size(self, fd: int, size: int) -> int:
        entry = self._open.get(fd)
        if entry is None or entry[2] == READS:
            return EBADF
        self._scratch.resize(entry[0], size, self._later())
        return SUCCESS

    def _path_create_directory(self, fd: int, path: int, size: int) -> int:
        self._scratch.make_directory(*self._writable_place(fd, path, size), self._later())
        return SUCCESS

    def _path_unlink_file(self, fd: int, path: int, size: int) -> int:
        self._release(self._scratch.remove_file(*self._writable_place(fd, path, size), self._later()))
        return SUCCESS

    def _path_remove_directory(self, fd: int, path: int, size: int) -> int:
        self._scratch.remove_directory(*self._writable_place(fd, path, size), self._later())
        return SUCCESS

    def _path_rename(self, fd: int, path: int, size: int, new_fd: int, new_path: int, new_size: int) -> int:
        tree, start, name = self._writable_place(fd, path, size)
        _, new_start, new_name = self._writable_place(new_fd, new_path, new_size)
        self._release(self._scratch.rename(tree, start, name, new_start, new_name, self._later()))
        return SUCCESS

    def _release(self, node: File | Directory | None) -> None:
        """Give the room of a file free if nothing leads to it any more."""
        if (
            isinstance(node, ScratchFile)
            and not node.linked
            and all(entry[0] is not node for entry in self._open.values())
        ):
            self._scratch.release(node)

    def _fd_seek(self, fd: int, offset: int, whence: int, out: int) -> int:
        entry = self._open.get(fd)
        if entry is None:
            return ESPIPE if fd <= STDERR else EBADF
        node, position = entry[:2]
        if not isinstance(node, File):
            return EISDIR
        offset -= 2**64 if offset >= 2**63 else 0
        base = {0: 0, 1: position, 2: node.size}.get(whence)
        if base is None or base + offset < 0:
            return EINVAL
        entry[1] = base + offset
        return self._write_u64(out, entry[1])

    def _fd_tell(self, fd: int, out: int) -> int:
        entry = self._open.get(fd)
        if entry is None:
            return ESPIPE if fd <= STDERR else EBADF
        return self._write_u64(out, entry[1])

    def _fd_readdir(self, fd: int, buffer: int, size: int, cookie: int, out: int) -> int:
        node = self._node(fd)
        if not isinstance(node, Directory):
            return EBADF if node is None else ENOTDIR
        entries, room = [], min(size, MAX_TRANSFER)
        first = min(cookie, len(node.children))
        for index, (name, child) in enumerate(islice(node.children.items(), first, None), start=first + 1):
            encoded = name.encode()
            kind = DIRECTORY if isinstance(child, Directory) else REGULAR_FILE
            entries.append(struct.pack("<QQIB3x", index, child.inode, len(encoded), kind) + encoded)
            room -= len(entries[-1])
            if room <= 0:
                break
        listing = b"".join(entries)[: min(size, MAX_TRANSFER)]
        self._memory.write(buffer, listing)
        return self._write_u32(out, len(listing))

    def _path_readlink(self, fd: int, path: int, size: int, *_: int) -> int:
        node = self._resolve(fd, path, size)
        return node if isinstance(node, int) else EINVAL  # nothing here is a link

    def _write_refused(self, *_: int) -> int:
        return EROFS

    _path_link = _path_symlink = _write_refused

    def _path_filestat_set_times(self, fd: int, _flags: int, path: int, size: int, *_: int) -> int:
        node = self._resolve(fd, path, size)
        return node if isinstance(node, int) else self._set_times(node)

    def _fd_filestat_set_times(self, fd: int, *_: int) -> int:
        node = self._node(fd)
        return EBADF if node is None else self._set_times(node)

    @staticmethod
    def _set_times(node: File | Directory) -> int:
        return SUCCESS if node.writable else EROFS  # the time of the last change stays what it was

    # Helpers.

    def _resolve(self, fd: int, path: int, size: int) -> File | Directory | int:
        try:
            found = self._tree.find(*self._place(fd, path, size))
        except ScratchError as error:
            return error.number
        return ENOENT if found is None else found

    def _place(self, fd: int, path: int, size: int) -> tuple[Directory, str]:
        """A directory and a path seen from there, as the guest names them."""
        start = self._node(fd)
        if not isinstance(start, Directory):
            raise ScratchError(EBADF if start is None else ENOTDIR)
        if size > MAX_PATH:
            raise ScratchError(ENOENT)
        try:
            return start, self._memory.read(path, size).decode()
        except UnicodeDecodeError:
            raise ScratchError(ENOENT) from None

    def _writable_place(self, fd: int, path: int, size: int) -> tuple[Tree, Directory, str]:
        """The same for what is going to be changed: not in the tree that all blocks see, but in one of this block's."""
        if self._tree is self._base_tree:
            self._tree = self._base_tree.writable_copy()
        return self._tree, *self._place(fd, path, size)

    def _write_filestat(self, node: File | Directory, out: int) -> int:
        kind = DIRECTORY if isinstance(node, Directory) else REGULAR_FILE
        size = 0 if isinstance(node, Directory) else node.size
        modified = node.modified if isinstance(node, Directory | ScratchFile) else 0
        times = (modified or CLOCK_START_NS,) * 3
        self._memory.write(out, struct.pack("<QQB7xQQQQQ", 1, node.inode, kind, 1, size, *times))
        return SUCCESS

    def _vectors(self, at: int, count: int) -> list[tuple[int, int]]:
        return list(struct.iter_unpack("<II", self._memory.read(at, 8 * min(count, 64))))

    def _wanted(self, vectors: int, count: int) -> int:
        return min(sum(size for _, size in self._vectors(vectors, count)), MAX_TRANSFER)

    def _gather(self, vectors: int, count: int) -> bytes:
        parts, room = [], MAX_TRANSFER
        for at, size in self._vectors(vectors, count):
            parts.append(self._memory.read(at, min(size, room)))
            room -= len(parts[-1])
        return b"".join(parts)

    def _scatter(self, data: bytes, vectors: int, count: int, out: int) -> int:
        done = 0
        for at, size in self._vectors(vectors, count):
            part = data[done : done + size]
            self._memory.write(at, part)
            done += len(part)
        return self._write_u32(out, done)

    def _write_u32(self, at: int, value: int) -> int:
        self._memory.write(at, struct.pack("<I", value % 2**32))
        return SUCCESS

    def _write_u64(self, at: int, value: int) -> int:
        self._memory.write(at, struct.pack("<Q", value % 2**64))
        return SUCCESS
