"""Cutting the guest's module down to the functions that CPython, its standard library and numpy need.

The module also holds pandas, scipy, scikit-learn and more: 74 MB of code where 13.6 MB are needed.
Compiling what nobody runs would cost a minute of a user's first use, so only the functions of the
committed keep list (`keep_list.json`, made by `scripts/make_keep_list.py`) stay, renumbered. A slot of
the function table that pointed to one of the others points to a stub that traps. The slots do not move,
nor do types and data, so nothing needs to be relinked, and pointers that differed still do.

On the way every loop is made to look whether it shall stop (`loops.py`), the edits of `edits.py` are made, and the
wrappers of `widening.py` added.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from r1ci_env.sandbox_wasm.errors import GuestError
from r1ci_env.sandbox_wasm.guest import edits, loops, wasm, widening
from r1ci_env.sandbox_wasm.guest.artefacts import MODULE_NAME, keep_list, read_artefact
from r1ci_env.sandbox_wasm.guest.package_sets import BASE
from r1ci_env.sandbox_wasm.run.exports import EXPORTED, STACK_POINTER

TRAP = b"\x03\x00\x00\x0b"  # a body of `unreachable`
RETURN_NULL = b"\x04\x00\x41\x00\x0b"  # a body of `i32.const 0`: for a module, a SystemError; for SQLite, done

_NO_LOCALS, _CALL_OPCODE, _END = b"\x00", b"\x10", b"\x0b"


@dataclass(frozen=True, slots=True)
class GuestModule:
    """A pruned module that holds code only, and the initial memory that belongs to it."""

    code: bytes
    segments: list[tuple[int, bytes]]


def pruned_module(packages: str) -> GuestModule:
    """Cut the guest's module down to the kept functions and take its data segments out.

    The segments are not compiled in because every instance starts from the snapshot instead; only
    the build of that snapshot needs them.

    Args:
        packages: The set of packages whose functions stay, one of `PACKAGE_SETS`.

    Raises:
        GuestError: If the artefact is missing or not the pinned build.
    """
    module, kept, chosen = read_artefact(MODULE_NAME), keep_list(), keep_list()["sets"][packages]
    parts = dict(wasm.sections(module))
    imported, total, constructors = kept["imported"], kept["functions"], kept["constructors"]
    types = dict(enumerate(wasm.vector(parts[wasm.FUNCTIONS]), start=imported))
    bodies = dict(enumerate(_bodies(parts[wasm.CODE]), start=imported))
    keep = [index for first, last in chosen["keep"] for index in range(first, last + 1)]
    bodies[constructors] = _without_dropped_calls(bodies[constructors], keep)
    loops.make_stoppable(bodies, list(wasm.imported_functions(parts[wasm.IMPORT])).index(loops.ASKED))
    edits.apply(bodies, kept["index"], kept["parser"])
    wrapper_of = _add_wrappers(bodies, types, kept["index"], total, compiled_others=packages != BASE)
    keep.extend(range(total, len(bodies) + imported))
    total = len(bodies) + imported
    # What is equal to the byte is compiled once: numpy's loops for int and long, say, or Cython's helpers.
    twins: dict[tuple[int, bytes], int] = {}
    originals = [twins.setdefault((types[index], bodies[index]), index) for index in keep]
    stay = list(twins.values())

    trap = imported + len(stay)
    stubs = [(types[constructors], TRAP)]
    numbers = np.full(total, trap)
    numbers[:imported] = range(imported)
    numbers[stay] = range(imported, trap)
    numbers[keep] = numbers[originals]
    for kind in sorted({types[index] for index in chosen["return_null"]}):
        numbers[[index for index in chosen["return_null"] if types[index] == kind]] = trap + len(stubs)
        stubs.append((kind, RETURN_NULL))

    count = wasm.unsigned(len(stay) + len(stubs))
    code = _renumber_calls(b"".join(bodies[index] for index in stay), numbers)
    kinds = (*(types[index] for index in stay), *(kind for kind, _ in stubs))
    parts[wasm.FUNCTIONS] = count + b"".join(map(wasm.unsigned, kinds))
    parts[wasm.CODE] = count + code + b"".join(body for _, body in stubs)
    parts[wasm.EXPORT] = _exports(parts[wasm.EXPORT], numbers, kept["index"])
    parts[wasm.ELEMENT] = _table(parts[wasm.ELEMENT], numbers, wrapper_of)
    segments = list(wasm.active_segments(parts[wasm.DATA]))
    for address, text in (widening.GLOBALS_STRING, widening.NAME_STRING):
        if not any(data[address - start :].startswith(text) for start, data in segments if address >= start):
            raise GuestError(f"the guest's data are others: {text!r} does not stand at {address:#x}")
    for left_out in (wasm.DATA, wasm.DATA_COUNT, wasm.CUSTOM):  # names and notes are of no use to compiled code
        parts.pop(left_out, None)
    sections = (wasm.section(number, payload) for number, payload in parts.items())
    return GuestModule(b"".join([module[: wasm.HEADER_SIZE], *sections]), segments)


def call_sites(code: npt.NDArray[np.uint8], functions: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]:
    """Find the call instructions in code as the guest's linker leaves it: with operands of five bytes.

    No instruction is decoded: these six bytes are in no other place of the pinned guest, as
    `scripts/make_keep_list.py` makes sure.

    Args:
        code: Bytes of function bodies.
        functions: How many functions the module has.

    Returns:
        Where the operands start, and the functions they name.
    """
    at = np.flatnonzero(code[:-5] == _CALL_OPCODE[0]) + 1
    low = code[at[:, None] + np.arange(3)]
    called = (low & 0x7F).astype(np.int64) @ (1, 1 << 7, 1 << 14)
    padded = (low >= 0x80).all(axis=1) & (code[at + 3] == 0x80) & (code[at + 4] == 0) & (called < functions)
    return at[padded], called[padded]


def _renumber_calls(code: bytes, numbers: npt.NDArray[np.int64]) -> bytes:
    renumbered = np.frombuffer(code, np.uint8).copy()
    at, called = call_sites(renumbered, len(numbers))
    for place in range(3):
        renumbered[at + place] = numbers[called] >> 7 * place & 0x7F | 0x80
    return renumbered.tobytes()


def _bodies(code: bytes) -> Iterator[bytes]:
    """The function bodies of a code section, each with its size in front."""
    count, at = wasm.read_unsigned(code, 0)
    for _ in range(count):
        start = at
        size, at = wasm.read_unsigned(code, at)
        at += size
        yield code[start:at]


def _without_dropped_calls(body: bytes, keep: list[int]) -> bytes:
    """The function that calls the constructors of all libraries, without those of the dropped ones.

    The linker makes it itself: nothing but calls, whose operands, unlike all others, are not padded.
    """
    kept = frozenset(keep)
    _, at = wasm.read_unsigned(body, 0)
    calls = [_NO_LOCALS]
    at += 1
    while body[at : at + 1] == _CALL_OPCODE:
        called, at = wasm.read_unsigned(body, at + 1)
        if called in kept:
            calls += [_CALL_OPCODE, wasm.padded(called)]
    if body[at:] != _END:
        raise GuestError("the guest's constructors are not called in the expected form")
    shorter = b"".join([*calls, _END])
    return wasm.unsigned(len(shorter)) + shorter


def _add_wrappers(
    bodies: dict[int, bytes], types: dict[int, int], index: Mapping[str, int], first: int, *, compiled_others: bool
) -> dict[int, int]:
    """Add the wrappers' functions, from the index `first` on; return by what each function is to be replaced."""
    one_to_one = types[index[EXPORTED[0]]]
    widen, asks = first, first + 1 if compiled_others else None
    wrappers = widening.Wrappers(index, widen, asks)
    added = [(one_to_one, wrappers.widen_body())]
    if compiled_others:
        added.append((one_to_one, wrappers.asks_for_intp_body()))
    wrapper_of = {}
    for name in widening.PARAMETERS:
        wrapper_of[index[name]] = first + len(added)
        added.append((types[index[name]], wrappers.wrapper_body(name)))
    for number, (kind, body) in enumerate(added, start=first):
        types[number], bodies[number] = kind, body
    return wrapper_of


