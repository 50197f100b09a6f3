"""What an agent is: whoever takes the turns of episodes."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass

from r1ci_env.episode import Episode
from r1ci_env.errors import R1ciError


class AgentError(R1ciError):
    """An agent could not take a turn, for a reason that says nothing of the problem: the episode is a fault."""


class AgentUnusable(AgentError):
    """An agent can take no turn at all, as with a wrong key or a server that is not there: the run is stopped."""


class OutOfRoom(AgentError):
    """The chat has grown too long for the agent: the episode is judged as if its turns were used up."""


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


class Agent(ABC):
    """Whoever takes turns: a model behind an endpoint or in this process, a solver, a function.

    Many episodes ask at a time, each from a coroutine of its own.

    Attributes:
        served: What it is that answers, as far as that is known, for the notes of a run.
    """

    served: Collection[str] = ()

    def begin(self, episode: Episode, sample: int) -> None:  # noqa: B027
        """Hear that an episode begins: the so-many-th of its problem, from 0."""

    @abstractmethod
    async def reply(self, episode: Episode) -> Reply:
        """Return the next turn of an episode, which waits for it; `Episode.messages` is the chat so far.

        Raises:
            AgentError: no turn can be had.
        """

    def finish(self, episode: Episode) -> None:  # noqa: B027
        """Hear that an episode asks for no more turns."""

    async def close(self) -> None:  # noqa: B027
        """Give back what the agent holds."""
