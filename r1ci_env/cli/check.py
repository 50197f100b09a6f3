"""``r1ci check``: every law, for every task."""

from typing import Annotated

import typer

from r1ci_env.cli.console import Ids, Json, Source, Split, chosen_tasks, console, print_rows, progress


def check_command(
    ids: Ids = None,
    source: Source = None,
    split: Split = None,
    count: Annotated[int, typer.Option(min=5, help="Problems of each task to check.")] = 20,
    sandbox: Annotated[bool, typer.Option(help="Also run the solution programs in the sandbox.")] = True,
    json: Json = False,
) -> None:
    """Check the laws that every task keeps; exit status 1 if one is broken."""
    from r1ci_env.sandbox_wasm import shared_sandbox
    from r1ci_env.testing import check_task

    names = chosen_tasks(ids, source, split)
    reports = []
    runner = shared_sandbox() if sandbox else None
    with progress() as bar:
        for name in bar.track(names, description="checking"):
            reports.append(check_task(name, count=count, sandbox=runner, raise_errors=False))
    rows = [
        {
            "id": report.task,
            "laws": f"{len(report.passed)}/{len(report.passed) + len(report.broken)}",
            "generation_ms": round(report.generation_ms, 3),
            "distinct_of_200": report.distinct,
            "solver": report.solver,
            "ok": report.ok,
            **({"broken": report.broken} if json else {}),
        }
        for report in reports
    ]
    good = sum(report.ok for report in reports)
    print_rows(f"{good} of {len(reports)} tasks keep every law", rows, json)
    for report in reports:
        for law, message in report.broken.items():
            console(stderr=True).print(f"[red]{report.task}[/] breaks '{law}': {message}", highlight=False, markup=True)
    if good < len(reports):
        raise typer.Exit(1)
