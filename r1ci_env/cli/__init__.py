"""The ``r1ci`` command: one module a subcommand, each importing what it needs when it runs."""

import sys

import typer

from r1ci_env.cli import (
    check,
    compare,
    curriculum,
    evaluate,
    health,
    listing,
    play,
    probe,
    quickstart,
    rescore,
    sandbox,
    sft_data,
    train,
)
from r1ci_env.cli.console import console
from r1ci_env.errors import R1ciError
from r1ci_env.sandbox_wasm import SandboxError

app = typer.Typer(
    name="r1ci",
    help="Text reasoning and planning tasks for models that think and run code.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("list")(listing.list_command)
app.command("show")(listing.show_command)
app.command("play")(play.play_command)
app.command("check")(check.check_command)
app.command("eval")(evaluate.eval_command)
app.command("compare")(compare.compare_command)
app.command("rescore")(rescore.rescore_command)
app.command("health")(health.health_command)
app.command("probe")(probe.probe_command)
app.command("sft-data")(sft_data.sft_data_command)
app.command("train")(train.train_command)
app.command("quickstart")(quickstart.quickstart_command)
app.add_typer(curriculum.app, name="curriculum")
app.add_typer(sandbox.app, name="sandbox")


def main() -> None:
    """Run the command; bad input ends it with a message and exit status 2."""
    try:
        app()
    except (R1ciError, SandboxError) as error:
        console(stderr=True).print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
