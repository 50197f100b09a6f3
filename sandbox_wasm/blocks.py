"""Blocks with options of their own, and what a pool offers to run them, wherever its workers are."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

from r1ci_env.sandbox_wasm.result import ExecResult


@dataclass(frozen=True, slots=True)
class Block:
    """A block with options of its own, for a pool's ``run_many``.

    Attributes:
        code: The source.
        timeout: CPU seconds it may take; None for the pool's own.
        memory: Bytes it may use; None for the pool's own.
        seed: Seeds everything random.
        stdin: What ``input()`` reads.
        files: Read-only files by path.
    """

    code: str
    timeout: float | None = None
    memory: int | None = None
    seed: int = 0
    stdin: str = ""
    files: Mapping[str, bytes] | None = None


def as_block(code: str | Block, options: Mapping[str, Any]) -> Block:
    """A source with the options of a call as a block; a block stays as it is."""
    return code if isinstance(code, Block) else Block(code, **options)


class BlockPool(ABC):
    """Runs blocks in parallel; a context manager that closes itself."""

    def run(self, code: str | Block, **options: Any) -> ExecResult:
        """Run one block and wait for it; options as for `Sandbox.run`."""
        return self.submit(code, **options).result()

    async def arun(self, code: str | Block, **options: Any) -> ExecResult:
        """Run one block without blocking the event loop; see `submit`."""
        return await asyncio.wrap_future(self.submit(code, **options))

    def submit(self, code: str | Block, **options: Any) -> "Future[ExecResult]":
        """Send one block; its result comes through the future. Waits only while very many are queued already.

        Args:
            code: The source, or a `Block`.
            **options: As for `Sandbox.run`; for a source only.

        Raises:
            SandboxClosedError: If the pool is closed.
        """
        return self._send(as_block(code, options))

    def run_many(
        self,
        codes: Iterable[str | Block],
        *,
        timeout: float | None = None,
        memory: int | None = None,
        seeds: Sequence[int] | None = None,
    ) -> list[ExecResult]:
        """Run blocks in parallel; the results come in the order of the blocks.

        Args:
            codes: Sources, or `Block`s, whose own options count.
            timeout: CPU seconds each source may take; the pool's own by default.
            memory: Bytes each source may use; the pool's own by default.
            seeds: One seed for each of the sources; all 0 by default.

        Raises:
            SandboxClosedError: If the pool is closed.
            SandboxError: If no worker can be started.
            ValueError: If an option is out of range, or there are not as many seeds as blocks.
        """
        blocks = [as_block(code, {"timeout": timeout, "memory": memory}) for code in codes]
        if seeds is not None:
            blocks = [replace(block, seed=seed) for block, seed in zip(blocks, seeds, strict=True)]
        return self._run_all(blocks)

    @abstractmethod
    def _send(self, block: Block) -> "Future[ExecResult]":
        """Send one block to whichever worker is free."""

    @abstractmethod
    def _run_all(self, blocks: list[Block]) -> list[ExecResult]:
        """Run all blocks; their results in order."""

    @abstractmethod
    def close(self, *, cancel: bool = False) -> None:
        """End the workers once the queue is empty. Closing twice does nothing.

        Args:
            cancel: Give up the blocks that still wait instead of running them.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(cancel=error is not None)
