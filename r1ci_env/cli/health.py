"""``r1ci health``: what is wrong with a run that its scores do not show."""

from dataclasses import asdict

import typer

from r1ci_env.cli.console import Json, console, print_rows
from r1ci_env.cli.runs import Run, open_run
from r1ci_env.evaluation.health import fault_reasons, health

REASONS = 5


def health_command(folder: Run, json: Json = False) -> None:
    """Look for empty, cut and repeated turns, faults, and tasks never passed; status 1 if there are any."""
    run = open_run(folder)
    findings = health(run.records())
    rows = [{**asdict(one), "examples": list(one.examples) if json else ", ".join(one.examples)} for one in findings]
    if rows or json:
        print_rows(f"What is odd in {folder}", rows, json)
    say = console(stderr=True).print
    for reason, count in fault_reasons(run.records())[:REASONS]:
        say(f"{count} faults: {reason}", highlight=False, markup=False)
    if not rows:
        say("Nothing is odd.", highlight=False)
    raise typer.Exit(1 if rows else 0)
