"""Numbers of the settings, with their bounds as a part of their types."""

import math
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, get_args, get_type_hints

from r1ci_env.errors import BadOption


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be: finite, and within bounds.

    Attributes:
        low: The smallest.
        high: The largest.
        above: Whether it must be larger than the smallest.
    """

    low: float = 0.0
    high: float = math.inf
    above: bool = False

    def require(self, value: float, name: str) -> None:
        """Raise `BadOption` for a number beyond the bounds."""
        if math.isfinite(value) and self.low <= value <= self.high and not (self.above and value == self.low):
            return
        if self.high < math.inf:
            wanted = f"from {self.low:g} to {self.high:g}"
        else:
            wanted = f"{'above' if self.above else 'at least'} {self.low:g}"
        raise BadOption(f"{name} must be {wanted}, got {value}.")


Count = Annotated[int, Bounds(1)]
Whole = Annotated[int, Bounds(0)]
Seed = Annotated[int, Bounds(0, 10**9)]
Positive = Annotated[float, Bounds(0, above=True)]
NonNegative = Annotated[float, Bounds(0)]
Share = Annotated[float, Bounds(0, 1)]


class Bounded:
    """A dataclass of settings, which raises `BadOption` for a number beyond the bounds of its type."""

    __slots__ = ()
    section: ClassVar[str] = ""
    """What stands before its names in a recipe."""

    def __post_init__(self) -> None:
        """Look at all numbers."""
        for name, kind in get_type_hints(type(self), include_extras=True).items():
            value = getattr(self, name)
            for bounds in _bounds(kind):
                if value is not None:
                    bounds.require(value, f"{self.section}{name}")


def _bounds(kind: Any) -> list[Bounds]:
    """Return the bounds in a type, which may be optional."""
    own = [each for each in getattr(kind, "__metadata__", ()) if isinstance(each, Bounds)]
    return own + [each for part in get_args(kind) for each in _bounds(part)]
