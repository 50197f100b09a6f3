"""What a run came to: a table, a plot, and a page with episodes."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from rich.table import Table

from r1ci_env.reference_trainer.checkpoint import write_atomically
from r1ci_env.reference_trainer.runlog import read_metrics
from r1ci_env.reference_trainer.trajectory import Score, Trajectory
from r1ci_env.rendering import to_html

TITLES = {
    "start": "before SFT",
    "sft": "after SFT",
    "grpo": "after GRPO",
    "control": "after GRPO on random rewards",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a policy earns on the held-out problems.

    Attributes:
        sampled: At temperature 1.
        greedy: With the likeliest token always.
    """

    sampled: Score
    greedy: Score


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a run came to.

    Attributes:
        preset: Name of the preset.
        seed: Seed of the run.
        evaluations: By stage: ``start``, ``sft``, ``grpo`` and ``control``.
        problems: Number of held-out problems.
        seconds: Wall time of the training of each stage, since it was last started.
        policy: Directory of the trained policy.
        metrics: JSONL file with one line per GRPO step.
        control_metrics: The same of the control.
        plot: PNG file with the curves.
        page: HTML file with table, plot and links to episodes.
    """

    preset: str
    seed: int
    evaluations: Mapping[str, Evaluation]
    problems: int
    seconds: Mapping[str, float]
    policy: Path
    metrics: Path
    control_metrics: Path
    plot: Path
    page: Path

    @property
    def gain(self) -> float:
        """Sampled reward after GRPO minus that after SFT."""
        return self.evaluations["grpo"].sampled.reward - self.evaluations["sft"].sampled.reward

    @property
    def control_change(self) -> float:
        """Sampled reward after GRPO on random rewards minus that after SFT."""
        return self.evaluations["control"].sampled.reward - self.evaluations["sft"].sampled.reward


def _rows(report: TrainingReport) -> list[tuple[str, str, str, str, str]]:
    rows = []
    for stage, evaluation in report.evaluations.items():
        reward = evaluation.sampled.reward
        margin = 1.96 * (reward * (1 - reward) / report.problems) ** 0.5
        rows.append(
            (
                TITLES[stage],
                f"{reward:.3f} ± {margin:.3f}",
                f"{evaluation.greedy.reward:.3f}",
                f"{evaluation.sampled.code_use:.0%}",
                f"{report.seconds[stage]:.0f}",
            )
        )
    return rows


_COLUMNS = ("policy", "sampled reward", "greedy reward", "uses code", "trained (s)")


def results_table(report: TrainingReport) -> Table:
    """Return the rewards on the held-out problems as a table for the terminal."""
    table = Table(title=f"{report.preset}, seed {report.seed}: {report.problems} held-out problems")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column == "policy" else "right")
    for row in _rows(report):
        table.add_row(*row)
    table.caption = f"GRPO {report.gain:+.3f}, control {report.control_change:+.3f}; {report.page}"
    return table


def write_report(report: TrainingReport, episodes: Mapping[str, Sequence[Trajectory]]) -> None:
    """Write the plot, a page with the table, and a page of sample episodes for each stage."""
    write_atomically(report.plot, lambda part: _draw(report, part))
    folder = report.page.parent / "episodes"
    folder.mkdir(exist_ok=True)
    for stage, trajectories in episodes.items():
        (folder / f"{stage}.html").write_text(to_html(*(t.episode for t in trajectories)))
    head = "".join(f"<th>{column}</th>" for column in _COLUMNS)
    rows = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in _rows(report)]
    links = [f'<li><a href="episodes/{stage}.html">{TITLES[stage]}</a></li>' for stage in episodes]
    page = _PAGE.format(
        title=html.escape(f"{report.preset}, seed {report.seed}"),
        problems=report.problems,
        head=head,
        rows="\n".join(rows),
        plot=report.plot.name,
        links="\n".join(links),
    )
    write_atomically(report.page, lambda part: part.write_text(page))


def _draw(report: TrainingReport, path: Path) -> None:
    """Draw the training rewards over the steps, and the held-out rewards at their ends."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    last = 0
    for stage, file, colour in (("grpo", report.metrics, "C0"), ("control", report.control_metrics, "C1")):
        rows = read_metrics(file)
        steps, rewards = [row["step"] for row in rows], [row["reward"] for row in rows]
        axes.plot(steps, rewards, color=colour, label="GRPO" if stage == "grpo" else "control: random rewards")
        last = max([last, *steps])
        axes.plot(last, report.evaluations[stage].sampled.reward, "o", color=colour)
    axes.plot(0, report.evaluations["sft"].sampled.reward, "o", color="C2", label="after SFT")
    axes.plot(0, report.evaluations["start"].sampled.reward, "o", color="C3", label="before SFT")
    axes.set(xlabel="step", ylabel="sampled reward", ylim=(-0.03, 1.03), title="Dots: held-out problems")
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
