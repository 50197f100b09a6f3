"""Benign programs print the same in the sandbox and in this Python."""

import json
import subprocess
import sys

HOST = """
import contextlib, io, json, sys
for source in json.load(sys.stdin):
    out = io.StringIO()
    stdin, sys.stdin = sys.stdin, io.StringIO("")
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<block>", "exec"), {"__name__": "__main__"})
    sys.stdin = stdin
    print(json.dumps(out.getvalue()), flush=True)
"""


def test_same_output_as_cpython(sandbox, benign_programs, scale):
    sources = list(benign_programs(scale(400, 2_100)))
    host = subprocess.run([sys.executable, "-c", HOST], input=json.dumps(sources), capture_output=True, text=True)
    expected = [json.loads(line) for line in host.stdout.splitlines()]
    assert len(expected) == len(sources), host.stderr
    different = []
    for source, output in zip(sources, expected, strict=True):
        result = sandbox.run(source)
        if result.stdout != output or not result.ok:
            different.append((source, output, result))
    assert not different, f"{len(different)} of {len(sources)} differ, the first: {different[0]}"
