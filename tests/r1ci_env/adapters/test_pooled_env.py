"""Environments and turns whose code runs in the shared pool."""

import asyncio

import r1ci_env
from r1ci_env.adapters.pooled_env import pooled_env
from r1ci_env.adapters.turns import begin, take_turn
from r1ci_env.episode import Rules
from r1ci_env.sandbox_wasm import shared_pool

PROBLEM = r1ci_env.problem("ChainSum:1:2")


def test_environments_share_the_pool():
    env = pooled_env(task="ChainSum")
    assert env._given_sandbox is shared_pool()
    env.reset(options={"problem": PROBLEM})
    assert "42" in env.step("```python\nprint(6 * 7)\n```")[0]


def test_environments_with_a_sandbox_of_their_own(sandbox):
    assert pooled_env(sandbox=sandbox)._given_sandbox is sandbox
    env = pooled_env(persistent=True)
    env.reset(options={"problem": PROBLEM})
    env.step("```python\nx = 41\n```")
    assert "42" in env.step("```python\nprint(x + 1)\n```")[0]
    env.close()


def test_turns_side_by_side():
    async def play(number):
        episode = begin(PROBLEM, Rules(max_turns=3))
        seen = await take_turn(episode, f"```python\nprint({number} * 1000)\n```")
        assert seen.observation.endswith(str(number * 1000)) and not episode.over
        assert (await take_turn(episode, "I think.")).observation
        return (await take_turn(episode, f"<<<{PROBLEM.answer}>>>")).reward

    async def play_all():
        return await asyncio.gather(*map(play, range(1, 21)))

    assert asyncio.run(play_all()) == [1.0] * 20


def test_the_time_limit_of_a_block_is_the_episode_s():
    outcome = asyncio.run(take_turn(begin(PROBLEM.ref, Rules(code_timeout=0.2)), "```python\nwhile True: pass\n```"))
    assert outcome.info["code_status"] == "timeout"
