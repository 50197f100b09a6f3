"""Makes the names of numpy's default integer mean 64 bits, as `edits.py` has done for its C code; then checks both.

`numpy.long` stays the C type of 32 bits: `RandomState` makes arrays of it that its C code fills. Where pandas and
scipy are there, `numpy.intp` stays the true one as well: their compiled code makes arrays of it that it reads as
pointers' size. The modules of numpy that return counts or indices see a numpy in which it is wide.
"""

import importlib.util
import sys
import types

import numpy
import numpy._core._type_aliases
import numpy._core.arrayprint
import numpy._core.strings
import numpy.lib._iotools
import numpy.ma

COMPILED_OTHERS = importlib.util.find_spec("scipy") is not None
ADDRESSES = {}  # of types, by name: those that `widening.py` goes by; the host sets it

_WIDE = {numpy.int_: numpy.int64, numpy.uint: numpy.uint64}
_NAMES = ("int_", "uint") if COMPILED_OTHERS else ("int_", "uint", "intp", "uintp")
_TEXTS = ("int", "long", "ulong", "int_", "intp", "uint", "uintp")
_RETURN_INDICES = (
    "numpy._core.numeric numpy.lib._arraysetops_impl numpy.lib._histograms_impl numpy.lib._nanfunctions_impl "
    "numpy.ma.core"
).split()


class NumpyView(types.ModuleType):
    """numpy as one module shall see it: with some names of its own."""

    def __init__(self, **names):
        super().__init__("numpy")
        vars(self).update(names)

    def __getattr__(self, name):
        return getattr(numpy, name)


def _widen_names():
    # These hand the greatest `intp` to C code.
    numpy._core.strings.np = NumpyView(intp=numpy.intp)
    for space in [vars(module) for name, module in sys.modules.items() if name.partition(".")[0] == "numpy"]:
        for name in _NAMES:
            if space.get(name) in _WIDE:
                space[name] = _WIDE[space[name]]
    for table in (numpy._core._type_aliases.sctypeDict, numpy._core._type_aliases.allTypes):
        for text in _TEXTS:
            if table.get(text) in _WIDE:
                table[text] = _WIDE[table[text]]
    unnamed = numpy._core.arrayprint._typelessdata  # whose dtype a repr does not show
    unnamed[:] = [_WIDE.get(kind, kind) for kind in unnamed]
    converter = numpy.lib._iotools.StringConverter
    converter._mapper = [entry for entry in converter._mapper if entry[0] not in _WIDE]  # int64 comes next
    if COMPILED_OTHERS:
        for name in _RETURN_INDICES:
            sys.modules[name].np = NumpyView(intp=numpy.int64, uintp=numpy.uint64)


def check():
    """Make sure that the edits do what they are made for; an ``AssertionError`` fails the build."""
    assert {"ndarray": id(numpy.ndarray), "int32": id(numpy.int32), "tuple": id(tuple)} == ADDRESSES
    assert numpy.array([50000]).dtype == numpy.dtype(int) == numpy.dtype("int") == numpy.int_ == numpy.int64
    assert (numpy.array([50000]) ** 2).tolist() == [2500000000]
    assert numpy.prod([100000, 100000]) == numpy.multiply(100000, 100000) == 10**10
    assert numpy.arange(70000).sum() == 2449965000
    assert numpy.array([3e9]).astype(int).tolist() == [3000000000]
    assert numpy.ones(3, bool).sum().dtype == numpy.ones(3, "u1").cumsum().view("i8").dtype == numpy.int64
    assert numpy.argsort([3, 1]).dtype == numpy.where([1, 0])[0].dtype == numpy.argmax([1, 2]).dtype == numpy.int64
    assert numpy.unravel_index(5, (3, 4)) == (1, 1) and numpy.repeat([5, 6], numpy.array([0, 2])).tolist() == [6, 6]
    assert numpy.left_shift(1, [3, 2**40]).tolist() == [8, 0]
    legacy = numpy.random.RandomState(0)
    assert legacy.randint(0, 2**40, 2).tolist() == [741280623151, 506137267392]
    assert legacy.binomial([10, 20], 0.5).dtype == legacy.permutation(3).dtype == numpy.int64


_widen_names()
