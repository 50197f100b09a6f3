"""Whether servers sample from the weights that the trainer has."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

import torch

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.engines.interface import Turn
from r1ci_env.reference_trainer.packing import TokenStream, pack

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.policy import Policy

PROMPTS = ("What is 12 * 7?", "Write a program that prints the first ten primes.", "Hello!", "Sort: pear, fig, apple.")
TURNS, MAX_TOKENS = 2, 24
"""Turns of each prompt, and their length."""

TEMPERATURE = 0.8
"""Not 1: log-probabilities must be those after the temperature, since it was with them that tokens were sampled."""

ROUNDING = {torch.float32: 1e-3}
"""Mean gap that rounding explains, in nats a token."""
ROUNDING_NARROW = 0.15
"""The same in half precision: random weights have 0.08."""

AskTurn = Callable[[str, list[int], int, int, float], "Future[Turn]"]
"""Asks a server, by its URL, for a turn: ids, most tokens, seed, temperature."""


def require_parity(
    policy: "Policy", urls: Sequence[str], ask: AskTurn, length: int, tolerance: float | None = None
) -> float:
    """Compare log-probabilities of turns on fixed prompts between a policy and servers.

    Args:
        policy: The policy.
        urls: The servers.
        ask: Samples a turn there.
        length: Longest stream.
        tolerance: Largest mean gap that is taken for rounding, in nats a token; None for what the precision explains.

    Returns:
        The largest mean gap of a server.

    Raises:
        R1ciError: a server has other weights.
    """
    limit = tolerance if tolerance is not None else ROUNDING.get(policy.dtype, ROUNDING_NARROW)
    prompts = [ids for text in PROMPTS if len(ids := policy.chat.prompt_ids(text)) < length]
    largest = 0.0
    for url in urls:
        asked = [
            (ids, ask(url, ids, min(MAX_TOKENS, length - len(ids)), seed, TEMPERATURE))
            for ids in prompts
            for seed in range(TURNS)
        ]
        streams = []
        for ids, future in asked:
            stream, turn = TokenStream(), future.result()
            stream.add(ids)
            stream.add(turn.ids, sampled=True, logprobs=turn.logprobs)
            streams.append(stream)
        packed = pack(streams, policy.device)
        with torch.no_grad():
            gaps = (policy.token_logprobs(packed, TEMPERATURE) - packed.logprobs_N).abs()
        mean = gaps.mean().item()
        if not mean <= limit:
            raise R1ciError(
                f"{url} samples from other weights than the trainer's: the log-probabilities of {len(gaps)} tokens "
                f"differ by {mean:.4g} nats on average, at most by {gaps.max().item():.4g}, and up to {limit:g} is "
                "rounding (vllm.tolerance). The checkpoints are kept. It may have another model or precision (with "
                "adapters it must hold their base, the policy of the phase before), may have been started without "
                "--logprobs-mode processed_logprobs, or may have read its weights wrongly: vllm.weights=restart starts "
                "it again instead, where the trainer starts it."
            )
        largest = max(largest, mean)
    return largest
