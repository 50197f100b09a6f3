"""numpy counts with 64 bits in the sandbox, as it does in this Python: the same values of the same types."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from r1ci_env.sandbox_wasm import Sandbox, image_status

EXPRESSIONS = runpy.run_path(str(Path(__file__).with_name("integer_expressions.py")))

KNOWN = {
    r"np\.dtype\('[lLp]'\)": "the letters of C's long and of pointers, which have 32 bits on wasm32",
    r".*eigvals.*": "numpy 2.5 gives complex numbers, numpy 2.4 real ones",
    r".*np\.where\(x > 1, x, 2\*\*40\).*": "a number too large for the array is refused; natively it becomes 0",
    r".*RandomState\(.*\)\.poisson\(.*": "a mean above 2**31 is refused: the C code has longs of 32 bits",
}
"""The expressions that may differ, and why; none of them is a wrong value."""


def worth(expressions, run):
    """What expressions are worth where `run` runs a program."""
    return json.loads(run(f"EXPRESSIONS = {expressions!r}\n{EXPRESSIONS['EVALUATE']}"))


def on_the_host(program):
    done = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("packages", ["base", "scientific"])
def test_expressions_are_worth_what_they_are_on_a_64_bit_system(scale, packages):
    if packages != "base" and image_status(verify=False, packages=packages).state != "ready":
        pytest.skip(f"there is no image yet: r1ci sandbox build --packages {packages}")
    expressions = [*EXPRESSIONS["written"](), *list(EXPRESSIONS["generated"]())[:: scale(6, 1)]]
    with Sandbox(max_output=16 << 20, timeout=120, packages=packages) as sandbox:
        there = worth(expressions, lambda program: sandbox.run(program).stdout)
    here = worth(expressions, on_the_host)
    different = [each for each in zip(expressions, here, there, strict=True) if each[1] != each[2]]
    known = [*KNOWN, r".*np\.intp.*"] if packages == "scientific" else KNOWN  # their compiled code needs it as it is
    unknown = [each for each in different if not any(re.fullmatch(pattern, each[0]) for pattern in known)]
    assert not unknown, f"{len(unknown)} of {len(expressions)} differ, the first: {unknown[0]}"
    assert len(expressions) > 1900


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("print(np.prod([123, 456, 789, 321]), np.array([50000]) ** 2)", "14205351672 [2500000000]"),
        ("print(np.linalg.matrix_power(np.array([[1, 1], [1, 0]]), 60)[0][1])", "1548008755920"),
        ("print(repr(np.array([1, 2])), repr(np.arange(2)[1]))", "array([1, 2]) np.int64(1)"),
        ("x = sympy.symbols('x')\nprint(sympy.lambdify(x, x**5, 'numpy')(np.array([1000])))", "[1000000000000000]"),
        ("print(min(sys.maxsize, 3 * 10**9), random.randint(0, sys.maxsize) > 2**40)", "3000000000 True"),
        ("np.random.seed(42)\nprint(np.random.randint(0, 10**12, 2), np.random.permutation(4))", None),
        ("print([5, 6, 7][np.argmin([3, 1, 2])], list(range(9))[np.int64(4)], 'ab' * np.argmax([0, 1]))", "6 4 ab"),
    ],
)
def test_blocks_that_overflowed_print_what_they_should(sandbox, code, printed):
    code = f"import random, sys\nimport numpy as np\n{'import sympy' if 'sympy' in code else ''}\n{code}"
    assert sandbox.run(code).stdout.strip() == (on_the_host(code).strip() if printed is None else printed)
