"""Host functions: whatever numbers a guest passes, they answer or find fault; nothing else gets out."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from r1ci_env.sandbox_wasm import Sandbox
from r1ci_env.sandbox_wasm.run.calls import STOP
from r1ci_env.sandbox_wasm.run.exports import STOP_FLAG
from r1ci_env.sandbox_wasm.run.files import Tree
from r1ci_env.sandbox_wasm.run.host import CHANNEL, STDOUT, GuestFaultError, Host

PARAMETERS = {
    "args_sizes_get": "ii",
    "args_get": "ii",
    "environ_get": "ii",
    "environ_sizes_get": "ii",
    "clock_res_get": "ii",
    "clock_time_get": "iIi",
    "fd_advise": "iIIi",
    "fd_close": "i",
    "fd_fdstat_get": "ii",
    "fd_fdstat_set_flags": "ii",
    "fd_filestat_get": "ii",
    "fd_pread": "iiiIi",
    "fd_prestat_dir_name": "iii",
    "fd_prestat_get": "ii",
    "fd_read": "iiii",
    "fd_readdir": "iiiIi",
    "fd_seek": "iIii",
    "fd_tell": "ii",
    "fd_write": "iiii",
    "path_filestat_get": "iiiii",
    "path_open": "iiiiiIIii",
    "path_readlink": "iiiiii",
    "poll_oneoff": "iiii",
    "proc_exit": "i",
    "random_get": "ii",
}
"""The functions of WASI that do something, and their parameters: i for 32 bits, I for 64."""

SIZE = 1 << 12


class Memory:
    """A guest's memory of its own, with the bounds of the real one."""

    def __init__(self, content):
        self.content = bytearray(content.ljust(SIZE, b"\0"))

    def read(self, at, size):
        self._check(at, size)
        return bytes(self.content[at : at + size])

    def write(self, at, data):
        self._check(at, len(data))
        self.content[at : at + len(data)] = data

    def _check(self, at, size):
        if at < 0 or size < 0 or at + size > SIZE:
            raise GuestFaultError


def numbers(kind):
    bits = 64 if kind == "I" else 32
    edges = [0, 1, 2, 3, 4, 8, 100, CHANNEL, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1]
    return st.sampled_from([edge for edge in edges if edge < 2**bits]) | st.integers(0, 2**bits - 1)


CALLS = st.sampled_from(sorted(PARAMETERS)).flatmap(
    lambda name: st.tuples(st.just(name), st.tuples(*map(numbers, PARAMETERS[name])))
)
FORGED = struct.pack("<IIII", 0, 2**32 - 1, 0, 2**32 - 1)


@given(st.lists(CALLS, max_size=12), st.binary(max_size=200))
@example([("fd_write", (CHANNEL, 0, 2, 64))], FORGED)
@example([("path_open", (3, 0, 0, 1, 0, 0, 0, 0, 64)), ("fd_seek", (4, 2**63 - 1, 1, 64))] * 3, b"a")
@example([("fd_readdir", (3, 0, 100, 2**64 - 1, 64))], b"")
def test_nothing_but_a_fault_gets_out(calls, content):
    tree = Tree()
    tree.add("a", b"content")
    tree.add("b/c", b"")
    host = Host(tree, max_output=100)
    host.attach(Memory(content))
    for name, arguments in calls:
        try:
            answer = getattr(host, f"_{name}")(*arguments)
        except GuestFaultError:
            continue
        assert answer is None or answer == STOP or 0 <= answer < 80
    for text, left_out in host.output():
        assert len(text) < 400 and left_out >= 0


def test_what_is_written_before_the_end_is_counted_and_no_more():
    host = Host(Tree(), max_output=10)
    host.attach(Memory(struct.pack("<IIII", 64, 5, 2**31, 2**32 - 1)))
    with pytest.raises(GuestFaultError):
        host._fd_write(STDOUT, 0, 2, 32)
    assert host.output()[0] == ("\0" * 5, 0)


