"""Readers of coordinates: points of the plane, and points of a board such as ``C4``."""

import re
from fractions import Fraction

from r1ci_env.envs.answers.lists import ARROW, lines
from r1ci_env.envs.answers.numbers import number
from r1ci_env.envs.answers.spelling import plain
from r1ci_env.errors import BadAnswer

MAX_POINTS = 2_000

_GROUP = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_AROUND = re.compile(
    rf"(?:{ARROW}|[\s,;.\[\](){{}}≈-]|\\approx|\b(?:to|and)\b|\b(?!not\b)[^\W\d_]\w{{0,20}}\s*(?:[=:≈]|\\approx)|\b(?-i:[A-Z])\d?'?(?=\s))*+",
    re.I,
)
_VALUE_NAME = re.compile(r"""\s*["']?[^\W\d_]\w{0,2}["']?\s*[=:]\s*""")
_NAMES = re.compile(r"[(\[]\s*[^\W\d_]\w{0,2}(?:\s*,\s*[^\W\d_]\w{0,2})*\s*[)\]]\s*(?==|≈|\\approx)")
_BOARD_POINT = re.compile(
    r"(?:black\s*(?:plays?|moves?|stone|to|at|on|in|:|\s)*+)?(?:point\s)?[(\[]?\s*(?:column\s)?[\"']?([A-Z])[\"']?\s*[,-]?\s*"
    r"(?:row\s)?(\d{1,2})\s*[)\]]?",
    re.I | re.ASCII,
)


def points(text: str, dimensions: int = 2) -> list[tuple[Fraction, ...]]:
    """Read points: ``[(2, 3), (7.5, 3)]``, ``(2,3) -> (7.5,3)``, nested lists, one a line, ``x = 1.5, y = 2``.

    Raises:
        BadAnswer: there is no point, a number cannot be read, or there is other text.
    """
    text = "\n".join(lines(text)) if "\n" in text else text
    text = _NAMES.sub("P", plain(text), count=1)  # (x, y) = (1.5, 2)
    groups = _GROUP.findall(text)
    if groups:
        around = _GROUP.sub(" ", text)
        if not _AROUND.fullmatch(around):
            raise BadAnswer("text beside the points")
        if re.search(r"[(\[]", around[len(re.match(r"[^)\]]*", around)[0]) :]):
            raise BadAnswer("more than one list")
    else:
        groups = [line for line in text.strip("{} ").splitlines() if line.strip()]
        if len(groups) == dimensions and all(map(_VALUE_NAME.match, groups)):
            groups = [", ".join(line.rstrip(" ,;") for line in groups)]  # one named coordinate a line
    if not 0 < len(groups) <= MAX_POINTS:
        raise BadAnswer("no points, or too many")
    return [_point(group, dimensions) for group in groups]


def _point(text: str, dimensions: int) -> tuple[Fraction, ...]:
    text = re.sub(r"\band\b", ",", text).strip(" ,;.")
    for separator in (r",(?!\d{3}(?!\d))|,\s", ",", ";", r"\s+"):
        values = [value for value in re.split(separator, text) if value.strip()]
        if len(values) == dimensions:
            return tuple(number(_VALUE_NAME.sub("", value, count=1)) for value in values)
    raise BadAnswer(f"not {dimensions} coordinates")


def board_point(text: str) -> tuple[str, int]:
    """Read a point of a board as its letter, a capital, and its number: ``C4``, ``(c4)``, ``C,4``, ``Black C4``."""
    match = _BOARD_POINT.fullmatch(text.strip())
    if not match:
        raise BadAnswer("no point of a board")
    return match[1].upper(), int(match[2])
