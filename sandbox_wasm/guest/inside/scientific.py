"""Imports pandas and scipy where they are there, and lets them see numpy as they need it. Runs once, at the build.

Their compiled code works with `intp`, which has 32 bits in here while numpy's default integer has 64. What numpy's
functions return goes to their Python code as it is, because `widening.py` looks who called; a compiled function
that a block calls itself leaves no frame to be seen by.
"""

import functools
import importlib
import importlib.util
import sys

import numpy
from _integers import NumpyView

MODULES = """
pandas scipy scipy.cluster.hierarchy scipy.constants scipy.fft scipy.integrate scipy.interpolate scipy.linalg
scipy.ndimage scipy.optimize scipy.signal scipy.sparse scipy.sparse.csgraph scipy.sparse.linalg scipy.spatial
scipy.spatial.distance scipy.special scipy.stats
"""

RETURN_INDICES = """
argmax argmin argpartition argsort argwhere bincount flatnonzero lexsort nonzero ravel_multi_index searchsorted
unravel_index where
"""


def _narrow(result):
    if isinstance(result, tuple):
        return tuple(map(_narrow, result))
    return result.astype(numpy.intp) if isinstance(result, numpy.ndarray | numpy.generic) else result


def _as_intp(function):
    @functools.wraps(function)
    def call(*arguments, **options):
        result = function(*arguments, **options)
        return result if function is numpy.where and len(arguments) > 1 else _narrow(result)

    return call


def _append(array, values, axis=None):
    return numpy.append(array, numpy.asarray(values, array.dtype), axis)


def _insert(array, place, values, axis=None):
    return numpy.insert(array, place, numpy.asarray(values, array.dtype), axis)


def _exercise():
    import pandas
    import scipy

    frame = pandas.DataFrame({"a": [1, 2, 2], "b": [1.5, 2.5, 3.5], "c": list("xyz")})
    str(frame), str(frame.groupby("a").b.sum()), frame.describe(), frame.merge(frame, on="a"), frame.dtypes
    scipy.optimize.linprog([1, 1], A_ub=[[-1, -2]], b_ub=[-3])
    scipy.optimize.minimize(lambda x: (x**2).sum(), [1.0, 2.0])
    scipy.stats.ttest_ind([1, 2, 3], [2, 3, 5])


if importlib.util.find_spec("scipy") is not None:
    for _name in MODULES.split():
        importlib.import_module(_name)
    # Appends default integers to arrays of `intp`.
    sys.modules["pandas.core.internals.managers"].np = NumpyView(append=_append, insert=_insert)
    _view = NumpyView(**{name: _as_intp(getattr(numpy, name)) for name in RETURN_INDICES.split()})
    for _name, _module in list(sys.modules.items()):
        origin = getattr(getattr(_module, "__spec__", None), "origin", None)
        compiled = origin == "built-in" and _name.partition(".")[0] in ("pandas", "scipy")
        if compiled and getattr(_module, "np", None) is numpy:
            _module.np = _view
    _exercise()
