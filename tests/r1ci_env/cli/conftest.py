"""The command as a user runs it: with its output piped, and in a terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "import sys; sys.argv[0] = 'r1ci'; from r1ci_env.cli import main; main()"]


@pytest.fixture
def command(root):
    """The words that start the command, of this source tree."""
    return COMMAND


@pytest.fixture
def environment(root):
    """The variables that it runs with."""
    return {**os.environ, "PYTHONPATH": str(root), "TERM": "xterm-256color"}


@pytest.fixture
def r1ci(environment):
    """Run the command with pipes: ``r1ci("list", expect=0, stdin="", cwd=None)``."""

    def run(*arguments, expect=0, stdin="", cwd=None, **variables):
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            capture_output=True,
            text=True,
            input=stdin,
            cwd=cwd,
            env={**environment, **variables},
        )
        assert done.returncode == expect, done.stdout + done.stderr
        assert "r1ci_env/cli/__init__.py" not in done.stderr, done.stderr  # no traceback of its own
        return done

    return run


@dataclass
class Session:
    """What a terminal showed, and how the command ended."""

    text: str
    status: int


@pytest.fixture
def terminal(environment):
    """Run the command in a terminal of so many columns, typing each of ``keys`` when it waits."""

    def run(*arguments, columns=80, keys=()):
        pid, descriptor = pty.fork()
        if pid == 0:
            os.environ.pop("COLUMNS", None)
            os.execve(sys.executable, [*COMMAND, *map(str, arguments)], environment)
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        shown, waiting = b"", list(keys)
        while True:
            if waiting and shown.endswith((b"> ", b"  \x08")) and not select.select([descriptor], [], [], 0.3)[0]:
                os.write(descriptor, waiting.pop(0).encode())
            try:
                more = os.read(descriptor, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not more:
                break
            shown += more
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(descriptor)
        return Session(shown.decode(errors="replace").replace("\r\n", "\n"), status)

    return run


@pytest.fixture
def own_module(tmp_path: Path):
    """Write a module of a user's own into a folder: ``own_module("name", text)``; return the folder."""

    def write(name: str, text: str) -> Path:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return tmp_path

    return write
