"""Recursion goes as deep as on a normal machine, ends as a `RecursionError`, and leaves no memory behind."""

import re
from pathlib import Path

import pytest

from r1ci_env.sandbox_wasm import SandboxPool

DEEP = "import sys\nsys.setrecursionlimit({limit})\n{code}\nprint(f({depth}))"

FORMS = {
    "cached": "from functools import cache\n@cache\ndef f(n): return n and 1 + f(n - 1)",
    "sum of a generator": "def f(n): return 1 + sum(f(n - 1) for _ in [0]) if n else 0",
    "map": "def f(n): return 1 + list(map(f, [n - 1]))[0] if n else 0",
    "called object": "class F:\n    def __call__(self, n): return n and 1 + self(n - 1)\nf = F()",
    "sorted by": "def f(n): return 1 + len(sorted([0], key=lambda _: f(n - 1))) - 1 if n else 0",
    "missing": "class D(dict):\n    def __missing__(self, n): return n and 1 + self[n - 1]\nf = D().__getitem__",
}


@pytest.mark.parametrize(
    ("form", "limit", "depth"),
    [
        ("cached", 1000, 990),
        ("sum of a generator", 1000, 490),
        ("map", 1000, 980),
        ("called object", 1000, 980),
        ("sorted by", 1000, 300),
        ("missing", 1000, 980),
        ("cached", 20_000, 19_000),
        ("sum of a generator", 20_000, 9_000),
        ("map", 20_000, 19_000),
        ("sorted by", 20_000, 3_000),
        ("cached", 10**6, 25_000),
    ],
)
def test_a_deep_recursion_returns(sandbox, form, limit, depth):
    result = sandbox.run(DEEP.format(limit=limit, code=FORMS[form], depth=depth))
    assert result.ok, result.error
    assert result.stdout.split()[-1] != "RecursionError"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("limit", [1000, 10**9])
def test_a_runaway_recursion_is_a_recursion_error(sandbox, form, limit):
    result = sandbox.run(DEEP.format(limit=limit, code=FORMS[form], depth=10**9))
    assert result.error.startswith("RecursionError: "), result
    assert sandbox.run("print(1)").stdout == "1\n"


@pytest.mark.parametrize(
    "code",
    [
        "x = 2999\nif x < 0: print(0)\n" + "".join(f"elif x == {i}: print('found')\n" for i in range(3000)),
        "x = " + "(" * 199 + "1" + ")" * 199 + "\nprint('found')",
        "x = " + "+".join(["1"] * 2900) + "\nprint('found')",
        "x = ''" + ".replace('a', 'b')" * 1400 + "\nprint('found')",
        "import json\nx = json.loads('[' * 20000 + ']' * 20000)\nassert x == x and repr(x)\nprint('found')",
    ],
    ids=["elif", "brackets", "sum", "methods", "lists"],
)
def test_nested_source_and_data(sandbox, code):
    result = sandbox.run(f"import sys\nsys.setrecursionlimit(100000)\n{code}")
    assert result.stdout == "found\n", result.error


def test_too_many_brackets_are_a_syntax_error(sandbox):
    assert sandbox.run("(" * 250 + ")" * 250).error == "SyntaxError: too many nested parentheses"


def test_a_chain_of_a_million_objects_can_be_freed(sandbox):
    code = "class Link: pass\nhead = None\nfor _ in range(10**6):\n    link = Link(); link.next = head; head = link\n"
    assert sandbox.run(code + "link = head = None\nprint('freed')").stdout == "freed\n"


def test_two_functions_in_turn_end_with_a_short_traceback(sandbox):
    code = "import sys\nsys.setrecursionlimit(20000)\ndef f(n): return g(n + 1)\ndef g(n): return f(n + 1)\nf(0)"
    result = sandbox.run(code)
    assert result.error == "RecursionError: maximum recursion depth exceeded"
    assert len(result.stderr) < 25_000
    assert re.search(r"\n  ... \[\d{4,} frames left out\] ...\n", result.stderr)
    assert result.stderr.endswith(f"\n{result.error}\n")
    assert result.stderr.startswith('Traceback (most recent call last):\n  File "<block>", line 5, in <module>\n')


def test_a_message_of_a_megabyte_is_cut_in_the_middle(sandbox):
    result = sandbox.run("raise ValueError('a' + 'x' * 2**21 + 'b')")
    assert (result.status, len(result.stderr) < 35_000) == ("error", True)
    assert "ValueError: axxx" in result.stderr and result.stderr.endswith("xxxb\n")


DEEP_BLOCKS = [
    "import json\ntry:\n    json.loads('[' * 10**6)\nexcept ValueError:\n    print('deep')",
    f"import sys\nsys.setrecursionlimit(20000)\n{FORMS['cached']}\nprint('deep' if f(19_000) == 19_000 else 'wrong')",
    "head = None\nfor _ in range(10**5): head = [head]\nhead = None\nprint('deep')",
    "def f(n): return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError:\n    print('deep')",
]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells memory by /proc")
def test_the_native_stack_is_given_back(scale, own_workers):
    """A worker's memory is flat over 1,000 deep blocks (with ``R1CI_SANDBOX_PROOF=full``; 20 by default)."""
    with SandboxPool(1, timeout=60) as pool:

        def resident():
            pool.run("print(1)")
            (worker,) = own_workers()
            return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())[1])

        def run_deep_blocks(rounds):
            assert {result.stdout for result in pool.run_many(DEEP_BLOCKS * rounds)} == {"deep\n"}

        run_deep_blocks(2)
        before = resident()
        run_deep_blocks(scale(5, 250))
        assert resident() < before + 20_000
