"""The fast path gives what a fresh instance gives, and puts the memory back byte for byte."""

import ctypes

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from r1ci_env.sandbox_wasm import Sandbox
from r1ci_env.sandbox_wasm.run import dirty_pages
from r1ci_env.sandbox_wasm.run.instance import Instance
from r1ci_env.sandbox_wasm.run.written_pages import PagemapScan, PagemapTable

pytestmark = pytest.mark.skipif(dirty_pages.way_to_tell() is None, reason="this kernel cannot tell written pages apart")

_libc = ctypes.CDLL(None)
_libc.memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]

MODULES = ["math", "json", "random", "os", "sys", "re", "collections", "numpy", "sympy", "decimal", "builtins"]
NAMES = ["a", "b", "c", "data"]
VALUES = [
    "0", "-7", "10**30", "1.5", "'text'", "'é' * 300", "b'\\xff' * 5000", "[1, 2, 3]", "{'k': [1]}", "None",
    "set(range(50))", "list(range(3000))", "[[] for _ in range(500)]", "bytes(3_000_000)", "lambda x: x",
    "random.random()", "os.urandom(8)", "time.time()", "numpy.arange(1000).reshape(10, 100)", "numpy.random.rand(3)",
    "sympy.Symbol('x') ** 2 + 1", "decimal.Decimal(1) / 7", "object()", "iter([1, 2])", "(x for x in range(9))",
]  # fmt: skip
STATEMENTS = [
    "{n} = {v}",
    "print({n})",
    "print(repr({v})[:200])",
    "print(hash(str({v})), id({n}) % 64)",
    "{n} = [{n}, {v}]",
    "del {n}",
    "print(len({n}))",
    "{n}.append({v})",
    "{n} = sorted(map(str, {n}))",
    "for i in range({i}):\n    {n} = i * {i}\nprint({n})",
    "def {n}(x, depth=0):\n    return x if depth > {i} else {n}(x, depth + 1)\nprint({n}({v}) is None)",
    "class {n}:\n    value = {v}\n    def __repr__(self):\n        return str(type(self.value))\nprint({n}())",
    "try:\n    {n}()\nexcept Exception as error:\n    print(type(error).__name__, error)",
    "import {m}",
    "import {m} as {n}",
    "{m}.{n} = {v}",
    "print(sorted(dir({m}))[:5])",
    "sys.modules.pop({m!r}, None)",
    "random.seed({i}); print(random.sample(range(100), 5))",
    "numpy.random.seed({i}); print(numpy.random.randint(0, 99, 4))",
    "decimal.getcontext().prec = {i} + 1",
    "sys.setrecursionlimit(100 + {i})",
    "gc.collect()",
    "gc.disable()",
    "builtins.print = lambda *a: None",
    "builtins.{n} = {v}",
    "sys.stdout.write(str({v})[:50])",
    "sys.stderr.write('error text\\n')",
    "sys.stdout = sys.stderr",
    "os.close({i} % 5)",
    "os.environ['X'] = 'y'",
    "os.write(1, b'direct\\n')",
    "print(input())",
    "time.sleep({i}); print(time.monotonic())",
    "print(open('notes.txt').read())",
    "sys.exit({i} % 3)",
    "os._exit({i} % 3)",
    "raise ValueError({v})",
    "1 / 0",
    "atexit.register(print, 'bye')",
    "{n} = bytearray({i} << 20)",
    "{n} = [bytes(1 << 16) for _ in range({i} * 8)]",
    "numpy.ones(({i}, 1000)) @ numpy.ones((1000, {i}))",
    "print(sympy.expand((sympy.Symbol('x') + {i}) ** 3))",
    "import asyncio\nasync def main():\n    await asyncio.sleep({i})\n    return {i}\nprint(asyncio.run(main()))",
    "exec('x = ' + repr({i}), globals()); print(x)",
    "this is not Python",
]
PRELUDE = "import atexit, builtins, decimal, gc, os, random, sys, time, numpy, sympy\n"

