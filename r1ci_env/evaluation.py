"""Playing many problems with an agent, and what came of it."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from r1ci_env import rendering
from r1ci_env.episode import Episode, Rules
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm import ExecResult


class Agent(Protocol):
    """Whatever takes turns: a model, a solver, a script."""

    def turns(self, episodes: Sequence[Episode]) -> list[str]:
        """Return the next turn of each of the episodes, which are all in progress."""


class ManySandbox(Protocol):
    """A sandbox that runs several programs at once, such as `SandboxPool`."""

    def run_many(
        self, blocks: Sequence[str], *, timeout: float | None = None, echo: bool | None = None
    ) -> "list[ExecResult]":
        """Run the programs and return their results in order."""


class ReferenceAgent:
    """Plays the reference solver: its program first, then what the program printed."""

    def turns(self, episodes: Sequence[Episode]) -> list[str]:
        """Send the solution program, or answer with its output; without a solver, give up."""
        return [self._turn(episode) for episode in episodes]

    def _turn(self, episode: Episode) -> str:
        if episode.turns == 0:
            code = get_task(episode.problem.task).solution_code(episode.problem)
            return "<<<no solver>>>" if code is None else f"```python\n{code}```"
        _header, _, output = episode.messages[-1]["content"].partition("\n")
        return f"<<<{output}>>>"


def play(
    agent: Agent,
    problems: Iterable[Problem],
    sandbox: ManySandbox,
    rules: Rules | None = None,
    batch_size: int = 64,
    on_finished: Callable[[Episode], None] | None = None,
) -> list[Episode]:
    """Play every problem to its end, ``batch_size`` at a time, and return the episodes in order.

    Args:
        agent: Takes the turns.
        problems: Problems to play, of tasks of the catalog.
        sandbox: Runs the code of all episodes of a batch together.
        rules: What the episodes allow; None for the defaults.
        batch_size: Episodes in progress at one time.
        on_finished: Called with each episode when it ends.
    """
    rules = rules or Rules()
    episodes = [Episode(problem, get_task(problem.task).check, rules) for problem in problems]
    for start in range(0, len(episodes), batch_size):
        active = episodes[start : start + batch_size]
        while active:
            programs = [episode.read(turn) for episode, turn in zip(active, agent.turns(active), strict=True)]
            blocks = [program for program in programs if program is not None]
            results = iter(sandbox.run_many(blocks, timeout=rules.code_timeout, echo=rules.echo))
            for episode, program in zip(active, programs, strict=True):
                episode.finish(None if program is None else next(results))
                if episode.over and on_finished is not None:
                    on_finished(episode)
            active = [episode for episode in active if not episode.over]
    return episodes


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


def record(episode: Episode) -> dict[str, Any]:
    """Return an episode as one JSON object."""
    return {
        "problem": episode.problem.ref,
        "reward": episode.reward,
        "correct": episode.correct,
        "turns": episode.turns,
        "code_runs": episode.code_runs,
        "answer": episode.answer,
        "right_answer": episode.problem.answer,
        "messages": episode.messages,
    }


def write_report(
    folder: Path, episodes: Sequence[Episode], table: Sequence[Score], settings: Mapping[str, Any], shown: int = 100
) -> None:
    """Write ``episodes.jsonl``, ``scores.json``, ``settings.json`` and ``episodes.html`` (the first ``shown``)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "episodes.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record(episode)) + "\n" for episode in episodes)
    (folder / "scores.json").write_text(json.dumps([asdict(s) for s in table], indent=1), encoding="utf-8")
    (folder / "settings.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    (folder / "episodes.html").write_text(rendering.to_html(*episodes[:shown]), encoding="utf-8")
