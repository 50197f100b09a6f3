"""Models behind OpenAI-compatible endpoints."""

import asyncio
import json
import os
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from r1ci_env.agents.agent import Agent, AgentError, AgentUnusable, OutOfRoom, Reply
from r1ci_env.episode import Episode
from r1ci_env.errors import BadOption

try:
    import httpx
except ImportError as error:
    raise BadOption("Endpoints need httpx: pip install 'r1ci-env[eval]'.") from error

KEY_VARIABLES: Final = ("R1CI_API_KEY", "OPENAI_API_KEY")
"""Where the key is looked for; it is kept nowhere else."""

MAX_REPLY_BYTES: Final = 4 << 20
LONGEST_PAUSE: Final = 60.0
SHORTEST_SECRET: Final = 12
"""Shorter keys, such as ``EMPTY``, are not looked for in what a server says."""

MOST_SERVED: Final = 16
MOST_TOKENS: Final = 10**9

_TOO_LONG = re.compile(rb"context[ _]length|context window|maximum length|too many tokens|prompt is too long", re.I)


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """How turns are asked for.

    Attributes:
        model: Name of the model.
        temperature: Of the sampling.
        top_p: Of the sampling.
        max_tokens: Tokens of a turn; None leaves it to the server.
        concurrency: Requests at a time.
        timeout: Seconds for one request, however slowly the reply drips.
        attempts: How often a request is made before it is given up.
        pause: Seconds before the second attempt, at most; doubled for each further one.
    """

    model: str
    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int | None = None
    concurrency: int = 64
    timeout: float = 600.0
    attempts: int = 8
    pause: float = 1.0


@dataclass(slots=True)
class _Server:
    """A server, and how it does: one that fails is left alone for a while if there are others."""

    url: str
    requests: int = 0
    failures: int = 0
    rests_until: float = 0.0


