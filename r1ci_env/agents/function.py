"""A function of the user's own as an agent."""

import asyncio
import importlib
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from r1ci_env.agents.agent import Agent, AgentError, Reply
from r1ci_env.episode import Episode
from r1ci_env.errors import BadOption

Messages = list[dict[str, str]]


class FunctionAgent(Agent):
    """Asks a function for each turn.

    Args:
        function: Takes the chat, a list of ``{"role": …, "content": …}``, and returns the turn as a text or a `Reply`.
            It may be a coroutine function; others run in threads.
        threads: How many of these there are at most.

    Raises:
        BadOption: the function is none.
    """

    def __init__(self, function: Callable[[Messages], Any], threads: int = 64) -> None:
        if not callable(function):
            raise BadOption(f"An agent's function is called with the chat, which {function!r:.80} can't be.")
        self._function = function
        self._threads = ThreadPoolExecutor(threads, "agent")

    @classmethod
    def at(cls, place: str, threads: int = 64) -> "FunctionAgent":
        """Return the agent of the function at ``module:function``.

        Raises:
            BadOption: there is none.
        """
        module, _, name = place.partition(":")
        try:
            function = getattr(importlib.import_module(module), name)
        except Exception as error:  # whatever a module of somebody's own may raise
            reason = f"{type(error).__name__}: {error}"
            raise BadOption(
                f"No function at {place!r}: {reason}. Write module:function of an importable module."
            ) from error
        return cls(function, threads)

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
                said = await asyncio.get_running_loop().run_in_executor(self._threads, self._function, messages)
        except Exception as error:
            raise AgentError(f"The agent's function raised {error!r:.500}.") from error
        if isinstance(said, str):
            return Reply(said)
        if isinstance(said, Reply):
            return said
        raise AgentError(f"The agent's function must return a text, not {type(said).__name__}.")

    async def close(self) -> None:
        """Let no further call begin; one that runs is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
