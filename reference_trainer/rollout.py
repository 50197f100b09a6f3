"""Episodes played by a policy, each a coroutine over an engine and an arena."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from r1ci_env.arena import Arena
from r1ci_env.episode import Episode
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer import distributed, seeds
from r1ci_env.reference_trainer.bounds import Bounds
from r1ci_env.reference_trainer.chat import Chat
from r1ci_env.reference_trainer.engines.interface import Engine, SteppedEngine, Turn
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.sandbox_wasm.errors import SandboxClosedError, SandboxError
from r1ci_env.task import Problem

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
TurnTaker = Callable[[Trajectory], Awaitable[Turn]]
"""Whoever says what comes next in an episode: an engine, or a script."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How turns are sampled.

    Attributes:
        temperature: Divides the logits; 0 for the likeliest token.
        seed: Together with the number of an episode, decides its random numbers.
        max_episode_tokens: Longest stream of an episode; None for what the policy can read.
        max_turn_tokens: Longest turn; None for the policy's own limit.
        in_step: Whether tokens are sampled only when no episode waits for its code. Then what is sampled does not
            depend on how long code takes, to the last bit. Otherwise others go on, up to rounding with the same result.
            An engine that works by itself always goes on.
    """

    temperature: float = 1.0
    seed: int = 0
    max_episode_tokens: int | None = None
    max_turn_tokens: int | None = None
    in_step: bool = True

    def __post_init__(self) -> None:
        """Raise `BadOption` for a number with which nothing can be sampled."""
        Bounds().require(self.temperature, "temperature")
        for name in ("max_episode_tokens", "max_turn_tokens"):
            if getattr(self, name) is not None:
                Bounds(1).require(getattr(self, name), name)


def play(
    policy: Policy,
    problems: Sequence[Problem],
    arena: Arena | None = None,
    sampling: Sampling | None = None,
    *,
    engine: Engine | None = None,
    on_finished: Callable[[Trajectory], object] = lambda trajectory: None,
    **options: Any,
) -> list[Trajectory]:
    """Let a policy play one episode of each problem.

    Several processes play a part of them each, and all return all.

    Args:
        policy: The policy.
        problems: The problems; the same one may occur many times.
        arena: Where they are played; None makes one for the call, with the rules of the policy.
        sampling: How turns are sampled; None for the defaults.
        engine: Who samples; None has the policy make an engine for the call.
        on_finished: Called with each trajectory when it ends.
        **options: Of `Arena`, where ``arena`` is None; they go before the rules of the policy.

    Returns:
        One trajectory for each problem, in order.

    Raises:
        R1ciError: the sandbox failed in every episode, or a turn leaves no room in one.
    """
    if not problems:
        return []
    sampling = sampling or Sampling()
    if arena is None:
        with closing(Arena(**{**policy.rules, **options})) as made:
            return play(policy, problems, made, sampling, engine=engine, on_finished=on_finished)
    if engine is None:
        with closing(engine_for(policy, len(problems), arena, sampling.max_episode_tokens)) as sampler:
            return play(policy, problems, arena, sampling, engine=sampler, on_finished=on_finished)
    part = distributed.share(list(enumerate(problems)))
    own = run(_play_all(policy, part, arena, sampling, engine, on_finished))
    trajectories = distributed.gathered(own, episodes=True)
    if trajectories and all(t.stop == "fault" for t in trajectories):
        raise R1ciError(f"The sandbox failed in every episode: {trajectories[0].fault}")
    return trajectories


def engine_for(policy: Policy, episodes: int, arena: Arena, max_episode_tokens: int | None = None) -> Engine:
    """Return a policy's engine for this process's share of so many episodes in an arena."""
    slots = min(arena.places, -(-episodes // distributed.world()))
    return policy.engine(slots, max_episode_tokens or policy.context)


async def _play_all(
    policy: Policy,
    problems: Sequence[tuple[int, Problem]],
    arena: Arena,
    sampling: Sampling,
    engine: Engine,
    on_finished: Callable[[Trajectory], object],
) -> list[Trajectory]:
    max_turn = sampling.max_turn_tokens or policy.max_turn_tokens
    longest = sampling.max_episode_tokens or policy.context
    if max_turn >= longest:
        raise BadOption(
            f"A turn of {max_turn} tokens leaves no room in an episode of {longest}: lower max_turn_tokens, or raise "
            "max_episode_tokens."
        )
    asked, places = asyncio.Event(), asyncio.Semaphore(arena.places)

    async def one(number: int, problem: Problem) -> Trajectory:
        seed = seeds.rng("episode", sampling.seed, number).getrandbits(63)

        async def take_turn(trajectory: Trajectory) -> Turn:
            turn: Future[Turn] = engine.turn(
                number, trajectory.ids, max_tokens=max_turn, seed=seed, temperature=sampling.temperature
            )
            asked.set()
            return await asyncio.wrap_future(turn)

        try:
            async with places:
                trajectory = await play_episode(take_turn, policy.chat, problem, arena, longest - max_turn)
        finally:
            engine.finish(number)
        on_finished(trajectory)
        return trajectory

    episodes = [asyncio.ensure_future(one(i, problem)) for i, problem in problems]
    for episode in episodes:
        episode.add_done_callback(lambda _: asked.set())
    if isinstance(engine, SteppedEngine):

        def undone() -> int:
            return sum(not episode.done() for episode in episodes)

        def ready() -> bool:
            return engine.pending == min(undone(), arena.places)

        await asyncio.gather(work(engine, asked, undone, ready if sampling.in_step else None), *episodes)
    else:
        await asyncio.gather(*episodes)
    return [episode.result() for episode in episodes]


async def work(
    engine: SteppedEngine,
    asked: asyncio.Event,
    going: Callable[[], object] = lambda: True,
    ready: Callable[[], bool] | None = None,
) -> None:
    """Let an engine work whenever there is something to do.

    Args:
        engine: The engine.
        asked: Is set when a turn is asked for, or what follows may have changed.
        going: Whether to go on; by default until this is cancelled.
        ready: Whether the engine is to work now, and others are to wait for it; None lets it work in a thread.
    """
    with ThreadPoolExecutor(1, "engine") as thread:
        while going():
            asked.clear()
            if ready:
                worked = ready() and engine.step()
            else:
                worked = await asyncio.get_running_loop().run_in_executor(thread, engine.step)
            if not worked and not asked.is_set():
                await asked.wait()
            await asyncio.sleep(0)


async def play_episode(
    take_turn: TurnTaker, chat: Chat, problem: Problem, arena: Arena, room: int | None = None
) -> Trajectory:
    """Play one episode.

    Args:
        take_turn: Who plays.
        chat: The tokenizer.
        problem: The problem.
        arena: Where it is played.
        room: An episode whose stream would be longer than this before a turn is cut, and judged like one whose turns
            are used up; None for no limit.
    """
    episode = arena.begin(problem)
    try:
        return await _play(take_turn, chat, episode, arena, room)
    finally:
        arena.leave(episode)


async def _play(take_turn: TurnTaker, chat: Chat, episode: Episode, arena: Arena, room: int | None) -> Trajectory:
    trajectory = Trajectory(episode=episode)
    observation = chat.prompt_ids(episode.messages[0]["content"])
    while room is None or len(trajectory.ids) + len(observation) <= room:
        trajectory.add(observation)
        turn = await take_turn(trajectory)
        trajectory.add_turn(turn)
        try:
            outcome = await arena.act(episode, chat.decode(turn.ids))
        except SandboxClosedError:
            raise
        except SandboxError as error:
            trajectory.stop, trajectory.fault = "fault", str(error)
            return trajectory
        if outcome.terminated or outcome.truncated:
            trajectory.stop = "answer" if outcome.terminated else "turns"
            return trajectory
        observation = chat.observation_ids(outcome.observation, trajectory.ids[-1])
    trajectory.stop = "length"
    episode.cut()
    return trajectory


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, also where an event loop is running already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
