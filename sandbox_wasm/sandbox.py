"""`Sandbox`: runs blocks of Python, each in a clean interpreter of its own, inside this process."""

import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self

import wasmtime

from r1ci_env.sandbox_wasm.errors import ImageError, SandboxClosedError, SandboxError
from r1ci_env.sandbox_wasm.guest.image import Image, load_image
from r1ci_env.sandbox_wasm.guest.library import Library, guest_tree
from r1ci_env.sandbox_wasm.guest.package_sets import BASE, checked_packages
from r1ci_env.sandbox_wasm.result import ExecResult, Status
from r1ci_env.sandbox_wasm.run import runtime, trap_signals
from r1ci_env.sandbox_wasm.run.block import Block
from r1ci_env.sandbox_wasm.run.guest_thread import GuestThread
from r1ci_env.sandbox_wasm.run.host import Host
from r1ci_env.sandbox_wasm.run.instance import Ending, Instance, Snapshot
from r1ci_env.sandbox_wasm.run.limits import (
    MIB,
    WALL_FACTOR,
    checked_flag,
    checked_max_output,
    checked_memory,
    checked_timeout,
)

_process_lock = threading.Lock()
"""Held while something is made once per process; a child gets a free one."""


class Sandbox:
    """Runs blocks of Python in WebAssembly, isolated from this process and from each other.

    Thread-safe: blocks sent from several threads run one after the other. For parallel work use a
    `SandboxPool`. After a fork the child opens the image again by itself, and so does whoever unpickles
    it; the state of a persistent interpreter does not go along.

    Args:
        memory: Bytes a block may use beyond what the interpreter itself occupies; at least 64 MiB.
        timeout: CPU seconds a block may take (wall time is capped at four times that).
        max_output: Bytes kept of what a block prints, the first half and the last; a block that prints 16 times
            as much is stopped.
        persistent: Keep variables and imports from block to block, like a notebook, until `reset`
            or until a block is killed. By default every block starts clean.
        reuse: Restore the instance after a block where that is possible, rather than make a new one for
            each. The results are the same; a fresh instance takes about twice the time.
        echo: Print the value of a trailing expression, as an interactive interpreter does.
        packages: What can be imported: ``base``, or ``scientific``, which has pandas and scipy too. Each has an
            image of its own, built when first used.

    Raises:
        ImageError: If the image can neither be loaded nor built.
        GuestError: If the guest's wheel is missing or not the pinned build.
        SandboxError: If a block could crash this process, because of signal handlers of another library.
        TypeError: If an option is of a wrong type.
        ValueError: If an option is out of range.
    """

    def __init__(
        self,
        *,
        memory: int = 256 * MIB,
        timeout: float = 10.0,
        max_output: int = 64 << 10,
        persistent: bool = False,
        reuse: bool = True,
        echo: bool = False,
        packages: str = BASE,
    ) -> None:
        self.memory = checked_memory(memory)
        self.timeout = checked_timeout(timeout)
        self.max_output = checked_max_output(max_output)
        self.persistent = checked_flag("persistent", persistent)
        self.reuse = checked_flag("reuse", reuse)
        self.echo = checked_flag("echo", echo)
        self.packages = checked_packages(packages)
        self._closed = False
        self._open(load_image(packages=self.packages))

    def _open(self, image: Image) -> None:
        """Load the compiled guest and start its thread; again in a child after a fork."""
        self._image = image
        self._lock = threading.Lock()
        self._engine = runtime.new_engine()
        try:
            module = wasmtime.Module.deserialize_file(self._engine, str(image.code))
            self._snapshot = Snapshot(image.memory, image.runner)
            self._library = Library(image.library_tail.read_bytes())
        except (OSError, wasmtime.WasmtimeError) as error:
            raise ImageError(
                f"cannot load the sandbox image: {error}. Delete {image.directory} and try again."
            ) from error
        self._host = Host(guest_tree(self._library), self.max_output)
        linker = wasmtime.Linker(self._engine)
        self._host.define(linker, module)
        self._linked = linker.instantiate_pre(module)
        self._instance: Instance | None = None
        self._thread = GuestThread()
        self._end = weakref.finalize(self, _release, self._thread, self._host)
        self._end.atexit = False
        self._pid = os.getpid()  # last: other threads go by it

    def run(
        self,
        code: str,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        seed: int = 0,
        stdin: str = "",
        files: Mapping[str, bytes] | None = None,
        echo: bool | None = None,
    ) -> ExecResult:
        """Run one block and wait for it. Whatever the block does, this returns a result.

        Args:
            code: The source.
            timeout: CPU seconds it may take; the sandbox's own by default.
            memory: Bytes it may use; the sandbox's own by default.
            seed: Seeds everything random: `random`, `numpy.random`, `os.urandom`, UUIDs.
            stdin: What ``input()`` and ``sys.stdin`` read.
            files: Read-only files the block can open, by path; relative ones are found under ``/``.
            echo: Whether the value of a trailing expression is printed; as for the sandbox by default.

        Raises:
            SandboxClosedError: If the sandbox is closed.
            SandboxError: If there is no memory for another interpreter.
            TypeError: If an argument is of a wrong type.
            ValueError: If an argument is out of range.
        """
        block = Block(code, timeout, memory, seed, stdin, files, echo)
        seconds = self.timeout if block.timeout is None else block.timeout
        limit = self._image.used_memory + (self.memory if block.memory is None else block.memory)
        seed = block.seed % 2**64
        request = b"%d %d\n" % (seed, self.echo if echo is None else echo) + block.code.encode("utf-8", "surrogatepass")
        if os.getpid() != self._pid:
            with _process_lock:
                if os.getpid() != self._pid:
                    self._end.detach()
                    self._open(self._image)
        with self._lock:
            if self._closed:
                raise SandboxClosedError("this sandbox is closed")
            began = time.perf_counter()
            if self._instance is None:
                self._host.reset()
            standard_input = block.stdin.encode("utf-8", "surrogatepass")
            self._host.begin(request, seed=seed, stdin=standard_input, files=block.files)
            try:
                ending, late = self._thread.call(
                    partial(self._run_in_guest, limit),
                    cpu=seconds,
                    wall=seconds * WALL_FACTOR,
                    interrupt=self._host.give_up,
                )
            except BaseException:
                self._discard()
                raise
            return self._result(ending, late, seconds, time.perf_counter() - began)

    def _run_in_guest(self, limit: int) -> Ending:
        """Run the block the host holds ready, and leave behind what the next one may start from."""
        trap_signals.reinstate()
        if self._instance is None:
            try:
                self._instance = Instance(self._engine, self._linked, self._snapshot, self._host)
            except wasmtime.WasmtimeError as error:
                raise SandboxError(f"cannot make an interpreter for the block: {error}") from error
        ending = self._instance.run(limit)
        if self._host.failure is not None or ending is not Ending.RETURNED:
            self._discard()
        elif not self.persistent:
            self._host.reset()
            if not (self.reuse and self._instance.restore()):
                self._discard()
        return ending

    def reset(self) -> None:
        """Forget the state of a persistent interpreter; the next block starts clean."""
        with self._lock:
            self._discard()

    def close(self) -> None:
        """Free what the sandbox holds. Closing twice does nothing."""
        if self._closed or os.getpid() != self._pid:
            self._closed = True
            return
        with self._lock:
            self._closed = True
            self._discard()
            self._end()
            self._snapshot.close()
            self._library.close()

    def __reduce__(self) -> tuple["Callable[[], Sandbox]", tuple[()]]:
        options: dict[str, Any] = {
            "memory": self.memory,
            "timeout": self.timeout,
            "max_output": self.max_output,
            "persistent": self.persistent,
            "reuse": self.reuse,
            "echo": self.echo,
            "packages": self.packages,
        }
        return partial(Sandbox, **options), ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _discard(self) -> None:
        if self._instance is not None:
            self._instance.close()
            self._instance = None

    def _result(self, ending: Ending, late: bool, seconds: float, duration: float) -> ExecResult:
        host = self._host
        status, code, error = _verdict(host, ending, late, seconds)
        (stdout, stdout_left_out), (stderr, stderr_left_out) = host.output()
        return ExecResult(
            stdout=stdout,
            stderr=stderr,
            error=error,
            exit_code=code,
            status=status,
            duration=duration,
            truncated=stdout_left_out + stderr_left_out > 0,
            stdout_left_out=stdout_left_out,
            stderr_left_out=stderr_left_out,
        )


