from dataclasses import replace

import pytest
import torch

from r1ci_env.curricula import UniformSampler
from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import train_grpo, update
from r1ci_env.reference_trainer.optimizer import MasterAdamW, NotFinite
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import play
from r1ci_env.reference_trainer.tiny_model import make_model
from r1ci_env.report.training import read_metrics

PAIRS = GrpoConfig(group=2)


@pytest.fixture
def episodes(policy, problems, arena):
    groups = [problem for problem in problems[:3] for _ in range(2)]
    return play(policy, groups, arena)


def still(policy):
    """An optimiser that leaves the weights where they are."""
    return MasterAdamW(policy.model.parameters(), lr=0.0)


def likelihoods(policy, episodes):
    with torch.no_grad():
        return torch.tensor([policy.token_logprobs(pack([t])).mean().item() for t in episodes])


@pytest.mark.parametrize("variant", ["grpo", "dr_grpo", "dapo", "gspo", "cispo"])
def test_a_dropped_group_has_no_gradient_and_counts_in_the_mean(policy, episodes, variant):
    config = replace(PAIRS, variant=variant)
    mixed = update(policy, still(policy), episodes, [1.0, 1.0, 1.0, 0.0, 0.0, 0.0], config)
    alone = update(policy, still(policy), episodes[2:4], [1.0, 0.0], config)
    tokens = [sum(t.sampled) for t in episodes]
    share = 1 / 3 if variant in ("grpo", "dr_grpo", "gspo") else sum(tokens[2:4]) / sum(tokens)
    assert mixed["kept_groups"] == pytest.approx(1 / 3)
    assert mixed["gradient_norm"] == pytest.approx(share * alone["gradient_norm"], rel=1e-3)


def test_engine_and_trainer_agree(policy, episodes):
    values = update(policy, still(policy), episodes, [1.0, 0.0] * 3, PAIRS)
    assert values["logprob_gap"] < 1e-4
    assert 0 <= values["logprob_k3"] < 1e-8
    assert values["importance_capped"] == values["clipped"] == 0
    chosen = [p for t in episodes for p, s in zip(t.logprobs, t.sampled, strict=True) if s]
    assert values["entropy"] == pytest.approx(-sum(chosen) / len(chosen), rel=1e-4)


def test_at_another_temperature_they_agree_too(policy, problems, arena):
    from r1ci_env.reference_trainer.rollout import Sampling

    config = replace(PAIRS, temperature=0.7)
    episodes = play(policy, problems[:4], arena, Sampling(temperature=0.7))
    assert update(policy, still(policy), episodes, [1.0, 0.0] * 2, config)["logprob_gap"] < 1e-4


def test_what_the_engine_found_unlikely_counts_more_up_to_the_cap(policy, episodes):
    """The engine is made to have found each token twice, or a hundred times, less likely than the trainer does."""
    right = update(policy, still(policy), episodes, [1.0, 0.0] * 3, PAIRS)
    for shift, factor, capped in ((0.693147, 2.0, 0.0), (4.60517, 3.0, 1.0)):
        for t in episodes:
            t.logprobs = [p - shift if s else p for p, s in zip(t.logprobs, t.sampled, strict=True)]
        values = update(policy, still(policy), episodes, [1.0, 0.0] * 3, PAIRS)
        for t in episodes:
            t.logprobs = [p + shift if s else p for p, s in zip(t.logprobs, t.sampled, strict=True)]
        assert values["gradient_norm"] == pytest.approx(factor * right["gradient_norm"], rel=1e-3)
        assert values["importance_capped"] == capped


@pytest.mark.parametrize("variant", ["grpo", "dapo", "gspo", "cispo", "reinforce_pp"])
def test_small_passes_add_up_to_one_large_one(policy, episodes, variant):
    norms = [
        update(
            policy,
            still(policy),
            episodes,
            [1.0, 0.0] * 3,
            replace(PAIRS, variant=variant, micro_batch_tokens=tokens),
        )["gradient_norm"]
        for tokens in (1, 200, 100_000)
    ]
    assert norms == pytest.approx([norms[0]] * 3, rel=1e-4)


