"""A worker process of a `SandboxPool`: reads blocks from standard input, writes results to standard output.

Requests are pickles, because they come from the parent. Results are JSON, so that even a process whose
guest had broken out of WebAssembly could not make its parent run anything.
"""

import json
import os
import pickle
import struct
import threading
import time
from typing import IO

from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.result import ExecResult

LENGTH = struct.Struct("<I")
PARENT_CHECK = 1.0
"""Seconds between two looks at whether the parent still lives."""


def _read_exactly(stream: IO[bytes], size: int) -> bytes | None:
    parts = []
    while size:
        part = stream.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_message(stream: IO[bytes]) -> bytes | None:
    """Read one length-prefixed message; None at the end of the stream."""
    head = _read_exactly(stream, LENGTH.size)
    return None if head is None else _read_exactly(stream, LENGTH.unpack(head)[0])


def write_message(stream: IO[bytes], body: bytes) -> None:
    """Write one length-prefixed message."""
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def _end_with(parent: int) -> None:
    """End the process, whatever it is doing, soon after its parent is gone."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK)
    os._exit(0)


def main(parent: int) -> None:
    """Serve blocks until the parent closes the pipe or dies."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed in this process must not get between the results
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    options = read_message(incoming)
    if options is None:
        return
    try:
        from r1ci_env.sandbox_wasm.sandbox import Sandbox

        sandbox = Sandbox(**pickle.loads(options))
    except SandboxError as error:
        write_message(outgoing, json.dumps({"failed": str(error)}).encode())
        return
    write_message(outgoing, b'{"ready": true}')
    while (request := read_message(incoming)) is not None:
        try:
            result = sandbox.run(**pickle.loads(request))
            answer = {name: getattr(result, name) for name in ExecResult.__slots__}
        except (TypeError, ValueError) as error:  # an argument `Sandbox.run` refuses
            answer = {"invalid": f"{type(error).__name__}: {error}"}
        write_message(outgoing, json.dumps(answer).encode())
