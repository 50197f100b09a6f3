"""A worker process, seen from its parent."""

import contextlib
import json
import os
import pickle
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import IO, Any, Self

from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.pool.worker import LENGTH, OPTIONS, Progress
from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.run.block import Block

START_LIMIT = 120.0
"""Wall seconds a worker has to come up; only a machine on its knees needs more than one."""

LONGEST_POLL = 3600.0
"""Seconds asked of the system at a time: it counts them in milliseconds and 32 bits."""

_BOOT = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
import json, sys
parent, progress, sys.path[:] = json.loads(sys.argv[1])
from r1ci_env.sandbox_wasm.pool.worker import main
main(parent, progress)
"""
"""Starts a worker, with the modules of its parent. Ctrl-C is the parent's to deal with."""


class WorkerDiedError(Exception):
    """The worker's end of a pipe is closed."""


class WorkerKilledError(WorkerDiedError):
    """A signal ended the worker: most likely somebody else's doing, such as the system's when memory is short."""


class WorkerProcess:
    """Starts a worker and talks to it; a context manager that ends it.

    Args:
        options: What its `Sandbox` is made with.

    Raises:
        OSError: If the system has no process, memory or descriptors for it.
        WorkerDiedError: If it died at once.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        with contextlib.ExitStack() as undo:
            file = undo.enter_context(_shared_file())
            file.truncate(Progress.SIZE)
            self._progress = Progress(file.fileno())
            undo.callback(self._progress.close)
            start = json.dumps([os.getpid(), file.fileno(), sys.path])
            with _ctrl_c_blocked():
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-c", _BOOT, start],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    bufsize=0,
                    pass_fds=[file.fileno()],
                )
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._requests, self._results = self._process.stdin.fileno(), self._process.stdout.fileno()
            file.close()
            undo.pop_all()
        os.set_blocking(self._requests, False)
        self._answers = select.poll()
        self._answers.register(self._results, select.POLLIN)
        self._buffer = bytearray()
        self._answered = 0
        try:
            self._send(dict(options), START_LIMIT)
        except BaseException:
            self.end()
            raise

    def wait_until_ready(self) -> None:
        """Wait for it to come up.

        Raises:
            SandboxError: If it says that it cannot.
            TimeoutError: If it says nothing for `START_LIMIT`.
            WorkerDiedError: If it died.
        """
        answer = self._receive(START_LIMIT)
        if "failed" in answer:
            raise SandboxError(answer["failed"])

    def send(self, blocks: list[Block], wall_limit: float) -> None:
        """Send blocks to run one after the other; only when it has answered for all before.

        Raises:
            TimeoutError: If it does not take them for so many seconds.
            WorkerDiedError: If it died.
        """
        self._answered = 0
        self._progress.running = None
        fields = ("code", *OPTIONS)
        self._send([tuple(getattr(block, name) for name in fields) for block in blocks], wall_limit)

    def receive(self, wall_limit: float) -> tuple[list[ExecResult], int]:
        """Wait for its next message.

        Returns:
            The results of the next blocks it was sent, and how many of the last ones it gives back, not begun.

        Raises:
            TimeoutError: If it says nothing for so many seconds.
            WorkerDiedError: If it died.
        """
        message = self._receive(wall_limit)
        results = [ExecResult(*fields) for fields in message["results"]]
        self._answered += len(results)
        return results, message["given_back"]

    @property
    def running(self) -> int | None:
        """Which of the blocks it has not answered for it runs, or ran when it died; None if it had begun none."""
        number = self._progress.running
        return None if number is None else number - self._answered

    def _send(self, message: Any, wall_limit: float) -> None:
        end = time.monotonic() + wall_limit
        body = pickle.dumps(message)
        left = memoryview(LENGTH.pack(len(body)) + body)
        while left:
            try:
                left = left[os.write(self._requests, left) :]
            except BlockingIOError:
                room = select.poll()
                room.register(self._requests, select.POLLOUT)
                _wait(room, end)
            except OSError as error:  # nobody reads any more
                raise self._death() from error

    def _receive(self, wall_limit: float) -> dict[str, Any]:
        end = time.monotonic() + wall_limit
        while True:
            if len(self._buffer) >= LENGTH.size:
                stop = LENGTH.size + LENGTH.unpack_from(self._buffer)[0]
                if len(self._buffer) >= stop:
                    message: dict[str, Any] = json.loads(self._buffer[LENGTH.size : stop])
                    del self._buffer[:stop]
                    return message
            _wait(self._answers, end)
            part = os.read(self._results, 1 << 16)
            if not part:
                raise self._death()
            self._buffer += part

    def _death(self) -> WorkerDiedError:
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return WorkerDiedError("it closed its pipe")
        return (WorkerKilledError if status < 0 else WorkerDiedError)(f"it ended with status {status}")

    def end(self) -> None:
        """Kill the process and reap it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        self._progress.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


def _shared_file() -> IO[bytes]:
    """An open file without a name, in memory where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("sandbox worker"), "r+b")
    return tempfile.TemporaryFile()


@contextlib.contextmanager
def _ctrl_c_blocked() -> Iterator[None]:
    """Keep Ctrl-C from this thread and, for good, from a process that it starts, which could not yet ignore it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait(poll: "select.poll", end: float) -> None:
    """Wait until there is something to read or room to write.

    Raises:
        TimeoutError: If there is none until `end`, by `time.monotonic`.
    """
    while not poll.poll(1e3 * min(LONGEST_POLL, max(0.0, end - time.monotonic()))):
        if time.monotonic() >= end:
            raise TimeoutError
