import torch

from r1ci_env.reference_trainer.packing import micro_batches, pack


def separate(policy, trajectories):
    """Log-probabilities of the policy's tokens, one trajectory at a time."""
    found = []
    for trajectory in trajectories:
        ids = torch.tensor([trajectory.ids])
        logprobs = torch.log_softmax(policy.model(input_ids=ids, use_cache=False).logits[0, :-1], -1)
        logprobs = logprobs.gather(1, ids[0, 1:, None])[:, 0]
        found.append(logprobs[torch.tensor(trajectory.sampled[1:])])
    return torch.cat(found)


def test_a_packed_row_has_the_log_probabilities_of_its_trajectories(policy, trajectories):
    packed = pack(trajectories[:9])
    assert len(set(packed.lengths)) > 1
    with torch.no_grad():
        assert torch.allclose(policy.token_logprobs(packed), separate(policy, trajectories[:9]), atol=2e-5)


def test_the_gradient_is_that_of_the_trajectories(policy, trajectories):
    def gradient(logprobs):
        policy.model.zero_grad()
        logprobs.sum().backward()
        return torch.cat([p.grad.flatten() for p in policy.model.parameters()])

    packed = gradient(policy.token_logprobs(pack(trajectories[:6])))
    alone = gradient(separate(policy, trajectories[:6]))
    assert (packed - alone).norm() < 1e-5 * alone.norm()


def test_the_temperature_divides_the_logits(policy, trajectories):
    packed = pack(trajectories[:1])
    with torch.no_grad():
        hot = policy.token_logprobs(packed, 1.7)
        logits = policy.model(input_ids=packed.ids_1T).logits[0, packed.chosen_N - 1] / 1.7
    assert torch.allclose(hot, torch.log_softmax(logits, -1).gather(1, packed.targets_N[:, None])[:, 0], atol=1e-5)


def test_the_head_is_computed_where_the_policy_chose_and_nowhere_else(policy, trajectories):
    packed = pack(trajectories[:5])
    rows = []
    policy.model.lm_head.register_forward_hook(lambda module, inputs, output: rows.append(output.shape[1]))
    policy.token_logprobs(packed)
    assert rows == [sum(sum(t.sampled) for t in trajectories[:5])]


def test_passes_keep_to_the_budget_and_hold_everything_once(trajectories):
    passes = micro_batches(trajectories, 300)
    assert sorted(i for part in passes for i in part) == list(range(len(trajectories)))
    for part in passes:
        assert len(part) == 1 or sum(len(trajectories[i].ids) for i in part) <= 300
    total = sum(len(t.ids) for t in trajectories)
    assert len(passes) <= 1.3 * total / 300 + 1
    assert len(micro_batches(trajectories, 1)) == len(trajectories)
