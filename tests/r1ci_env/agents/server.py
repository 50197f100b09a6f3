"""A scripted OpenAI-compatible server on loopback."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def completion(text: Any, **choice: Any) -> bytes:
    """Return the body of a chat completion."""
    message = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop", **choice}
    return json.dumps({"choices": [message], "usage": {"completion_tokens": 7, "prompt_tokens": 11}}).encode()


def reset(number: int, body: dict[str, Any], handler: Any) -> None:
    """Break the connection off instead of replying."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    handler.close_connection = True


@contextmanager
def scripted_server(script: Callable[[int, dict[str, Any], Any], None], port: int = 0):
    """Serve ``script(number, body, handler)`` for each request, and yield the base URL and the list of requests."""
    requests: list[dict[str, Any]] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            with lock:
                number = len(requests)
                requests.append({**body, "authorization": self.headers.get("Authorization"), "path": self.path})
            script(number, body, self)

        do_GET = do_POST

        def send(self, content: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", requests
    finally:
        server.shutdown()
        server.server_close()
