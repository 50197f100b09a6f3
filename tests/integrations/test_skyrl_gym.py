"""The adapter for SkyRL-gym, with the real package. `make test-adapters PEERS=skyrl_gym`."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import r1ci_env
from r1ci_env.curricula import UniformSampler

skyrl_gym = pytest.importorskip("skyrl_gym", reason="run make test-adapters: it needs an environment of its own")
omegaconf = pytest.importorskip("omegaconf")

from r1ci_env.adapters.skyrl_gym import row

BLOCK = "I count.\n\n```python\nprint(6 * 7)\n```"


def make(problem, env_config=None, **extras):
    """Make the environment as SkyRL's generator does: the columns of the row beside prompt and class are its extras."""
    columns = {**row(problem), **extras}
    prompt, env_class = columns.pop("prompt"), columns.pop("env_class")
    env = skyrl_gym.make(env_class, env_config=omegaconf.DictConfig(env_config or {}), extras=columns)
    return env, prompt


def answer(problem):
    return f"<<<{problem.answer}>>>"


@pytest.fixture
def game():
    return r1ci_env.problem("Game24:2:7")


def test_an_episode_with_code(game):
    env, prompt = make(game)
    assert game.question in prompt[0]["content"]
    first, info = env.init(prompt)
    assert first == prompt and info["problem"] == game.ref
    out = env.step(BLOCK)
    assert (out["reward"], out["done"]) == (0.0, False)
    (message,) = out["observations"]
    assert message["role"] == "user" and "42" in message["content"]
    out = env.step(answer(game))
    assert (out["reward"], out["done"], out["observations"]) == (1.0, True, [])
    assert env.get_metrics() == {"correct": 1.0, "turns": 2, "code_runs": 1}
    env.close()


def test_a_system_message_stays(game):
    env, prompt = make(game)
    system = {"role": "system", "content": "Be brief."}
    messages, _ = env.init([system, *prompt])
    assert messages == [system, *prompt]


def test_turns_are_used_up(game):
    env, prompt = make(game, max_turns=2)
    env.init(prompt)
    assert not env.step("I think.")["done"]
    out = env.step("I think.")
    assert (out["reward"], out["done"], out["observations"]) == (0.0, True, [])


def test_options(game):
    env, prompt = make(game, {"reward": "paper", "max_turns": 3}, max_turns=1)
    env.init(prompt)
    assert not env.step(BLOCK)["done"]
    assert env.step(answer(game))["reward"] == pytest.approx(1.1)


def test_persistent_variables(game):
    env, prompt = make(game, {"persistent": True})
    env.init(prompt)
    env.step("```python\nx = 41\n```")
    assert "42" in env.step("```python\nprint(x + 1)\n```")["observations"][0]["content"]
    env.close()


def test_many_in_threads():
    problems = UniformSampler(r1ci_env.list_tasks(split="train"), seed=0).sample(16)

    def play(problem):
        env, prompt = make(problem)
        env.init(prompt)
        seen = env.step(f"```python\nprint({problem.seed} * 1000)\n```")["observations"][0]["content"]
        return str(problem.seed * 1000) in seen, env.step(answer(problem))["reward"]

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(play, problems)) == {(True, 1.0)}


def test_metrics_are_averaged(game):
    from skyrl_gym.metrics import aggregate_for_environment

    env, prompt = make(game)
    env.init(prompt)
    env.step(answer(game))
    lost, _ = make(game)
    lost.init(prompt)
    lost.step("<<<1>>>")
    averages = aggregate_for_environment("r1ci", [env.get_metrics(), lost.get_metrics()])
    assert averages["correct"] == 0.5 and averages["turns"] == 1


def test_the_page(page_code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for block in page_code("skyrl_gym"):
        exec(block, {})
    assert "'reward': 1.0" in capsys.readouterr().out


def test_mistakes_are_told(game):
    with pytest.raises(r1ci_env.R1ciError, match="Task:level:seed"):
        skyrl_gym.make("r1ci", extras={})
    with pytest.raises(r1ci_env.R1ciError, match="Did you mean 'Game24'"):
        skyrl_gym.make("r1ci", extras={"problem": "Game42:1:1"})
    with pytest.raises(r1ci_env.R1ciError, match="Did you mean 'max_turns'"):
        make(game, {"max_turn": 3})
