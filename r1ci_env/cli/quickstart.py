"""``r1ci quickstart``: everything once, from the sandbox to a policy that has learnt."""

from pathlib import Path
from typing import Annotated

import typer

from r1ci_env.cli.console import print_error, print_rows, say
from r1ci_env.cli.evaluate import play_reference
from r1ci_env.evaluation.scores import scores, task_of
from r1ci_env.records import record
from r1ci_env.registry import get_task

SHOWCASE = (
    *("Game24", "Blocksworld", "NumberMultiply", "Letters", "StandardSudoku"),
    *("BooleanExpressions", "WordSorting", "WebOfLies"),
    *("ChainSum", "GCD", "SpellBackward", "KnightsKnaves"),
)
"""Twelve tasks from the three sources, each with a reference solver."""

LEAST_GAIN, MOST_DRIFT = 0.5, 0.1
"""What GRPO adds to the sampled reward on held-out problems, and how far random rewards may move it."""

RUN = Path("runs/quickstart")


def quickstart_command(
    output: Annotated[Path, typer.Option(help="Folder of the run; finished phases in it are reused.")] = RUN,
    seed: Annotated[int, typer.Option(help="Seed of the training.")] = 0,
) -> None:
    """Build the sandbox, play the solvers, train a tiny policy."""
    from r1ci_env.reference_trainer.run import require_own, run_config, train
    from r1ci_env.sandbox_wasm import build

    require_own(output, run_config("cpu-tiny", seed))  # if something cannot be done, now is the time to say so
    output.mkdir(parents=True, exist_ok=True)
    say("1. The sandbox", "bold")
    say(f"The image is in {build().directory}")

    say("\n2. The reference solvers, 20 problems of each of twelve tasks through the sandbox", "bold")
    played = play_reference([get_task(name).problem(seed) for name in SHOWCASE for seed in range(20)])
    episodes = [one.episode for one in played]
    table = scores(map(record, played), task_of)
    rows = [{"task": s.name, "problems": s.problems, "correct": s.correct, "code runs": s.code_runs} for s in table]
    print_rows("", rows, as_json=False)
    if not all(episode.correct for episode in episodes):
        wrong = ", ".join(e.problem.ref for e in episodes if not e.correct)
        print_error(f"the solvers are wrong on {wrong}")
        raise typer.Exit(1)

    say("\n3. A tiny Qwen2 policy learns to run code: SFT, then GRPO, and a control with random rewards", "bold")
    report = train("cpu-tiny", output=output, seed=seed)
    for what, path in (
        ("curves and episodes", report.page),
        ("metrics", report.metrics["grpo"]),
        ("policy", report.policy),
    ):
        say(f"{what}: {path}")
    if report.gain < LEAST_GAIN or abs(report.control_change) > MOST_DRIFT:
        print_error("the policy learnt too little, or the control too much")
        raise typer.Exit(1)
