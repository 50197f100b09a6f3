"""A sandbox that is asked for commands."""

import asyncio

import pytest

from r1ci_env.adapters.command_sandbox import CommandSandbox


@pytest.fixture
def box(pool):
    return CommandSandbox(pool)


def run(box, *command, stdin="", timeout=10.0):
    return asyncio.run(box.run(command, stdin, timeout))


def test_programs(box):
    box.write("tools/add.py", b"import sys\nprint(sum(int(n) for n in sys.stdin.read().split()))")
    assert run(box, "python3", "-c", "print(input())", stdin="é").stdout == "é\n"
    assert run(box, "python", "-", stdin=b"print(1)").stdout == "1\n"
    assert run(box, "/usr/bin/python3.12", "tools/add.py", stdin="20 22").stdout == "42\n"
    assert run(box, "bash", "--login", "-c", "python3 -", stdin="print(2)").stdout == "2\n"
    assert run(box, "/bin/sh", "-c", "python3 /tools/../tools/add.py", stdin="1 2").stdout == "3\n"
    assert run(box, "python3", "-c", "import sys; sys.exit(3)").exit_code == 3
    assert run(box, "python3", "-c", "while True: pass", timeout=0.2).status == "timeout"


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["ls"],
        ["python3"],
        ["python3", "-c", "print(1)", "argument"],
        ["python3", "-m", "http.server"],
        ["python3", "-u", "-"],
        ["python3", "--version"],
        ["mypython3", "-"],
        ["/tmp/python3", "-"],
        ["bash", "-c", "python3 - | tee x"],
        ["bash", "-c", "python3 -; ls"],
        ["bash", "-c", "python3 $FILE"],
        ["bash", "-c", "python3 -c 'print(1)'"],
        ["bash", "-c", "cd /; python3 -"],
        ["bash", "-c", ""],
        ["cash", "-c", "python3 -"],
        ["python3", "nowhere.py"],
    ],
)
def test_other_commands_are_refused(box, command):
    result = run(box, *command, stdin="print(1)")
    assert result.exit_code == 127 and result.stdout == "" and result.error
    assert "no such file" in result.error or "python3 FILE" in result.error


def test_files(box):
    box.write("a/b.bin", b"\xc3\x28")
    box.write("/a/b.bin", b"new")
    assert box.read("a/../a/b.bin") == b"new"
    assert run(box, "python3", "-c", "print(open('a/b.bin').read())").stdout == "new\n"
    assert run(box, "python3", "-c", "open('mine', 'w').write('1')").exit_code == 0
    for file, error in (("mine", FileNotFoundError), ("a", IsADirectoryError), ("/", IsADirectoryError)):
        with pytest.raises(error):
            box.read(file)
    for file, error in (("a", IsADirectoryError), (".", IsADirectoryError), ("a/b.bin/c", PermissionError)):
        with pytest.raises(error):
            box.write(file, b"")
    with pytest.raises(PermissionError):
        box.write("nul\0", b"")
    assert box.read("a/b.bin") == b"new"
