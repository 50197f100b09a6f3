"""The sandbox image: the guest compiled for this machine, and the snapshot of a warmed interpreter.

The image is built once and kept in the user's cache directory, private to the user, because loading
compiled code means executing it. Everything that could make it unusable is part of its name: the
guest's hashes, the keep list, the source that runs inside, wasmtime's version, the engine's options,
the processor's features.
"""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from r1ci_env.sandbox_wasm.errors import ImageError
from r1ci_env.sandbox_wasm.guest.package_sets import BASE, SCIENTIFIC, checked_packages

CODE, MEMORY, LIBRARY_TAIL, MANIFEST = "guest.cwasm", "memory.bin", "library.tail", "manifest.json"

KEPT_IMAGES = 4
"""How many images stay in the cache: those of both sets of packages for this version and, say, for another one."""

NEEDED_SPACE = {BASE: "200 MB", SCIENTIFIC: "500 MB"}
BUILD_TIME = {BASE: "half a minute", SCIENTIFIC: "a minute or two"}

Progress = Callable[[str, float], None]
"""Told what is being done and which part of the whole is behind us, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Image:
    """A complete image on disk.

    Attributes:
        directory: Where its files lie.
        runner: Address, in the snapshot, of the Python function that runs a block.
        used_memory: Bytes of the snapshot that the warmed interpreter occupies; the rest is free.
        build_seconds: Wall time its build took.
    """

    directory: Path
    runner: int
    used_memory: int
    build_seconds: float

    @property
    def code(self) -> Path:
        """The compiled guest."""
        return self.directory / CODE

    @property
    def memory(self) -> Path:
        """The snapshot of the guest's memory."""
        return self.directory / MEMORY

    @property
    def library_tail(self) -> Path:
        """The rewritten end of the library zip."""
        return self.directory / LIBRARY_TAIL


@dataclass(frozen=True, slots=True)
class ImageStatus:
    """What `image_status` found.

    Attributes:
        packages: The set of packages it is about.
        state: ``ready``, ``missing`` or ``damaged``.
        directory: Where the image is or would be.
        key: The hash of all the image depends on.
        size: Bytes on disk.
        build_seconds: Wall time the build took; 0 if there is none.
        problem: What is wrong, and what to do; empty if nothing is.
    """

    packages: str
    state: str
    directory: Path
    key: str
    size: int
    build_seconds: float
    problem: str


def cache_root() -> Path:
    """The directory that images are kept in: ``R1CI_CACHE`` or the user's cache directory."""
    if chosen := os.environ.get("R1CI_CACHE"):
        return Path(chosen).expanduser() / "sandbox"
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "r1ci-env" / "sandbox"


def image_key(packages: str = BASE) -> str:
    """A hash of everything an image depends on."""
    from r1ci_env.sandbox_wasm.run import runtime
    from r1ci_env.sandbox_wasm.run.files import GUEST_PATHS

    root = Path(__file__).parent.parent
    sources = [path.read_bytes() for pattern in BUILT_FROM for path in sorted(root.glob(pattern))]
    parts = [packages, version("wasmtime"), runtime.OPTIONS, runtime.cpu_features(), FORMAT, *GUEST_PATHS]
    return hashlib.sha256(b"\0".join([*(part.encode() for part in parts), *sources])).hexdigest()[:32]


BUILT_FROM = (
    "guest/keep_list.json",
    "guest/pruning.py",
    "guest/loops.py",
    "guest/loops.bin",
    "guest/edits.py",
    "guest/widening.py",
    "guest/assembly.py",
    "guest/library.py",
    "guest/snapshot.py",
    "guest/warm_up_blocks.py",
    "guest/inside/*.py",
    "run/exports.py",
)
"""The files that decide what an image holds."""

FORMAT = "3"
"""Changes whenever the layout of the image's files does."""


def load_image(progress: Progress | None = None, *, packages: str = BASE) -> Image:
    """The image, built first if there is none that is whole.

    Args:
        progress: Told about a build; by default a bar on standard error if that is a terminal, and
            otherwise one line.
        packages: The set of packages it holds, one of `PACKAGE_SETS`.

    Raises:
        ImageError: If it can be neither loaded nor built.
        GuestError: If the guest's wheel is missing or not the pinned build.
    """
    key = image_key(packages)
    for root in _roots():
        image, _ = _open_image(root / key, key)
        if image is not None:
            return image
    return build(progress, packages=packages)


