"""Reader of plans whose steps are structured: one JSON or Python value a step."""

import re
from collections.abc import Callable
from typing import Any

from r1ci_env.envs.answers.lists import ARROW, lines
from r1ci_env.envs.answers.structured import json_value
from r1ci_env.errors import BadAnswer

MAX_STEPS = 1_000

_LABEL = re.compile(r"\b(?:step|round)[\s_]{0,3}(\d{1,4})[*_]{0,2}\s{0,3}[:.)=–—-]{0,2}[*_\s]{0,4}", re.I)
_NEXT = re.compile(rf"(?<=[\]}}])\s{{0,9}}(?:{ARROW}|;)\s{{0,9}}(?=[\[{{])")
_KEY = re.compile(r"(?:step)?[\s_]{0,3}(\d{1,4})", re.I)
_PLAN = ("plan", "steps", "moves", "actions")
_AROUND = " \t\r\n,;.*_#>•`-"


def step_values(text: str, is_step: Callable[[list[Any]], bool] = lambda value: False) -> list[Any]:
    """Read the value of each step of a plan.

    They stand in a list, in an object ``{"Step 1": …}``, each after its label ``Step 1:``, or one a line.

    Args:
        text: What a model wrote.
        is_step: Whether a list is a step itself, not the list of the steps.

    Raises:
        BadAnswer: a value cannot be read, there is other text, or the steps are not numbered 1, 2, 3, ...
    """
    try:
        whole = _value(text, ("[", "{"))
    except BadAnswer:
        return _labelled(text)
    if isinstance(whole, dict) and len(whole) == 1 and next(iter(whole)).casefold() in _PLAN:
        whole = next(iter(whole.values()))
    if isinstance(whole, list) and all(isinstance(step, str) for step in whole):
        whole = [json_value(step) for step in whole]
    if isinstance(whole, dict):
        keys = [_KEY.fullmatch(key) for key in whole]
        if not keys or not all(keys):
            return [whole]
        _require_in_order([key[1] for key in keys if key])
        return list(whole.values())
    return whole if isinstance(whole, list) and not is_step(whole) else [whole]


def _labelled(text: str) -> list[Any]:
    before, *parts = _LABEL.split(text)
    if parts and not before.strip(_AROUND):
        _require_in_order(parts[::2])
        parts = parts[1::2]
    else:
        parts = lines(_NEXT.sub("\n", text))
    if not 0 < len(parts) <= MAX_STEPS:
        raise BadAnswer("no steps, or too many")
    return [_value(part.strip(_AROUND)) for part in parts]


def _value(text: str, openings: tuple[str, ...] = ("(", "[")) -> Any:
    """Read a value, or several with commas between as the list of them."""
    if text[:1] not in ("(", "[", "{"):
        raise BadAnswer("no list and no object")
    try:
        return json_value(text)
    except BadAnswer:
        if text[:1] not in openings:
            raise
        return json_value(f"[{text}]")


def _require_in_order(numbers: list[str]) -> None:
    if [int(number) for number in numbers] != list(range(1, len(numbers) + 1)):
        raise BadAnswer("the steps are not numbered one after the other")
