"""What a block can see and do, and the rest of `Sandbox`."""

import gc
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from r1ci_env.sandbox_wasm import Sandbox, SandboxClosedError, shared_sandbox
from r1ci_env.sandbox_wasm.run.host import GuestMemory

# Input, files and output.


def test_standard_input(sandbox):
    result = sandbox.run("print(input('? ') + input())\nimport sys; print(sys.stdin.read())", stdin="a\nb\nrest\n")
    assert result.stdout == "? ab\nrest\n\n"


def test_end_of_input(sandbox):
    assert sandbox.run("input()").error == "EOFError: EOF when reading a line"


def test_files(sandbox):
    files = {"data.csv": b"a,b\n1,2\n", "/deep/er/x.bin": bytes(range(256)) * 5000}
    code = (
        "import csv, os, pathlib\n"
        "print(list(csv.DictReader(open('data.csv'))))\n"
        "data = open('/deep/er/x.bin', 'rb').read(); print(len(data), data[:3], data[-1])\n"
        "print(sorted(os.listdir('/')), os.path.isdir('deep'), os.path.getsize('deep/er/x.bin'))\n"
        "print([p.name for p in pathlib.Path('deep').rglob('*')])\n"
        "f = open('/deep/er/x.bin', 'rb'); f.seek(-2, 2); print(f.read(), f.tell())\n"
    )
    assert sandbox.run(code, files=files).stdout == (
        "[{'a': '1', 'b': '2'}]\n1280000 b'\\x00\\x01\\x02' 255\n"
        "['data.csv', 'deep', 'dev', 'tmp', 'usr'] True 1280000\n"
        "['er', 'x.bin']\nb'\\xfe\\xff' 1280000\n"
    )
    assert sandbox.run("open('data.csv')").error.startswith("FileNotFoundError")


def test_files_are_read_only(sandbox):
    for mode in ("w", "a", "r+", "x"):
        result = sandbox.run(f"open('data.txt', {mode!r}).write('x')", files={"data.txt": b"1"})
        assert result.error.startswith("OSError: [Errno 69] Read-only file system"), mode


def test_many_files_are_listed_whole(sandbox):
    names = [f"file-{number:04d}-with-quite-a-long-name.txt" for number in range(700)]
    result = sandbox.run("import os; print(*sorted(os.listdir('d')))", files={f"d/{name}": b"" for name in names})
    assert result.stdout.split() == names


@pytest.mark.parametrize("path", ["", "/", "../x", "a/../b", "a\0b", "usr/local/lib/python315.zip", "usr/local/lib"])
def test_file_paths_that_are_refused(sandbox, path):
    with pytest.raises(ValueError):
        sandbox.run("pass", files={path: b""})
    assert sandbox.run("print(1)").stdout == "1\n"


def test_files_do_not_reach_the_library(sandbox):
    files = {"usr/local/lib/extra.txt": b"x"}
    assert sandbox.run("import os; print(os.listdir('/usr/local/lib'))", files=files).stdout.count("extra") == 1
    assert sandbox.run("import os; print(os.listdir('/usr/local/lib'))").stdout.count("extra") == 0


def test_modules_can_be_given_as_files(sandbox):
    files = {"helper.py": b"def double(x):\n    return 2 * x\n"}
    assert sandbox.run("import helper; print(helper.double(4))", files=files).stdout == "8\n"


def test_unicode_and_binary_output(sandbox):
    result = sandbox.run("import sys; print('é日🎉'); sys.stdout.flush(); sys.stdout.buffer.write(b'\\xff\\x00')")
    assert result.stdout == "é日🎉\n\ufffd\0"


def test_a_source_with_surrogates(sandbox):
    assert sandbox.run("print('\ud800')").error.startswith("UnicodeEncodeError")


def test_windows_line_ends_and_byte_order_mark(sandbox):
    result = sandbox.run("\ufeffx = 1\r\nif x:\r\n    print('yes')\r\n1 / 0\r\n")
    assert result.stdout == "yes\n"
    assert "line 4, in <module>\n    1 / 0\n" in result.stderr


def test_both_streams(sandbox):
    result = sandbox.run("import sys; print('out'); print('err', file=sys.stderr)")
    assert (result.stdout, result.stderr) == ("out\n", "err\n")


