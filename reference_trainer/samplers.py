"""Who chooses the problems that a run trains on: the samplers of `r1ci_env.curricula`, over seeds of the run's own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from r1ci_env.curricula import CellThompson, DifficultySampler, LevelLadder, StagedSampler, UniformSampler
from r1ci_env.curricula.probe_file import read_probes
from r1ci_env.reference_trainer.config import GrpoConfig, TrainConfig
from r1ci_env.sampling import Sampler
from r1ci_env.task import Problem

RUN_SEEDS: Final = 10**8
"""Seeds that belong to each run; the offsets of what it draws are below."""

PROBE_SEED, GRPO_SEED, GATE_SEED = 2 * 10**7, 4 * 10**7, 8 * 10**7

CELL_SEEDS: Final = 10**4
"""Seeds that belong to each task and level of a probe."""

FRESH: Final[Mapping[str, Callable[..., Sampler]]] = {
    "uniform": UniformSampler,
    "cells": CellThompson,
    "ladder": LevelLadder,
}
STAGED: Final[Mapping[str, Callable[..., Sampler]]] = {"staged": StagedSampler, "difficulty": DifficultySampler}


def grpo_sampler(config: TrainConfig, probes: Path) -> Sampler:
    """Return the sampler of the reinforcement learning of a run, which may go by the file of its probe."""
    name, first = config.grpo.sampler, config.seed * RUN_SEEDS + GRPO_SEED
    if name in FRESH:
        return FRESH[name](config.tasks, levels=config.levels, first_seed=first, seed=config.seed)
    return STAGED[name](read_probes(probes), problems_per_stage(config.grpo), seed=config.seed)


def problems_per_stage(config: GrpoConfig) -> int:
    """Return how many problems each of the four stages draws, if all steps are taken."""
    return -(-config.steps * config.problems // 4)


def gate_problems(config: TrainConfig) -> list[Problem]:
    """Return the development problems of the gate of a warm start."""
    first = config.seed * RUN_SEEDS + GATE_SEED
    sampler = UniformSampler(config.tasks, levels=config.levels, first_seed=first, seed=config.seed)
    return sampler.sample(config.sft.gate.problems)


def probe_problems(config: TrainConfig) -> list[list[Problem]]:
    """Return the problems of a probe, by task and level."""
    first, cells = config.seed * RUN_SEEDS + PROBE_SEED, [(t, level) for t in config.tasks for level in config.levels]
    return [
        UniformSampler([task], levels=[level], first_seed=first + i * CELL_SEEDS).sample(config.probe.problems)
        for i, (task, level) in enumerate(cells)
    ]
