"""Vectorised environments: Gymnasium's own and ours."""

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import r1ci_env
from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.errors import BadOption
from r1ci_env.task import Task

REFS = [f"GCD:{level}:{level}" for level in (1, 2, 3, 4)]
GUILLEMETS = "\u2211 \u00e9 \u6f22\U0001d11e\n<<<1>>> \ud800"


class Unicode(Task):
    """A question with characters outside ASCII, a lone surrogate among them."""

    def generate(self, rng, level):
        return self.new_problem(level, GUILLEMETS + str(rng.random()), {}, "1")

    def accepts(self, problem, answer):
        return answer == "1"


def make_unicode():
    return CodeInterpreterEnv(tasks=[Unicode()], prompt="bare")


@pytest.mark.parametrize(
    "make",
    [
        lambda: gymnasium.vector.SyncVectorEnv([make_unicode] * 3),
        lambda: gymnasium.vector.AsyncVectorEnv([make_unicode] * 3, shared_memory=False),
        lambda: gymnasium.vector.AsyncVectorEnv([make_unicode] * 3),
    ],
    ids=["sync", "async", "async shared memory"],
)
def test_texts_cross_unharmed(make):
    envs = make()
    first, _ = envs.reset(seed=5)
    single = make_unicode()
    expected = tuple(single.reset(seed=5 + i)[0] for i in range(3))
    assert tuple(first) == expected
    assert first in envs.observation_space
    observations, rewards, terminated, *_ = envs.step(("<<<1>>>", "nothing", "<<<2>>>"))
    assert rewards.tolist() == [1.0, 0.0, 0.0]
    assert terminated.tolist() == [True, False, True]
    assert "neither" in observations[1]
    assert tuple(first) == expected, "an observation changed after it was returned"
    envs.close()


@pytest.mark.parametrize(
    ("mode", "options"),
    [("sync", {}), ("async", {}), ("async", {"vector_kwargs": {"shared_memory": False}}), (None, {})],
)
def test_make_vec_returns_the_same_questions(mode, options):
    envs = gymnasium.make_vec("r1ci/GCD-v0", num_envs=3, vectorization_mode=mode, prompt="bare", **options)
    texts, infos = envs.reset(seed=11)
    single = gymnasium.make("r1ci/GCD-v0", prompt="bare")
    assert tuple(texts) == tuple(single.reset(seed=11 + i)[0] for i in range(3))
    assert all(ref.startswith("GCD:") for ref in infos["problem"])
    envs.close()


def ours(num_envs=4, **options):
    return gymnasium.make_vec("r1ci/GCD-v0", num_envs=num_envs, prompt="bare", **options)


def answers(envs):
    return [f"<<<{episode.problem.answer}>>>" for episode in envs.episodes]


def test_blocks_run_together_and_come_back_in_order(pool):
    envs = ours(sandbox=pool)
    envs.reset(options=[{"problem": ref} for ref in REFS])
    turns = [f"```python\nprint({i})\n```" for i in range(3)] + ["no code"]
    observations, *_, infos = envs.step(turns)
    assert observations[:3] == tuple(f"Code Execution Results:\n{i}" for i in range(3))
    assert "neither" in observations[3]
    assert list(infos["kind"]) == ["code", "code", "code", "none"]
    assert infos["_code_status"].tolist() == [True, True, True, False]
    assert envs.step(answers(envs))[1].tolist() == [1.0] * 4


def test_it_agrees_with_single_environments_turn_by_turn(pool):
    turns = ["```python\nprint(1)\n```", "hm", "<<<0>>>"]
    envs = ours(num_envs=2, sandbox=pool, autoreset_mode="DISABLED")
    envs.reset(options={"problem": REFS[0]})
    single = CodeInterpreterEnv(tasks=["GCD"], prompt="bare", sandbox=pool)
    single.reset(options={"problem": REFS[0]})
    for turn in turns:
        observation, reward, terminated, truncated, info = single.step(turn)
        observations, rewards, terminations, truncations, infos = envs.step([turn] * 2)
        assert observations == (observation,) * 2
        assert (rewards == reward).all()
        assert (terminations == terminated).all()
        assert (truncations == truncated).all()
        assert infos["kind"][0] == info["kind"]


