"""Options are checked where they are given, in the same way by a sandbox, a pool and a block."""

import asyncio
import pickle
from fractions import Fraction

import numpy as np
import pytest

from r1ci_env.sandbox_wasm import Block, Sandbox, SandboxPool


class Text(str):
    """A text of a kind that no other process knows."""

    __slots__ = ()

    def __reduce__(self):
        raise TypeError("not to be pickled")


WRONG_TYPES = [((code,), {}) for code in (None, 5, b"1", bytearray(b"1"), ["1"], object(), lambda: 1)] + [
    (("1",), options)
    for options in (
        {"timeout": "5"},
        {"timeout": True},
        {"timeout": 1j},
        {"timeout": []},
        {"memory": 1e8},
        {"memory": "1"},
        {"memory": True},
        {"seed": 1.5},
        {"seed": None},
        {"seed": "1"},
        {"seed": True},
        {"stdin": b"x"},
        {"stdin": None},
        {"stdin": 5},
        {"files": [("a", b"x")]},
        {"files": "a"},
        {"files": {"a": "text"}},
        {"files": {"a": 5}},
        {"files": {"a": lambda: 1}},
        {"files": {"a": None}},
        {"files": {5: b"x"}},
        {"files": {b"a": b"x"}},
        {"echo": 1},
        {"echo": "no"},
        {"unknown": 1},
    )
]

OUT_OF_RANGE = [
    {"timeout": 0},
    {"timeout": -1},
    {"timeout": float("inf")},
    {"timeout": float("-inf")},
    {"timeout": float("nan")},
    {"timeout": 10**400},
    {"timeout": np.float64("nan")},
    {"memory": 0},
    {"memory": -1},
    {"memory": 1 << 40},
    {"files": {"../a": b"x"}},
    {"files": {"": b"x"}},
    {"files": {"a": b"x", "a/b": b"y"}},
    {"files": {"a": b"x", "/a": b"y"}},
    {"files": {"a\0": b"x"}},
    {"files": {"\ud800": b"x"}},
    {"files": {"usr/local/lib/python315.zip": b"x"}},
    {"files": {"usr/local/lib": b"x"}},
    {"files": {"usr/local/lib/packages.zip": b"x"}},
    {"files": {"dev/null": b"x"}},
    {"files": {"tmp": b"x"}},
]


@pytest.fixture(scope="module")
def workers():
    with SandboxPool(1) as workers:
        yield workers


@pytest.fixture(params=["block", "sandbox", "run", "submit", "arun"])
def take(request, sandbox, workers):
    """Something that takes a source and options."""
    return {
        "block": Block,
        "sandbox": sandbox.run,
        "run": workers.run,
        "submit": workers.submit,
        "arun": lambda *code, **options: asyncio.run(workers.arun(*code, **options)),
    }[request.param]


def test_wrong_types_are_refused_at_the_call(take, workers):
    for arguments, options in WRONG_TYPES:
        with pytest.raises(TypeError):
            take(*arguments, **options)
    assert workers.run("print(1)").stdout == "1\n"


def test_what_is_out_of_range_is_refused_at_the_call(take, workers):
    for options in OUT_OF_RANGE:
        with pytest.raises(ValueError):
            take("1", **options)
    assert workers.run("print(1)").stdout == "1\n"


def test_nothing_of_a_batch_with_a_wrong_block_is_run(workers):
    for wrong in (None, b"1", 5):
        with pytest.raises(TypeError):
            workers.run_many(["print(1)", wrong])
    for wrong in ("print(1)", b"print(1)", None, 5):
        with pytest.raises(TypeError):
            workers.run_many(wrong)
    with pytest.raises(TypeError):
        workers.run_many(["print(1)"], seeds=["a"])
    with pytest.raises(ValueError):
        workers.run_many(["print(1)"], seeds=[])
    assert workers.run("print(1)").stdout == "1\n"


def test_options_beside_a_block_are_refused(workers):
    with pytest.raises(TypeError, match="timeout"):
        workers.run(Block("print(1)"), timeout=3)


@pytest.mark.parametrize("timeout", [6e5, 1e9, 1e300, 10**12, Fraction(5, 2), np.float32(2), np.int64(3)])
def test_any_finite_time_limit_will_do(sandbox, workers, timeout):
    assert sandbox.run("print(1)", timeout=timeout).stdout == "1\n"
    assert workers.run("print(1)", timeout=timeout).stdout == "1\n"
    with SandboxPool(1, timeout=timeout) as other:
        assert other.run("print(1)").stdout == "1\n"


def test_what_is_kept_is_plain(workers):
    block = Block(
        Text("print(input(), open('a').read(), end='')"),
        seed=np.int64(-3),
        timeout=np.float64(2),
        memory=np.int64(64 << 20),
        stdin=Text("x"),
        files={Text("a"): memoryview(b"y")},
    )
    values = [block.code, block.seed, block.timeout, block.memory, block.stdin, *block.files, *block.files.values()]
    assert {type(value) for value in values} <= {str, int, float, bytes}
    assert pickle.loads(pickle.dumps(block)) == block
    assert workers.run(block).stdout == "x y"


def test_files_changed_afterwards_are_not():
    files = {"a": bytearray(b"1")}
    block = Block("1", files=files)
    files["a"][0] = 50
    files["b"] = b""
    assert block.files == {"a": b"1"}


@pytest.mark.parametrize("kind", [Sandbox, SandboxPool])
def test_options_of_sandboxes_and_pools(kind):
    for options in (
        {"timeout": "5"},
        {"memory": 1.5},
        {"max_output": 1.5},
        {"max_output": None},
        {"reuse": 1},
        {"echo": "yes"},
    ):
        with pytest.raises(TypeError, match=next(iter(options))):
            kind(**options)
    for packages in ("scipy", "", None, 1):
        with pytest.raises(ValueError, match="packages must be one of 'base', 'scientific'"):
            kind(packages=packages)


def test_options_of_pools():
    for options in ({"workers": 1.5}, {"workers": "2"}, {"workers": True}, {"recycle_after": 2.0}):
        with pytest.raises(TypeError, match=next(iter(options))):
            SandboxPool(**options)
    for options in ({"workers": 0}, {"workers": -1}, {"recycle_after": 0}):
        with pytest.raises(ValueError, match=next(iter(options))):
            SandboxPool(**options)
