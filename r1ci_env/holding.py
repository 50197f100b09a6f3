"""Files that one process at a time may write."""

import fcntl
import time
from pathlib import Path
from typing import BinaryIO, Final

from r1ci_env.errors import BadOption

PATIENCE: Final = 5.0
"""Seconds in which another process may give a file up."""


def hold(path: Path) -> BinaryIO:
    """Keep other processes out until the file that is returned is closed; the system does when this process ends.

    Args:
        path: A file that is never replaced by another; made, if it is not there.

    Raises:
        BadOption: another process holds it.
    """
    held = path.open("ab")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                held.close()
                raise BadOption(f"Another process is at work on {path}: wait for it, or stop it.") from None
            time.sleep(0.1)
        else:
            return held
