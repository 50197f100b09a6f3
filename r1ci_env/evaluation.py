"""What came of episodes: scores, their intervals, and files."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from r1ci_env import rendering
from r1ci_env.episode import Episode
from r1ci_env.playing import Played
from r1ci_env.records import RecordFile, record


@dataclass(frozen=True, slots=True)
class Score:
    """Result of some episodes.

    Attributes:
        name: Task, source or split that the episodes belong to.
        episodes: How many there are.
        correct: How many ended with a right answer.
        reward: Mean reward.
        low: Lower end of the 95 % Wilson interval of the share that is correct.
        high: Its upper end.
        code_runs: Mean number of code runs.
        turns: Mean number of turns.
    """

    name: str
    episodes: int
    correct: int
    reward: float
    low: float
    high: float
    code_runs: float
    turns: float


def score(name: str, episodes: Sequence[Episode]) -> Score:
    """Summarise episodes, of which there must be at least one."""
    n = len(episodes)
    correct = sum(episode.correct for episode in episodes)
    low, high = wilson_interval(correct, n)
    reward = sum(episode.reward or 0.0 for episode in episodes) / n
    code_runs = sum(episode.code_runs for episode in episodes) / n
    return Score(name, n, correct, reward, low, high, code_runs, sum(episode.turns for episode in episodes) / n)


def scores(episodes: Sequence[Episode], key: Callable[[Episode], str]) -> list[Score]:
    """Summarise episodes by ``key``, in the order in which its values first occur."""
    groups: dict[str, list[Episode]] = {}
    for episode in episodes:
        groups.setdefault(key(episode), []).append(episode)
    return [score(name, group) for name, group in groups.items()]


def wilson_interval(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion (95 % for z = 1.96)."""
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def write_report(
    folder: Path, played: Sequence[Played], table: Sequence[Score], settings: Mapping[str, Any], shown: int = 100
) -> None:
    """Write ``episodes.jsonl``, ``scores.json``, ``settings.json`` and ``episodes.html`` (the first ``shown``)."""
    folder.mkdir(parents=True, exist_ok=True)
    file = RecordFile(folder / "episodes.jsonl")
    file.path.unlink(missing_ok=True)
    for one in played:
        file.append(record(one))
    (folder / "scores.json").write_text(json.dumps([asdict(s) for s in table], indent=1), encoding="utf-8")
    (folder / "settings.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    page = rendering.to_html(*(one.episode for one in played[:shown]))
    (folder / "episodes.html").write_text(page, encoding="utf-8")
