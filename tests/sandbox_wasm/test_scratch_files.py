"""Blocks may write files: in memory, up to a limit, gone when the interpreter is."""

import re
from pathlib import Path

import pytest

from r1ci_env.sandbox_wasm import Sandbox


def output(sandbox, code, **options):
    result = sandbox.run(code, **options)
    assert result.ok, result.stderr
    return result.stdout


def test_what_is_written_can_be_read(sandbox):
    code = """
import csv, json, os, pathlib, pickle, shutil, sqlite3, tempfile
with open("out.txt", "w") as file:
    file.write("one\\ntwo\\n")
with open("out.txt", "a") as file:
    print("three", file=file)
print(open("out.txt").read().split(), os.path.getsize("out.txt"), os.path.exists("none"))
with open("out.txt", "r+") as file:
    file.seek(4); file.write("TWO"); file.truncate()
print(repr(open("/out.txt").read()))
pathlib.Path("data/deep").mkdir(parents=True)
pathlib.Path("data/deep/a.json").write_text(json.dumps({"a": [1, 2]}))
print(json.load(open("data/deep/a.json")))
print(sorted(os.listdir("data")), [p.name for p in pathlib.Path("data").rglob("*")])
with open("table.csv", "w", newline="") as file:
    csv.writer(file).writerows([["x", "y"], [1, 2]])
print(list(csv.DictReader(open("table.csv"))))
pickle.dump({1, 2}, open("set.bin", "wb")); print(pickle.load(open("set.bin", "rb")))
os.rename("table.csv", "data/renamed.csv"); shutil.copy("data/renamed.csv", "copy.csv")
os.replace("copy.csv", "out.txt")
print(open("out.txt").read().split(), os.path.exists("table.csv"))
shutil.rmtree("data"); os.remove("set.bin"); print(sorted(os.listdir("/")))
with tempfile.TemporaryDirectory() as place, tempfile.NamedTemporaryFile("w+") as file:
    file.write("x"); file.flush(); print(os.path.dirname(place), open(file.name).read())
print(os.listdir(tempfile.gettempdir()))
with open("sparse", "wb") as file:
    file.seek(5); file.write(b"x")
import contextlib
with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
    print("unseen")
print(open("sparse", "rb").read(), pathlib.Path("sparse").stat().st_mtime > 1767225600)
"""
    assert output(sandbox, code).splitlines() == [
        "['one', 'two', 'three'] 14 False",
        r"'one\nTWO'",
        "{'a': [1, 2]}",
        "['deep'] ['deep', 'a.json']",
        "[{'x': '1', 'y': '2'}]",
        "{1, 2}",
        "['x,y', '1,2'] False",
        "['dev', 'out.txt', 'tmp', 'usr']",
        "/tmp x",
        "[]",
        r"b'\x00\x00\x00\x00\x00x' True",
    ]


@pytest.mark.parametrize("reuse", [True, False])
def test_nothing_is_left_for_the_next_block(reuse):
    with Sandbox(reuse=reuse) as sandbox:
        look = "import os; print(os.listdir('/'), os.listdir('/tmp'), os.stat('/').st_mtime)"
        before = output(sandbox, look)
        output(sandbox, "import os\nd = os.open('/', os.O_RDONLY)\nopen('/tmp/x', 'w').write('y'); os.mkdir('z')")
        assert output(sandbox, look) == before
        sandbox.run("open('/tmp/x', 'w').write('y'); import os; os.abort()")
        assert output(sandbox, look) == before