def build(progress: Progress | None = None, *, force: bool = False, packages: str = BASE) -> Image:
    """Build the image, or return the one another process has built meanwhile.

    Args:
        progress: As for `load_image`.
        force: Build even though there is a whole one.
        packages: The set of packages it is to hold: ``base``, or ``scientific``, which has pandas and scipy too.

    Raises:
        ImageError: If there is no place to keep the image.
        GuestError: If the guest's wheel is missing or not the pinned build.
        ValueError: If there is no such set.
    """
    key = image_key(checked_packages(packages))
    root = writable_root()
    with _lock(root / "build.lock"):
        image, _ = _open_image(root / key, key, verify=True)
        if image is not None and not force:
            return image
        for leftover in root.glob("*.part"):  # of a build that was killed: we hold the lock
            shutil.rmtree(leftover, ignore_errors=True)
        with _reporter(progress, packages) as report:
            try:
                return _build_in(root, key, packages, report)
            except OSError as error:
                raise ImageError(
                    f"cannot write the sandbox image to {root}: {error}. "
                    f"Free some space ({NEEDED_SPACE[packages]}) or set R1CI_CACHE to another directory."
                ) from error


def image_status(*, verify: bool = True, packages: str = BASE) -> ImageStatus:
    """Look at the image without building it.

    Args:
        verify: Read all of it and compare hashes, rather than sizes and times only.
        packages: The set of packages it holds.

    Raises:
        ValueError: If there is no such set.
    """
    key = image_key(checked_packages(packages))
    status = None
    for root in _roots():
        directory = root / key
        image, problem = _open_image(directory, key, verify=verify)
        files = list(directory.iterdir()) if directory.is_dir() else []
        size = sum(file.stat().st_blocks * 512 for file in files)
        if image is not None:
            return ImageStatus(packages, "ready", directory, key, size, image.build_seconds, "")
        state = "damaged" if files else "missing"
        status = status or ImageStatus(packages, state, directory, key, size, 0.0, problem)
    assert status is not None
    return status


def _roots() -> Iterator[Path]:
    """Where an image may be: the cache, and the temporary directory for a home that is read-only."""
    yield cache_root()
    if "R1CI_CACHE" not in os.environ:
        yield Path(tempfile.gettempdir()) / f"r1ci-env-{os.geteuid()}" / "sandbox"


def writable_root() -> Path:
    """Where an image is built: the first of the directories that can be written.

    Raises:
        ImageError: If none can.
    """
    problems = []
    for root in _roots():
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_private(root)
            with tempfile.TemporaryFile(dir=root):
                return root
        except (OSError, ImageError) as error:
            problems.append(str(error))
    raise ImageError(
        "there is no place to keep the sandbox image ("
        + "; ".join(problems)
        + "): set R1CI_CACHE to a directory of yours that can be written"
    )


def _require_private(directory: Path) -> None:
    """Refuse a directory that another user could have put compiled code into.

    Raises:
        ImageError: If it is not ours; one that is ours but open to others is closed to them first.
    """
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise ImageError(f"{directory} is not a directory of this user's")
    if found.st_mode & 0o077:
        directory.chmod(0o700)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes; it goes with its holder, however that ends."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _open_image(directory: Path, key: str, *, verify: bool = False) -> tuple[Image | None, str]:
    """The image in a directory, or None and why not.

    Sizes and modification times stand for the contents; where they do not match those noted at the
    build, the hashes decide.
    """
    try:
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            return None, f"{directory} is not private to this user: delete it"
        manifest = json.loads((directory / MANIFEST).read_text())
        if manifest["key"] != key:
            return None, "the image was made for something else: run `r1ci sandbox build`"
        for name, noted in manifest["files"].items():
            path = directory / name
            state = path.lstat()
            same = [state.st_size, state.st_mtime_ns] == [noted["size"], noted["mtime_ns"]]
            if (verify or not same) and (not stat.S_ISREG(state.st_mode) or _digest(path) != noted["digest"]):
                return None, f"{path} is damaged: run `r1ci sandbox build`"
        return Image(directory, int(manifest["runner"]), int(manifest["used_memory"]), manifest["build_seconds"]), ""
    except FileNotFoundError:
        return None, "the image is not built yet: run `r1ci sandbox build`, or just use the sandbox"
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        return None, f"the image is damaged ({error}): run `r1ci sandbox build`"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()  # half of sha256's time on most processors