def _exports(exports: bytes, numbers: npt.NDArray[np.int64], index: Mapping[str, int]) -> bytes:
    """Renumber; add the only global that changes, to check its value, and the functions of `EXPORTED`."""
    entries = [*wasm.exports(exports), (STACK_POINTER, wasm.GLOBAL, 0)]
    entries += [(name, wasm.FUNCTION, index[name]) for name in EXPORTED]
    encoded = [wasm.unsigned(len(entries))]
    for name, kind, number in entries:
        renumbered = int(numbers[number]) if kind == wasm.FUNCTION else number
        encoded += [wasm.unsigned(len(name.encode())), name.encode(), bytes([kind]), wasm.unsigned(renumbered)]
    return b"".join(encoded)


def _table(elements: bytes, numbers: npt.NDArray[np.int64], wrapper_of: Mapping[int, int]) -> bytes:
    """Renumber; put the wrappers where what they wrap stood."""
    _, at = wasm.function_table(elements)
    functions = wasm.vector(elements[at:])
    if any(functions.count(wrapped) != 1 for wrapped in wrapper_of):
        raise GuestError(
            "the guest's function table is another one: a function to be wrapped does not stand in it once"
        )
    functions = [wrapper_of.get(function, function) for function in functions]
    return elements[:at] + wasm.unsigned(len(functions)) + b"".join(map(wasm.unsigned, numbers[functions].tolist()))
