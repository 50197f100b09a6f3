"""Blocks with options of their own, and what a pool offers to run them, wherever its workers are."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.sandbox_wasm.run.files import GUEST_PATHS, File, Tree, inode_of
from r1ci_env.sandbox_wasm.run.limits import (
    checked_files,
    checked_flag,
    checked_integer,
    checked_memory,
    checked_text,
    checked_timeout,
)

_GUEST_TREE = Tree()
for _path in GUEST_PATHS:
    _GUEST_TREE.add(_path, File(inode_of(_path)))
"""Whether files fit into the tree a block sees can be told without opening the library."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block with options of its own, for a pool's ``run_many``.

    All of it is checked when it is made, and kept as plain texts, numbers and bytes.

    Attributes:
        code: The source.
        timeout: CPU seconds it may take; None for the pool's own.
        memory: Bytes it may use; None for the pool's own.
        seed: Seeds everything random.
        stdin: What ``input()`` reads.
        files: Read-only files by path.
        echo: Whether the value of a trailing expression is printed; None for the pool's own.

    Raises:
        TypeError: If an option is of a wrong type.
        ValueError: If an option is out of range.
    """

    code: str
    timeout: float | None = None
    memory: int | None = None
    seed: int = 0
    stdin: str = ""
    files: Mapping[str, bytes] | None = None
    echo: bool | None = None

    def __post_init__(self) -> None:
        """Check what was given."""
        if not (type(self.code) is str and type(self.stdin) is str and type(self.seed) is int):
            self._keep("code", checked_text("code", self.code))
            self._keep("stdin", checked_text("stdin", self.stdin))
            self._keep("seed", checked_integer("seed", self.seed))
        if self.timeout is not None:
            self._keep("timeout", checked_timeout(self.timeout))
        if self.memory is not None:
            self._keep("memory", checked_memory(self.memory))
        if self.files is not None:
            self._keep("files", checked_files(self.files))
            _GUEST_TREE.with_files(self.files)
        if self.echo is not None:
            checked_flag("echo", self.echo)

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)  # it is frozen for all others


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
