"""A block that crashes its interpreter does not take the process along, whoever handles signals there."""

import subprocess
import sys

import pytest

CRASHES = """
def crashes():
    outside = "import numpy as np; np.lib.stride_tricks.as_strided(np.ones(2), strides=(2**30,)).sum()"
    blocks = ("import os; os.abort()", outside)
    return [sandbox.run(code).status for code in blocks]
"""

REPLACED_LATER = f"""
import faulthandler
from r1ci_env.sandbox_wasm import Sandbox
{CRASHES}
sandbox = Sandbox()
print(crashes())
faulthandler.enable()
print(crashes())
faulthandler.disable()
faulthandler.enable()
sandbox = Sandbox(reuse=False)
print(crashes())
"""

REPLACED_BEFORE = f"""
import faulthandler
from r1ci_env.sandbox_wasm import Sandbox
{CRASHES}
faulthandler.enable()
sandbox = Sandbox()
print(crashes())
"""

REPLACED_UNNOTICED = """
import faulthandler, wasmtime
from r1ci_env.sandbox_wasm import Sandbox, SandboxError, SandboxPool
wasmtime.Engine()
faulthandler.enable()
try:
    Sandbox()
except SandboxError as error:
    print("SandboxPool" in str(error), SandboxPool(1).run("print(1)").stdout.strip())
"""


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("program", "times"), [(REPLACED_LATER, 3), (REPLACED_BEFORE, 1)], ids=["later", "before"])
def test_other_handlers_do_not_matter(program, times):
    result = run(program)
    assert result.stdout.splitlines() == ["['crash', 'crash']"] * times, result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="wasmtime handles traps in another way there")
def test_a_process_that_could_be_crashed_is_told():
    assert run(REPLACED_UNNOTICED).stdout == "True 1\n"
