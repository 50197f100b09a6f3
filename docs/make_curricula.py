"""Draw docs/curricula.svg, and put the table of the latest benchmark into docs/curricula.md.

python docs/make_curricula.py
"""

import json
import re
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "curricula"  # the same file whenever it is drawn

import matplotlib.pyplot as plt  # noqa: E402

from r1ci_env.curricula.potential import binomial, divided_gradient, group_gradient, signal_share  # noqa: E402

HERE = Path(__file__).parent
RESULTS = HERE.parent / "benchmarks" / "results" / "curriculum.json"
GROUPS = (5, 8, 16)


def mean(value: Any, p: float, group: int) -> float:
    """Return the mean of a value of the number of right answers in a group."""
    return float(sum(binomial(p, group, k) * value(k, group) for k in range(group + 1)))


def draw(path: Path) -> None:
    """Draw what a group teaches, and what a problem gains, over its success rate."""
    rates = np.linspace(0, 1, 201)
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.4), layout="constrained")
    for group in GROUPS:
        left.plot(rates, [signal_share(p, group) for p in rates], label=f"groups of {group}")
        middle.plot(rates, [mean(group_gradient, p, group) for p in rates], label=f"as they are, {group}")
    middle.set_prop_cycle(None)
    for group in GROUPS:
        middle.plot(rates, [mean(divided_gradient, p, group) for p in rates], "--", label=f"divided, {group}")
    for name, value, style in (("as they are", group_gradient, "-"), ("divided", divided_gradient, "--")):
        gains = np.array([mean(value, p, 8) * p * (1 - p) for p in rates])
        right.plot(rates, gains / gains.max(), f"C1{style}", label=f"advantages {name}, groups of 8")
    right.plot(rates, 4 * rates * (1 - rates), "k:", label="potential 4p(1 − p)")
    for axes, title in (
        (left, "share of groups with signal"),
        (middle, "mean gradient of a group"),
        (right, "gain in success, of its largest"),
    ):
        axes.set(title=title, xlabel="success rate p", xlim=(0, 1), ylim=(0, None))
        axes.legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None})


def table(world: str) -> str:
    """Return the rows of a world, for both losses beside one another."""
    rows = [row for row in json.loads(RESULTS.read_text())["rows"] if row["world"] == world]
    names = list(dict.fromkeys(row["sampler"] for row in rows))
    lines = [
        "| sampler | gain per 10k rollouts, pp | times uniform | per 100 updates | groups with signal "
        "| worst quarter, pp | Spearman | divided: gain | times uniform | worst quarter |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name in names:
        raw, divided = (next(r for r in rows if (r["sampler"], r["loss"]) == (name, x)) for x in ("Dr.GRPO", "GRPO"))
        cells = [
            name,
            *(_with_interval(raw, column) for column in ("gain_per_10k_rollouts", "times_uniform")),
            f"{raw['gain_per_100_updates']:.1f}",
            f"{raw['groups_with_signal']:.2f}",
            _with_interval(raw, "worst_quarter_gain"),
            "" if raw["spearman"] is None else f"{raw['spearman']:.2f}",
            *(_with_interval(divided, c) for c in ("gain_per_10k_rollouts", "times_uniform", "worst_quarter_gain")),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _with_interval(row: dict[str, Any], column: str) -> str:
    return f"{row[column]:.2f} ± {row[f'{column}_±']:.2f}"


def main() -> None:
    """Make the plot and the tables."""
    draw(HERE / "curricula.svg")
    page = HERE / "curricula.md"
    text = page.read_text(encoding="utf-8")
    for world in ("main", "control: all potentials equal"):
        begin, end = (f"<!-- {word} of table: {world} -->" for word in ("begin", "end"))
        text = re.sub(f"{begin}.*{end}", lambda _, b=begin, e=end, w=world: f"{b}\n{table(w)}\n{e}", text, flags=re.S)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
