import subprocess
import sys


def test_without_torch_the_error_names_the_extra():
    program = """
import importlib.util, sys
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *args: None if name == "torch" else find_spec(name, *args)
import r1ci_env.reference_trainer
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "needs torch: pip install 'r1ci-env[train]'" in result.stderr
