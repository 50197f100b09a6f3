"""The queue of a `SandboxPool`: jobs that wait for a worker, handed out a few at a time."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

from r1ci_env.sandbox_wasm.errors import SandboxClosedError
from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.run.block import Block

MAX_SHARE = 16
"""Jobs handed to a worker at once at most."""

LOOK_AGAIN = 1.0
"""Seconds after which who waits looks again. A queue may be closed by the garbage collector, in the middle of
anything: just then who is about to wait could miss it."""


@dataclass(slots=True, eq=False)
class Job:
    """A block and the future its result is awaited through.

    Attributes:
        block: The block.
        future: The future.
        losses: How often a worker was lost with it that had not begun it. From the first on it is handed out by
            itself, because it may have been the reason.
        made: When it was made, by `time.monotonic`.
        wanted: Whether its result is still wanted; None while it can be cancelled.
    """

    block: Block
    future: "Future[ExecResult]" = field(default_factory=Future)
    losses: int = 0
    made: float = field(default_factory=time.monotonic)
    wanted: bool | None = None

    def begin(self) -> bool:
        """Mark it as running; False if it has been cancelled, of which those who wait are told."""
        if self.wanted is None:
            try:
                self.wanted = self.future.set_running_or_notify_cancel()
            except RuntimeError:  # somebody else has settled it
                self.wanted = False
        return self.wanted

    def settle(self, outcome: ExecResult | Exception) -> None:
        """Hand its result, or an error, to whoever waits; nobody does if it was cancelled."""
        if not self.begin():
            return
        try:
            if isinstance(outcome, ExecResult):
                self.future.set_result(outcome)
            else:
                self.future.set_exception(outcome)
        except BaseException:  # such as a SystemExit of a callback: not this thread's to end by
            pass

    def cancel(self) -> None:
        """Give it up, if it has not begun."""
        self.future.cancel()
        if self.future.cancelled():
            self.begin()


class JobQueue:
    """Jobs in order, shared among workers.

    Args:
        sharers: How many workers take from it.
        limit: How many jobs may wait before `put` does.
    """

    def __init__(self, sharers: int, limit: int) -> None:
        self._sharers, self._limit = sharers, limit
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = self._cancelled = False

    @property
    def full(self) -> bool:
        """Whether `put` would wait."""
        return len(self._jobs) >= self._limit

    @property
    def finished(self) -> bool:
        """Whether it is closed and empty. A job that was handed out may still come back."""
        return self._closed and not self._jobs

    def put(self, jobs: Iterable[Job], *, wait: bool = False) -> None:
        """Add jobs at the end.

        Args:
            jobs: The jobs.
            wait: Whether to wait first until there is room.

        Raises:
            SandboxClosedError: If the queue is closed.
        """
        with self._changed:
            while wait and self.full and not self._closed:
                self._changed.wait(LOOK_AGAIN)
            if self._closed:
                raise SandboxClosedError("this sandbox pool is closed")
            self._jobs.extend(jobs)
            self._changed.notify_all()

    def put_back(self, jobs: list[Job]) -> None:
        """Add jobs that were taken in vain at the front, in their order; they may have been given up meanwhile."""
        with self._changed:
            self._jobs.extendleft(reversed(jobs))
            given_up = self._empty() if self._cancelled else []
            self._changed.notify_all()
        for job in given_up:
            job.cancel()

    def wait(self) -> bool:
        """Wait until there is a job; False if the queue is closed and empty instead."""
        with self._changed:
            while not self._jobs and not self._closed:
                self._changed.wait(LOOK_AGAIN)
            return bool(self._jobs)

    def pause(self, seconds: float) -> None:
        """Wait for so long, or until the queue is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self.finished, seconds)

    def take(self) -> list[Job]:
        """Wait for jobs and take one worker's share: smaller ones towards the end, so that all end together.

        Returns:
            Some jobs, none of them cancelled; an empty list once the queue is closed and empty.
        """
        while self.wait():
            share: list[Job] = []
            cancelled: list[Job] = []
            with self._changed:
                size = min(MAX_SHARE, 1 + len(self._jobs) // (2 * self._sharers))
                while self._jobs and len(share) < size and not (share and (share[0].losses or self._jobs[0].losses)):
                    job = self._jobs.popleft()
                    (cancelled if job.future.cancelled() else share).append(job)
                self._changed.notify_all()
            for job in cancelled:
                job.begin()
            if share:
                return share
        return []

    def fail(self, error: Exception, before: float) -> None:
        """Settle all jobs made before a time with an error."""
        with self._changed:
            jobs = [job for job in self._jobs if job.made < before]
            self._jobs = deque(job for job in self._jobs if job.made >= before)
            self._changed.notify_all()
        for job in jobs:
            job.settle(error)

    def close(self, *, cancel: bool) -> None:
        """Take no more jobs.

        Args:
            cancel: Give up those that wait.
        """
        with self._changed:
            self._closed = True
            self._cancelled |= cancel
            given_up = self._empty() if cancel else []
            self._changed.notify_all()
        for job in given_up:
            job.cancel()

    def _empty(self) -> list[Job]:
        jobs, self._jobs = list(self._jobs), deque()
        return jobs
