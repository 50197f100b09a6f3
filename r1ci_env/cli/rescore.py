"""``r1ci rescore``: saved episodes, judged by the verifiers as they are now."""

from collections import Counter
from typing import Annotated

import typer

from r1ci_env.cli.console import Json, print_rows, say
from r1ci_env.cli.runs import Run, open_run
from r1ci_env.evaluation.rescoring import rescore, rules_of


def rescore_command(
    folder: Run,
    write: Annotated[bool, typer.Option("--write", help="Append the new verdicts, which then count.")] = False,
    json: Json = False,
) -> None:
    """Judge the answers of a run again, and list the verdicts that flip."""
    run = open_run(folder)
    rules = rules_of(run.meta)
    found = rescore(run.records(), rules)
    flips = [one for one in found if one.flipped]
    rows = [
        {
            "problem": one.record["problem"],
            "sample": one.record["sample"],
            "was": bool(one.record["correct"]),
            "now": bool(one.correct),
            "answer": str(one.record["answer"])[:60],
        }
        for one in flips
    ]
    if json or rows:
        print_rows(f"{len(flips)} of {len(found)} verdicts flip", rows, json)
    if not rows:
        say(f"None of {len(found)} verdicts flips.", stderr=True)
    for why, count in Counter(one.why for one in found if one.correct is None).most_common():
        say(f"{count} cannot be judged: {why}", stderr=True)
    if write and flips:
        for one in flips:
            run.append(one.mended(rules))
        run.summarise()
        say(f"{len(flips)} new verdicts are appended to {run.episodes.path}", stderr=True)
