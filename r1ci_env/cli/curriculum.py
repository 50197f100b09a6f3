"""``r1ci curriculum``: what a probe or a run knows about what can be learnt."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from r1ci_env.cli.console import Json, print_rows, say
from r1ci_env.cli.whole_help import WholeHelp
from r1ci_env.curricula import CellThompson, Probe, StagedSampler
from r1ci_env.curricula.level_audit import audit_levels
from r1ci_env.curricula.probe_file import read_probes
from r1ci_env.curricula.staged import BOUNDS
from r1ci_env.errors import R1ciError
from r1ci_env.kept_settings import require_file
from r1ci_env.registry import problem

app = typer.Typer(cls=WholeHelp, help="What can be learnt, and in which order.", no_args_is_help=True)
Rates = dict[str, dict[int, float]]


@app.callback()
def curriculum() -> None:
    """What can be learnt, and in which order."""


@app.command("show")
def show_command(
    path: Annotated[Path, typer.Argument(help="A file of r1ci probe, or the folder of a training run.")],
    per_stage: Annotated[int, typer.Option(min=1, help="Problems that a staged curriculum draws in a stage.")] = 1_000,
    image: Annotated[Path | None, typer.Option("--png", help="Draw the success rates into this file.")] = None,
    json: Json = False,
) -> None:
    """Show success rates by task and level, and of a probe the groups and the schedule that follow."""
    rates = _of_run(path) if path.is_dir() else _of_probes(read_probes(path))
    if json:
        rows = [{"task": task, "level": level, "rate": row[level]} for task, row in rates.items() for level in row]
        print_rows("", rows, json)
    else:
        if not path.is_dir():
            _show_probes(read_probes(path), per_stage)
        print_rows("Success rates; bright where there is most to learn", _heat_map(rates), False, _heat)
    if image is not None:
        require_file(image)
        image = image if image.suffix else image.with_name(f"{image.name}.png")
        _draw(rates, image)
        say(f"The success rates are drawn in {image}", stderr=True)


def _of_run(folder: Path) -> Rates:
    """Return what the sampler of a run believed at its last checkpoint."""
    from r1ci_env.reference_trainer.checkpoint import checkpoint_files

    files = checkpoint_files(folder, "**/grpo.checkpoints/")
    if not files and (folder / "episodes.jsonl").is_file():
        raise R1ciError(f"{folder} is an evaluation: r1ci curriculum show {folder / 'episodes.jsonl'} shows its rates.")
    if not files:
        raise R1ciError(f"{folder} has no checkpoint grpo.checkpoints/step-N.pt of a training run.")
    import torch

    try:
        state = torch.load(files[-1], map_location="cpu", weights_only=True, mmap=True)["state"]["sampler"]
    except Exception as error:  # whatever torch says of a file that is damaged
        raise R1ciError(f"{files[-1]} can't be read ({error!r:.200}): delete it to see the one before.") from error
    if "posterior" not in state:
        raise R1ciError(f"The curriculum of {folder} learns no success rates: its state has {', '.join(state)}.")
    sampler = CellThompson(state["tasks"])
    sampler.load_state_dict(state)
    rates: Rates = {}
    for (task, level), rate in sampler.success_rates().items():
        rates.setdefault(task, {})[level] = rate
    return rates


def _of_probes(probes: list[Probe]) -> Rates:
    return {found.task: {level: c / n for level, (c, n) in found.counts.items()} for found in audit_levels(probes)}


def _show_probes(probes: list[Probe], per_stage: int) -> None:
    """Print the distribution of success rates, and the schedule of stages."""
    tenths = [0] * 11
    for probe in probes:
        tenths[10 * probe.correct // probe.answers] += 1
    rows = []
    for tenth, count in enumerate(tenths):
        rate = "1" if tenth == 10 else f"{tenth / 10:.1f} to {tenth / 10 + 0.1:.1f}"
        rows.append({"rate": rate, "problems": count, "share": "█" * round(40 * count / max(tenths))})
    print_rows(f"Success rates of {len(probes)} problems", rows, False)
    drawable = [probe for probe in probes if not problem(probe.ref).held_out]
    if drawable:
        print_rows(f"Stages of {per_stage} problems each", _schedule(drawable, per_stage), False)
    else:
        say("All problems are held out, so that no curriculum draws them.")


def _schedule(probes: list[Probe], per_stage: int) -> list[dict[str, Any]]:
    sampler = StagedSampler(probes, per_stage)
    edges = ["1", *(f"{float(bound):.2f}" for bound in BOUNDS), "0"]
    return [
        {
            "stage": number + 1,
            "potential": f"{edges[number + 1]} to {edges[number]}",
            "in_group": len(group),
            "drawn_from": len(pool),
            "problems": f"{number * per_stage + 1} to {(number + 1) * per_stage}",
        }
        for number, (group, pool) in enumerate(zip(sampler.groups, sampler.pools, strict=True))
    ]


def _heat_map(rates: Rates) -> list[dict[str, Any]]:
    """Return a row for each task and a column for each level."""
    levels = sorted({level for row in rates.values() for level in row})
    return [
        {"task": task, **{f"level {level}": round(row[level], 2) if level in row else None for level in levels}}
        for task, row in rates.items()
    ]


def _heat(column: str, value: Any) -> str:
    """Return the style of a rate: brightest where half of the answers are right."""
    if column == "task" or value is None:
        return ""
    shade = round(40 + 200 * 4 * value * (1 - value))
    return f"{'black' if shade > 120 else 'white'} on rgb({shade},{shade},40)"


def _draw(rates: Mapping[str, Mapping[int, float]], path: Path) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise R1ciError("Drawing needs matplotlib: pip install 'r1ci-env[train]', or leave --png out.") from None
    levels = sorted({level for row in rates.values() for level in row})
    table = [[row.get(level, float("nan")) for level in levels] for row in rates.values()]
    figure = Figure(figsize=(3 + 0.6 * len(levels), 1 + 0.18 * len(table)), layout="constrained")
    axes = figure.subplots()
    shown = axes.imshow(table, vmin=0, vmax=1, cmap="coolwarm_r", aspect="auto")
    axes.set(title="success rate", xlabel="level", xticks=range(len(levels)), yticks=range(len(table)))
    axes.set_xticklabels([str(level) for level in levels])
    axes.set_yticklabels(list(rates), fontsize=6)
    figure.colorbar(shown, ax=axes)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        figure.savefig(path, dpi=120)
    except ValueError as error:  # of a suffix that stands for no kind of picture
        raise R1ciError(f"{path} can't be drawn: {error}. Name a file such as {path.with_suffix('.png')}.") from error
