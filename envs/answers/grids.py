"""Reader of grids: matrices, boards, tables."""

import re

from r1ci_env.envs.answers.lists import items, lines
from r1ci_env.envs.answers.numbers import integer
from r1ci_env.errors import BadAnswer
from r1ci_env.wrappers import unwrap

_LATEX = re.compile(r"\\begin\s*\{(\w*matrix\*?|array)\}(?:\{[^{}]*\}|\[[^\[\]]*\])?(.*)\\end\s*\{\1\}", re.S)
_CALL = re.compile(r"(?:np\.|numpy\.|sp\.|sympy\.|torch\.)?(?:array|matrix|Matrix|tensor|asarray)\s*\((.*)\)", re.S)
_TYPE = re.compile(r",\s*(?:dtype|device)\s*=\s*[^,\])]+")
_RULE = frozenset(" \t:|+=-")
_ROW_LABEL = re.compile(r"[*_]{0,2}r(?:ow)?\s?\d{1,3}[*_]{0,2}\s?[:.)-]", re.I)
MAX_CELLS = 2_500
"""Most cells that are read."""

_BOX = str.maketrans({chr(code): "|" if chr(code) in "│┃║" else "-" for code in range(0x2500, 0x2580)})
_TUPLES = str.maketrans("(){}", "[][]")
_ROW = re.compile(r"\[([^\[\]]*)\]")


def grid(text: str, width: int | None = None) -> list[list[str]]:
    r"""Read a grid as rows of cells.

    Nested lists or tuples, numpy's ``str`` and ``repr``, a LaTeX matrix, a Markdown table, a list of rows as strings,
    or one row a line (or between ``;`` or ``/``); cells are set apart by commas, blanks, bars, or not at all.

    Args:
        text: What a model wrote.
        width: Cells in a row: a flat list is cut into rows of it, and every row must have it.

    Raises:
        BadAnswer: there are no cells, there is other text, or a row has another width.
    """
    text = text.strip().translate(_BOX)
    rows = _read(text, width)
    if width is not None and (any(len(row) != width for row in rows) or _ROW_LABEL.match(text)):
        rows = _read("\n".join(lines(text)), width)  # without bullets, numbers and labels of the rows
    if width is not None and len(rows) == 1 and rows[0] and len(rows[0]) % width == 0:
        rows = [rows[0][i : i + width] for i in range(0, len(rows[0]), width)]
    if not rows or (width is not None and any(len(row) != width for row in rows)):
        raise BadAnswer("no cells, or rows of another width")
    return rows


def cells(text: str, width: int) -> list[str]:
    """Read the cells of a grid of ``width`` columns, row after row: as in `grid`, or one flat list as in `items`."""
    try:
        return [cell for row in grid(text, width) for cell in row]
    except BadAnswer:
        found = [items(line) for line in lines(text)]
        flat = [cell for line in found for cell in line]
        if len(flat) % width or (len(found) > 1 and any(len(line) > 1 for line in found)):
            raise
        return flat  # all in one line, or one cell a line


def integer_grid(text: str, width: int | None = None) -> list[list[int]]:
    """Read a grid of integers; see `grid`."""
    return [[integer(cell) for cell in row] for row in grid(text, width)]


def _read(text: str, width: int | None) -> list[list[str]]:
    rows = _rows(text, width)
    if len(rows) > MAX_CELLS:
        raise BadAnswer("too many rows")
    return [cells for cells in map(_cells, rows) if any(cells)]


def _rows(text: str, width: int | None) -> list[str]:
    if latex := _LATEX.match(text, max(text.find("\\begin"), 0)):
        around = text[: latex.start()] + text[latex.end() :]
        if re.sub(r"\\left|\\right|[\s$()\[\]]", "", around):
            raise BadAnswer("text beside the matrix")
        return _latex_rows(latex[2])
    if "&" in text and "\\\\" in text:
        return _latex_rows(text)
    if call := _CALL.fullmatch(text):
        text = _TYPE.sub("", call[1]).strip()
    if text[:1] in ("[", "(", "{") and text[-1:] in ("]", ")", "}", ","):
        return _bracketed(text, width)
    found = [line for line in text.splitlines() if line.strip()]
    table = [line for line in found if not ("-" in line or "|" in line) or not _RULE.issuperset(line)]
    if (len(found) > 1 or text.startswith("|")) and table and all("|" in line for line in table):
        rows = [line.strip().strip("|") for line in table]
        if any(re.search(r"\S\s+\S", part) for row in rows for part in row.split("|")):  # bars between blocks of cells
            return [row.replace("|", " ") for row in rows]
        return [row.replace("|", " , ") if re.search(r"[^\s|]\s*\|\s*[^\s|]", row) else row for row in rows]
    if len(found) == 1:
        for separator in (";", r"\s/\s|(?<=\S)/(?=\S)", "\\\\\\\\"):
            parts = [part for part in re.split(separator, found[0]) if part.strip()]
            if 1 < len(parts) <= MAX_CELLS and (width is None or all(len(_cells(part)) == width for part in parts)):
                return parts
    return found


def _latex_rows(text: str) -> list[str]:
    rows = re.split(r"\\\\(?:\[[^\]]*\])?", text.replace(r"\hline", ""))
    return [row.replace("&", " , ") for row in rows if row.strip()]


def _bracketed(text: str, width: int | None) -> list[str]:
    """Return the innermost lists, or the one list if its items are rows written as strings."""
    text = text.translate(_TUPLES)
    found = _ROW.findall(text)
    if _ROW.sub("", text).strip(" \r\n\t,;[]"):
        raise BadAnswer("text between the rows")
    if len(found) == 1:
        strings = [item[0] or item[1] for item in re.findall(r'"([^"]*)"|\'([^\']*)\'', found[0])]
        rest = re.sub(r'"[^"]*"|\'[^\']*\'', "", found[0]).strip(" \r\n\t,")
        fits = width is None or all(len(_cells(row)) == width for row in strings)
        if (
            not rest
            and fits
            and (len(strings) > 1 or " " in "".join(strings))
            and any(len(row.strip()) > 1 for row in strings)
        ):
            return strings
        lines = [line for line in found[0].splitlines() if line.strip(" ,")]
        widths = {len(_cells(line)) for line in lines}
        if len(lines) > 1 and (1 not in widths if width is None else widths == {width}):
            return lines
    return found


def _cells(row: str) -> list[str]:
    if len(row) > MAX_CELLS and (max(row.count(","), len(row.split())) > MAX_CELLS or not re.search(r"[,\s]", row)):
        raise BadAnswer("too many cells")
    row = row.strip().strip(",").strip()
    if row[:1] in ("`", '"', "'") and row[:1] not in row[1:-1]:
        row = unwrap(row)
    for separator in (",", ";"):
        if separator in row:
            return [unwrap(cell.strip()) for cell in row.strip(separator).split(separator)]
    return [unwrap(cell) for cell in row.split()] if re.search(r"\s", row) else list(row)
