import pytest
import torch

from r1ci_env.reference_trainer import packed_attention
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import play


def varlen_on_cpu(q, k, v, query_starts, key_starts, max_q, max_k, dropout, causal, debug, *, scale):
    """What torch documents of its kernel, written out."""
    assert causal
    assert max_q == max_k == (query_starts[1:] - query_starts[:-1]).max()
    outputs = []
    for begin, end in zip(query_starts.tolist(), query_starts.tolist()[1:], strict=False):
        keys, values = (x[begin:end].repeat_interleave(q.shape[1] // k.shape[1], 1) for x in (k, v))
        scores = torch.einsum("qhd,khd->hqk", q[begin:end], keys) * scale
        hidden = torch.ones(end - begin, end - begin, dtype=torch.bool).triu(1)
        outputs.append(torch.einsum("hqk,khd->qhd", scores.masked_fill(hidden, -torch.inf).softmax(-1), values))
    return (torch.cat(outputs),)


@pytest.fixture(params=["kernel", "padded"])
def kernel(request, monkeypatch):
    if request.param == "padded":
        return
    monkeypatch.setattr(packed_attention, "flash_serves", lambda query: True)
    aten = type("aten", (), {"_flash_attention_forward": staticmethod(varlen_on_cpu)})

    class Torch:
        ops = type("ops", (), {"aten": aten})

        def __getattr__(self, name):
            return getattr(torch, name)

    monkeypatch.setattr(packed_attention, "torch", Torch())


def both(policy, trajectories):
    """Log-probabilities and gradient of a packed row: with transformers' mask, and with ours."""
    found = []
    for used in ("sdpa", packed_attention.NAME):
        policy.model.config._attn_implementation = used
        policy.model.zero_grad()
        logprobs = policy.token_logprobs(pack(trajectories))
        logprobs.sum().backward()
        found.append((logprobs.detach(), torch.cat([p.grad.flatten() for p in policy.model.parameters()])))
    return found


def test_it_gives_what_the_mask_gives(policy, trajectories, kernel):
    (a, gradient), (b, gradient_b) = both(policy, trajectories[:7])
    assert torch.allclose(a, b, atol=2e-5)
    assert (gradient - gradient_b).norm() < 1e-4 * gradient.norm()


def test_layers_that_are_computed_again_use_it_too(policy, trajectories, kernel):
    (_, right), _ = both(policy, trajectories[:7])
    policy.model.train()
    policy.model.gradient_checkpointing_enable({"use_reentrant": False})
    _, (_, gradient) = both(policy, trajectories[:7])
    assert (right - gradient).norm() < 1e-4 * right.norm()


def test_rows_that_are_not_packed_are_as_before(policy):
    ids = torch.tensor([[5, 6, 7, 8], [9, 10, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    with torch.no_grad():
        policy.model.config._attn_implementation = "sdpa"
        before = policy.model(input_ids=ids, attention_mask=mask).logits
        packed_attention.use(policy.model)
        after = policy.model(input_ids=ids, attention_mask=mask).logits
    assert before[0].equal(after[0])
    assert before[1, :2].equal(after[1, :2])


def test_the_kernel_is_for_gpus_and_padding_for_all_else(policy):
    assert policy.model.config._attn_implementation == packed_attention.NAME
    assert not packed_attention.flash_serves(torch.empty(1, 2, 3, 64))


def test_models_with_other_than_full_attention_keep_their_own(policy):
    policy.model.config.layer_types = ["sliding_attention", "full_attention"]
    policy.model.config._attn_implementation = "sdpa"
    Policy(policy.model, policy.tokenizer)
    assert policy.model.config._attn_implementation == "sdpa"


def test_layers_that_are_computed_again_give_the_same_gradients_and_keep_less(policy, trajectories, problems, arena):
    packed = pack(trajectories[:4])
    found = []
    for again in (False, True):
        if again:
            policy.recompute()
        policy.model.train()
        policy.model.zero_grad()
        kept = []
        with torch.autograd.graph.saved_tensors_hooks(lambda x, kept=kept: kept.append(x.nbytes) or x, lambda x: x):
            policy.token_logprobs(packed).sum().backward()
        found.append((sum(kept), [p.grad.clone() for p in policy.model.parameters()]))
    (all_kept, gradients), (kept_again, same) = found
    assert kept_again < all_kept / 3
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(gradients, same, strict=True))
    assert len(play(policy, problems[:2], arena)) == 2  # engines are not concerned
