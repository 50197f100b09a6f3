"""The few things every caller relies on."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from r1ci_env.sandbox_wasm import shared_pool, shared_sandbox


def test_output(sandbox):
    result = sandbox.run("print(sum(range(10)))")
    assert (result.stdout, result.stderr, result.error, result.exit_code, result.status) == ("45\n", "", "", 0, "ok")
    assert result.duration > 0 and not result.truncated and result.ok


def test_traceback_shows_the_block(sandbox):
    result = sandbox.run("def f(x):\n    return 1 / x\n\nf(0)\n")
    assert result.status == "error" and result.exit_code == 1
    assert result.error == "ZeroDivisionError: division by zero"
    assert 'File "<block>", line 4, in <module>\n    f(0)\n' in result.stderr
    assert 'File "<block>", line 2, in f\n    return 1 / x\n' in result.stderr
    assert "_block_runner" not in result.stderr


def test_trailing_expression_is_not_echoed(sandbox):
    assert sandbox.run("1 + 1").stdout == ""


def test_blocks_do_not_see_each_other(sandbox):
    assert sandbox.run("import builtins, numpy; x = 1; builtins.y = 2; numpy.z = 3").ok
    probe = "import builtins, numpy; print('x' in globals(), hasattr(builtins, 'y'), hasattr(numpy, 'z'))"
    assert sandbox.run(probe).stdout == "False False False\n"


def test_deadline(sandbox):
    result = sandbox.run("print('before', flush=True)\nwhile True: pass", timeout=0.2)
    assert (result.status, result.exit_code, result.stdout) == ("timeout", 124, "before\n")
    assert sandbox.run("print(1)").stdout == "1\n"


def test_shared_sandbox_is_one():
    assert shared_sandbox() is shared_sandbox()
    assert shared_sandbox().run("print(1)").stdout == "1\n"


def test_shared_pool_is_one():
    with ThreadPoolExecutor(4) as threads:
        pools = list(threads.map(lambda _: shared_pool(), range(4)))
    assert all(pool is pools[0] for pool in pools)
    assert pools[0].run("print(1)").stdout == "1\n"


def test_shared_pool_is_made_anew_when_it_was_closed():
    shared_pool().close()
    assert shared_pool().run("print(1)").stdout == "1\n"


def test_import_does_not_load_wasmtime():
    code = "import sys; from r1ci_env.sandbox_wasm import ExecResult; sys.exit('wasmtime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
