"""Runs a command for as long as whoever started it lives: when standard input closes, its processes are ended.

A pipe closes however its owner ends, by SIGKILL too. It is run as a file, and imports nothing but the standard library.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

PATIENCE = 15.0
"""Seconds that the command has to end by itself."""


def main(command: list[str]) -> int:
    """Run a command in a process group of its own; return its exit code."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=_end_with_stdin, args=(child,), daemon=True).start()
    code = child.wait()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)  # what it has left behind
    return code if code >= 0 else 128 - code  # as shells report signals


def _end_with_stdin(child: "subprocess.Popen[bytes]") -> None:
    os.read(0, 1)  # nothing is written to it
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
