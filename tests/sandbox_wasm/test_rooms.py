"""The rooms of the sandbox: imports between them go one way."""

import ast
from pathlib import Path

import pytest

import r1ci_env.sandbox_wasm

PACKAGE = "r1ci_env.sandbox_wasm"
ROOT = Path(r1ci_env.sandbox_wasm.__file__).parent

MAY_IMPORT = {
    "errors": set(),
    "result": set(),
    "run": {"errors", "result", "run"},
    "guest": {"errors", "run", "guest"},
    "sandbox": {"errors", "result", "run", "guest"},
    "pool": {"errors", "result", "run", "guest", "sandbox", "pool"},
    "ray_backend": {"errors", "result", "run", "pool"},
}
"""Where modules in a room, or the modules at the top, may import from."""


def imported(path):
    """The parts of the package that a file imports from, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.removeprefix(f"{PACKAGE}.").split(".")[0] for name in names if name.startswith(f"{PACKAGE}.")}
    return found


def test_everything_has_a_place():
    assert {path.stem for path in ROOT.iterdir() if not path.name.startswith("_")} == set(MAY_IMPORT)


@pytest.mark.parametrize("place", MAY_IMPORT)
def test_imports_go_one_way(place):
    room = ROOT / place
    files = sorted(room.rglob("*.py")) if room.is_dir() else [room.with_suffix(".py")]
    assert set().union(*map(imported, files)) <= MAY_IMPORT[place]
    assert not room.is_dir() or len(files) > 3
