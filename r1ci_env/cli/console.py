"""What the subcommands share: text, tables that can be JSON, errors, progress bars, options."""

import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from r1ci_env.catalog import AGGREGATES, CUSTOM, SOURCES, SPLITS
from r1ci_env.errors import BadOption
from r1ci_env.registry import get_task, list_tasks, task_name
from r1ci_env.rendering import printable

LEAST_TEXT = 12
"""Characters of a line that a column of text keeps in a narrow terminal; what is longer is folded, never cut."""

GAP = 2
"""Blanks between columns."""

NOTHING = "-"
"""Stands in a table where there is no value, so that each row has equally many words."""

DIGITS, PLACES = 6, 2
"""Significant digits of a fraction in a table, and how many places behind the point it has at least."""


def completing(values: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """Return what completes the beginning of one of ``values`` on a command line."""

    def complete(incomplete: str) -> list[str]:
        return [value for value in values() if value.startswith(incomplete)]

    return complete


def task_names() -> list[str]:
    """Return what may stand where a task is named: the tasks, and the ids of their environments."""
    names = dict.fromkeys([*list_tasks(), *list_tasks(source=CUSTOM)])
    return [*names, *(f"r1ci/{name}-v0" for name in names)]


Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Source = Annotated[
    str | None,
    typer.Option(
        help="Only of this source: symbench, bbh, reasoning_gym or custom.",
        autocompletion=completing(lambda: (*SOURCES, CUSTOM)),
    ),
]
Split = Annotated[
    str | None,
    typer.Option(
        help="Only of this split: train, test, or validation (training tasks left out).",
        autocompletion=completing(lambda: (*SPLITS, "validation")),
    ),
]
Ids = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TASK",
        help="Names of tasks or ids of environments, r1ci/Test-v0 and the like included; none means all.",
        autocompletion=completing(lambda: [*task_names(), *(f"r1ci/{name}-v0" for name in AGGREGATES)]),
    ),
]


@cache
def console(stderr: bool = False) -> Console:
    """Return the console of standard output or standard error."""
    return Console(stderr=stderr)


def say(text: object, style: str = "", *, stderr: bool = False) -> None:
    """Print text as it is: nothing in it is markup, and control characters are spelled out."""
    console(stderr).print(Text(printable(str(text)), style), soft_wrap=True)


def print_error(message: object) -> None:
    """Print one line on standard error that says what is wrong."""
    text = Text.assemble(("error:", "bold red"), " ", _one_line(message))
    console(stderr=True).print(text, soft_wrap=True)


def print_text(title: str, text: str, language: str | None = None) -> None:
    """Print a text, or a program in a language, under its title: framed in a terminal, and as it is elsewhere."""
    if console().is_terminal:
        shown = printable(text)
        inside = Syntax(shown, language, theme="ansi_dark", word_wrap=True) if language else Text(shown)
        console().print(Panel(inside, title=Text(printable(title)), title_align="left"))
    else:
        say(f"{title}:\n{text}\n")


def print_json(value: Any) -> None:
    """Print a value as JSON; numbers that JSON does not know, such as ``nan``, become null."""
    print(json.dumps(_finite(value), indent=1, allow_nan=False))


Style = Callable[[str, Any], str]
"""Gives the style of a cell in a terminal, for its column and its value."""


def yes_and_no(column: str, value: Any) -> str:
    """Return the colour of a truth value."""
    return {True: "green", False: "red"}[value] if isinstance(value, bool) else ""


def print_rows(title: str, rows: Sequence[Mapping[str, Any]], as_json: bool, style: Style = yes_and_no) -> None:
    """Print rows as a table with their keys as columns, or as a JSON list.

    No digit is lost at any width. In a terminal columns of text are folded where the table would be too wide. Where
    that is not enough, columns of numbers go on in another table below, and other rows are printed as lines of their
    own. Elsewhere each row is one line of plain text.
    """
    if as_json:
        print_json([dict(row) for row in rows])
        return
    table = _Cells(rows)
    if not console().is_terminal:
        _print_plainly(title, table)
        return
    for headers in (table.headers, [header.replace(" ", "\n") for header in table.headers]):
        widths = table.widths(headers, console().width)
        if widths is not None:
            styles = [[style(key, row.get(key)) for key in table.keys] for row in rows]
            _print_folded(title, table, headers, widths, styles)
            return
    parts = _parts(rows, table, console().width)
    for part in parts:
        print_rows(title, part, False, style)
        title = ""
    if not parts:
        _print_apart(title, table)


