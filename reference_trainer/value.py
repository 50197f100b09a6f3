"""A value head for PPO: what reward an episode is expected to earn, read before each token that the policy chooses.

Advantages are estimated over the policy's tokens alone (GAE, arXiv 1506.02438): what follows a token is the next one
that the policy chose, wherever it stands. The reward comes with the last.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from r1ci_env.reference_trainer import distributed
from r1ci_env.reference_trainer.losses import standardised
from r1ci_env.reference_trainer.packing import Pack
from r1ci_env.reference_trainer.policy import Policy

LAMBDA = 0.95
"""How much of what the next token was better than expected is this one's merit; nothing is discounted by time."""

CLIP = 0.2
"""An update moves a value by no more than this, as far as its loss is concerned."""

WEIGHT = 0.1
"""Of the value loss beside the policy's, whose layers it changes too."""


class ValueHead(torch.nn.Module):  # type: ignore[misc]
    """A linear layer that reads what the language-model head reads; float32, and 0 at first."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = [policy]  # in a list, so that it is no part of this module
        weight = policy.model.get_output_embeddings().weight
        self.linear = torch.nn.Linear(weight.shape[1], 1, device=weight.device)
        torch.nn.init.zeros_(self.linear.weight)
        torch.nn.init.zeros_(self.linear.bias)

    def read(self, packed: Pack, temperature: float) -> tuple[Tensor, Tensor]:
        """Return the log-probabilities of the policy's tokens, and the values before them."""
        seen: list[Tensor] = []
        head = self._policy[0].model.get_output_embeddings()
        hook = head.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
        try:
            logprobs_N = self._policy[0].token_logprobs(packed, temperature)
        finally:
            hook.remove()
        return logprobs_N, self.linear(seen[0][0].float())[:, 0]

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def judge(self, packs: Sequence[Pack], rewards: Sequence[Tensor]) -> list[tuple[Tensor, Tensor, Tensor]]:
        """Return of each pack, given its episodes' rewards: standardised advantages, values and returns, all axes N.

        An episode whose reward is NaN counts nothing. Several processes have packs each, standardised together.
        """
        values = [self.read(packed, 1.0)[1] for packed in packs]
        gains = [advantages(v, p.episodes_N, r) for v, p, r in zip(values, packs, rewards, strict=True)]
        everywhere = distributed.gathered([torch.cat(gains).cpu()])
        all_1N = torch.cat(everywhere)[None]
        flat_N = standardised(all_1N.nan_to_num(0.0), (~all_1N.isnan()).float())[0]
        own_N = flat_N.split([len(gain) for gain in everywhere])[distributed.rank()].to(gains[0])
        parts = own_N.split([len(v) for v in values])
        return [(part, v, v + gain.nan_to_num(0.0)) for part, v, gain in zip(parts, values, gains, strict=True)]


def advantages(values_N: Tensor, episodes_N: Tensor, rewards_E: Tensor) -> Tensor:
    """Return generalised advantage estimates of tokens, given the values before them and their episodes' rewards."""
    values, episodes, rewards = values_N.tolist(), episodes_N.tolist(), rewards_E.tolist()
    found = [0.0] * len(values)
    for i in reversed(range(len(values))):
        if i + 1 == len(values) or episodes[i + 1] != episodes[i]:
            found[i] = rewards[episodes[i]] - values[i]
        else:
            found[i] = values[i + 1] - values[i] + LAMBDA * found[i + 1]
    return values_N.new_tensor(found)


def value_loss(values_N: Tensor, old_values_N: Tensor, returns_N: Tensor) -> Tensor:
    """Return half the squared error of each value, or of the value moved by no more than `CLIP`, if that is larger."""
    near_N = old_values_N + (values_N - old_values_N).clamp(-CLIP, CLIP)
    return torch.maximum((values_N - returns_N).square(), (near_N - returns_N).square()) / 2