def test_long_standard_input(sandbox):
    text = "".join(f"{number}\n" for number in range(300_000))
    code = "import sys; print(sum(int(line) for line in sys.stdin))"
    assert sandbox.run(code, stdin=text).stdout == f"{sum(range(300_000))}\n"


def test_what_was_printed_before_the_end_is_kept(sandbox):
    for end in ("while True: pass", "import os; os._exit(1)", "import os; os.abort()"):
        assert sandbox.run(f"print('before')\n{end}", timeout=0.3).stdout == "before\n"


def test_echo():
    with Sandbox(echo=True) as sandbox:
        assert sandbox.run("x = 20\nx + 1").stdout == "21\n"
        assert sandbox.run("'text'").stdout == "'text'\n"
        assert sandbox.run("None").stdout == sandbox.run("x = 1").stdout == sandbox.run("").stdout == ""
        assert sandbox.run("1 / 0").error == "ZeroDivisionError: division by zero"


SHOWN = {
    "x = 20\nx + 1": "21\n",
    "x = 20; x + 1": "21\n",
    "x = 1\nx;": "1\n",
    "(1 +\n2)": "3\n",
    "sum(x\nfor x in (1, 2)\n)": "3\n",
    "[\n1,\n2\n]  # all": "[1, 2]\n",
    "len('''\nfor''')": "4\n",
    "1 + \\\n2": "3\n",
    "print(1)\n'text'\n\n# end\n": "1\n'text'\n",
    "def f(x=1):\n    return x\nf(x=3)\n": "3\n",
    "lambda x=1: x": "<function <lambda> at",
    "(y := 5)": "5\n",
    "x = [1]\r\nx[0] == 1": "True\n",
    "\n\n7": "7\n",
    "from __future__ import annotations\n8": "8\n",
    "x = {'a': 1}\nx['a']": "1\n",
}
NOT_SHOWN = [
    "",
    "# nothing",
    "None",
    "x = 1",
    "x = (\n1\n+ 2\n)",
    "x = '''\n5'''",
    "x = 1 + \\\n2",
    "if True:\n    5",
    "if False:\n    5\nelse:\n    6",
    "for x in range(3):\n    x",
    "x = [0]; x[0] = 5",
    "x = [0]\nx[0] += 5",
    "x: int = 5",
    "import os",
    "def f():\n    5",
    "5 if 0 else None",
]
WRONG = [
    "x = (",
    "1 +",
    "  x",
    "x = 1\n 2",
    "'\\d'\n1 / 0",
    "x = '\\d'",
    "1\n2\n(3).real()",
    "f(\n1\n",
    "x\n\0",
    "yield 1",
    "\n1 /\\\n0",
    "class A:\n    def f(self): return 1 / 0\n\nA(\n).f()",
]


def test_the_value_of_a_last_expression_is_shown(sandbox):
    for code, shown in SHOWN.items():
        assert sandbox.run(code, echo=True).stdout.startswith(shown), code
        assert sandbox.run(code).stdout == ("1\n" if "print" in code else ""), code
    for code in NOT_SHOWN:
        result = sandbox.run(code, echo=True)
        assert (result.stdout, result.stderr, result.status) == ("", "", "ok"), code


def test_what_fails_fails_in_the_same_way_with_echo(sandbox):
    for code in WRONG:
        plain, shown = sandbox.run(code), sandbox.run(code, echo=True)
        assert (plain.stderr, plain.error, plain.status) == (shown.stderr, shown.error, shown.status), code


def test_missing_packages_are_simply_missing(sandbox):
    assert sandbox.run("import scipy").error == "ModuleNotFoundError: No module named 'scipy'"
    assert "\nModuleNotFoundError: No module named 'scipy'\n" in sandbox.run("import scipy").stderr


def test_lazily_imported_library_modules(sandbox):
    code = "import tarfile, mailbox, sympy.physics.units, networkx.algorithms.isomorphism; print('ok')"
    assert sandbox.run(code).stdout == "ok\n"


