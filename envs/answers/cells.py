"""The cells of a grid as an answer gives them: one flat list, or row by row."""

import re

from r1ci_env.envs.answers import bracketed_rows
from r1ci_env.errors import BadAnswer

_FENCE = re.compile(r"```(?:\w*\n)?(.*?)\n?```|`([^`]*)`", re.S)


def cells(text: str, width: int) -> list[str]:
    """Read the cells of a grid of ``width`` columns, row after row.

    They may stand in one list, in lines or in brackets; set apart by commas, blanks, or not at all. Where rows are
    given, each must have ``width`` cells. Nothing else is unwrapped, since ``$`` and ``*`` can be cells.
    """
    text = text.strip()
    if fenced := _FENCE.fullmatch(text):
        text = (fenced[1] or fenced[2] or "").strip()
    rows = bracketed_rows(text) if "[" in text else text.splitlines()
    found = [row for row in map(_row, rows) if row]
    if len(found) > 1 and any(len(row) != width for row in found):
        raise BadAnswer(f"rows are not {width} wide")
    return [cell for row in found for cell in row]


def _row(text: str) -> list[str]:
    text = text.strip().strip(",")
    if "," in text:
        return [_unquoted(cell.strip()) for cell in text.split(",")]
    return [_unquoted(cell) for cell in text.split()] if re.search(r"\s", text) else list(text)


def _unquoted(cell: str) -> str:
    return cell[1:-1] if len(cell) > 2 and cell[0] == cell[-1] and cell[0] in "\"'" else cell
