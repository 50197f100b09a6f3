"""What the benchmarks share: a table on the terminal and a JSON file with the machine beside it."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"

T_QUANTILE = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 12: 2.201, 16: 2.131, 24: 2.069, 32: 2.040}
"""Of Student's distribution at 97.5 %, by the number of runs."""

SHOWN = 2_000
"""Characters of a fact at most that the terminal shows; longer ones stand in the file alone."""


def machine() -> dict[str, Any]:
    """Return what the machine is and how busy it was."""
    models = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def publish(name: str, title: str, rows: Sequence[Mapping[str, Any]], **facts: Any) -> None:
    """Print the rows as a table and write them to ``results/<name>.json``."""
    console = Console(width=160)
    table = Table(title=title, title_justify="left")
    for column in rows[0]:
        table.add_column(column)
    for row in rows:
        table.add_row(*(f"{value:.4g}" if isinstance(value, float) else str(value) for value in row.values()))
    console.print(table)
    told = [f"{key}: {value}" for key, value in facts.items()]
    console.print(f"machine: {machine()}", *(line for line in told if len(line) <= SHOWN), sep="\n", highlight=False)
    RESULTS.mkdir(exist_ok=True)
    content = {"title": title, "machine": machine(), **facts, "rows": list(rows)}
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")
