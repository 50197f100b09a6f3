"""Readers of flat lists, in any notation for lists."""

import re
from fractions import Fraction
from itertools import accumulate

from r1ci_env.envs.answers.numbers import integer, number
from r1ci_env.errors import BadAnswer
from r1ci_env.wrappers import unwrap

ARROW = r"(?:\\(?:to|rightarrow|Rightarrow|longrightarrow|implies|mapsto)\b|\\u003e|[-=–—]{1,3}>|[→⇒⟶⟹➔➜➝➞➡↦⇨]\ufe0f?)"
"""Pattern of the arrows that stand between the items of a list or the steps of a plan."""

MAX_ITEMS = 3_000

_ARROW = re.compile(ARROW)
_ORDINAL = r"[*_]{0,2}(?:(?:step|round|row|r)\s*\d{1,4}[*_]{0,2}\s*[:.)-]+|\(?\d{1,4}[.):]+(?!\d))[*_]{0,2}"
_NUMBERED = re.compile(rf"\s*{_ORDINAL}\s*", re.I)
_MARKED = re.compile(rf"\s*(?:{_ORDINAL}|[-*+•·–—](?=\s))\s*", re.I)
_AND = re.compile(r"(?<!\s),?\s++and\s+")
_AND_OR = re.compile(r"(?<!\s),?\s++(?:and|or)\s+")
TABLE_HEAD = re.compile(r"\s*(?:\|[^|\n]{0,40}){2,4}\|\s*\n\s*\|[-:| ]{3,200}\|\s*\n")
"""The first two lines of a Markdown table: what its columns hold."""

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
        if not match or len(found) > MAX_ITEMS:
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
        require_in_order([number[0] for match in matches if match and (number := re.search(r"\d+", match[0]))])
        return [part[match.end() :] for match, part in zip(matches, parts, strict=True) if match]
    return parts


def require_in_order(numbers: list[str]) -> None:
    """Raise `BadAnswer` unless what numbers the items counts up by one, or is 1 throughout as Markdown allows."""
    first = int(numbers[0]) if numbers else 0
    if any(int(number) != first + i for i, number in enumerate(numbers)) and set(numbers) != {"1"}:
        raise BadAnswer("not numbered one after the other")


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
        return _unwrapped(_ARROW.split(text))
    if "\n" in text:
        text = "\n".join(lines(text))
    for separator in (",", ";", "|"):
        if separator in text:
            parts = [part.strip() for part in text.strip(f"{separator} \n").split(separator)]
            parts = [line.strip() for part in parts for line in part.split("\n") if line.strip() or not part]
            last = re.fullmatch(r"and\s+(\S.*)", parts[-1])
            return _unwrapped(_unmarked([*parts[:-1], last[1] if last else parts[-1]], _NUMBERED))
    parts = text.split()
    if len(parts) > 2 and [part.strip("().:") for part in parts[::2]] == [str(i + 1) for i in range(len(parts) // 2)]:
        return _unwrapped(parts[1::2])  # 1. first 2. second
    return _unwrapped(parts)


def _unwrapped(parts: list[str]) -> list[str]:
    if len(parts) > MAX_ITEMS:
        raise BadAnswer("too many items")
    return [unwrap(part) for part in parts]


def numbers(text: str, *units: str, alternatives: bool = False) -> list[Fraction]:
    """Read a list of numbers, separated as in `items` or by ``and``; with ``alternatives`` also by ``or``."""
    return [number(item, *units) for item in items((_AND_OR if alternatives else _AND).sub(", ", text))]


def integers(text: str, *units: str) -> list[int]:
    """Read a list of integers; see `numbers`."""
    return [integer(item, *units) for item in items(_AND.sub(", ", text))]


def integers_of(text: str, count: int, *, joined: bool) -> list[int]:
    """Read ``count`` integers as in `items`; with ``joined`` single digits may also stand together, as in ``1020``."""
    found = items(text)
    if joined and len(found) == 1 and len(found[0]) == count:
        found = list(found[0])
    if len(found) != count:
        raise BadAnswer(f"not {count} integers")
    return [integer(item) for item in found]
