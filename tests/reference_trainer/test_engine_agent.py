"""A policy as an agent: the same turns as in rollouts, whatever else is played beside them."""

import asyncio
from concurrent.futures import Future

import pytest

from r1ci_env.agents import AgentUnusable
from r1ci_env.playing import play_all
from r1ci_env.reference_trainer.engine_agent import EngineAgent
from r1ci_env.reference_trainer.engines.interface import SteppedEngine, Turn
from r1ci_env.reference_trainer.rollout import Sampling
from r1ci_env.reference_trainer.rollout import play as roll_out


def play(policy, arena, problems, slots=8, room=None, engine=None, **options):
    async def run():
        made = engine or policy.engine(slots, room or policy.context)
        agent = EngineAgent(
            made, policy.chat, room=room or policy.context, max_turn_tokens=policy.max_turn_tokens, **options
        )
        try:
            return await play_all(agent, arena, problems)
        finally:
            await agent.close()

    return asyncio.run(run())


def texts(played):
    return [[m["content"] for m in one.episode.messages] for one in played]


def test_greedy_episodes_are_those_of_rollouts(policy, problems, arena):
    played = play(policy, arena, [(problem, 0) for problem in problems[:12]])
    trajectories = roll_out(policy, problems[:12], arena, Sampling(0.0))
    assert texts(played) == [[m["content"] for m in t.episode.messages] for t in trajectories]
    assert [one.tokens for one in played] == [sum(t.sampled) for t in trajectories]
    assert [one.stop for one in played] == [t.stop for t in trajectories]
    assert sum(one.cut_turns for one in played) == sum(t.turn_stops.count("length") for t in trajectories)
    assert all(one.prompt_tokens > one.episode.turns for one in played)


def test_what_is_sampled_depends_on_problem_sample_and_seed_alone(policy, problems, arena):
    each = [(problem, sample) for problem in problems[:4] for sample in range(3)]
    whole = texts(play(policy, arena, each, temperature=1.0))
    assert texts(play(policy, arena, each[5:], slots=2, temperature=1.0)) == whole[5:]
    assert texts(play(policy, arena, each, temperature=1.0, seed=1)) != whole
    assert len({str(chat) for chat in whole[:3]}) == 3


def test_an_episode_without_room_is_judged_and_no_fault(policy, problems, arena):
    longest = max(len(policy.chat.prompt_ids(problem.question)) for problem in problems[:4])
    played = play(policy, arena, [(p, 0) for p in problems[:4]], room=longest + policy.max_turn_tokens)
    assert {one.stop for one in played} <= {"length", "answer"}
    assert any(one.stop == "length" for one in played)
    assert all(one.episode.reward is not None and not one.fault for one in played)


class Broken(SteppedEngine):
    """An engine that takes turns and fails to sample them."""

    version = 0

    def turn(self, episode, ids, **options):
        return Future()

    def finish(self, episode):
        pass

    def step(self):
        raise RuntimeError("out of memory")

    def close(self):
        self.closed = True


def test_an_engine_that_fails_stops_the_run(policy, problems, arena):
    engine = Broken()
    with pytest.raises(AgentUnusable, match="out of memory"):
        play(policy, arena, [(problem, 0) for problem in problems[:3]], engine=engine)
    assert engine.closed


class Elsewhere:
    """An engine that samples by itself, as one on servers does."""

    def __init__(self, chat):
        self.ids = [*chat.encode("<<<1>>>"), chat.end_id]

    def turn(self, episode, ids, **options):
        future = Future()
        asyncio.get_running_loop().call_later(0.01, future.set_result, Turn(self.ids, [0.0] * len(self.ids), "end"))
        return future

    def finish(self, episode):
        pass

    def close(self):
        pass


def test_an_engine_that_needs_no_steps(policy, problems, arena):
    played = play(policy, arena, [(problem, 0) for problem in problems[:3]], engine=Elsewhere(policy.chat))
    assert [one.episode.answer for one in played] == ["1"] * 3
