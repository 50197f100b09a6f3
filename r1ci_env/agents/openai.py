"""Models behind OpenAI-compatible endpoints."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from r1ci_env.agents.agent import Reply
from r1ci_env.agents.endpoints import Endpoints, Retry
from r1ci_env.episode import Episode


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


class OpenAIAgent:
    """Asks one or several servers, each turn the one that has least to do.

    See `r1ci_env.agents.endpoints.Endpoints` for what becomes of requests that fail.

    Args:
        base_urls: Of the servers, such as ``http://localhost:8000/v1``.
        settings: How turns are asked for.
    """

    def __init__(self, base_urls: Sequence[str], settings: EndpointSettings) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(settings.concurrency)
        self._endpoints = Endpoints(
            base_urls, timeout=settings.timeout, attempts=settings.attempts, pause=settings.pause
        )

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
            return await self._endpoints.ask("/chat/completions", body, _read)

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoints.close()


def _read(url: str, content: bytes) -> Reply:
    """Return the turn in a reply.

    Raises:
        Retry: there is none in it, as when a proxy answers for the server.
    """
    try:
        found = json.loads(content)
        choice = found["choices"][0]
        text = choice["message"]["content"]
        usage = found.get("usage") or {}
        tokens, prompt_tokens = usage.get("completion_tokens"), usage.get("prompt_tokens")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Retry(f"{url}: the reply is no chat completion: {content[:200]!r}") from error
    if not isinstance(text, str | None):
        raise Retry(f"{url}: the reply's content is no text: {content[:200]!r}")
    return Reply(text or "", _count(tokens), _count(prompt_tokens), choice.get("finish_reason") == "length")


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