def test_reinforce_plus_plus_learns_from_groups_that_are_alike_within(policy, episodes):
    """One problem was always solved, the others never: which is better than the others, though not than its group."""
    rewards = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    assert update(policy, still(policy), episodes, rewards, PAIRS)["kept_groups"] == 0
    values = update(policy, still(policy), episodes, rewards, replace(PAIRS, variant="reinforce_pp"))
    assert values["kept_groups"] == 1
    assert values["gradient_norm"] > 0


def test_an_episode_that_the_engine_found_much_less_likely_is_left_out_where_that_is_wanted(policy, episodes):
    """The engine is made to have found the tokens of the first episode unlikely, by a factor of 1.5 each."""
    masked = replace(PAIRS, importance="sequence_mask")
    right = update(policy, still(policy), episodes, [1.0, 0.0, 1.0, 0.0, 0.0, 0.0], masked)
    first = episodes[0]
    first.logprobs = [p - 0.405465 if s else p for p, s in zip(first.logprobs, first.sampled, strict=True)]
    values = update(policy, still(policy), episodes, [1.0, 0.0, 1.0, 0.0, 0.0, 0.0], masked)
    kept = sum(sum(t.sampled) for t in episodes[:4])
    assert right["importance_capped"] == 0
    assert values["importance_capped"] == pytest.approx(sum(first.sampled) / kept, rel=1e-5)
    assert values["gradient_norm"] != pytest.approx(right["gradient_norm"], rel=1e-2)


def test_nothing_is_learnt_when_every_group_is_dropped(policy, episodes):
    before = [p.clone() for p in policy.model.parameters()]
    optimizer = MasterAdamW(policy.model.parameters(), lr=0.1)
    assert update(policy, optimizer, episodes, [1.0] * 6, PAIRS) == {"kept_groups": 0.0}
    assert all(a.equal(b) for a, b in zip(before, policy.model.parameters(), strict=True))


def test_a_failed_sandbox_says_nothing_about_the_policy(policy, episodes):
    """The reward of an episode whose sandbox failed changes nothing, and the group of the others is judged."""

    def gradient(rewards):
        return update(policy, still(policy), episodes, rewards, replace(PAIRS, group=3))["gradient_norm"]

    episodes[0].stop = "fault"
    assert gradient([0.0, 1.0, 0.0, 0.0, 0.0, 0.0]) == gradient([9.0, 1.0, 0.0, 0.0, 0.0, 0.0]) > 0
    assert update(policy, still(policy), episodes, [9.0, 1, 1, 0, 0, 0], replace(PAIRS, group=3))["kept_groups"] == 0


def test_cut_episodes_are_judged_or_masked(policy, episodes):
    episodes[0].stop = "length"
    rewards = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert update(policy, still(policy), episodes, rewards, PAIRS)["kept_groups"] > 0
    assert update(policy, still(policy), episodes, rewards, replace(PAIRS, cut_episodes="mask"))["kept_groups"] == 0


def test_a_rewarded_episode_becomes_likelier(policy, episodes):
    before = likelihoods(policy, episodes[:2])
    optimizer = MasterAdamW(policy.model.parameters(), lr=1e-3)
    update(policy, optimizer, episodes, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0], PAIRS)
    after = likelihoods(policy, episodes[:2])
    assert after[0] - after[1] > before[0] - before[1]


def test_a_second_update_is_clipped_against_the_policy_before_the_first(policy, episodes):
    optimizer = MasterAdamW(policy.model.parameters(), lr=3e-2)
    assert update(policy, optimizer, episodes, [1.0, 0.0] * 3, replace(PAIRS, epochs=2))["clipped"] > 0


def test_a_weight_that_is_no_number_stops_the_training_before_the_step(policy, episodes):
    with torch.no_grad():
        policy.model.model.norm.weight[0] = torch.nan
    before = [p.clone() for p in policy.model.parameters()]
    with pytest.raises(NotFinite, match="Step 5: the loss is nan"):
        update(policy, MasterAdamW(policy.model.parameters(), lr=0.1), episodes, [1.0, 0.0] * 3, PAIRS, 5)
    assert all(
        torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in zip(before, policy.model.parameters(), strict=True)
    )


class KilledError(Exception):
    pass


