"""A policy of this process as an agent: episodes ask, an engine samples."""

import asyncio
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import Any

from r1ci_env.agents.agent import Agent, AgentUnusable, OutOfRoom, Reply
from r1ci_env.episode import Episode
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.chat import Chat
from r1ci_env.reference_trainer.engines.interface import Engine, SteppedEngine, Turn
from r1ci_env.reference_trainer.rollout import work


@dataclass(slots=True)
class _Stream:
    """Tokens of an episode so far; its random numbers depend on the problem and the sample alone."""

    name: Hashable
    seed: int
    ids: list[int] = field(default_factory=list)


class EngineAgent(Agent):
    """Lets an engine take the turns. The ids of a turn are kept as they were sampled, and never read from its text.

    Args:
        engine: Who samples; the agent closes it.
        chat: The tokenizer.
        room: Longest stream of an episode, turns included, in tokens.
        max_turn_tokens: Longest turn.
        temperature: Of the sampling; 0 for the likeliest token.
        seed: Decides what is sampled, together with the problem and the sample.
        served: As for every agent.
    """

    def __init__(
        self,
        engine: Engine,
        chat: Chat,
        *,
        room: int,
        max_turn_tokens: int,
        temperature: float = 0.0,
        seed: int = 0,
        served: Collection[str] = (),
    ) -> None:
        self.served = served
        self._engine = engine
        self._chat = chat
        self._room = room
        self._max_turn_tokens = max_turn_tokens
        self._temperature = temperature
        self._seed = seed
        self._streams: dict[Episode, _Stream] = {}
        self._asked = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    def begin(self, episode: Episode, sample: int) -> None:
        """Begin a stream."""
        name = (episode.problem.ref, sample)
        self._streams[episode] = _Stream(name, seeds.rng("evaluation", self._seed, *name).getrandbits(63))

    async def reply(self, episode: Episode) -> Reply:
        """Return the next turn.

        Raises:
            OutOfRoom: the stream has no room for another turn.
            AgentUnusable: the engine failed.
        """
        stream = self._streams[episode]
        said = episode.messages[-1]["content"]
        new = self._chat.observation_ids(said, stream.ids[-1]) if stream.ids else self._chat.prompt_ids(said)
        if len(stream.ids) + len(new) + self._max_turn_tokens > self._room:
            raise OutOfRoom(f"The stream has no room for another turn: it may have {self._room} tokens.")
        stream.ids += new
        asked = self._engine.turn(
            stream.name,
            stream.ids,
            max_tokens=self._max_turn_tokens,
            seed=stream.seed,
            temperature=self._temperature,
        )
        self._asked.set()
        turn = await self._given(asyncio.wrap_future(asked))
        read = len(stream.ids)
        stream.ids += turn.ids
        return Reply(self._chat.decode(turn.ids), len(turn.ids), read, turn.stop == "length")

    def finish(self, episode: Episode) -> None:
        """Give up the stream and its place in the engine."""
        self._engine.finish(self._streams.pop(episode).name)

    async def close(self) -> None:
        """Stop sampling and give back the engine's memory."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        self._engine.close()

    async def _given(self, turn: "asyncio.Future[Turn]") -> Turn:
        """Return a turn that was asked for; an engine that does not work by itself is made to."""
        if not isinstance(self._engine, SteppedEngine):
            return await turn
        if self._worker is None:
            self._worker = asyncio.create_task(work(self._engine, self._asked))
        both: set[asyncio.Future[Any]] = {turn, self._worker}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not turn.done():
            turn.cancel()
            raise AgentUnusable(f"The engine failed: {self._worker.exception()!r:.500}") from self._worker.exception()
        return turn.result()
