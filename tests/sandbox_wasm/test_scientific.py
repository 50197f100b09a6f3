"""pandas and scipy in the sandbox print what they print in this Python."""

import importlib.util
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.sandbox_wasm import Sandbox, SandboxPool, image_status, shared_sandbox
from r1ci_env.vector import CodeInterpreterVectorEnv

BLOCKS = Path(__file__).with_name("scientific.txt").read_text().split("%%\n")

MISSING = [name for name in ("networkx", "pandas", "scipy") if importlib.util.find_spec(name) is None]

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"to compare with: pip install {' '.join(MISSING)}"),
    pytest.mark.skipif(
        image_status(verify=False, packages="scientific").state != "ready",
        reason="takes a minute or two to build: r1ci sandbox build --packages scientific",
    ),
]

HOST = """
import contextlib, io, json, sys, warnings
warnings.simplefilter("ignore")
for source in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<block>", "exec"), {"__name__": "__main__"})
    print(json.dumps(out.getvalue()), flush=True)
"""

DECIMAL = re.compile(r"-?\d+\.\d*(?:e[+-]?\d+)?")


def canonical(text):
    """A text without the last digits of its decimals, and what depends on their width."""
    text = DECIMAL.sub(lambda number: f"{float(number[0]) + 0.0:.6g}", text)
    text = text.replace(", dtype=int32)", ")").replace("np.int32(", "np.int64(")  # indices of scipy's and pandas' own
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def scientific():
    with Sandbox(packages="scientific", timeout=60) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def printed_here():
    run = [sys.executable, "-c", HOST]
    host = subprocess.run(run, input=json.dumps(BLOCKS), capture_output=True, text=True, timeout=600)
    printed = [json.loads(line) for line in host.stdout.splitlines()]
    assert len(printed) == len(BLOCKS), host.stderr
    return printed


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_prints_what_it_prints_here(scientific, printed_here, number):
    result = scientific.run(BLOCKS[number])
    assert result.ok, result.stderr
    assert canonical(result.stdout) == canonical(printed_here[number])


def test_what_is_there(scientific):
    assert scientific.run("import scipy, pandas, networkx\nprint(pandas.__version__)").ok
    result = scientific.run("import sklearn")
    assert "Nothing can be installed; there are the standard library, numpy, sympy" in result.stderr
    assert "scipy, pandas" in result.stderr


PANDAS = "import pandas\nprint(pandas.Series([1, 2]).sum() * 10**12)"


def test_a_pool_and_the_environments_run_it():
    with SandboxPool(1, packages="scientific") as pool:
        assert pool.run(PANDAS).stdout == "3000000000000\n"
    turn = f"```python\n{PANDAS}\n```"
    for options in ({}, {"persistent": True}):
        env = CodeInterpreterEnv(tasks=["NumberMultiply"], packages="scientific", **options)
        env.reset(seed=0)
        assert "3000000000000" in env.step(turn)[0]
        env.close()
    many = CodeInterpreterVectorEnv(2, tasks=["NumberMultiply"], packages="scientific")
    many.reset(seed=0)
    assert all("3000000000000" in observation for observation in many.step([turn] * 2)[0])
    many.close()
    assert shared_sandbox("scientific") is not shared_sandbox()
    assert shared_sandbox("scientific").run(PANDAS).ok


def test_it_survives_pickling(scientific):
    with pickle.loads(pickle.dumps(scientific)) as copy:
        assert copy.run(PANDAS).ok
