"""What is not there says so in one line, without frames of the library."""

import pytest

THERE_IS = "Nothing can be installed; there are the standard library, numpy, sympy, networkx, mpmath, constraint, "
PROCESSES = "No processes can be started in this sandbox: call the functions directly, one after the other."
THREADS = PROCESSES.replace("processes", "threads")
SIGNALS = "There are no signals and timers in this sandbox: a block that runs too long is stopped by itself."
NETWORK = "There is no network in this sandbox."


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("import pandas as pd", f"'pandas' is not in this sandbox. {THERE_IS}"),
        ("from z3 import *", f"'z3' is not in this sandbox. {THERE_IS}"),
        ("import scipy.optimize", f"'scipy' is not in this sandbox. {THERE_IS}"),
        ("def f():\n    import ortools.sat\nf()", f"'ortools' is not in this sandbox. {THERE_IS}"),
        ("import networkx\nnetworkx.pagerank(networkx.path_graph(3))", f"'scipy' is not in this sandbox. {THERE_IS}"),
        ("import tkinter", "'tkinter' of the standard library is not in this sandbox."),
        ("import resource", "'resource' of the standard library is not in this sandbox."),
        ("x = 1\n!pip install z3-solver", "Lines such as '!pip' are for notebooks and shells: this is plain Python. "),
        (
            "%matplotlib inline\nx = 1",
            "Lines such as '%matplotlib' are for notebooks and shells: this is plain Python. ",
        ),
        ("%%time\nx = 1", "Lines such as '%%time' are for notebooks and shells: this is plain Python. "),
        ("pip install sympy", "Lines such as 'pip' are for notebooks and shells: this is plain Python. "),
        ("import multiprocessing\nwith multiprocessing.Pool(2) as pool: pool.map(abs, [1])", PROCESSES),
        ("import multiprocessing as m\np = m.Process(target=print)\np.start()", PROCESSES),
        ("import multiprocessing as m\nm.Queue()", PROCESSES),
        ("from concurrent.futures import ProcessPoolExecutor as P\nP().map(abs, [1])", PROCESSES),
        ("import subprocess\nsubprocess.run(['ls'])", PROCESSES),
        ("import subprocess\nsubprocess.check_output('ls', shell=True)", PROCESSES),
        ("import os\nos.system('ls')", PROCESSES),
        ("import os\nos.popen('ls')", PROCESSES),
        ("import os\nos.fork()", PROCESSES),
        ("import threading\nthreading.Thread(target=print).start()", THREADS),
        ("from concurrent.futures import ThreadPoolExecutor as P\nlist(P().map(abs, [1]))", THREADS),
        ("import _thread\n_thread.start_new_thread(print, ())", THREADS),
        ("import threading\nthreading.Timer(1, print).start()", THREADS),
        ("import signal\nsignal.alarm(1)", SIGNALS),
        ("import signal\nsignal.signal(signal.SIGALRM, lambda *_: 0)\nsignal.alarm(5)", SIGNALS),
        ("import signal\nsignal.setitimer(signal.ITIMER_REAL, 1)", SIGNALS),
        ("import socket\nsocket.create_connection(('example.org', 80))", NETWORK),
        ("import urllib.request\nurllib.request.urlopen('http://example.org')", NETWORK),
        ("import urllib.request\nurllib.request.urlopen('https://example.org')", NETWORK),
        ("import http.client\nhttp.client.HTTPConnection('example.org').request('GET', '/')", NETWORK),
    ],
)
def test_one_line_says_what_is_missing(sandbox, code, line):
    result = sandbox.run(code)
    assert result.status == "error"
    last = result.stderr.strip().splitlines()[-1]
    assert last == line or (line.endswith(" ") and last.startswith(line)), result.stderr
    if line in (PROCESSES, THREADS, SIGNALS, NETWORK):
        assert "python315.zip" not in result.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import numpy.nonsense",
        "from math import nonsense",
        "raise RuntimeError('x')",
        "raise OSError('x')",
        "import os\nos.nonsense",
        "x = 5 % \n",
        "import threading\nthreading.Thread().join()",
        "import urllib.parse\nurllib.parse.urlsplit('http://[')",
        "import json\njson.loads('{')",
        "raise ModuleNotFoundError('x')",
        "class E(AttributeError): pass\nraise E",
        "class M(ModuleNotFoundError):\n    name = property(lambda self: 1 / 0)\nraise M",
    ],
)
def test_nothing_is_said_of_other_errors(sandbox, code):
    result = sandbox.run(code)
    assert result.status == "error"
    assert "sandbox" not in result.stderr and "plain Python" not in result.stderr


def test_waiting_for_another_thread_is_told_apart_from_waiting(sandbox):
    code = (
        "import queue, threading, time\n"
        "began = time.time(); print(threading.Event().wait(2), time.time() - began >= 2)\n"
        "try: queue.Queue().get(timeout=1)\n"
        "except queue.Empty: print('empty')\n"
        "threading.Event().wait()\n"
    )
    result = sandbox.run(code)
    assert result.stdout == "False True\nempty\n"
    assert result.error.startswith("RuntimeError: deadlock: this waits for another thread")


def test_a_progress_bar_does_not_warn(sandbox):
    result = sandbox.run("from tqdm import tqdm\nprint(sum(tqdm(range(3))))")
    assert result.stdout == "3\n"
    assert "Warning" not in result.stderr


def test_small_packages(sandbox):
    code = (
        "from constraint import *\nfrom sortedcontainers import SortedDict, SortedList\n"
        "problem = Problem()\nproblem.addVariables('abc', [1, 2, 3])\nproblem.addConstraint(AllDifferentConstraint())\n"
        "problem.addConstraint(lambda a, b: a < b, ('a', 'b'))\n"
        "problem.addConstraint(ExactSumConstraint(4), ('b', 'c'))\n"
        "print(sorted(sorted(s.items()) for s in problem.getSolutions()))\n"
        "print(list(SortedList([3, 1, 2])), SortedDict(b=1, a=2).peekitem(0))\n"
    )
    printed = "[[('a', 2), ('b', 3), ('c', 1)]]\n[1, 2, 3] ('a', 2)\n"
    assert sandbox.run(code).stdout == printed
