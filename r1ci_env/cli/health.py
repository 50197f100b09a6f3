"""``r1ci health``: what is wrong with a run that its scores do not show."""

from dataclasses import asdict

import typer

from r1ci_env.cli.console import Json, print_rows, say
from r1ci_env.cli.runs import Run, open_run
from r1ci_env.evaluation.health import REASONS, fault_reasons, health


def health_command(folder: Run, json: Json = False) -> None:
    """Look for empty, cut and repeated turns, faults, and tasks never passed; status 1 if there are any."""
    run = open_run(folder)
    findings = health(run.records())
    rows = [{**asdict(one), "examples": list(one.examples) if json else ", ".join(one.examples)} for one in findings]
    if rows or json:
        print_rows(f"What is odd in {folder}", rows, json)
    for reason, count in fault_reasons(run.records())[:REASONS]:
        say(f"{count} fault{'s' * (count > 1)}: {reason}", stderr=True)
    if not rows:
        say("Nothing is odd.", stderr=True)
    raise typer.Exit(1 if rows else 0)
