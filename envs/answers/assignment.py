"""Reader of answers that give each of some names a value."""

import re

from r1ci_env.envs.answers.lists import TABLE_HEAD
from r1ci_env.errors import BadAnswer

_MARK = r"""["'`$*_]{0,3}"""
_PAIR = re.compile(
    rf"(?<!\w){_MARK}(\w{{1,20}}){_MARK}"
    rf"(?:\s{{0,9}}(?::=|==|=>|->|=|:|→|↦){_MARK}\s{{0,9}}|\s{{1,9}}[-–—]\s{{1,9}}|\s{{1,9}}(?:is|are|becomes|gets|equals)\s{{1,9}}|\s{{0,9}}[|(]\s{{0,9}})"
    rf"(?:(?:an?|the)\s{{1,9}})?{_MARK}([-+−]?\w{{1,20}})(?!\w){_MARK}",
    re.ASCII | re.I,
)
_TUPLE = re.compile(rf"[(\[]({_MARK}\w{{1,20}}{_MARK}),\s?({_MARK}\w{{1,20}}{_MARK})[)\]]", re.ASCII)
_BETWEEN = re.compile(r"""(?:[\s,;.{}\[\]()$•|&]|[-*+](?=\s)|\band\b|(?:^|(?<=\s))\d{1,3}[.)](?=\s))*""", re.I)


def assignments(text: str) -> dict[str, str]:
    """Read ``A=1, B=2``, ``A: 1; B: 2``, ``A is a knight``, ``A - 1``, ``A (1)``, ``(A, 1)``, JSON, a table, or lines.

    Returns:
        The value of each name, both as written; a value is a word or a whole number.

    Raises:
        BadAnswer: there is other text, or a name has two values, be it in another case.
    """
    head = TABLE_HEAD.match(text)
    text = _TUPLE.sub(r"\1 = \2", text[head.end() :] if head else text)
    values: dict[str, str] = {}
    names: set[str] = set()  # in lower case
    position = 0
    for match in _PAIR.finditer(text):
        if not _BETWEEN.fullmatch(text, position, match.start()) or match[1].casefold() in names:
            raise BadAnswer("not one value for each name")
        names.add(match[1].casefold())
        values[match[1]] = match[2].replace("−", "-")
        position = match.end()
    if not _BETWEEN.fullmatch(text, position):
        raise BadAnswer("not one value for each name")
    return values
