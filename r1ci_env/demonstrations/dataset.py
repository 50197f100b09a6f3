"""A set of demonstrations as a file: made by several processes, in an order that does not depend on them."""

import atexit
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from r1ci_env.demonstrations.making import Settings, abilities, make_task, plan_formats
from r1ci_env.errors import R1ciError
from r1ci_env.holding import hold
from r1ci_env.kept_settings import changes, read_object, require_file
from r1ci_env.processes import in_processes
from r1ci_env.records import DEMONSTRATION, complaint_of
from r1ci_env.registry import parse_reference

TokenCounter = Callable[[str], int]


def make(
    settings: Settings,
    path: str | Path,
    *,
    workers: int | None = None,
    on_task: Callable[[str, int], object] = lambda task, count: None,
) -> list[dict[str, Any]]:
    """Make a set of demonstrations, task by task, and write it as JSON lines; a run that was cut goes on.

    The file is the same whatever the number of processes and however often it was cut.

    Args:
        settings: What it is to be.
        path: Of the JSON lines. While they are made, ``….progress.json`` beside it says how far they are.
        workers: Processes; by default one for each core.
        on_task: Called when a task is done, with the number of its demonstrations.

    Returns:
        The records.

    Raises:
        R1ciError: at the path there is something else than a part of this set, or another process makes it.
    """
    from r1ci_env.sandbox_wasm import build

    path = Path(path)
    require_file(path)
    build()
    path.parent.mkdir(parents=True, exist_ok=True)
    with hold(path):
        _make(settings, path, workers or _cores(), on_task)
    return read(path)


def _make(settings: Settings, path: Path, workers: int, on_task: Callable[[str, int], object]) -> None:
    progress = _Progress(path, settings)
    plan = plan_formats([abilities(name, settings) for name in settings.tasks], settings)
    for name, count in progress.done.items():
        on_task(name, count)
    waiting = [name for name in settings.tasks if name not in progress.done]
    jobs = [(name, plan[name], settings) for name in waiting]
    for name, made in zip(waiting, in_processes(_make_in_worker, jobs, workers), strict=True):
        progress.add(name, made)
        on_task(name, progress.done[name])
    progress.finish()


def read(path: str | Path) -> list[dict[str, Any]]:
    """Return the records of a set.

    Raises:
        R1ciError: the file is not there, empty or not finished, or a line of it is no demonstration.
    """
    path = Path(path)
    try:
        lines = path.read_bytes().splitlines()
    except (OSError, ValueError) as error:  # the latter for a path that no file can have
        why = getattr(error, "strerror", None) or error
        raise R1ciError(f"{path} cannot be read: {why}. Make it with r1ci sft-data.") from error
    records = []
    for number, line in enumerate(lines, start=1):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if complaint := _complaint(found):
            raise R1ciError(f"{path}, line {number}: no demonstration; {complaint}. Is this a file of r1ci sft-data?")
        records.append(found)
    if not records or not is_finished(path):
        raise R1ciError(f"{path} is empty or not finished: run r1ci sft-data with the same settings again.")
    return records


def _complaint(found: Any) -> str:
    """Return why a value is no demonstration; an empty string if it is one."""
    if not isinstance(found, dict):
        return "it is no JSON object"
    if complaint := complaint_of(found, DEMONSTRATION):
        return complaint
    roles = [message["role"] for message in found["messages"]]
    turns = roles.count("assistant")
    if roles[:1] != ["user"] or not set(roles) <= {"user", "assistant"}:
        return "its messages do not begin with a user's, or others than user and assistant speak"
    if [flag for flag in found["train"] if isinstance(flag, bool)] != found["train"] or len(found["train"]) != turns:
        return f"its 'train' has no truth value for each of {turns} turns"
    return "" if any(found["train"]) else "no turn of it is to be learnt"


def is_finished(path: Path) -> bool:
    """Whether there is a set at the path, and nothing more to make of it."""
    return path.exists() and path.stat().st_size > 0 and not _progress_path(path).exists()


