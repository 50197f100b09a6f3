"""Answers to entries of the reasoning-gym package are judged rightly.

The entries are not part of the repository: they are read from ``shared/data/reasoning_gym`` beside it, one JSONL file a
data set, and where that folder is missing every test here is skipped and says so.
"""

from pathlib import Path

import pytest

import r1ci_env
from r1ci_env.catalog import CATALOG
from r1ci_env.official import load_reasoning_gym
from r1ci_env.task import Problem
from r1ci_env.testing import hostile_answers

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "reasoning_gym"
TASKS = r1ci_env.list_tasks(source="reasoning_gym")
FILES = {row.id: DATA / f"{row.source_name}.jsonl" for row in CATALOG}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the original entries are not at hand: no folder {DATA}")


def official(name: str) -> list[Problem]:
    if not FILES[name].exists():
        pytest.skip(f"no original entries of {name}: no file {FILES[name]}")
    return load_reasoning_gym(FILES[name])


@pytest.mark.parametrize("name", TASKS)
def test_sound_stored_answers_are_accepted(name: str) -> None:
    task = r1ci_env.get_task(name)
    sound = [p for p in official(name) if p.data["flaw"] is None and p.data["gold"] is not None]
    rejected = [p.seed for p in sound if not task.check(p, p.data["gold"])]
    assert len(rejected) <= 0.01 * len(sound), f"{name}: the stored answers of {rejected} are rejected"


@pytest.mark.parametrize("name", TASKS)
def test_the_carried_answer_is_right(name: str) -> None:
    task = r1ci_env.get_task(name)
    wrong = [p.seed for p in official(name) if p.answer != "(none)" and not task.check(p, p.answer)]
    assert not wrong, f"{name}: the answers that {wrong} carry are rejected"


@pytest.mark.parametrize("name", TASKS)
def test_hostile_answers_are_rejected(name: str) -> None:
    task = r1ci_env.get_task(name)
    accepted = [
        (problem.seed, hostile[:40])
        for problem in official(name)
        for hostile in hostile_answers()
        if hostile.strip() != problem.answer.strip() and task.check(problem, hostile)
    ]
    assert not accepted, f"{name} accepts hostile answers: {accepted[:5]}"