statements = st.builds(
    lambda text, n, v, m, i: text.format(n=n, v=v, m=m, i=i),
    st.sampled_from(STATEMENTS),
    st.sampled_from(NAMES),
    st.sampled_from(VALUES),
    st.sampled_from(MODULES),
    st.integers(0, 40),
)
sources = st.lists(statements, min_size=1, max_size=6).map(lambda lines: PRELUDE + "\n".join(lines) + "\n")


def outcome(result):
    return (result.stdout, result.stderr, result.error, result.exit_code, result.status, result.truncated)


def equals_snapshot(instance):
    snapshot = instance._snapshot
    source = ctypes.addressof(ctypes.c_char.from_buffer(snapshot.view))
    return _libc.memcmp(instance.memory.address, source, snapshot.size) == 0


@pytest.fixture(scope="module")
def fresh():
    with Sandbox(reuse=False) as sandbox:
        yield sandbox


@pytest.fixture(scope="module", params=[PagemapScan, PagemapTable])
def reused(request):
    if not dirty_pages.works(request.param):
        pytest.skip(f"this kernel does not offer {request.param.__name__}")
    with pytest.MonkeyPatch.context() as patch, Sandbox() as sandbox:
        patch.setattr(dirty_pages, "way_to_tell", lambda: request.param)
        yield sandbox


def test_generated_programs(reused, fresh, scale):
    restored = 0

    @settings(
        max_examples=scale(250, 10_000),
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sources)
    def check(source):
        nonlocal restored
        options = {"seed": len(source) % 3, "stdin": "line\n", "files": {"notes.txt": b"notes"}}
        assert outcome(reused.run(source, **options)) == outcome(fresh.run(source, **options)), source
        if reused._instance is not None:
            restored += 1
            assert equals_snapshot(reused._instance), source

    check()
    assert restored > scale(250, 10_000) // 3


def test_the_memory_comparison_can_fail(reused):
    assert reused.run("x = 1").ok
    instance = reused._instance
    assert equals_snapshot(instance)
    address = instance.memory.address + 30_000_000
    before = ctypes.string_at(address, 1)
    instance.memory.write(30_000_000, bytes([before[0] ^ 1]))
    assert not equals_snapshot(instance)
    instance._dirty.restore()
    assert equals_snapshot(instance)


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import os; os._exit(3)",
        "import os; os.abort()",
        "x = bytes(100 << 20)",
        "print('x' * 2_000_000)",
    ],
    ids=["deadline", "exit", "crash", "growth", "output"],
)
def test_an_instance_that_cannot_be_trusted_is_not_used_again(code):
    with Sandbox(timeout=0.3) as sandbox:
        sandbox.run("pass")
        assert isinstance(sandbox._instance, Instance)
        sandbox.run(code, timeout=3 if "bytes" in code else None)
        assert sandbox._instance is None
        assert sandbox.run("print(1)").stdout == "1\n"


def test_many_written_pages_are_given_back(reused):
    for _ in range(3):
        result = reused.run("x = bytes(b'x' * (40 << 20)); print(len(x))")
        assert result.stdout == f"{40 << 20}\n"
        assert equals_snapshot(reused._instance)


def test_relearning_keeps_the_memory_equal(reused):
    for _ in range(2 * dirty_pages.RELEARN_AFTER):
        assert reused.run("print(1)").stdout == "1\n"
    assert equals_snapshot(reused._instance)


def test_without_kernel_support_every_block_gets_a_fresh_instance(monkeypatch):
    monkeypatch.setattr(dirty_pages, "way_to_tell", lambda: None)
    with Sandbox() as sandbox:
        for _ in range(3):
            assert sandbox.run("import builtins; print(hasattr(builtins, 'x')); builtins.x = 1").stdout == "False\n"
            assert sandbox._instance is None
