"""Agents that know nothing score nothing on the test tasks, but for chance where answers are offered for choice."""

import asyncio
import math
from itertools import cycle

import pytest

import r1ci_env
from r1ci_env.agents import EchoAgent, FunctionAgent, RandomAgent
from r1ci_env.arena import Arena
from r1ci_env.evaluation.choices import options
from r1ci_env.evaluation.drawing import draw
from r1ci_env.evaluation.scores import scores, task_of
from r1ci_env.playing import play_all
from r1ci_env.records import record
from r1ci_env.registry import list_tasks

JUNK = cycle(
    [
        *("", "None", "nan", "inf", "9" * 10_000, "[" * 2_000, "<<<>>>", "I don't know", "٣", "true false", "-1e999"),
        *("SELECT 1", "__import__('os').system('true')", "\ud800", "(Z)", "(A) (B) (C)", "yes no", "0x0", "\x00"),
    ]
)
PER_TASK = 10


@pytest.fixture(scope="module")
def problems():
    return [(problem, 0) for problem in draw(list_tasks(split="test"), [], PER_TASK)]


def scored(agent, problems, **rules):
    played = asyncio.run(play_all(agent, Arena(**rules), problems))
    assert all(one.stop == "answer" for one in played)
    return scores(map(record, played), task_of)


@pytest.mark.parametrize("prompt", ["paper", "bare"])
def test_the_echo_is_never_right(problems, prompt):
    found = scored(EchoAgent(), problems, prompt=prompt)
    assert len(found) == 37
    assert [one.name for one in found if one.correct] == []


def test_junk_is_never_right(problems):
    found = scored(FunctionAgent(lambda chat: f"<<<{next(JUNK)}>>>"), problems)
    assert [one.name for one in found if one.correct] == []


def test_random_answers_are_right_by_chance_alone(problems):
    found = scored(RandomAgent(1), problems)
    assert [one.name for one in found if one.correct and not one.chance] == []
    chance, correct = sum(one.chance * one.problems for one in found), sum(one.correct for one in found)
    assert chance > 20
    assert abs(correct - chance) < 4 * math.sqrt(chance)


def test_a_random_answer_is_one_of_the_options_and_depends_on_problem_sample_and_seed_alone():
    problem = r1ci_env.problem("GeometricShapes:2:3")
    each = [(problem, sample) for sample in range(40)]

    def answers(seed):
        return [one.episode.answer for one in asyncio.run(play_all(RandomAgent(seed), Arena(), each))]

    assert set(answers(0)) <= set(options(problem)[0])
    assert len(set(answers(0))) > 5
    assert answers(0) == answers(0) != answers(1)


def test_another_marker(problems):
    for agent in (EchoAgent(), RandomAgent()):
        assert scored(agent, problems[:37], answer_marker="<answer></answer>")
