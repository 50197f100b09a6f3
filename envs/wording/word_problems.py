"""Word problems made from wordings with slots and a formula each, alone or as a chain of questions.

A wording holds slots such as ``{n}`` or ``{n2}``; their first letter says what is drawn for them. The same table of
wordings serves the reference solver of a task: a question is read by it as the wordings and their numbers, which are
answered by the formulas, or written as a program in which the numbers stand in the formulas.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from r1ci_env.envs.wording.names import GIVEN_NAMES


class Wording(NamedTuple):
    """Text with slots, the formula over what is in them, and when that makes sense.

    Attributes:
        text: The question.
        formula: A lambda, or a function with some lines before its return: these are what programs show.
        fits: Whether the numbers fit the story.
        result: Whether the answer does.
    """

    text: str
    formula: Callable[..., Any]
    fits: Callable[..., bool] | None = None
    result: Callable[[Any], bool] | None = None


Story = tuple[int, dict[str, Any]]
"""Place of a wording in its table, and what fills its slots; ``"[A]"`` is the answer to question A."""

MAX_DRAWS = 300
LARGEST_LINK = 10**12
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
        wording = table[index]
        before = values[-1] if values else None
        countable = isinstance(before, int | Fraction) and is_count(before) and before < LARGEST_LINK
        link = _link(wording.text, linked) if countable else None
        found = index not in chosen and _filled(rng, wording, draw, link, before)
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


def is_count(value: int | Fraction) -> bool:
    """Whether a number is a positive integer."""
    return value >= 1 and Fraction(value).denominator == 1


def is_positive(value: int | Fraction) -> bool:
    """Whether a number is greater than zero."""
    return value > 0


def _link(wording: str, kind: str) -> str | None:
    slot = re.search(rf"\{{({kind}\d?)\}}", wording) if kind else None
    return slot[1] if slot else None


def _filled(
    rng: random.Random,
    wording: Wording,
    draw: Mapping[str, Callable[[], Any]],
    link: str | None,
    before: Any,
) -> tuple[str, Any] | None:
    """Draw numbers until they fit; None if that takes too long."""
    slots = list(dict.fromkeys(re.findall(r"\{(\w+)\}", wording.text)))
    names = iter(rng.sample(GIVEN_NAMES, 4))
    people = {slot: next(names) for slot in slots if slot[0] == "w"}
    for _ in range(MAX_DRAWS):
        numbers = {slot: draw[slot[0]]() for slot in slots if slot not in people}
        if link:
            numbers[link] = int(before)
        try:
            value = _value(wording, numbers)
        except ValueError:
            continue
        texts = {slot: f"[{slot}]" if slot == link else shown(slot, number) for slot, number in numbers.items()}
        return wording.text.format(**texts, **people), value
    return None


def _value(wording: Wording, numbers: Mapping[str, Any]) -> Any:
    """Return the answer.

    Raises:
        ValueError: the numbers do not fit.
    """
    if wording.fits is not None and not wording.fits(**numbers):
        raise ValueError("the numbers do not fit the story")
    value = wording.formula(**numbers)
    if wording.result is not None and not wording.result(value):
        raise ValueError("the answer does not fit the story")
    return value


def shown(slot: str, value: int | Fraction | str) -> str:
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


def read_steps(question: str, table: Sequence[Wording]) -> tuple[list[Story], dict[str, int]]:
    """Return the stories of a problem, and how many times each answer is added.

    Raises:
        ValueError: a question has none of the wordings.
    """
    lines = re.findall(r"^[A-E]: (.*)$", question, re.M)
    if not lines:
        return [_read(question.split("\n")[0], table)], {"A": 1}
    closing = re.search(r"calculate (.*)\.$", question, re.M)[1]
    terms = re.findall(r"([+-]?) ?(?:(\d)\*)?([A-E])", closing)
    return [_read(line, table) for line in lines], {letter: int(f"{sign}{n or 1}") for sign, n, letter in terms}


def _read(text: str, table: Sequence[Wording]) -> Story:
    for index, wording in enumerate(table):
        if match := _pattern(wording.text).fullmatch(text):
            return index, {slot: _number(found) for slot, found in match.groupdict().items() if slot[0] != "w"}
    raise ValueError(f"unknown question: {text}")


@cache
def _pattern(wording: str) -> re.Pattern[str]:
    kinds = {"w": r"\w+", "t": "[A-Z]+"}
    pattern = re.escape(wording)
    for slot in dict.fromkeys(re.findall(r"\\{(\w+)\\}", pattern)):
        kind = kinds.get(slot[0], r"-?\d+(?:\.\d+)?|\[[A-E]\]")
        first, *others = pattern.split(rf"\{{{slot}\}}")
        pattern = f"{first}(?P<{slot}>{kind})" + f"(?P={slot})".join(others)
    return re.compile(pattern)


def _number(text: str) -> int | Fraction | str:
    if not re.fullmatch(r"[-\d.]+", text):
        return text
    return Fraction(text) if "." in text else int(text)


def total_of(stories: Sequence[Story], total: Mapping[str, int], table: Sequence[Wording]) -> Any:
    """Answer the questions in turn, and add up the answers.

    Raises:
        ValueError: numbers do not fit their story.
    """
    values: dict[str, Any] = {}
    for letter, (index, numbers) in zip(LETTERS, stories, strict=False):
        filled = {slot: values.get(str(number).strip("[]"), number) for slot, number in numbers.items()}
        values[letter] = _value(table[index], filled)
    first, *others = (factor * values[letter] for letter, factor in total.items())
    return sum(others, first)