def test_introspection_of_the_block(sandbox):
    code = (
        "import inspect, pickle\nclass A:\n    def f(self): return 1\n"
        "print(inspect.getsource(A.f), pickle.loads(pickle.dumps(A())).f())"
    )
    assert sandbox.run(code).stdout == "    def f(self): return 1\n 1\n"


# Randomness, clock, sameness.

DRAW = (
    "import os, random, uuid, secrets, time, numpy\n"
    "print(random.random(), os.urandom(3), uuid.uuid4(), secrets.token_hex(3), time.time())\n"
    "print(hash('text'), id(object()))\n"
    "print(numpy.random.rand(), numpy.random.default_rng().random())"
)


def test_the_same_seed_draws_the_same(sandbox):
    assert sandbox.run(DRAW, seed=3).stdout == sandbox.run(DRAW, seed=3).stdout
    assert sandbox.run(DRAW).stdout == sandbox.run(DRAW, seed=0).stdout


def test_another_seed_draws_something_else(sandbox):
    first, second = (sandbox.run(DRAW, seed=seed).stdout.split() for seed in (1, -2))
    different = [index for index, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]]
    assert {0, 1, 2, 3, len(first) - 2, len(first) - 1} <= set(different)


def test_the_same_in_another_process(sandbox):
    code = f"from r1ci_env.sandbox_wasm import Sandbox; print(Sandbox().run({DRAW!r}, seed=9).stdout, end='')"
    environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert other.stdout == sandbox.run(DRAW, seed=9).stdout


def test_sleeping_takes_no_time_but_moves_the_clock(sandbox):
    code = "import time as t; a, b = t.time(), t.monotonic(); t.sleep(5e6); print(t.time() - a, t.monotonic() - b)"
    slept = [float(text) for text in sandbox.run(code, timeout=5).stdout.split()]
    assert slept == pytest.approx([5e6, 5e6], abs=1)


def test_a_loop_that_waits_for_the_clock_ends(sandbox):
    result = sandbox.run("import time\nend = time.time() + 3\nwhile time.time() < end: pass\nprint('done')")
    assert result.stdout == "done\n"


def test_asyncio(sandbox):
    code = (
        "import asyncio\n"
        "async def f(n):\n    await asyncio.sleep(n)\n    print(n)\n    return n * 2\n"
        "async def main():\n    return await asyncio.gather(f(3), f(1), f(2))\n"
        "print(asyncio.run(main()))"
    )
    assert sandbox.run(code).stdout == "1\n2\n3\n[6, 2, 4]\n"


# Limits.


def test_memory_limit_of_one_run(sandbox):
    code = "x = bytes(100 << 20); print(len(x))"
    assert sandbox.run(code).stdout == f"{100 << 20}\n"
    assert sandbox.run(code, memory=64 << 20).status == "memory"
    assert sandbox.run(code).ok
    assert sandbox.run("x = bytes(500 << 20)", memory=700 << 20).ok


def test_memory_error_can_be_caught(sandbox):
    assert sandbox.run("try:\n    bytes(1 << 30)\nexcept MemoryError:\n    print('caught')").stdout == "caught\n"


def test_no_memory_left_to_report_with(sandbox):
    result = sandbox.run("x = []\nwhile True: x.append(str(len(x)) * 9)", timeout=60, memory=64 << 20)
    assert (result.status, result.error) == ("memory", "MemoryError")
    assert "MemoryError" in result.stderr


