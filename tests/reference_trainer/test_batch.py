from dataclasses import replace

import pytest

from r1ci_env.curricula import UniformSampler
from r1ci_env.reference_trainer.batch import play_batch
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import train_grpo
from r1ci_env.report.training import read_metrics

FOURS = GrpoConfig(problems=4, group=2)


@pytest.fixture
def batch_of(config, policy, arena):
    def play(grpo, reward):
        engine = policy.engine(8)
        sampler = UniformSampler(config.tasks, levels=config.levels)
        try:
            return play_batch(policy, sampler, grpo, 1, arena, engine, reward)
        finally:
            engine.close()

    return play


def first_vary(count):
    """Return rewards that differ within the groups of the first ``count`` problems, and are 0 in all others."""
    return lambda i, trajectory: float(i % 2 and i < 2 * count)


def every_other_varies(i, trajectory):
    return float(i % 4 == 1)


def test_groups_without_variance_stay_in_the_batch_by_default(batch_of):
    batch = batch_of(FOURS, first_vary(1))
    assert batch.trajectories == batch.played
    assert batch.rewards == [0.0, 1.0] + [0.0] * 6
    assert not batch.dropped


def test_others_are_played_in_their_place_until_the_batch_is_full(batch_of):
    """Of four problems two are kept, of two in their place one, and of one in its place that."""
    batch = batch_of(replace(FOURS, resample=9), every_other_varies)
    assert len(batch.played) == 2 * (4 + 2 + 1)
    assert batch.dropped["resampled"] == 3
    assert batch.rewards == [0.0, 1.0] * 4
    problems = [t.episode.problem.ref for t in batch.played[::2]]
    assert len(set(problems)) == len(problems)
    kept = [batch.played.index(t) for t in batch.trajectories]
    assert kept == [i for i in range(len(batch.played)) if i % 4 < 2]


def test_episodes_of_a_further_draw_have_random_numbers_of_their_own(config, batch_of, monkeypatch):
    """Also where the same problem is drawn again."""
    (problem,) = UniformSampler(config.tasks, levels=config.levels).sample(1)
    monkeypatch.setattr(UniformSampler, "sample", lambda self, count: [problem] * count)
    batch = batch_of(replace(FOURS, problems=1, resample=2), lambda i, t: 0.0)
    ids = [tuple(t.ids) for t in batch.played]
    assert len(set(ids)) == len(ids) == 6


def test_a_limit_ends_it_and_what_varies_is_learnt_from(batch_of):
    batch = batch_of(replace(FOURS, resample=2), first_vary(3))
    assert batch.rewards == [0.0, 1.0] * 3
    assert len(batch.played) == 2 * (4 + 1 + 1)
    assert batch.dropped["resampled"] == 2
    assert batch_of(replace(FOURS, resample=1), lambda i, t: 0.0).trajectories == []


def test_a_group_that_a_gate_drops_is_replaced_too(batch_of):
    """The policy is not trained: no group has a right answer, though rewards differ."""
    batch = batch_of(replace(FOURS, resample=1, gates=("drop_zero_variance",)), lambda i, t: float(i % 2))
    assert batch.trajectories == []
    assert batch.dropped == {"drop_zero_variance": 8, "resampled": 4}


def test_a_run_counts_what_was_resampled_and_goes_on_without_a_batch(config, policy, arena, tmp_path):
    sampler = UniformSampler(config.tasks, levels=config.levels)
    grpo = replace(FOURS, steps=2, resample=1)
    train_grpo(policy, sampler, grpo, 0, arena, tmp_path, "grpo", lambda step, i, t: float(step and i % 2))
    rows = read_metrics(tmp_path / "grpo.jsonl")
    assert [row["resampled"] for row in rows] == [4, 0]
    assert [row["kept_groups"] for row in rows] == [0, 1]
