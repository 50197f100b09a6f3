"""A block of code with options of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

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
