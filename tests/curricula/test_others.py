"""The ladder, the pool, the mixture and the gates."""

from fractions import Fraction

import pytest

from r1ci_env.curricula import LevelLadder, Mixture, ProblemThompson, UniformSampler
from r1ci_env.curricula.gates import GATES, Group, admit, drop_truncated, drop_zero_variance
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem

TASKS = ("LCM", "ChainSum")


def stand_in(task, level, seed=0):
    return Problem(task, level, seed, f"{task} {level} {seed}", {}, "-")


def climb(ladder, level, right, answers=10, problems=8):
    for _ in range(problems):
        ladder.observe(stand_in("LCM", level), [True] * right + [False] * (answers - right))
    return ladder.bounds["LCM"]


def test_a_task_rises_at_nine_tenths_exactly():
    ladder = LevelLadder(TASKS)
    assert climb(ladder, 1, 8) == 1
    assert climb(ladder, 1, 9) == 2
    assert ladder.bounds["ChainSum"] == 1


def test_only_outcomes_at_the_bound_count_and_each_once():
    ladder = LevelLadder(TASKS)
    climb(ladder, 1, 10)
    assert climb(ladder, 1, 10) == 2
    assert climb(ladder, 3, 10) == 2
    assert climb(ladder, 2, 10, problems=7) == 2
    assert climb(ladder, 2, 10, problems=1) == 3


def test_the_ladder_ends_at_the_highest_level():
    ladder = LevelLadder(TASKS)
    assert [climb(ladder, min(level, 5), 10) for level in range(1, 8)] == [2, 3, 4, 5, 5, 5, 5]


def test_levels_come_from_a_window_below_the_bound():
    ladder = LevelLadder(TASKS, window=2)
    for level in (1, 2, 3):
        climb(ladder, level, 10)
    chosen = ladder.choose(200)
    assert {level for task, level in chosen if task == "LCM"} == {3, 4}
    assert {level for task, level in chosen if task == "ChainSum"} == {1}
    assert 70 < sum(task == "LCM" for task, _ in chosen) < 130


def pool(count):
    return [p for i in range(2 * count) if not (p := stand_in("LCM", 1 + i % 3, i)).held_out][:count]


def test_the_pool_is_drawn_from_where_it_is_of_medium_difficulty():
    problems = pool(300)
    sampler = ProblemThompson(problems, half_life=1e9)
    good = {p.ref for p in problems[::20]}
    for _ in range(20):
        for problem in problems:
            sampler.observe(problem, [True] * 8 if problem.ref not in good else [True, False] * 4)
    drawn = [p.ref for p in sampler.sample(len(good))]
    assert len(set(drawn)) == len(drawn)
    assert len(good & set(drawn)) > 0.9 * len(good)


def test_a_cell_says_what_to_expect_of_its_unseen_problems():
    problems = pool(300)
    sampler = ProblemThompson(problems, half_life=1e9)
    for problem in problems[:150]:
        sampler.observe(problem, [True, False] * 4 if problem.level == 2 else [True] * 8)
    unseen = {p.ref: p.level for p in problems[150:]}
    levels = [unseen[p.ref] for p in sampler.sample(90) if p.ref in unseen]
    assert levels.count(2) > 0.9 * len(levels) > 0


def test_a_pool_smaller_than_what_is_wanted_is_drawn_again():
    sampler = ProblemThompson(pool(5))
    drawn = [p.ref for p in sampler.sample(12)]
    assert len(set(drawn[:5])) == len(set(drawn[5:10])) == 5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ProblemThompson([]), "the pool is empty"),
        (lambda: ProblemThompson(pool(2) * 2), "one reference"),
        (lambda: ProblemThompson(pool(2)).load_state_dict(ProblemThompson(pool(3)).state_dict()), "other pool"),
        (lambda: Mixture({}, {}), "Give each sampler a share"),
        (lambda: Mixture({"a": UniformSampler(TASKS)}, {"b": 1}), "Give each sampler a share"),
        (lambda: Mixture({"a": UniformSampler(TASKS)}, {"a": 0}), "above 0"),
        (lambda: LevelLadder(TASKS, accuracy=90), "accuracy must be a number from 0 to 1"),
        (lambda: LevelLadder(TASKS, window=0), "window must be at least 1"),
        (lambda: UniformSampler(TASKS, level=6), "levels 1 to 5"),
    ],
)
def test_bad_input_says_what_to_do(make, message):
    with pytest.raises(BadOption, match=message):
        make()


@pytest.mark.parametrize("sizes", [[1] * 60, [60], [7, 13, 40]])
def test_a_mixture_keeps_its_shares_at_any_time(sizes):
    shares = {"1": Fraction(1, 2), "2": Fraction(1, 3), "3": Fraction(1, 6)}
    mixture = Mixture({str(level): UniformSampler(TASKS, level, seed=level) for level in (1, 2, 3)}, shares)
    levels = [p.level for size in sizes for p in mixture.sample(size)]
    for count in range(1, 61):
        for level, share in shares.items():
            assert abs(levels[:count].count(int(level)) - share * count) <= 1
    assert mixture.metrics().keys() <= {f"{level}/groups_with_signal" for level in (1, 2, 3)}


def test_every_member_of_a_mixture_hears_of_everything():
    ladder, uniform = LevelLadder(TASKS), UniformSampler(TASKS)
    mixture = Mixture({"ladder": ladder, "uniform": uniform}, {"ladder": 1, "uniform": 3})
    for _ in range(8):
        mixture.observe(stand_in("LCM", 1), [True] * 10)
    assert ladder.bounds["LCM"] == 2
    assert uniform.metrics() == {"groups_with_signal": 0}


def test_gates_count_what_they_drop():
    groups = [
        Group([True, False], [False, False]),
        Group([True, True], [False, True]),
        Group([False, True], [True, False]),
        Group([], []),
    ]
    admitted, counts = admit(groups, [drop_zero_variance, drop_truncated])
    assert admitted == [True, False, False, False]
    assert counts == {"drop_zero_variance": 2, "drop_truncated": 1}
    assert admit(groups, []) == ([True] * 4, {})
    assert all(name.startswith("drop_") and gate.__doc__ for name, gate in GATES.items())
