"""Blocks under kills of workers of any age: none is lost but those that ran, and all come in order."""

import os
import random
import signal
import threading
from itertools import cycle

from r1ci_env.sandbox_wasm import Block, Sandbox, SandboxPool

KINDS = [
    lambda number: Block(f"print({number})"),
    lambda number: Block(f"print({number} * 2)\n1 / 0"),
    lambda number: Block("import random\nprint(random.random())", seed=number % 20),
    lambda number: Block("print(input())", stdin=f"line {number}"),
    lambda number: Block(f"print(open('a').read(), {number})", files={"a": b"x" * 100}),
    lambda number: Block(f"for i in range(20_000): pass\nprint({number})"),
    lambda number: Block(f"import sys\nsys.exit({number % 50})"),
    lambda number: Block(f"print('x' * {number % 2_000})"),
    lambda number: Block("while True: pass", timeout=0.05) if number % 500 == 8 else Block(f"print(-{number})"),
    lambda number: Block("import os; os.abort()") if number % 100 == 9 else Block(f"print({number}, end='')"),
]


def test_storm(worker_processes, own_workers, scale):
    blocks = [KINDS[number % len(KINDS)](number) for number in range(scale(1_000, 20_000))]
    with Sandbox() as sandbox:
        expected = [
            sandbox.run(block.code, seed=block.seed, stdin=block.stdin, files=block.files, timeout=block.timeout)
            for block in blocks
        ]
    rng, end, kills = random.Random(5), threading.Event(), 0
    results = []

    def storm():
        nonlocal kills
        while not end.wait(rng.expovariate(4)):
            for pid in own_workers():
                if rng.random() < 0.5:
                    os.kill(pid, rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV]))
                    kills += 1

    with SandboxPool(2) as workers:
        thread = threading.Thread(target=storm)
        thread.start()
        try:
            while kills < max(1, len(blocks) // 500):  # a fast machine may be done before the storm begins
                answers = workers.run_many(blocks)
                assert len(answers) == len(blocks)
                results += answers
        finally:
            end.set()
            thread.join()
    lost = 0
    for result, alone in zip(results, cycle(expected), strict=False):
        if (result.stdout, result.stderr, result.status) != (alone.stdout, alone.stderr, alone.status):
            assert (result.status, result.stdout) == ("crash", ""), (result, alone)
            lost += 1
    print(f"{kills} kills, {lost} of {len(results)} blocks lost")
    assert lost <= kills
