"""A thousand episodes at a time against a server that misbehaves; killed in the middle, and gone on with.

Plays ``r1ci eval --agent openai`` against ``scripted_endpoint.py`` twice: once to its end, and once killed with SIGKILL
when half of the episodes are there and then gone on with. Prints what the server did, the most memory that the command
had, and whether both tables are the same.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from report import publish

HERE = Path(__file__).parent
R1CI = [sys.executable, "-c", "from r1ci_env.cli import main; main()"]
TASKS = ("GCD", "LCM", "BooleanExpressions", "WordSorting", "SpellBackward")


@contextmanager
def endpoint(tasks, per_task: int, **options: float):
    process = subprocess.Popen(
        [
            *(sys.executable, str(HERE / "scripted_endpoint.py"), *tasks, "--per-task", str(per_task)),
            *(f"--{name}={value}" for name, value in options.items()),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def told(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url) as response:
        return json.load(response)


def start(url: str, folder: Path, tasks, per_task: int, concurrency: int, timeout: float) -> subprocess.Popen[str]:
    command = [
        *(*R1CI, "eval", *tasks, "--agent", "openai", "--model", "scripted", "--base-url", f"{url}/v1"),
        *("--per-task", str(per_task), "--concurrency", str(concurrency), "--prompt", "bare"),
        *("--request-timeout", str(timeout), "--output", str(folder), "--json"),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def peak_mib(pid: int) -> float:
    """Return the most memory that a process had, in MiB; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def lines_in(folder: Path) -> int:
    file = folder / "episodes.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else 0


def wait(process: subprocess.Popen[str], folder: Path, kill_at: int | None = None) -> tuple[float, dict[str, Any]]:
    """Wait for a run, or kill it when so many episodes are there; return its peak memory and what it printed."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, peak_mib(process.pid))
        if kill_at is not None and lines_in(folder) >= kill_at:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            return peak, {}
        time.sleep(0.05)
    assert process.stdout is not None
    return peak, json.loads(process.stdout.read())


def verdicts(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return what of a table must not depend on how often the run was stopped."""
    return [(one["name"], one["problems"], one["episodes"], one["correct"], one["faults"]) for one in found["tasks"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-task", type=int, default=200)
    parser.add_argument("--concurrency", type=int, default=1_000)
    parser.add_argument("--faults", type=float, default=0.5)
    arguments = parser.parse_args()
    per_task, wanted = arguments.per_task, arguments.per_task * len(TASKS)
    rows, tables = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for name, kill_at in (("to the end", None), ("killed and gone on with", wanted // 2)):
            folder = Path(scratch) / name.replace(" ", "-")
            with endpoint(TASKS, per_task, faults=arguments.faults, delay=8.0, hang=40.0) as url:
                options = (url, folder, TASKS, per_task, arguments.concurrency, 20.0)
                begun = time.perf_counter()
                peak, found = wait(start(*options), folder, kill_at)
                kept = lines_in(folder)
                if kill_at is not None:
                    more, found = wait(start(*options), folder)
                    peak = max(peak, more)
                seconds, facts = time.perf_counter() - begun, told(url)
            tables.append(verdicts(found))
            rows.append(
                {
                    "run": name,
                    "episodes": wanted,
                    "kept when killed": kept if kill_at else "",
                    "recorded": found["all"]["episodes"] + found["all"]["faults"],
                    "faults left": found["all"]["faults"],
                    "requests": facts["requests"],
                    "connections at once": facts["most_open"],
                    "replies lost": facts["replied_twice"],
                    "seconds": seconds,
                    "peak MiB": peak,  # of the command; its sandbox workers are processes of their own
                }
            )
            print(facts["faults"])
    publish(
        "endpoint",
        f"{arguments.concurrency} episodes at a time against a server that misbehaves",
        rows,
        same_table=tables[0] == tables[1],
        faults_met=facts["faults"],
    )


if __name__ == "__main__":
    main()