def test_exit_codes(sandbox):
    expected = {
        "sys.exit()": ("ok", 0),
        "sys.exit(3)": ("exit", 3),
        "sys.exit('no')": ("exit", 1),
        "quit(4)": ("exit", 4),
    }
    for code, ending in expected.items():
        result = sandbox.run(f"import sys; {code}")
        assert (result.status, result.exit_code) == ending, code
    assert sandbox.run("import sys; sys.exit('no')").stderr == "no\n"


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": float("inf")},
        {"timeout": float("nan")},
        {"memory": 0},
        {"memory": 1 << 40},
    ],
)
def test_limits_out_of_range(sandbox, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        sandbox.run("pass", **options)
    with pytest.raises(ValueError, match=next(iter(options))):
        Sandbox(**options)


def test_max_output_out_of_range():
    with pytest.raises(ValueError, match="max_output"):
        Sandbox(max_output=-1)


# Persistence.


def test_persistent_state():
    with Sandbox(persistent=True, timeout=0.5) as notebook:
        notebook.run("import math\nx = 41\ndef f(): return x + 1")
        assert notebook.run("print(f(), math.pi > 3)").stdout == "42 True\n"
        assert notebook.run("x = 1; 1 / 0").status == "error"
        assert notebook.run("print(x)").stdout == "1\n"
        assert notebook.run("import sys; sys.exit(3)").exit_code == 3
        assert notebook.run("print(x)").stdout == "1\n"


def test_persistent_clock_and_randomness_go_on():
    with Sandbox(persistent=True) as notebook:
        notebook.run("import os, time; first = os.urandom(8); start = time.time()")
        assert notebook.run("print(first != os.urandom(8), time.time() > start)").stdout == "True True\n"


def test_persistent_state_is_lost_with_a_killed_block():
    with Sandbox(persistent=True, timeout=0.3) as notebook:
        notebook.run("x = 1")
        assert notebook.run("while True: pass").status == "timeout"
        assert notebook.run("print('x' in globals())").stdout == "False\n"


def test_reset():
    with Sandbox(persistent=True) as notebook:
        notebook.run("x = 1")
        notebook.reset()
        assert notebook.run("print('x' in globals())").stdout == "False\n"


def test_persistent_interpreters_are_apart():
    with Sandbox(persistent=True) as first, Sandbox(persistent=True) as second:
        first.run("x = 1")
        second.run("x = 2")
        assert (first.run("print(x)").stdout, second.run("print(x)").stdout) == ("1\n", "2\n")


# Life in the host process.


def test_threads_take_turns(sandbox):
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda n: sandbox.run(f"print({n}, 'x' in globals()); x = {n}").stdout, range(60)))
    assert results == [f"{n} False\n" for n in range(60)]


def test_from_a_thread_with_a_small_stack():
    results = []
    previous = threading.stack_size(256 << 10)
    try:
        deep = "def f(n): return f(n + 1)\nf(0)"
        thread = threading.Thread(target=lambda: results.append(shared_sandbox().run(f"{deep}\n")))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(previous)
    assert results[0].error.startswith("RecursionError")


INTERRUPTED = """
import os, signal, threading
from r1ci_env.sandbox_wasm import Sandbox
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored
sandbox = Sandbox()
sandbox.run("pass")
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    sandbox.run("while True: pass", timeout=500)
except KeyboardInterrupt:
    print("interrupted", sandbox.run("print(1)").stdout)
"""


def test_ctrl_c():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=200)
    assert done.stdout == "interrupted 1\n\n", done.stderr


def test_after_a_fork(sandbox):
    assert sandbox.run("print(1)").ok
    shared = shared_sandbox()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            works = sandbox.run("print(2)").stdout == "2\n" and shared_sandbox().run("print(3)").stdout == "3\n"
            status = 0 if works and shared_sandbox() is not shared else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert sandbox.run("print(4)").stdout == "4\n"
    assert shared_sandbox() is shared


def test_pickled():
    with Sandbox(timeout=3, max_output=50, persistent=True) as sandbox, pickle.loads(pickle.dumps(sandbox)) as twin:
        assert (twin.timeout, twin.max_output, twin.persistent) == (3, 50, True)
        assert twin.run("print(1)").stdout == "1\n"


def test_closed():
    sandbox = Sandbox()
    sandbox.close()
    sandbox.close()
    with pytest.raises(SandboxClosedError):
        sandbox.run("print(1)")


def test_closing_frees_descriptors():
    Sandbox().close()
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with Sandbox() as sandbox:
            sandbox.run("print(1)")
    del sandbox
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before


def test_an_error_of_the_host_is_a_crash_of_the_block(monkeypatch):
    with Sandbox() as sandbox:
        monkeypatch.setattr(GuestMemory, "write", lambda *_: 1 / 0)
        result = sandbox.run("print(1)")
        assert (result.status, result.exit_code) == ("crash", 134)
        assert "ZeroDivisionError" in result.error
        monkeypatch.undo()
        assert sandbox.run("print(1)").stdout == "1\n"
