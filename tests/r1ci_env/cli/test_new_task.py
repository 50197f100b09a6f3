"""``r1ci new-task``: what it writes keeps every law, and breaks no test of the repository."""

import json
import shutil
import subprocess
import sys
import tomllib

import pytest

IGNORED = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", "runs", ".*_cache")
ROWS = (
    ("RomanNumerals", (), "custom", "custom"),
    ("PieChart", ("--source", "reasoning_gym", "--category", "charts"), "reasoning_gym", "charts"),
    ("BarChart", ("--source", "reasoning_gym", "--category", "graphs", "--split", "test"), "reasoning_gym", "graphs"),
    ("LongWords", ("--source", "bbh"), "bbh", "bbh"),
)


@pytest.fixture(scope="module")
def clone(root, tmp_path_factory):
    """A copy of the repository, to which tasks are added."""
    target = tmp_path_factory.mktemp("clone") / "r1ci-env"
    shutil.copytree(root, target, ignore=IGNORED)
    return target


def run(clone, *words, expect=0):
    import os

    environment = {**os.environ, "PYTHONPATH": str(clone)}
    done = subprocess.run([sys.executable, *words], cwd=clone, env=environment, capture_output=True, text=True)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout


def r1ci(clone, *words, expect=0):
    return run(clone, "-c", "from r1ci_env.cli import main; main()", *words, expect=expect)


def test_tasks_added_to_a_clone_keep_every_law_and_break_no_test(clone):
    for name, options, source, category in ROWS:
        assert f"r1ci check {name}" in r1ci(clone, "new-task", name, *options)
        shown = json.loads(r1ci(clone, "show", name, "--json"))
        assert (shown["source"], shown["category"]) == (source, category)
    names = [name for name, *_ in ROWS]
    assert all(row["ok"] for row in json.loads(r1ci(clone, "check", *names, "--json")))
    assert all(row["ok"] for row in json.loads(r1ci(clone, "check", "--audit", names[0], "--count", "200", "--json")))
    run(clone, "tests/envs/update_digests.py")  # what make digests does
    chosen = " or ".join([*names, "released_version", "catalog", "official", "test_list", "references"])
    tests = ("tests/envs/test_laws.py", "tests/envs/test_programs.py", "tests/r1ci_env/cli/test_listing.py")
    tests += (
        "tests/r1ci_env/test_registry.py",
        *(str(path) for path in sorted((clone / "tests").glob("test_off*.py"))),
    )
    printed = run(clone, "-m", "pytest", "-p", "no:cacheprovider", *tests, "-k", chosen)
    assert " passed" in printed and "failed" not in printed


def test_the_row_stands_with_its_kin(clone):
    r1ci(clone, "new-task", "Spirals", "--source", "symbench")
    lines = (clone / "r1ci_env" / "catalog.py").read_text().splitlines()
    place = lines.index('    Row("Spirals", "spirals", "symbench", "symbench", "train"),')
    assert '"symbench", "symbench"' in lines[place - 1] and lines[place + 1].strip() == "# bbh"


def test_nothing_is_written_over(clone):
    (clone / "envs" / "custom").mkdir(exist_ok=True)
    (clone / "envs" / "custom" / "taken.py").write_text("kept")
    before = (clone / "r1ci_env" / "catalog.py").read_text()
    r1ci(clone, "new-task", "Taken", expect=2)
    r1ci(clone, "new-task", "Odd", "--source", "bbh", "--category", "../x", expect=2)
    assert (clone / "envs" / "custom" / "taken.py").read_text() == "kept"
    assert (clone / "r1ci_env" / "catalog.py").read_text() == before


def test_elsewhere_a_project_registers_it(r1ci, tmp_path):
    made = r1ci("new-task", "CoinFlips", cwd=tmp_path)
    assert "r1ci check coin_flips:CoinFlips" in made.stdout
    assert [row["ok"] for row in json.loads(r1ci("check", "coin_flips:CoinFlips", "--json", cwd=tmp_path).stdout)] == [
        True
    ]
    r1ci("new-task", "HTTPCodes", cwd=tmp_path)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text())
    assert project["project"]["entry-points"]["r1ci_env.tasks"] == {
        "CoinFlips": "coin_flips:CoinFlips",
        "HTTPCodes": "http_codes:HTTPCodes",
    }
    assert set(project["tool"]["setuptools"]["py-modules"]) == {"coin_flips", "http_codes"}


def test_a_project_that_is_there_keeps_what_it_says(r1ci, tmp_path):
    text = '[project]\nname = "mine"  # my own\nversion = "3"\n\n[project.entry-points."other"]\nx = "y:z"'
    (tmp_path / "pyproject.toml").write_text(text)
    folder = tmp_path / "mine" / "tasks"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    r1ci("new-task", "Waves", cwd=folder)
    written = (tmp_path / "pyproject.toml").read_text()
    assert written.startswith(text)
    assert tomllib.loads(written)["project"]["entry-points"]["r1ci_env.tasks"] == {"Waves": "mine.tasks.waves:Waves"}
    r1ci("new-task", "Waves", cwd=folder, expect=2)
    r1ci("new-task", "Tides", "--split", "test", cwd=folder, expect=2)


def test_a_project_of_another_form_is_left_alone(r1ci, tmp_path):
    text = '[project]\nname = "mine"\nversion = "3"\nentry-points = { other = { x = "y:z" } }\n'
    (tmp_path / "pyproject.toml").write_text(text)
    done = r1ci("new-task", "Waves", cwd=tmp_path, expect=2)
    assert 'Waves = "waves:Waves"' in done.stderr
    assert (tmp_path / "pyproject.toml").read_text() == text
    assert not (tmp_path / "waves.py").exists()
