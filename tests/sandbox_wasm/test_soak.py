"""Many blocks in one process: memory and results stay as they are."""

from pathlib import Path

from r1ci_env.sandbox_wasm import Sandbox


def resident():
    """Memory that is this process's alone, in bytes; clean pages of mapped files belong to the page cache."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty")) << 10


def test_soak(benign_programs, scale):
    sources = list(benign_programs(200, seed=1))
    bombs = ["import os; os._exit(3)", "x = bytes(90 << 20)", "while True: print('x' * 9999)"]
    blocks = scale(1_000, 100_000)
    with Sandbox() as sandbox:
        expected = [sandbox.run(source) for source in sources]
        marks = []
        for number in range(blocks):
            index = number % len(sources)
            result = sandbox.run(sources[index])
            assert (result.stdout, result.status) == (expected[index].stdout, expected[index].status), sources[index]
            if number % 97 == 0:
                assert sandbox.run(bombs[number // 97 % len(bombs)]).status in ("exit", "ok", "output")
            if number % (blocks // 10) == blocks // 10 - 1:
                marks.append(resident())
    print(f"private MB by tenth: {[mark >> 20 for mark in marks]}")
    assert max(marks[5:]) < max(marks[:5]) + (8 << 20), marks