def only_right(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records without a failing turn, for trainers that know no flags for turns."""
    return [record for record in records if all(record["train"])]


def manifest(settings: Settings, records: Sequence[dict[str, Any]], count_tokens: TokenCounter) -> dict[str, Any]:
    """Return what is in a set.

    Args:
        settings: What it was to be.
        records: The records.
        count_tokens: Of a text.

    Returns:
        ``settings``; ``demonstrations``, ``distinct_questions`` and ``right`` (how many earn the full reward);
        ``formats`` (how many of each); and ``tasks``: for each its formats, code runs and the median and 95th
        percentile of tokens of the whole chat.
    """
    by_task: dict[str, list[dict[str, Any]]] = {name: [] for name in settings.tasks}
    for record in records:
        by_task[parse_reference(record["problem"])[0]].append(record)
    tasks = {}
    for name, own in by_task.items():
        tokens = sorted(sum(count_tokens(message["content"]) for message in record["messages"]) for record in own)
        tasks[name] = {
            "demonstrations": len(own),
            **Counter(record["format"] for record in own),
            "code_runs": sum(len(record["outcomes"]) - record["outcomes"].count("answer") for record in own),
            "tokens_median": _quantile(tokens, 0.5),
            "tokens_p95": _quantile(tokens, 0.95),
        }
    return {
        "settings": asdict(settings),
        "demonstrations": len(records),
        "distinct_questions": len({record["messages"][0]["content"] for record in records}),
        "right": sum(record["reward"] == 1.0 for record in records),
        "formats": dict(Counter(record["format"] for record in records).most_common()),
        "tasks": tasks,
    }


class _Progress:
    """How far a set is: whole tasks count, lines of a task that was cut are taken away."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._path = path
        self._state = _progress_path(path)
        self._settings = json.loads(json.dumps(asdict(settings)))
        self.done: dict[str, int] = {}
        if not self._state.exists():
            if path.exists() and path.stat().st_size:
                raise R1ciError(f"{path} exists and is finished, or not of r1ci sft-data: choose another file.")
            path.write_bytes(b"")
            self._write_state()
            return
        advice = f"Delete it and {path} to make the set anew, or choose another file."
        state = read_object(self._state, advice)
        done, before = state.get("done"), state.get("settings")
        if not isinstance(before, dict) or not isinstance(done, dict) or not all(map(_is_count, done.values())):
            raise R1ciError(f"{self._state} does not say how far a set is. {advice}")
        if done and (other := changes(before, self._settings)):
            raise R1ciError(
                f"{path} is a part of a set with other settings ({other}): choose another file, or the same settings."
            )
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        kept = [line for line in lines[: sum(done.values())] if line.endswith(b"\n")]
        if len(kept) < sum(done.values()):
            raise R1ciError(f"{path} has lost lines that {self._state} tells of. {advice}")
        self.done = done
        path.write_bytes(b"".join(kept))

    def add(self, name: str, records: Sequence[dict[str, Any]]) -> None:
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        self.done[name] = len(records)
        self._write_state()

    def finish(self) -> None:
        self._state.unlink()

    def _write_state(self) -> None:
        new = self._state.with_name(f"{self._state.name}.new")
        new.write_text(json.dumps({"settings": self._settings, "done": self.done}), encoding="utf-8")
        new.replace(self._state)


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


_sandbox: Any = None


def _make_in_worker(name: str, formats: Sequence[str], settings: Settings) -> list[dict[str, Any]]:
    global _sandbox
    if _sandbox is None:
        from r1ci_env.sandbox_wasm import Sandbox

        _sandbox = Sandbox()
        atexit.register(_let_go)
    return [found.record() for found in make_task(name, formats, settings, _sandbox)]


def _let_go() -> None:
    """Free the sandbox while the modules that free it are still there."""
    global _sandbox
    _sandbox = None


def _progress_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.progress.json")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _quantile(values: Sequence[int], share: float) -> int:
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0