class _Cells:
    """The cells of a table as text, and which of its columns hold numbers.

    Args:
        rows: What the table shows.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.keys = list(dict.fromkeys(key for row in rows for key in row))
        columns = [[row.get(key) for row in rows] for key in self.keys]
        self.headers = [_one_line(key.replace("_", " ")) for key in self.keys]
        self.numeric = [any(map(_is_number, column)) and all(map(_is_number_or_none, column)) for column in columns]
        texts = [_texts(column) for column in columns]
        self.rows = [list(row) for row in zip(*texts, strict=True)]

    def widths(self, headers: Sequence[str], most: int) -> list[int] | None:
        """Return how wide each column is in lines of at most so many characters; None where they are too short."""
        wanted = [max([_width(h), *(_width(row[i]) for row in self.rows)]) for i, h in enumerate(headers)]
        room = most - GAP * len(wanted)
        for limit in range(max(wanted, default=0), 0, -1):
            widths = [w if self.numeric[i] else min(w, max(limit, LEAST_TEXT)) for i, w in enumerate(wanted)]
            if sum(widths) <= room:
                return widths
        return None


def _print_plainly(title: str, table: _Cells) -> None:
    """Print columns with blanks between them, each row a line of whatever length."""
    rows = [list(map(_one_line, table.keys)), *([cell.replace("\n", "\\n") for cell in row] for row in table.rows)]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(table.keys))]
    print(*([_one_line(title)] if title else []), sep="\n", end="\n" if title else "")
    for row in rows:
        padding = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [pad + cell if n else cell + pad for cell, pad, n in zip(row, padding, table.numeric, strict=True)]
        print((" " * GAP).join(cells).rstrip())


def _print_folded(
    title: str, table: _Cells, headers: Sequence[str], widths: Sequence[int], styles: Sequence[Sequence[str]]
) -> None:
    if title:
        say(title, "italic")
    aligned = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for header, width, numeric in zip(headers, widths, table.numeric, strict=True):
        aligned.add_column(Text(header), width=width, justify="right" if numeric else "left", overflow="fold")
    for row, row_styles in zip(table.rows, styles, strict=True):
        aligned.add_row(*(Text(cell, style) for cell, style in zip(row, row_styles, strict=True)))
    console().print(aligned)


def _parts(rows: Sequence[Mapping[str, Any]], table: _Cells, most: int) -> list[list[dict[str, Any]]]:
    """Return tables that are narrow enough, each with the first column; none where not all others hold numbers."""

    def part(keys: Sequence[str]) -> list[dict[str, Any]]:
        return [{key: row.get(key) for key in keys} for row in rows]

    def fits(keys: Sequence[str]) -> bool:
        cells = _Cells(part(keys))
        return cells.widths(cells.headers, most) is not None

    parts: list[list[str]] = []
    for key, numeric in zip(table.keys[1:], table.numeric[1:], strict=True):
        if numeric and parts and fits([*parts[-1], key]):
            parts[-1].append(key)
        elif numeric and fits([table.keys[0], key]):
            parts.append([table.keys[0], key])
        else:
            return []
    return [part(keys) for keys in parts]


def _print_apart(title: str, table: _Cells) -> None:
    """Print each row as lines of its own, a column a line."""
    if title:
        say(title, "italic")
    for row in table.rows:
        say("")
        for header, cell in zip(table.headers, row, strict=True):
            say(f"{header}: {cell}")


def _texts(column: Sequence[Any]) -> list[str]:
    """Return the cells of a column; its fractions have equally many places."""
    places = max((_places(value) for value in column if isinstance(value, float)), default=0)
    return [_text(value, places) for value in column]


def _text(value: Any, places: int) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.{places}f}" if isinstance(value, float) else printable(str(value))


def _places(value: float) -> int:
    """Return how many places behind the point keep `DIGITS` significant digits, without zeros at the end."""
    if not math.isfinite(value) or value == 0:
        return PLACES
    places = max(0, DIGITS - 1 - math.floor(math.log10(abs(value))))
    return max(PLACES, len(f"{value:.{places}f}".rstrip("0").partition(".")[2]))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_number_or_none(value: Any) -> bool:
    return value is None or _is_number(value)


def _width(text: str) -> int:
    return max(map(cell_len, text.split("\n")))


def _one_line(text: object) -> str:
    return printable(re.sub(r"\s*[\r\n]\s*", " ", str(text).strip()))


def _finite(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return None
        case Mapping():
            return {str(key): _finite(item) for key, item in value.items()}
        case list() | tuple():
            return [_finite(item) for item in value]
        case str() | int() | float() | None:
            return value
    return str(value)


def progress() -> Progress:
    """Return a progress bar on standard error; off a terminal it draws nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    error = console(stderr=True)
    return Progress(*columns, console=error, transient=True, disable=not error.is_terminal)


def chosen_tasks(ids: Iterable[str] | None, source: str | None, split: str | None) -> list[str]:
    """Return the tasks that a command is about, each once; ids of mixtures stand for their tasks.

    Raises:
        R1ciError: a name is unknown, the source or the split is, or both names and one of these are given.
    """
    names: dict[str, None] = {}
    for given in ids or []:
        mixed = next((split for name, split in AGGREGATES.items() if given == f"r1ci/{name}-v0"), "")
        found = [task_name(given)] if mixed == "" else list_tasks(split=mixed)
        if mixed == "":
            get_task(given)
        names |= dict.fromkeys(found)
    listed = list_tasks(source=source, split=split)
    if names and (source or split):
        raise BadOption("Give names of tasks, or --source and --split, not both.")
    return list(names) or listed


def read_levels(text: str, option: str = "--levels") -> list[int]:
    """Return the levels in the text of an option, such as ``1,3,5``; whether a task has them is for it to say."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise BadOption(f"{option} takes numbers with commas, such as 1,3,5, not {text!r}.") from None


def finite(value: float | None) -> float | None:
    """Return the number of an option; raise `typer.BadParameter` for ``nan`` and ``inf``, which pass any range."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is no finite number.")
    return value


def read_source(path: str | Path) -> str:
    """Return what a file of Python source holds, or standard input for ``-``.

    Raises:
        BadOption: there is no such file, or it holds something else.
    """
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadOption(f"{path} is no text in UTF-8, so no Python source.") from None
    except OSError as error:
        raise BadOption(f"{path} is no file that can be read: {error.strerror}.") from None
