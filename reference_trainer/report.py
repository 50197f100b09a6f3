"""What a run came to: a table for the terminal, and the episodes that it was measured on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from r1ci_env.records import record
from r1ci_env.reference_trainer.checkpoint import write_atomically
from r1ci_env.reference_trainer.evaluation import Evaluation
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.report.training import TITLES


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a run came to.

    Attributes:
        preset: Name of the preset.
        seed: Seed of the run.
        evaluations: By stage: ``start`` and the phases.
        problems: Number of held-out problems.
        seconds: Wall time of the training of each stage, since it was last started.
        policy: Directory of the trained policy.
        metrics: For each phase, the JSONL file with one line a step.
        page: HTML file with table, curves, settings and episodes.
    """

    preset: str
    seed: int
    evaluations: Mapping[str, Evaluation]
    problems: int
    seconds: Mapping[str, float]
    policy: Path
    metrics: Mapping[str, Path]
    page: Path

    @property
    def gain(self) -> float:
        """Reward after GRPO minus that after SFT."""
        return self.change("grpo")

    @property
    def control_change(self) -> float:
        """Reward after GRPO on random rewards minus that after SFT."""
        return self.change("control")

    def change(self, stage: str) -> float:
        """Reward after a phase minus that after SFT, or before where there was none."""
        before = self.evaluations.get("sft", self.evaluations["start"])
        return self.evaluations[stage].reward - before.reward


def _rows(report: TrainingReport) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for stage, found in report.evaluations.items():
        margin = 1.96 * (found.reward * (1 - found.reward) / report.problems) ** 0.5
        rows.append(
            (
                TITLES[stage],
                f"{found.reward:.3f} ± {margin:.3f}",
                f"{found.greedy.correct:.3f}",
                "" if found.left_out is None else f"{found.left_out.correct:.3f}",
                f"{found.greedy.answered:.0%}",
                f"{found.greedy.code_use:.0%}",
                f"{found.greedy.turn_tokens:.0f}",
                f"{report.seconds[stage]:.0f}",
            )
        )
    return rows


_COLUMNS = ("policy", "reward", "greedy", "tasks left out", "answers", "uses code", "tokens", "trained (s)")


def results_table(report: TrainingReport) -> Table:
    """Return the rewards on the held-out problems as a table for the terminal."""
    table = Table(title=f"{report.preset}, seed {report.seed}: {report.problems} held-out problems")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column == "policy" else "right")
    for row in _rows(report):
        table.add_row(*row)
    changes = [f"{TITLES[s]} {report.change(s):+.3f}" for s in ("grpo", "control") if s in report.evaluations]
    table.caption = "; ".join([*changes, str(report.page)])
    return table


def write_episodes(path: Path, trajectories: Sequence[Trajectory]) -> None:
    """Write what a policy was measured on as records."""
    lines = "".join(json.dumps(record(t.played), ensure_ascii=False) + "\n" for t in trajectories)
    write_atomically(path, lambda part: part.write_text(lines, encoding="utf-8", errors="surrogatepass"))
