"""Trajectories as tensors: several in one row, without any padding.

Names end in their axes: T for the tokens of the row, N for those of them that the policy chose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass(slots=True)
class TokenStream:
    """An episode or a demonstration as tokens: prompt, turn, observation, turn, and so on.

    Attributes:
        ids: The token ids.
        sampled: For each, whether the policy chose it or is to learn it; the others are the environment's.
        logprobs: For each, the log-probability with which it was sampled; 0 where it was not.
    """

    ids: list[int] = field(default_factory=list)
    sampled: list[bool] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)

    def add(self, ids: Sequence[int], *, sampled: bool = False, logprobs: Sequence[float] | None = None) -> None:
        """Append tokens, of the environment by default."""
        self.ids += ids
        self.sampled += [sampled] * len(ids)
        self.logprobs += [0.0] * len(ids) if logprobs is None else logprobs


@dataclass(frozen=True, slots=True)
class Pack:
    """Trajectories one after the other.

    Attributes:
        ids_1T: Token ids.
        positions_1T: Position of each in its own trajectory; where it is 0, another one begins.
        chosen_N: Where in the row the tokens are that the policy chose.
        logprobs_N: Log-probabilities with which they were sampled.
        episodes_N: Number of the trajectory, in this row, of each of them.
        lengths: Tokens of each trajectory.
    """

    ids_1T: Tensor
    positions_1T: Tensor
    chosen_N: Tensor
    logprobs_N: Tensor
    episodes_N: Tensor
    lengths: tuple[int, ...]

    @property
    def targets_N(self) -> Tensor:
        """Ids of the tokens that the policy chose."""
        return self.ids_1T[0, self.chosen_N]


def pack(trajectories: Sequence[TokenStream], device: torch.device | str = "cpu") -> Pack:
    """Return some trajectories as one row; each begins with a token of the environment."""
    lengths = tuple(len(t.ids) for t in trajectories)
    sampled = torch.tensor([s for t in trajectories for s in t.sampled])
    logprobs = torch.tensor([p for t in trajectories for p in t.logprobs])
    episodes = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    chosen = sampled.nonzero()[:, 0]
    return Pack(
        ids_1T=torch.tensor([[i for t in trajectories for i in t.ids]]).to(device),
        positions_1T=torch.cat([torch.arange(n) for n in lengths])[None].to(device),
        chosen_N=chosen.to(device),
        logprobs_N=logprobs[chosen].to(device),
        episodes_N=episodes[chosen].to(device),
        lengths=lengths,
    )


def micro_batches(trajectories: Sequence[TokenStream], max_tokens: int) -> list[list[int]]:
    """Divide trajectories among few passes.

    Args:
        trajectories: The trajectories of a step.
        max_tokens: Tokens of a pass; a longer trajectory has a pass of its own.

    Returns:
        For each pass, the indices of its trajectories.
    """
    passes: list[list[int]] = []
    room: list[int] = []
    for i in sorted(range(len(trajectories)), key=lambda i: -len(trajectories[i].ids)):
        length = len(trajectories[i].ids)
        fits = next((n for n, left in enumerate(room) if left >= length), None)
        if fits is None:
            passes.append([i])
            room.append(max_tokens - length)
        else:
            passes[fits].append(i)
            room[fits] -= length
    return passes
