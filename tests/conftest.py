"""What all tests share."""

import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("ci")
os.environ.setdefault("OMP_NUM_THREADS", "1")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in a background job, and so in all that tests start from it
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def lives():
    """Whether a process of any parent is running, by its id."""

    def lives(pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):  # which comes while it is read
            return False

    return lives


@pytest.fixture(scope="session")
def wait_until():
    """Waits for a condition, and fails if that takes too long."""

    def wait_until(condition, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    return wait_until


@pytest.fixture(scope="session")
def sandbox():
    """The sandbox that the whole session shares; its image is built once per machine."""
    from r1ci_env.sandbox_wasm import shared_sandbox

    return shared_sandbox()


@pytest.fixture(scope="session")
def pool():
    """Two sandbox workers."""
    from r1ci_env.sandbox_wasm import SandboxPool

    with SandboxPool(workers=2) as workers:
        yield workers
