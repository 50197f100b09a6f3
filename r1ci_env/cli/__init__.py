"""The ``r1ci`` command: one module a subcommand, each importing what it needs when it runs."""

import io
import os
import sys
from typing import Annotated, Any, NoReturn

import typer

import r1ci_env
from r1ci_env.cli import (
    check,
    compare,
    curriculum,
    doctor,
    evaluate,
    health,
    listing,
    new_task,
    play,
    probe,
    quickstart,
    report,
    rescore,
    sandbox,
    sft_data,
    train,
)
from r1ci_env.cli.console import print_error, say
from r1ci_env.cli.extras import needed_for
from r1ci_env.cli.whole_help import WholeHelp
from r1ci_env.errors import R1ciError
from r1ci_env.sandbox_wasm import SandboxError

UsageError: type[Exception] = typer.BadParameter.mro()[1]
"""What the parser raises; its public name is another one in other versions of typer."""

RESUMABLE = ("eval", "probe", "sft-data", "train", "quickstart")
GOES_ON = "; the same command goes on from what is there"

app = typer.Typer(
    name="r1ci",
    cls=WholeHelp,
    help="Text reasoning and planning tasks for models that think and run code.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help loses no letter of an option, however narrow the terminal
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("list")(listing.list_command)
app.command("show")(listing.show_command)
app.command("play")(play.play_command)
app.command("check")(check.check_command)
app.command("new-task")(new_task.new_task_command)
app.command("eval")(evaluate.eval_command)
app.command("compare")(compare.compare_command)
app.command("rescore")(rescore.rescore_command)
app.command("health")(health.health_command)
app.command("report")(report.report_command)
app.command("probe")(probe.probe_command)
app.command("sft-data")(sft_data.sft_data_command)
app.command("train", cls=train.TrainCommand)(train.train_command)
app.command("quickstart")(quickstart.quickstart_command)
app.command("doctor")(doctor.doctor_command)
app.add_typer(curriculum.app, name="curriculum")
app.add_typer(sandbox.app, name="sandbox")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"r1ci-env {r1ci_env.__version__}")
        raise typer.Exit()


@app.callback()
def r1ci(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Text reasoning and planning tasks for models that think and run code."""


def main() -> NoReturn:
    """Run the command: a mistake ends it with one line and exit status 2, Ctrl-C with 130."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a question must not fail where its letters cannot be shown
            stream.reconfigure(errors="backslashreplace")
    sys.path.append("")  # the current folder, where module:Class and module:function are looked for last
    try:
        status = app(prog_name="r1ci", standalone_mode=False) or 0
    except (R1ciError, SandboxError) as error:
        _end("\n".join([str(error), *getattr(error, "__notes__", ())]))
    except UsageError as error:
        _end_usage(error)
    except OSError as error:
        if error.filename is None:
            raise
        _end(f"{os.fsdecode(error.filename)}: {error.strerror}. Give a path that can be used.")
    except ModuleNotFoundError as error:
        needed = needed_for(error.name or "")
        if needed is None:
            raise
        extra = f"r1ci-env[{needed.extra}]" if needed.extra else "r1ci-env"
        _end(error if "pip install" in str(error) else f"This needs {needed.name}: pip install '{extra}'")
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    if status == 130:
        say(f"stopped{GOES_ON if sys.argv[1:2] and sys.argv[1] in RESUMABLE else ''}", stderr=True)
    sys.exit(status)


def _end(message: object) -> NoReturn:
    print_error(message)
    sys.exit(2)


def _end_usage(error: Any) -> NoReturn:
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message())
        sys.exit(0)
    message = error.format_message()
    stop = "" if message.endswith((".", "?")) else "."
    _end(f"{message}{stop} See {error.ctx.command_path if error.ctx else 'r1ci'} --help.")
