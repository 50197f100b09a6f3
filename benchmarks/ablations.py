"""One thing changed at a time, on ``cpu-small``: the sampler, the group, the loss, the warm start, the tasks.

    python benchmarks/ablations.py run FOLDER [--seeds 0 1 2] [--only uniform staged cells] [--set NAME=VALUE ...]
    python benchmarks/ablations.py table FOLDER [--only ...] [--name curricula]

All variants of a seed begin with the same warm start and are measured on the same held-out problems, but for those
that `WARM_STARTS` gives one of their own. Runs that are there are not made again, so that several processes can share
the work by seeds.
"""

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from report import RESULTS, T_QUANTILE, publish

from r1ci_env.catalog import SOURCES
from r1ci_env.reference_trainer.batch import NothingToReinforce
from r1ci_env.reference_trainer.overrides import parse_assignments
from r1ci_env.reference_trainer.presets import PRESETS
from r1ci_env.reference_trainer.run import train
from r1ci_env.registry import list_tasks
from r1ci_env.report.training import read_metrics

VARIANTS: dict[str, dict[str, Any]] = {
    "uniform": {},
    "cells": {"grpo.sampler": "cells"},
    "ladder": {"grpo.sampler": "ladder"},
    "staged": {"grpo.sampler": "staged", "phases": ["probe", "grpo"]},
    "difficulty": {"grpo.sampler": "difficulty", "phases": ["probe", "grpo"]},
    "cold": {"model": "start"},
    "group-4": {"grpo.group": 4, "grpo.problems": 2 * PRESETS["cpu-small"].grpo.problems},
    "group-16": {"grpo.group": 16, "grpo.problems": PRESETS["cpu-small"].grpo.problems // 2},
    "dr_grpo": {"grpo.variant": "dr_grpo"},
    "gspo": {"grpo.variant": "gspo", "grpo.clip_low": 3e-4, "grpo.clip_high": 4e-4},
    "cispo": {"grpo.variant": "cispo"},
    "ppo": {"grpo.variant": "ppo"},
    "reinforce_pp": {"grpo.variant": "reinforce_pp"},
    "kl": {"grpo.kl": 0.001},
    "unmasked": {"grpo.mask_outputs": False},
    "answer-tags": {},
    **{f"without-{source}": {} for source in SOURCES},
    "random-rewards": {"phases": ["control"]},
}
"""What differs from GRPO with the uniform sampler after the warm start. ``cold`` has none."""


def _without(source: str) -> dict[str, Any]:
    """Return the settings of a run that has no task of a source, and is measured on those that it has not."""
    tasks = PRESETS["cpu-small"].tasks
    left_out = [task for task in tasks if task in list_tasks(source=source)]
    return {
        "tasks": [task for task in tasks if task not in left_out],
        "evaluation.left_out": left_out,
        "evaluation.left_out_problems": 64,
    }


WARM_STARTS: dict[str, dict[str, Any]] = {
    "answer-tags": {"answer_marker": "<answer></answer>"},
    **{f"without-{source}": _without(source) for source in SOURCES},
}
"""Settings of the variants that have a warm start of their own, and of that."""


def run(folder: Path, seeds: list[int], names: list[str], settings: dict[str, Any]) -> None:
    """Make what is not there of the runs."""
    for seed in seeds:
        for name in names:
            shared = {**settings, **WARM_STARTS.get(name, {})}
            warm = folder / (f"warm-{name}-{seed}" if name in WARM_STARTS else f"warm-{seed}")
            of_sft = {key: value for key, value in shared.items() if not key.startswith("grpo.")}
            train("cpu-small", warm, seed, overrides={"phases": ["sft"], **of_sft})
            variant = {"phases": ["grpo"], "model": "sft", **shared, **VARIANTS[name]}
            variant["model"] = str(warm / variant["model"])
            try:
                train("cpu-small", folder / f"{name}-{seed}", seed, overrides=variant)
            except NothingToReinforce as error:  # what is expected of a cold start
                print(f"{name}-{seed}: {error}")


def found(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return what the finished runs of a variant came to."""
    runs = []
    for path in sorted(folder.glob(f"{name}-[0-9]*/results.json")):
        results = json.loads(path.read_text())
        last = "control" if name == "random-rewards" else "grpo"
        if name == "cold":  # a run that stopped, since nothing was to be reinforced, ends with what it began with
            results.setdefault(last, {**results["start"], "seconds": 0.0})
        if last not in results:
            continue
        config = json.loads(path.with_name("config.json").read_text())
        rows = read_metrics(path.with_name(f"{last}.jsonl"))
        group: int = config["grpo"]["group"]
        runs.append(
            {
                "name": name,
                "seed": config["seed"],
                "before": results["start"]["sampled"]["correct"],
                "after": results[last]["sampled"]["correct"],
                "greedy": results[last]["greedy"]["correct"],
                "left_out_before": (results["start"]["left_out"] or {}).get("correct"),
                "left_out": (results[last]["left_out"] or {}).get("correct"),
                "rollouts": len(rows) * config["grpo"]["problems"] * group,
                "probe": results.get("probe", {}).get("answers", 0),
                "signal": statistics.mean(row["kept_groups"] for row in rows),
                "code_use": results[last]["greedy"]["code_use"],
                "tokens": results[last]["greedy"]["turn_tokens"],
                "curve": [round(row["reward"], 4) for row in rows],
                "seconds": round(results[last]["seconds"]),
            }
        )
    return runs


def table(folder: Path, names: list[str], title: str) -> None:
    """Publish means over the seeds, with intervals of the gain, and draw the curves."""
    rows, runs = [], {name: own for name in names if (own := found(folder, name))}
    for name, own in runs.items():
        gains = [r["after"] - r["before"] for r in own]
        margin = T_QUANTILE[len(own)] * statistics.stdev(gains) / len(own) ** 0.5 if len(own) > 1 else float("nan")
        row: dict[str, Any] = {"variant": name, "seeds": len(own), "gain": round(statistics.mean(gains), 3)}
        row |= {"interval": f"± {margin:.3f}", "gains": ", ".join(f"{gain:+.3f}" for gain in gains)}
        means = ("before", "after", "greedy", "signal", "code_use", "tokens", "rollouts", "probe", "seconds")
        row |= {key: round(statistics.mean(r[key] for r in own), 3) for key in means}
        for key in ("left_out_before", "left_out"):
            row[key] = None if own[0][key] is None else round(statistics.mean(r[key] for r in own), 3)
        rows.append(row)
    settings = json.loads(next(folder.glob("*/config.json")).read_text())
    publish(title, "cpu-small: sampled reward on held-out problems", rows, device=settings["device"], runs=runs)
    draw(runs, RESULTS / f"{title}.svg")


def draw(runs: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """Draw the training reward over the rollouts, as means of ten steps and of all seeds."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, own in runs.items():
        length = min(len(r["curve"]) for r in own)
        mean = [statistics.mean(r["curve"][i] for r in own) for i in range(length)]
        smooth = [statistics.mean(mean[max(0, i - 9) : i + 1]) for i in range(length)]
        axes.plot([(i + 1) * own[0]["rollouts"] / length for i in range(length)], smooth, label=name)
    axes.set(xlabel="rollouts", ylabel="reward of the problems that were drawn", ylim=(0, 1))
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, format="svg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("run", "table"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", nargs="*", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--name", default="ablations", help="of the file of results")
    parser.add_argument("--set", action="append", default=[], help="a setting of all runs, as of r1ci train")
    args = parser.parse_args()
    if args.command == "run":
        run(args.folder, args.seeds, args.only, parse_assignments(args.set))
    else:
        table(args.folder, args.only, args.name)


if __name__ == "__main__":
    main()