def _verdict(host: Host, ending: Ending, late: bool, seconds: float) -> tuple[Status, int, str]:
    """How the block ended, from what the guest reported or from what killed it."""
    if host.failure is not None:
        problem = f"{type(host.failure).__name__}: {host.failure}"
        return "crash", 134, f"the interpreter crashed: a host function failed with {problem}"
    if host.exit_code is not None:  # os._exit
        code = host.exit_code & 0xFF
        return ("exit" if code else "ok"), code, ""
    if ending in (Ending.RETURNED, Ending.FAILED):
        return _reported(host.report)
    if host.output_exceeded:
        return "output", 134, "stopped: it would not stop printing"
    if late:
        return "timeout", 124, f"timeout: stopped after {seconds:g} s"
    if ending is Ending.OVERFLOW:
        return "crash", 134, "the interpreter crashed: native stack overflow"
    return "crash", 134, "the interpreter crashed"


def _reported(report: bytes) -> tuple[Status, int, str]:
    """Read a verdict that came from inside the guest, and that a hostile block may have forged."""
    kind, _, rest = report.decode("utf-8", "replace").partition("\n")
    number, _, error = rest.partition("\n")
    error = error.partition("\n")[0]
    match kind:
        case "ok":
            return "ok", 0, ""
        case "error" | "memory":
            return kind, 1, error or "unknown error"
        case "exit" if len(number) < 4 and number.isascii() and number.isdigit() and 0 < int(number) < 256:
            return "exit", int(number), ""
        case _:
            return "crash", 134, "the interpreter crashed"


def _release(thread: GuestThread, host: Host) -> None:
    """End what a sandbox keeps alive that nobody runs blocks in any more."""
    thread.stop()
    host.release()


_shared: dict[tuple[int, str], Sandbox] = {}


def shared_sandbox(packages: str = BASE) -> Sandbox:
    """One sandbox for the whole process and a set of packages, made when first asked for, and anew after a fork."""
    with _process_lock:
        key = os.getpid(), packages
        sandbox = _shared.get(key)
        if sandbox is None or sandbox._closed:
            for other in [other for other in _shared if other[0] != os.getpid()]:
                del _shared[other]
            sandbox = _shared[key] = Sandbox(packages=packages)
        return sandbox


os.register_at_fork(after_in_child=lambda: globals().update(_process_lock=threading.Lock()))
