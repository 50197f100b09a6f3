"""The paper's curriculum: problems of large improvement potential first."""

from fractions import Fraction
from typing import ClassVar

from r1ci_env.curricula.potential import potential
from r1ci_env.curricula.stages import Probe, Stages

BOUNDS = (Fraction(16, 25), Fraction(12, 25), Fraction(8, 25))
"""Where the paper's groups [0.64, 1], [0.48, 0.64), [0.32, 0.48) and [0, 0.32) meet."""


class StagedSampler(Stages):
    """Draws problems in stages by their potential 4p(1 - p), the largest first.

    The groups are told apart in integers: in floats 4/20 and 16/20, which have the same potential, fall into
    different ones. With 20 answers a problem the paper's groups hold those with 4 to 16 right answers, with 3 or 17,
    with 2 or 18, and the others.

    Arguments are those of `Stages`.
    """

    default_bounds: ClassVar[tuple[Fraction, ...]] = BOUNDS

    def _measure(self, probe: Probe) -> Fraction:
        return potential(probe.correct, probe.answers)
