"""A function of the user's own as an agent."""

import asyncio
import importlib
import inspect
from collections.abc import Callable
from typing import Any

from r1ci_env.agents.agent import AgentError, Reply
from r1ci_env.episode import Episode
from r1ci_env.errors import BadOption

Messages = list[dict[str, str]]


class FunctionAgent:
    """Asks a function for each turn.

    Args:
        function: Takes the chat, a list of ``{"role": …, "content": …}``, and returns the turn as a text or a `Reply`.
            It may be a coroutine function; others run in threads.
    """

    def __init__(self, function: Callable[[Messages], Any]) -> None:
        self._function = function

    @classmethod
    def at(cls, place: str) -> "FunctionAgent":
        """Return the agent of the function at ``module:function``.

        Raises:
            BadOption: there is none.
        """
        module, _, name = place.partition(":")
        try:
            function = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError, ValueError) as error:
            raise BadOption(
                f"No function at {place!r}: {error}. Write module:function of an importable module."
            ) from error
        if not callable(function):
            raise BadOption(f"{place!r} is no function.")
        return cls(function)

    async def reply(self, episode: Episode) -> Reply:
        """Return what the function says to a copy of the chat.

        Raises:
            AgentError: it raises, or returns something else.
        """
        messages = [dict(message) for message in episode.messages]
        try:
            if inspect.iscoroutinefunction(self._function):
                said = await self._function(messages)
            else:
                said = await asyncio.to_thread(self._function, messages)
        except Exception as error:
            raise AgentError(f"The agent's function raised {error!r:.500}.") from error
        if isinstance(said, str):
            return Reply(said)
        if isinstance(said, Reply):
            return said
        raise AgentError(f"The agent's function must return a text, not {type(said).__name__}.")

    async def close(self) -> None:
        """Hold nothing."""
