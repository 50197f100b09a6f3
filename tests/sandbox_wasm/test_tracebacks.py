"""Tracebacks are quick, and to the letter those of the standard library."""

import json

SAME_DISTANCES = """
import random, traceback, _tracebacks
rng = random.Random(7)
words = sorted(set(dir(__builtins__)) | {"".join(rng.choices("aAbBcd_", k=rng.randint(1, 9))) for _ in range(300)})
compared = within = 0
for _ in range(6000):
    first, second, limit = rng.choice(words), rng.choice(words), rng.randint(0, 14)
    quick = traceback._levenshtein_distance(first, second, limit)
    full = _tracebacks._edit_distance(first, second, limit)
    compared += 1
    within += full <= limit
    assert (quick > limit) == (full > limit) and (full > limit or quick == full), (first, second, limit, quick, full)
print(compared, within > 500, traceback._levenshtein_distance is not _tracebacks._edit_distance)
"""

SAME_TEXTS = """
import json, traceback, _tracebacks

def down(n):
    return down(n - 1) if n else [][n]

def call(action):
    action()

class Odd(Exception):
    pass

def chained():
    try:
        down(2)
    except IndexError as error:
        raise Odd("x") from error

def group():
    raise ExceptionGroup("several", [ValueError(1), Odd(2)])

def written_wide():
    return (1 +
            down(0) + 2)

actions = [
    lambda: down(0), lambda: down(30), lambda: down(10 ** 6), chained, group, written_wide, lambda: call(chained),
    lambda: undefined_name, lambda: "a".foo, lambda: {}["k"] + 1, lambda: exec("x = (", {}), lambda: pritn(1),
    lambda: exec("def f():\\n    return 1 / 0\\nf()", {}), lambda: int("x") + int("y"),
]
quick = traceback.StackSummary.format_frame_summary
equal = 0
for action in actions:
    for capture_locals in (False, True):
        try:
            action()
        except Exception as error:
            captured = traceback.TracebackException.from_exception(error, capture_locals=capture_locals)
        texts = []
        for method in (quick, _tracebacks._format_frame):
            traceback.StackSummary.format_frame_summary = method
            texts.append("".join(captured.format()))
        equal += texts[0] == texts[1]
print(equal, 2 * len(actions))
"""


def test_quick_distances_decide_as_the_full_ones_do(sandbox):
    result = sandbox.run(SAME_DISTANCES)
    assert result.stdout == "6000 True True\n", result.stderr


def test_quick_texts_are_the_standard_library_s(sandbox):
    result = sandbox.run(SAME_TEXTS, timeout=60)
    assert len(set(result.stdout.split())) == 1 and result.ok, (result.stdout, result.stderr)


def test_a_runaway_recursion_is_summed_up(sandbox):
    result = sandbox.run("def f(n):\n    return f(n + 1)\nf(0)")
    assert result.error == "RecursionError: maximum recursion depth exceeded"
    assert result.stderr.count('File "<block>", line 2, in f') == 3
    assert "more times]" in result.stderr


def test_no_block_sees_what_was_shown_of_another(sandbox):
    sandbox.run("1 / 0")
    result = sandbox.run("import json, _tracebacks\nprint(json.dumps(len(_tracebacks.formatted)))")
    assert json.loads(result.stdout) == 0


DEEP = """
import sys
sys.setrecursionlimit(10**6)
def f(n):
    return g(n + 1) if n < {depth} else 1 / 0
def g(n):
    return f(n + 1)
{call}
"""


def test_the_traceback_of_thousands_of_frames_loses_its_middle(sandbox):
    for depth in (500, 10_000):
        result = sandbox.run(DEEP.format(depth=depth, call="f(0)"))
        assert (result.status, result.error) == ("error", "ZeroDivisionError: division by zero")
        assert result.stderr.startswith("Traceback (most recent call last):\n") and not result.truncated
        assert f"... [{depth + 2 - 100} frames left out] ..." in result.stderr
        assert result.stderr.count('File "<block>"') == 100 and result.stderr.endswith("division by zero\n")
    printed = sandbox.run(
        DEEP.format(depth=10_000, call="import traceback\ntry: f(0)\nexcept Exception: traceback.print_exc()")
    )
    assert printed.ok and "frames left out" in printed.stderr
    assert "left out" not in sandbox.run(DEEP.format(depth=90, call="f(0)")).stderr


CHAIN = """
def f(n):
    try:
        raise ValueError(n)
    except ValueError:
        n and f(n - 1)
        raise KeyError(n)
f(400)
"""


def test_long_messages_and_chains_do_not_hide_how_a_block_ended(sandbox):
    for code, error in {
        "raise ValueError('x' * 3_000_000)": "ValueError: xxx",
        "raise ValueError('x\\n' * 2_000_000)": "ValueError: x",
        CHAIN: "KeyError: 0",
        "raise ExceptionGroup('g', [ValueError('x' * 10_000) for _ in range(10_000)])": "ExceptionGroup: g",
        "error = KeyError(1)\nfor i in range(5000): error.add_note('note' * 99)\nraise error": "KeyError: 1",
    }.items():
        result = sandbox.run(code)
        assert result.status == "error" and result.error.startswith(error), code
        assert "characters left out" in result.stderr and len(result.stderr) < 40_000
