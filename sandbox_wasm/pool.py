"""`SandboxPool`: sandboxes in worker processes, one a core, fed from one queue."""

import asyncio
import os
import threading
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any

from r1ci_env.sandbox_wasm.blocks import Block, BlockPool, as_block
from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.guest import BASE
from r1ci_env.sandbox_wasm.image import load_image
from r1ci_env.sandbox_wasm.job_queue import Job, JobQueue
from r1ci_env.sandbox_wasm.limits import (
    MIB,
    WALL_FACTOR,
    checked_max_output,
    checked_memory,
    checked_packages,
    checked_timeout,
)
from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.worker_process import WorkerDiedError, WorkerProcess

KILL_GRACE = 5.0
"""Wall seconds beyond its own limit after which a worker is killed, deadline machinery and all."""

PENDING_PER_WORKER = 256
"""Blocks that may wait per worker; beyond that `submit` waits too."""

_process_lock = threading.Lock()
"""Held while a pool is started again after a fork; a child gets a free one."""

os.register_at_fork(after_in_child=lambda: globals().update(_process_lock=threading.Lock()))


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
        packages: As for `Sandbox`.

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
        packages: str = BASE,
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
            "packages": checked_packages(packages),
        }
        self._timeout = timeout
        self._closed = False
        load_image(packages=packages)
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._closing = threading.Lock()
        self._jobs = JobQueue(self.workers, PENDING_PER_WORKER * self.workers)
        self._threads = [
            threading.Thread(target=self._serve, name=f"sandbox worker {index}", daemon=True)
            for index in range(self.workers)
        ]
        for thread in self._threads:
            thread.start()

    def _run_all(self, blocks: list[Block]) -> list[ExecResult]:
        self._start_after_fork()
        jobs = [Job(block) for block in blocks]
        self._jobs.put(jobs)
        try:
            return [job.future.result() for job in jobs]
        finally:
            for job in jobs:
                job.future.cancel()

    def _send(self, block: Block) -> "Future[ExecResult]":
        self._start_after_fork()
        job = Job(block)
        self._jobs.put([job], wait=True)
        return job.future

    async def arun(self, code: str | Block, **options: Any) -> ExecResult:
        """Run one block without blocking the event loop, even while very many are queued; see `submit`."""
        self._start_after_fork()
        while self._jobs.full:
            await asyncio.sleep(0.002)
        job = Job(as_block(code, options))
        self._jobs.put([job])
        return await asyncio.wrap_future(job.future)

    def close(self, *, cancel: bool = False) -> None:
        """See `BlockPool.close`."""
        if self._pid == os.getpid():
            with self._closing:
                self._jobs.close(cancel=cancel)
                for thread in self._threads:
                    thread.join()
        self._closed = True

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(SandboxPool, self.workers, recycle_after=self.recycle_after, **self._options), ()

    def _start_after_fork(self) -> None:
        """Start workers of this process's own if it is a child that was forked: the threads stayed behind."""
        if self._pid != os.getpid():
            with _process_lock:
                if self._pid != os.getpid():
                    self._start()
                    if self._closed:
                        self._jobs.close(cancel=True)

    def _serve(self) -> None:
        """Feed one worker, and replace it when it must be; runs on a thread of its own."""
        worker: WorkerProcess | None = WorkerProcess(self._options)
        served = 0
        while jobs := self._jobs.take():
            worker = worker or WorkerProcess(self._options)
            keep = self._run_on(worker, jobs)
            served += len(jobs)
            if not keep or served >= self.recycle_after:
                worker.end()
                worker, served = None, 0
        if worker is not None:
            worker.end()

    def _run_on(self, worker: WorkerProcess, jobs: list[Job]) -> bool:
        """Have a worker run jobs; what it does not run goes back into the queue.

        Returns:
            Whether the worker can be used again.
        """
        unanswered = deque(jobs)
        began = time.perf_counter()
        try:
            worker.wait_until_ready()
            if not worker.send([job.block for job in jobs]):
                self._jobs.put_back(jobs)
                return False
            while unanswered:
                unanswered[0].begin()
                outcomes, given_back = worker.receive(self._wall_limit(unanswered[0]))
                for outcome in outcomes:
                    unanswered.popleft().settle(outcome)
                if given_back:
                    self._jobs.put_back([unanswered.pop() for _ in range(given_back)][::-1])
                began = time.perf_counter()
            return True
        except SandboxError as error:
            for job in unanswered:
                job.settle(error)
        except (TimeoutError, WorkerDiedError) as error:
            self._lose(list(unanswered), isinstance(error, TimeoutError), time.perf_counter() - began)
        return False

    def _lose(self, jobs: list[Job], late: bool, duration: float) -> None:
        """Deal with jobs whose worker is lost: one of them is to blame, and each alone shows which."""
        if len(jobs) > 1:
            for job in jobs:
                job.alone = True
            self._jobs.put_back(jobs)
        elif late:
            error = "timeout: the worker did not answer and was killed"
            jobs[0].settle(ExecResult("", "", error, 124, "timeout", duration))
        else:
            error = "the interpreter crashed and took its worker process along"
            jobs[0].settle(ExecResult("", "", error, 134, "crash", duration))

    def _wall_limit(self, job: Job) -> float:
        """Seconds after which a worker that says nothing of this job is killed."""
        seconds = self._timeout if job.block.timeout is None else job.block.timeout
        return seconds * WALL_FACTOR + KILL_GRACE
