"""The original BIG-Bench Hard items: the checks accept their targets, and the reference solvers solve them.

The items are not part of this repository: they are read from ``shared/data/bbh`` beside it, and every test here is
skipped where that is missing. ``pytest -s -k table tests/test_official_bbh.py`` prints the table.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from r1ci_env import Problem, get_task
from r1ci_env.catalog import CATALOG
from r1ci_env.official import load_bbh

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "bbh"
SOURCE_NAMES = {row.id: row.source_name for row in CATALOG if row.source == "bbh"}
SOLVED = {
    "BooleanExpressions": 0.99,
    "DateUnderstanding": 0.80,
    "DyckLanguages": 0.99,
    "FormalFallacies": 0.95,
    "GeometricShapes": 0.95,
    "Hyperbaton": 0.95,
    "LogicalDeductionThreeObjects": 0.99,
    "LogicalDeductionFiveObjects": 0.99,
    "LogicalDeductionSevenObjects": 0.99,
    "MultistepArithmeticTwo": 0.99,
    "Navigate": 0.99,
    "ObjectCounting": 0.99,
    "PenguinsInATable": 0.80,
    "ReasoningAboutColoredObjects": 0.95,
    "TemporalSequences": 0.99,
    "TrackingShuffledObjectsThreeObjects": 0.99,
    "TrackingShuffledObjectsFiveObjects": 0.99,
    "TrackingShuffledObjectsSevenObjects": 0.99,
    "WebOfLies": 0.99,
    "WordSorting": 0.99,
}
"""Share of the original items, flawed ones included, for which the reference solver gives the stored target."""

TRUSTED = (
    *("CausalJudgement", "DisambiguationQA", "MovieRecommendation", "RuinNames"),
    *("SalientTranslationErrorDetection", "Snarks", "SportsUnderstanding"),
)
"""Tasks of natural language, whose original targets are taken as they are."""


@dataclass(frozen=True)
class Result:
    """What became of the items of one task."""

    items: int
    accepted: int
    solved: int
    flaws: dict[int, str]


@cache
def problems(name: str) -> tuple[Problem, ...]:
    """Return the original items of a task, or skip the test."""
    file = DATA / f"{SOURCE_NAMES[name]}.jsonl"
    if not file.exists():
        pytest.skip(f"SKIPPED: the original BIG-Bench Hard items are not at hand, {file} is missing")
    return tuple(load_bbh(file))


def result(name: str) -> Result:
    task, items = get_task(name), problems(name)
    return Result(
        len(items),
        sum(task.check(p, p.data["gold"]) for p in items),
        sum(_same(task.solve(p.question), p.data["gold"]) for p in items),
        {p.seed: p.data["flaw"] for p in items if p.data["flaw"]},
    )


def _same(found: str | None, gold: str) -> bool:
    return found is not None and found.split() == gold.split()


@pytest.mark.parametrize("name", SOLVED)
def test_solver_gives_the_stored_targets(name: str) -> None:
    found = result(name)
    assert found.solved >= SOLVED[name] * found.items, found


@pytest.mark.parametrize("name", [*SOLVED, *TRUSTED])
def test_check_accepts_the_target_of_every_sound_item(name: str) -> None:
    task = get_task(name)
    for p in problems(name):
        assert p.level == 0
        assert p.data["flaw"] or task.check(p, p.data["gold"]), p
        assert p.answer == "(none)" or task.check(p, p.answer), p


@pytest.mark.parametrize("name", [*SOLVED, *TRUSTED])
def test_check_accepts_equivalents_and_nothing_else(name: str) -> None:
    task = get_task(name)
    for p in problems(name):
        if p.data["flaw"]:
            continue
        options = p.data.get("options")
        if options:
            letter = p.data["gold"].strip("()")
            text = options[ord(letter) - ord("A")]
            right = [letter, f"({letter.lower()})", f"{letter}.", text, f"({letter}) {text}", f"`({letter})`"]
            wrong = [f"({chr(ord('A') + i)})" for i in range(len(options)) if chr(ord("A") + i) != letter]
        elif p.data["gold"].isalpha() and " " not in p.data["gold"] and name != "WordSorting":
            gold = p.data["gold"]
            right = [gold.lower(), gold.upper(), f"{gold.lower()}.", f'"{gold}"']
            wrong = [w for w in ("Yes", "No", "True", "False", "valid", "invalid") if w.lower() != gold.lower()]
        else:
            right, wrong = [f" {p.data['gold']} "], [f"{p.data['gold']} 7", "7 ) 7"]
        for answer in right:
            assert task.check(p, answer), (answer, p)
        for answer in [*wrong, "", "(Z)", "unknown", p.question]:
            assert not task.check(p, answer), (answer, p)


def table() -> str:
    """Return the results of all tasks as a table."""
    lines = [f"{'task':38}{'items':>6}{'accepted':>9}{'solved':>7}  flawed"]
    for name in [*SOLVED, *TRUSTED]:
        found = result(name)
        lines.append(f"{name:38}{found.items:6}{found.accepted:9}{found.solved:7}  {len(found.flaws)}")
        lines += [f"    item {number}: {flaw}" for number, flaw in found.flaws.items()]
    return "\n".join(lines)


def test_table() -> None:
    print(table())
