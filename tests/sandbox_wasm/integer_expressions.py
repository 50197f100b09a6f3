"""Expressions of numpy that show how wide its integers are, and what they are worth here and there.

`integers.txt` holds those written by hand. The generated ones put arrays of every type, and what functions return as
indices and counts, through functions and through arithmetic with small and with large numbers. Also read by the guest.
"""

import itertools
from pathlib import Path

TYPES = "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float32 float64".split()

OF_ONE = """
x.sum(); x.prod(); x.cumsum(); x.cumprod(); x.max(); x.argmax(); x.argsort(); np.sort(x); np.unique(x)
np.unique(x, return_counts=True); x.mean(); x.var(); abs(x); np.diff(x); np.square(x); np.sqrt(x); x[np.argsort(x)]
np.nonzero(x); np.where(x > 1); np.where(x > 1, x, x); np.where(x > 1, x, 0); np.where(x > 1, 5, 7); np.clip(x, 0, 2)
np.repeat(x, 2); np.take(x, [0, 1]); np.dot(x, x); np.outer(x, x); np.einsum("i,i", x, x); np.trace(np.outer(x, x))
np.linalg.norm(x); np.add.reduce(x); np.multiply.reduce(x); np.add.accumulate(x); x.tolist(); x.astype(int)
x.astype("int"); np.average(x); np.median(x); np.bincount(x.astype(int) % 5); np.searchsorted(np.sort(x), x)
np.convolve(x, x); np.cross(x[:3], x[:3]); np.round(x); x.repeat(np.arange(x.size) % 2); np.count_nonzero(x)
np.flatnonzero(x); np.ptp(x); np.tri(3)[0] * x[:3]; x[0] + 1; x[0] * 2; int(x[0]); x[0] ** 2; np.ones_like(x)
np.full_like(x, 1); np.zeros(3, x.dtype); np.interp(1, np.sort(x), x); np.histogram(x, 3); np.vander(x[:3])
np.linspace(x[0], x[-1], 3); np.polyval(x, 2); np.ma.array(x).sum(); np.concatenate([x, [1]]); np.append(x, 5)
np.insert(x, 1, 1); np.stack([x, x]).sum(axis=0); np.nansum(x); np.vectorize(lambda v: v)(x)
np.frompyfunc(lambda v: v, 1, 1)(x); np.random.RandomState(0).permutation(x); np.random.RandomState(0).choice(x, 3)
np.random.default_rng(0).permutation(x); np.random.default_rng(0).choice(x, 2)
np.take_along_axis(x, np.argsort(x), 0); np.digitize(x, [1, 2]); np.array(list(x)); np.array([x[0], 1])
np.asarray(x, dtype=int); np.sum(x, dtype=np.int32); np.gcd.reduce(x); np.matrix_transpose(np.outer(x, x))
np.kron(x, x); np.triu(np.outer(x, x)); np.isin(x, [1, 3]); np.lexsort((x,)); np.argpartition(x, 1)[:0]
np.result_type(x, 1); np.result_type(x, int); np.can_cast(x.dtype, int); np.fromiter(x, dtype=x.dtype)
np.arange(x[2] % 100); np.floor_divide(x, 3); np.random.RandomState(0).poisson(np.abs(x.astype(float)))
np.cumulative_sum(x); x + 1; x * 10**5; x - 2**31; x + 2**31; x * 2**40; 2**40 - x; x // 2; x % 7; x**2; x << 2
x > 1; x == 2**40; x | 1; x + True; x * 1.5; x / 2; 1 + x; 3 - x; x + np.int64(1); x + np.int32(1)
x * np.float32(2); x + np.uint8(1); x.sum() * 10**10; x.argmax() * 10**12; x.argsort() * 10**12
np.nonzero(x)[0] * 10**12; np.power(x, 2); np.power(2, x); np.multiply(x, 10**5); np.minimum(x, 10**12)
np.clip(x, 0, 10**12); np.left_shift(1, x); (x > 1) + 1; (x > 1).sum() * 2**40; (x > 1) * 10**12; x[0] * 10**12
x[0] + 2**31; x[0] < 2**40; divmod(x, 3); np.maximum(x, 2**31); x.astype(int) * 10**10
np.floor_divide(10**12, np.maximum(x, 1)); np.bincount([1, 2], minlength=4) * 2**40; np.mod(10**12, np.maximum(x, 1))
np.subtract(1, x); np.where(x > 1, x, 2**40); np.where(x > 1, 10**12, 1); np.full(3, x[0]); np.array([x[0], 2**40])
np.array([x, x]) * 2; np.add.outer(x, [1, 2])
"""

