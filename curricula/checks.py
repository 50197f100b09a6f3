"""What all samplers check: outcomes, numbers, and the fields of a state."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from r1ci_env.errors import BadOption, as_integer, did_you_mean


def count_correct(correct: Sequence[bool]) -> tuple[int, int]:
    """Return how many episodes of a group were correct, and how many there were.

    Raises:
        BadOption: an outcome is no truth value. A reward is none: with bonuses and penalties it says something else.
    """
    outcomes = several(correct, "correct")
    for outcome in outcomes:
        if not isinstance(outcome, bool | np.bool_):
            raise BadOption(f"observe() is told whether each episode was correct, True or False, not {outcome!r}.")
    return int(sum(outcomes)), len(outcomes)


def several(values: Any, what: str, kind: type = object) -> list[Any]:
    """Return values as a list; raise `BadOption` unless they are several, each of a kind: one alone is a slip."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise BadOption(f"{what} must be a list: write [{values!r}].")
    found = list(values)
    for value in found:
        if not isinstance(value, kind):
            raise BadOption(f"{what} holds {value!r:.80}, which is no {kind.__name__}.")
    return found


def at_least(low: int, value: object, what: str) -> int:
    """Return an integer that is not below ``low``; raise `BadOption` for anything else."""
    number = as_integer(value, what)
    if number < low:
        raise BadOption(f"{what} must be at least {low}, got {number}.")
    return number


def exact(value: float | Fraction, what: str, low: float = 0, high: float = 1) -> Fraction:
    """Return a number from ``low`` to ``high`` as the fraction that is meant by its decimal spelling: 0.9 as 9/10."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction) or not low <= value <= high:
        raise BadOption(f"{what} must be a number from {low:g} to {high:g}, got {value!r}.")
    return Fraction(str(float(value))) if isinstance(value, float) else Fraction(value)


def positive(value: float, what: str) -> float:
    """Return a number above 0, infinity included; raise `BadOption` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise BadOption(f"{what} must be a number above 0, got {value!r}.")
    return float(value)


def require_fields(state: Mapping[str, Any], known: Collection[str], owner: object) -> None:
    """Raise `BadOption` unless a state has exactly the ``known`` fields, naming those that it lacks or has besides."""
    name = type(owner).__name__
    if not isinstance(state, Mapping):
        raise BadOption(f"The state of a {name} is a dict, got {type(state).__name__}.")
    if missing := [field for field in known if field not in state]:
        raise BadOption(f"This state of a {name} lacks {', '.join(map(repr, missing))}: it has {sorted(state)}.")
    if unknown := [field for field in state if field not in known]:
        hint = did_you_mean(unknown[0], known)
        raise BadOption(f"A {name} knows no {', '.join(map(repr, unknown))}: its state is {sorted(known)}.{hint}")


def require_same(state: Mapping[str, Any], field: str, own: Any, owner: object) -> None:
    """Raise `BadOption` if a state comes from a sampler that was made with something else."""
    if state[field] != own:
        raise BadOption(
            f"This state is of a {type(owner).__name__} with other {field}: "
            f"{_shortened(state[field])} instead of {_shortened(own)}. Make the sampler with the same arguments first."
        )


def require_lists(state: Mapping[str, Any], lengths: Mapping[str, int], owner: object) -> None:
    """Raise `BadOption` unless these fields of a state are lists of numbers of these lengths."""
    for field, length in lengths.items():
        values = state[field]
        if not isinstance(values, list) or len(values) != length or not all(map(_is_number, values)):
            raise BadOption(f"{field!r} of a {type(owner).__name__} must be a list of {length} numbers.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
