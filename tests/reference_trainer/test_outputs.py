import copy
import math
from dataclasses import replace

import pytest
import torch

from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import update
from r1ci_env.reference_trainer.optimizer import MasterAdamW
from r1ci_env.reference_trainer.outputs import PROBED, output_nll, outputs, unmasked
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.sft import update as imitate
from r1ci_env.reference_trainer.trajectory import Trajectory

MASKED = GrpoConfig(group=4)
UNMASKED = GrpoConfig(group=4, mask_outputs=False)


def stream():
    """A prompt of two tokens, two turns of two and one, and an observation of three between them."""
    trajectory = Trajectory(episode=None, ids=list(range(8)))
    trajectory.sampled = [False, False, True, True, False, False, False, True]
    trajectory.logprobs = [0.0, 0.0, -1.0, -2.0, 0.0, 0.0, 0.0, -3.0]
    return trajectory


def test_unmasked_is_all_but_the_prompt():
    found = unmasked(stream())
    assert found.sampled == [False, False, *[True] * 6]
    assert found.logprobs[2:4] + found.logprobs[7:] == [-1.0, -2.0, -3.0]
    assert all(math.isnan(found.logprobs[i]) for i in (4, 5, 6))


def test_outputs_are_what_the_environment_said_after_a_turn():
    alone = Trajectory(episode=None, ids=[1, 2], sampled=[False, True], logprobs=[0.0, -1.0])
    assert outputs([alone, stream()]) == [(list(range(8)), [False] * 4 + [True] * 3 + [False])]
    assert len(outputs([stream()] * 2 * PROBED)) == PROBED


def test_their_likelihood_is_that_of_a_plain_forward(policy, trajectories):
    several = next(t for t in trajectories if t.episode.turns > 1)
    ((ids, said),) = outputs([several])
    with torch.no_grad():
        logprobs = policy.model(torch.tensor([ids])).logits[0].log_softmax(-1)
    expected = [-logprobs[i - 1, ids[i]].item() for i, s in enumerate(said) if s]
    assert output_nll(policy, outputs([several]), 100) == pytest.approx(sum(expected) / len(expected), rel=1e-4)
    some = outputs(trajectories)
    assert output_nll(policy, some, 1) == pytest.approx(output_nll(policy, some, 100_000), rel=1e-5)


def as_sampled(policy, trajectories):
    """The trajectories with the log-probabilities that the policy gives to its turns."""
    found = []
    for t in trajectories:
        with torch.no_grad():
            logprobs = iter(policy.token_logprobs(pack([t])).tolist())
        found.append(replace(t, logprobs=[next(logprobs) if s else 0.0 for s in t.sampled]))
    return found


def test_without_the_mask_the_loss_is_that_of_all_tokens_behind_the_prompt(policy, trajectories):
    """`dapo`, on policy, with a reward for one episode of four: minus the mean of advantage over all tokens."""
    four = as_sampled(policy, trajectories[:4])
    tokens = [len(t.ids) - t.sampled.index(True) for t in four]
    optimizer = MasterAdamW(policy.model.parameters(), lr=0.0)
    values = update(policy, optimizer, four, [1.0, 0.0, 0.0, 0.0], UNMASKED)
    assert values["loss"] == pytest.approx(-(1.5 * tokens[0] - 0.5 * sum(tokens[1:])) / sum(tokens), rel=1e-3)


def grpo(policy, trajectories, config):
    """Return the likelihood of the outputs before and after a dozen updates towards right answers."""
    trained = copy.deepcopy(policy)
    optimizer = MasterAdamW(trained.model.parameters(), lr=1e-3)
    said = outputs(trajectories)
    before = output_nll(trained, said, 2_000)
    for _ in range(12):
        update(trained, optimizer, as_sampled(trained, trajectories), [t.reward for t in trajectories], config)
    return before, output_nll(trained, said, 2_000)


def test_with_the_mask_the_policy_does_not_learn_what_its_programs_print(policy, trajectories):
    """After a warm start, in which they were masked too. Without the mask they change many times as much."""
    optimizer = MasterAdamW(policy.model.parameters(), lr=3e-3)
    for _ in range(60):
        imitate(policy, optimizer, trajectories, 2_000)
    before, masked = grpo(policy, trajectories, MASKED)
    assert abs(masked - before) < 0.5
    assert abs(grpo(policy, trajectories, UNMASKED)[1] - before) > 1
