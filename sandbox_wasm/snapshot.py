"""Making an image's two big parts: the compiled guest and the snapshot of a warmed interpreter."""

from dataclasses import dataclass
from pathlib import Path

import wasmtime

from r1ci_env.sandbox_wasm import runtime
from r1ci_env.sandbox_wasm.errors import ImageError
from r1ci_env.sandbox_wasm.files import Tree
from r1ci_env.sandbox_wasm.guest import Library
from r1ci_env.sandbox_wasm.guest_thread import GuestThread
from r1ci_env.sandbox_wasm.host import STDERR, STDOUT, GuestMemory, Host
from r1ci_env.sandbox_wasm.instance import TRIGGER
from r1ci_env.sandbox_wasm.limits import FREE_HEAP

LIBRARY_PATH = "usr/local/lib/python315.zip"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The memory of a warmed interpreter.

    Attributes:
        memory: All of it.
        trigger: Address and length of the statement that runs a block.
        used: Bytes in use, the free heap not counted.
    """

    memory: bytes
    trigger: tuple[int, int]
    used: int


def guest_tree(library: Library) -> Tree:
    """The files every block sees: the library zip, where the guest looks for it."""
    tree = Tree()
    tree.add(LIBRARY_PATH, size=library.size, read=library.read)
    return tree


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
    store = wasmtime.Store(engine)
    store.set_epoch_deadline(1)
    exports = linker.instantiate(store, module).exports(store)
    linear, turn, alloc, start = (exports[n] for n in ("memory", "turn", "host_alloc", "_initialize"))
    assert isinstance(linear, wasmtime.Memory)
    assert isinstance(turn, wasmtime.Func)
    assert isinstance(alloc, wasmtime.Func)
    assert isinstance(start, wasmtime.Func)
    memory = GuestMemory(store, linear)
    host.attach(memory, lambda: store.set_epoch_deadline(0))
    for address, data in segments:
        memory.write(address, data)
    start(store)

    def place(data: bytes) -> tuple[int, int]:
        address = alloc(store, len(data)) & 0xFFFFFFFF
        memory.write(address, data)
        return address, len(data)

    def run(text: str) -> None:
        host.begin(b"")
        if turn(store, *place(text.encode())) != 0:
            shown = (host.output(STDOUT) + host.output(STDERR)).decode(errors="replace")
            raise ImageError(f"the guest failed while its snapshot was made:\n{shown[-2000:]}")

    here = Path(__file__).parent
    runner = (here / "inside.py").read_text()
    warm_up = (here / "warm_up.py").read_text()
    run(
        "import sys, types; module = types.ModuleType('_block_runner'); sys.modules[module.__name__] = module\n"
        f"exec(compile({runner!r}, '_block_runner', 'exec'), module.__dict__)"
    )
    run(warm_up)
    trigger = place(TRIGGER)
    for block in WARM_UP_BLOCKS:
        host.begin(b"0 0\n" + block.encode())
        turn(store, *place(TRIGGER))
    run("import _block_runner; _block_runner.settle()")
    used = memory.size()
    run(f"__import__('_block_runner').free_heap({FREE_HEAP})")
    if host.open_descriptors():
        raise ImageError("the guest left files open while its snapshot was made")
    return Snapshot(memory.read(0, memory.size()), trigger, used)


WARM_UP_BLOCKS = (
    "print(1 + 1)",
    "def f(x):\n    return 1 / x\nf(0)",
    "raise ValueError('x')",
    "x = (1,",
    "class A:\n    pass\nprint(undefined_name)",
    "import sys; sys.exit(3)",
    "import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int = 0\nprint(P())",
    "from collections import Counter\nprint(Counter('abca').most_common(1))",
    "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 1\nprint(asyncio.run(f()))",
    "import numpy as np\nprint(np.arange(12).reshape(3, 4) @ np.ones((4, 2)))",
    "from sympy import *\nx, y = symbols('x y')\nprint(solve([x + y - 3, x - y - 1], [x, y]), simplify(x * x / x))",
    "assert 1 == 2, 'message'",
    "d = {}\nd['missing']",
    "[][1]",
    "int('a')",
    "None.attribute",
)
"""Ordinary blocks and one of each common failure, so that what they import lazily is there already."""
