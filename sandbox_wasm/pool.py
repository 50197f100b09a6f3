"""`SandboxPool`: sandboxes in worker processes, one a core, fed from one queue."""

import asyncio
import contextlib
import json
import os
import pickle
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from r1ci_env.sandbox_wasm.blocks import Block, BlockPool, as_block
from r1ci_env.sandbox_wasm.errors import SandboxClosedError, SandboxError
from r1ci_env.sandbox_wasm.image import load_image
from r1ci_env.sandbox_wasm.limits import MIB, WALL_FACTOR, checked_max_output, checked_memory, checked_timeout
from r1ci_env.sandbox_wasm.result import ExecResult, Status
from r1ci_env.sandbox_wasm.worker import LENGTH, write_message

KILL_GRACE = 5.0
"""Wall seconds beyond its own limit after which a worker is killed, deadline machinery and all."""

START_LIMIT = 120.0
"""Wall seconds a worker has to come up; only a machine on its knees needs more than one."""

PENDING_PER_WORKER = 256
"""Blocks that may wait per worker; beyond that `submit` waits too."""

_BOOT = """
import json, sys
parent, sys.path[:] = json.loads(sys.argv[1])
from r1ci_env.sandbox_wasm.worker import main
main(parent)
"""
"""Starts a worker, with the modules of its parent."""


_process_lock = threading.Lock()
"""Held while a pool is started again after a fork; a child gets a free one."""

os.register_at_fork(after_in_child=lambda: globals().update(_process_lock=threading.Lock()))


@dataclass(slots=True)
class _Job:
    block: Block
    future: "Future[ExecResult]"


class _WorkerDiedError(Exception):
    """The worker's end of the pipe is closed."""


