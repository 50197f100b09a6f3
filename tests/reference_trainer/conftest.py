"""A policy with random weights, problems, and scripted trajectories from the real sandbox."""

import random

import pytest
import torch

from r1ci_env.arena import Arena
from r1ci_env.curricula import UniformSampler
from r1ci_env.reference_trainer.config import TrainConfig, make_config
from r1ci_env.reference_trainer.demonstrations import demonstrate, write_script
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.task import Problem

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def config() -> TrainConfig:
    return make_config("cpu-tiny", 0, {"model.hidden_size": 32, "model.layers": 2, "model.max_turn_tokens": 12})


@pytest.fixture(scope="session")
def problems(config: TrainConfig) -> list[Problem]:
    return UniformSampler(config.tasks, config.level).sample(64)


@pytest.fixture
def policy(config: TrainConfig) -> Policy:
    tokenizer = make_tokenizer(config.tasks, config.level)
    return Policy(make_model(tokenizer, config), tokenizer)


@pytest.fixture(scope="session")
def arena(config: TrainConfig, pool) -> Arena:
    return Arena(pool, 64, **config.rules)


@pytest.fixture(scope="session")
def trajectories(config: TrainConfig, problems: list[Problem], arena: Arena) -> list[Trajectory]:
    tokenizer = make_tokenizer(config.tasks, config.level)
    chat = Policy(make_model(tokenizer, config), tokenizer).chat
    rng = random.Random(0)
    scripts = [write_script(problem, config.sft.mixture, rng) for problem in problems]
    return demonstrate(chat, scripts, arena)
