"""How long programs compute in the sandbox and in this Python: what the time limit of a block must allow for.

    python benchmarks/compute.py [--repeats N] [--save]

Both sides run a program in turns and count its CPU time; the least of the repeats counts. Everything is imported
before. ``--save`` writes `results/compute.json`.
"""

import argparse
import contextlib
import io
import json
import statistics
import time
from pathlib import Path

from r1ci_env.sandbox_wasm import Sandbox

RESULTS = Path(__file__).parent / "results" / "compute.json"

PROGRAMS = {
    "loop of a million additions": "s = 0\nfor i in range(10**6):\n    s += i * i % 7\nprint(s)",
    "sieve up to a million": (
        "n = 10**6\nsieve = [True] * (n + 1)\nfor i in range(2, 1001):\n    if sieve[i]:\n"
        "        for j in range(i * i, n + 1, i):\n            sieve[j] = False\nprint(sum(sieve) - 2)"
    ),
    "recursion: fib(24)": "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nprint(fib(24))",
    "eight queens, all": (
        "def queens(row, cols, up, down):\n    if row == 8:\n        return 1\n    return sum(queens(row + 1,"
        " cols | {c}, up | {row + c}, down | {row - c}) for c in range(8)\n        if c not in cols and row + c"
        " not in up and row - c not in down)\nprint(queens(0, frozenset(), frozenset(), frozenset()))"
    ),
    "permutations of nine": (
        "from itertools import permutations\nprint(sum(p[0] < p[1] < p[2] for p in permutations(range(9))))"
    ),
    "expressions by eval": (
        "from itertools import permutations, product\nn = 0\nfor p in permutations([2, 3, 7, 9]):\n"
        "    for a, b, c in product('+-*', repeat=3):\n        n += eval(f'{p[0]}{a}{p[1]}{b}{p[2]}{c}{p[3]}') == 24\n"
        "print(n)"
    ),
    "memoised edit distance": (
        "from functools import cache\na, b = 'kitten' * 25, 'sitting' * 25\n@cache\ndef d(i, j):\n    if i * j == 0:\n"
        "        return i + j\n    return min(d(i - 1, j) + 1, d(i, j - 1) + 1,"
        " d(i - 1, j - 1) + (a[i - 1] != b[j - 1]))\n"
        "for i in range(0, len(a) + 1, 50):\n    d(i, len(b))\nprint(d(len(a), len(b)))"
    ),
    "words counted, sorted": (
        "from collections import Counter\nwords = [str(i * i % 997) for i in range(200000)]\n"
        "print(sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))[:2])"
    ),
    "large integers": "x = 3**20000\nfor i in range(30):\n    x = x * x % 7**20000\nprint(x % 10**9)",
    "numpy, elementwise and sort": (
        "import numpy as np\na = np.arange(10**6) * 7919 % 1000003\nprint((a * 3 + 1).sum(), np.sort(a)[::200000])"
    ),
    "numpy, product of matrices": "import numpy as np\na = np.ones((400, 400))\nprint((a @ a).sum())",
    "sympy: solve and factor": (
        "import sympy as sp\nx = sp.symbols('x')\nprint(sp.solve(x**4 - 5*x**2 + 4, x), sp.factor(x**12 - 1))"
    ),
}


def on_the_host(program: str) -> float:
    """CPU seconds in this Python."""
    code = compile(program, "<block>", "exec")
    with contextlib.redirect_stdout(io.StringIO()):
        began = time.process_time()
        exec(code, {"__name__": "__main__"})
        return time.process_time() - began


def in_the_sandbox(sandbox: Sandbox, program: str) -> float:
    """CPU seconds in the sandbox, that of its own thread."""
    began = time.process_time()
    result = sandbox.run(program)
    took = time.process_time() - began
    if not result.ok:
        raise SystemExit(result.stderr)
    return took


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5, help="how often each program runs on either side")
    parser.add_argument("--save", action="store_true", help="write the results")
    arguments = parser.parse_args()
    rows = []
    with Sandbox(timeout=60) as sandbox:
        for name, program in PROGRAMS.items():
            here, there = [], []
            for _ in range(arguments.repeats):
                here.append(on_the_host(program))
                there.append(in_the_sandbox(sandbox, program))
            host, guest = min(here) * 1e3, min(there) * 1e3
            rows.append({"program": name, "host ms": host, "sandbox ms": guest, "ratio": guest / host})
            print(f"| {name} | {host:.3g} | {guest:.3g} | {guest / host:.1f} |", flush=True)
    print(f"median ratio {statistics.median(row['ratio'] for row in rows):.1f}")
    if arguments.save:
        RESULTS.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
