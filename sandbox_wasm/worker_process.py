"""A worker process, seen from its parent."""

import contextlib
import json
import os
import pickle
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from r1ci_env.sandbox_wasm.blocks import Block
from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.worker import LENGTH, write_message

START_LIMIT = 120.0
"""Wall seconds a worker has to come up; only a machine on its knees needs more than one."""

_BOOT = """
import json, sys
parent, sys.path[:] = json.loads(sys.argv[1])
from r1ci_env.sandbox_wasm.worker import main
main(parent)
"""
"""Starts a worker, with the modules of its parent."""


class WorkerDiedError(Exception):
    """The worker's end of the pipe is closed."""


class WorkerProcess:
    """Starts a worker and talks to it.

    Args:
        options: What its `Sandbox` is made with.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        start = json.dumps([os.getpid(), sys.path])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._results = self._process.stdin, self._process.stdout
        os.set_blocking(self._results.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._results, selectors.EVENT_READ)
        self._buffer = b""
        self._ready = False
        self._send(dict(options))  # a failure is seen when its answer is waited for

    def wait_until_ready(self) -> None:
        """Wait for the worker to come up, if it has not.

        Raises:
            SandboxError: If it says that it cannot.
        """
        if self._ready:
            return
        try:
            answer = self._receive(START_LIMIT)
        except (WorkerDiedError, TimeoutError) as error:
            raise SandboxError("a sandbox worker process did not come up") from error
        if "failed" in answer:
            raise SandboxError(answer["failed"])
        self._ready = True

    def send(self, blocks: list[Block]) -> bool:
        """Send blocks to run one after the other.

        Returns:
            False if it has died before: none of these blocks is to blame.
        """
        return self._send([tuple(getattr(block, name) for name in Block.__slots__) for block in blocks])

    def receive(self, wall_limit: float) -> tuple[list[ExecResult | Exception], int]:
        """Wait for its next message.

        Returns:
            The outcomes of the next blocks it was sent, and how many of the last ones it gives back, not begun.

        Raises:
            TimeoutError: If it says nothing for so many seconds.
            WorkerDiedError: If it died.
        """
        message = self._receive(wall_limit)
        outcomes: list[ExecResult | Exception] = [
            ValueError(outcome) if isinstance(outcome, str) else ExecResult(*outcome) for outcome in message["outcomes"]
        ]
        return outcomes, message["given_back"]

    def _send(self, message: Any) -> bool:
        try:
            write_message(self._requests, pickle.dumps(message))
        except OSError:  # nobody reads any more
            return False
        return True

    def _receive(self, wall_limit: float) -> dict[str, Any]:
        end = time.monotonic() + wall_limit
        while True:
            if len(self._buffer) >= LENGTH.size:
                stop = LENGTH.size + LENGTH.unpack_from(self._buffer)[0]
                if len(self._buffer) >= stop:
                    body, self._buffer = self._buffer[LENGTH.size : stop], self._buffer[stop:]
                    message: dict[str, Any] = json.loads(body)
                    return message
            if not self._selector.select(max(0.0, end - time.monotonic())):
                raise TimeoutError
            part = self._results.read(1 << 16)
            if part == b"":
                raise WorkerDiedError
            self._buffer += part or b""

    def end(self) -> None:
        """Kill the process and reap it."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for pipe in (self._requests, self._results):
            with contextlib.suppress(OSError):
                pipe.close()
