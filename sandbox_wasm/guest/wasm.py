"""Just enough of the WebAssembly binary format to cut a module down: LEB128 numbers and sections."""

from collections.abc import Iterator

from r1ci_env.sandbox_wasm.errors import GuestError

CUSTOM, IMPORT, FUNCTIONS, EXPORT, ELEMENT, CODE, DATA, DATA_COUNT = 0, 2, 3, 7, 9, 10, 11, 12
"""Section ids of the core specification that this package looks at."""

FUNCTION, GLOBAL = 0, 3
"""Kinds of exports."""

HEADER_SIZE = 8


def read_unsigned(data: bytes, at: int) -> tuple[int, int]:
    """Decode an unsigned LEB128 number; return it and the offset behind it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def read_signed(data: bytes, at: int) -> tuple[int, int]:
    """Decode a signed LEB128 number; return it and the offset behind it."""
    start = at
    value, at = read_unsigned(data, at)
    bits = 7 * (at - start)
    return (value - (1 << bits) if value >> (bits - 1) else value), at


def unsigned(value: int) -> bytes:
    """Encode an unsigned LEB128 number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value: int) -> bytes:
    """Encode a signed LEB128 number."""
    out = bytearray()
    while not -64 <= value < 64:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def padded(value: int) -> bytes:
    """Encode an unsigned LEB128 number of up to 28 bits in five bytes, as linkers do."""
    return bytes([*(value >> shift & 0x7F | 0x80 for shift in (0, 7, 14, 21)), 0])


def vector(data: bytes) -> list[int]:
    """Decode a vector of unsigned numbers."""
    count, at = read_unsigned(data, 0)
    values = []
    for _ in range(count):
        value, at = read_unsigned(data, at)
        values.append(value)
    return values


def sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    """The sections of a module, in file order: id and payload."""
    at = HEADER_SIZE
    while at < len(module):
        section_id = module[at]
        size, start = read_unsigned(module, at + 1)
        at = start + size
        yield section_id, module[start:at]


def section(section_id: int, payload: bytes) -> bytes:
    """Encode one section."""
    return bytes([section_id]) + unsigned(len(payload)) + payload


def imported_functions(payload: bytes) -> Iterator[str]:
    """The names of the imports, without those of their modules.

    Raises:
        GuestError: If one is not a function.
    """
    count, at = read_unsigned(payload, 0)
    for _ in range(count):
        for _ in range(2):  # the module's name and the field's
            size, start = read_unsigned(payload, at)
            at = start + size
        if payload[at] != FUNCTION:
            raise GuestError("the guest imports something that is not a function")
        yield payload[start:at].decode()
        _, at = read_unsigned(payload, at + 1)


def exports(payload: bytes) -> Iterator[tuple[str, int, int]]:
    """The entries of an export section: name, kind and index."""
    count, at = read_unsigned(payload, 0)
    for _ in range(count):
        size, at = read_unsigned(payload, at)
        name, kind = payload[at : at + size].decode(), payload[at + size]
        index, at = read_unsigned(payload, at + size + 1)
        yield name, kind, index


def function_table(payload: bytes) -> tuple[int, int]:
    """Where the functions of an element section stand: the first one's slot, and the vector's offset in the payload.

    Raises:
        GuestError: If it is not one active segment of table 0 with a constant offset.
    """
    segments, at = read_unsigned(payload, 0)
    if segments != 1 or payload[at : at + 2] != b"\x00\x41":
        raise GuestError("the guest's function table has an unexpected form")
    first, at = read_signed(payload, at + 2)
    return first, at + 1  # behind the `end` of the offset expression


def active_segments(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments of a data section: the address in linear memory and the bytes.

    Raises:
        ValueError: If a segment is passive or its offset is not a plain ``i32.const``.
    """
    count, at = read_unsigned(payload, 0)
    for _ in range(count):
        if payload[at : at + 2] != b"\x00\x41":
            raise ValueError("only active segments of memory 0 with a constant offset are supported")
        address, at = read_signed(payload, at + 2)
        size, at = read_unsigned(payload, at + 1)  # skip the `end` of the offset expression
        yield address, payload[at : at + size]
        at += size
