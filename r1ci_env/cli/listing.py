"""``r1ci list`` and ``r1ci show``."""

import inspect
import json
from typing import Annotated, Any

import typer
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from r1ci_env.catalog import CATALOG
from r1ci_env.cli.console import Json, Source, Split, console, print_rows
from r1ci_env.registry import get_task, list_tasks, problem
from r1ci_env.task import Task


def list_command(
    source: Source = None,
    split: Split = None,
    planned: Annotated[bool, typer.Option(help="Also tasks of the catalog that this version lacks.")] = False,
    json: Json = False,
) -> None:
    """List the tasks."""
    names = set(list_tasks(source=source, split=split))
    rows = [
        {"id": row.env_id, "source": row.source, "category": row.category, "split": row.split, "here": row.id in names}
        for row in CATALOG
        if row.id in names or (planned and source in (None, row.source) and split in (None, row.split))
    ]
    print_rows(f"{len(names)} tasks", rows, json)


def show_command(
    reference: Annotated[str, typer.Argument(help="A task, such as Game24, or a problem, such as Game24:3:1234.")],
    answer: Annotated[bool, typer.Option(help="Also show a right answer.")] = False,
    program: Annotated[bool, typer.Option(help="Also show a program that prints the answer.")] = False,
    as_json: Json = False,
) -> None:
    """Show what a task is, or a problem."""
    if ":" not in reference:
        task = get_task(reference)
        console().print(Markdown(f"# {task.row.env_id} ({task.source}, {task.split})"))
        console().print(Text(inspect.getdoc(type(task)) or ""))
        found = task.problem(0)
        console().print(f"\nAn example, [bold]{found.ref}[/]:")
    else:
        found = problem(reference)
    code = get_task(found.task).program(found) if program else None
    if as_json:
        shown: dict[str, Any] = {"ref": found.ref, "question": found.question, "data": dict(found.data)}
        shown |= {"answer": found.answer} if answer else {}
        shown |= {"program": code} if program else {}
        print(json.dumps(shown, indent=1))
        return
    console().print(Panel(Text(found.question), title=found.ref, title_align="left"))
    if answer:
        console().print(Panel(Text(found.answer), title="a right answer", title_align="left"))
    if program:
        console().print(Panel(Text(code or _why_none(get_task(found.task))), title="program", title_align="left"))


def _why_none(task: Task) -> str:
    return f"No program prints the answer: {task.no_program or 'this problem would need too long a one.'}"
