"""Importing the package costs no import of Gymnasium, and the ids are there whenever Gymnasium is."""

import subprocess
import sys

import pytest

MAKE = "gymnasium.make('r1ci/Game24-v0').reset(seed=0)"


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "imports",
    [
        "import gymnasium, r1ci_env",
        "import r1ci_env, gymnasium",
        "import r1ci_env; from gymnasium.envs import registration; import gymnasium",
        "import r1ci_env, importlib.util; importlib.util.find_spec('gymnasium'); import gymnasium",
        "import r1ci_env, sys; import r1ci_env.env; import gymnasium",
    ],
)
def test_ids_are_there_in_any_order_of_imports(imports):
    result = run(f"{imports}; {MAKE}; import sys; print([f for f in sys.meta_path if 'r1ci' in type(f).__module__])")
    assert result.stdout == "[]\n", result.stderr


def test_the_namespaced_id_needs_no_import():
    result = run("import gymnasium; gymnasium.make('r1ci_env:r1ci/Game24-v0').reset(seed=0)")
    assert result.returncode == 0, result.stderr


def test_gymnasium_keeps_its_own_loader():
    program = "import r1ci_env, gymnasium; loader = gymnasium.__spec__.loader; print(vars(loader).get('exec_module'))"
    assert run(program).stdout == "None\n"


def test_tasks_and_sandbox_do_without_gymnasium():
    program = (
        "import r1ci_env, sys; from r1ci_env.sandbox_wasm import Sandbox, SandboxPool\n"
        "r1ci_env.problem('Game24:3:1234'); Sandbox().run('print(1)'); SandboxPool(1).run('print(1)')\n"
        "print(*sorted({'gymnasium', 'numpy', 'torch'} & set(sys.modules)))"
    )
    result = run(program)
    assert result.stdout == "\n", result.stderr


def test_loading_it_again_says_nothing():
    result = run(f"import gymnasium, importlib, r1ci_env; importlib.reload(r1ci_env); {MAKE}")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_listing_of_the_package_shows_what_is_for_users():
    names = "official", "testing", "curricula", "sandbox_wasm", "get_task"
    result = run(f"import r1ci_env; print(set({names!r}) <= set(dir(r1ci_env)), 'Path' in dir(r1ci_env))")
    assert result.stdout == "True False\n"
