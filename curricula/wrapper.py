"""A curriculum around an environment, for who prefers wrappers to options."""

from typing import Any

import gymnasium

from r1ci_env.errors import BadOption
from r1ci_env.sampling import ProblemSampler, Sampler


class PotentialCurriculum(gymnasium.Wrapper[str, str, str, str]):
    """Has a sampler choose the problems of an environment: the same as its option ``curriculum``.

    The environment itself is told, so that it makes no difference what stands between, and what happens to episodes
    that it begins by itself.

    Args:
        env: One of this package's environments, wrapped or not, that has no curriculum yet.
        sampler: The curriculum, such as `r1ci_env.curricula.CellThompson`.

    Raises:
        BadOption: the environment is another one, or has options that leave nothing to choose.
    """

    def __init__(self, env: gymnasium.Env[str, str], sampler: Sampler) -> None:
        super().__init__(env)
        own: Any = getattr(env.unwrapped, "sampler", None)
        if not isinstance(own, ProblemSampler):
            raise BadOption(
                f"{env.unwrapped} is none of this package's environments: for those of make_vec give curriculum= there."
            )
        own.follow(sampler)
        self.sampler = sampler
