"""Episodes played by an agent, each a coroutine: its code runs while others think."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from r1ci_env.agents.agent import Agent, AgentError, AgentUnusable, OutOfRoom
from r1ci_env.arena import Arena
from r1ci_env.episode import Episode
from r1ci_env.sandbox_wasm.errors import SandboxClosedError, SandboxError
from r1ci_env.task import Problem

Stop = Literal["answer", "turns", "length", "fault"]


@dataclass(slots=True)
class Played:
    """An episode that was played to its end.

    Attributes:
        episode: The episode.
        sample: Which of several episodes of the same problem.
        stop: Why it ended: an answer, its turns used up, no room for another turn, or a fault of the infrastructure,
            which says nothing of the agent.
        fault: What the fault was.
        tokens: Tokens of the agent's turns, as far as they were counted; None if those of no turn were.
        prompt_tokens: Tokens that it read for them, likewise.
        cut_turns: Turns that ended at a limit of the agent's own.
        sandbox_seconds: Seconds that its code took.
        outcomes: For each turn, what came of it: ``answer``, ``none``, or how its block ended (``ok``, ``error``, …).
    """

    episode: Episode
    sample: int = 0
    stop: Stop = "answer"
    fault: str = ""
    tokens: int | None = None
    prompt_tokens: int | None = None
    cut_turns: int = 0
    sandbox_seconds: float = 0.0
    outcomes: list[str] = field(default_factory=list)


async def play_episode(agent: Agent, arena: Arena, problem: Problem, sample: int = 0) -> Played:
    """Play one episode; a fault of agent or sandbox ends it, and is told.

    Raises:
        SandboxClosedError: the arena's sandbox was closed.
        AgentUnusable: the agent can take no turn of any episode.
    """
    episode = arena.begin(problem)
    agent.begin(episode, sample)
    try:
        return await _play(agent, arena, episode, sample)
    finally:
        agent.finish(episode)
        arena.leave(episode)


async def _play(agent: Agent, arena: Arena, episode: Episode, sample: int) -> Played:
    played = Played(episode, sample)
    while not episode.over:
        try:
            reply = await agent.reply(episode)
            outcome = await arena.act(episode, reply.text)
        except (SandboxClosedError, AgentUnusable):
            raise
        except OutOfRoom:
            episode.cut()
            played.stop = "length"
            return played
        except (AgentError, SandboxError) as error:
            played.stop, played.fault = "fault", str(error)
            return played
        played.tokens = _added(played.tokens, reply.tokens)
        played.prompt_tokens = _added(played.prompt_tokens, reply.prompt_tokens)
        played.cut_turns += reply.cut
        played.outcomes.append(outcome.info.get("code_status", outcome.info["kind"]))
        played.sandbox_seconds += outcome.info.get("code_seconds", 0.0)
    played.stop = "turns" if episode.answer is None else "answer"
    return played


def _added(total: int | None, count: int | None) -> int | None:
    """Return the sum of what was counted; None if nothing was."""
    return total if count is None else (total or 0) + count


async def play_each(
    agent: Agent, arena: Arena, problems: Iterable[tuple[Problem, int]], on_finished: Callable[[Played], object]
) -> None:
    """Play an episode of each problem, ``arena.places`` at a time, and keep none of them.

    Args:
        agent: Who plays.
        arena: Where.
        problems: Problems, each with the number of the sample. The next is taken, in a thread, when there is a place
            for it: they may be made while others are played.
        on_finished: Called with each episode when it ends.
    """
    waiting, turn = iter(problems), asyncio.Lock()

    async def play_on() -> None:
        while (found := await _next(waiting, turn)) is not None:
            on_finished(await play_episode(agent, arena, *found))

    tasks = [asyncio.create_task(play_on()) for _ in range(arena.places)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _next(problems: Iterator[tuple[Problem, int]], turn: asyncio.Lock) -> tuple[Problem, int] | None:
    async with turn:
        return await asyncio.to_thread(next, problems, None)


async def play_all(
    agent: Agent,
    arena: Arena,
    problems: Sequence[tuple[Problem, int]],
    on_finished: Callable[[Played], object] = lambda played: None,
) -> list[Played]:
    """Do as `play_each` does, and return the episodes in the order of the problems."""
    played: list[Played] = []

    def keep(one: Played) -> None:
        played.append(one)
        on_finished(one)

    await play_each(agent, arena, problems, keep)
    order = {(problem.ref, sample): i for i, (problem, sample) in enumerate(problems)}
    return sorted(played, key=lambda one: order[one.episode.problem.ref, one.sample])