def _build_in(root: Path, key: str, packages: str, report: Progress) -> Image:
    from r1ci_env.sandbox_wasm.guest.library import Library, cut_directory
    from r1ci_env.sandbox_wasm.guest.pruning import pruned_module
    from r1ci_env.sandbox_wasm.guest.snapshot import compile_guest, take_snapshot

    began = time.monotonic()
    part = Path(tempfile.mkdtemp(suffix=".part", dir=root))
    try:
        with ThreadPoolExecutor(1) as aside:  # for what takes a core while the main thread takes the other
            report("cutting the guest down to what is needed", 0.0)
            tail = aside.submit(cut_directory, packages)
            module = pruned_module(packages)
            (part / LIBRARY_TAIL).write_bytes(tail.result())
            report("compiling it for this processor", 0.1)
            with _heartbeat(report, "compiling it for this processor", 0.1, 0.7):
                (part / CODE).write_bytes(compile_guest(module.code))
            files = {name: aside.submit(_describe, part / name) for name in (LIBRARY_TAIL, CODE)}
            report("warming the interpreter and taking the snapshot", 0.7)
            snapshot = take_snapshot(part / CODE, module.segments, Library(tail.result()))
            report("writing the image", 0.95)
            write_sparse(part / MEMORY, snapshot.memory)
            files[MEMORY] = aside.submit(_describe, part / MEMORY)
        manifest = {
            "key": key,
            "runner": snapshot.runner,
            "used_memory": snapshot.used,
            "build_seconds": round(time.monotonic() - began, 1),
            "files": {name: file.result() for name, file in files.items()},
        }
        (part / MANIFEST).write_text(json.dumps(manifest, indent=1))
        final = root / key
        if final.exists():
            final.rename(part.with_name(f"old-{part.name}"))
        part.rename(final)
        _remove_old(root)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(part.with_name(f"old-{part.name}"), ignore_errors=True)
    image, problem = _open_image(final, key)
    if image is None:
        raise ImageError(f"the image that was just built cannot be used: {problem}")
    report("ready", 1.0)
    return image


def _remove_old(root: Path) -> None:
    """Delete all but the newest images: those of other versions. Who has one open keeps it."""
    images = [path for path in root.iterdir() if (path / MANIFEST).is_file()]
    images.sort(key=lambda path: (path / MANIFEST).stat().st_mtime)
    for path in images[:-KEPT_IMAGES]:
        shutil.rmtree(path, ignore_errors=True)


def write_sparse(path: Path, data: bytes) -> None:
    """Write a file without storing the stretches of zeros."""
    block, zeros = 1 << 16, bytes(1 << 16)
    with path.open("wb") as file:
        file.truncate(len(data))
        for offset in range(0, len(data), block):
            part = data[offset : offset + block]
            if part != zeros:
                os.pwrite(file.fileno(), part, offset)


def _describe(path: Path) -> dict[str, Any]:
    state = path.stat()
    return {"size": state.st_size, "mtime_ns": state.st_mtime_ns, "digest": _digest(path)}


@contextmanager
def _heartbeat(report: Progress, what: str, start: float, end: float) -> Iterator[None]:
    """Creep from `start` towards `end` while something runs that cannot tell how far it is."""
    done = threading.Event()

    def beat() -> None:
        began = time.monotonic()
        while not done.wait(0.25):
            passed = time.monotonic() - began
            report(what, start + (end - start) * passed / (passed + 12))

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def _reporter(progress: Progress | None, packages: str) -> Iterator[Progress]:
    if progress is not None:
        yield progress
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
        with Bar(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("sandbox image", total=1.0)
            yield lambda what, done: bar.update(task, description=f"sandbox image: {what}", completed=done)
    else:
        print(f"building the sandbox image, once (about {BUILD_TIME[packages]}) …", file=sys.stderr, flush=True)
        yield lambda what, done: None
