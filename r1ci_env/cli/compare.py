"""``r1ci compare``: two runs on the problems that both have played."""

from dataclasses import asdict
from typing import Annotated

import typer

from r1ci_env.cli.console import Json, print_json, print_rows, say
from r1ci_env.cli.evaluate import shortened
from r1ci_env.cli.runs import Run, open_run, title
from r1ci_env.evaluation.comparison import compare

SETTINGS = ("temperature", "top_p", "max_turn_tokens", "packages", "rules", "revision")


def compare_command(
    first: Run,
    second: Run,
    resamples: Annotated[int, typer.Option(min=100, help="Draws of the paired bootstrap.")] = 10_000,
    json: Json = False,
) -> None:
    """Say by how much the second run is better than the first: per task, and over all tasks alike."""
    one, two = open_run(first), open_run(second)
    found = compare(one.records(), two.records(), resamples)
    if json:
        print_json(asdict(found))
        return
    rows = [{k: shortened(v) for k, v in asdict(row).items()} for row in [*found.tasks, found.all]]
    print_rows(f"from {title(one)} to {title(two)}", rows, False)
    other = [name for name in SETTINGS if one.meta.get(name) != two.meta.get(name)]
    if other:
        say(f"The runs also differ in {', '.join(other)}.", stderr=True)
    if found.only_first or found.only_second:
        say(f"Left out, as only one run has them: {found.only_first} and {found.only_second} problems", stderr=True)
