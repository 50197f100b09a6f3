"""``r1ci check``: every law, for every task; ``--audit``: whether the surface of the questions gives answers away."""

from typing import Annotated, Any

import typer

from r1ci_env.cli.console import Ids, Json, Source, Split, chosen_tasks, print_rows, progress, say
from r1ci_env.processes import in_processes
from r1ci_env.registry import get_task

AUDITED = 1_000
"""Problems of each task and level that an audit looks at unless told otherwise."""


def check_command(
    ids: Ids = None,
    source: Source = None,
    split: Split = None,
    count: Annotated[
        int | None, typer.Option(min=5, help="Problems of each task to check (20), or of each level to audit (1000).")
    ] = None,
    sandbox: Annotated[bool, typer.Option(help="Also run the solution programs in the sandbox.")] = True,
    audit: Annotated[
        bool, typer.Option("--audit", help="Instead, fit small predictors to cheap features of the questions.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes of an audit.")] = 1,
    json: Json = False,
) -> None:
    """Check the laws that every task keeps.

    The exit status is 1 if one is broken.
    """
    names = chosen_tasks(ids, source, split)
    good = _audit(names, count or AUDITED, jobs, json) if audit else _check(names, count or 20, sandbox, json)
    if not good:
        raise typer.Exit(1)


def _check(names: list[str], count: int, sandbox: bool, json: bool) -> bool:
    from r1ci_env.sandbox_wasm import shared_sandbox
    from r1ci_env.testing import GENERATION_MS, SEEDS, check_task

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
            "slowest_ms": round(report.slowest_ms, 3),
            f"distinct_of_{SEEDS}": report.distinct,
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
            say(f"{report.task} breaks '{law}': {message}", "red", stderr=True)
        measured = (report.generation_ms, report.slowest_ms)
        if any(time > goal for time, goal in zip(measured, GENERATION_MS, strict=True)):
            say(
                f"{report.task} breaks no law by it, but is slow to make: {measured[0]:.1f} ms at the median and "
                f"{measured[1]:.1f} ms at worst at its highest level; aim at {GENERATION_MS[0]:.0f} and "
                f"{GENERATION_MS[1]:.0f}",
                "yellow",
                stderr=True,
            )
    return good == len(reports)


def _audit(names: list[str], count: int, jobs: int, json: bool) -> bool:
    rows: list[dict[str, Any]] = []
    with progress() as bar:
        audits = in_processes(_audited, [(name, count) for name in names], jobs)
        for found in bar.track(audits, total=len(names), description="auditing"):
            rows += found
    good = sum(bool(row["ok"]) for row in rows)
    print_rows(f"In {good} of {len(rows)} levels no shortcut pays", rows, json)
    return good == len(rows)


def _audited(name: str, count: int) -> list[dict[str, Any]]:
    from r1ci_env.audit import audit

    task = get_task(name)
    return [
        {
            "id": found.task,
            "level": found.level,
            "kind": found.kind,
            "chance": round(found.chance, 3),
            "accuracy": round(found.accuracy, 3),
            "limit": round(found.limit, 3),
            "predictor": found.predictor,
            "ok": found.ok,
        }
        for found in (audit(task, level, count) for level in task.levels)
    ]
