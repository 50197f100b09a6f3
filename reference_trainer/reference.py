"""The policy that training began with, from which a KL penalty keeps it from straying."""

from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

from r1ci_env.reference_trainer import distributed
from r1ci_env.reference_trainer.packing import Pack
from r1ci_env.reference_trainer.policy import Policy, token_logprobs


class Reference:
    """What a policy was when this was made: itself without its adapters, or a frozen copy in the model's precision.

    Args:
        policy: The policy, before anything of it is trained.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._copy: Any = None
        if policy.adapters is None:
            copy = distributed.copy_of(policy.model, policy.dtype) if policy.sharded else deepcopy(policy.model)
            self._copy = copy.requires_grad_(False).eval()

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def token_logprobs(self, packed: Pack, temperature: float) -> Tensor:
        """Return the log-probabilities of the tokens that the policy chose, as `Policy.token_logprobs` does."""
        if self._copy is not None:
            return token_logprobs(self._copy, packed, temperature)
        with self._policy.adapters.disable_adapter():
            return self._policy.token_logprobs(packed, temperature)
