"""Which problem comes next, and what is known about how well the policy does."""

from r1ci_env.curricula.cell_thompson import CellThompson
from r1ci_env.curricula.difficulty import DifficultySampler
from r1ci_env.curricula.level_ladder import LevelLadder
from r1ci_env.curricula.mixture import Mixture
from r1ci_env.curricula.problem_thompson import ProblemThompson
from r1ci_env.curricula.staged import StagedSampler
from r1ci_env.curricula.stages import Probe
from r1ci_env.curricula.uniform import UniformSampler
from r1ci_env.curricula.wrapper import PotentialCurriculum

__all__ = [
    "CellThompson",
    "DifficultySampler",
    "LevelLadder",
    "Mixture",
    "PotentialCurriculum",
    "Probe",
    "ProblemThompson",
    "StagedSampler",
    "UniformSampler",
]
