import asyncio
import math
from itertools import groupby
from operator import itemgetter

import pytest
import torch

from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer.engines.interface import Turn
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import load_policy
from r1ci_env.reference_trainer.rollout import Sampling, play, play_episode, run
from r1ci_env.reference_trainer.trajectory import score, stop_shares
from r1ci_env.registry import get_task
from r1ci_env.sandbox_wasm.errors import SandboxError


def played(policy, problems, arena, **sampling):
    return play(policy, problems, arena, Sampling(seed=1, **sampling))


def scripted(policy, arena, problem, *texts):
    """Play turns of given texts; return the trajectory."""
    turns = iter(texts)

    async def take_turn(trajectory):
        ids = policy.chat.encode(next(turns))
        return Turn(ids, [-1.0] * len(ids), "text")

    return run(play_episode(take_turn, policy.chat, problem, arena))


@pytest.mark.parametrize("in_step", [True, False])
def test_engine_and_trainer_agree_on_the_log_probabilities(policy, problems, arena, in_step):
    trajectories = played(policy, problems[:16], arena, in_step=in_step)
    assert len({len(t.ids) for t in trajectories}) > 1
    assert max(t.episode.turns for t in trajectories) > 1
    packed = pack(trajectories)
    with torch.no_grad():
        assert (policy.token_logprobs(packed) - packed.logprobs_N).abs().max() < 1e-4


def test_the_stream_holds_the_sampled_ids_themselves(policy, problems, arena):
    """The turns are found in the stream as they were sampled, though their text would be tokenised otherwise."""
    letters = [policy.chat.encode(letter)[0] for letter in "<<<5>>>"]
    assert policy.chat.decode(letters) == "<<<5>>>"
    assert policy.chat.encode("<<<5>>>") != letters

    async def take_turn(trajectory):
        return Turn(letters, [-1.0] * len(letters), "text")

    trajectory = run(play_episode(take_turn, policy.chat, problems[0], arena))
    assert trajectory.ids[-len(letters) :] == letters
    assert trajectory.episode.answer == "5"


def test_the_mask_covers_exactly_the_turns(policy, problems, arena):
    for trajectory in played(policy, problems[:8], arena):
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


def test_the_end_of_a_turn_is_the_policys(policy, trajectories):
    """Every turn of a demonstration ends with the end token, which no observation brings."""
    end = policy.chat.end_id
    for trajectory in trajectories:
        ends = [s for i, s in zip(trajectory.ids, trajectory.sampled, strict=True) if i == end]
        assert sum(ends) == trajectory.episode.turns
        assert len(ends) == 2 * trajectory.episode.turns  # the others are after the question and the outputs
        assert trajectory.ids[-1] == end


@pytest.mark.parametrize("in_step", [True, False])
def test_play_is_repeatable_and_independent_of_what_is_played_beside_it(policy, problems, arena, pool, in_step):
    first, again = (played(policy, problems[:8], arena, in_step=in_step) for _ in range(2))
    assert [t.ids for t in first] == [t.ids for t in again]
    assert not in_step or [t.logprobs for t in first] == [t.logprobs for t in again]
    alone = played(policy, problems[:1], arena, in_step=in_step)
    assert alone[0].ids == first[0].ids
    narrow = Arena(pool, 3, **policy.rules)
    assert [t.ids for t in played(policy, problems[:8], narrow, in_step=in_step)] == [t.ids for t in first]


def test_another_seed_plays_otherwise(policy, problems, arena):
    one, other = (play(policy, problems[:8], arena, Sampling(seed=seed)) for seed in (1, 2))
    assert [t.ids for t in one] != [t.ids for t in other]
    assert len({tuple(t.ids) for t in play(policy, [problems[0]] * 8, arena)}) > 1


def test_an_episode_without_room_for_another_turn_is_cut_and_judged(policy, problems, arena):
    trajectories = played(policy, problems[:8], arena, max_episode_tokens=50)
    cut = [t for t in trajectories if t.stop == "length"]
    assert cut
    assert all(t.episode.over and t.reward == 0 for t in cut)
    assert max(len(t.ids) for t in trajectories) <= 50
    assert stop_shares(trajectories)["stop_length"] == len(cut) / 8


