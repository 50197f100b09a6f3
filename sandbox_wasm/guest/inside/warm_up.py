"""Runs once inside the guest when the image is built: everything a block should find imported."""

import datetime
import decimal
import fractions
import importlib
import json
import re

import constraint
import mpmath
import networkx
import numpy
import sortedcontainers
import sympy
import tqdm

ALSO = """
abc argparse array ast asyncio base64 bisect calendar cmath collections colorsys concurrent.futures
contextlib copy csv dataclasses datetime decimal difflib dis enum fractions functools gc glob graphlib gzip
hashlib heapq html inspect io itertools json linecache logging math numbers operator os pathlib pickle
platform pprint queue random re sched secrets shutil sqlite3 statistics string struct sys tempfile textwrap
threading time timeit traceback types typing unicodedata unittest urllib.parse uuid warnings weakref zipfile
zlib zoneinfo
numpy.fft numpy.linalg numpy.polynomial numpy.random
sympy.combinatorics sympy.ntheory sympy.stats sympy.tensor.tensor
"""


def _exercise():
    x = sympy.symbols("x")
    sympy.solve(x**2 - 2, x)
    sympy.integrate(sympy.sin(x) * x, x)
    sympy.factorint(360)
    sympy.Matrix([[1, 2], [3, 4]]).inv()
    str(sympy.diff(sympy.exp(x) / x, x))
    sympy.simplify(sympy.sin(x) ** 2 + sympy.cos(x) ** 2)
    a = numpy.ones((120, 120))
    a @ a
    numpy.linalg.solve(a + numpy.eye(120), a[0])
    numpy.linalg.eig(a[:5, :5])
    numpy.fft.fft(a[0])
    numpy.random.default_rng(0).normal()
    repr(a[:2])
    graph = networkx.path_graph(5)
    networkx.shortest_path(graph, 0, 4)
    list(networkx.topological_sort(networkx.DiGraph([(1, 2)])))
    mpmath.mp.dps = 15
    str(mpmath.mpf(1) / 3)
    datetime.datetime.strptime("2024-03-01 05", "%Y-%m-%d %H").strftime("%A %d %B %Y")
    re.sub(r"(\w+)@(\w+)", r"\2", "a@b")
    json.dumps(json.loads('{"a": [1, 2.5, null]}'))
    decimal.Decimal(1) / 7
    fractions.Fraction(1, 3) + 1
    problem = constraint.Problem()
    problem.addVariables("ab", [1, 2])
    problem.addConstraint(constraint.AllDifferentConstraint())
    problem.getSolutions()
    sortedcontainers.SortedList([3, 1, 2]).add(5)


for name in ALSO.split():
    importlib.import_module(name)
_exercise()
tqdm.tqdm.monitor_interval = 0  # it would warn that it cannot start a thread to look after slow bars