@pytest.mark.parametrize("switch", [{}, {"variant": "ppo", "kl": 0.1}, {"resample": 2}], ids=str)
def test_a_killed_run_goes_on_exactly(config, policy, arena, tmp_path, switch):
    grpo = replace(config.grpo, steps=4, problems=2, group=2, checkpoint_every=2, learning_rate=1e-2, **switch)

    def run(directory, kill_at=None):
        def reward(step, i, trajectory):
            if step == kill_at:
                raise KilledError
            return float(i % 2)

        fresh = Policy(make_model(policy.tokenizer, config), policy.tokenizer)
        sampler = UniformSampler(config.tasks, config.levels[0])
        train_grpo(fresh, sampler, grpo, 0, arena, directory, "grpo", reward)
        return fresh

    whole = run(tmp_path / "whole")
    with pytest.raises(KilledError):
        run(tmp_path / "killed", kill_at=3)
    resumed = run(tmp_path / "killed")
    for a, b in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        assert a.equal(b)
    rows = [read_metrics(tmp_path / d / "grpo.jsonl") for d in ("whole", "killed")]
    for name in ("reward", "loss", "kl", "value_loss", "output_nll"):
        assert [row.get(name) for row in rows[0]] == [row.get(name) for row in rows[1]]
    assert len(rows[0]) == 4
    for row in rows[0]:
        stops = [row[f"stop_{stop}"] for stop in ("answer", "turns", "length", "fault")]
        assert sum(stops) == pytest.approx(1)
        assert sum(row[f"turn_{stop}"] for stop in ("end", "text", "length")) == pytest.approx(1)


class ToldSampler(UniformSampler):
    """Remembers what it was told."""

    def __init__(self, *args):
        super().__init__(*args)
        self.told = []

    def observe(self, problem, correct):
        super().observe(problem, correct)
        self.told.append((problem, list(correct)))


@pytest.mark.parametrize("faulty", [False, True])
def test_the_sampler_is_told_what_was_correct_whatever_was_rewarded(
    config, policy, arena, tmp_path, monkeypatch, faulty
):
    played = []

    def remember(*args, **kwargs):
        played.extend(play(*args, **kwargs))
        if faulty:
            played[1].stop = "fault"
        return played

    monkeypatch.setattr("r1ci_env.reference_trainer.batch.play", remember)
    grpo = replace(config.grpo, steps=1, problems=3, group=2)
    sampler = ToldSampler(config.tasks, config.levels[0])
    train_grpo(policy, sampler, grpo, 0, arena, tmp_path, "grpo", lambda step, i, trajectory: float(i % 2))
    groups = [played[i : i + 2] for i in (0, 2, 4)]
    expected = [[t.episode.correct for t in group if t.stop != "fault"] for group in groups]
    assert [correct for _, correct in sampler.told] == expected
    assert [p.ref for p, _ in sampler.told] == [group[0].episode.problem.ref for group in groups]
    (row,) = read_metrics(tmp_path / "grpo.jsonl")
    assert row["curriculum_groups_with_signal"] == sampler.metrics()["groups_with_signal"]
    for task in {t.episode.problem.task for t in played}:
        of_task = [t.reward for t in played if t.episode.problem.task == task]
        assert row[f"reward/{task}"] == sum(of_task) / len(of_task)


@pytest.mark.parametrize("gates", [(), ("drop_zero_variance",)])
def test_a_gate_drops_groups_and_is_counted(config, policy, arena, tmp_path, gates):
    """The policy is not trained: no group has a right answer, though rewards differ."""
    grpo = replace(config.grpo, steps=1, problems=3, group=2, gates=gates)
    sampler = UniformSampler(config.tasks, config.levels[0])
    train_grpo(policy, sampler, grpo, 0, arena, tmp_path, "grpo", lambda step, i, trajectory: float(i % 2))
    (row,) = read_metrics(tmp_path / "grpo.jsonl")
    assert row["kept_groups"] == (0 if gates else 1)
    assert row.get("drop_zero_variance") == (3 if gates else None)


def test_an_unknown_gate_is_refused():
    with pytest.raises(R1ciError, match="Did you mean 'drop_truncated'"):
        GrpoConfig(gates=("drop_truncate",))
