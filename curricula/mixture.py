"""Several samplers, each with a share of the problems."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from r1ci_env.curricula.checks import at_least, count_correct, exact, require_fields
from r1ci_env.errors import BadOption
from r1ci_env.sampling import Sampler
from r1ci_env.task import Problem


class Mixture:
    """Draws from several samplers in turns, at each that of the one that is furthest behind its share.

    Every sampler is told every outcome, and learns from those that concern it.

    Args:
        samplers: The samplers, each with a name.
        shares: Of each name, what it draws; any positive numbers, of which the proportions count.
    """

    def __init__(self, samplers: Mapping[str, Sampler], shares: Mapping[str, float | Fraction]) -> None:
        if not samplers or set(samplers) != set(shares):
            raise BadOption(f"Give each sampler a share: samplers {list(samplers)}, shares {list(shares)}.")
        self._samplers = dict(samplers)
        amounts = {name: exact(shares[name], f"the share of {name!r}", high=10**9) for name in samplers}
        if not all(amounts.values()):
            raise BadOption("Every share must be above 0: leave a sampler out that is to draw nothing.")
        self._shares = {name: amount / sum(amounts.values()) for name, amount in amounts.items()}
        self._drawn = dict.fromkeys(samplers, 0)

    def sample(self, count: int) -> list[Problem]:
        """Return the next ``count`` problems, the samplers taking turns."""
        turns = [self._whose_turn() for _ in range(at_least(0, count, "count"))]
        drawn = {name: iter(sampler.sample(turns.count(name))) for name, sampler in self._samplers.items()}
        return [next(drawn[name]) for name in turns]

    def observe(self, problem: Problem, correct: Sequence[bool]) -> None:
        """Tell all samplers the outcomes of a group."""
        count_correct(correct)
        for sampler in self._samplers.values():
            sampler.observe(problem, correct)

    def metrics(self) -> dict[str, float]:
        """Return the metrics of each sampler, after its name and a slash."""
        return {f"{n}/{key}": value for n, s in self._samplers.items() for key, value in s.metrics().items()}

    def state_dict(self) -> dict[str, Any]:
        """Return what `load_state_dict` needs to go on from here."""
        return {"drawn": dict(self._drawn), "samplers": {n: s.state_dict() for n, s in self._samplers.items()}}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where another mixture of the same samplers was."""
        require_fields(state, ("drawn", "samplers"), self)
        for field in ("drawn", "samplers"):
            require_fields(state[field], self._samplers, self)
        drawn = {name: at_least(0, state["drawn"][name], "drawn") for name in self._samplers}
        before = {name: sampler.state_dict() for name, sampler in self._samplers.items()}
        try:
            for name, sampler in self._samplers.items():
                sampler.load_state_dict(state["samplers"][name])
        except BadOption:
            for name, sampler in self._samplers.items():  # those that had taken theirs
                sampler.load_state_dict(before[name])
            raise
        self._drawn = drawn

    def _whose_turn(self) -> str:
        """Return who is furthest behind its share, and count the draw."""
        total = sum(self._drawn.values()) + 1
        name = max(self._shares, key=lambda n: self._shares[n] * total - self._drawn[n])
        self._drawn[name] += 1
        return name
