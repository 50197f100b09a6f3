"""What every pool offers to run blocks, wherever its workers are."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.run.block import Block


def as_block(code: str | Block, options: Mapping[str, Any]) -> Block:
    """A source with the options of a call as a block; a block stays as it is.

    Raises:
        TypeError: If an option is of a wrong type or unknown, or stands beside a block, which has its own.
        ValueError: If an option is out of range.
    """
    if not isinstance(code, Block):
        return Block(code, **options)
    if options:
        raise TypeError(f"a Block has options of its own: give it {', '.join(options)} when you make it")
    return code


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
            TypeError: If an option is of a wrong type.
            ValueError: If an option is out of range.
        """
        return self._send(as_block(code, options))

    def run_many(
        self,
        codes: Iterable[str | Block],
        *,
        timeout: float | None = None,
        memory: int | None = None,
        seeds: Sequence[int] | None = None,
        echo: bool | None = None,
    ) -> list[ExecResult]:
        """Run blocks in parallel; the results come in the order of the blocks.

        Args:
            codes: Sources, or `Block`s, whose own options count.
            timeout: CPU seconds each source may take; the pool's own by default.
            memory: Bytes each source may use; the pool's own by default.
            seeds: One seed for each of the sources; all 0 by default.
            echo: Whether the value of each source's trailing expression is printed; the pool's own by default.

        Raises:
            SandboxClosedError: If the pool is closed.
            SandboxError: If no worker can be started.
            TypeError: If an option is of a wrong type.
            ValueError: If an option is out of range, or there are not as many seeds as blocks.
        """
        if isinstance(codes, str | bytes):
            raise TypeError("codes must be several sources, such as a list of them; for one there is run()")
        options: dict[str, Any] = {"timeout": timeout, "memory": memory, "echo": echo}
        blocks = [code if isinstance(code, Block) else Block(code, **options) for code in codes]
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
