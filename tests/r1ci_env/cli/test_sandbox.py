"""``r1ci sandbox``."""

import json


def test_bench(r1ci):
    rows = json.loads(r1ci("sandbox", "bench", "--json").stdout)
    assert {"print, fresh instance", "sympy, instance used again"} < {row["what"] for row in rows}
    assert all(row["value"] > 0 for row in rows)


def test_run(r1ci):
    assert r1ci("sandbox", "run", stdin="print(6 * 7)").stdout == "42\n"
    assert r1ci("sandbox", "run", stdin="1 / 0", expect=1).stderr.count("ZeroDivisionError") == 1
    stopped = r1ci("sandbox", "run", "--timeout", "0.3", stdin="while True: pass", expect=1)
    assert stopped.stderr.count("timeout") == 1
    assert r1ci("sandbox", "run", stdin="import sys; sys.exit(3)", expect=1).stderr == "exit status 3\n"
    result = json.loads(r1ci("sandbox", "run", "--json", "--timeout", "0.5", stdin="while True: pass", expect=1).stdout)
    assert result["status"] == "timeout"


def test_what_a_block_prints_does_not_steer_a_terminal(terminal, own_module):
    code = "print('\\x1b]2;PWNED\\x07\\x1b[2J hacked')"
    shown = terminal("sandbox", "run", own_module("block", code) / "block.py")
    assert "hacked" in shown.text and "\x1b[2J" not in shown.text and "\x07" not in shown.text


def test_off_a_terminal_output_is_as_it_was_printed(r1ci):
    assert r1ci("sandbox", "run", stdin="print('\\x1b[1mx')").stdout == "\x1b[1mx\n"
