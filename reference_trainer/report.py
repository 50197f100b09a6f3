"""What a run came to: a table, a plot, and a page with episodes."""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from rich.table import Table

from r1ci_env.records import record
from r1ci_env.reference_trainer.checkpoint import write_atomically
from r1ci_env.reference_trainer.evaluation import Evaluation
from r1ci_env.reference_trainer.runlog import read_metrics
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.rendering import to_html

TITLES = {
    "start": "before SFT",
    "sft": "after SFT",
    "grpo": "after GRPO",
    "control": "after GRPO on random rewards",
}

SAMPLE_EPISODES = 12
"""Episodes of each stage that stand on a page."""


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
        plot: PNG file with the curves.
        page: HTML file with table, plot and links to episodes.
    """

    preset: str
    seed: int
    evaluations: Mapping[str, Evaluation]
    problems: int
    seconds: Mapping[str, float]
    policy: Path
    metrics: Mapping[str, Path]
    plot: Path
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
                f"{found.greedy.reward:.3f}",
                "" if found.left_out is None else f"{found.left_out.reward:.3f}",
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


def write_report(report: TrainingReport) -> None:
    """Write the plot, and a page with the table."""
    write_atomically(report.plot, lambda part: _draw(report, part))
    head = "".join(f"<th>{column}</th>" for column in _COLUMNS)
    rows = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in _rows(report)]
    links = [f'<li><a href="episodes/{stage}.html">{TITLES[stage]}</a></li>' for stage in report.evaluations]
    page = _PAGE.format(
        title=html.escape(f"{report.preset}, seed {report.seed}"),
        problems=report.problems,
        head=head,
        rows="\n".join(rows),
        plot=report.plot.name,
        links="\n".join(links),
    )
    write_atomically(report.page, lambda part: part.write_text(page))


def write_episodes(folder: Path, stage: str, trajectories: Sequence[Trajectory]) -> None:
    """Write what a policy was measured on: all episodes as records, and a page with some."""
    records = "".join(json.dumps(record(t.played), ensure_ascii=False) + "\n" for t in trajectories)
    write_atomically(folder / f"{stage}.jsonl", lambda part: part.write_text(records, errors="surrogatepass"))
    page = to_html(*(t.episode for t in trajectories[:SAMPLE_EPISODES]))
    write_atomically(folder / f"{stage}.html", lambda part: part.write_text(page))


def _draw(report: TrainingReport, path: Path) -> None:
    """Draw the training rewards over the steps, and the held-out rewards at their ends."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    last = 0
    for stage, colour in (("grpo", "C0"), ("control", "C1")):
        if stage in report.metrics:
            rows = read_metrics(report.metrics[stage])
            steps, rewards = [row["step"] for row in rows], [row["reward"] for row in rows]
            axes.plot(steps, rewards, color=colour, label=TITLES[stage])
            last = max([last, *steps])
            axes.plot(last, report.evaluations[stage].reward, "o", color=colour)
    for stage, colour in (("sft", "C2"), ("start", "C3")):
        if stage in report.evaluations:
            axes.plot(0, report.evaluations[stage].reward, "o", color=colour, label=TITLES[stage])
    axes.set(xlabel="step", ylabel="reward", ylim=(-0.03, 1.03), title="Dots: held-out problems")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, format="png", dpi=120)


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2024; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .3rem .8rem; border-bottom: 1px solid #d9d9e0; text-align: right; }}
th:first-child, td:first-child {{ text-align: left; }} img {{ max-width: 100%; }}
</style>
<h1>{title}</h1>
<p>Rewards on {problems} problems that no training problem repeats, with 95 % intervals.</p>
<table><tr>{head}</tr>
{rows}</table>
<p><img src="{plot}" alt="Reward over the steps of GRPO and of the control"></p>
<h2>Episodes</h2>
<ul>
{links}
</ul>
</html>
"""
