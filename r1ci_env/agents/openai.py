"""Models behind OpenAI-compatible endpoints."""

import asyncio
import json
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from r1ci_env.agents.agent import AgentError, Reply
from r1ci_env.episode import Episode
from r1ci_env.errors import BadOption

try:
    import httpx
except ImportError as error:
    raise BadOption("Endpoints need httpx: pip install 'r1ci-env[eval]'.") from error

KEY_VARIABLES: Final = ("R1CI_API_KEY", "OPENAI_API_KEY")
"""Where the key is looked for; it is kept nowhere else."""

MAX_REPLY_BYTES: Final = 16 << 20
LONGEST_PAUSE: Final = 60.0


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


class _Retry(Exception):
    """The request may succeed if it is made again, after so many seconds."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class OpenAIAgent:
    """Asks one or several servers, each turn the one that has least to do.

    Requests that meet 429, 5xx, a reset, a time-out or a reply that is none are made again, after growing pauses with
    jitter. The key is read from the environment (`KEY_VARIABLES`) and sent, but never written anywhere.

    Args:
        base_urls: Of the servers, such as ``http://localhost:8000/v1``.
        settings: How turns are asked for.
    """

    def __init__(self, base_urls: Sequence[str], settings: EndpointSettings) -> None:
        if not base_urls:
            raise BadOption("Name at least one base URL, such as http://localhost:8000/v1.")
        for url in base_urls:
            if not url.startswith(("http://", "https://")):
                raise BadOption(f"{url!r} is no base URL: write it like http://localhost:8000/v1.")
        self._settings = settings
        self._load = {url.rstrip("/"): 0 for url in base_urls}
        self._places = asyncio.Semaphore(settings.concurrency)
        key = next((os.environ[name] for name in KEY_VARIABLES if os.environ.get(name)), None)
        limits = httpx.Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.AsyncClient(headers=headers, limits=limits, timeout=settings.timeout)

    async def reply(self, episode: Episode) -> Reply:
        """Return what the model says next.

        Raises:
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
        async with self._places:
            for attempt in range(1, settings.attempts + 1):
                try:
                    return await self._ask(body)
                except _Retry as error:
                    if attempt == settings.attempts:
                        raise AgentError(f"Given up after {attempt} attempts: {error}.") from error
                    pause = min(LONGEST_PAUSE, settings.pause * 2 ** (attempt - 1)) * random.Random().random()
                    await asyncio.sleep(max(pause, min(error.after, LONGEST_PAUSE)))
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(self, body: Mapping[str, Any]) -> Reply:
        url = min(self._load, key=lambda u: self._load[u])
        self._load[url] += 1
        try:
            async with (
                asyncio.timeout(self._settings.timeout),
                self._client.stream("POST", f"{url}/chat/completions", json=body) as response,
            ):
                content = await _content(response)
        except (httpx.TransportError, TimeoutError) as error:
            raise _Retry(f"{url}: {type(error).__name__} {error}".rstrip()) from error
        except (httpx.InvalidURL, httpx.DecodingError) as error:
            raise AgentError(f"{url}: {error}") from error
        finally:
            self._load[url] -= 1
        if response.status_code == 429 or response.status_code >= 500:
            raise _Retry(f"{url}: status {response.status_code}", _seconds(response.headers.get("retry-after")))
        if response.status_code != 200:
            raise AgentError(
                f"{url} answers with status {response.status_code}: {content.decode(errors='replace'):.500}"
            )
        return _read(url, content)


async def _content(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MAX_REPLY_BYTES:
            raise _Retry(f"the reply is longer than {MAX_REPLY_BYTES >> 20} MiB")
        parts.append(part)
    return b"".join(parts)


def _read(url: str, content: bytes) -> Reply:
    """Return the turn in a reply.

    Raises:
        _Retry: there is none in it, as when a proxy answers for the server.
    """
    try:
        found = json.loads(content)
        choice = found["choices"][0]
        text = choice["message"]["content"]
        usage = found.get("usage") or {}
        tokens, prompt_tokens = usage.get("completion_tokens"), usage.get("prompt_tokens")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _Retry(f"{url}: the reply is no chat completion: {content[:200]!r}") from error
    if not isinstance(text, str | None):
        raise _Retry(f"{url}: the reply's content is no text: {content[:200]!r}")
    return Reply(text or "", _count(tokens), _count(prompt_tokens), choice.get("finish_reason") == "length")


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _seconds(value: str | None) -> float:
    """Return what a server asks to wait for; 0 if it says nothing that is a number."""
    try:
        return max(0.0, float(value or 0))
    except ValueError:
        return 0.0
