"""Just enough of an assembler for WebAssembly: the few instructions that are sought, replaced or added in the guest.

Operands that the guest's linker fills in (functions, addresses) have five bytes, as it leaves them.
"""

from r1ci_env.sandbox_wasm.guest import wasm

IF, BLOCK, LOOP = b"\x04\x40", b"\x02\x40", b"\x03\x40"  # without a result
END, RETURN, DROP = b"\x0b", b"\x0f", b"\x1a"
JUMP, JUMP_IF = b"\x0c", b"\x0d"
IS_ZERO, EQ, NE, GT_S, LE_U = b"\x45", b"\x46", b"\x47", b"\x4a", b"\x4d"
ADD, SUB, AND, OR, SHIFT_LEFT = b"\x6a", b"\x6b", b"\x71", b"\x72", b"\x74"
WIDE_AND, WIDE_IS_ZERO = b"\x83", b"\x50"  # of i64
EXTEND_S = b"\xac"  # i32 to i64


def const(value: int) -> bytes:
    """``i32.const``."""
    return b"\x41" + wasm.signed(value)


def wide_const(value: int, size: int) -> bytes:
    """``i64.const``, in so many bytes."""
    digits = [value >> 7 * place & 0x7F for place in range(size)]
    return b"\x42" + bytes([*(digit | 0x80 for digit in digits[:-1]), digits[-1]])


def get(local: int) -> bytes:
    """``local.get``."""
    return b"\x20" + wasm.unsigned(local)


def put(local: int) -> bytes:
    """``local.set``."""
    return b"\x21" + wasm.unsigned(local)


def tee(local: int) -> bytes:
    """``local.tee``."""
    return b"\x22" + wasm.unsigned(local)


def get_global(index: int) -> bytes:
    """``global.get``."""
    return b"\x23" + wasm.padded(index)


def put_global(index: int) -> bytes:
    """``global.set``."""
    return b"\x24" + wasm.padded(index)


def call(function: int) -> bytes:
    """``call``."""
    return b"\x10" + wasm.padded(function)


def call_unpadded(function: int) -> bytes:
    """``call`` of what is not to be renumbered: a function of the host's."""
    return b"\x10" + wasm.unsigned(function)


def jump(depth: int) -> bytes:
    """``br``."""
    return JUMP + wasm.unsigned(depth)


def jump_if(depth: int) -> bytes:
    """``br_if``."""
    return JUMP_IF + wasm.unsigned(depth)


def load(offset: int = 0) -> bytes:
    """``i32.load``."""
    return b"\x28\x02" + wasm.unsigned(offset)


def load_word() -> bytes:
    """``i32.load`` of four bytes that stand anywhere."""
    return b"\x28\x00\x00"


def load_from(address: int) -> bytes:
    """``i32.load`` of a variable, to be added to the number on the stack."""
    return b"\x28\x02" + wasm.padded(address)


def load_byte_from(address: int) -> bytes:
    """``i32.load8_u`` of a table of bytes."""
    return b"\x2d\x00" + wasm.padded(address)


def atomic_load_byte() -> bytes:
    """``i32.atomic.load8_u``: no compiler leaves it out or moves it out of a loop."""
    return b"\xfe\x12\x00\x00"


def load_wide(offset: int) -> bytes:
    """``i64.load32_s``."""
    return b"\x34\x02" + wasm.unsigned(offset)


def store(offset: int = 0) -> bytes:
    """``i32.store``."""
    return b"\x36\x02" + wasm.unsigned(offset)


def store_wide(offset: int = 0) -> bytes:
    """``i64.store``."""
    return b"\x37\x03" + wasm.unsigned(offset)


def body(code: bytes, *, locals_: int = 0) -> bytes:
    """A function body with so many locals of 32 bits beside the parameters, its size in front."""
    declared = b"\x01" + wasm.unsigned(locals_) + b"\x7f" if locals_ else b"\x00"
    whole = declared + code + END
    return wasm.unsigned(len(whole)) + whole
