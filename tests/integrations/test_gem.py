"""The adapter for GEM, with the real package. `make test-adapters PEERS=gem`."""

import random

import numpy as np
import pytest

import r1ci_env
from r1ci_env.registry import problem

gem = pytest.importorskip("gem", reason="run make test-adapters: it needs an environment of its own")

import r1ci_env.adapters.gem

BLOCK = "I count.\n\n```python\nprint(6 * 7)\n```"


def test_every_task_and_both_splits_are_registered():
    from gem.envs.registration import ENV_REGISTRY

    ours = {name.removeprefix("r1ci:") for name in ENV_REGISTRY if name.startswith("r1ci:")}
    assert ours == {*r1ci_env.list_tasks(), "Train", "Test"}


def test_an_episode_with_code():
    env = gem.make("r1ci:Game24", level=2)
    question, info = env.reset(seed=3)
    assert problem(info["problem"]).question in question
    observation, reward, terminated, truncated, info = env.step(BLOCK)
    assert "42" in observation and (reward, terminated, truncated) == (0.0, False, False)
    assert info["code_status"] == "ok"
    _, reward, terminated, truncated, info = env.step(f"<<<{problem(info['problem']).answer}>>>")
    assert (reward, terminated, truncated, info["correct"]) == (1.0, True, False, True)


def test_the_page(page_code, capsys):
    for block in page_code("gem"):
        exec(block, {})
    assert "reward 1.0" in capsys.readouterr().out


def test_training_ids_draw_nothing_that_is_held_out():
    env = gem.make("r1ci:Train")
    refs = [env.reset(seed=seed)[1]["problem"] for seed in range(60)]
    assert not any(problem(ref).held_out for ref in refs)
    assert len({ref.split(":")[0] for ref in refs}) > 20
    env = gem.make("r1ci:ChainSum", held_out=True)
    assert all(problem(env.reset(seed=seed)[1]["problem"]).held_out for seed in range(5))


def test_test_ids_draw_test_tasks():
    env = gem.make("r1ci:Test")
    names = {env.reset(seed=seed)[1]["task"] for seed in range(20)}
    assert names <= set(r1ci_env.list_tasks(split="test"))


@pytest.mark.parametrize("async_mode", [False, True])
def test_vectors(async_mode):
    envs = gem.make_vec(["r1ci:ChainSum", "r1ci:Game24", "r1ci:ChainSum"], seed=5, async_mode=async_mode, level=1)
    _, infos = envs.reset()
    refs = [info["problem"] for info in infos]
    assert len(set(refs)) == 3
    observations, rewards, terminated, _, _ = envs.step([BLOCK] * 3)
    assert all("42" in text for text in observations) and not terminated.any() and not rewards.any()
    _, rewards, terminated, _, infos = envs.step([f"<<<{problem(ref).answer}>>>" for ref in refs])
    assert rewards.tolist() == [1.0, 1.0, 1.0] and terminated.all()
    again = gem.make_vec(["r1ci:ChainSum", "r1ci:Game24", "r1ci:ChainSum"], seed=5, async_mode=async_mode, level=1)
    assert [info["problem"] for info in again.reset()[1]] == refs


def test_seeds_touch_no_global_random_numbers():
    random.seed(1)
    np.random.seed(1)
    expected = random.Random(1).random(), np.random.RandomState(1).random()
    gem.make("r1ci:ChainSum", seed=7).reset(seed=8)
    assert (random.random(), np.random.random()) == expected


def test_spawn():
    env = gem.make("r1ci:ChainSum", level=1)
    env.reset(seed=1)
    env.step(BLOCK)
    twin = env.spawn(same_state=True)
    answer = f"<<<{env._env.problem.answer}>>>"
    ends = [one.step(answer) for one in (env, twin)]
    assert [end[1] for end in ends] == [1.0, 1.0]
    assert [end[4]["turns"] for end in ends] == [2, 2] and [end[4]["code_runs"] for end in ends] == [1, 1]
    other = env.spawn(level=5)
    assert other.reset(seed=1)[1]["level"] == 5
    assert isinstance(other.sample_random_action(), str)


def test_wrappers_of_the_package():
    from gem.wrappers.episode_tracking_wrapper import EpisodeTrackingWrapper

    env = EpisodeTrackingWrapper(gem.make("r1ci:ChainSum"))
    _, info = env.reset(seed=1)
    assert env.step(f"<<<{problem(info['problem']).answer}>>>")[1] == 1.0


def test_mistakes_are_told():
    with pytest.raises(r1ci_env.R1ciError, match="levels 1 to 5"):
        gem.make("r1ci:Game24", level=9)
    with pytest.raises(r1ci_env.R1ciError, match="Unknown option"):
        gem.make("r1ci:Game24", max_turn=3)
    with pytest.raises(r1ci_env.R1ciError, match="takes no split"):
        gem.make("r1ci:Train", task="Game24")
