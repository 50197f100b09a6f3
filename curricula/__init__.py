"""Which problem comes next."""

from r1ci_env.curricula.uniform import UniformSampler

__all__ = ["UniformSampler"]
