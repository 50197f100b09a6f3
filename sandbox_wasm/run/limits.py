"""What a block runs under, checked where it is given: before anything is queued or run."""

import math
import operator
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

MIB = 1 << 20

FREE_HEAP = 64 * MIB
"""Free heap inside the snapshot in bytes, so that ordinary blocks never make the memory grow."""

MAX_MEMORY = 2048 * MIB

WALL_FACTOR = 4
"""A block may take this many times its CPU seconds in wall time, on a machine that is busy."""


def checked_memory(memory: int) -> int:
    """The memory limit in bytes, if it is one.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is out of range.
    """
    memory = checked_integer("memory", memory)
    if not FREE_HEAP <= memory <= MAX_MEMORY:
        raise ValueError(f"memory must be between {FREE_HEAP} (64 MiB) and {MAX_MEMORY} (2 GiB) bytes, got {memory}")
    return memory


def checked_timeout(timeout: float) -> float:
    """The time limit in seconds, if it is one.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is not positive and finite.
    """
    if type(timeout) is not float and (isinstance(timeout, bool) or not isinstance(timeout, Real)):
        raise TypeError(f"timeout must be a number of seconds, got {timeout!r}")
    try:
        seconds = float(timeout)
    except OverflowError:
        seconds = math.inf
    if not 0 < seconds < math.inf:
        raise ValueError(f"timeout must be a positive number of seconds, got {seconds}")
    return seconds


def checked_max_output(max_output: int) -> int:
    """The output limit in bytes, if it is one.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is negative.
    """
    max_output = checked_integer("max_output", max_output)
    if max_output < 0:
        raise ValueError(f"max_output must not be negative, got {max_output}")
    return max_output


def checked_count(name: str, number: int) -> int:
    """A number of things, if it is one.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is less than 1.
    """
    number = checked_integer(name, number)
    if number < 1:
        raise ValueError(f"{name} must be at least 1, got {number}")
    return number


def checked_integer(name: str, number: int) -> int:
    """A whole number as a plain one.

    Raises:
        TypeError: If it is something else.
    """
    if isinstance(number, bool) or not isinstance(number, Integral):
        raise TypeError(f"{name} must be a whole number, got {number!r}")
    return operator.index(number)


def checked_flag(name: str, flag: bool) -> bool:
    """A flag, if it is one.

    Raises:
        TypeError: If it is neither True nor False.
    """
    if not isinstance(flag, bool):
        raise TypeError(f"{name} must be True or False, got {flag!r}")
    return flag


def checked_text(name: str, text: str) -> str:
    """A text as a plain one, which any process can unpickle.

    Raises:
        TypeError: If it is something else.
    """
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a str, got {type(text).__name__}")
    return str.__str__(text)


def checked_files(files: Mapping[str, Any]) -> dict[str, bytes]:
    """Files by path, as a plain dictionary of plain bytes.

    Raises:
        TypeError: If it is not a mapping from texts to bytes.
    """
    if not isinstance(files, Mapping):
        raise TypeError(f"files must map paths to bytes, got {type(files).__name__}")
    checked = {}
    for path, data in files.items():
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"the content of file {path!r} must be bytes, got {type(data).__name__}")
        checked[checked_text("the path of a file", path)] = bytes(data)
    return checked
