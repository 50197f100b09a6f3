"""A policy with random weights, problems, and demonstrations from the real sandbox, bad ones among them."""

import pytest
import torch

from r1ci_env.arena import Arena
from r1ci_env.curricula import UniformSampler
from r1ci_env.demonstrations.making import Settings, abilities, make_task, plan_formats
from r1ci_env.demonstrations.stage import Demonstration
from r1ci_env.reference_trainer.config import TrainConfig
from r1ci_env.reference_trainer.engines.interface import Turn
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.rollout import play_episode, run
from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.task import Problem

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def config() -> TrainConfig:
    return make_config("cpu-tiny", 0, {"tiny.hidden_size": 32, "tiny.layers": 2, "tiny.max_turn_tokens": 12})


@pytest.fixture(scope="session")
def problems(config: TrainConfig) -> list[Problem]:
    return UniformSampler(config.tasks, levels=config.levels).sample(64)


@pytest.fixture
def policy(config: TrainConfig) -> Policy:
    tokenizer = make_tokenizer(config.tasks, config.levels)
    return Policy(make_model(tokenizer, config), tokenizer)


@pytest.fixture(scope="session")
def arena(config: TrainConfig, pool) -> Arena:
    return Arena(pool, 64, **config.rules)


@pytest.fixture(scope="session")
def demonstrations(config: TrainConfig, sandbox) -> list[Demonstration]:
    shares = config.demonstrations.shares
    settings = Settings(config.tasks, 16, config.levels, shares=shares, keep="all", bare=True, rules=config.limits)
    plan = plan_formats([abilities(name, settings) for name in config.tasks], settings)
    return [found for name, formats in plan.items() for found in make_task(name, formats, settings, sandbox)]


@pytest.fixture(scope="session")
def trajectories(config: TrainConfig, demonstrations: list[Demonstration], arena: Arena) -> list[Trajectory]:
    """The demonstrations, as if a policy had sampled them."""
    tokenizer = make_tokenizer(config.tasks, config.levels)
    chat = Policy(make_model(tokenizer, config), tokenizer).chat

    async def play(found: Demonstration) -> Trajectory:
        texts = iter([m["content"] for m in found.messages if m["role"] == "assistant"])

        async def take_turn(trajectory: Trajectory) -> Turn:
            ids = [*chat.encode(next(texts)), chat.end_id]
            return Turn(ids, [0.0] * len(ids), "end")

        return await play_episode(take_turn, chat, found.problem, arena)

    async def play_all() -> list[Trajectory]:
        return [await play(found) for found in demonstrations]

    return run(play_all())
