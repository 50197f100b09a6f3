"""Settings that are of their types, with the bounds of numbers as a part of these."""

import math
import sys
import types
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from r1ci_env.errors import BadOption, did_you_mean


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
        finite = abs(value) <= sys.float_info.max
        if finite and self.low <= value <= self.high and not (self.above and value == self.low):
            return
        if not finite:
            wanted = "a finite number"
        elif self.high < math.inf:
            wanted = f"from {self.low:g} to {self.high:g}"
        else:
            wanted = f"{'above' if self.above else 'at least'} {self.low:g}"
        raise BadOption(f"{name} must be {wanted}, got {value!s:.80}.")


Count = Annotated[int, Bounds(1)]
Several = Annotated[int, Bounds(2)]
Whole = Annotated[int, Bounds(0)]
Seed = Annotated[int, Bounds(0, 10**9)]
Positive = Annotated[float, Bounds(0, above=True)]
NonNegative = Annotated[float, Bounds(0)]
Share = Annotated[float, Bounds(0, 1)]


class Bounded:
    """A dataclass of settings, which raises `BadOption` for one that is not of its type, or beyond the bounds of it.

    What stands for a value of the type, as a list or ``"LCM,Dice"`` does for a tuple and ``"1e-5"`` for a number, is
    taken for it.
    """

    __slots__ = ()
    section: ClassVar[str] = ""
    """What stands before its names in a recipe."""

    def __post_init__(self) -> None:
        """Look at all settings."""
        kinds = get_type_hints(type(self), include_extras=True)
        for field in fields(self):  # type: ignore[arg-type]
            value = _checked(getattr(self, field.name), kinds[field.name], f"{self.section}{field.name}")
            object.__setattr__(self, field.name, value)


def _checked(value: Any, wanted: Any, name: str) -> Any:
    """Return a value as the type that a setting has."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        found = _checked(value, inner[0], name)
        for bounds in wanted.__metadata__:
            bounds.require(found, name)
        return found
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        return _checked(value, next(kind for kind in inner if kind is not type(None)), name)
    if origin is Literal:
        if value in inner:
            return value
        raise BadOption(
            f"{name} must be one of {', '.join(map(str, inner))}, not {value!r}.{did_you_mean(value, inner)}"
        )
    if origin is tuple:
        entries = (
            value.split(",") if isinstance(value, str) else [value] if not isinstance(value, list | tuple) else value
        )
        return tuple(_checked(e.strip() if isinstance(e, str) else e, inner[0], name) for e in entries if e != "")
    if wanted in (int, float) and isinstance(value, str | int) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            value = wanted(value)  # YAML takes 1e-5 for a text
    if wanted is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # as in vllm.devices=1, which YAML takes for a number
    if origin is Mapping and isinstance(value, Mapping):
        return {
            _checked(k, inner[0], f"A key of {name}"): _checked(v, inner[1], f"{name}.{k}") for k, v in value.items()
        }
    kind = origin or wanted
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    if is_dataclass(kind):
        raise BadOption(f"{name} is a part with settings such as {name}.{fields(kind)[0].name}, not {value!r:.80}.")
    raise BadOption(f"{name} must be of type {getattr(kind, '__name__', kind)}, not {value!r:.80}.")
