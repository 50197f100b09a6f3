"""What adapters share: rows that name problems, episodes and environments whose code runs in one pool."""

import asyncio

import pytest

import r1ci_env
from r1ci_env.adapters.pooled import act, begin, columns, named, pooled_env
from r1ci_env.held_out import held_out_problems
from r1ci_env.sandbox_wasm import shared_pool

TASK = r1ci_env.get_task("ChainSum")
TRAINABLE = next(problem for problem in map(TASK.problem, range(100)) if not problem.held_out)
HELD_OUT = next(held_out_problems(TASK))


def test_rows_name_problems():
    assert columns(TRAINABLE, "train") == {"problem": TRAINABLE.ref, "split": "train"}
    assert named(columns(TRAINABLE, "train")) == TRAINABLE
    assert named({"problem": TRAINABLE.ref, "something": "else"}) == TRAINABLE


def test_held_out_problems_are_for_evaluation():
    assert named(columns(HELD_OUT, "test")) == HELD_OUT
    for row in ({"problem": HELD_OUT.ref}, {"problem": HELD_OUT.ref, "split": "train"}):
        with pytest.raises(r1ci_env.R1ciError, match="held out and must not be trained on"):
            named(row)
        with pytest.raises(r1ci_env.R1ciError, match="held out and must not be trained on"):
            begin(row)
    with pytest.raises(r1ci_env.R1ciError, match="held out and must not be trained on"):
        columns(HELD_OUT, "train")
    with pytest.raises(r1ci_env.R1ciError, match="Did you mean 'train'"):
        columns(HELD_OUT, "trian")


@pytest.mark.parametrize("row", [{}, {"problem": None}, {"problem": 3}, {"problem": "ChainSum"}, {"problem": ""}])
def test_rows_that_name_nothing(row):
    with pytest.raises(r1ci_env.R1ciError, match="write Task:level:seed"):
        begin(row)


def test_episodes_side_by_side():
    async def play(number):
        episode = begin(columns(TRAINABLE, "train"), max_turns=3)
        seen = await act(episode, f"```python\nprint({number} * 1000)\n```")
        assert seen.observation.endswith(str(number * 1000)) and not episode.over
        assert (await act(episode, "I think.")).observation
        return (await act(episode, f"<<<{TRAINABLE.answer}>>>")).reward

    async def play_all():
        return await asyncio.gather(*map(play, range(1, 21)))

    assert asyncio.run(play_all()) == [1.0] * 20


def test_the_time_limit_of_a_block_is_the_episode_s():
    episode = begin(columns(TRAINABLE, "train"), code_timeout=0.2)
    outcome = asyncio.run(act(episode, "```python\nwhile True: pass\n```"))
    assert outcome.info["code_status"] == "timeout"


def test_environments_share_the_pool():
    env = pooled_env(task="ChainSum")
    assert env._given_sandbox is shared_pool()
    assert shared_pool() is shared_pool()
    env.reset(options={"problem": TRAINABLE})
    assert "42" in env.step("```python\nprint(6 * 7)\n```")[0]


def test_environments_with_a_sandbox_of_their_own(sandbox):
    assert pooled_env(sandbox=sandbox)._given_sandbox is sandbox
    env = pooled_env(persistent=True)
    env.reset(options={"problem": TRAINABLE})
    env.step("```python\nx = 41\n```")
    assert "42" in env.step("```python\nprint(x + 1)\n```")[0]
    env.close()


def test_a_closed_pool_is_made_anew():
    shared_pool().close()
    assert shared_pool().run("print(1)").stdout == "1\n"
