"""Every sampler, made anew, and a small pool of problems."""

from fractions import Fraction

import pytest

from r1ci_env.curricula import (
    CellThompson,
    DifficultySampler,
    LevelLadder,
    Mixture,
    Probe,
    ProblemThompson,
    StagedSampler,
    UniformSampler,
)
from r1ci_env.registry import get_task

TASKS = ("LCM", "ChainSum", "CountBits")
POOL = [get_task(name).problem(seed) for name in TASKS for seed in range(30)]
PROBES = [Probe(problem.ref, i % 21, 20) for i, problem in enumerate(POOL)]

SAMPLERS = {
    "uniform": lambda seed=0: UniformSampler(TASKS, seed=seed),
    "cells": lambda seed=0: CellThompson(TASKS, seed=seed),
    "cells, soft": lambda seed=0: CellThompson(TASKS, seed=seed, floor=0, exponent=1.5),
    "problems": lambda seed=0: ProblemThompson(POOL, seed=seed),
    "ladder": lambda seed=0: LevelLadder(TASKS, seed=seed, problems=3),
    "staged": lambda seed=0: StagedSampler(PROBES, 17, seed=seed),
    "difficulty": lambda seed=0: DifficultySampler(PROBES, 17, seed=seed),
    "mixture": lambda seed=0: Mixture(
        {"cells": CellThompson(TASKS, seed=seed), "staged": StagedSampler(PROBES, 5, seed=seed)},
        {"cells": Fraction(2, 3), "staged": Fraction(1, 3)},
    ),
}


@pytest.fixture(params=SAMPLERS)
def make(request):
    """Make a sampler; all that are made are alike."""
    return SAMPLERS[request.param]


@pytest.fixture(scope="session")
def pool_of_problems():
    """Problems that the samplers of a fixed pool are made of, some of them held out."""
    return POOL
