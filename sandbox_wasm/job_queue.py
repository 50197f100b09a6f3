"""The queue of a `SandboxPool`: jobs that wait for a worker, handed out a few at a time."""

import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

from r1ci_env.sandbox_wasm.blocks import Block
from r1ci_env.sandbox_wasm.errors import SandboxClosedError
from r1ci_env.sandbox_wasm.result import ExecResult

MAX_SHARE = 16
"""Jobs handed to a worker at once at most."""


@dataclass(slots=True, eq=False)
class Job:
    """A block and the future its result is awaited through.

    Attributes:
        block: The block.
        future: The future.
        alone: Whether it is to be handed out by itself, because a worker was lost with it and others.
        begun: Whether it can no longer be cancelled.
    """

    block: Block
    future: "Future[ExecResult]" = field(default_factory=Future)
    alone: bool = False
    begun: bool = False

    def begin(self) -> bool:
        """Mark it as running; False if it has been cancelled."""
        self.begun = self.begun or self.future.set_running_or_notify_cancel()
        return self.begun

    def settle(self, outcome: ExecResult | Exception) -> None:
        """Hand its result, or the error of its options, to whoever waits; nobody does if it was cancelled."""
        if not self.begin():
            return
        if isinstance(outcome, ExecResult):
            self.future.set_result(outcome)
        else:
            self.future.set_exception(outcome)


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
                self._changed.wait()
            if self._closed:
                raise SandboxClosedError("this sandbox pool is closed")
            self._jobs.extend(jobs)
            self._changed.notify_all()

    def put_back(self, jobs: list[Job]) -> None:
        """Add jobs that were taken in vain at the front, in their order; they may have been given up meanwhile."""
        with self._changed:
            self._jobs.extendleft(reversed(jobs))
            if self._cancelled:
                self._cancel()
            self._changed.notify_all()

    def take(self) -> list[Job]:
        """Wait for jobs and take one worker's share: smaller ones towards the end, so that all end together.

        Returns:
            Some jobs, none of them cancelled; an empty list once the queue is closed and empty.
        """
        with self._changed:
            share: list[Job] = []
            while not share:
                while not self._jobs:
                    if self._closed:
                        return []
                    self._changed.wait()
                size = min(MAX_SHARE, 1 + len(self._jobs) // (2 * self._sharers))
                while self._jobs and len(share) < size and not (share and (share[0].alone or self._jobs[0].alone)):
                    job = self._jobs.popleft()
                    if not job.future.cancelled() or job.begin():
                        share.append(job)
            self._changed.notify_all()
            return share

    def close(self, *, cancel: bool) -> None:
        """Take no more jobs.

        Args:
            cancel: Give up those that wait.
        """
        with self._changed:
            self._closed, self._cancelled = True, cancel
            if cancel:
                self._cancel()
            self._changed.notify_all()

    def _cancel(self) -> None:
        for job in self._jobs:
            job.future.cancel()
        self._jobs.clear()
