"""Wrappers that widen what numpy's C functions return as `intp` - indices, counts, random integers - to 64 bits.

`edits.py` makes numpy's default integer one of 64 bits. Its C code still fills arrays of `intp`, which has the 32
bits of a wasm32 pointer, and such an array in a block's hands would overflow as the default integer no longer does.
The functions concerned are called through tables of methods only, so a wrapper takes their slot in the table.

Where other compiled packages are kept (pandas, scipy), their code wants `intp`: there the wrappers look who called,
and leave alone what goes to a module of one of these packages.
"""

from collections.abc import Mapping

from r1ci_env.sandbox_wasm.guest.assembly import (
    ADD,
    BLOCK,
    END,
    EQ,
    GT_S,
    IF,
    IS_ZERO,
    LOOP,
    NE,
    OR,
    RETURN,
    SHIFT_LEFT,
    SUB,
    body,
    call,
    const,
    get,
    get_global,
    jump,
    jump_if,
    load,
    load_wide,
    load_word,
    put,
    put_global,
    store,
    store_wide,
    tee,
)
from r1ci_env.sandbox_wasm.guest.edits import DESCR_FROM_TYPE, LONG, LONGLONG

_RANDOM = "__pyx_pw_5numpy_6random_6mtrand_11RandomState_"

PARAMETERS = {
    "array_nonzero": 2,
    **dict.fromkeys("array_count_nonzero array_where arr_ravel_multi_index arr_unravel_index".split(), 3),
    **dict.fromkeys("array_argmax array_argmin array_argpartition array_argsort array_lexsort".split(), 4),
    **dict.fromkeys("array_searchsorted arr_bincount".split(), 4),
    **dict.fromkeys(
        [
            _RANDOM + method
            for method in (
                "29tomaxint 35choice 43random_integers 87binomial 89negative_binomial 91poisson 93zipf 95geometric "
                "97hypergeometric 99logseries 103multinomial 109permutation"
            ).split()
        ],
        4,
    ),
}
"""The functions that get a wrapper, and how many parameters they have."""

_FROM_ARRAYS = (_RANDOM + "35choice", _RANDOM + "109permutation")
"""Of an array they return its elements, of whatever type."""

_CALLED = (
    "PyArray_CastToType",
    "PyArray_Scalar",
    "PyDict_GetItemString",
    "PyErr_Clear",
    "PyFrame_GetBack",
    "PyObject_GetAttrString",
    "PyThreadState_Get",
    "PyThreadState_GetFrame",
    "PyType_IsSubtype",
    "PyUnicode_AsUTF8",
    "_Py_Dealloc",
)

FUNCTIONS = sorted({*PARAMETERS, *_CALLED, DESCR_FROM_TYPE})
"""The functions whose indices `Wrappers` needs."""

NDARRAY, INT32_SCALAR, TUPLE = 26443132, 26435440, 26125008
"""Addresses of the types `numpy.ndarray`, `numpy.int32` and `tuple`; the guest confirms them (`inside/integers.py`)."""

GLOBALS_STRING, NAME_STRING = (17118565, b"f_globals\0"), (17929222, b"__name__\0")
"""Addresses of texts among the guest's data, and what stands there."""

TYPE, TUPLE_SIZE, TUPLE_ITEMS, SCALAR_VALUE, ARRAY_DESCR, DESCR_NUMBER = 4, 8, 16, 8, 28, 16
"""Offsets in CPython's and numpy's objects."""

LARGEST_COUNT = 0x3FFFFFFF
"""Reference counts above this mark an object that is immortal (`refcount.h`)."""

_STACK_POINTER = 0  # the number of the global

COMPILED = (b"pand", b"scip")
"""How the names of the packages begin that are given `intp` as it is; and that of the one that calls for them."""
_NUMPY = b"nump"


