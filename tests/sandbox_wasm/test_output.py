"""What is kept of long output: both ends, whole characters, a true count of the rest."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.sandbox_wasm import Sandbox
from r1ci_env.sandbox_wasm.run.output import LEFT_OUT, Stream

TEXTS = st.text(alphabet="aé日🎉\n", max_size=60)


@given(st.lists(TEXTS, max_size=12), st.integers(0, 80), st.integers(0, 80))
def test_any_stream(texts, limit, less):
    whole = "".join(texts)
    stream = Stream(limit)
    for text in texts:
        stream.write(text.encode())
    keep = min(limit, less)
    kept, left_out = stream.text(keep)
    if len(whole.encode()) <= keep:
        assert (kept, left_out) == (whole, 0)
    elif keep == 0:
        assert (kept, left_out) == ("", len(whole))
    else:
        head, tail = kept.split(LEFT_OUT.format(left_out))
        assert whole.startswith(head) and whole.endswith(tail)
        assert len(head) + left_out + len(tail) == len(whole)
        assert keep - 8 < len((head + tail).encode()) <= keep


@given(st.lists(st.binary(max_size=30), max_size=12), st.integers(0, 50))
def test_any_bytes(parts, limit):
    stream = Stream(limit)
    for part in parts:
        stream.write(part)
        assert stream.size <= limit
    size = sum(map(len, parts))
    kept, left_out = stream.text(limit)
    assert (left_out > 0) == (size > limit)
    assert len(kept) <= limit + len(LEFT_OUT.format(left_out))


@pytest.mark.parametrize(
    "code, whole",
    [
        ("print('x' * 70_000)\nprint('ANSWER 42')", "x" * 70_000 + "\nANSWER 42\n"),
        ("for i in range(30_000): print(i)", "".join(f"{i}\n" for i in range(30_000))),
        ("print('a' + '😀' * 20_000)", "a" + "😀" * 20_000 + "\n"),
        ("print('日本' * 40_000, end='')", "日本" * 40_000),
    ],
)
def test_the_end_is_kept_and_the_count_is_true(sandbox, code, whole):
    result = sandbox.run(code)
    (number,) = re.findall(r"\n\.\.\. \[(\d+) characters left out\] \.\.\.\n", result.stdout)
    head, tail = result.stdout.split(LEFT_OUT.format(number))
    assert result.truncated and result.stdout_left_out == int(number) == len(whole) - len(head) - len(tail)
    assert whole.startswith(head) and whole.endswith(tail)
    assert len(head.encode()) > 32_000 and len(tail.encode()) > 32_000
    assert (result.status, result.stderr_left_out) == ("ok", 0)


def test_neither_stream_drives_the_other_out(sandbox):
    flood = "import sys\nfor i in range(20_000): print('xxxx', i, file=sys.{})\n"
    result = sandbox.run(flood.format("stderr") + "print('ANSWER 42')")
    assert result.stdout == "ANSWER 42\n" and result.stderr.endswith("xxxx 19999\n") and result.truncated
    result = sandbox.run(flood.format("stdout") + "1 / 0")
    assert result.stdout.endswith("xxxx 19999\n") and result.stderr.endswith("division by zero\n")
    result = sandbox.run(flood.format("stdout") + flood.format("stderr"))
    assert result.stdout_left_out and result.stderr_left_out
    assert len(result.stdout) + len(result.stderr) <= sandbox.max_output + 100


def test_small_limits():
    with Sandbox(max_output=100) as sandbox:
        result = sandbox.run("print('x' * 150)")
        assert result.stdout == "x" * 50 + "\n... [51 characters left out] ...\n" + "x" * 49 + "\n"
        assert (result.truncated, result.status) == (True, "ok")
        assert not sandbox.run("print('x' * 99)").truncated
        result = sandbox.run("while True: print('x' * 50)")
        assert (result.status, result.exit_code, result.truncated) == ("output", 134, True)


def test_no_output_wanted():
    with Sandbox(max_output=0) as sandbox:
        result = sandbox.run("print('x')")
        assert (result.stdout, result.truncated, result.stdout_left_out, result.status) == ("", True, 2, "ok")


def test_bytes_that_are_no_text(sandbox):
    result = sandbox.run("import sys; sys.stdout.buffer.write(b'\\x80' * 100_000)")
    assert result.truncated and result.stdout_left_out > 30_000
    assert len(result.stdout) <= sandbox.max_output + 50
