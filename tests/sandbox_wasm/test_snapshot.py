"""The snapshot is arranged so that a block writes to few pages, and can still free what it needs."""

import mmap
from textwrap import dedent

import pytest

from r1ci_env.sandbox_wasm import Sandbox
from r1ci_env.sandbox_wasm.guest.warm_up_blocks import FAILING, WORKING
from r1ci_env.sandbox_wasm.run import dirty_pages


def test_references_to_what_the_snapshot_holds_are_not_counted(sandbox):
    code = (
        "import collections, json, sys, numpy, sympy\n"
        "things = [json, json.dumps, json.dumps.__code__, json.dumps.__code__.co_consts, collections.OrderedDict,\n"
        "          numpy.float64, numpy.array, sympy.Symbol, sympy.Symbol.__mro__, list, vars(list)['append']]\n"
        "print({sys._is_immortal(thing) for thing in things}, sys._is_immortal([]), sys._is_immortal(object()))\n"
    )
    assert sandbox.run(code).stdout == "{True} False False\n"


def test_the_garbage_collector_copes_with_them(sandbox):
    code = (
        "import gc, json, sympy, weakref\n"
        "gc.unfreeze()\n"
        "class Node: pass\n"
        "node = Node(); node.me = node; gone = weakref.ref(node); del node\n"
        "gc.collect(); gc.collect()\n"
        "print(gone(), json.dumps([1]), sympy.factor('x**2 - 1'))\n"
    )
    for _ in range(2):
        assert sandbox.run(code).stdout == "None [1] (x - 1)*(x + 1)\n"


@pytest.mark.skipif(dirty_pages.way_to_tell() is None, reason="this kernel cannot tell written pages apart")
@pytest.mark.parametrize(
    ("code", "pages"),
    [("print(1)", 60), ("from collections import Counter\nprint(Counter('abc').most_common(1))", 100), ("1 / 0", 120)],
)
def test_a_small_block_writes_to_few_pages(code, pages):
    with Sandbox() as sandbox:
        for _ in range(2):
            sandbox.run(code)
        written = sandbox._instance._dirty._written_size / mmap.PAGESIZE
        assert 0 < written <= pages


@pytest.mark.parametrize("size", [80, 90, 95, 100, 110])
def test_memory_that_is_used_up_to_the_last_byte_is_reported(size):
    with Sandbox(memory=64 << 20) as sandbox:
        result = sandbox.run(f"x = {{}}\ni = 0\nwhile True:\n    x[i] = str(i) * {size}\n    i += 1\n")
        assert result.status == "memory"
        assert result.error == "MemoryError"


@pytest.mark.parametrize("blocks", [WORKING, FAILING], ids=["working", "failing"])
def test_the_warm_up_does_what_it_says(sandbox, blocks):
    results = [sandbox.run(dedent(block)) for block in blocks]
    assert [result.stderr for result in results if result.ok != (blocks is WORKING)] == []
