"""Test the adapters, each with the package it is for in a virtual environment of its own.

`make test-adapters`, or `python scripts/test_adapters.py trl verifiers` for some of them. An environment is made once
and kept under ``--folder``. What was run and what was skipped, and why, stands in the table at
the end. The exit status is 1 where an installation or a test failed, or where no test of a peer ran.

Environment variables: ``PYTHON312`` names a Python 3.12 for peers that need it, ``TORCH`` what to install as torch.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TORCH = os.environ.get("TORCH", "torch==2.13.0")


@dataclass(frozen=True)
class Peer:
    """A package that an adapter is for.

    Attributes:
        name: What it is called here, and its environment.
        requirements: What pip installs beside this package; the first is the peer itself.
        tests: Test files, below ``tests/integrations``.
        extras: Extras of this package that are installed with it.
        python: The oldest and the newest minor version of Python 3 on which it can be installed.
        platforms: Where it can be installed, as ``sys.platform`` says it.
        torch: Whether torch is installed before the rest, so that ``TORCH`` decides which.
    """

    name: str
    requirements: tuple[str, ...]
    tests: tuple[str, ...]
    extras: tuple[str, ...] = ()
    python: tuple[int, int] = (11, 99)
    platforms: tuple[str, ...] = ("linux", "darwin")
    torch: bool = False


PEERS = (
    Peer(
        "trl",
        ("trl==1.16.0", "datasets", "jmespath"),
        ("test_trl.py", "test_trl_sft.py", "test_trl_losses.py"),
        extras=("train",),
        torch=True,
    ),
    Peer("verifiers", ("verifiers==0.4.0", "uv"), ("test_verifiers.py",), python=(11, 14)),
    Peer("lm_eval", ("lm-eval==0.4.13",), ("test_lm_eval.py",)),
    Peer("inspect_ai", ("inspect-ai==0.3.285",), ("test_inspect_ai.py",)),
    Peer("gem", ("gem-llm==0.1.0",), ("test_gem.py",), python=(11, 11)),  # 3.12 but for 3.12.0 is refused
    Peer("skyrl_gym", ("skyrl-gym==0.4.0",), ("test_skyrl_gym.py",)),
    Peer("openenv", ("openenv==0.10.0", "uvicorn"), ("test_openenv.py",)),
    Peer(
        "verl",
        ("verl==0.9.1", "aiohttp", "cachetools", "fastapi", "uvicorn"),  # which it imports and does not ask for
        ("test_verl.py",),
        python=(11, 12),
        torch=True,
    ),
    Peer("nemo_gym", ("nemo-gym==0.4.0",), ("test_nemo_gym.py",), python=(12, 13)),
)


class Skipped(Exception):
    """The peer cannot be tested here, and why."""


class Failed(Exception):
    """The peer could not be installed, or a test failed."""


def main() -> None:
    """Test the peers that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peers", nargs="*", metavar="PEER", help=f"of {', '.join(p.name for p in PEERS)}; none: all")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "adapters", help="where environments are made")
    arguments = parser.parse_args()
    known = {peer.name: peer for peer in PEERS}
    for name in arguments.peers:
        if name not in known:
            parser.error(f"no peer is called {name!r}: there are {', '.join(known)}")
    rows, failed = [], False
    for peer in [known[name] for name in arguments.peers] or PEERS:
        print(f"== {peer.name}", flush=True)
        try:
            row = test(peer, arguments.folder / peer.name)
        except Skipped as why:
            row = f"skipped: {why}"
        except Failed as why:
            row, failed = f"FAILED: {why}", True
        rows.append((peer.name, row))
    print()
    for name, row in rows:
        print(f"{name:<12} {row}")
    sys.exit(failed)


def test(peer: Peer, folder: Path) -> str:
    """Return what came of a peer's tests.

    Raises:
        Skipped: it cannot be installed on this machine.
        Failed: its installation or a test failed, or none ran.
    """
    python = environment(peer, folder)
    report = folder / "tests.xml"
    report.unlink(missing_ok=True)
    files = [str(ROOT / "tests" / "integrations" / name) for name in peer.tests]
    pytest = [python, "-m", "pytest", "-rs", "-p", "no:cacheprovider", f"--junitxml={report}", *files]
    run(pytest, "tests", allowed=(0, 1, 2, 5))
    if not report.is_file():
        raise Failed("pytest ended without a report")
    cases = list(ElementTree.parse(report).iter("testcase"))
    found = {kind: [c for c in cases if c.find(kind) is not None] for kind in ("failure", "error", "skipped")}
    passed = len(cases) - sum(map(len, found.values()))
    wrong = len(found["failure"]) + len(found["error"])
    counts = f"{passed} passed, {wrong} failed, {len(found['skipped'])} skipped"
    if wrong or not passed:
        raise Failed(counts)
    reasons = {case.find("skipped").get("message") for case in found["skipped"]}
    return "; ".join([f"{counts} ({versions(peer, python)})", *sorted(filter(None, reasons))])


def environment(peer: Peer, folder: Path) -> str:
    """Return the Python of the peer's environment, into which is installed what is not there yet."""
    if sys.platform not in peer.platforms:
        raise Skipped(f"it is for {' and '.join(peer.platforms)}, and this is {sys.platform}")
    base = interpreter(peer)
    python = str(folder / "bin" / "python")
    package = f"{ROOT}[{','.join(peer.extras)}]" if peer.extras else str(ROOT)
    torch = [TORCH] if peer.torch else []
    wanted = [*torch, *peer.requirements, "pytest", "hypothesis", "--editable", package]
    stamp = folder / ".installed"
    made_with, _, installed = stamp.read_text().partition("\n") if stamp.is_file() else ("", "", "")
    state = hashlib.sha256(repr((wanted, (ROOT / "pyproject.toml").read_text())).encode()).hexdigest()
    if made_with != base:
        run([base, "-m", "venv", "--clear", str(folder)], "making the environment")
    if made_with != base or installed != state:
        if torch:  # first, so that nothing else decides which
            run([python, "-m", "pip", "install", "--quiet", *torch], "installing torch")
        run([python, "-m", "pip", "install", "--quiet", *wanted], "installing")
        stamp.write_text(f"{base}\n{state}")
    return python


def interpreter(peer: Peer) -> str:
    """Return the first Python of this machine on which the peer can be installed."""
    oldest, newest = peer.python
    tried = []
    for candidate in (sys.executable, os.environ.get("PYTHON312", "python3.12")):
        asked = [candidate, "-c", "import sys; print(sys.version_info.minor)"]
        try:
            minor = int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
        except (OSError, subprocess.CalledProcessError):
            continue
        if oldest <= minor <= newest:
            return candidate
        tried.append(f"3.{minor}")
    needed = f"3.{oldest} or newer" if newest == 99 else f"3.{oldest} to 3.{newest}"
    raise Skipped(f"it needs Python {needed}, and there is {', '.join(tried)}; name another: PYTHON312=...")


def versions(peer: Peer, python: str) -> str:
    """Return the versions of the peer and of Python."""
    name = peer.requirements[0].partition("==")[0]
    program = f"import platform, importlib.metadata as m; print(m.version({name!r}), platform.python_version())"
    version, on = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    return f"{name} {version}, Python {on}"


def run(command: list[str], what: str, allowed: tuple[int, ...] = (0,)) -> None:
    """Run a command in the root of the repository; raise `Failed` if its exit status is none of ``allowed``."""
    status = subprocess.run(command, cwd=ROOT).returncode
    if status not in allowed:
        raise Failed(f"{what} ended with status {status}")


if __name__ == "__main__":
    main()
