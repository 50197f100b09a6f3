"""`SandboxPool`: sandboxes in worker processes, one a core, fed from one queue."""

import asyncio
import os
import threading
import weakref
from concurrent.futures import Future
from functools import partial
from typing import Any

from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.guest.image import load_image
from r1ci_env.sandbox_wasm.guest.package_sets import BASE, checked_packages
from r1ci_env.sandbox_wasm.pool.block_pool import BlockPool, as_block
from r1ci_env.sandbox_wasm.pool.crew import Crew
from r1ci_env.sandbox_wasm.pool.job_queue import Job
from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.run.block import Block
from r1ci_env.sandbox_wasm.run.limits import (
    MIB,
    checked_count,
    checked_flag,
    checked_max_output,
    checked_memory,
    checked_timeout,
)

_process_lock = threading.Lock()
"""Held while a pool is started again after a fork; a child gets a free one."""

os.register_at_fork(after_in_child=lambda: globals().update(_process_lock=threading.Lock()))


class SandboxPool(BlockPool):
    """Runs blocks in parallel, each worker process holding one `Sandbox`.

    A worker that overruns its wall deadline or dies is replaced; only the block it was running is
    lost, and its result says so. Starting one is tried several times, with growing pauses; if it is
    given up and no other worker is at work, those who wait get a `SandboxError`, and the next block
    begins anew. The processes are plain children started with ``exec``: they work under every start
    method of `multiprocessing`, and inside its daemons, and end when this process does, however it
    ends. After a fork the child starts workers of its own; futures stay with the process that made
    them. A pickled pool is opened anew with the same options. A pool that is dropped without being
    closed runs what waits and then ends its workers.

    Args:
        workers: Number of processes; by default one for each core this process may use.
        recycle_after: Replace a worker after that many blocks.
        memory: As for `Sandbox`.
        timeout: As for `Sandbox`.
        max_output: As for `Sandbox`.
        reuse: As for `Sandbox`.
        echo: As for `Sandbox`.
        packages: As for `Sandbox`.

    Raises:
        SandboxError: If the image can neither be loaded nor built.
        TypeError: If an option is of a wrong type.
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
        packages: str = BASE,
    ) -> None:
        if workers is None:
            workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.workers = checked_count("workers", workers)
        self.recycle_after = checked_count("recycle_after", recycle_after)
        self._options: dict[str, Any] = {
            "memory": checked_memory(memory),
            "timeout": checked_timeout(timeout),
            "max_output": checked_max_output(max_output),
            "reuse": checked_flag("reuse", reuse),
            "echo": checked_flag("echo", echo),
            "packages": checked_packages(packages),
        }
        self._closed = False
        load_image(packages=packages)
        self._start()

    def _start(self) -> None:
        self._crew = Crew(self.workers, self.recycle_after, self._options)
        self._end = weakref.finalize(self, _abandon, self._crew, os.getpid())
        self._end.atexit = False  # workers end with this process anyway
        self._pid = os.getpid()  # last: other threads go by it

    def run(self, code: str | Block, **options: Any) -> ExecResult:
        """Run one block and wait for it; options as for `Sandbox.run`."""
        block = as_block(code, options)
        self._refuse_to_wait_for_itself()
        return self._send(block).result()

    def _run_all(self, blocks: list[Block]) -> list[ExecResult]:
        self._refuse_to_wait_for_itself()
        jobs = [Job(block) for block in blocks]
        try:
            self._queue(jobs)
            return [job.future.result() for job in jobs]
        finally:
            for job in jobs:
                job.future.cancel()

    def _send(self, block: Block) -> "Future[ExecResult]":
        job = Job(block)
        self._queue([job], wait=not self._crew.in_callback)  # who makes room must not wait for it
        return job.future

    async def arun(self, code: str | Block, **options: Any) -> ExecResult:
        """Run one block without blocking the event loop, even while very many are queued; see `submit`."""
        block = as_block(code, options)
        while self._pid == os.getpid() and self._crew.jobs.full:
            await asyncio.sleep(0.002)
        job = Job(block)
        self._queue([job])
        return await asyncio.wrap_future(job.future)

    def _queue(self, jobs: list[Job], *, wait: bool = False) -> None:
        self._start_after_fork()
        self._crew.jobs.put(jobs, wait=wait)

    def _refuse_to_wait_for_itself(self) -> None:
        """Raise if a worker's thread is about to wait for what it may have to run itself.

        Raises:
            SandboxError: If this is the callback of a future.
        """
        if self._crew.in_callback:
            raise SandboxError("a callback of a future must not wait for the pool that calls it: use submit()")

    def close(self, *, cancel: bool = False, wait: bool = True) -> None:
        """See `BlockPool.close`.

        Args:
            cancel: As there.
            wait: Whether to wait for the blocks that run; else the workers end with them, or with this process.
        """
        if self._pid == os.getpid():
            self._crew.jobs.close(cancel=cancel)
            if wait:
                self._crew.join()
            self._end.detach()
        self._closed = True

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(SandboxPool, self.workers, recycle_after=self.recycle_after, **self._options), ()

    def _start_after_fork(self) -> None:
        """Start workers of this process's own if it is a child that was forked: the threads stayed behind."""
        if self._pid != os.getpid():
            with _process_lock:
                if self._pid != os.getpid():
                    self._end.detach()
                    self._start()
                    if self._closed:
                        self._crew.jobs.close(cancel=True)


_shared: dict[str, SandboxPool] = {}


def shared_pool(packages: str = BASE) -> SandboxPool:
    """One pool for the whole process and a set of packages, made when first asked for."""
    with _process_lock:
        pool = _shared.get(packages)
        if pool is None or pool._closed:
            pool = _shared[packages] = SandboxPool(packages=packages)
        return pool


def _abandon(crew: Crew, pid: int) -> None:
    """Let the workers of a pool that was dropped end once they have run what waits."""
    if os.getpid() == pid:
        crew.jobs.close(cancel=False)
