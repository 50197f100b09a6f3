"""Log-probabilities of chosen tokens: those of log_softmax, without what that keeps."""

import pytest
import torch

from r1ci_env.reference_trainer import chosen
from r1ci_env.reference_trainer.chosen import chosen_logprobs


def plain(logits, targets, temperature):
    return torch.log_softmax(logits.float() / temperature, -1).gather(1, targets[:, None])[:, 0]


def both(dtype, tokens, temperature):
    """Return values and gradients of both."""
    generator = torch.Generator().manual_seed(tokens)
    logits = (4 * torch.randn(tokens, 301, generator=generator)).to(dtype)
    targets = torch.randint(301, (tokens,), generator=generator)
    weights = torch.randn(tokens, generator=generator)
    found = []
    for function in (chosen_logprobs, plain):
        leaf = logits.clone().requires_grad_()
        values = function(leaf, targets, temperature)
        (values * weights).sum().backward()
        found += [values.detach(), leaf.grad]
    return found


@pytest.mark.parametrize("temperature", [1.0, 0.7])
@pytest.mark.parametrize("tokens", [1, 5, 8, 11])
def test_values_and_gradients_are_those_of_log_softmax(tokens, temperature, monkeypatch):
    monkeypatch.setattr(chosen, "ROWS", 4)
    values, gradient, right, right_gradient = both(torch.float32, tokens, temperature)
    torch.testing.assert_close(values, right, atol=2e-6, rtol=0)
    torch.testing.assert_close(gradient, right_gradient, atol=1e-6, rtol=1e-5)


def test_in_bfloat16_the_gradient_is_rounded_once(monkeypatch):
    monkeypatch.setattr(chosen, "ROWS", 4)
    values, gradient, right, right_gradient = both(torch.bfloat16, 9, 1.0)
    assert values.dtype == torch.float32
    torch.testing.assert_close(values, right, atol=2e-6, rtol=0)
    torch.testing.assert_close(gradient, right_gradient, atol=1e-6, rtol=2**-8)


def test_nothing_as_large_as_the_logits_is_kept_but_they():
    kept = []
    logits = torch.randn(64, 3_000).bfloat16().requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(lambda x: kept.append(x.nbytes) or x, lambda x: x):
        chosen_logprobs(logits, torch.arange(64))
    assert sum(kept) < 1.01 * logits.nbytes
