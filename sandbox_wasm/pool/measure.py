"""How fast blocks run on this machine: what ``r1ci sandbox bench`` shows and the benchmark compares with peers."""

import statistics
import time

from r1ci_env.sandbox_wasm.pool.pool import SandboxPool
from r1ci_env.sandbox_wasm.sandbox import Sandbox

BLOCKS = {
    "print": "print(1 + 1)",
    "function": (
        "from collections import Counter\n"
        "def top(numbers):\n    return sorted(Counter(numbers).items(), key=lambda t: (-t[1], t[0]))[:3]\n"
        "print(top([1, 2, 3, 2, 1, 4, 4, 4]))"
    ),
    "exception": "def f(x):\n    return 1 / x\nf(0)",
    "numpy": "import numpy as np\nprint(np.ones((50, 50)).sum())",
    "sympy": "import sympy as s\nx = s.symbols('x')\nprint(s.solve(x**2 - 5*x + 6, x))",
}

MIXED = [BLOCKS[name] for name in ("print", "function", "exception", "numpy", "function")]
"""A load of small blocks."""


def block_ms(sandbox: Sandbox, code: str, repeats: int) -> float:
    """Median wall time of a block in milliseconds."""
    sandbox.run(code)
    walls = []
    for _ in range(repeats):
        began = time.perf_counter()
        sandbox.run(code)
        walls.append(time.perf_counter() - began)
    return statistics.median(walls) * 1e3


def blocks_per_second(pool: SandboxPool, repeats: int) -> float:
    """Throughput of `MIXED`, run so many times."""
    pool.run_many(MIXED * 4 * pool.workers)
    blocks = MIXED * repeats
    began = time.perf_counter()
    pool.run_many(blocks)
    return len(blocks) / (time.perf_counter() - began)
