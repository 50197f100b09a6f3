"""`RaySandboxPool`: the pool's interface over the nodes of a Ray cluster (extra ``[ray]``).

Each actor holds an ordinary `SandboxPool` on its node, so that deadlines, hard kills and replacement
of workers are the same as on one machine. Ray starts the actors again when a node dies. The image is
built once per node, in that node's cache directory.
"""

import threading
from concurrent.futures import Future
from typing import Any

import ray

from r1ci_env.sandbox_wasm.errors import SandboxClosedError
from r1ci_env.sandbox_wasm.pool.block_pool import BlockPool
from r1ci_env.sandbox_wasm.pool.pool import SandboxPool
from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.run.block import Block

BATCH = 32
"""Blocks sent to an actor in one message, to spread the cost of a message."""


class _Node:
    """A pool on one node; runs as a Ray actor."""

    def __init__(self, workers: int, options: dict[str, Any]) -> None:
        self._pool = SandboxPool(workers, **options)

    def run_many(self, blocks: list[Block]) -> list[ExecResult]:
        return self._pool.run_many(blocks)


class RaySandboxPool(BlockPool):
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

    def _run_all(self, blocks: list[Block]) -> list[ExecResult]:
        batches = [self._call(blocks[start : start + BATCH]) for start in range(0, len(blocks), BATCH)]
        return [result for batch in ray.get(batches) for result in batch]

    def _send(self, block: Block) -> "Future[ExecResult]":
        reply: Future[list[ExecResult]] = self._call([block]).future()
        future: Future[ExecResult] = Future()
        future.set_running_or_notify_cancel()

        def pass_on(done: "Future[list[ExecResult]]") -> None:
            try:
                future.set_result(done.result()[0])
            except BaseException as error:
                future.set_exception(error)

        reply.add_done_callback(pass_on)
        return future

    def close(self, *, cancel: bool = False) -> None:
        """End the actors and their workers, and with them what they are running. Closing twice does nothing."""
        with self._lock:
            self._closed = True
            actors, self._actors = self._actors, []
        for actor in actors:
            ray.kill(actor)

    def _call(self, blocks: list[Block]) -> Any:
        with self._lock:
            if self._closed:
                raise SandboxClosedError("this sandbox pool is closed")
            actor = self._actors[self._next % len(self._actors)]
            self._next += 1
        return actor.run_many.remote(blocks)
