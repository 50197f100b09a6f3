"""Shared by the sandbox's tests.

The long proofs run in part by default. ``R1CI_SANDBOX_PROOF=full`` runs them whole:
10,000 generated programs, 2,000 differential programs and 100,000 blocks of soak (some ten minutes).
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
