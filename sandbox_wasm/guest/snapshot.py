"""Making an image's two big parts: the compiled guest and the snapshot of a warmed interpreter."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import wasmtime

from r1ci_env.sandbox_wasm.errors import ImageError
from r1ci_env.sandbox_wasm.guest import widening
from r1ci_env.sandbox_wasm.guest.inside import MODULES
from r1ci_env.sandbox_wasm.guest.library import Library, guest_tree
from r1ci_env.sandbox_wasm.guest.warm_up_blocks import FAILING, ROUNDS, WORKING
from r1ci_env.sandbox_wasm.run import runtime, trap_signals
from r1ci_env.sandbox_wasm.run.exports import CALL, PROTECT_STACK, STACK_POINTER, THREAD_STATE
from r1ci_env.sandbox_wasm.run.guest_thread import GuestThread
from r1ci_env.sandbox_wasm.run.host import GuestMemory, Host
from r1ci_env.sandbox_wasm.run.limits import FREE_HEAP

IMMORTAL, LEAST_IMMORTAL = 5 << 28, 1 << 30
"""The reference count CPython gives to an object whose references it is not to count, and the least that
it takes for one, on a 32-bit system (`refcount.h`)."""

STACK_RESERVE = 64 << 10
"""Bytes at the end of the guest's stack that CPython shall not count on: what its checks do not see runs on there."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The memory of a warmed interpreter.

    Attributes:
        memory: All of it.
        runner: Address of the Python function that runs a block.
        used: Bytes in use, the free heap not counted.
    """

    memory: bytes
    runner: int
    used: int


def compile_guest(code: bytes) -> bytes:
    """Compile a module for this processor."""
    return bytes(wasmtime.Module(runtime.new_engine(), code).serialize())


def take_snapshot(code: Path, segments: list[tuple[int, bytes]], library: Library) -> Snapshot:
    """Start the interpreter, warm it and copy its memory.

    Raises:
        ImageError: If the guest does not come up as expected.
    """
    thread = GuestThread()
    try:
        snapshot, _ = thread.call(lambda: _take_snapshot(code, segments, library))
        return snapshot
    finally:
        thread.stop()


def _take_snapshot(code: Path, segments: list[tuple[int, bytes]], library: Library) -> Snapshot:
    engine = runtime.new_engine()
    module = wasmtime.Module.deserialize_file(engine, str(code))
    host = Host(guest_tree(library), max_output=1 << 20)
    linker = wasmtime.Linker(engine)
    host.define(linker, module)
    trap_signals.reinstate()
    store = wasmtime.Store(engine)
    exports = linker.instantiate(store, module).exports(store)
    linear, turn, alloc, start, call = (exports[n] for n in ("memory", "turn", "host_alloc", "_initialize", CALL))
    thread_state, protect, stack = (exports[name] for name in (THREAD_STATE, PROTECT_STACK, STACK_POINTER))
    assert isinstance(thread_state, wasmtime.Func)
    assert isinstance(protect, wasmtime.Func)
    assert isinstance(stack, wasmtime.Global)
    assert isinstance(linear, wasmtime.Memory)
    assert isinstance(turn, wasmtime.Func)
    assert isinstance(alloc, wasmtime.Func)
    assert isinstance(start, wasmtime.Func)
    assert isinstance(call, wasmtime.Func)
    memory = GuestMemory(store, linear)
    host.attach(memory)
    for address, data in segments:
        memory.write(address, data)
    start(store)

    def run(text: str) -> list[int]:
        """Run a statement; return the numbers it reports to the host."""
        host.begin(b"")
        source = text.encode()
        address = alloc(store, len(source)) & 0xFFFFFFFF
        memory.write(address, source)
        if turn(store, address, len(source)) != 0:
            shown = "".join(text for text, _ in host.output())
            raise ImageError(f"the guest failed while its snapshot was made:\n{shown[-2000:]}")
        return [int(word) for word in host.report.split()]

    def invoke(address: int, block: bytes = b"") -> list[int]:
        """Call a function of the guest's; return the numbers it reports to the host."""
        host.begin(b"0 0\n" + block)
        if not call(store, address):
            raise ImageError("the guest failed while its snapshot was made")
        return [int(word) for word in host.report.split() if word.isdigit()]

    run("pass")  # starts the interpreter
    # CPython takes the stack for as small as the C library makes one for a new thread: 128 KiB.
    if protect(store, thread_state(store), STACK_RESERVE, stack.value(store) - STACK_RESERVE) != 0:
        raise ImageError("the guest does not take the bounds of its stack")
    for name in MODULES:
        source = (Path(__file__).parent / "inside" / f"{name}.py").read_text()
        run(
            f"import sys, types; module = types.ModuleType('_{name}'); sys.modules[module.__name__] = module\n"
            f"exec(compile({source!r}, module.__name__, 'exec'), module.__dict__)"
        )
    names = "_block_runner.run _block_runner.settle _arrange.pack _arrange.start_census _arrange.end_census"
    runner, settle, pack, start_census, end_census = run(
        f"import _arrange, _block_runner; _arrange.FREE_HEAP = {FREE_HEAP}\n"
        f"_arrange.tell({', '.join(f'id({name})' for name in names.split())})"
    )
    types = {"ndarray": widening.NDARRAY, "int32": widening.INT32_SCALAR, "tuple": widening.TUPLE}
    run(f"import _integers; _integers.ADDRESSES = {types}; _integers.check()")
    for block in (WORKING + FAILING) * ROUNDS:
        invoke(runner, dedent(block).encode())
    invoke(settle)
    _make_immortal(memory, *invoke(start_census))
    invoke(end_census)
    (used,) = invoke(pack)
    if host.open_descriptors():
        raise ImageError("the guest left files open while its snapshot was made")
    return Snapshot(memory.read(0, memory.size()), runner, used)


def _make_immortal(memory: GuestMemory, start: int, count: int) -> None:
    """Give the objects whose addresses stand at `start` a reference count that is never changed.

    A block that merely uses an object would otherwise write to its page, to count the reference;
    every page written costs a fault in a fresh instance and a copy on the fast path.
    """
    words = memory.words()
    for address in words[start // 4 : start // 4 + count].tolist():
        references = words[address // 4]
        if not 0 < references < 2 * LEAST_IMMORTAL:
            raise ImageError(f"the guest reported an object at {address:#x} where there is none ({references})")
        if references < LEAST_IMMORTAL:
            words[address // 4] = IMMORTAL
