"""Word problems made from wordings with slots and a formula each, alone or as a chain of questions.

A wording holds slots such as ``{n}`` or ``{n2}``; their first letter says what is drawn for them. The same table of
wordings serves the reference solver of a task, which turns each into a pattern.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from r1ci_env.envs.wording.names import GIVEN_NAMES

Wording = tuple[str, Callable[..., Any]]
"""Text with slots, and the formula over the numbers in them; it raises ValueError if they do not fit."""

MAX_DRAWS = 300
LETTERS = "ABCDE"


@dataclass(frozen=True, slots=True)
class Steps:
    """A problem of one or several questions.

    Attributes:
        text: The questions, and what to do with their answers.
        wordings: Which wordings were drawn.
        value: What is asked for.
    """

    text: str
    wordings: list[int]
    value: Any


def draw_steps(
    rng: random.Random,
    table: Sequence[Wording],
    count: int,
    draw: Mapping[str, Callable[[], Any]],
    linked: str = "",
) -> Steps:
    """Draw a problem of ``count`` questions.

    Args:
        rng: The only source of chance.
        table: The wordings.
        count: How many questions; with more than one, a sum of their answers is asked for.
        draw: How to draw a number or a word for each first letter of a slot; names are drawn for ``w``.
        linked: A kind of slot that may hold the answer to the question before, if that is a positive integer.
    """
    chosen: list[int] = []
    texts: list[str] = []
    values: list[Any] = []
    while len(texts) < count:
        index = rng.randrange(len(table))
        wording, formula = table[index]
        before = values[-1] if values else None
        link = _link(wording, linked) if isinstance(before, int | Fraction) and _is_count(before) else None
        found = index not in chosen and _filled(rng, wording, formula, draw, link, before)
        if found:
            text, value = found
            chosen.append(index)
            texts.append(text.replace(f"[{link}]", f"[{LETTERS[len(texts) - 1]}]"))
            values.append(value)
    if count == 1:
        return Steps(texts[0], chosen, values[0])
    closing, total = "", None
    for letter, value in zip(LETTERS, values, strict=False):
        factor, minus = rng.choice((1, 1, 2, 3)), bool(closing) and rng.random() < 0.3
        term = letter if factor == 1 else f"{factor}*{letter}"
        closing += f" {'-' if minus else '+'} {term}" if closing else term
        part = (-factor if minus else factor) * value
        total = part if total is None else total + part
    lines = "\n".join(f"{letter}: {text}" for letter, text in zip(LETTERS, texts, strict=False))
    note = " [A] stands for the answer to question A, and so on." if "[" in lines else ""
    text = f"Answer these questions one after the other.{note}\n{lines}\nFrom the answers, calculate {closing}."
    return Steps(text, chosen, total)


def _is_count(value: Any) -> bool:
    return 0 < value < 10**12 and Fraction(value).denominator == 1


def _link(wording: str, kind: str) -> str | None:
    slot = re.search(rf"\{{({kind}\d?)\}}", wording) if kind else None
    return slot[1] if slot else None


def _filled(
    rng: random.Random,
    wording: str,
    formula: Callable[..., Any],
    draw: Mapping[str, Callable[[], Any]],
    link: str | None,
    before: Any,
) -> tuple[str, Any] | None:
    """Draw numbers until they fit; None if that takes too long."""
    slots = list(dict.fromkeys(re.findall(r"\{(\w+)\}", wording)))
    names = iter(rng.sample(GIVEN_NAMES, 4))
    people = {slot: next(names) for slot in slots if slot[0] == "w"}
    for _ in range(MAX_DRAWS):
        numbers = {slot: draw[slot[0]]() for slot in slots if slot not in people}
        if link:
            numbers[link] = int(before)
        try:
            value = formula(**numbers)
        except ValueError:
            continue
        shown = {slot: f"[{slot}]" if slot == link else _shown(slot, number) for slot, number in numbers.items()}
        return wording.format(**shown, **people), value
    return None


def _shown(slot: str, value: int | Fraction | str) -> str:
    """Write a number as it stands in a story: prices, ``p``, with cents or without."""
    if isinstance(value, str):
        return value
    if slot[0] == "p" and Fraction(value).denominator > 1:
        return f"{int(value)}.{int(100 * value) % 100:02}"
    return shown_number(value)


def shown_number(value: int | Fraction) -> str:
    """Write an integer, a decimal where it ends, or a fraction."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    places = next((n for n in range(1, 19) if 10**n % value.denominator == 0), None)
    if places is None:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
