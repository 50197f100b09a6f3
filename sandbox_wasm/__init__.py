r"""A Python sandbox in the process: isolated blocks in about a millisecond.

Every block runs in a clean CPython, compiled to WebAssembly, with the standard library, numpy, sympy,
networkx and mpmath already imported. It sees no file, no network, no environment and no other block;
its clock is virtual, its randomness seeded, and time, memory and output are limited.

    from r1ci_env.sandbox_wasm import Sandbox, SandboxPool, shared_sandbox

    with Sandbox(timeout=5.0) as sandbox:
        result = sandbox.run("print(sum(range(10)))")
        result.stdout            # "45\n"
        result = sandbox.run("1 / 0")
        result.status            # "error"
        result.error             # "ZeroDivisionError: division by zero"
        result.stderr            # the traceback, with the block's own lines

    with SandboxPool(workers=4) as pool:                     # worker processes
        results = pool.run_many(["print(1)", "print(2)"])    # in order
        future = pool.submit("print(3)", seed=7)             # concurrent.futures
        # await pool.arun("print(4)")                        # asyncio

    with Sandbox(persistent=True) as notebook:               # variables live on
        notebook.run("x = 41")
        notebook.run("print(x + 1)")

`shared_sandbox()` and `shared_pool()` give one of each per process, for callers that have no wishes. Other
arguments of `run`: ``timeout``, ``memory``, ``seed``, ``stdin``, ``files``, ``echo``. What comes back is an
`ExecResult`; a block never makes `run` raise.

The first use compiles the interpreter for this machine (about half a minute) and keeps the image in
the user's cache directory; `build` does it ahead of time and `image_status` looks at it. Importing
this package is cheap: wasmtime is loaded when a sandbox is made.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from r1ci_env.sandbox_wasm.errors import GuestError, ImageError, SandboxClosedError, SandboxError
from r1ci_env.sandbox_wasm.result import ExecResult, Status

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm.guest.image import ImageStatus, build, image_status
    from r1ci_env.sandbox_wasm.pool.block_pool import BlockPool
    from r1ci_env.sandbox_wasm.pool.pool import SandboxPool, shared_pool
    from r1ci_env.sandbox_wasm.run.block import Block
    from r1ci_env.sandbox_wasm.sandbox import Sandbox, shared_sandbox

__all__ = [
    "Block",
    "BlockPool",
    "ExecResult",
    "GuestError",
    "ImageError",
    "ImageStatus",
    "Sandbox",
    "SandboxClosedError",
    "SandboxError",
    "SandboxPool",
    "Status",
    "build",
    "image_status",
    "shared_pool",
    "shared_sandbox",
]

_LAZY = {
    "Block": "run.block",
    "BlockPool": "pool.block_pool",
    "ImageStatus": "guest.image",
    "Sandbox": "sandbox",
    "SandboxPool": "pool.pool",
    "build": "guest.image",
    "image_status": "guest.image",
    "shared_pool": "pool.pool",
    "shared_sandbox": "sandbox",
}


def __getattr__(name: str) -> Any:
    """Load what needs wasmtime only when it is asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
