"""The threads of a `SandboxPool`: each starts a worker process, feeds it, and replaces it when it must be."""

import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.pool.job_queue import Job, JobQueue
from r1ci_env.sandbox_wasm.pool.worker_process import WorkerKilledError, WorkerProcess
from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.run.limits import WALL_FACTOR

KILL_GRACE = 5.0
"""Wall seconds beyond its own limit after which a worker is killed, deadline machinery and all."""

PENDING_PER_WORKER = 256
"""Blocks that may wait per worker; beyond that `SandboxPool.submit` waits too."""

START_PAUSES = (0.02, 0.04, 0.08, 0.16, 0.32, *(0.5,) * 10)
"""Seconds between two tries to start a worker; it is given up after one try more than there are pauses."""

START_TRIES = len(START_PAUSES) + 1

KILLED_TRIES = 128
"""Workers in a row that may be killed by a signal while they start, which says less about whether one can be."""

MAX_LOSSES = 5
"""Workers that may be lost with a block none of them had begun; then it is taken for the reason."""


class Crew:
    """Threads and their workers, over a queue of jobs.

    They hold neither the pool nor each other, and end by themselves once the queue is closed and empty.

    Args:
        workers: How many.
        recycle_after: Blocks after which a worker is replaced.
        options: What the workers' sandboxes are made with.

    Raises:
        SandboxError: If the system has no threads for it.
    """

    def __init__(self, workers: int, recycle_after: int, options: Mapping[str, Any]) -> None:
        self.jobs = JobQueue(workers, PENDING_PER_WORKER * workers)
        self._recycle_after = recycle_after
        self._options = options
        self._up = 0  # workers at work
        self._last_up = 0.0  # when the last one came up, by `time.monotonic`
        self._up_lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        for index in range(workers):
            thread = threading.Thread(target=self._serve, name=f"sandbox worker {index}", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                self.jobs.close(cancel=True)
                raise SandboxError(f"cannot start {workers} threads for a sandbox pool: {error}") from error
            self._threads.append(thread)

    def join(self) -> None:
        """Wait until the threads have ended; for one of them, until the others have."""
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    @property
    def in_callback(self) -> bool:
        """Whether this is one of the threads: where the callbacks of futures run."""
        return threading.current_thread() in self._threads

    def _serve(self) -> None:
        """Keep one worker running and fed; runs on a thread of its own, which nothing ends but the queue's end."""
        failures, kills, first = 0, 0, 0.0
        while not self.jobs.finished:
            began = time.monotonic()
            first = first if failures or kills else began
            try:
                with WorkerProcess(self._options) as worker:
                    if not self.jobs.wait():
                        return
                    worker.wait_until_ready()
                    failures = kills = 0
                    self._feed(worker)
            except BaseException as error:
                killed = isinstance(error, WorkerKilledError)
                failures, kills = failures + (not killed), kills + killed
                if failures < START_TRIES and kills < KILLED_TRIES:
                    self.jobs.pause(START_PAUSES[max(0, failures - 1)])
                    continue
                if not self._up and self._last_up < first:  # otherwise others can do the work
                    self._give_up(failures + kills, error, began)
                failures = kills = 0

    def _give_up(self, tries: int, error: BaseException, began: float) -> None:
        """Fail the jobs for which no worker could be started, and wait for others."""
        problem = SandboxError(
            f"no sandbox worker could be started in {tries} tries; the last one: {_described(error)}"
        )
        problem.__cause__ = error
        self.jobs.fail(problem, began)
        self.jobs.wait()

    def _feed(self, worker: WorkerProcess) -> None:
        """Have a worker run jobs until it is lost, has run enough or there will be no more."""
        self._count(1)
        self._last_up = time.monotonic()
        try:
            served = 0
            while served < self._recycle_after and (jobs := self.jobs.take()):
                ran = self._run_on(worker, jobs)
                if ran is None:
                    return
                served += ran
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._up_lock:
            self._up += change

    def _run_on(self, worker: WorkerProcess, jobs: list[Job]) -> int | None:
        """Have a worker run jobs; what it does not run goes back into the queue.

        Returns:
            How many it ran; None if it cannot be used again.
        """
        unanswered = deque(jobs)
        ran, began = 0, time.perf_counter()
        try:
            worker.send([job.block for job in jobs], self._wall_limit(jobs[0]))
            while unanswered:
                unanswered[0].begin()
                results, given_back = worker.receive(self._wall_limit(unanswered[0]))
                for result in results:
                    unanswered.popleft().settle(result)
                ran += len(results)
                if not 0 <= given_back <= len(unanswered):
                    raise ValueError("the worker gave back more than it had been given")
                if given_back:
                    self.jobs.put_back([unanswered.pop() for _ in range(given_back)][::-1])
                began = time.perf_counter()
        except BaseException as error:
            self._recover(list(unanswered), worker.running, error, time.perf_counter() - began)
            return None
        return ran

    def _recover(self, jobs: list[Job], running: int | None, error: BaseException, duration: float) -> None:
        """Deal with jobs whose worker is lost: the one it ran is lost with it, the others are run again."""
        if running is not None and running < len(jobs):
            lost = [jobs.pop(running)]
            if isinstance(error, TimeoutError):
                result = ExecResult(
                    "", "", "timeout: the worker did not answer and was killed", 124, "timeout", duration
                )
            else:
                problem = "the interpreter crashed and took its worker process along"
                result = ExecResult("", "", problem, 134, "crash", duration)
        else:
            for job in jobs:
                job.losses += 1
            lost = [job for job in jobs if job.losses >= MAX_LOSSES]
            jobs = [job for job in jobs if job.losses < MAX_LOSSES]
            problem = (
                f"no worker could take the block in {MAX_LOSSES} tries; the last one: {type(error).__name__}: {error}"
            )
            result = ExecResult("", "", problem.rstrip(": "), 134, "crash", duration)
        self.jobs.put_back(jobs)
        for job in lost:
            job.settle(result)

    def _wall_limit(self, job: Job) -> float:
        """Seconds after which a worker that says nothing of this job is killed."""
        seconds: float = self._options["timeout"] if job.block.timeout is None else job.block.timeout
        return seconds * WALL_FACTOR + KILL_GRACE


def _described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
