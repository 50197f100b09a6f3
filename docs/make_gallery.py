"""Write ``docs/tasks.md`` from the docstrings of the tasks, with an example problem of each."""

import inspect
from pathlib import Path

from r1ci_env import get_task, list_tasks
from r1ci_env.catalog import CATALOG, SOURCES

TITLES = {"symbench": "SymBench", "bbh": "BIG-Bench Hard", "reasoning_gym": "Reasoning-Gym"}
EXAMPLE = 1  # seed and level of the example


def section(name: str) -> str:
    """Return the gallery entry of a task."""
    task = get_task(name)
    problem = task.problem(EXAMPLE, level=EXAMPLE)
    document = inspect.getdoc(type(task)) or ""
    lines = []
    for line in document.splitlines():
        heading = line.endswith(":") and not line.startswith(" ")
        lines.append(f"**{line.removesuffix(':')}.**" if heading else line.strip())
    text = "\n".join(lines).replace(".**\n", ".** ")
    solver = "" if task.solver else " · no reference solver"
    return (
        f"### {task.row.env_id}\n\n`{task.row.source_name}` · {task.category} · {task.split}{solver}\n\n{text}\n\n"
        f"Example, `{problem.ref}`; a right answer is `{problem.answer.splitlines()[0]}`"
        f"{' …' if len(problem.answer.splitlines()) > 1 else ''}:\n\n````text\n{problem.question}\n````\n"
    )


if __name__ == "__main__":
    names = list_tasks()
    parts = [
        "# The tasks\n\nGenerated from the docstrings by `make gallery`. "
        f"{len(names)} of the {len(CATALOG)} tasks of the catalog are in this version.\n"
    ]
    for source in SOURCES:
        parts.append(f"## {TITLES[source]}\n")
        parts += [section(name) for name in list_tasks(source=source)]
    path = Path(__file__).with_name("tasks.md")
    path.write_text("\n".join(parts), encoding="utf-8")
    print(f"{len(names)} tasks written to {path}")
