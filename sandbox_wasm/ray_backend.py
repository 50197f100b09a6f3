"""`RaySandboxPool`: the pool's interface over the nodes of a Ray cluster (extra ``[ray]``).

Each actor holds an ordinary `SandboxPool` on its node, so that deadlines, hard kills and replacement
of workers are the same as on one machine. Ray starts the actors again when a node dies. The image is
built once per node, in that node's cache directory.
"""

import asyncio
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

import ray

from r1ci_env.sandbox_wasm.errors import SandboxClosedError
from r1ci_env.sandbox_wasm.pool import Block, SandboxPool, as_blocks
from r1ci_env.sandbox_wasm.result import ExecResult

BATCH = 32
"""Blocks sent to an actor in one message, to spread the cost of a message."""


class _Node:
    """A pool on one node; runs as a Ray actor."""

    def __init__(self, workers: int, options: dict[str, Any]) -> None:
        self._pool = SandboxPool(workers, **options)

    def run_many(self, blocks: list[Block]) -> list[ExecResult]:
        return self._pool.run_many(blocks)


class RaySandboxPool:
    """Runs blocks on the nodes of a Ray cluster. Call ``ray.init()`` first.

    Args:
        actors: How many actors to start; by default one for each node that is alive.
        workers: Worker processes per actor; Ray reserves as many CPUs for it.
        **options: As for `SandboxPool`.

    Raises:
        RuntimeError: If Ray is not initialised.
    """

    def __init__(self, actors: int | None = None, *, workers: int = 1, **options: Any) -> None:
        if not ray.is_initialized():
            raise RuntimeError("Ray is not initialised: call ray.init() first")
        count = actors or sum(node["Alive"] for node in ray.nodes())
        actor = ray.remote(_Node).options(
            num_cpus=workers, max_restarts=-1, max_task_retries=2, scheduling_strategy="SPREAD", max_concurrency=4
        )
        self._actors = [actor.remote(workers, options) for _ in range(count)]
        self._lock = threading.Lock()
        self._next = 0
        self._closed = False

    def run(self, code: str | Block, **options: Any) -> ExecResult:
        """Run one block and wait for it; options as for `Sandbox.run`."""
        return self.submit(code, **options).result()

    def run_many(
        self,
        codes: Iterable[str | Block],
        *,
        timeout: float | None = None,
        memory: int | None = None,
        seeds: Sequence[int] | None = None,
    ) -> list[ExecResult]:
        """Run blocks on all nodes; the results come in the order of the blocks. See `SandboxPool.run_many`."""
        blocks = as_blocks(codes, timeout, memory, seeds)
        batches = [self._send(blocks[start : start + BATCH]) for start in range(0, len(blocks), BATCH)]
        return [result for batch in ray.get(batches) for result in batch]

    def submit(self, code: str | Block, **options: Any) -> "Future[ExecResult]":
        """Send one block; returns a future at once."""
        block = code if isinstance(code, Block) else Block(code, **options)
        reply: Future[list[ExecResult]] = self._send([block]).future()
        future: Future[ExecResult] = Future()
        future.set_running_or_notify_cancel()

        def pass_on(done: "Future[list[ExecResult]]") -> None:
            error = done.exception()
            if error is None:
                future.set_result(done.result()[0])
            else:
                future.set_exception(error)

        reply.add_done_callback(pass_on)
        return future

    async def arun(self, code: str | Block, **options: Any) -> ExecResult:
        """Run one block without blocking the event loop."""
        return await asyncio.wrap_future(self.submit(code, **options))

    def close(self) -> None:
        """End the actors and their workers. Closing twice does nothing."""
        with self._lock:
            self._closed = True
            actors, self._actors = self._actors, []
        for actor in actors:
            ray.kill(actor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, blocks: list[Block]) -> Any:
        with self._lock:
            if self._closed:
                raise SandboxClosedError("this sandbox pool is closed")
            actor = self._actors[self._next % len(self._actors)]
            self._next += 1
        return actor.run_many.remote(blocks)
