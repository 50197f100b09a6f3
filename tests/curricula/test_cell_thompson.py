import numpy as np
import pytest

import r1ci_env
from r1ci_env.curricula import CellThompson
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem, Task

TASKS = ("LCM", "ChainSum", "CountBits", "SpellBackward")


def stand_in(task, level):
    return Problem(task, level, 0, "?", {}, "-")


def taught(rates, groups=60, **options):
    """Return a sampler that has seen all cells, each right as often as its rate says."""
    sampler = CellThompson(TASKS, **options)
    rng = np.random.default_rng(1)
    for _ in range(groups):
        for (task, level), rate in rates.items():
            sampler.observe(stand_in(task, level), (rng.random(8) < rate).tolist())
    return sampler


def rates(special):
    """Return a success rate for each cell, 0 or 1 where nothing else is given."""
    cells = [(task, level) for task in TASKS for level in range(1, 6)]
    return {cell: special.get(cell, float(i % 2)) for i, cell in enumerate(cells)}


def test_it_draws_where_the_success_rate_is_medium():
    best = {("LCM", 2): 0.5, ("CountBits", 4): 0.45}
    chosen = taught(rates(best), floor=0, half_life=1000).choose(100)
    counts = {cell: chosen.count(cell) for cell in best}
    assert min(counts.values()) >= 30
    assert sum(counts.values()) >= 65, "each sample of the posteriors gives three cells of twenty"


def test_success_rates_are_those_that_were_seen():
    truth = rates({("LCM", 1): 0.25, ("LCM", 2): 0.75})
    estimate = taught(truth, half_life=1000).success_rates()
    assert list(estimate) == list(truth)
    assert max(abs(estimate[cell] - truth[cell]) for cell in truth) < 0.1


def test_what_was_not_seen_for_long_is_forgotten():
    sampler = CellThompson(TASKS, half_life=8)
    for _ in range(10):
        sampler.observe(stand_in("LCM", 1), [False] * 8)
    before = sampler.success_rates()["LCM", 1]
    for _ in range(20 * 10):
        sampler.observe(stand_in("ChainSum", 1), [True] * 8)
    after = sampler.success_rates()["LCM", 1]
    assert before < 0.05
    assert after == pytest.approx(0.5, abs=0.02)


def test_an_outcome_counts_half_after_its_half_life():
    sampler = CellThompson(TASKS, half_life=8)  # over 20 cells: 160 answers
    sampler.observe(stand_in("LCM", 1), [False] * 8)
    for _ in range(20):
        sampler.observe(stand_in("ChainSum", 1), [True] * 8)
    assert sampler.success_rates()["LCM", 1] == pytest.approx(1 / (2 + 4))


@pytest.mark.parametrize(("floor", "window"), [(0.5, 8), (0.25, 16), (1, 4), (0.3, 14)])
def test_every_task_has_its_floor(floor, window):
    sampler = taught(rates({("LCM", 2): 0.5}), floor=floor, half_life=1000)
    names = [task for task, _ in sampler.choose(7) + sampler.choose(1) + sampler.choose(500)]
    for start in range(len(names) - window):
        assert set(names[start : start + window]) == set(TASKS)


def test_without_a_floor_tasks_can_starve():
    sampler = taught(rates({("LCM", level): 0.5 for level in range(1, 6)}), floor=0, half_life=1000)
    assert {task for task, _ in sampler.choose(100)} == {"LCM"}


def test_soft_weights_draw_in_proportion_to_a_power_of_the_potential():
    cells = {("LCM", 1): 0.5, ("LCM", 2): 0.1}
    shares = {}
    for exponent in (1.5, 2.0):
        sampler = taught(rates(cells), groups=400, floor=0, half_life=1e9, exponent=exponent)
        first = [sampler.choose(1)[0] for _ in range(3000)]
        shares[exponent] = first.count(("LCM", 2)) / first.count(("LCM", 1))
    assert shares[1.5] == pytest.approx((0.09 / 0.25) ** 1.5, rel=0.2)
    assert shares[2.0] == pytest.approx((0.09 / 0.25) ** 2.0, rel=0.2)


