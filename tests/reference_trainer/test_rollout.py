from itertools import groupby
from operator import itemgetter

import torch

from r1ci_env.reference_trainer.decoding import SampledTurn
from r1ci_env.reference_trainer.policy import load_policy
from r1ci_env.reference_trainer.rollout import collate, play, play_batch, score
from r1ci_env.reference_trainer.seeds import torch_generator
from r1ci_env.registry import get_task


def played(policy, problems, pool, **options):
    return play(policy, problems, generator=torch_generator("test"), sandbox=pool, **options)


def test_sampler_and_trainer_agree_on_the_log_probabilities(policy, problems, pool):
    trajectories = played(policy, problems[:16], pool)
    assert len({len(t.ids) for t in trajectories}) > 1  # so that padding and holes in the cache are exercised
    assert max(t.episode.turns for t in trajectories) > 1
    batch = collate(trajectories, policy)
    with torch.no_grad():
        logprobs = policy.token_logprobs(batch.ids, batch.attention_mask)
    assert ((logprobs - batch.logprobs).abs() * batch.sampled).max() < 1e-3


def test_the_stream_holds_the_sampled_ids_themselves(policy, problems, pool):
    """The turns are found in the stream as they were sampled, though their text would be tokenised otherwise."""
    letters = [policy.chat.encode(letter)[0] for letter in "<<<5>>>"]
    text = policy.chat.decode(letters)
    assert text == "<<<5>>>"
    assert policy.chat.encode(text) != letters

    def take_turns(rows, texts, new_ids):
        return [SampledTurn(letters, [-1.0] * len(letters)) for _ in rows]

    (trajectory,) = play_batch(take_turns, policy.chat, problems[:1], sandbox=pool, **policy.rules)
    assert trajectory.ids[-len(letters) :] == letters
    assert trajectory.episode.answer == "5"


def test_the_mask_covers_exactly_the_turns(policy, problems, pool):
    for trajectory in played(policy, problems[:8], pool):
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


def test_play_is_repeatable_and_independent_of_what_is_played_beside_it(policy, problems, pool):
    first, again = (played(policy, problems[:8], pool, batch_size=4) for _ in range(2))
    assert [t.ids for t in first] == [t.ids for t in again]
    alone = played(policy, problems[:1], pool, temperature=0)
    together = played(policy, problems[:8], pool, temperature=0)
    assert alone[0].ids == together[0].ids


def test_an_episode_without_room_for_another_turn_is_cut_off(policy, problems, pool):
    policy.context = 40
    trajectories = played(policy, problems[:8], pool)
    assert any(t.cut_off for t in trajectories)
    assert all(t.reward == 0 for t in trajectories if t.cut_off)
    assert max(len(t.ids) for t in trajectories if not t.cut_off) <= 40


def test_a_saved_policy_plays_by_the_rules_it_was_trained_with(policy, problems, pool, tmp_path):
    policy.save(tmp_path)
    loaded = load_policy(tmp_path)
    assert loaded.rules == policy.rules
    assert loaded.max_turn_tokens == policy.max_turn_tokens
    before, after = (played(p, problems[:4], pool) for p in (policy, loaded))
    assert [t.ids for t in before] == [t.ids for t in after]
    assert after[0].episode.messages[0]["content"] == problems[0].question


def test_scores_are_means(trajectories):
    result = score(trajectories)
    right = [get_task(t.episode.problem.task).check(t.episode.problem, t.episode.answer) for t in trajectories]
    assert result.reward == sum(right) / len(right)
    assert 0 < result.code_use < 1
