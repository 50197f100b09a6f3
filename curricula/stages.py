"""A schedule of stages over measured problems: what staged samplers share."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

from r1ci_env.curricula.checks import at_least, count_correct, exact, require_fields, several
from r1ci_env.errors import BadOption
from r1ci_env.registry import problem as problem_of
from r1ci_env.task import Problem


@dataclass(frozen=True, slots=True)
class Probe:
    """How a policy did on one problem: a line of what ``r1ci probe`` writes.

    Attributes:
        ref: Reference of the problem, such as ``"Game24:3:1234"``.
        correct: How many answers were right.
        answers: How many were given.
    """

    ref: str
    correct: int
    answers: int

    def __post_init__(self) -> None:
        """Raise `BadOption` for counts that cannot be."""
        answers = at_least(1, self.answers, "answers")
        if not at_least(0, self.correct, "correct") <= answers:
            raise BadOption(f"{self.ref}: {self.correct} of {answers} answers cannot be correct.")


class Stages(ABC):
    """Draws problems group by group, in the order of what a probe measured.

    Stage s draws from the groups up to s (or from group s alone), in an order that is shuffled anew whenever all have
    been drawn. A stage without problems draws from the next that has some. After the last stage, that one goes on.

    Args:
        probes: What was measured, each problem once; those that are held out are left out.
        problems_per_stage: How many problems are drawn in a stage.
        bounds: Least measure of each group but the last, falling; None for those of the class.
        cumulative: Whether a stage draws from the groups before its own, too.
        seed: Decides the orders.
        problems: The problems themselves, for those that cannot be made from their references, such as original items.

    Attributes:
        groups: The problems of each group.
        pools: The problems that each stage draws from.

    Raises:
        R1ciError: a number is out of range, a problem is measured twice or unknown, or there is none to draw.
    """

    default_bounds: ClassVar[tuple[Fraction, ...]]

    def __init__(
        self,
        probes: Iterable[Probe],
        problems_per_stage: int,
        bounds: Sequence[float | Fraction] | None = None,
        *,
        cumulative: bool = True,
        seed: int = 0,
        problems: Iterable[Problem] = (),
    ) -> None:
        bounds = self.default_bounds if bounds is None else bounds
        self._bounds = [exact(bound, "a bound") for bound in bounds]
        if sorted(set(self._bounds), reverse=True) != self._bounds:
            raise BadOption(f"bounds must fall: {', '.join(map(str, bounds))} do not.")
        given = {problem.ref: problem for problem in problems}
        self._per_stage = at_least(1, problems_per_stage, "problems_per_stage")
        self._seed = at_least(0, seed, "seed")
        self.groups: list[list[Problem]] = [[] for _ in range(len(self._bounds) + 1)]
        seen = set()
        for probe in several(probes, "probes", Probe):
            if probe.ref in seen:
                raise BadOption(f"{probe.ref} is measured twice: give each problem once.")
            seen.add(probe.ref)
            problem = given.get(probe.ref) or problem_of(probe.ref)
            if not problem.held_out:
                self.groups[sum(self._measure(probe) < bound for bound in self._bounds)].append(problem)
        numbers = range(len(self.groups))
        pools = [[p for group in self.groups[0 if cumulative else s : s + 1] for p in group] for s in numbers]
        filled = [s for s, pool in enumerate(pools) if pool]
        if not filled:
            raise BadOption("There is no problem to draw: there are no probes, or all of their problems are held out.")
        self.pools = [pools[next((t for t in filled if t >= s), filled[-1])] for s in numbers]
        self._order = lru_cache(maxsize=2)(self._shuffled)
        self._drawn = 0

    @abstractmethod
    def _measure(self, probe: Probe) -> Fraction:
        """Return what a problem is sorted by, from 0 to 1."""

    @property
    def stage(self) -> int:
        """Number of the stage that the next problem is drawn in, from 0."""
        return min(self._drawn // self._per_stage, len(self.groups) - 1)

    def sample(self, count: int) -> list[Problem]:
        """Return the next ``count`` problems."""
        return [self._next() for _ in range(at_least(0, count, "count"))]

    def observe(self, problem: Problem, correct: Sequence[bool]) -> None:
        """Do nothing: the schedule stands from the beginning."""
        count_correct(correct)

    def metrics(self) -> dict[str, float]:
        """Return the stage, and how many problems it draws from."""
        return {"stage": float(self.stage), "pool": float(len(self.pools[self.stage]))}

    def state_dict(self) -> dict[str, Any]:
        """Return the number of problems drawn, which is all that there is to know."""
        return {"drawn": self._drawn}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where another sampler of the same arguments was."""
        require_fields(state, ("drawn",), self)
        self._drawn = at_least(0, state["drawn"], "drawn")

    def _next(self) -> Problem:
        stage = self.stage
        epoch, place = divmod(self._drawn - stage * self._per_stage, len(self.pools[stage]))
        self._drawn += 1
        return self._order(stage, epoch)[place]

    def _shuffled(self, stage: int, epoch: int) -> list[Problem]:
        pool = list(self.pools[stage])
        random.Random(f"staged:{self._seed}:{stage}:{epoch}").shuffle(pool)
        return pool
