"""``r1ci train``: a recipe of the reference trainer."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from r1ci_env.cli.console import completing


def _presets() -> list[str]:
    try:
        from r1ci_env.reference_trainer.presets import PRESETS
    except ImportError:  # without the extra there is nothing to complete
        return []
    return list(PRESETS)


class TrainCommand(TyperCommand):
    """Names all presets in its help, and imports them only then."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the names."""
        formatter.write_paragraph()
        formatter.write_text(f"Presets: {', '.join(_presets()) or 'none without the extra r1ci-env[train]'}.")


def train_command(
    recipe: Annotated[
        str,
        typer.Argument(
            metavar="PRESET", help="A preset, or a YAML file of settings.", autocompletion=completing(_presets)
        ),
    ] = "cpu-tiny",
    output: Annotated[
        Path | None, typer.Option(help="Folder of the run; finished phases in it are reused. None: runs/RECIPE.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of the model, the data and the sampling. None: the recipe's, or 0.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", help="A setting by dotted name, such as grpo.steps=20; repeatable.")
    ] = None,
    show_config: Annotated[bool, typer.Option("--show-config", help="Print the settings and stop.")] = False,
    fresh: Annotated[bool, typer.Option(help="Ignore what an earlier run left in the folder.")] = False,
) -> None:
    """Train a policy, and say where its metrics and episodes are."""
    import yaml

    from r1ci_env.reference_trainer.config import as_json
    from r1ci_env.reference_trainer.overrides import parse_assignments
    from r1ci_env.reference_trainer.presets import make_config

    overrides = parse_assignments(assignments or [])
    config = make_config(recipe, seed, overrides)
    if show_config:
        print(yaml.safe_dump(as_json(config), sort_keys=False), end="")
        return
    from r1ci_env.reference_trainer.run import train

    train(recipe, output or Path("runs") / Path(recipe).stem, seed=seed, resume=not fresh, overrides=overrides)
