"""Hostile programs end as they should, and leave nothing behind for the next block."""

import json
import re
from pathlib import Path

import pytest

from r1ci_env.sandbox_wasm import Sandbox

CANARY = (
    "import builtins, gc, json, math, os, random, sys, time, numpy, sympy\n"
    "print(json.dumps([1]), len(sys.modules), len(vars(builtins)), sorted(globals()), os.listdir('/'), math.pi)\n"
    "print(random.random(), os.urandom(4), time.time(), numpy.random.rand(), sys.getrecursionlimit(), gc.isenabled())\n"
    "print(sympy.factor('x**2 - 1'), sys.argv, sys.path, dict(os.environ), input())\n"
)


def corpus():
    text = Path(__file__).with_name("hostile.txt").read_text()
    for part in re.split(r"(?m)^## ", text)[1:]:
        category, _, programs = part.partition("\n")
        for number, program in enumerate(re.split(r"(?m)^%%\n", programs)):
            verdict, _, code = program.partition("\n")
            yield pytest.param(verdict.removeprefix("#> "), code, id=f"{category} {number}")


CORPUS = list(corpus())


@pytest.fixture(scope="module")
def small_sandbox():
    with Sandbox(memory=128 << 20, timeout=0.4) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def canary():
    """What the canary prints where nothing else has ever run."""
    with Sandbox() as sandbox:
        result = sandbox.run(CANARY, stdin="line\n")
    assert result.ok, result.stderr
    return result.stdout


def fits(result, verdict):
    status, _, detail = verdict.partition(" ")
    if status == "any":
        return True
    if status != result.status:
        return False
    if status == "error":
        return result.error.partition(":")[0] == detail
    if status == "exit":
        return result.exit_code == int(detail)
    return not detail or result.stdout == json.loads(detail)


def test_the_corpus_is_large_enough():
    codes = [param.values[1] for param in CORPUS]
    assert len(set(codes)) == len(codes) >= 300


@pytest.mark.parametrize("verdict, code", CORPUS)
def test_verdict(small_sandbox, canary, verdict, code):
    result = small_sandbox.run(code, stdin="first\nsecond\n")
    assert any(fits(result, alternative) for alternative in verdict.split(" | ")), (verdict, result)
    assert len(result.stdout.encode()) + len(result.stderr.encode()) <= 3 * small_sandbox.max_output
    assert small_sandbox.run(CANARY, stdin="line\n", timeout=5).stdout == canary
