"""A sandbox that is asked for commands rather than for programs, as some peers do; it starts nothing but Python."""

import re
from collections.abc import Sequence
from posixpath import join, normpath

from r1ci_env.sandbox_wasm import Block, BlockPool, ExecResult

_PYTHON = re.compile(r"(?:/usr(?:/local)?/bin/)?python[\d.]*")
_SHELL = re.compile(r"(?:\S*/)?(?:ba)?sh")
_SIMPLE = re.compile(r"[\w./ -]+")
"""A line of shell without quotes, variables, patterns or operators: its words are what it says."""


class CommandSandbox:
    """Runs each command in a clean interpreter, which sees the files that were written and cannot change them.

    Understood are ``python3 -``, ``python3 -c PROGRAM`` and ``python3 FILE``; the first and the last also as a line for
    a shell, such as ``bash --login -c "python3 -"``.

    Args:
        pool: Where programs run.
    """

    def __init__(self, pool: BlockPool) -> None:
        self._pool = pool
        self._files: dict[str, bytes] = {}

    async def run(self, command: Sequence[str], stdin: str | bytes, timeout: float) -> ExecResult:
        """Run a command; one that starts no program ends with exit code 127, and says why.

        Args:
            command: Its words.
            stdin: What is written to its standard input.
            timeout: Seconds that it may take.

        Raises:
            SandboxError: the sandbox failed.
        """
        text = stdin.decode(errors="replace") if isinstance(stdin, bytes) else stdin
        try:
            program, text = self._program(list(command), text)
        except LookupError as error:
            return ExecResult("", f"{error.args[0]}\n", error.args[0], 127, "error", 0.0)
        return await self._pool.arun(program, stdin=text, files=self._files, timeout=timeout)

    def write(self, file: str, data: bytes) -> None:
        """Put a file where programs find it; relative paths begin at the root.

        Raises:
            IsADirectoryError: there is a directory of this name.
            PermissionError: it cannot be there, such as below another file.
        """
        self._require_no_directory(file)
        files = {**self._files, _absolute(file): data}
        try:
            Block("", files=files)
        except ValueError as error:
            raise PermissionError(str(error)) from error
        self._files = files

    def read(self, file: str) -> bytes:
        """Return a file that was written; what programs write is gone when they end.

        Raises:
            FileNotFoundError: there is none.
            IsADirectoryError: it is a directory.
        """
        self._require_no_directory(file)
        if _absolute(file) not in self._files:
            raise FileNotFoundError(f"{file}: no such file")
        return self._files[_absolute(file)]

    def _require_no_directory(self, file: str) -> None:
        beginning = _absolute(file).rstrip("/") + "/"
        if beginning == "/" or any(other.startswith(beginning) for other in self._files):
            raise IsADirectoryError(f"{file} is a directory")

    def _program(self, words: list[str], stdin: str) -> tuple[str, str]:
        """Return what the words of a command run, and what is left of its input; raise `LookupError` if it is none."""
        if len(words) > 2 and _SHELL.fullmatch(words[0]) and words[-2] in ("-c", "-lc"):
            words = words[-1].split() if _SIMPLE.fullmatch(words[-1]) else []
        match words:
            case [python, "-c", program] if _PYTHON.fullmatch(python):
                return program, stdin
            case [python, "-"] if _PYTHON.fullmatch(python):
                return stdin, ""
            case [python, file] if _PYTHON.fullmatch(python) and not file.startswith("-"):
                if _absolute(file) not in self._files:
                    raise LookupError(f"{file}: no such file")
                return self._files[_absolute(file)].decode(errors="replace"), stdin
        raise LookupError("there is no shell here: run python3 -, python3 -c PROGRAM or python3 FILE")


def _absolute(file: str) -> str:
    return normpath(join("/", file))
