"""A worker process of a `SandboxPool`: reads blocks from standard input, writes results to standard output.

Requests are pickles, because they come from the parent. Results are JSON, so that even a process whose
guest had broken out of WebAssembly could not make its parent run anything.
"""

import json
import os
import pickle
import select
import struct
import threading
from dataclasses import asdict
from queue import SimpleQueue
from typing import IO, Any

from r1ci_env.sandbox_wasm.errors import SandboxError

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


def _read_requests(stream: IO[bytes], requests: "SimpleQueue[dict[str, Any]]", parent: int) -> None:
    """Pass requests on; end the process at once, whatever it is doing, when the parent is gone."""
    while True:
        ready, _, _ = select.select([stream], [], [], PARENT_CHECK)
        if os.getppid() != parent:
            os._exit(0)
        if ready:
            body = read_message(stream)
            if body is None:
                os._exit(0)
            requests.put(pickle.loads(body))


def main(parent: int) -> None:
    """Serve blocks until the parent closes the pipe or dies."""
    incoming = os.fdopen(os.dup(0), "rb", buffering=0)  # unbuffered: select must see what is there
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed in this process must not get between the results
    requests: SimpleQueue[dict[str, Any]] = SimpleQueue()
    options = pickle.loads(read_message(incoming) or pickle.dumps(None))
    if options is None:
        return
    threading.Thread(target=_read_requests, args=(incoming, requests, parent), daemon=True).start()
    try:
        from r1ci_env.sandbox_wasm.sandbox import Sandbox

        sandbox = Sandbox(**options)
    except SandboxError as error:
        write_message(outgoing, json.dumps({"failed": str(error)}).encode())
        return
    write_message(outgoing, b'{"ready": true}')
    while True:
        try:
            answer = asdict(sandbox.run(**requests.get()))
        except (TypeError, ValueError) as error:  # an argument `Sandbox.run` refuses
            answer = {"invalid": f"{type(error).__name__}: {error}"}
        write_message(outgoing, json.dumps(answer).encode())
