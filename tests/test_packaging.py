"""Every way to install the package, from every place to use it."""

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

PARTS = ("envs", "sandbox_wasm", "curricula", "reference_trainer")
FORMS = ("folder", "editable", "wheel")


def run(*command, cwd, expect=0):
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def clone(root, tmp_path_factory):
    """A copy of what a clone holds: neither build products nor caches."""
    target = tmp_path_factory.mktemp("clone") / "r1ci-env"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", "runs", ".*_cache")
    shutil.copytree(root, target, ignore=ignored)
    return target


@pytest.fixture(scope="module")
def wheel(clone, tmp_path_factory):
    """The wheel that the clone builds."""
    folder = tmp_path_factory.mktemp("dist")
    options = ["-q", "--no-deps", "--no-build-isolation", "-w", folder]
    run(sys.executable, "-m", "pip", "wheel", *options, clone, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module", params=FORMS)
def installed(request, clone, wheel, tmp_path_factory):
    """A virtual environment with the package in one of the forms, and this one's dependencies."""
    folder = tmp_path_factory.mktemp(request.param)
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    bin_folder = folder / "venv" / "bin"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # A path added by a .pth file gives the packages beside this one, but not this one's own editable install.
    dependencies = sysconfig.get_paths()["purelib"]
    (folder / "venv" / "lib" / version / "site-packages" / "dependencies.pth").write_text(dependencies)
    pip = [sys.executable, "-m", "pip", "--python", bin_folder / "python", "install", "-q", "--no-deps"]
    pip += ["--no-build-isolation", "--ignore-installed"]
    if request.param == "wheel":
        run(*pip, wheel, cwd=folder)
    else:
        run(*pip, *(["-e"] if request.param == "editable" else []), clone, cwd=folder)
    return bin_folder


@pytest.fixture(params=["in the clone", "elsewhere", "beside folders of the same names"])
def place(request, clone, tmp_path):
    """A current directory; the last one has the user's own ``envs/`` and the like, which must not matter."""
    if request.param == "in the clone":
        return clone
    if request.param.startswith("beside"):
        for part in PARTS:
            (tmp_path / part).mkdir()
            (tmp_path / part / "__init__.py").write_text("raise ImportError('the wrong folder')")
    return tmp_path


def test_imports(installed, place):
    program = "; ".join(
        ["import r1ci_env"] + [f"import r1ci_env.{part}" for part in PARTS if part != "reference_trainer"]
    )
    program += "; import r1ci_env.envs.symbench.game24; print(r1ci_env.get_task('Game24').problem(1).ref)"
    assert run(installed / "python", "-c", program, cwd=place).startswith("Game24:")


def test_commands(installed, place, tmp_path):
    r1ci = installed / "r1ci"
    listed = json.loads(run(r1ci, "list", "--json", cwd=place))
    assert "r1ci/Game24-v0" in [row["id"] for row in listed]
    assert json.loads(run(r1ci, "show", "Game24:1:2", "--json", "--answer", cwd=place))["answer"]
    checked = json.loads(run(r1ci, "check", "GCD", "--no-sandbox", "--json", cwd=place))
    assert [row["ok"] for row in checked] == [True]
    evaluated = run(r1ci, "eval", "GCD", "--per-task", "3", "--output", tmp_path / "run", "--json", cwd=place)
    assert json.loads(evaluated)["all"]["correct"] == 3
    assert "runs" not in [p.name for p in Path(place).iterdir()]


def test_the_wheel_is_typed_and_whole(clone, wheel, tmp_path):
    run(sys.executable, "-m", "zipfile", "-e", wheel, tmp_path / "content", cwd=tmp_path)
    content = tmp_path / "content"
    assert (content / "r1ci_env" / "py.typed").is_file()
    assert sorted(p.name for p in content.iterdir() if not p.name.endswith(".dist-info")) == ["r1ci_env"]
    for part in PARTS:
        sources = {p.relative_to(clone / part) for p in (clone / part).rglob("*") if p.suffix in (".py", ".json")}
        found = {
            p.relative_to(content / "r1ci_env" / part) for p in (content / "r1ci_env" / part).rglob("*") if p.is_file()
        }
        assert sources <= found
    assert {p.suffix for p in (content / "r1ci_env" / "report").glob("page.*")} == {".py", ".html", ".css", ".js"}


def test_import_is_light():
    program = (
        "import sys, r1ci_env; "
        "print([m for m in ('torch', 'wasmtime', 'transformers', 'rich', 'typer') if m in sys.modules], "
        "[m for m in sys.modules if m.startswith('r1ci_env.envs.')])"
    )
    heavy = run(sys.executable, "-c", program, cwd=".")
    assert heavy.split("]")[0] == "["
    assert not [m for m in heavy.split("[")[2].strip("]\n").split(", ") if m.count(".") > 3]
