"""Requests to servers that may be busy, restart or answer nonsense: made again for as long as that may help."""

import asyncio
import itertools
import json
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import urlsplit

from r1ci_env.agents.agent import AgentError, AgentUnusable, OutOfRoom
from r1ci_env.errors import BadOption

try:
    import httpx
except ImportError as error:
    raise BadOption("Endpoints need httpx: pip install 'r1ci-env[eval]'.") from error

T = TypeVar("T")

KEY_VARIABLES: Final = ("R1CI_API_KEY", "OPENAI_API_KEY")
"""Where the key is looked for; it is kept nowhere else."""

MAX_REPLY_BYTES: Final = 16 << 20
LONGEST_PAUSE: Final = 60.0
CLIENTS: Final = 16
"""Pools that connections are spread over: a pool looks through all of its own whenever a request begins or ends."""
SHORTEST_SECRET: Final = 12
"""Shorter keys, such as ``EMPTY``, are not looked for in what a server says."""

_TOO_LONG = re.compile(rb"context[ _]length|context window|maximum length|too many tokens|prompt is too long", re.I)


class Retry(Exception):
    """The request may succeed if it is made again, after so many seconds."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class _NoReply(Retry):
    """What came with status 200 is no reply of such a server."""


@dataclass(slots=True)
class _Server:
    """A server, and how it does: one that fails is left alone for a while if there are others."""

    url: str
    requests: int = 0
    failures: int = 0
    rests_until: float = 0.0


class Endpoints:
    """One or several servers that do the same; made and used in one event loop.

    Requests that meet 429, 5xx, a reset, a time-out or a reply that is none are made again, after growing pauses with
    jitter, of another server where there is one. The key is read from the environment (`KEY_VARIABLES`) and sent, but
    never written anywhere: a server that says it back has it cut out.

    Args:
        base_urls: Of the servers, such as ``http://localhost:8000/v1``.
        timeout: Seconds for one request, however slowly the reply drips.
        attempts: How often a request is made before it is given up.
        pause: Seconds before the second attempt, at most; doubled for each further one.
        before_retry: Called before each further attempt; raises where none can help.
        max_reply_bytes: Longest reply that is read.
    """

    def __init__(
        self,
        base_urls: Sequence[str],
        *,
        timeout: float,
        attempts: int,
        pause: float,
        before_retry: Callable[[], object] = lambda: None,
        max_reply_bytes: int = MAX_REPLY_BYTES,
    ) -> None:
        require_urls(base_urls)
        self._servers = {url.rstrip("/"): _Server(url.rstrip("/")) for url in base_urls}
        self._timeout, self._attempts, self._pause = timeout, attempts, pause
        self._before_retry = before_retry
        self._max_reply_bytes = max_reply_bytes
        self._answered = False
        self._key = next((os.environ[name] for name in KEY_VARIABLES if os.environ.get(name)), "")
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        context = httpx.create_ssl_context()
        try:
            self._clients = [
                httpx.AsyncClient(headers=headers, limits=limits, timeout=timeout, verify=context)
                for _ in range(CLIENTS)
            ]
        except UnicodeError:
            raise BadOption(
                f"The key in {' or '.join(KEY_VARIABLES)} has characters that no header can hold."
            ) from None
        self._in_turn = itertools.cycle(self._clients)

    async def ask(
        self,
        path: str,
        body: Any,
        read: Callable[[str, bytes], T],
        *,
        url: str | None = None,
        method: str = "POST",
        refusals: int | None = None,
    ) -> T:
        """Return what ``read`` finds in the reply to a request.

        Args:
            path: Behind the base URL.
            body: Sent as JSON; None for none.
            read: Called with the base URL and the content; raises `Retry` where the content is no reply.
            url: Which of the servers; None for the one that has least to do.
            method: Of HTTP.
            refusals: How often in a row nobody may take the connection until the request is given up; None for all
                attempts.

        Raises:
            OutOfRoom: the server says that what it is to read is too long.
            AgentUnusable: no server has ever answered, and none is there, what is there is something else, or the key
                or the model is refused.
            AgentError: the server refuses the request, or all attempts failed.
        """
        refused = 0
        content = None if body is None else json.dumps(body).encode()  # in ASCII: a turn may hold what UTF-8 does not
        for attempt in range(1, self._attempts + 1):
            server = self._servers[url] if url is not None else self._least_busy()
            try:
                found = await self._ask(server, path, content, read, method)
            except Retry as error:
                refused = refused + 1 if isinstance(error.__cause__, httpx.ConnectError) else 0
                if attempt == self._attempts or refused == refusals:
                    self._give_up(attempt, error)
                self._before_retry()
                after = min(error.after, LONGEST_PAUSE)
                server.failures += 1
                server.rests_until = time.monotonic() + max(self._longest_pause(server.failures), after)
                if url is None and len(self._servers) > 1:
                    after = 0.0  # another may have time
                await asyncio.sleep(max(self._longest_pause(attempt) * random.Random().random(), after))
            else:
                server.failures, server.rests_until = 0, 0.0
                self._answered = True
                return found
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(client.aclose() for client in self._clients))

    def _least_busy(self) -> _Server:
        now = time.monotonic()
        return min(self._servers.values(), key=lambda server: (server.rests_until > now, server.requests))

    def _longest_pause(self, failures: int) -> float:
        return min(LONGEST_PAUSE, self._pause * 2.0 ** min(failures - 1, 30))

    def _give_up(self, attempts: int, error: Retry) -> NoReturn:
        message = f"Given up after {attempts} attempts: {error}."
        elsewhere = isinstance(error, _NoReply) or isinstance(error.__cause__, httpx.ConnectError)
        if elsewhere and not self._answered:
            raise AgentUnusable(f"{message} Is the server running, and is the base URL right?") from error
        raise AgentError(message) from error

    async def _ask(
        self, server: _Server, path: str, body: bytes | None, read: Callable[[str, bytes], T], method: str
    ) -> T:
        url = server.url
        server.requests += 1
        try:
            async with (
                asyncio.timeout(self._timeout),
                next(self._in_turn).stream(method, f"{url}{path}", content=body) as response,
            ):
                content = self._without_key(await self._content(response))
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise Retry(f"{url}: {type(error).__name__} {error}".rstrip()) from error
        except (httpx.InvalidURL, httpx.StreamError) as error:
            raise AgentError(f"{url}: {error}") from error
        finally:
            server.requests -= 1
        status = response.status_code
        if status == 200:
            try:
                return read(url, content)
            except Retry as error:
                raise _NoReply(str(error)) from error
        said = content.decode(errors="replace")
        if status in (408, 409, 425, 429) or status >= 500:
            after = _seconds(response.headers.get("retry-after"))
            raise Retry(f"{url}{path}: status {status} {said:.300}".rstrip(), after)
        refusal = f"{url}{path} answers with status {status}: {said:.500}"
        if status in (400, 413, 422) and _TOO_LONG.search(content):
            raise OutOfRoom(refusal)
        if status in (401, 403) and not self._answered:
            raise AgentUnusable(f"{refusal} (the key is read from {' or '.join(KEY_VARIABLES)})")
        if (status < 400 or status in (404, 405, 410)) and not self._answered:
            raise AgentUnusable(f"{refusal} (are the base URL and the name of the model right?)")
        raise AgentError(refusal)

    async def _content(self, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > self._max_reply_bytes:
                raise Retry(f"the reply is longer than {self._max_reply_bytes >> 20} MiB")
            parts.append(part)
        return b"".join(parts)

    def _without_key(self, content: bytes) -> bytes:
        secret = self._key.encode()
        return content.replace(secret, b"[key]") if len(secret) >= SHORTEST_SECRET else content


def require_urls(base_urls: Sequence[str]) -> None:
    """Raise `BadOption` unless there are base URLs and nothing else.

    They may hold no user, password or query, where a key might stand: it is to be kept out of every file.
    """
    if not base_urls:
        raise BadOption("Name at least one base URL, such as http://localhost:8000/v1.")
    for url in base_urls:
        try:
            parts = urlsplit(url)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound:
            raise BadOption(f"{url!r} is no base URL: write it like http://localhost:8000/v1.")
        if parts.username is not None or parts.query or parts.fragment:
            raise BadOption(
                f"A base URL ends with its path, such as http://localhost:8000/v1: give the key in {KEY_VARIABLES[0]}."
            )


def _seconds(value: str | None) -> float:
    """Return what a server asks to wait for; 0 if it says nothing that is a number."""
    try:
        return max(0.0, float(value or 0))
    except ValueError:
        return 0.0
