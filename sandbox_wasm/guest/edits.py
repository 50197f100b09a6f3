"""Edits of the guest's C functions: numpy counts with 64 bits by default, and the parser goes as deep as elsewhere.

wasm32 has longs and pointers of 32 bits, and numpy's default integer follows them: without these edits
``np.prod([100000, 100000])`` would be 1410065408. Each edit is sought by its bytes in one named function and
must be there as often as it says; another guest therefore fails the build rather than compute something else.
What numpy's functions return as `intp` is seen to in `widening.py`, the names of the types in `inside/integers.py`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from r1ci_env.sandbox_wasm.errors import GuestError
from r1ci_env.sandbox_wasm.guest import wasm
from r1ci_env.sandbox_wasm.guest.assembly import (
    AND,
    EQ,
    EXTEND_S,
    JUMP_IF,
    LE_U,
    SUB,
    WIDE_AND,
    WIDE_IS_ZERO,
    call,
    const,
    get,
    load,
    load_byte_from,
    load_from,
    put,
    store,
    store_wide,
    wide_const,
)

LONG, LONGLONG, LONGDOUBLE, CLONGDOUBLE = 7, 9, 12, 15
"""numpy's numbers of types (`NPY_TYPES`); `NPY_LONG` is its default integer and, on wasm32, its `intp` too."""

SAFE_CASTING, SAME_KIND_CASTING = 2, 3

DESCR_FROM_TYPE = "PyArray_DescrFromType"

INTP_DTYPE, LONGLONG_DTYPE = 27642972, 27642932
"""Addresses of the variables `_Intp_dtype` and `_LongLong_dtype`."""

DEFAULT_INTEGER_TABLE = 22081920
"""Address of the table by which sums of small integers choose long or unsigned long, from bool on."""


class Edit(NamedTuple):
    """Bytes to be replaced in a function.

    Attributes:
        function: Its name.
        old: What must be found.
        new: What takes its place.
        times: How often it must be found.
    """

    function: str
    old: bytes
    new: bytes
    times: int = 1


def integer_edits(index: Mapping[str, int]) -> list[Edit]:
    """The edits that make `NPY_LONGLONG` numpy's default integer, given the functions' indices by name."""
    make = call(index[DESCR_FROM_TYPE])
    long, longlong = const(LONG) + make, const(LONGLONG) + make
    return [
        Edit("int_default_descriptor", long, longlong),
        Edit("discover_descriptor_from_pylong", long, longlong),
        Edit("discover_descriptor_from_pylong", const(LONG) + const(LONGLONG), const(LONGLONG) + const(LONGLONG)),
        Edit("int_common_dtype", load_from(INTP_DTYPE), load_from(LONGLONG_DTYPE), times=2),
        Edit("PyArray_ArangeObj", long, longlong),
        Edit("_convert_from_any", long, longlong),  # np.dtype(int)
        Edit("py_resolve_dtypes_generic", long, longlong, times=2),
        Edit("_multiarray_umath_exec", long, longlong),  # the array that stands for Python integers
        Edit(
            "can_cast_pyscalar_scalar_to",
            const(LONG) + const(LONGDOUBLE) + const(CLONGDOUBLE),
            const(LONGLONG) + const(LONGDOUBLE) + const(CLONGDOUBLE),
        ),
        Edit("convert_ufunc_arguments", load() + const(LONG) + EQ, load() + const(LONGLONG) + EQ),
        Edit(  # a ufunc of two Python integers: the value is stored with eight bytes
            "ufunc_generic_fastcall",
            get(5) + get(9) + store(304) + long,
            get(5) + get(9) + EXTEND_S + store_wide(304) + longlong,
        ),
        Edit("reducelike_promote_and_resolve", const(LONG) + put(9), const(LONGLONG) + put(9)),
        Edit("reducelike_promote_and_resolve", const(3) + LE_U, const(7) + LE_U),  # smaller than eight bytes
        Edit(  # LONGLONG for odd numbers of types, which are signed, and ULONGLONG for even ones
            "reducelike_promote_and_resolve",
            get(11) + load_byte_from(DEFAULT_INTEGER_TABLE),
            const(LONGLONG + 1) + get(11) + const(1) + AND + SUB,
        ),
        # C code that asks for an array of intp, such as the indices of `take`, may be handed one of int64.
        Edit(
            "PyArray_FromArray",
            const(4) + const(3) + const(SAFE_CASTING) + get(2),
            const(4) + const(3) + const(SAME_KIND_CASTING) + get(2),
        ),
        *(
            Edit(function, COUNT_AS_SIZE + WIDE_AND + WIDE_IS_ZERO, COUNT_WHOLE + WIDE_AND + WIDE_IS_ZERO, times)
            for function, times in SHIFTS.items()
        ),
    ]


COUNT_AS_SIZE, COUNT_WHOLE = wide_const(-64 % 2**32, size=5), wide_const(-64, size=5)
"""What a count is masked with, to tell whether all bits are shifted out: as much of it as a `size_t` holds, or all."""

SHIFTS = {
    **dict.fromkeys("longlong_lshift longlong_rshift ulonglong_lshift ulonglong_rshift".split(), 1),
    **dict.fromkeys("LONGLONG_left_shift LONGLONG_right_shift ULONGLONG_left_shift ULONGLONG_right_shift".split(), 24),
}
"""The functions that shift, and how often each tests a count."""

EDITED = sorted({DESCR_FROM_TYPE, *(edit.function for edit in integer_edits({DESCR_FROM_TYPE: 0}))})
"""The functions whose indices `integer_edits` and `apply` need."""

PARSER_DEPTH_WASI, PARSER_DEPTH = const(4000) + EQ + JUMP_IF, const(6000) + EQ + JUMP_IF
PARSER_CHECKS = 470
"""How often CPython's generated parser compares its depth with the greatest one."""


def apply(bodies: dict[int, bytes], index: Mapping[str, int], parser: tuple[int, int]) -> None:
    """Edit function bodies, given with their sizes in front.

    Args:
        bodies: The bodies by the functions' indices.
        index: Indices of the functions in `EDITED`.
        parser: The first and the last function of the parser.

    Raises:
        GuestError: If a function is not the one that the edits were made for.
    """
    for edit in integer_edits(index):
        body = _content(bodies[index[edit.function]])
        if (found := body.count(edit.old)) != edit.times:
            raise GuestError(
                f"the guest's {edit.function} is another one: it has {edit.old.hex(' ')} {found} times "
                f"instead of {edit.times}"
            )
        body = body.replace(edit.old, edit.new)
        bodies[index[edit.function]] = wasm.unsigned(len(body)) + body
    checks = 0
    for function in range(parser[0], parser[1] + 1):
        checks += bodies[function].count(PARSER_DEPTH_WASI)
        bodies[function] = bodies[function].replace(PARSER_DEPTH_WASI, PARSER_DEPTH)
    if checks != PARSER_CHECKS:
        raise GuestError(f"the guest's parser is another one: it checks its depth at {checks} places")


def _content(body: bytes) -> bytes:
    """A function body without its size."""
    _, at = wasm.read_unsigned(body, 0)
    return body[at:]
