"""Write ``docs/tasks``: a page for each source, from the docstrings, a problem of each task, and what was measured.

The sizes of problems are measured here; how often a shortcut pays comes from ``benchmarks/results/shortcuts.json``.
"""

import inspect
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from r1ci_env import Task, get_task, list_tasks
from r1ci_env.catalog import CATALOG, SOURCES, VALIDATION

HERE = Path(__file__).parent
FOLDER = HERE / "tasks"
SHORTCUTS = HERE.parent / "benchmarks" / "results" / "shortcuts.json"
TITLES = {"symbench": "SymBench", "bbh": "BIG-Bench Hard", "reasoning_gym": "Reasoning-Gym"}
EXAMPLE = 1  # seed and level of the example
PER_LEVEL = 20

Audit = Mapping[str, Sequence[Mapping[str, Any]]]

INTRODUCTION = """\
# The 144 tasks

Made by `make gallery` from the docstrings, which say what a problem is, what is accepted, and where a task departs from
its original and why. Each has an example of level {example}, and a table over the levels:

- **size**: what grows from level to level; the mean of {per_level} problems;
- **question**: its length in characters, likewise;
- **guessed**: how often the best of some small predictors is right, on problems that it was not fitted on. They look at
  the surface of a question alone (lengths, counts, words, options), or do a sum with its numbers. In brackets, how
  often a guess without a look is right. From 1,000 problems a level, `r1ci check --audit`. Where the two are close, no
  shortcut pays. Bold is above the limit of that audit, which {over} of {levels} levels are: {tasks}.

How often a language model is right at each level is measured with `r1ci probe --audit`, for the model in hand.

In the list, *program* says whether a reference program prints the answer, and *second method* whether a program judges
one independently; *guessed* is the largest distance to a guess without a look, over the levels.
"""


def audits() -> Audit:
    """Return what was measured of shortcuts, by task, in the order of the levels."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in json.loads(SHORTCUTS.read_text(encoding="utf-8"))["rows"]:
        found.setdefault(row["id"], []).append(row)
    return found


def introduction(audited: Audit) -> str:
    """Return what the list and the tables mean."""
    rows = [row for name in list_tasks() for row in audited.get(name, ())]
    over = [row["id"] for row in rows if not row["ok"]]
    return INTRODUCTION.format(
        example=EXAMPLE, per_level=PER_LEVEL, over=len(over), levels=len(rows), tasks=", ".join(dict.fromkeys(over))
    )


def description(task: Task) -> str:
    """Return what the docstring and an example say."""
    problem = task.problem(EXAMPLE, level=EXAMPLE)
    lines = []
    for line in (inspect.getdoc(type(task)) or "").splitlines():
        heading = line.endswith(":") and not line.startswith(" ")
        lines.append(f"**{line.removesuffix(':')}.**" if heading else line.strip())
    text = "\n".join(lines).replace(".**\n", ".** ")
    first, *more = problem.answer.splitlines()
    return (
        f"`{task.row.env_id}` · `{task.row.source_name}` · {task.category} · {split(task)}\n\n{text}\n\n"
        f"Example, `{problem.ref}`; a right answer is `{first}`{' …' if more else ''}:\n\n"
        f"````text\n{problem.question}\n````\n"
    )


def split(task: Task) -> str:
    """Return the split, and whether it is a training task that experiments leave out."""
    return f"{task.split}, validation" if task.name in VALIDATION else task.split


def curve(task: Task, audited: Audit) -> str:
    """Return the table over the levels."""
    drawn = [[task.problem(seed, level) for seed in range(PER_LEVEL)] for level in task.levels]
    own = type(task).size is not Task.size
    rows = {"question": [f"{sum(len(p.question) for p in problems) / PER_LEVEL:.0f}" for problems in drawn]}
    if own:
        name = (inspect.getdoc(type(task).size) or "").partition("\n")[0].removesuffix(".")
        name = name[:1].lower() + name[1:]
        rows = {f"size: {name}": [f"{sum(map(task.size, ps)) / PER_LEVEL:.4g}" for ps in drawn], **rows}
    if task.name in audited:
        rows["guessed"] = [
            f"{row['accuracy']:.2f} ({row['chance']:.2f})"
            if row["ok"]
            else f"**{row['accuracy']:.2f}** ({row['chance']:.2f})"
            for row in audited[task.name]
        ]
    lines = [f"| level | {' | '.join(map(str, task.levels))} |", "|---" * (len(task.levels) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]
    return "\n".join(lines) + "\n"


def listed(task: Task, audited: Audit) -> str:
    """Return the task's line in the list."""
    problem = task.problem(EXAMPLE, level=EXAMPLE)
    above = max((row["accuracy"] - row["chance"] for row in audited.get(task.name, ())), default=None)
    cells = (
        f"[{task.name}]({task.source}.md#{task.name.lower()})",
        (inspect.getdoc(type(task)) or "").partition("\n")[0],
        split(task),
        "yes" if task.program(problem) else "",
        "yes" if task.verification(problem, problem.answer) else "",
        "" if above is None else f"+{above:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Write the list and the pages."""
    FOLDER.mkdir(exist_ok=True)
    audited = audits()
    parts = [introduction(audited)]
    for source in SOURCES:
        tasks = [get_task(name) for name in list_tasks(source=source)]
        header = "| task | | split | program | second method | guessed |\n|---|---|---|---|---|---|"
        parts.append(f"## {TITLES[source]}: {len(tasks)}\n")
        parts.append("\n".join([header, *(listed(task, audited) for task in tasks)]) + "\n")
        sections = [f"## {task.name}\n\n{description(task)}\n{curve(task, audited)}" for task in tasks]
        text = "\n".join([f"# {TITLES[source]}\n\n{len(tasks)} tasks; [what the tables say](index.md).\n", *sections])
        (FOLDER / f"{source}.md").write_text(text, encoding="utf-8")
    contents = "\n".join(["```{toctree}", ":hidden:", "", *SOURCES, "```\n"])
    (FOLDER / "index.md").write_text("\n".join([*parts, contents]), encoding="utf-8")
    print(f"{len(list_tasks())} of the {len(CATALOG)} tasks of the catalog written to {FOLDER}")


if __name__ == "__main__":
    main()
