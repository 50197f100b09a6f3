"""Models behind OpenAI-compatible endpoints."""

import asyncio
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from r1ci_env.agents.agent import Agent, Reply
from r1ci_env.agents.endpoints import Endpoints, Retry
from r1ci_env.episode import Episode
from r1ci_env.errors import BadOption, as_integer

MAX_TURN_BYTES: Final = 4 << 20
"""Longest reply that is read: many episodes ask at a time."""

MOST_SERVED: Final = 16
MOST_TOKENS: Final = 10**9


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

    def __post_init__(self) -> None:
        """Raise `BadOption` for a number with which nothing could be asked."""
        for name in ("concurrency", "attempts", *(["max_tokens"] if self.max_tokens is not None else [])):
            if as_integer(getattr(self, name), name) < 1:
                raise BadOption(f"{name} must be at least 1, got {getattr(self, name)}.")
        most = {"temperature": math.inf, "top_p": 1.0, "timeout": math.inf, "pause": math.inf}
        for name, high in most.items():
            value = getattr(self, name)
            if not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= high:
                raise BadOption(f"{name} must be a finite number from 0 to {high:g}, got {value!r}.")
        if not self.timeout:
            raise BadOption("timeout must be above 0.")


class OpenAIAgent(Agent):
    """Asks one or several servers, each turn the one that has least to do.

    See `r1ci_env.agents.endpoints.Endpoints` for what becomes of requests that fail.

    Args:
        base_urls: Of the servers, such as ``http://localhost:8000/v1``.
        settings: How turns are asked for.

    Attributes:
        served: What the servers call the models that answered: ``model``, with ``system_fingerprint`` where it is told.
    """

    def __init__(self, base_urls: Sequence[str], settings: EndpointSettings) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(settings.concurrency)
        self._endpoints = Endpoints(
            base_urls,
            timeout=settings.timeout,
            attempts=settings.attempts,
            pause=settings.pause,
            max_reply_bytes=MAX_TURN_BYTES,
        )
        self.served: set[str] = set()

    async def reply(self, episode: Episode) -> Reply:
        """Return what the model says next, cut where the rules of the episode cut it anyway.

        Raises:
            OutOfRoom: the server says that the chat is too long.
            AgentUnusable: no server has ever answered, and none is there, what is there is something else, or the key
                or the model is refused.
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
            reply = await self._endpoints.ask("/chat/completions", body, self._read)
        longest = episode.rules.max_turn_chars + 1  # so that the episode still sees that it is too long
        return Reply(reply.text[:longest], reply.tokens, reply.prompt_tokens, reply.cut)

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoints.close()

    def _read(self, url: str, content: bytes) -> Reply:
        """Return the turn in a reply.

        Raises:
            Retry: there is none in it, as when a proxy answers for the server.
        """
        try:
            found = json.loads(content)
            choice = found["choices"][0]
            text, cut = choice["message"]["content"], choice.get("finish_reason") == "length"
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise Retry(f"{url}: the reply is no chat completion: {content[:200]!r}") from error
        if not isinstance(text, str | None):
            raise Retry(f"{url}: the reply's content is no text: {content[:200]!r}")
        if len(self.served) < MOST_SERVED:
            named = (str(found[key])[:200] for key in ("model", "system_fingerprint") if found.get(key))
            self.served.add(" ".join(named))
        usage = found.get("usage")
        counts = usage if isinstance(usage, dict) else {}
        return Reply(text or "", _count(counts.get("completion_tokens")), _count(counts.get("prompt_tokens")), cut)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS else None
