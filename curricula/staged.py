"""The paper's curriculum: problems of large improvement potential first."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from r1ci_env.curricula.potential import potential
from r1ci_env.curricula.stages import Probe, Stages

BOUNDS = (Fraction(16, 25), Fraction(12, 25), Fraction(8, 25))
"""Where the paper's groups [0.64, 1], [0.48, 0.64), [0.32, 0.48) and [0, 0.32) meet."""


class StagedSampler(Stages):
    """Draws problems in stages by their potential 4p(1 - p), the largest first.

    The groups are told apart in integers: in floats 4/20 and 16/20, which have the same potential, fall into
    different ones. With 20 answers a problem the paper's groups hold those with 4 to 16 right answers, with 3 or 17,
    with 2 or 18, and the others.

    Args:
        probes: As for `Stages`.
        problems_per_stage: As for `Stages`.
        bounds: Smallest potential of each group but the last, falling.
        **options: As for `Stages`: ``cumulative``, ``seed``, ``problems``.
    """

    def __init__(
        self,
        probes: Iterable[Probe],
        problems_per_stage: int,
        bounds: Sequence[float | Fraction] = BOUNDS,
        **options: Any,
    ) -> None:
        super().__init__(probes, problems_per_stage, bounds, **options)

    def _measure(self, probe: Probe) -> Fraction:
        return potential(probe.correct, probe.answers)