OF_TWO = """
x + y; x - y; x * y; x // np.maximum(y, 1); x % np.maximum(y, 1); x / np.maximum(y, 1); x ** np.abs(y.astype("int8"))
x & y; x < y; np.maximum(x, y); np.dot(x, y); x @ y; np.where(x > 1, x, y); np.concatenate([x, y])
np.result_type(x, y); np.outer(x, y); np.hypot(x, y); np.add(x, y, dtype=float); np.append(x, y); x[0] + y[0]
x[0] * y[1]; x + y[0]; np.einsum("i,i->", x, y); np.convolve(x, y)
"""

SOURCES = """
[3, 1, 4, 100]; range(4); (2**31 - 1, 2, 5, 9); [2**40, 1, 2, 3]; [10**9, 2 * 10**9, 1, 2]; np.arange(1, 5) * 10**9
np.argsort([3, 1, 2, 0]); np.nonzero([1, 1, 1, 1])[0]; np.bincount([0, 1, 1, 2, 3])
np.unique([1, 2, 3, 3, 4], return_counts=True)[1]; np.searchsorted([1, 2, 3], [0, 1, 2, 5])
np.random.RandomState(1).randint(0, 2**31 - 1, 4); np.random.RandomState(1).poisson(10**6, 4)
np.random.RandomState(1).binomial(10**9, 0.5, 4); np.indices((4,))[0]; np.histogram([1, 2, 3, 4, 4], 4)[0]
np.digitize([1, 2, 3, 4], [2, 3]); np.unravel_index([1, 2, 3, 0], (2, 2))[0]; np.lexsort(([1, 2, 3, 0],))
"""


def _parts(text):
    return [part.strip() for line in text.strip().splitlines() for part in line.split("; ")]


def _array(values, dtype):
    return f"np.array({[True, False, True, True] if dtype == 'bool' else values}, dtype={dtype!r})"


def written():
    """The expressions written by hand."""
    return Path(__file__).with_name("integers.txt").read_text().split("\n")[:-1]


def generated():
    """The generated expressions."""
    for dtype, expression in itertools.product(TYPES, _parts(OF_ONE)):
        yield f"(lambda x: {expression})({_array([3, 1, 4, 100], dtype)})"
    for first, second, expression in itertools.product(TYPES, TYPES, _parts(OF_TWO)):
        yield f"(lambda x, y: {expression})({_array([3, 1, 4, 100], first)}, {_array([1, 5, 2, 7], second)})"
    for source, expression in itertools.product(_parts(SOURCES), _parts(OF_ONE)):
        yield f"(lambda x: {expression})(np.asarray({source}))"


EVALUATE = '''
import json
import warnings

import numpy as np

warnings.simplefilter("ignore")


def shown(x):
    """A value with its type; floating-point numbers to nine digits."""
    if isinstance(x, np.ma.MaskedArray):
        return ["masked", x.dtype.str, repr(x.tolist())]
    if isinstance(x, (np.ndarray, np.generic)):
        kind = x.dtype.str if x.dtype.names is None else str(x.dtype.descr)
        name = "scalar" if isinstance(x, np.generic) else type(x).__name__
        values = np.round(x, 9) if x.dtype.kind in "fc" else x
        return [name, kind, list(x.shape), repr(values.tolist())]
    if isinstance(x, np.dtype):
        return ["dtype", x.str if x.names is None else str(x.descr)]
    if isinstance(x, (list, tuple)):
        return [type(x).__name__, *map(shown, x)]
    return [type(x).__name__, f"{x:.9g}" if isinstance(x, float) else repr(x)]


def evaluated(expression):
    try:
        return shown(eval(expression, {"np": np}))
    except Exception as error:
        return ["error", type(error).__name__]


print(json.dumps([evaluated(expression) for expression in EXPRESSIONS]))
'''
"""A program that prints, as JSON, what each of `EXPRESSIONS` is worth."""
