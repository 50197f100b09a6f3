"""The original items beside our tasks: how many are flawed or unsure, and how many golds and reference answers count.

Takes the folder that holds ``symbench``, ``bbh`` and ``reasoning_gym``; no item is part of the repository.
"""

import argparse
import json
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from report import publish

from r1ci_env.errors import R1ciError
from r1ci_env.official import load_bbh, load_reasoning_gym, load_symbench
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

LOADERS: dict[str, Callable[[Path], list[Problem]]] = {
    "symbench": load_symbench,
    "bbh": load_bbh,
    "reasoning_gym": load_reasoning_gym,
}


def row(benchmark: str, name: str, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return the counts of one file; accepted ones are counted among the sound items."""
    sound = [problem for problem in problems if problem.data["flaw"] is None]
    with_gold = [problem for problem in sound if problem.data["gold"] is not None]
    flaws, unsure = (Counter(p.data[key] for p in problems if p.data[key]) for key in ("flaw", "unsure"))
    return {
        "benchmark": benchmark,
        "file": name,
        "task": problems[0].task,
        "items": len(problems),
        "sound": len(sound),
        "golds": len(with_gold),
        "gold_accepted": sum(get_task(p.task).check(p, p.data["gold"]) for p in with_gold),
        "solver_accepted": sum(solved(problem) for problem in sound),
        "answer_known": sum(problem.known_answer is not None for problem in problems),
        "flaws": "; ".join(f"{count}x {flaw}" for flaw, count in flaws.most_common()),
        "unsure": "; ".join(f"{count}x {why}" for why, count in unsure.most_common()),
    }


def solved(problem: Problem) -> bool:
    """Whether the reference solver solves it from the question; one that fails on the wording does not."""
    task = get_task(problem.task)
    try:
        return task.check(problem, task.solve(problem.question) or "")
    except Exception:
        return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with symbench/, bbh/ and reasoning_gym/")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    rows, missing = [], []
    warnings.simplefilter("ignore")  # what is not read is listed below
    for benchmark, load in LOADERS.items():
        for file in sorted((arguments.data / benchmark).glob("*.json*")):
            try:
                rows.append(row(benchmark, file.stem, load(file)))
            except R1ciError as error:
                missing.append(f"{benchmark}/{file.stem}: {error}")
    if arguments.json:
        print(json.dumps({"rows": rows, "not read": missing}, indent=1))
    else:
        publish("official", "Original items", rows, not_read=missing)
