"""``r1ci doctor``: how this machine and its packages stand, and what to do about each."""

import os
import platform
import resource
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import typer

import r1ci_env
from r1ci_env.cli.console import Json, print_rows
from r1ci_env.cli.extras import Requirement, requirements
from r1ci_env.sandbox_wasm import SandboxError, image_status
from r1ci_env.sandbox_wasm.guest.image import BUILD_TIME, writable_root
from r1ci_env.sandbox_wasm.guest.package_sets import BASE, PACKAGE_SETS

EXTRAS = {"train": "the trainer", "eval": "models behind endpoints", "vllm": "the vLLM engine", "ray": "Ray clusters"}
"""The extras that are looked at, and what each is for."""

MANY_FILES = 4096
"""Open files that a thousand episodes at an endpoint may need, with the sandbox's own."""

FREE_SPACE = 1 << 30
"""Bytes that the images of both sets of packages and a build take."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing.

    Attributes:
        what: The thing.
        state: ``ok``, ``absent`` (not needed for tasks and sandbox) or ``broken``.
        found: What is there.
        to_do: What to do about it.
    """

    what: str
    state: str
    found: str
    to_do: str = "nothing"


def doctor_command(json: Json = False) -> None:
    """Say how everything stands here, and what to do about it.

    The exit status is 1 if something is broken; that something optional is absent is no fault.
    """
    report([*package(), *sandbox(), *kernel(), *extras(), *accelerator()], json)


def report(findings: list[Finding], as_json: bool) -> None:
    """Print the findings; exit status 1 if something is broken."""
    broken = sum(finding.state == "broken" for finding in findings)
    print_rows(f"{broken or 'nothing'} broken", [asdict(finding) for finding in findings], as_json)
    if broken:
        raise typer.Exit(1)


def package() -> Iterator[Finding]:
    """Look at the package itself and what it cannot do without."""
    machine = f"Python {platform.python_version()} on {platform.system()} {platform.release()}, {platform.machine()}"
    yield Finding("r1ci-env", "ok", f"{r1ci_env.__version__}, {machine}")
    if not requirements():
        yield Finding("dependencies", "broken", "the metadata of r1ci-env is not installed", "pip install --editable .")
    for needed in requirements():
        if not needed.extra:
            yield _of_requirement(needed, "broken", "")


def sandbox() -> Iterator[Finding]:
    """Look at the sandbox: where its images are kept, whether they are there, and whether one runs."""
    try:
        root = writable_root()
        free = shutil.disk_usage(root).free
        short = free < FREE_SPACE
        advice = {"to_do": f"free some space, or set R1CI_CACHE: {FREE_SPACE >> 20} MB are enough"} if short else {}
        yield Finding("sandbox cache", "absent" if short else "ok", f"{free >> 20} MB free in {root}", **advice)
    except SandboxError as error:
        yield Finding("sandbox cache", "broken", str(error), "set R1CI_CACHE to a directory that you can write")
        return
    for packages in PACKAGE_SETS:
        yield from _of_image(packages)
    if image_status(packages=BASE, verify=False).state == "ready":
        yield _of_block()


def _of_image(packages: str) -> Iterator[Finding]:
    what, build = f"sandbox image, {packages}", f"r1ci sandbox build --packages {packages}"
    try:
        status = image_status(packages=packages)
    except SandboxError as error:
        yield Finding(what, "broken", str(error), "do as it says")
        return
    if status.state == "ready":
        found = f"{status.size >> 20} MB in {status.directory}, built in {status.build_seconds:.0f} s"
        yield Finding(what, "ok", found)
    elif status.state == "missing":
        advice = f"{build} ({BUILD_TIME[packages]}); its first use does so too"
        yield Finding(what, "absent", "not built yet", advice)
    else:
        yield Finding(what, "broken", status.problem, build)


