"""What rollouts ask of an engine, whatever stands behind it."""

from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from r1ci_env.errors import R1ciError

TurnStop = Literal["end", "text", "length"]
"""Why a turn stopped: an end token (which is part of it), a complete block or answer after which the policy went on
instead of ending (what it went on with is not part of it), or the limit."""


@dataclass(slots=True)
class Turn:
    """A turn as it was sampled.

    Attributes:
        ids: Token ids.
        logprobs: Log-probability with which each was sampled, in nats; as long as ``ids``.
        stop: Why it stopped.
        version: How often the engine's weights had changed when it was sampled, which they don't meanwhile.
    """

    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    stop: TurnStop = "length"
    version: int = 0


class Engine(Protocol):
    """Samples the turns of many episodes at a time, by itself: futures resolve while the caller does something else.

    Attributes:
        version: How often the weights have changed; turns are stamped with it.
    """

    version: int

    def turn(
        self, episode: Hashable, ids: Sequence[int], *, max_tokens: int, seed: int, temperature: float
    ) -> "Future[Turn]":
        """Ask for the next turn of an episode.

        Args:
            episode: Its name, the same from its first turn until `finish`.
            ids: Its whole stream so far. An engine that still remembers the beginning does not read it again; one
                that does not, reads it: forgetting costs time and never correctness.
            max_tokens: The turn is cut here.
            seed: Together with the position in the stream, it decides what is sampled.
            temperature: Divides the logits; 0 takes the likeliest token.
        """

    def finish(self, episode: Hashable) -> None:
        """Say that an episode asks for no more turns."""

    def weights_changed(self) -> None:
        """Sample from the policy's weights as they are now, and forget what was computed from those before.

        Raises:
            R1ciError: turns are being sampled.
        """

    def forget(self) -> None:
        """Sample from now on as a new engine would, to the last bit where the engine can promise that."""

    def close(self) -> None:
        """Give back the memory and give up what is being sampled; the engine is of no use afterwards."""


@runtime_checkable
class SteppedEngine(Engine, Protocol):
    """An engine that has no thread or process of its own to work in: it works when it is told to."""

    def step(self) -> bool:
        """Work for a moment; return whether there was anything to do."""

    @property
    def pending(self) -> int:
        """Number of turns that were asked for and have not been given."""


def require_room(ids: Sequence[int], max_tokens: int, length: int) -> None:
    """Raise `R1ciError` unless a stream and a turn after it fit into the ``length`` of an engine."""
    if not ids or max_tokens < 1 or len(ids) + max_tokens > length:
        raise R1ciError(
            f"A stream of {len(ids)} tokens and a turn of {max_tokens} don't fit into the engine's {length}: "
            "make it with a larger length, or limit the episode."
        )
