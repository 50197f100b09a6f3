"""What every sampler keeps to: the protocol, its state, and that nothing held out is drawn."""

import copy
import io
import json

import numpy as np
import pytest

from r1ci_env.errors import BadOption, R1ciError


def train(sampler, rounds=12):
    """Draw and observe some groups; return what was drawn."""
    drawn = []
    for i in range(rounds):
        for problem in sampler.sample(i % 4):
            drawn.append(problem)
            sampler.observe(problem, [j % (i % 5 + 1) == 0 for j in range(8)])
    return drawn


def test_it_draws_so_many_problems_none_of_them_held_out(make, pool_of_problems):
    drawn = train(make(), 40)
    assert len(drawn) == 60
    assert not any(problem.held_out for problem in drawn)
    assert any(problem.held_out for problem in pool_of_problems)


def test_it_draws_the_same_whenever_it_is_made_the_same(make):
    assert train(make()) == train(make())


@pytest.mark.parametrize("correct", [True, 1, None, "right"])
def test_the_outcome_of_one_episode_alone_is_refused(make, correct):
    sampler = make()
    (problem,) = sampler.sample(1)
    with pytest.raises(BadOption, match="correct must be a list"):
        sampler.observe(problem, correct)


@pytest.mark.parametrize("through", ["json", "torch"])
def test_a_restored_sampler_goes_on_where_the_other_was(make, through):
    one, other = make(), make()
    train(one)
    state = one.state_dict()
    if through == "json":
        state = json.loads(json.dumps(state))
    else:
        torch = pytest.importorskip("torch")
        file = io.BytesIO()
        torch.save(state, file)
        file.seek(0)
        state = torch.load(file, weights_only=True)
    train(other, 5)  # what it did before does not matter
    other.load_state_dict(state)
    assert other.metrics() == one.metrics()
    assert train(other) == train(one)
    assert other.state_dict() == one.state_dict()


def test_a_state_is_a_copy(make):
    sampler = make()
    train(sampler)
    state = sampler.state_dict()
    kept = copy.deepcopy(state)
    train(sampler)
    assert state == kept
    sampler.load_state_dict(state)
    train(sampler)
    assert state == kept


def test_missing_and_unknown_fields_are_refused_by_name_and_change_nothing(make):
    sampler = make()
    train(sampler)
    before = sampler.state_dict()
    for field in before:
        less = {key: value for key, value in before.items() if key != field}
        with pytest.raises(BadOption, match=f"lacks '{field}'"):
            sampler.load_state_dict(less)
    with pytest.raises(BadOption, match=r"knows no 'drwan'.*Did you mean 'drawn'"):
        sampler.load_state_dict({**before, "drwan": 1})
    with pytest.raises(BadOption, match="is a dict, got list"):
        sampler.load_state_dict([])
    assert sampler.state_dict() == before


def test_malformed_fields_are_refused_and_change_nothing(make):
    sampler = make()
    train(sampler)
    before = sampler.state_dict()
    for field in before:
        for bad in (None, "x", -1, [], {"x": 1}, 0.5, [None]):
            if bad == before[field]:
                continue
            with pytest.raises(R1ciError):
                sampler.load_state_dict({**before, field: bad})
            assert sampler.state_dict() == before, (field, bad)


def test_a_state_of_which_a_part_is_malformed_changes_nothing(make):
    sampler, other = make(), make()
    train(sampler)
    train(other, 30)
    before, state = sampler.state_dict(), other.state_dict()
    for field, value in state.items():
        for part in value if isinstance(value, dict) else ():
            with pytest.raises(R1ciError):
                sampler.load_state_dict({**state, field: {**value, part: "x"}})
            assert sampler.state_dict() == before, (field, part)


@pytest.mark.parametrize("bad", [1.0, 0.5, 1, None, "yes", np.float64(1)])
def test_a_reward_is_not_taken_for_an_outcome(make, bad):
    sampler = make()
    (problem,) = sampler.sample(1)
    with pytest.raises(BadOption, match="True or False"):
        sampler.observe(problem, [True, bad])


def test_outcomes_may_come_from_numpy(make):
    sampler = make()
    (problem,) = sampler.sample(1)
    sampler.observe(problem, np.array([True, False]))


def test_other_problems_and_empty_groups_say_nothing(make, pool_of_problems):
    from r1ci_env.registry import get_task

    sampler = make()
    train(sampler)
    before = sampler.state_dict()
    sampler.observe(get_task("Game24").problem(1), [True, False])
    sampler.observe(pool_of_problems[0], [])
    assert sampler.state_dict() == before


@pytest.mark.parametrize("bad", [-1, 1.5, "2", None, True])
def test_a_count_is_a_natural_number(make, bad):
    with pytest.raises(BadOption):
        make().sample(bad)


def test_metrics_are_numbers_for_a_log(make):
    sampler = make()
    for _ in range(2):
        metrics = sampler.metrics()
        assert all(type(value) is float and np.isfinite(value) for value in metrics.values())
        train(sampler)
