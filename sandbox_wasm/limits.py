"""The limits a block runs under and the packages it finds, checked where they are given."""

from r1ci_env.sandbox_wasm.guest import PACKAGE_SETS

MIB = 1 << 20

FREE_HEAP = 64 * MIB
"""Free heap inside the snapshot in bytes, so that ordinary blocks never make the memory grow."""

MAX_MEMORY = 2048 * MIB

WALL_FACTOR = 4
"""A block may take this many times its CPU seconds in wall time, on a machine that is busy."""


def checked_memory(memory: int) -> int:
    """The memory limit in bytes, if it is one.

    Raises:
        ValueError: If it is out of range.
    """
    if not FREE_HEAP <= memory <= MAX_MEMORY:
        raise ValueError(f"memory must be between {FREE_HEAP} (64 MiB) and {MAX_MEMORY} (2 GiB) bytes, got {memory}")
    return int(memory)


def checked_timeout(timeout: float) -> float:
    """The time limit in seconds, if it is one.

    Raises:
        ValueError: If it is not a positive number.
    """
    if not 0 < timeout < float("inf"):
        raise ValueError(f"timeout must be a positive number of seconds, got {timeout}")
    return float(timeout)


def checked_max_output(max_output: int) -> int:
    """The output limit in bytes, if it is one.

    Raises:
        ValueError: If it is negative.
    """
    if max_output < 0:
        raise ValueError(f"max_output must not be negative, got {max_output}")
    return int(max_output)


def checked_packages(packages: str) -> str:
    """The name of a set of packages, if it is one.

    Raises:
        ValueError: If there is no such set.
    """
    if packages not in PACKAGE_SETS:
        raise ValueError(f"packages must be one of {', '.join(map(repr, PACKAGE_SETS))}, got {packages!r}")
    return packages
