"""Shared by the sandbox's tests.

The long proofs run in part by default. ``R1CI_SANDBOX_PROOF=full`` runs them whole:
10,000 generated programs, 2,000 differential programs, 100,000 blocks of soak, 20,000 of storm and 200 runs of
the pool's model (some twenty minutes).
"""

import os
import runpy
from pathlib import Path

import pytest

from r1ci_env.sandbox_wasm import Sandbox

FULL = os.environ.get("R1CI_SANDBOX_PROOF") == "full"


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def scale():
    """Choose between the size of a proof by default and in full."""
    return lambda default, full: full if FULL else default


@pytest.fixture(scope="session")
def benign_programs():
    """The generator of benign programs: ``benign_programs(count)``."""
    return runpy.run_path(str(Path(__file__).with_name("programs.py")))["programs"]


def _worker_processes(parent=None):
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (directory / "cmdline").read_bytes()
            ppid = int((directory / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if b"sandbox_wasm.pool.worker" in arguments and ppid == (parent or os.getpid()):
            found.append(int(directory.name))
    return found


@pytest.fixture(scope="session")
def worker_processes():
    """The ids of the worker processes of a process, by default of this one: ``worker_processes()``."""
    return _worker_processes


@pytest.fixture
def own_workers():
    """The worker processes started since the test began: ``own_workers()``."""
    before = set(_worker_processes())
    return lambda: sorted(set(_worker_processes()) - before)
