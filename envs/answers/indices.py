"""Reader of cells of a board, each given by its row and column."""

import re

from r1ci_env.envs.answers.lists import ARROW, lines
from r1ci_env.errors import BadAnswer

_GROUP = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_BETWEEN = re.compile(rf"(?:[\s,;.\[\](){{}}\"'`]|{ARROW}|\band\b)*", re.I)
_NAME = re.compile(r"\b(?:rows?|columns?|col|r|c)\b\.?\s{0,3}[:=]?", re.I)
_NUMBERS = re.compile(r"[\s,\"'`]*\d{1,3}(?:[\s,;:\"'`]+\d{1,3})*[\s,\"'`]*", re.ASCII)


def index_pairs(text: str) -> list[tuple[int, int]]:
    """Read cells as row and column: ``0 3, 1 6``, ``(0, 3), (1, 6)``, ``[[0, 3], [1, 6]]``, one a line, or all numbers.

    Raises:
        BadAnswer: there is other text, or a row has no column.
    """
    text = "\n".join(lines(_NAME.sub(" ", text)))
    groups = _GROUP.findall(text)
    if len(groups) > 1:
        if not _BETWEEN.fullmatch(_GROUP.sub(" ", text)):
            raise BadAnswer("text beside the cells")
        pairs = [_integers(group) for group in groups]
    else:
        text = groups[0] if groups and not _GROUP.sub("", text).strip(" \n,;()[]{}") else text
        parts = [_integers(part) for part in re.split(r"[;\n,]", text) if part.strip()]
        flat = [number for part in parts for number in part]
        pairs = parts if all(len(part) == 2 for part in parts) else [flat[i : i + 2] for i in range(0, len(flat), 2)]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise BadAnswer("not a row and a column for each cell")
    return [(pair[0], pair[1]) for pair in pairs]


def _integers(text: str) -> list[int]:
    if not _NUMBERS.fullmatch(text):
        raise BadAnswer("not a row and a column")
    return [int(number) for number in re.findall(r"\d+", text, re.ASCII)]
