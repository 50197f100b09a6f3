"""``r1ci list`` and ``r1ci show``."""

import inspect
from typing import Annotated, Any

import typer

from r1ci_env.catalog import CUSTOM
from r1ci_env.cli.console import (
    Json,
    Source,
    Split,
    completing,
    print_json,
    print_rows,
    print_text,
    say,
    task_names,
)
from r1ci_env.errors import BadOption, UnknownTask, did_you_mean
from r1ci_env.registry import get_task, is_place, list_tasks, parse_reference, problem, task_name
from r1ci_env.task import Problem, Task

Reference = Annotated[
    str,
    typer.Argument(
        metavar="TASK[:LEVEL:SEED]",
        help="A task, such as Game24, or a problem, such as Game24:3:1234.",
        autocompletion=completing(task_names),
    ),
]


def list_command(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORD", help="Only tasks with all of these in name, category or description."),
    ] = None,
    source: Source = None,
    split: Split = None,
    json: Json = False,
) -> None:
    """List the tasks, each with a line of description."""
    names = list_tasks(source=source, split=split)
    if source is None and split in (None, "train"):
        names += [name for name in list_tasks(source=CUSTOM, split=split) if name not in names]
    wanted = [word.lower() for word in words or []]
    rows = [row for row in map(_row, names) if all(word in " ".join(row.values()).lower() for word in wanted)]
    if not rows:
        meant = did_you_mean(" ".join(words or []), names)
        raise BadOption(f"No task {'has ' + ' '.join(words) if words else 'is of that kind'}.{meant} See r1ci list.")
    print_rows(f"{len(rows)} task{'s' * (len(rows) > 1)}", rows, json)


def _row(name: str) -> dict[str, Any]:
    try:
        task = get_task(name)
        about = (task.source, task.category, task.split, description(task))
    except UnknownTask as error:  # a package that registers what it does not have
        about = (CUSTOM, CUSTOM, "", str(error))
    return {"id": f"r1ci/{name}-v0", **dict(zip(("source", "category", "split", "description"), about, strict=True))}


def description(task: Task) -> str:
    """Return what a task is about, in a line."""
    return (inspect.getdoc(type(task)) or "").partition("\n\n")[0].replace("\n", " ")


def show_command(
    reference: Reference,
    answer: Annotated[bool, typer.Option("--answer", help="Also show a right answer.")] = False,
    program: Annotated[bool, typer.Option("--program", help="Also show a program that prints the answer.")] = False,
    json: Json = False,
) -> None:
    """Show what a task is, or a problem."""
    task, found = task_and_problem(reference)
    shown = found or task.problem(0)
    code = task.program(shown) if program else None
    if json:
        about = _about(task) if found is None else {}
        fields: dict[str, Any] = {"ref": shown.ref, "question": shown.question, "data": dict(shown.data)}
        fields |= {"answer": shown.answer} if answer else {}
        fields |= {"program": code} if program else {}
        print_json({**about, "example": fields} if found is None else fields)
        return
    if found is None:
        say(f"r1ci/{task.name}-v0 ({task.source}, {task.category}, {task.split})\n", "bold")
        say(f"{inspect.getdoc(type(task)) or ''}\n")
    print_text(shown.ref if found else f"an example, {shown.ref}", shown.question)
    if answer:
        print_text("a right answer", shown.answer)
    if program:
        print_text("program", code or _why_none(task), "python" if code else None)


def task_and_problem(reference: str) -> tuple[Task, Problem | None]:
    """Return the task that a reference names, and the problem if it names one.

    Raises:
        R1ciError: it names neither.
    """
    name = task_name(reference).removeprefix("r1ci_env:r1ci/")
    module, colon, _ = name.partition(":")
    if not colon or (is_place(name) and module not in task_names()):
        return get_task(reference), None
    found = problem(reference)
    return get_task(parse_reference(reference)[0]), found


def _about(task: Task) -> dict[str, Any]:
    return {
        "task": task.name,
        "id": f"r1ci/{task.name}-v0",
        "source": task.source,
        "category": task.category,
        "split": task.split,
        "levels": list(task.levels),
        "description": description(task),
        "docstring": inspect.getdoc(type(task)) or "",
        "solver": task.solver is not None,
    }


def _why_none(task: Task) -> str:
    return f"No program prints the answer: {task.no_program or 'this problem would need too long a one.'}"
