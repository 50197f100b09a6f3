"""Write the page of the ``r1ci`` command, from what the command says of itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from r1ci_env.cli import app

INTRODUCTION = """\
# The command

`r1ci` stands on everything else here. Whatever prints a table prints JSON with `--json`. Bad input ends with a line
that says what to do, and exit status 2.
"""


def commands(command: Any, name: str = "r1ci") -> Iterator[tuple[str, Any]]:
    """Yield the commands of a group and of the groups in it, with their full names."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for word, inner in command.commands.items():
        yield from commands(inner, f"{name} {word}")


def section(name: str, command: Any) -> str:
    """Return what a command does, its arguments and its options."""
    context = command.make_context(name, [], resilient_parsing=True)
    rows = []
    for parameter in command.params:
        form, meaning = parameter.get_help_record(context) or ("", "")
        if form:
            cells = (f"`{form}`", re.sub(r"\s+", " ", meaning).replace("[", "\\["))
            rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    table = "\n".join(["| argument or option | meaning |", "|---|---|", *rows]) if rows else ""
    return f"## `{name}`\n\n{command.help or ''}\n\n{table}\n"


def write(path: Path) -> None:
    """Write the page."""
    sections = [section(*found) for found in commands(typer.main.get_command(app))]
    path.write_text("\n".join([INTRODUCTION, *sections]), encoding="utf-8")
