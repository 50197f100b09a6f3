"""Reader of cells of a board, each given by its row and column."""

import re

from r1ci_env.envs.answers.lists import ARROW, TABLE_HEAD, lines
from r1ci_env.errors import BadAnswer

_GROUP = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_BETWEEN = re.compile(rf"(?:[\s,;.\[\](){{}}\"'`]|{ARROW}|\band\b)*", re.I)
_AND = re.compile(r"\band\b", re.I)
_ROW, _COLUMN = (
    rf"""["']?\b{name}["']?\s{{0,3}}[:=]?\s{{0,3}}(\d{{1,3}})""" for name in (r"r(?:ow)?", r"c(?:ol(?:umn)?\.?)?")
)
_THEN = r"\s{0,3}[,:;-]?\s{0,3}(?:and\s{1,3})?(?:in\s{1,3})?"
_BY_ROW = re.compile(_ROW + _THEN + _COLUMN.replace(r"\b", ""), re.I)
_BY_COLUMN = re.compile(_COLUMN + _THEN + _ROW.replace(r"\b", ""), re.I)
_NAME = re.compile(r"\b(?:rows?|columns?|col|r|c)\b\.?\s{0,3}[:=]?", re.I)
_NUMBERS = re.compile(r"[\s,\"'`]*\d{1,3}(?:[\s,;:\"'`]+\d{1,3})*[\s,\"'`]*", re.ASCII)


def index_pairs(text: str) -> list[tuple[int, int]]:
    """Read cells as row and column: ``0 3, 1 6``, ``(0, 3), (1, 6)``, ``[[0, 3], [1, 6]]``, one a line, or all numbers.

    Raises:
        BadAnswer: there is other text, or a row has no column.
    """
    text = _BY_COLUMN.sub(r"(\2, \1)", _BY_ROW.sub(r"(\1, \2)", text))
    names = [name[0][0].lower() for name in _NAME.findall(text)]
    if "r" in names and names[0] == "c":
        raise BadAnswer("columns come first")
    if head := TABLE_HEAD.match(text):
        text = text[head.end() :].replace("|", " ")
    text = "\n".join(lines(_AND.sub(",", _NAME.sub(" ", text))))
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
