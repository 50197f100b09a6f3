"""What is wrong with a run that its scores do not show."""

import pytest

from r1ci_env.evaluation.health import fault_reasons, health, repetitive
from tests.r1ci_env.evaluation.records import fault, made


def said(*turns):
    return [{"role": "user", "content": "?"}, *({"role": "assistant", "content": turn} for turn in turns)]


ODD = {
    "infrastructure faults": fault("GCD:1:1"),
    "empty turns": made("GCD:1:1", messages=said(" \n")),
    "cut turns": made("GCD:1:1", cut_turns=1),
    "no room for another turn": made("GCD:1:1", stop="length"),
    "repeated text": made("GCD:1:1", messages=said("I must think about it again. " * 100)),
    "the same turn again": made("GCD:1:1", messages=said("hm", "hm")),
    "neither code nor answer": made("GCD:1:1", outcomes=["none", "answer"]),
}


@pytest.mark.parametrize("name", ODD)
def test_each_check_finds_its_own(name):
    (found,) = health([made("GCD:1:0", True), ODD[name]])
    assert (found.name, found.count, found.of, found.examples) == (name, 1, 2, ("GCD:1:1 #0",))


def test_nothing_is_odd_about_a_good_run():
    assert health([made(f"GCD:1:{i}", i > 6, tokens=3) for i in range(8)]) == []


def test_a_run_without_episodes_is_not_well():
    (found,) = health([])
    assert found.name == "no episodes"


def test_tokens_that_are_counted_only_here_and_there():
    (found,) = health([made("GCD:1:0", True, tokens=5), made("GCD:1:1", True), fault("GCD:1:2")])[1:]
    assert (found.name, found.examples) == ("zero tokens", ("GCD:1:1 #0",))


def test_a_task_that_is_never_passed():
    (found,) = health([made(f"GCD:1:{i}") for i in range(8)] + [made("LCM:1:1")])
    assert (found.name, found.examples, found.of) == ("tasks never passed", ("GCD",), 2)


def test_an_episode_that_is_there_twice():
    (found,) = health([made("GCD:1:1", True), made("GCD:1:1", True)])
    assert found.name == "recorded twice"
    assert health([fault("GCD:1:1"), made("GCD:1:1", True)]) == []


def test_repetition():
    assert repetitive("x" * 2_000)
    assert not repetitive("x" * 100)
    assert not repetitive(" ".join(f"{i}: {i * i % 997}" for i in range(500)))
    assert not repetitive("\ud800")


def test_reasons_of_faults_the_most_frequent_first():
    records = [fault("GCD:1:1", reason="a"), fault("GCD:1:2", reason="b"), fault("GCD:1:3", reason="b")]
    records += [fault("GCD:1:4", reason="a"), made("GCD:1:4"), fault("GCD:1:1", reason="a")]
    assert fault_reasons(records) == [("b", 2), ("a", 1)]
