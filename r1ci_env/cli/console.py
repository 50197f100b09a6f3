"""What the subcommands share: the console, tables that can be JSON, progress bars, options."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from r1ci_env.errors import BadOption
from r1ci_env.registry import get_task, list_tasks

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Source = Annotated[str | None, typer.Option(help="Only of this source: symbench, bbh or reasoning_gym.")]
Split = Annotated[
    str | None, typer.Option(help="Only of this split: train, test, or validation (training tasks left out).")
]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[TASK]...", help="Names of tasks; none means all.")]


@cache
def console(stderr: bool = False) -> Console:
    """Return the console of standard output or standard error."""
    return Console(stderr=stderr)


def progress() -> Progress:
    """Return a progress bar on standard error; off a terminal it draws nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    error = console(stderr=True)
    return Progress(*columns, console=error, transient=True, disable=not error.is_terminal)


def print_rows(title: str, rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print rows as a table with their keys as columns, or as a JSON list."""
    if as_json:
        print(json.dumps(list(rows), indent=1))
        return
    table = Table(title=title, title_justify="left")
    columns = list(rows[0]) if rows else []
    for column in columns:
        numeric = all(isinstance(row[column], int | float) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if numeric else "left", no_wrap=column == columns[0])
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    console().print(table)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "[green]yes[/]" if value else "[red]no[/]"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def chosen_tasks(ids: Iterable[str] | None, source: str | None, split: str | None) -> list[str]:
    """Return the tasks that a command is about; unknown names raise with the nearest one."""
    names = list(ids or [])
    for name in names:
        get_task(name)
    return names or list_tasks(source=source, split=split)


def read_levels(text: str) -> list[int]:
    """Return the levels in a text such as ``1,3,5``; whether a task has them is for the task to say."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise BadOption(f"--levels are numbers with commas, such as 1,3,5, not {text!r}.") from None
