"""Blocks in the manner of models, in the sandbox and in this Python: how many print the same, and why the rest do not.

    python benchmarks/fidelity.py [--blocks FILE ...] [--show] [--save]

A file holds blocks with lines of ``%%`` between them; `fidelity_blocks.txt` is the default. Both sides run each block
in a clean interpreter, the host in an empty directory. What is compared is standard output and the kind of the
error; addresses, the order of sets and the last bits of floating-point numbers count as equal. ``--save`` writes
`results/fidelity.json`. The host needs the packages that the blocks import: numpy, sympy, networkx, scipy, pandas,
python-constraint …
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from r1ci_env.sandbox_wasm import ExecResult, Sandbox
from r1ci_env.sandbox_wasm.guest.package_sets import PACKAGE_SETS

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "fidelity.json"

TIMEOUT = 30.0  # CPU seconds in the sandbox, wall seconds on the host

REFUSED = {
    "There is no network": "no network",
    "No processes can be started": "no processes",
    "No threads can be started": "no threads",
    "There are no signals": "no signals",
    "for notebooks and shells": "not plain Python",
    "is not in this sandbox": "package that is not there",
}
"""What the sandbox says where something is refused by design, or not there."""

ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
DECIMAL = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")
SET = re.compile(r"\{[^{}:]*\}")


def canonical(text: str) -> str:
    """A text as it is compared."""
    text = ADDRESS.sub("0x", text)
    text = DECIMAL.sub(lambda number: f"{float(number[0]):.12g}", text)
    return SET.sub(lambda found: "{" + ", ".join(sorted(found[0][1:-1].split(", "))) + "}", text).rstrip()


def on_the_host(block: str) -> tuple[str, str]:
    """What a block prints in this Python, and the kind of error it ends with."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "block.py"
        path.write_text(block)
        environment = {"PATH": "/usr/bin:/bin", "HOME": place, "OMP_NUM_THREADS": "1"}
        try:
            run = subprocess.run(
                [sys.executable, path],
                cwd=place,
                env=environment,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            return "", "timeout"
    last = run.stderr.strip().rpartition("\n")[2]
    return run.stdout, last.partition(":")[0] if run.returncode == 1 and last else ""


def in_the_sandbox(result: ExecResult) -> tuple[str, str]:
    """The same of a result of the sandbox."""
    kind = result.error.partition(":")[0] if result.status in ("error", "memory") else ""
    return result.stdout, result.status if result.status in ("timeout", "crash", "output") else kind


def reason(result: ExecResult, host: tuple[str, str]) -> str:
    """Why a block ends otherwise in the sandbox."""
    for text, why in REFUSED.items():
        if text in result.stderr:
            return why
    if result.truncated:
        return "output cut"
    if result.status in ("timeout", "crash", "memory", "output"):
        return result.status
    if in_the_sandbox(result)[1] != host[1]:
        return f"{host[1] or 'no error'} on the host, {in_the_sandbox(result)[1] or 'no error'} here"
    return "prints something else"


def measured(blocks: list[str], hosts: list[tuple[str, str]], packages: str, show: bool) -> dict[str, object]:
    """How blocks fare with a set of packages."""
    same, reasons = 0, Counter[str]()
    with Sandbox(packages=packages, timeout=TIMEOUT) as sandbox:
        for block, host in zip(blocks, hosts, strict=True):
            result = sandbox.run(block)
            mine = in_the_sandbox(result)
            missing = mine[1] == "ModuleNotFoundError"  # whether or not the host has it
            if not missing and canonical(mine[0]) == canonical(host[0]) and mine[1] == host[1]:
                same += 1
                continue
            why = reason(result, host)
            reasons[why] += 1
            if show:
                print(f"--- {packages}: {why}\n{block}host:    {str(host)[:500]}\nsandbox: {str(mine)[:500]}\n")
    refused = sum(count for why, count in reasons.items() if why in REFUSED.values())
    return {
        "blocks": len(blocks),
        "same": same,
        "share": round(same / len(blocks), 4),
        "share of those that need nothing refused": round(same / (len(blocks) - refused), 4),
        "reasons": dict(reasons.most_common()),
    }


def main() -> None:
    """Compare and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--blocks", type=Path, nargs="+", default=[HERE / "fidelity_blocks.txt"], help="files of blocks"
    )
    parser.add_argument("--show", action="store_true", help="show the blocks that differ")
    parser.add_argument("--save", action="store_true", help="write the results")
    arguments = parser.parse_args()
    blocks = [block for path in arguments.blocks for block in path.read_text().split("%%\n") if block.strip()]
    hosts = [on_the_host(block) for block in blocks]
    results = {packages: measured(blocks, hosts, packages, arguments.show) for packages in PACKAGE_SETS}
    for packages, result in results.items():
        print(
            f"\n{packages}: {result['same']} of {result['blocks']} the same ({result['share']:.1%}); of those that need"
        )
        print(f"nothing that is refused or not there {result['share of those that need nothing refused']:.1%}")
        for why, count in result["reasons"].items():
            print(f"  {count:4}  {why}")
    if arguments.save:
        host = {name: version(name) for name in ("numpy", "sympy", "networkx", "scipy", "pandas")}
        results["host"] = {"python": sys.version.split()[0], **host}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