def test_being_cut_is_no_better_than_being_wrong(policy, problems, pool):
    arena = Arena(pool, 8, **{**policy.rules, "reward": "paper", "max_turns": 9})
    cut = played(policy, problems[:8], arena, max_episode_tokens=50)
    wrong = scripted(policy, arena, problems[0], "hm", "<<<no number>>>")
    rewards = [t.reward for t in cut if t.stop == "length" and not t.episode.well_formed]
    assert rewards
    assert set(rewards) == {wrong.reward} == {-0.1}


def test_every_trajectory_says_why_it_stopped(policy, problems, arena):
    answered = scripted(policy, arena, problems[0], "hm", "<<<5>>>")
    assert (answered.stop, answered.turn_stops) == ("answer", ["text", "text"])
    assert scripted(policy, arena, problems[0], *["hm"] * 4).stop == "turns"
    shares = stop_shares([answered, *played(policy, problems[:4], arena, max_turn_tokens=3)])
    assert shares["turn_length"] > 0.5


def test_an_arena_builds_its_image_before_the_first_block(monkeypatch):
    asked = []
    monkeypatch.setattr("r1ci_env.sandbox_wasm.guest.image.load_image", lambda **options: asked.append(options))
    assert Arena(packages="scientific").packages == "scientific"
    assert asked == [{"packages": "scientific"}]
    Arena(BrokenSandbox())
    assert len(asked) == 1
    with pytest.raises(BadOption, match="Did you mean 'scientific'"):
        Arena(packages="scientifc")
    with pytest.raises(BadOption, match="packages of its own"):
        Arena(BrokenSandbox(), packages="scientific")


class BrokenSandbox:
    """Fails whatever it is asked."""

    def run(self, code, *, timeout=None, echo=None):
        raise SandboxError("the worker could not be started")


def test_a_failed_sandbox_is_a_fault_of_its_own(policy, problems):
    arena = Arena(BrokenSandbox(), 8, **policy.rules)
    trajectory = scripted(policy, arena, problems[0], "```python\nprint(1)\n```")
    assert (trajectory.stop, trajectory.fault) == ("fault", "the worker could not be started")
    assert stop_shares([trajectory])["stop_fault"] == 1


def test_a_sandbox_that_always_fails_is_an_error(policy, problems, monkeypatch):
    async def no_code(arena, episode, text):
        raise SandboxError("the image is damaged")

    monkeypatch.setattr(Arena, "act", no_code)
    with pytest.raises(R1ciError, match="every episode: the image is damaged"):
        play(policy, problems[:4], Arena(BrokenSandbox(), 8, **policy.rules))


def test_episodes_can_be_played_where_an_event_loop_runs(policy, problems, arena):
    async def notebook():
        return played(policy, problems[:2], arena)

    assert [t.ids for t in asyncio.run(notebook())] == [t.ids for t in played(policy, problems[:2], arena)]


def test_a_saved_policy_plays_by_the_rules_it_was_trained_with(policy, problems, arena, pool, tmp_path):
    policy.save(tmp_path)
    loaded = load_policy(tmp_path)
    assert loaded.rules == policy.rules
    assert loaded.max_turn_tokens == policy.max_turn_tokens
    before = played(policy, problems[:4], arena)
    finished = []
    after = play(loaded, problems[:4], sampling=Sampling(seed=1), sandbox=pool, places=4, on_finished=finished.append)
    assert [t.ids for t in before] == [t.ids for t in after]
    assert after[0].episode.messages[0]["content"] == problems[0].question
    assert {id(t) for t in finished} == {id(t) for t in after}


def test_scores_are_means(trajectories):
    result = score(trajectories)
    right = [get_task(t.episode.problem.task).check(t.episode.problem, t.episode.answer) for t in trajectories]
    assert result.reward == sum(right) / len(right)
    assert 0 < result.code_use < 1


@pytest.mark.parametrize(
    "options",
    [{"temperature": -1.0}, {"temperature": math.nan}, {"max_turn_tokens": 0}, {"max_episode_tokens": -1}],
)
def test_sampling_that_can_not_be_is_refused(options):
    with pytest.raises(BadOption, match=next(iter(options))):
        Sampling(**options)


def test_a_turn_that_leaves_no_room_in_an_episode_is_refused(policy, problems, arena):
    with pytest.raises(BadOption, match="A turn of 50 tokens leaves no room in an episode of 50"):
        played(policy, problems[:1], arena, max_episode_tokens=50, max_turn_tokens=50)
