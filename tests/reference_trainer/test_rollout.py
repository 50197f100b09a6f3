from itertools import groupby
from operator import itemgetter

import torch

from r1ci_env.reference_trainer.decoding import SampledTurn
from r1ci_env.reference_trainer.policy import load_policy
from r1ci_env.reference_trainer.rollout import collate, micro_batches, play, play_batch, score
from r1ci_env.reference_trainer.seeds import torch_generator
from r1ci_env.registry import get_task


def played(policy, problems, env, **options):
    return play(policy, problems, env, generator=torch_generator("test"), **options)


def test_sampler_and_trainer_agree_on_the_log_probabilities(policy, problems, env):
    trajectories = played(policy, problems[:16], env)
    assert len({len(t.ids) for t in trajectories}) > 1  # so that padding and holes in the cache are exercised
    assert max(t.episode.turns for t in trajectories) > 1
    batch = collate(trajectories, policy)
    with torch.no_grad():
        logprobs = policy.token_logprobs(batch.ids, batch.attention_mask)
    assert ((logprobs - batch.logprobs).abs() * batch.sampled).max() < 1e-3


def test_the_stream_holds_the_sampled_ids_themselves(policy, problems, env):
    """The turns are found in the stream as they were sampled, though their text would be tokenised otherwise."""
    letters = [policy.chat.encode(letter)[0] for letter in "<<<5>>>"]
    text = policy.chat.decode(letters)
    assert text == "<<<5>>>"
    assert policy.chat.encode(text) != letters

    def take_turns(rows, texts, new_ids):
        return [SampledTurn(letters, [-1.0] * len(letters)) for _ in rows]

    (trajectory,) = play_batch(take_turns, policy.chat, problems[:1], env)
    assert trajectory.ids[-len(letters) :] == letters
    assert trajectory.episode.answer == "5"


def test_the_mask_covers_exactly_the_turns(policy, problems, env):
    for trajectory in played(policy, problems[:8], env):
        turns = [m["content"] for m in trajectory.episode.messages if m["role"] == "assistant"]
        runs = groupby(zip(trajectory.ids, trajectory.sampled, strict=True), key=itemgetter(1))
        sampled = [[i for i, _ in run] for chosen, run in runs if chosen]
        assert [policy.chat.decode(ids) for ids in sampled] == turns
        unsampled = [p for p, chosen in zip(trajectory.logprobs, trajectory.sampled, strict=True) if not chosen]
        assert set(unsampled) == {0.0}


def test_observations_reach_the_stream_as_the_environment_gave_them(policy, trajectories):
    for trajectory in trajectories:
        for message in trajectory.episode.messages:
            assert message["content"] in policy.tokenizer.decode(trajectory.ids)


def test_play_is_repeatable_and_independent_of_what_is_played_beside_it(policy, problems, env):
    first, again = (played(policy, problems[:8], env) for _ in range(2))
    assert [t.ids for t in first] == [t.ids for t in again]
    alone = played(policy, problems[:1], env, temperature=0)
    together = played(policy, problems[:8], env, temperature=0)
    assert alone[0].ids == together[0].ids


def test_an_episode_without_room_for_another_turn_is_cut_off(policy, problems, env):
    policy.context = 40
    trajectories = played(policy, problems[:8], env)
    assert any(t.cut_off for t in trajectories)
    assert all(t.reward == 0 for t in trajectories if t.cut_off)
    assert max(len(t.ids) for t in trajectories if not t.cut_off) <= 40


def test_a_saved_policy_plays_by_the_rules_it_was_trained_with(policy, problems, env, pool, tmp_path):
    policy.save(tmp_path)
    loaded = load_policy(tmp_path)
    assert loaded.rules == policy.rules
    assert loaded.max_turn_tokens == policy.max_turn_tokens
    before = played(policy, problems[:4], env)
    after = play(loaded, problems[:4], generator=torch_generator("test"), sandbox=pool, num_envs=4)
    assert [t.ids for t in before] == [t.ids for t in after]
    assert after[0].episode.messages[0]["content"] == problems[0].question


def test_passes_keep_to_the_budget_and_hold_everything_once(trajectories):
    passes = micro_batches(trajectories, 300)
    assert sorted(i for part in passes for i in part) == list(range(len(trajectories)))
    for part in passes:
        assert len(part) == 1 or len(part) * max(len(trajectories[i].ids) for i in part) <= 300
    assert len(micro_batches(trajectories, 1)) == len(trajectories)


def test_scores_are_means(trajectories):
    result = score(trajectories)
    right = [get_task(t.episode.problem.task).check(t.episode.problem, t.episode.answer) for t in trajectories]
    assert result.reward == sum(right) / len(right)
    assert 0 < result.code_use < 1
