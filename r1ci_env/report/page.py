"""A run as one HTML file: the data compressed into it, markup, style and script beside it in this folder.

Nothing of a run is ever markup. It travels as base64 of compressed JSON, and the script makes text nodes of it; only
the title is written into the page here, escaped. A content policy lets no script run but the page's own, by its hash,
and lets nothing be fetched.
"""

import base64
import html
import json
import math
import os
import re
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from r1ci_env.errors import R1ciError
from r1ci_env.evaluation.scores import latest
from r1ci_env.records import EPISODE, RecordFile
from r1ci_env.rendering import printable
from r1ci_env.report.episodes import row, task_facts, texts
from r1ci_env.report.run_folder import Run, read_run
from r1ci_env.report.training import TITLES

PAGE_NAME: Final = "report.html"

CHUNK_CHARS: Final = 300_000
"""Of JSON, about: episodes are unpacked so many at a time, when one of them is opened."""


def write_page(folder: str | Path, output: str | Path | None = None) -> Path:
    """Write the page of the run in ``folder`` and return its path.

    Args:
        folder: Of ``r1ci eval`` or ``r1ci train``; the run may still be going on.
        output: The file; None for `PAGE_NAME` in the folder.

    Raises:
        R1ciError: the folder holds no run, or something damaged, or the file can't be written.
    """
    folder = Path(folder)
    output = Path(output or folder / PAGE_NAME)
    if output.is_dir():
        raise R1ciError(f"{output} is a folder: name the file to write, such as {output / PAGE_NAME}.")
    try:
        page = to_page(read_run(folder))
    except RecursionError:
        raise R1ciError(f"{folder} holds JSON that is nested too deeply to be of a run.") from None
    part = output.with_name(output.name + ".part")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(page, encoding="utf-8")
        os.replace(part, output)
    except OSError as error:
        raise R1ciError(f"{output} can't be written: {error.strerror}. Name another file with --output.") from None
    return output


def to_page(run: Run) -> str:
    """Return the page of a run."""
    records = {policy: latest(RecordFile(path, EPISODE)) for policy, path in run.episodes.items()}
    rows = [row(record, policy) for policy, played in records.items() for record in played]
    starts, chunks = _chunked(text for played in records.values() for text in texts(played))
    index = {
        "name": run.name,
        "package": version("r1ci-env"),
        "settings": run.settings,
        "policies": {policy: TITLES.get(policy, policy) for policy in {**run.results, **records}},
        "results": run.results,
        "phases": {name: asdict(phase) for name, phase in run.phases.items() if phase.steps},
        "trains": run.trains,
        "tasks": {task: task_facts(task) for task in dict.fromkeys(row["task"] for row in rows)},
        "episodes": {name: [row[name] for row in rows] for name in (rows[0] if rows else ())},
        "chunks": starts,
    }
    data = _data("index", _json(index)) + "".join(_data("chunk", chunk) for chunk in chunks)
    style, script = _file("page.css"), _file("page.js")
    parts = {
        "policy": f"default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"script-src '{_hash(script)}'; style-src '{_hash(style)}'",
        "title": html.escape(printable(run.name)),
        "style": style,
        "data": data,
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _file("page.html"))


def _chunked(items: Iterable[Any]) -> tuple[list[int], list[str]]:
    """Return lists of so many items as JSON, and the number of the first item in each."""
    starts: list[int] = []
    chunks: list[list[str]] = []
    room = 0
    for number, item in enumerate(items):
        text = _json(item)
        if room <= 0:
            starts.append(number)
            chunks.append([])
            room = CHUNK_CHARS
        chunks[-1].append(text)
        room -= len(text)
    return starts, [f"[{','.join(chunk)}]" for chunk in chunks]


def _json(value: Any) -> str:
    """Return JSON in ASCII, with null for what JSON has no number for."""
    return json.dumps(_finite(value), separators=(",", ":"), allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _data(kind: str, text: str) -> str:
    """Return a data block: text that no browser takes for markup or script."""
    packed = base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")
    return f'<script type="text/plain" class="{kind}">{packed}</script>\n'


def _file(name: str) -> str:
    return files("r1ci_env.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")
