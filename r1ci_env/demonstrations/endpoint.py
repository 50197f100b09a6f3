"""Demonstrations from a model behind an endpoint: what it gets right is kept."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from r1ci_env.agents.agent import Agent
from r1ci_env.arena import Arena
from r1ci_env.demonstrations.making import Settings, problems_of
from r1ci_env.playing import Played, play_episode
from r1ci_env.records import EPISODE, RecordFile, record
from r1ci_env.registry import get_task


async def sample(
    agent: Agent,
    arena: Arena,
    settings: Settings,
    episodes: Path,
    attempts: float = 4.0,
    on_finished: Callable[[dict[str, Any]], object] = lambda found: None,
) -> list[dict[str, Any]]:
    """Let an agent play new problems of each task until enough of them are right.

    Args:
        agent: Who plays.
        arena: Where; its rules must be those of the settings.
        settings: Tasks, levels, seed and number per task.
        episodes: File of all that was played; what is in it is not asked for again.
        attempts: Problems that are tried for each demonstration that is wanted, at most.
        on_finished: Called with the record of each episode that ends.

    Returns:
        The records of the demonstrations, in the order of tasks and problems.
    """
    file = RecordFile(episodes, EPISODE)
    known = {found["problem"]: found for found in file if found["stop"] != "fault"}

    async def play(problem: Any) -> dict[str, Any]:
        if problem.ref in known:
            return known[problem.ref]
        played: Played = await play_episode(agent, arena, problem)
        found = record(played)
        file.append(found)
        on_finished(found)
        return found

    async def of_task(name: str) -> list[dict[str, Any]]:
        problems = problems_of(get_task(name), settings)
        right: list[dict[str, Any]] = []
        left = round(attempts * settings.per_task)
        while left > 0 and len(right) < settings.per_task:
            batch = [p for _, p in zip(range(min(left, settings.per_task - len(right))), problems, strict=False)]
            if not batch:
                break
            left -= len(batch)
            played = await asyncio.gather(*(play(problem) for problem in batch))
            right += [found for found in played if found["correct"]]
        return [demonstration(found) for found in right]

    each = await asyncio.gather(*(of_task(name) for name in settings.tasks))
    return [found for of_one in each for found in of_one]


def demonstration(found: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded episode as a demonstration; turns that fail are not to be learnt."""
    turns = 2 * len(found["outcomes"])
    return {
        "problem": found["problem"],
        "format": "endpoint",
        "messages": found["messages"][:turns],
        "train": [outcome in ("ok", "answer") for outcome in found["outcomes"]],
        "outcomes": found["outcomes"],
        "reward": found["reward"],
    }
