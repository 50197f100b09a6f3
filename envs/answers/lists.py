"""Readers of flat lists, in any notation for lists."""

import re
from fractions import Fraction
from itertools import accumulate

from r1ci_env.envs.answers.numbers import integer, number
from r1ci_env.errors import BadAnswer
from r1ci_env.wrappers import unwrap

ARROW = r"(?:\\(?:to|rightarrow|Rightarrow|longrightarrow|implies|mapsto)\b|\\u003e|[-=–—]{1,3}>|[→⇒⟶⟹➔➜➝➞➡↦⇨]\ufe0f?)"
"""Pattern of the arrows that stand between the items of a list or the steps of a plan."""

_ARROW = re.compile(rf"\s*{ARROW}\s*")
_ORDINAL = r"[*_]{0,2}(?:(?:step|round)\s*\d{1,4}[*_]{0,2}\s*[:.)-]+|\(?\d{1,4}[.):]+(?!\d))[*_]{0,2}"
_NUMBERED = re.compile(rf"\s*{_ORDINAL}\s*", re.I)
_MARKED = re.compile(rf"\s*(?:{_ORDINAL}|[-*+•·–—](?=\s))\s*", re.I)
_BRACKETS = ("[]", "()", "{}")
_QUOTED = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*(,|$)""", re.S)


def quoted_items(text: str) -> list[str] | None:
    """Return the items of a JSON or Python list of strings, brackets or not; None if the text is no such list."""
    text = text.strip()
    if text[:1] + text[-1:] in _BRACKETS:
        text = text[1:-1]
    text, found, position = text.strip().removesuffix(","), list[str](), 0
    while position < len(text):
        match = _QUOTED.match(text, position)
        if not match:
            return None
        found.append(match[1] if match[1] is not None else match[2])
        position = match.end()
    return [item.replace(r"\"", '"').replace(r"\'", "'").replace(r"\u003e", ">") for item in found] or None


def lines(text: str) -> list[str]:
    """Read the lines that are not blank, stripped, without numbers (``1.``, ``Step 2:``) and bullets before them."""
    return _unmarked([line.strip() for line in text.splitlines() if line.strip()], _MARKED)


def _unmarked(parts: list[str], marker: re.Pattern[str]) -> list[str]:
    """Take the markers off if all parts have one."""
    matches = [marker.match(part) for part in parts]
    if parts and all(match and match.end() < len(part) for match, part in zip(matches, parts, strict=True)):
        return [part[match.end() :] for match, part in zip(matches, parts, strict=True) if match]
    return parts


def _is_bracketed(text: str) -> bool:
    """Whether the first bracket closes at the end: ``(1), (2)`` is not bracketed as a whole."""
    depths = accumulate((c == text[0]) - (c == text[-1]) for c in text[:-1])
    return all(depth > 0 for depth in depths)


def items(text: str) -> list[str]:
    """Split a list into its items: ``[a, b]``, ``(a; b)``, ``a, b``, ``a → b``, ``a b``, one a line, numbered or not.

    Arrows separate where there are any; else commas and line ends; else semicolons; else white space. Quotes and
    other marks around an item go.
    """
    text = text.strip()
    if (quoted := quoted_items(text)) is not None:
        return [item.strip() for item in quoted]
    if len(text) >= 2 and text[0] + text[-1] in _BRACKETS and _is_bracketed(text):
        text = text[1:-1].strip()
    if not text:
        return []
    if _ARROW.search(text):
        return [unwrap(part) for part in _ARROW.split(text)]
    if "\n" in text:
        text = "\n".join(lines(text))
    for separator in (",", ";"):
        if separator in text:
            parts = [part.strip() for part in text.strip(f"{separator} \n").split(separator)]
            parts = [line.strip() for part in parts for line in part.split("\n") if line.strip() or not part]
            last = re.fullmatch(r"and\s+(\S.*)", parts[-1])
            return [unwrap(part) for part in _unmarked([*parts[:-1], last[1] if last else parts[-1]], _NUMBERED)]
    return [unwrap(part) for part in text.split()]


def numbers(text: str, *units: str) -> list[Fraction]:
    """Read a list of numbers, separated as in `items`; ``and`` may stand before the last."""
    return [number(item, *units) for item in items(re.sub(r",?\s+(?:and|or)\s+", ", ", text))]


def integers(text: str, *units: str) -> list[int]:
    """Read a list of integers; see `numbers`."""
    return [integer(item, *units) for item in items(re.sub(r",?\s+(?:and|or)\s+", ", ", text))]


def integers_of(text: str, count: int, *, joined: bool) -> list[int]:
    """Read ``count`` integers as in `items`; with ``joined`` single digits may also stand together, as in ``1020``."""
    found = items(text)
    if joined and len(found) == 1 and len(found[0]) == count:
        found = list(found[0])
    if len(found) != count:
        raise BadAnswer(f"not {count} integers")
    return [integer(item) for item in found]
