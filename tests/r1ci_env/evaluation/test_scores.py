"""Scores and tables, against numbers worked out by hand."""

import json

import pytest

from r1ci_env.evaluation.scores import latest, score
from r1ci_env.evaluation.statistics import wilson_interval
from r1ci_env.evaluation.summary import paper_table, summarise
from tests.r1ci_env.evaluation.records import fault, made


def test_the_score_of_a_group():
    records = [
        made("GCD:1:1", True, code_runs=2, tokens=10, turns=3, sandbox_seconds=0.5, chance=0.25),
        made("GCD:1:2", False, code_runs=0, tokens=20, turns=1, chance=0.25),
        made("GCD:1:3", False, stop="turns", turns=2),
        made("GCD:1:4", True, stop="answer", turns=2),
        fault("GCD:1:5"),
    ]
    found = score("GCD", records)
    assert (found.problems, found.episodes, found.correct, found.faults) == (4, 4, 2, 1)
    assert found.rate == 0.5
    assert (found.low, found.high) == wilson_interval(2, 4)
    assert (found.code_share, found.code_runs, found.turns, found.tokens) == (0.25, 0.5, 2.0, 7.5)
    assert (found.sandbox_seconds, found.chance) == (0.125, 0.125)
    assert found.stops == {"answer": 3, "turns": 1, "fault": 1}
    assert found.pass_at == {}


def test_samples_of_a_problem():
    records = [made("GCD:1:1", i < 3, i) for i in range(4)] + [made("GCD:1:2", i < 1, i) for i in range(4)]
    found = score("GCD", records)
    assert (found.problems, found.episodes, found.correct, found.rate) == (2, 8, 4, 0.5)
    # pass@2: 1 - C(1,2)/C(4,2) = 1 and 1 - C(3,2)/C(4,2) = 1/2
    assert found.pass_at == pytest.approx({1: 0.5, 2: 0.75, 4: 1.0})
    # shares 3/4 and 1/4: .25 * 2 * 1 / .125 = 4 answers
    assert (found.low, found.high) == wilson_interval(2, 4)


def test_problems_weigh_alike_while_samples_are_missing():
    records = [made("GCD:1:1", True, i) for i in range(3)] + [made("GCD:1:2", False)]
    found = score("GCD", records)
    assert (found.rate, found.pass_at) == (0.5, {})


def test_nothing_but_faults_has_no_rate():
    found = score("GCD", [fault("GCD:1:1"), fault("GCD:1:2")])
    assert (found.episodes, found.faults, found.rate, found.low) == (0, 2, None, None)
    assert score("none", []).stops == {}


def test_an_episode_that_was_played_again_counts_once():
    records = [fault("GCD:1:1"), made("GCD:1:1", True), fault("GCD:1:2"), fault("GCD:1:2"), made("GCD:1:1", True, 1)]
    assert [(r["problem"], r["sample"], r["stop"]) for r in latest(records)] == [
        ("GCD:1:1", 0, "answer"),
        ("GCD:1:2", 0, "fault"),
        ("GCD:1:1", 1, "answer"),
    ]
    assert latest([made("GCD:1:1", True), fault("GCD:1:1")])[0]["stop"] == "answer"
    assert latest([made("GCD:1:1", True), made("GCD:1:1", False)])[0]["correct"] is False


def test_the_papers_means_count_tasks_alike():
    records = [made(f"GCD:1:{i}", True) for i in range(10)]  # Reasoning-Gym, test
    records += [made("IsomorphicStrings:1:1", False), made("Game24:1:1", True)]  # Reasoning-Gym, test; SymBench, train
    found = {one["name"]: one for one in summarise(records)["paper"]}
    assert list(found) == [
        *("SymBench train", "SymBench test", "BBH train", "BBH test"),
        *("Reasoning-Gym train", "Reasoning-Gym test", "test mean"),
    ]
    assert found["Reasoning-Gym test"]["rate"] == 0.5
    assert (found["test mean"]["rate"], found["test mean"]["tasks"], found["test mean"]["of"]) == (0.5, 2, 37)
    assert (found["SymBench train"]["rate"], found["BBH test"]["rate"]) == (1.0, None)
    assert sum(one["of"] for name, one in found.items() if name != "test mean") == 144
    assert sum(one["of"] for name, one in found.items() if name.endswith(" test")) == 37


def test_a_task_with_faults_alone_is_no_part_of_the_means():
    table = paper_table([score("GCD", [fault("GCD:1:1")]), score("Game24", [made("Game24:1:1", True)])])
    assert {one.name: one.tasks for one in table if one.tasks} == {"SymBench train": 1}


def test_tables_by_level_and_unsound_items_apart():
    records = [made("GCD:2:1", True), made("GCD:1:1", False), made("Game24:2:1", True)]
    flawed = {"question": "?", "data": {"flaw": "two answers"}}
    sound = {"question": "?", "data": {"flaw": None}}
    records += [made("GCD:0:1", False, item=flawed), made("GCD:0:2", True, item=sound)]
    found = summarise(records)
    assert [(one["name"], one["correct"]) for one in found["levels"]] == [("0", 1), ("1", 0), ("2", 2)]
    assert [one["name"] for one in found["task_levels"]] == ["GCD:0", "GCD:1", "GCD:2", "Game24:2"]
    assert [(one["name"], one["problems"]) for one in found["flawed"]] == [("GCD", 1)]
    assert [(one["name"], one["problems"], one["correct"]) for one in found["tasks"]] == [
        ("Game24", 1, 1),
        ("GCD", 3, 2),
    ]
    assert found["all"]["problems"] == 4
    json.dumps(found, allow_nan=False)


def test_no_records_at_all():
    found = summarise([])
    assert (found["all"]["episodes"], found["tasks"]) == (0, [])
