"""``r1ci train``: a recipe of the reference trainer."""

from pathlib import Path
from typing import Annotated

import typer

RUN = Path("runs/cpu-tiny")


def train_command(
    preset: Annotated[str, typer.Argument(help="Recipe to run: cpu-tiny.")] = "cpu-tiny",
    output: Annotated[Path, typer.Option(help="Folder of the run; finished phases in it are reused.")] = RUN,
    seed: Annotated[int, typer.Option(help="Seed of the model, the data and the sampling.")] = 0,
    fresh: Annotated[bool, typer.Option(help="Ignore what an earlier run left in the folder.")] = False,
) -> None:
    """Train a policy and print where its metrics, plot and episodes are."""
    from r1ci_env.reference_trainer.run import train

    train(preset, output=output, seed=seed, resume=not fresh)