def test_long_loops_end_with_the_block():
    host = Host(Tree(), max_output=10)
    host.attach(Memory(b""))
    host.give_up()
    assert host._random_get(0, 2**32 - 1) == 27  # interrupted
    host.begin(b"")
    with pytest.raises(GuestFaultError):
        host._random_get(0, 2**32 - 1)


def test_a_guest_is_told_to_stop_only_where_it_runs():
    host, memory = Host(Tree(), max_output=10), Memory(b"")

    def flag():
        return memory.read(STOP_FLAG, 1)

    host.attach(memory)
    host.give_up()  # too early: its memory may still be another one
    assert flag() == b"\0" and host._sched_yield() == STOP
    host.enter()
    assert flag() == b"\1"
    memory.write(STOP_FLAG, b"\0")  # a guest can do that
    host.give_up()
    assert flag() == b"\1"
    host.leave()
    assert flag() == b"\0"
    host.give_up()  # too late
    assert flag() == b"\0"
    host.begin(b"")
    host.enter()
    assert flag() == b"\0" and host._sched_yield() == 0


CLEARS_THE_FLAG = """
import numpy
class Memory:
    __array_interface__ = {'shape': (16,), 'typestr': '|u1', 'data': (4, False), 'version': 3}
memory = numpy.asarray(Memory())
while True:
    memory[:] = 0
"""


@pytest.mark.parametrize("code", ["while True: pass", "import random\nwhile True: random.random()", CLEARS_THE_FLAG])
@pytest.mark.parametrize("timeout", [1e-9, 1e-5, 1e-4, 1e-3, 0.01, 0.2])
def test_a_block_ends_whenever_its_time_is_up(sandbox, code, timeout):
    for _ in range(10):
        result = sandbox.run(code, timeout=timeout)
        assert result.status == "timeout", result
    assert sandbox.run("print(1)").stdout == "1\n"


@pytest.mark.parametrize("persistent", [False, True])
def test_a_block_that_ends_just_in_time_leaves_nothing_behind(persistent):
    with Sandbox(persistent=persistent) as sandbox:
        for step in range(400):
            result = sandbox.run("x = sum(range(3000))", timeout=1e-5 + step * 2e-6)
            assert result.status in ("ok", "timeout")
            assert sandbox.run("print(sum(range(100)))").stdout == "4950\n"
        assert sandbox.run("print(1)").ok


FORGED_WRITE = """
import numpy, math, types
class Mem:
    def __init__(self, at, n):
        self.__array_interface__ = {'shape': (n,), 'typestr': '<u4', 'data': (at, False), 'version': 3}
words = lambda at, n: numpy.asarray(Mem(at, n))
keep = numpy.zeros(64, '<u4')
file = keep.__array_interface__['data'][0]
keep[5] = file - 1 + 2**32 * (file == 0); keep[6] = keep[7] = file; keep[14] = keep[15] = 1000
f = words(id(math.gcd), 8)
old = words(int(f[2]), 4)
new = numpy.array([old[0], FUNCTION, 0x80, 0], '<u4')
f[2] = new.__array_interface__['data'][0]; f[3] = file
math.gcd(1, 2, 3)
"""
"""Calls a function of the guest's table, by its number, with a forged C structure: what hostile code can do."""


@pytest.mark.parametrize("function", [1, 100, 5_000, 20_000, 40_000, 47_142])
def test_a_block_that_calls_what_it_likes_costs_only_itself(function):
    with Sandbox(timeout=5) as sandbox:
        assert sandbox.run(FORGED_WRITE.replace("FUNCTION", str(function))).status in ("crash", "error", "ok")
        assert sandbox.run("print(1)").stdout == "1\n"


def test_reading_the_source_is_linear(sandbox):
    assert sandbox.run("#" * (20 << 20) + "\nprint(5)", timeout=5).stdout == "5\n"
