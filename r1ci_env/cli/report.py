"""``r1ci report``: the page of a run."""

from pathlib import Path
from typing import Annotated

import typer

from r1ci_env.cli.console import console


def report_command(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="Folder of r1ci eval or r1ci train; it may still be going on.")
    ],
    output: Annotated[Path | None, typer.Option(help="The file to write; none: report.html in the folder.")] = None,
) -> None:
    """Write one HTML file with the scores, the curves and every episode of a run; it needs no network."""
    from r1ci_env.report import write_page

    with console(stderr=True).status("reading the episodes"):
        path = write_page(run, output)
    print(path)
