"""Requests to servers that may be busy, restart or answer nonsense: made again for as long as that may help."""

import asyncio
import os
import random
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from r1ci_env.agents.agent import AgentError
from r1ci_env.errors import BadOption

try:
    import httpx
except ImportError as error:
    raise BadOption("Servers need httpx: pip install 'r1ci-env[vllm]'.") from error

T = TypeVar("T")

KEY_VARIABLES: Final = ("R1CI_API_KEY", "OPENAI_API_KEY")
"""Where the key is looked for; it is kept nowhere else."""

MAX_REPLY_BYTES: Final = 16 << 20
LONGEST_PAUSE: Final = 60.0


class Retry(Exception):
    """The request may succeed if it is made again, after so many seconds."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class RetryingClient:
    """Asks servers; made and used in one event loop.

    Requests that meet 408, 425, 429, 5xx, a reset, a time-out or a reply that is none are made again, after growing
    pauses with jitter. The key is read from the environment (`KEY_VARIABLES`) and sent, but never written anywhere.

    Args:
        timeout: Seconds for one request, however slowly the reply drips.
        attempts: How often a request is made before it is given up.
        pause: Seconds before the second attempt, at most; doubled for each further one.
        before_retry: Called before each further attempt; raises where none can help.
    """

    def __init__(
        self, *, timeout: float, attempts: int, pause: float, before_retry: Callable[[], object] = lambda: None
    ) -> None:
        self._timeout, self._attempts, self._pause = timeout, attempts, pause
        self._before_retry = before_retry
        key = next((os.environ[name] for name in KEY_VARIABLES if os.environ.get(name)), None)
        headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})}
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        self._client = httpx.AsyncClient(headers=headers, limits=limits, timeout=timeout)

    async def ask(self, url: str, path: str, body: Any, read: Callable[[str, bytes], T], method: str = "POST") -> T:
        """Return what ``read`` finds in the reply to a request.

        Args:
            url: Of the server.
            path: Behind it.
            body: Sent as JSON; None for none.
            read: Called with the URL and the content; raises `Retry` where the content is no reply.
            method: Of HTTP.

        Raises:
            AgentError: the server refuses the request, or all attempts failed.
        """
        for attempt in range(1, self._attempts + 1):
            try:
                return read(url, await self._content(url, path, body, method))
            except Retry as error:
                if attempt == self._attempts:
                    raise AgentError(f"Given up after {attempt} attempts: {error}.") from error
                self._before_retry()
                pause = min(LONGEST_PAUSE, self._pause * 2 ** (attempt - 1)) * random.Random().random()
                await asyncio.sleep(max(pause, min(error.after, LONGEST_PAUSE)))
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _content(self, url: str, path: str, body: Any, method: str) -> bytes:
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(method, f"{url}{path}", json=body) as response,
            ):
                content = await _limited(response)
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise Retry(f"{url}: {type(error).__name__} {error}".rstrip()) from error
        except httpx.InvalidURL as error:
            raise AgentError(f"{url}: {error}") from error
        if response.status_code == 200:
            return content
        said = f"{url}{path} answers with status {response.status_code}: {content.decode(errors='replace'):.500}"
        if response.status_code in (408, 425, 429) or response.status_code >= 500:
            raise Retry(said, _seconds(response.headers.get("retry-after")))
        raise AgentError(said)


def require_urls(base_urls: Sequence[str]) -> None:
    """Raise `BadOption` unless there are base URLs and nothing else."""
    if not base_urls:
        raise BadOption("Name at least one base URL, such as http://localhost:8000/v1.")
    for url in base_urls:
        if not url.startswith(("http://", "https://")):
            raise BadOption(f"{url!r} is no base URL: write it like http://localhost:8000/v1.")


async def _limited(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MAX_REPLY_BYTES:
            raise Retry(f"the reply is longer than {MAX_REPLY_BYTES >> 20} MiB")
        parts.append(part)
    return b"".join(parts)


def _seconds(value: str | None) -> float:
    """Return what a server asks to wait for; 0 if it says nothing that is a number."""
    try:
        return max(0.0, float(value or 0))
    except ValueError:
        return 0.0
