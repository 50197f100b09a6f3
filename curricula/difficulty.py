"""Problems from easy to hard: the ablation of the paper's curriculum."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from r1ci_env.curricula.stages import Probe, Stages

BOUNDS = (Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
"""Success rates that part four groups of problems."""


class DifficultySampler(Stages):
    """Draws problems in stages by their success rate, the easiest first; all else is as in `StagedSampler`.

    Args:
        probes: As for `Stages`.
        problems_per_stage: As for `Stages`.
        bounds: Smallest success rate of each group but the last, falling.
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
        return Fraction(probe.correct, probe.answers)
