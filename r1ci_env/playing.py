"""Episodes played by an agent, each a coroutine: its code runs while others think."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from r1ci_env.agents.agent import Agent, AgentError
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
        tokens: Tokens of the agent's turns, as far as they are known.
        prompt_tokens: Tokens that it read for them, as far as they are known.
        cut_turns: Turns that ended at a limit of the agent's own.
        sandbox_seconds: Seconds that its code took.
        outcomes: For each turn, what came of it: ``answer``, ``none``, or how its block ended (``ok``, ``error``, …).
    """

    episode: Episode
    sample: int = 0
    stop: Stop = "answer"
    fault: str = ""
    tokens: int = 0
    prompt_tokens: int = 0
    cut_turns: int = 0
    sandbox_seconds: float = 0.0
    outcomes: list[str] = field(default_factory=list)


async def play_episode(agent: Agent, arena: Arena, problem: Problem, sample: int = 0) -> Played:
    """Play one episode; a fault of agent or sandbox ends it, and is told.

    Raises:
        SandboxClosedError: the arena's sandbox was closed.
    """
    episode = arena.begin(problem)
    try:
        return await _play(agent, arena, episode, sample)
    finally:
        arena.leave(episode)


async def _play(agent: Agent, arena: Arena, episode: Episode, sample: int) -> Played:
    played = Played(episode, sample)
    while not episode.over:
        try:
            reply = await agent.reply(episode)
            outcome = await arena.act(episode, reply.text)
        except SandboxClosedError:
            raise
        except (AgentError, SandboxError) as error:
            played.stop, played.fault = "fault", str(error)
            return played
        played.tokens += reply.tokens or 0
        played.prompt_tokens += reply.prompt_tokens or 0
        played.cut_turns += reply.cut
        played.outcomes.append(outcome.info.get("code_status", outcome.info["kind"]))
        played.sandbox_seconds += outcome.info.get("code_seconds", 0.0)
    played.stop = "turns" if episode.answer is None else "answer"
    return played


async def play_all(
    agent: Agent,
    arena: Arena,
    problems: Sequence[tuple[Problem, int]],
    on_finished: Callable[[Played], object] = lambda played: None,
) -> list[Played]:
    """Play an episode of each problem, ``arena.places`` at a time.

    Args:
        agent: Who plays.
        arena: Where.
        problems: Problems, each with the number of the sample.
        on_finished: Called with each episode when it ends.

    Returns:
        The episodes, in order.
    """
    waiting = iter(enumerate(problems))
    results: dict[int, Played] = {}

    async def play_on() -> None:
        for i, (problem, sample) in waiting:
            results[i] = await play_episode(agent, arena, problem, sample)
            on_finished(results[i])

    async with asyncio.TaskGroup() as group:
        for _ in range(min(arena.places, len(problems))):
            group.create_task(play_on())
    return [results[i] for i in range(len(problems))]