def test_a_directory_that_was_open_before_anything_was_written(sandbox):
    sandbox.run("import os\nd = os.open('/', os.O_RDONLY)\nos.mkdir('x', dir_fd=d)")
    assert "x" not in output(sandbox, "import os; print(os.listdir('/'))").split("'")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("open('/usr/x', 'w')", "OSError: [Errno 69] Read-only file system"),
        ("open('/usr/local/lib/python315.zip', 'r+')", "OSError: [Errno 69] Read-only file system"),
        ("import os; os.remove('given.txt')", "OSError: [Errno 69] Read-only file system"),
        ("import os; os.rename('given.txt', 'x')", "OSError: [Errno 69] Read-only file system"),
        ("open('x', 'w'); import os; os.rename('x', 'given.txt')", "OSError: [Errno 69] Read-only file system"),
        ("import os; os.rename('/usr', 'x')", "OSError: [Errno 69] Read-only file system"),
        ("import os; os.mkdir('a'); os.mkdir('a/b'); os.rename('a', 'a/b/c')", "OSError: [Errno 28] Invalid argument"),
        ("import os; os.mkdir('a'); os.mkdir('a')", "FileExistsError"),
        ("open('x', 'x'); open('x', 'x')", "FileExistsError"),
        ("open('none/x', 'w')", "FileNotFoundError"),
        ("open('given.txt/x', 'w')", "NotADirectoryError"),
        ("import os; os.mkdir('a'); open('a/b', 'w'); os.rmdir('a')", "OSError: [Errno 55] Directory not empty"),
        ("import os; os.mkdir('a'); open('a', 'w')", "IsADirectoryError"),
        ("open('x' * 300, 'w')", "OSError: [Errno 37] Filename too long"),
        ("open('big', 'wb').write(bytes(33 << 20))", "OSError: [Errno 51] No space left on device"),
        ("f = open('x', 'wb'); f.seek(1 << 40); f.write(b'x'); f.flush()", "OSError: [Errno 51] No space"),
        ("open('x', 'wb').truncate(1 << 40)", "OSError: [Errno 51] No space left on device"),
        ("for i in range(10**5): open(str(i), 'w').close()", "OSError: [Errno 51] No space left on device"),
        ("import os\nfor i in range(10**5): os.mkdir('d'); os.chdir('d')", "FileNotFoundError"),
    ],
)
def test_what_is_refused(sandbox, code, error):
    result = sandbox.run(code, files={"given.txt": b"1"}, timeout=60)
    assert result.error.startswith(error), result


def test_files_without_a_name_count_until_they_are_closed(sandbox):
    code = """
import os
held = []
try:
    for number in range(60):
        file = open("x", "wb", buffering=0); file.write(bytes(1 << 20)); os.remove("x"); held.append(file)
except OSError as error:
    print(error.errno, len(held))
held.clear(); file.close()
for number in range(200):
    with open("x", "wb") as file: file.write(bytes(1 << 20))
    os.remove("x")
print("done")
"""
    assert output(sandbox, code, timeout=60).splitlines() == ["51 31", "done"]


def test_the_host_does_not_keep_what_was_written():
    def resident():
        return int(re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])

    if not Path("/proc/self/status").exists():
        pytest.skip("tells memory by /proc")
    with Sandbox() as sandbox:
        code = "open('x', 'wb').write(bytes(30 << 20))"
        output(sandbox, code)
        before = resident()
        for _ in range(10):
            output(sandbox, code)
        assert resident() < before + 50_000


def test_a_notebook_keeps_its_files_and_loses_those_it_was_given():
    with Sandbox(persistent=True) as notebook:
        output(notebook, "open('mine.py', 'w').write('x = 1')\nopen('/tmp/y', 'w')", files={"given.txt": b"1"})
        look = "import os; print(sorted(os.listdir('/')), os.listdir('/tmp'))"
        assert output(notebook, look) == "['dev', 'mine.py', 'tmp', 'usr'] ['y']\n"
        assert output(notebook, "import mine; print(mine.x)") == "1\n"
        assert output(notebook, "import other; print(other.y)", files={"other.py": b"y = 2"}) == "2\n"
        notebook.reset()
        assert output(notebook, look) == "['dev', 'tmp', 'usr'] []\n"


def test_modules_can_be_given_and_written(sandbox):
    files = {"helper.py": b"def double(x):\n    return 2 * x\n", "pack/__init__.py": b"", "pack/part.py": b"y = 5\n"}
    code = (
        "import yaml, helper\nfrom pack.part import y\nopen('late.py', 'w').write('z = 7')\nimport late\n"
        "print(helper.double(4), y, late.z)\n"
    )
    assert output(sandbox, code, files=files) == "8 5 7\n"
    assert sandbox.run("import helper").error == "ModuleNotFoundError: No module named 'helper'"