class _Worker:
    """A worker process, seen from the parent."""

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
        self._send(dict(options))

    def wait_until_ready(self) -> None:
        """Wait for the worker to come up.

        Raises:
            SandboxError: If it says that it cannot.
        """
        try:
            answer = self._receive(START_LIMIT)
        except (_WorkerDiedError, TimeoutError) as error:
            raise SandboxError("a sandbox worker process did not come up") from error
        if "failed" in answer:
            raise SandboxError(answer["failed"])

    def run(self, block: Block, wall_limit: float) -> ExecResult:
        """Run one block.

        Raises:
            ValueError: If the block's options are not what `Sandbox.run` takes.
            TimeoutError: If the worker does not answer in time.
            _WorkerDiedError: If it died.
        """
        self._send({field: getattr(block, field) for field in Block.__slots__})
        answer = self._receive(wall_limit)
        if "invalid" in answer:
            raise ValueError(answer["invalid"])
        return ExecResult(**answer)

    def _send(self, message: dict[str, Any]) -> None:
        try:
            write_message(self._requests, pickle.dumps(message))
        except OSError as error:
            raise _WorkerDiedError from error

    def _receive(self, wall_limit: float) -> dict[str, Any]:
        end = time.monotonic() + wall_limit
        while True:
            if len(self._buffer) >= LENGTH.size:
                stop = LENGTH.size + LENGTH.unpack_from(self._buffer)[0]
                if len(self._buffer) >= stop:
                    body, self._buffer = self._buffer[LENGTH.size : stop], self._buffer[stop:]
                    answer: dict[str, Any] = json.loads(body)
                    return answer
            if not self._selector.select(max(0.0, end - time.monotonic())):
                raise TimeoutError
            part = self._results.read(1 << 20)
            if part == b"":
                raise _WorkerDiedError
            self._buffer += part or b""

    def end(self) -> None:
        """Kill the process and reap it."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for pipe in (self._requests, self._results):
            with contextlib.suppress(OSError):
                pipe.close()


class SandboxPool(BlockPool):
    """Runs blocks in parallel, each worker process holding one `Sandbox`.

    A worker that overruns its wall deadline or dies is replaced; only the block it was running is
    lost, and its result says so. The processes are plain children started with ``exec``: they work
    under every start method of `multiprocessing`, and inside its daemons, and end when this process
    does, however it ends. After a fork the child starts workers of its own; a pickled pool is opened
    anew with the same options.

    Args:
        workers: Number of processes; by default one for each core this process may use.
        recycle_after: Replace a worker after that many blocks.
        memory: As for `Sandbox`.
        timeout: As for `Sandbox`.
        max_output: As for `Sandbox`.
        reuse: As for `Sandbox`.
        echo: As for `Sandbox`.

    Raises:
        SandboxError: If the image can neither be loaded nor built.
        ValueError: If an option is out of range.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        recycle_after: int = 10_000,
        memory: int = 256 * MIB,
        timeout: float = 10.0,
        max_output: int = 64 << 10,
        reuse: bool = True,
        echo: bool = False,
    ) -> None:
        if workers is None:
            workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if workers < 1 or recycle_after < 1:
            raise ValueError("workers and recycle_after must be at least 1")
        self.workers = workers
        self.recycle_after = recycle_after
        self._options: dict[str, Any] = {
            "memory": checked_memory(memory),
            "timeout": checked_timeout(timeout),
            "max_output": checked_max_output(max_output),
            "reuse": reuse,
            "echo": echo,
        }
        self._timeout = timeout
        self._closed = False
        load_image()
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._slots = threading.Semaphore(PENDING_PER_WORKER * self.workers)
        self._threads = [
            threading.Thread(target=self._serve, name=f"sandbox worker {index}", daemon=True)
            for index in range(self.workers)
        ]
        for thread in self._threads:
            thread.start()

    def _run_all(self, blocks: list[Block]) -> list[ExecResult]:
        futures = [self._send(block) for block in blocks]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()

    def _send(self, block: Block) -> "Future[ExecResult]":
        self._require_open()
        self._slots.acquire()
        return self._enqueue(block)

    async def arun(self, code: str | Block, **options: Any) -> ExecResult:
        """Run one block without blocking the event loop, even while very many are queued; see `submit`."""
        self._require_open()
        while not self._slots.acquire(blocking=False):
            await asyncio.sleep(0.002)
        return await asyncio.wrap_future(self._enqueue(as_block(code, options)))

    def close(self, *, cancel: bool = False) -> None:
        """See `BlockPool.close`."""
        if self._pid != os.getpid():
            self._closed = True
            return
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if cancel:
                with contextlib.suppress(Empty):
                    while (job := self._jobs.get_nowait()) is not None:
                        job.future.cancel()
            for _ in self._threads:
                self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(SandboxPool, self.workers, recycle_after=self.recycle_after, **self._options), ()

    def _require_open(self) -> None:
        if self._pid != os.getpid():
            with _process_lock:
                if self._pid != os.getpid() and not self._closed:
                    self._start()  # in a child after a fork: the threads stayed behind

    def _enqueue(self, block: Block) -> "Future[ExecResult]":
        job = _Job(block, Future())
        with self._lock:
            if self._closed:
                raise SandboxClosedError("this sandbox pool is closed")
            self._jobs.put(job)
        return job.future

    def _serve(self) -> None:
        """Feed one worker, and replace it when it must be; runs on a thread of its own."""
        worker: _Worker | None = _Worker(self._options)
        ready, served = False, 0
        while (job := self._jobs.get()) is not None:
            self._slots.release()
            if not job.future.set_running_or_notify_cancel():
                continue
            worker = worker or _Worker(self._options)
            began = time.perf_counter()
            keep = False
            try:
                if not ready:
                    worker.wait_until_ready()
                    ready = True
                seconds = self._timeout if job.block.timeout is None else job.block.timeout
                job.future.set_result(worker.run(job.block, seconds * WALL_FACTOR + KILL_GRACE))
                served += 1
                keep = served < self.recycle_after
            except ValueError as error:
                job.future.set_exception(error)
                keep = True
            except SandboxError as error:
                job.future.set_exception(error)
            except TimeoutError:
                lost = "timeout: the worker did not answer and was killed"
                job.future.set_result(_lost("timeout", 124, lost, began))
            except _WorkerDiedError:
                lost = "the interpreter crashed and took its worker process along"
                job.future.set_result(_lost("crash", 134, lost, began))
            if not keep:
                worker.end()
                worker, ready, served = None, False, 0
        if worker is not None:
            worker.end()


def _lost(status: Status, code: int, error: str, began: float) -> ExecResult:
    return ExecResult("", "", error, code, status, time.perf_counter() - began)
