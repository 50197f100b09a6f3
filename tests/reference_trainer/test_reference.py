from dataclasses import replace

import pytest
import torch

from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import update
from r1ci_env.reference_trainer.lora import add_adapters
from r1ci_env.reference_trainer.losses import k3
from r1ci_env.reference_trainer.optimizer import MasterAdamW
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.reference import Reference

KL = GrpoConfig(group=2, kl=0.1)


def moved(policy, by):
    """Change every trained weight of a policy, in place."""
    with torch.no_grad():
        for p in policy.model.parameters():
            if p.requires_grad:
                p.add_(torch.randn(p.shape, generator=torch.Generator().manual_seed(0)), alpha=by)


@pytest.mark.parametrize("adapters", [False, True])
def test_it_stays_what_the_policy_was(policy, trajectories, adapters):
    if adapters:
        add_adapters(policy, 2)
    packed = pack(trajectories[:4])
    before = policy.token_logprobs(packed).detach()
    reference = Reference(policy)
    moved(policy, 0.1)
    assert torch.allclose(reference.token_logprobs(packed, 1.0), before, atol=1e-6)
    assert not torch.allclose(policy.token_logprobs(packed), before, atol=0.1)
    assert not reference.token_logprobs(packed, 1.0).requires_grad


def test_a_copy_has_the_models_precision_and_no_state_of_the_optimiser(policy):
    policy.model.to(torch.bfloat16)
    reference = Reference(policy)
    optimizer = MasterAdamW(policy.model.parameters())
    copied = list(reference._copy.parameters())
    assert all(p.dtype == torch.bfloat16 and not p.requires_grad for p in copied)
    assert len(optimizer.masters) == len(list(policy.model.parameters()))
    assert not {id(p) for p in copied} & {id(p) for p in policy.model.parameters()}


def test_the_penalty_is_the_mean_k3_of_the_tokens_of_all_episodes(policy, trajectories):
    """Without any variance in the rewards it is all that is left: and for `dapo` each token counts the same."""
    reference = Reference(policy)
    moved(policy, 0.05)
    packed = pack(trajectories[:4])
    expected = k3(policy.token_logprobs(packed), reference.token_logprobs(packed, 1.0)).mean().item()
    optimizer = MasterAdamW(policy.model.parameters(), lr=0.0)
    values = update(policy, optimizer, trajectories[:4], [1.0] * 4, KL, reference=reference)
    assert values["kl"] == pytest.approx(expected, rel=1e-4)
    assert values["loss"] == pytest.approx(0.1 * expected, rel=1e-4)
    assert values["kept_groups"] == 1.0


def test_it_holds_the_policy_back(policy, trajectories):
    """The same steps with a heavy penalty go less far."""
    far = []
    start = {name: p.detach().clone() for name, p in policy.model.named_parameters()}
    for kl in (1e-9, 3.0):
        policy.model.load_state_dict(start, strict=False)
        reference = Reference(policy)
        optimizer = MasterAdamW(policy.model.parameters(), lr=3e-3)
        for _ in range(12):
            values = update(
                policy, optimizer, trajectories[:6], [1.0, 0.0] * 3, replace(KL, kl=kl), reference=reference
            )
        far.append(values["kl"])
    assert far[1] < 0.5 * far[0]
