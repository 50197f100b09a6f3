"""Places, and coroutines that wait for code in them."""

import asyncio
from concurrent.futures import Future
from contextlib import closing

import pytest

from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption
from r1ci_env.registry import problem
from r1ci_env.sandbox_wasm.errors import SandboxClosedError, SandboxError
from r1ci_env.sandbox_wasm.result import ExecResult

CODE = "```python\nprint({})\n```"


def result(text):
    return ExecResult(text, "", "", 0, "ok", 0.01)


class HandSandbox:
    """Blocks return when the test says so."""

    def __init__(self):
        self.futures = []

    def submit(self, program, **options):
        self.futures.append(Future())
        return self.futures[-1]


def test_none_waits_for_the_code_of_another():
    sandbox = HandSandbox()

    async def play():
        with closing(Arena(sandbox, 2)) as arena:
            slow, fast = (arena.begin(problem(f"GCD:1:{i}")) for i in range(2))
            waiting = asyncio.create_task(arena.act(slow, CODE.format("slow")))
            for i in range(3):
                turn = asyncio.create_task(arena.act(fast, CODE.format(i)))
                while len(sandbox.futures) < i + 2:
                    await asyncio.sleep(0)
                sandbox.futures[-1].set_result(result(f"fast {i}"))
                assert (await turn).observation.startswith(f"Code Execution Results:\nfast {i}")
            assert not waiting.done()
            sandbox.futures[0].set_result(result("slow"))
            outcome = await waiting
            assert "slow" in outcome.observation
            assert outcome.info["code_status"] == "ok"
            assert "env_id" not in outcome.info

    asyncio.run(play())


def test_places_are_given_back():
    async def play():
        arena = Arena(HandSandbox(), 1)
        for i in range(3):
            episode = arena.begin(problem(f"GCD:1:{i}"))
            with pytest.raises(BadOption, match="All 1 places"):
                arena.begin(problem("GCD:1:9"))
            outcome = await arena.act(episode, f"<<<{episode.problem.answer}>>>" if i else "<<<no>>>")
            assert (outcome.terminated, outcome.reward) == (True, float(i > 0))
            arena.leave(episode)
            with pytest.raises(BadOption, match="no place in this arena"):
                await arena.act(episode, "hm")

    asyncio.run(play())


def test_a_place_that_was_left_in_mid_turn_is_free_once_the_turn_is_back():
    sandbox = HandSandbox()
    arena = Arena(sandbox, 1)

    async def give_up():
        episode = arena.begin(problem("GCD:1:0"))
        turn = asyncio.create_task(arena.act(episode, CODE.format(1)))
        while not sandbox.futures:
            await asyncio.sleep(0)
        turn.cancel()
        arena.leave(episode)
        with pytest.raises(BadOption, match="All 1 places"):
            arena.begin(problem("GCD:1:1"))
        sandbox.futures[0].set_result(result("late"))
        while True:
            try:
                return arena.begin(problem("GCD:1:2"))
            except BadOption:
                await asyncio.sleep(0.001)

    async def go_on(episode):
        outcome = await arena.act(episode, "hm")
        assert "neither" in outcome.observation

    asyncio.run(go_on(asyncio.run(give_up())))  # in another event loop


@pytest.mark.parametrize("error", [SandboxError("no worker"), SandboxClosedError("closed"), ZeroDivisionError("a bug")])
def test_a_failure_reaches_whoever_waits(error):
    sandbox = HandSandbox()

    async def play():
        arena = Arena(sandbox, 2)
        episode = arena.begin(problem("GCD:1:0"))
        turn = asyncio.create_task(arena.act(episode, CODE.format(1)))
        while not sandbox.futures:
            await asyncio.sleep(0)
        sandbox.futures[0].set_exception(error)
        with pytest.raises(type(error), match=str(error)):
            await turn
        assert episode.over
        assert (episode.reward, episode.fault) == (None, str(error))

    asyncio.run(play())