def test_next_step_autoreset():
    envs = ours()
    envs.reset(seed=0)
    before = [episode.problem.ref for episode in envs.episodes]
    envs.step([answers(envs)[0], "hm", "hm", "hm"])
    observations, rewards, terminated, _, infos = envs.step(["ignored", "hm", "hm", "hm"])
    assert rewards[0] == 0
    assert not terminated[0]
    assert observations[0] == envs.episodes[0].problem.question
    assert infos["problem"][0] != before[0]
    assert envs.episodes[1].turns == 2


def test_same_step_autoreset():
    envs = ours(autoreset_mode=AutoresetMode.SAME_STEP)
    envs.reset(seed=0)
    observations, rewards, terminated, _, infos = envs.step([answers(envs)[0], "hm", "hm", "hm"])
    assert (rewards[0], terminated[0]) == (1.0, True)
    assert infos["final_info"]["correct"][0]
    assert observations[0] == envs.episodes[0].problem.question


def test_disabled_autoreset_wants_a_mask():
    envs = ours(autoreset_mode="DISABLED")
    envs.reset(seed=0)
    kept = envs.episodes[1]
    envs.step([answers(envs)[0], "hm", "hm", "hm"])
    with pytest.raises(BadOption, match="reset_mask"):
        envs.step(["hm"] * 4)
    envs.reset(options={"reset_mask": np.array([True, False, False, False])})
    assert envs.episodes[1] is kept
    envs.step(["hm"] * 4)


def test_same_seed_same_stream():
    first, second = ours(), ours()
    assert first.reset(seed=9)[0] == second.reset(seed=9)[0]
    for _ in range(2):
        assert first.step(["<<<x>>>"] * 4)[0] == second.step(["<<<x>>>"] * 4)[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ours(num_envs=0), "positive"),
        (lambda: ours(autoreset_mode="SAME_STPE"), "Did you mean 'SAME_STEP'"),
        (lambda: ours(autoreset_mode="same-step"), "Did you mean 'SAME_STEP'"),
        (lambda: _after_reset().step(["x"] * 3), "4 turns"),
        (lambda: _after_reset().step("xxxx"), "4 turns"),
        (lambda: _after_reset().step_wait(), "step_async"),
        (lambda: ours().reset(options=[{}] * 3), "one entry for each"),
        (lambda: ours().reset(seed=[1, 2]), "one entry for each"),
        (lambda: ours().reset(seed=[]), "one entry for each"),
        (lambda: ours().reset(seed=[1.0, 2, 3, 4]), "seed must be an integer"),
        (lambda: ours(persistent=True), "takes no 'persistent'.*single environments"),
        (lambda: ours(render_mode="ansi"), "takes no 'render_mode'.*to_html"),
    ],
)
def test_bad_input_says_what_to_do(call, message):
    with pytest.raises(BadOption, match=message):
        call()


def test_all_turns_are_looked_at_before_any_is_taken():
    envs = _after_reset()
    with pytest.raises(BadOption, match="text"):
        envs.step(["ok", "ok", 1, "ok"])
    assert [episode.turns for episode in envs.episodes] == [0, 0, 0, 0]
    envs.step(["ok"] * 4)


def test_out_of_order_calls_raise_gymnasiums_errors():
    with pytest.raises(gymnasium.error.ResetNeeded):
        ours().step(["x"] * 4)
    envs = _after_reset()
    envs.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        envs.step(["x"] * 4)


def test_seeds_may_be_an_array():
    first, second = ours(), ours()
    assert first.reset(seed=np.array([5, 6, 7, 8]))[0] == second.reset(seed=np.int64(5))[0]


def _after_reset():
    envs = ours()
    envs.reset(seed=0)
    return envs


def test_mixed_tasks_and_a_wrapper(pool):
    envs = gymnasium.make_vec("r1ci/All-v0", num_envs=8, sandbox=pool)
    envs = gymnasium.wrappers.vector.RecordEpisodeStatistics(envs)
    _, infos = envs.reset(seed=1)
    assert len(set(infos["task"])) > 1
    right = [f"<<<{episode.problem.answer}>>>" for episode in envs.unwrapped.episodes]
    *_, infos = envs.step(right)
    assert infos["episode"]["r"].tolist() == [1.0] * 8
    assert r1ci_env.__version__
