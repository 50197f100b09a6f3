"""Samplers compared in a simulated world with the suite's structure, and what one of their calls costs.

    python benchmarks/curriculum.py [--seeds 12] [--only NAME ...]

A simulation says which sampler chooses better problems for a learner whose gradients are exact; it does not say what a
language model learns.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from curriculum_players import PLAYERS, Player
from curriculum_world import GROUP, STEPS, TASKS, Floats, Setting, World, problem_of
from report import T_QUANTILE, publish
from rich.progress import track

import r1ci_env
from r1ci_env.curricula import CellThompson, ProblemThompson

LOSSES = {"Dr.GRPO": Setting(), "GRPO": Setting(divided=True)}
"""Advantages as they are, and divided by the group's deviation."""

WORLDS = {
    "forgetting 1 % a step": {"forgetting": 0.01},
    "no transfer between levels": {"to_task": 0.03},
    "ten times the transfer between tasks": {"to_all": 0.002},
    "control: all potentials equal": {"equal": True},
}
"""Other worlds, in which some of the samplers are compared again."""

THERE = ("uniform", "staged, probe not counted", "level ladder", "CellThompson, floor 0", "CellThompson", "oracle")


def play(make: Callable[[World], Player], seed: int, setting: Setting) -> dict[str, float]:
    """Let a sampler choose for a whole run; return the columns of the table."""
    world = World(seed, setting)
    player = make(world)
    for step in range(STEPS):
        batch, correct = player.answered(player.batch(step))
        world.learn(batch, correct)
        player.hear(batch, correct)
    gains = np.sort(world.gains())
    estimate = player.estimate()
    return {
        "gain_per_10k_rollouts": gains.mean() / (world.rollouts / 1e4),
        "gain_per_100_updates": gains.mean() / (STEPS / 100),
        "groups_with_signal": world.groups_with_signal / world.groups,
        "worst_quarter_gain": gains[: len(gains) // 4].mean(),
        "spearman": np.nan if estimate is None else spearman(*estimate),
        "rollouts": float(world.rollouts),
    }


def spearman(one: Floats, other: Floats) -> float:
    """Return the rank correlation, ties having their mean rank."""
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])


def ranks(values: Floats) -> Floats:
    """Return the ranks of values, from 0."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2)[inverse]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean, and half the width of its 95 % interval."""
    n = len(values)
    t = T_QUANTILE.get(n, 1.96 + 2.7 / max(n - 1, 1))
    return float(np.mean(values)), t * float(np.std(values, ddof=1)) / n**0.5


def compare(names: Iterable[str], setting: Setting, seeds: int, **labels: str) -> list[dict[str, Any]]:
    """Return a row for each sampler: means over seeds, and the half-widths of their intervals."""
    names = list(names)
    rows = []
    base: list[float] = []
    for name in track(names, " ".join(labels.values())):
        runs = [play(PLAYERS[name], seed, setting) for seed in range(seeds)]
        row: dict[str, Any] = {**labels, "sampler": name}
        for column in runs[0]:
            mean, half = interval([run[column] for run in runs])
            row[column] = None if np.isnan(mean) else round(mean, 4)
            if column not in ("rollouts", "groups_with_signal", "gain_per_100_updates", "spearman"):
                row[f"{column}_±"] = round(half, 4)
        per_rollout = [run["gain_per_10k_rollouts"] for run in runs]
        base = base or per_rollout  # the first is uniform; a seed is the same world for all
        ratio, half = interval([a / b for a, b in zip(per_rollout, base, strict=True)])
        row["times_uniform"], row["times_uniform_±"] = round(ratio, 4), round(half, 4)
        rows.append(row)
    return rows


def milliseconds(call: Callable[[], object], repeats: int) -> float:
    """Return the median wall time of a call."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1e3 * statistics.median(times)


def costs(pool_size: int = 500_000) -> dict[str, dict[str, float]]:
    """Return what calls cost with the suite's cells and with a large fixed pool, after 20,000 groups."""
    cells = CellThompson(TASKS)
    problems = [p for i in range(pool_size * 8 // 7 + 1_000) if not (p := problem_of(i % 535, i)).held_out][:pool_size]
    fixed = ProblemThompson(problems)
    group = [True] * 3 + [False] * (GROUP - 3)
    for problem in problems[:20_000]:
        cells.observe(problem, group)
        fixed.observe(problem, group)
    rows = {}
    for name, sampler, choose in (
        ("CellThompson, 107 x 5 cells", cells, lambda: cells.choose(512)),
        (f"ProblemThompson, {len(problems):,} problems", fixed, lambda: fixed.sample(512)),
    ):
        observed = iter(problems)
        rows[name] = {
            "observe_us": 1e3 * milliseconds(lambda s=sampler, o=observed: s.observe(next(o), group), 2_000),
            "choose_512_ms": milliseconds(choose, 50),
            "state_kb": len(json.dumps(sampler.state_dict())) / 1e3,
        }
    return rows


def main() -> None:
    """Compare, measure, and write benchmarks/results/curriculum.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=12, help="worlds that every sampler is compared in, two at least")
    parser.add_argument("--only", nargs="+", choices=list(PLAYERS), help="compare these alone; nothing is written")
    arguments = parser.parse_args()
    if arguments.only:
        names = ["uniform", *(name for name in arguments.only if name != "uniform")]
        for loss, setting in LOSSES.items():
            for row in compare(names, setting, arguments.seeds, loss=loss):
                print(json.dumps(row))
        return
    rows = [row for loss, s in LOSSES.items() for row in compare(PLAYERS, s, arguments.seeds, world="main", loss=loss)]
    for world, changes in WORLDS.items():
        for loss, setting in LOSSES.items():
            rows += compare(THERE, replace(setting, **changes), arguments.seeds, world=world, loss=loss)
    publish(
        "curriculum",
        f"{STEPS} steps of 64 groups of {GROUP}, {len(TASKS)} x 5 cells, {arguments.seeds} seeds, 95 % intervals",
        rows,
        version=r1ci_env.__version__,
        setting=asdict(LOSSES["Dr.GRPO"]),
        cost=costs(),
    )


if __name__ == "__main__":
    main()
