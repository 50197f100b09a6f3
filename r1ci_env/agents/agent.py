"""What an agent is: whoever takes the turns of episodes."""

from dataclasses import dataclass
from typing import Protocol

from r1ci_env.episode import Episode
from r1ci_env.errors import R1ciError


class AgentError(R1ciError):
    """An agent could not take a turn, for a reason that says nothing of the problem."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A turn of an agent.

    Attributes:
        text: The turn.
        tokens: Tokens that it was made of, where that is known.
        prompt_tokens: Tokens that were read for it, where that is known.
        cut: Whether it ended at a limit of the agent's own.
    """

    text: str
    tokens: int | None = None
    prompt_tokens: int | None = None
    cut: bool = False


class Agent(Protocol):
    """Whoever takes turns: a model behind an endpoint, a solver, a function. Many episodes ask at a time."""

    async def reply(self, episode: Episode) -> Reply:
        """Return the next turn of an episode, which waits for it; `Episode.messages` is the chat so far.

        Raises:
            AgentError: no turn can be had.
        """

    async def close(self) -> None:
        """Give back what the agent holds."""
