"""What the commands about finished runs share."""

from pathlib import Path
from typing import Annotated, Any

import typer

from r1ci_env.evaluation.run_folder import RunFolder
from r1ci_env.registry import get_task

Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder that r1ci eval has written.")]


def open_run(path: Path) -> RunFolder:
    """Return a run whose own tasks, named ``module:Class``, can be found again.

    Raises:
        R1ciError: there is no run, or such a task is not there.
    """
    run = RunFolder(path)
    for name in run.meta["tasks"]:
        if ":" in str(name):
            get_task(name)
    return run


def title(run: RunFolder) -> str:
    """Return what a table calls a run."""
    meta: dict[str, Any] = run.meta
    return f"{meta.get('model') or meta.get('agent')} in {run.path}"
