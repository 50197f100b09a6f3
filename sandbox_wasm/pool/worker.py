"""A worker process of a `SandboxPool`: reads blocks from standard input, writes results to standard output.

Requests are pickles, because they come from the parent. Results are JSON, so that even a process whose
guest had broken out of WebAssembly could not make its parent run anything.
"""

import json
import mmap
import os
import pickle
import struct
import threading
import time
from collections import deque
from typing import IO, TYPE_CHECKING, Any

from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.result import ExecResult

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm.sandbox import Sandbox

LENGTH = struct.Struct("<Q")

OPTIONS = ("timeout", "memory", "seed", "stdin", "files", "echo")
"""The fields of a `Block` behind its source, in the order in which they are sent."""

PARENT_CHECK = 1.0
"""Seconds between two looks at whether the parent still lives."""

PATIENCE = 0.005
"""Seconds after which a block is taken to be a long one. Results are held back no longer than that, and the
blocks that wait behind a long one are given back, for another worker to run."""


def _read_exactly(stream: IO[bytes], size: int) -> bytes | None:
    parts = []
    while size:
        part = stream.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_message(stream: IO[bytes]) -> bytes | None:
    """Read one length-prefixed message; None at the end of the stream."""
    head = _read_exactly(stream, LENGTH.size)
    return None if head is None else _read_exactly(stream, LENGTH.unpack(head)[0])


def write_message(stream: IO[bytes], body: bytes) -> None:
    """Write one length-prefixed message; the end of the process if nobody reads any more."""
    try:
        stream.write(LENGTH.pack(len(body)) + body)
        stream.flush()
    except BrokenPipeError:
        os._exit(0)


class Progress:
    """Which block of its request a worker runs, in memory that its parent can still read when it has died.

    Args:
        descriptor: An open file of `SIZE` bytes, the same in both processes.
    """

    SIZE = 8

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, self.SIZE)
        self._number = memoryview(self._memory).cast("Q")

    @property
    def running(self) -> int | None:
        """The number of the block that runs, from 0; None between two blocks."""
        number = self._number[0]
        return number - 1 if number else None

    @running.setter
    def running(self, number: int | None) -> None:
        self._number[0] = 0 if number is None else number + 1

    def close(self) -> None:
        """Let go of the memory."""
        self._number.release()
        self._memory.close()


class _Server:
    """Runs the blocks of a request one after the other, and answers in as few messages as patience allows."""

    def __init__(self, sandbox: "Sandbox", outgoing: IO[bytes], progress: Progress) -> None:
        self._sandbox, self._outgoing, self._progress = sandbox, outgoing, progress
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Any, ...]] = deque()
        self._results: list[Any] = []
        self._began = self._answered = 0.0
        self._several = threading.Event()  # that there may be something to hand on while a block runs
        threading.Thread(target=self._watch, daemon=True).start()

    def serve(self, blocks: list[tuple[Any, ...]]) -> None:
        """Run blocks, given as the values of the fields of `Block`, or give them back."""
        with self._lock:
            self._waiting.extend(blocks)
            self._answered = time.monotonic()
        if len(blocks) > 1:
            self._several.set()
        number = 0
        while (block := self._next()) is not None:
            self._progress.running = number
            result = self._run(*block)
            self._progress.running = None
            number += 1
            with self._lock:
                self._results.append(result)
                if time.monotonic() - self._answered > PATIENCE:
                    self._answer()

    def _next(self) -> tuple[Any, ...] | None:
        with self._lock:
            if self._waiting:
                self._began = time.monotonic()
                return self._waiting.popleft()
            if self._results:
                self._answer()
            return None

    def _run(self, code: str, *options: Any) -> Any:
        try:
            result = self._sandbox.run(code, **dict(zip(OPTIONS, options, strict=True)))
        except Exception as error:  # no memory for an instance, and the like
            problem = f"the sandbox failed: {type(error).__name__}: {error}"
            result = ExecResult("", "", problem, 134, "crash", time.monotonic() - self._began)
        return [getattr(result, name) for name in ExecResult.__slots__]

    def _answer(self, given_back: int = 0) -> None:
        message = {"results": self._results, "given_back": given_back}
        write_message(self._outgoing, json.dumps(message).encode())
        self._results = []
        self._answered = time.monotonic()

    def _watch(self) -> None:
        """Hand on, while a long block runs, the results before it and the blocks behind it."""
        while self._several.wait():
            time.sleep(PATIENCE)
            with self._lock:
                if not self._waiting and not self._results:
                    self._several.clear()
                elif time.monotonic() - self._began > PATIENCE:
                    given_back = len(self._waiting)
                    self._waiting.clear()
                    self._answer(given_back)


def _end_with(parent: int) -> None:
    """End the process, whatever it is doing, soon after its parent is gone."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK)
    os._exit(0)


def main(parent: int, progress: int) -> None:
    """Serve blocks until the parent closes the pipe or dies.

    Args:
        parent: The parent's process id.
        progress: The descriptor `Progress` is kept behind.
    """
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed in this process must not get between the results
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    options = read_message(incoming)
    if options is None:
        return
    try:
        from r1ci_env.sandbox_wasm.sandbox import Sandbox

        server = _Server(Sandbox(**pickle.loads(options)), outgoing, Progress(progress))
    except SandboxError as error:
        write_message(outgoing, json.dumps({"failed": str(error)}).encode())
        return
    write_message(outgoing, b'{"ready": true}')
    while (request := read_message(incoming)) is not None:
        server.serve(pickle.loads(request))
