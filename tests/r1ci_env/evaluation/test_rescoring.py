"""Saved episodes judged again."""

import asyncio

import pytest

import r1ci_env
from r1ci_env.agents import EchoAgent, FunctionAgent
from r1ci_env.arena import Arena
from r1ci_env.episode import Rules
from r1ci_env.evaluation.rescoring import rescore, rules_of
from r1ci_env.official import load_bbh
from r1ci_env.playing import play_all
from r1ci_env.records import record
from tests.r1ci_env.evaluation.records import fault, made

RULES = Rules(prompt="bare")


def played(agent, problems, **rules):
    return [record(one) for one in asyncio.run(play_all(agent, Arena(prompt="bare", **rules), problems))]


@pytest.fixture
def records():
    problems = [(r1ci_env.problem(f"GCD:1:{seed}"), 0) for seed in range(3)]
    answers = {problem.question: problem.answer for problem, _ in problems}
    return played(FunctionAgent(lambda chat: f"<<<{answers[chat[0]['content']]}>>>"), problems)


def test_verdicts_stay_while_verifiers_do(records):
    assert all(record["correct"] for record in records)
    found = rescore([*records, fault("GCD:1:9")], RULES)
    assert [(one.correct, one.flipped) for one in found] == [(True, False)] * 3
    assert not any("messages" in one.record for one in found)


def test_a_stricter_verifier_flips_and_the_record_is_mended(records, monkeypatch):
    monkeypatch.setattr(type(r1ci_env.get_task("GCD")), "accepts", lambda self, problem, answer: problem.seed == 1)
    found = rescore(records, RULES)
    assert [one.flipped for one in found] == [True, False, True]
    mended = found[0].mended(RULES)
    assert mended == {**records[0], "correct": False, "reward": 0.0}
    assert found[0].mended(Rules(prompt="bare", reward="paper"))["reward"] == pytest.approx(0.1)


def test_another_question_is_not_judged(records):
    changed = {**records[0], "messages": [{"role": "user", "content": "another"}, *records[0]["messages"][1:]]}
    for one in (changed, {**records[0], "problem": "GCD:9:1"}, {**records[0], "problem": "NoTask:1:1"}):
        (found,) = rescore([one], RULES)
        assert found.correct is None and found.why and not found.flipped
    assert rescore(records, Rules())[0].why == "the reference names another question now"


def test_an_episode_without_answer_stays_wrong(records):
    (found,) = rescore([{**records[0], "answer": None, "correct": False}], RULES)
    assert (found.correct, found.flipped) == (False, False)


def test_original_items_are_judged_without_the_files_they_came_from(tmp_path):
    file = tmp_path / "boolean_expressions.json"
    file.write_text('{"examples": [{"input": "not ( True ) and ( True ) is", "target": "False"}]}')
    (problem,) = load_bbh(file)
    file.unlink()
    (saved,) = played(FunctionAgent(lambda chat: "<<<False>>>"), [(problem, 0)])
    assert saved["item"]["question"] == problem.question
    (found,) = rescore([{**saved, "correct": False}], RULES)
    assert (found.correct, found.flipped) == (True, True)
    (echoed,) = played(EchoAgent(), [(problem, 0)])
    assert rescore([echoed], RULES)[0].correct is False


def test_rules_come_back_from_meta():
    from dataclasses import asdict

    from r1ci_env.reward import RewardSpec

    for rules in (Rules(), Rules(prompt="bare", reward=RewardSpec(correct=2.0))):
        assert rules_of({"rules": asdict(rules)}) == rules


def test_made_records_have_the_fields_of_real_ones(records):
    assert made("GCD:1:1").keys() == records[0].keys()