def _of_block() -> Finding:
    from r1ci_env.sandbox_wasm import Sandbox

    try:
        with Sandbox() as box:
            results = [box.run("import numpy\nprint(numpy.arange(4).sum() * 7)")]
            began = time.perf_counter()
            results += [box.run("print(42)") for _ in range(20)]
            milliseconds = (time.perf_counter() - began) * 50
    except SandboxError as error:
        return Finding("sandbox block", "broken", str(error), "r1ci sandbox build")
    if any(result.stdout != "42\n" for result in results):
        return Finding("sandbox block", "broken", f"a block printed {results[0].stdout!r}", "please report this")
    return Finding("sandbox block", "ok", f"a small block takes {milliseconds:.2f} ms")


def kernel() -> Iterator[Finding]:
    """Look at what the system gives to the sandbox and to many episodes at a time."""
    from r1ci_env.sandbox_wasm.run.dirty_pages import way_to_tell
    from r1ci_env.sandbox_wasm.run.written_pages import PagemapScan

    way = way_to_tell()
    if way is PagemapScan:
        yield Finding("written pages", "ok", "told by PAGEMAP_SCAN: instances are used again, at full speed")
    else:
        found = "told by /proc/self/pagemap: instances are used again" if way else "not told: a fresh instance a block"
        yield Finding("written pages", "absent", found, "use Linux 6.7 or later for faster blocks")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield Finding("cores and memory", "ok", f"{cores} cores, so as many sandbox workers; {memory:.1f} GiB")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = soft in (resource.RLIM_INFINITY, max(soft, MANY_FILES))
    most = MANY_FILES if hard == resource.RLIM_INFINITY else min(MANY_FILES, hard)
    advice = "nothing" if enough else f"ulimit -n {most}, before a thousand episodes at a time"
    yield Finding("open files", "ok" if enough else "absent", f"at most {soft}", advice)


def extras() -> Iterator[Finding]:
    """Look at the packages of the extras; without them tasks, verifiers and sandbox work all the same."""
    declared = {needed.extra for needed in requirements()}
    for extra, purpose in EXTRAS.items():
        if extra not in declared:
            yield _of_requirement(Requirement(extra, "", ""), "absent", purpose)
        for needed in requirements():
            if needed.extra == extra:
                yield _of_requirement(needed, "absent", purpose)


def _of_requirement(needed: Requirement, missing: str, purpose: str) -> Finding:
    found, reason = needed.found, f", for {purpose}" if purpose else ""
    if found and not needed.old:
        return Finding(needed.name, "ok", f"{found}{reason}")
    state = "broken" if found else missing
    said = f"{found}, but {needed.wanted} is wanted" if found else "not installed"
    return Finding(needed.name, state, f"{said}{reason}", needed.install)


def accelerator() -> Iterator[Finding]:
    """Look for a GPU that torch can use."""
    try:
        import torch
    except (ImportError, OSError) as error:
        if isinstance(error, ModuleNotFoundError) and error.name == "torch":
            yield Finding("GPU", "absent", "not looked for: torch is not installed", "install torch first")
        else:
            yield Finding("GPU", "broken", f"torch cannot be imported: {error}", "install torch anew")
        return
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            about = torch.cuda.get_device_properties(index)
            precision = "bfloat16" if torch.cuda.is_bf16_supported() else "no bfloat16"
            yield Finding(f"GPU {index}", "ok", f"{about.name}, {about.total_memory / 2**30:.0f} GiB, {precision}")
        return
    driver = shutil.which("nvidia-smi") is not None or os.path.exists("/proc/driver/nvidia/version")
    if not driver:
        yield Finding(
            "GPU", "absent", "none: training runs on the processor", "use a machine with one for large models"
        )
    elif torch.version.cuda is None:
        yield Finding("GPU", "absent", f"a driver, but torch {torch.__version__} is a build for processors", CUDA_BUILD)
    else:
        yield Finding("GPU", "broken", f"a driver that torch {torch.__version__} cannot use", DRIVER)


CUDA_BUILD = "pip install --force-reinstall torch --index-url https://download.pytorch.org/whl/cu128"
DRIVER = "see what nvidia-smi says, and install a driver that is as new as torch's CUDA"
