"""What adapters share: turns, and which problems are drawn."""

import asyncio
from itertools import islice

import pytest

from r1ci_env import R1ciError, list_tasks
from r1ci_env.adapters import turns
from r1ci_env.adapters.problems import problems_of
from r1ci_env.episode import Rules
from r1ci_env.held_out import held_out_set, trainable_problem
from r1ci_env.sandbox_wasm import SandboxError


def test_problems_to_train_on_are_never_held_out():
    drawn = list(islice(problems_of("train"), 300))
    assert not any(problem.held_out for problem in drawn)
    assert len({problem.question for problem in drawn}) == 300
    assert {problem.task for problem in drawn} <= set(list_tasks(split="train"))
    assert list(islice(problems_of("train"), 20)) == drawn[:20]
    assert list(islice(problems_of("train", seed=1), 20)) != drawn[:20]
    assert {p.level for p in islice(problems_of("train", ["LCM"], [2, 4]), 30)} == {2, 4}


def test_problems_to_evaluate_on_are_all_held_out():
    names = list_tasks(split="test")
    drawn = list(islice(problems_of("test"), 2 * len(names)))
    assert all(problem.held_out for problem in drawn)
    assert [problem.task for problem in drawn] == names * 2
    training = list(islice(problems_of("test", ["LCM"]), 5))
    assert all(problem.held_out for problem in training)
    assert held_out_set("LCM", per_task=5) == training
    assert [p.task for p in held_out_set(names[:2], per_task=2)] == [names[0]] * 2 + [names[1]] * 2
    assert {p.level for p in held_out_set("LCM", per_task=3, levels=4)} == {4}


def test_what_may_not_be_trained_on_is_refused():
    with pytest.raises(R1ciError, match="test split"):
        next(problems_of("train", list_tasks(split="test")[:1]))
    with pytest.raises(R1ciError, match="split"):
        next(problems_of("validation"))
    (held_out,) = held_out_set("LCM", per_task=1)
    with pytest.raises(R1ciError, match="held out"):
        trainable_problem(held_out.ref)
    problem = next(problems_of("train", ["LCM"]))
    assert trainable_problem(problem.ref) == problem
    with pytest.raises(R1ciError, match="no problem reference"):
        trainable_problem("LCM")


def test_a_turn(pool, monkeypatch):
    monkeypatch.setattr(turns, "shared_pool", lambda: pool)
    problem = next(problems_of("train", ["LCM"]))
    episode = turns.begin(problem.ref, Rules(echo=True))
    outcome = asyncio.run(turns.take_turn(episode, "```python\n6 * 7\n```"))
    assert outcome.observation.endswith("\n42") and episode.code_runs == 1
    outcome = asyncio.run(turns.take_turn(episode, "```python\n\n```"))
    assert "printed nothing" in outcome.observation and episode.code_runs == 2
    assert asyncio.run(turns.take_turn(episode, f"<<<{problem.answer}>>>")).reward == 1.0


def test_a_fault_ends_the_episode_without_a_verdict(monkeypatch):
    class Broken:
        async def arun(self, code, **options):
            raise SandboxError("no memory")

    monkeypatch.setattr(turns, "shared_pool", Broken)
    episode = turns.begin(next(problems_of("train", ["LCM"])).ref, Rules())
    with pytest.raises(SandboxError):
        asyncio.run(turns.take_turn(episode, "```python\nprint(1)\n```"))
    assert episode.over and episode.fault == "no memory" and episode.reward is None
