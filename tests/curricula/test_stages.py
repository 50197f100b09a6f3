from fractions import Fraction

import pytest

from r1ci_env.curricula import DifficultySampler, Probe, StagedSampler
from r1ci_env.errors import R1ciError
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

FREE = [p for seed in range(80) if not (p := get_task("LCM").problem(seed)).held_out]
HELD = next(p for seed in range(80) if (p := get_task("LCM").problem(seed)).held_out)


def probes(*correct, answers=20):
    return [Probe(problem.ref, k, answers) for problem, k in zip(FREE, correct, strict=False)]


def test_mirror_images_are_in_one_group():
    """In floats, 4/20 and 16/20 have different potentials."""
    sampler = StagedSampler(probes(*range(21)), 5)
    seen = [[int(FREE.index(p)) for p in group] for group in sampler.groups]
    assert seen == [list(range(4, 17)), [3, 17], [2, 18], [0, 1, 19, 20]]


@pytest.mark.parametrize("answers", [1, 2, 5, 7, 20, 100])
def test_groups_are_those_of_the_exact_potential(answers):
    edges = [Fraction(n, 25) for n in (26, 16, 12, 8, 0)]
    sampler = StagedSampler(probes(*range(answers + 1), answers=answers), 5)
    for number, group in enumerate(sampler.groups):
        for problem in group:
            p = Fraction(FREE.index(problem), answers)
            assert edges[number + 1] <= 4 * p * (1 - p) < edges[number]


def test_stages_are_cumulative_and_each_draws_so_many():
    sampler = StagedSampler(probes(10, 10, 3, 2, 0), 4)
    drawn = [FREE.index(p) for p in sampler.sample(16)]
    assert set(drawn[:4]) == {0, 1}
    assert set(drawn[4:8]) <= {0, 1, 2}
    assert 2 in drawn[4:8]
    assert set(drawn[8:12]) == {0, 1, 2, 3}
    assert set(drawn[12:]) <= {0, 1, 2, 3, 4}


def test_a_stage_may_draw_from_its_own_group_alone():
    sampler = StagedSampler(probes(10, 3, 2, 0), 2, cumulative=False)
    assert [FREE.index(p) for p in sampler.sample(10)] == [0, 0, 1, 1, 2, 2, 3, 3, 3, 3]


def test_all_of_a_pool_come_before_one_comes_again():
    sampler = StagedSampler(probes(*[10] * 9), 1000)
    epochs = [[p.seed for p in sampler.sample(9)] for _ in range(3)]
    assert all(sorted(epoch) == sorted(epochs[0]) for epoch in epochs)
    assert epochs[0] != epochs[1]


@pytest.mark.parametrize(("correct", "cumulative"), [((0, 1), True), ((0, 1), False), ((10, 0), False), ((3,), False)])
def test_an_empty_group_does_not_stall(correct, cumulative):
    sampler = StagedSampler(probes(*correct), 3, cumulative=cumulative)
    assert len(sampler.sample(20)) == 20


def test_the_state_is_the_number_drawn_however_it_was_drawn():
    one, other = (StagedSampler(probes(*range(21)), 7) for _ in range(2))
    first = [one.sample(1)[0] for _ in range(40)]
    assert other.sample(40) == first
    assert one.state_dict() == {"drawn": 40}


def test_difficulty_goes_from_easy_to_hard():
    sampler = DifficultySampler(probes(20, 15, 14, 10, 9, 5, 4, 0), 2, cumulative=False)
    assert [[FREE.index(p) for p in group] for group in sampler.groups] == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert [FREE.index(p) // 2 for p in sampler.sample(8)] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_what_is_held_out_is_left_out():
    sampler = StagedSampler([Probe(HELD.ref, 10, 20), *probes(10)], 5)
    assert all(p == FREE[0] for p in sampler.sample(20))
    with pytest.raises(R1ciError, match="held out"):
        StagedSampler([Probe(HELD.ref, 10, 20)], 5)


def test_problems_may_be_given_that_no_reference_makes():
    item = next(p for i in range(50) if not (p := Problem("LCM", 0, i, f"item {i}", {"numbers": [2]}, "2")).held_out)
    sampler = StagedSampler([Probe(item.ref, 10, 20)], 5, problems=[item])
    assert sampler.sample(2) == [item, item]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StagedSampler([], 5), "no probes"),
        (lambda: StagedSampler(probes(1), 0), "problems_per_stage must be at least 1"),
        (lambda: StagedSampler(probes(1) * 2, 5), "measured twice"),
        (lambda: StagedSampler(probes(1), 5, bounds=(0.3, 0.5)), "bounds must fall"),
        (lambda: StagedSampler(probes(1), 5, bounds=(1.5,)), "from 0 to 1"),
        (lambda: StagedSampler([Probe("LCM:9:1", 1, 2)], 5), "levels 1 to 5"),
        (lambda: Probe("LCM:1:1", 3, 2), "3 of 2 answers"),
        (lambda: Probe("LCM:1:1", -1, 2), "correct must be at least 0"),
        (lambda: Probe("LCM:1:1", 0, 0), "answers must be at least 1"),
        (lambda: Probe("LCM:1:1", 0.5, 2), "correct must be an integer"),
    ],
)
def test_bad_input_says_what_to_do(make, message):
    with pytest.raises(R1ciError, match=message):
        make()