def test_problems_are_new_and_of_the_cells_chosen():
    one, other = CellThompson(TASKS, seed=3), CellThompson(TASKS, seed=3)
    problems = one.sample(60)
    assert [(p.task, p.level) for p in problems] == other.choose(60)
    assert len({p.seed for p in problems}) == 60


def test_seeds_begin_where_they_are_told_to():
    problems = CellThompson(TASKS, first_seed=10**6).sample(10)
    assert min(p.seed for p in problems) >= 10**6
    assert CellThompson(TASKS, seed=1).choose(50) != CellThompson(TASKS, seed=2).choose(50)


class Single(Task):
    """One question, and that held out."""

    question = next(q for q in map(str, range(100)) if Problem("Single", 1, 0, q, {}, "1").held_out)

    def generate(self, rng, level):
        return self.new_problem(level, self.question, {}, "1")

    def accepts(self, problem, answer):
        return answer == "1"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CellThompson("LCM"), r"tasks must be a list: write \['LCM'\]"),
        (lambda: CellThompson(5), r"tasks must be a list: write \[5\]"),
        (lambda: CellThompson(TASKS, levels=5), r"levels must be a list: write \[5\]"),
        (lambda: CellThompson(TASKS, levels=[]), "levels names none"),
        (lambda: CellThompson(TASKS, levels=[1, "x"]), "levels 1 to 5, not 'x'"),
        (lambda: CellThompson(TASKS, exclude="?"), r"exclude must be a list: write \['\?'\]"),
        (lambda: CellThompson([]), "no task"),
        (lambda: CellThompson(["LCM", "LCM"]), "LCM is given twice"),
        (lambda: CellThompson(["LCM", "GCD"]), "GCD belongs to the test split"),
        (lambda: CellThompson(["LCMM"]), "Did you mean 'LCM'"),
        (lambda: CellThompson(TASKS, floor=1.5), "floor must be a number from 0 to 1"),
        (lambda: CellThompson(TASKS, half_life=0), "half_life must be a number above 0"),
        (lambda: CellThompson(TASKS, exponent=-1), "exponent must be a number above 0"),
        (lambda: CellThompson(TASKS, seed=-1), "seed must be at least 0"),
        (lambda: CellThompson([Single()]).sample(1), "held out or excluded"),
    ],
)
def test_bad_input_says_what_to_do(make, message):
    with pytest.raises(r1ci_env.R1ciError, match=message):
        make()


def test_a_state_of_other_tasks_is_refused():
    state = CellThompson(TASKS).state_dict()
    with pytest.raises(BadOption, match="other tasks"):
        CellThompson(TASKS[:2]).load_state_dict(state)


def test_metrics_say_how_the_draws_are_spread():
    sampler = CellThompson(TASKS)
    for _ in range(50):
        sampler.observe(stand_in("LCM", 1), [True, False])
    assert sampler.metrics()["task_entropy"] == 0
    assert sampler.metrics()["groups_with_signal"] == 1
    for task in TASKS[1:] * 200:
        sampler.observe(stand_in(task, 1), [True, True])
    assert sampler.metrics()["task_entropy"] > 0.75
    assert sampler.metrics()["groups_with_signal"] < 0.01


def test_metrics_have_the_potential_of_each_task():
    sampler = CellThompson(TASKS, levels=[1, 2])
    sampler.observe(stand_in("LCM", 1), [True] * 8)
    rates = sampler.success_rates()
    for task in TASKS:
        expected = sum(rates[task, level] * (1 - rates[task, level]) for level in (1, 2)) / 2
        assert sampler.metrics()[f"potential/{task}"] == pytest.approx(expected)
    assert sampler.metrics()["potential/LCM"] < sampler.metrics()[f"potential/{TASKS[1]}"] == 0.25