class Wrappers:
    """Makes the bodies of the wrappers.

    Args:
        index: Indices of the functions in `FUNCTIONS`.
        widen: The index the function of `widen_body` will have.
        asks: The index the function of `asks_for_intp_body` will have; None if every result is widened.
    """

    def __init__(self, index: Mapping[str, int], widen: int, asks: int | None) -> None:
        self._index, self._widen, self._asks = index, widen, asks

    def wrapper_body(self, name: str) -> bytes:
        """Call a function and widen what it returns, unless that is no index but made from an array it was given."""
        plain = b"".join(get(parameter) for parameter in range(PARAMETERS[name])) + self._call(name)
        code = plain + call(self._widen)
        if name in _FROM_ARRAYS:  # (self, arguments, number of arguments, names)
            first_type = get(1) + load() + load(TYPE)
            code = get(2) + IF + first_type + const(NDARRAY) + EQ + IF + plain + RETURN + END + END + code
        elif name == "array_where":  # where(c) gives indices, where(c, x, y) elements of x and y
            code = get(2) + const(1) + NE + IF + plain + RETURN + END + code
        if self._asks is not None:
            code = const(0) + call(self._asks) + IF + plain + RETURN + END + code
        return body(code)

    def widen_body(self) -> bytes:
        """``widen(object) -> object``: with 64 bits, if it is an array or a scalar of `intp`, or a tuple with such.

        Steals the reference; NULL stays NULL.
        """
        thing, kind, result, count = range(4)
        longlong = const(LONGLONG) + self._call(DESCR_FROM_TYPE)
        item = get(count) + const(2) + SHIFT_LEFT + get(thing) + ADD
        null = get(thing) + IS_ZERO + IF + get(thing) + RETURN + END
        tuple_ = (
            get(thing) + load(TYPE) + tee(kind) + const(TUPLE) + EQ + IF
            + get(thing) + load(TUPLE_SIZE) + put(count)
            + BLOCK + LOOP
            + get(count) + IS_ZERO + jump_if(1)
            + get(count) + const(1) + SUB + put(count)
            + item + item + load(TUPLE_ITEMS) + call(self._widen) + store(TUPLE_ITEMS)
            + jump(0)
            + END + END
            + get(thing) + RETURN + END
        )  # fmt: skip
        scalar = (
            get(kind) + const(INT32_SCALAR) + EQ + IF
            + get_global(_STACK_POINTER) + const(16) + SUB + tee(count) + put_global(_STACK_POINTER)
            + get(count) + get(thing) + load_wide(SCALAR_VALUE) + store_wide()
            + longlong + put(kind)
            + get(count) + get(kind) + const(0) + self._call("PyArray_Scalar") + put(result)
            + get(count) + const(16) + ADD + put_global(_STACK_POINTER)
            + self._release(kind) + self._release(thing)
            + get(result) + RETURN + END
        )  # fmt: skip
        array = (
            get(kind) + const(NDARRAY) + NE + IF
            + get(kind) + const(NDARRAY) + self._call("PyType_IsSubtype") + IS_ZERO + IF + get(thing) + RETURN + END
            + END
            + get(thing) + load(ARRAY_DESCR) + load(DESCR_NUMBER) + const(LONG) + EQ + IF
            + get(thing) + longlong + const(0) + self._call("PyArray_CastToType") + put(result)
            + self._release(thing)
            + get(result) + RETURN + END
        )  # fmt: skip
        return body(null + tuple_ + scalar + array + get(thing), locals_=3)

    def asks_for_intp_body(self) -> bytes:
        """``asks(unused) -> int``: whether the nearest frame of Python outside numpy is one of `COMPILED`."""
        unused, frame, scope, name, word, back = range(6)
        del unused
        read_name = (
            const(0) + put(word)
            + get(frame) + const(GLOBALS_STRING[0]) + self._call("PyObject_GetAttrString") + tee(scope) + IF
            + get(scope) + const(NAME_STRING[0]) + self._call("PyDict_GetItemString") + tee(name) + IF
            + get(name) + self._call("PyUnicode_AsUTF8") + tee(name) + IF + get(name) + load_word() + put(word) + END
            + END
            + self._release(scope)
            + END
            + self._call("PyErr_Clear")
        )  # fmt: skip
        is_compiled = b"".join(
            get(word) + const(_word(text)) + EQ + (OR if number else b"") for number, text in enumerate(COMPILED)
        )
        code = (
            self._call("PyThreadState_Get") + self._call("PyThreadState_GetFrame") + put(frame)
            + BLOCK + LOOP
            + get(frame) + IS_ZERO + jump_if(1)
            + read_name
            + get(word) + const(_word(_NUMPY)) + EQ + IF
            + get(frame) + self._call("PyFrame_GetBack") + put(back)
            + self._release(frame)
            + get(back) + put(frame)
            + jump(1)
            + END
            + self._release(frame)
            + is_compiled + RETURN
            + END + END
            + const(0)
        )  # fmt: skip
        return body(code, locals_=5)

    def _call(self, name: str) -> bytes:
        return call(self._index[name])

    def _release(self, local: int) -> bytes:
        """``Py_DECREF`` of what a local refers to."""
        count = get(local) + load()
        return (
            BLOCK
            + count + const(LARGEST_COUNT) + GT_S + jump_if(0)
            + get(local) + count + const(1) + SUB + store()
            + count + jump_if(0)
            + get(local) + self._call("_Py_Dealloc")
            + END
        )  # fmt: skip


def _word(text: bytes) -> int:
    return int.from_bytes(text, "little", signed=True)
