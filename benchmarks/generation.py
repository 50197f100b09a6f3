"""Problems per second of processor time, beside the reasoning-gym data set of the same name in the same run.

The peer is measured where its package is installed (extra ``oracle``), at its defaults; ours at levels 1 to 3, which
lie around those defaults, and, for the law on generation, at level 5.
"""

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable
from typing import Any

from report import publish

from r1ci_env import get_task, list_tasks

SECONDS = 0.5  # how long a rate is measured, at most


def rate(make: Callable[[int], Any], most: int) -> tuple[float, float]:
    """Return items per second and the slowest item's milliseconds, over ``most`` items or about a second."""
    times: list[float] = []
    while len(times) < most and sum(times) < SECONDS:
        start = time.process_time()
        make(len(times))
        times.append(time.process_time() - start)
    return len(times) / sum(times), max(times) * 1e3


def at_level_5(name: str) -> tuple[float, float]:
    """Return the median and the worst milliseconds of 200 problems."""
    task, times = get_task(name), []
    for seed in range(200):
        start = time.process_time()
        task.problem(seed, 5)
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times), max(times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", help="names; none means all")
    arguments = parser.parse_args()
    peer = None
    if importlib.util.find_spec("reasoning_gym"):
        import reasoning_gym as peer
    rows = []
    for name in arguments.tasks or list_tasks():
        task = get_task(name)
        task.problem(0)  # imports and tables
        ours, _ = rate(lambda i, task=task: task.problem(i, level=1 + i % 3), 500)
        median, worst = at_level_5(name)
        row = {
            "task": name,
            "ours_per_s": round(ours, 1),
            "level5_median_ms": round(median, 3),
            "level5_worst_ms": round(worst, 2),
        }
        row |= {"law": "kept" if median <= 20 and worst <= 250 else "BROKEN", "peer_per_s": "", "ratio": ""}
        if peer is not None and task.source == "reasoning_gym":
            dataset = peer.create_dataset(task.row.source_name, seed=42, size=500)
            theirs, slowest = rate(lambda i, data=dataset: data[i], 500)
            row |= {
                "peer_per_s": round(theirs, 1),
                "ratio": round(ours / theirs, 2),
                "peer_worst_ms": round(slowest, 1),
            }
        else:
            row |= {"peer_worst_ms": ""}
        rows.append(row)
    publish("generation", "Problems per second", rows)
