"""Problems from easy to hard: the ablation of the paper's curriculum."""

from fractions import Fraction
from typing import ClassVar

from r1ci_env.curricula.stages import Probe, Stages

BOUNDS = (Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
"""Success rates that part four groups of problems."""


class DifficultySampler(Stages):
    """Draws problems in stages by their success rate, the easiest first; all else is as in `StagedSampler`.

    Arguments are those of `Stages`.
    """

    default_bounds: ClassVar[tuple[Fraction, ...]] = BOUNDS

    def _measure(self, probe: Probe) -> Fraction:
        return Fraction(probe.correct, probe.answers)