class _Retry(Exception):
    """The request may succeed if it is made again, after so many seconds."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class OpenAIAgent(Agent):
    """Asks one or several servers, each turn the one that has least to do.

    Requests that meet 429, 5xx, a reset, a time-out or a reply that is none are made again, after growing pauses with
    jitter, of another server where there is one. The key is read from the environment (`KEY_VARIABLES`) and sent, but
    never written anywhere: a server that says it back has it cut out.

    Args:
        base_urls: Of the servers, such as ``http://localhost:8000/v1``.
        settings: How turns are asked for.

    Attributes:
        served: What the servers call the models that answered: ``model``, with ``system_fingerprint`` where it is told.
    """

    def __init__(self, base_urls: Sequence[str], settings: EndpointSettings) -> None:
        if not base_urls:
            raise BadOption("Name at least one base URL, such as http://localhost:8000/v1.")
        self._servers = [_Server(require_base_url(url)) for url in dict.fromkeys(base_urls)]
        self._settings = settings
        self._places = asyncio.Semaphore(settings.concurrency)
        self._key = next((os.environ[name] for name in KEY_VARIABLES if os.environ.get(name)), "")
        self._answered = False
        self.served: set[str] = set()
        limits = httpx.Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency)
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            self._client = httpx.AsyncClient(headers=headers, limits=limits, timeout=settings.timeout)
        except UnicodeError:
            raise BadOption(
                f"The key in {' or '.join(KEY_VARIABLES)} has characters that no header can hold."
            ) from None

    async def reply(self, episode: Episode) -> Reply:
        """Return what the model says next, cut where the rules of the episode cut it anyway.

        Raises:
            OutOfRoom: the server says that the chat is too long.
            AgentUnusable: no server has ever answered, and none is there or the key or the model is refused.
            AgentError: the server refuses the request, or all attempts failed.
        """
        settings = self._settings
        body: dict[str, Any] = {
            "model": settings.model,
            "messages": episode.messages,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
        }
        if settings.max_tokens is not None:
            body["max_tokens"] = settings.max_tokens
        content = json.dumps(body).encode()  # in ASCII: a turn may hold what UTF-8 does not
        async with self._places:
            for attempt in range(1, settings.attempts + 1):
                server = min(self._servers, key=lambda s: (s.rests_until > time.monotonic(), s.requests))
                try:
                    reply = await self._ask(server, content)
                except _Retry as error:
                    if attempt == settings.attempts:
                        self._give_up(attempt, error)
                    longest = min(LONGEST_PAUSE, settings.pause * 2.0 ** (attempt - 1))
                    after = min(error.after, LONGEST_PAUSE)
                    server.failures += 1
                    rest = min(LONGEST_PAUSE, settings.pause * 2.0 ** min(server.failures - 1, 10))
                    server.rests_until = time.monotonic() + max(rest, after)
                    if len(self._servers) > 1:
                        after = 0.0  # another may have time
                    await asyncio.sleep(max(longest * random.Random().random(), after))
                else:
                    server.failures, server.rests_until = 0, 0.0
                    self._answered = True
                    longest_turn = episode.rules.max_turn_chars + 1  # so that the episode still sees that it is
                    return Reply(reply.text[:longest_turn], reply.tokens, reply.prompt_tokens, reply.cut)
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _give_up(self, attempts: int, error: _Retry) -> None:
        message = f"Given up after {attempts} attempts: {error}."
        if isinstance(error.__cause__, httpx.ConnectError) and not self._answered:
            raise AgentUnusable(f"{message} Is the server running, and is the base URL right?") from error
        raise AgentError(message) from error

    async def _ask(self, server: _Server, body: bytes) -> Reply:
        url = server.url
        server.requests += 1
        try:
            async with (
                asyncio.timeout(self._settings.timeout),
                self._client.stream("POST", f"{url}/chat/completions", content=body) as response,
            ):
                content = self._without_key(await _content(response))
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise _Retry(f"{url}: {type(error).__name__} {error}".rstrip()) from error
        except (httpx.InvalidURL, httpx.StreamError) as error:
            raise AgentError(f"{url}: {error}") from error
        finally:
            server.requests -= 1
        status = response.status_code
        if status == 200:
            return self._read(url, content)
        if status in (408, 409, 425, 429) or status >= 500:
            raise _Retry(f"{url}: status {status}", _seconds(response.headers.get("retry-after")))
        said = f"{url} answers with status {status}: {content.decode(errors='replace'):.500}"
        if status in (400, 413, 422) and _TOO_LONG.search(content):
            raise OutOfRoom(said)
        if status in (401, 403, 404) and not self._answered:
            raise AgentUnusable(
                f"{said} (the key is read from {' or '.join(KEY_VARIABLES)}, the model is {self._settings.model!r})"
            )
        raise AgentError(said)

    def _without_key(self, content: bytes) -> bytes:
        secret = self._key.encode()
        return content.replace(secret, b"[key]") if len(secret) >= SHORTEST_SECRET else content

    def _read(self, url: str, content: bytes) -> Reply:
        """Return the turn in a reply.

        Raises:
            _Retry: there is none in it, as when a proxy answers for the server.
        """
        try:
            found = json.loads(content)
            choice = found["choices"][0]
            text, cut = choice["message"]["content"], choice.get("finish_reason") == "length"
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise _Retry(f"{url}: the reply is no chat completion: {content[:200]!r}") from error
        if not isinstance(text, str | None):
            raise _Retry(f"{url}: the reply's content is no text: {content[:200]!r}")
        if len(self.served) < MOST_SERVED:
            named = (str(found[key])[:200] for key in ("model", "system_fingerprint") if found.get(key))
            self.served.add(" ".join(named))
        usage = found.get("usage")
        counts = usage if isinstance(usage, dict) else {}
        return Reply(text or "", _count(counts.get("completion_tokens")), _count(counts.get("prompt_tokens")), cut)


def require_base_url(url: str) -> str:
    """Return a base URL without its last slash.

    Raises:
        BadOption: it is none, or holds a user, a password or a query, where a key might stand that is to be kept out
            of every file.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise BadOption(f"{url!r} is no base URL: write it like http://localhost:8000/v1.")
    if parts.username is not None or parts.query or parts.fragment:
        raise BadOption(
            f"A base URL ends with its path, such as http://localhost:8000/v1: give the key in {KEY_VARIABLES[0]}."
        )
    return url.rstrip("/")


async def _content(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MAX_REPLY_BYTES:
            raise _Retry(f"the reply is longer than {MAX_REPLY_BYTES >> 20} MiB")
        parts.append(part)
    return b"".join(parts)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS else None


def _seconds(value: str | None) -> float:
    """Return what a server asks to wait for; 0 if it says nothing that is a number."""
    try:
        return max(0.0, float(value or 0))
    except ValueError:
        return 0.0
