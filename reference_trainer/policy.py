"""A policy: a causal language model with its tokenizer, and the rules that it plays by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer

from r1ci_env.reference_trainer.chat import Chat
from r1ci_env.reference_trainer.decoding import Decoder

MAX_TURN_TOKENS = 1_024
"""Length of a turn for models whose generation config says nothing, in tokens."""


class Policy:
    """A causal language model that plays episodes.

    Args:
        model: A model of transformers.
        tokenizer: Its tokenizer; the chat template is used if it has one.

    Attributes:
        rules: Options of the environment that the model was trained with; empty for models from elsewhere.
        context: Longest token stream of an episode.
        max_turn_tokens: Longest turn.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        self.model = model
        self.tokenizer = tokenizer
        self.chat = Chat(tokenizer)
        self.rules: Mapping[str, Any] = getattr(model.config, "r1ci_rules", {})
        self.context: int = model.config.max_position_embeddings
        self.max_turn_tokens: int = model.generation_config.max_new_tokens or MAX_TURN_TOKENS
        ends = model.generation_config.eos_token_id
        self._end_ids = frozenset({tokenizer.eos_token_id, *(ends if isinstance(ends, list) else [ends])} - {None})

    def decoder(self, temperature: float = 1.0, generator: torch.Generator | None = None) -> Decoder:
        """Return a decoder for one batch of episodes; see `Decoder` for the arguments."""
        return Decoder(self.model, self.chat, temperature, self.max_turn_tokens, self._end_ids, generator)

    def token_logprobs(self, ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the log-probability of each token given those before it, with gradients.

        Args:
            ids: Token ids, padded on the right, shape (episodes, tokens).
            attention_mask: 1 for tokens, 0 for padding, the same shape.

        Returns:
            Log-probabilities in nats of all tokens but the first, shape (episodes, tokens - 1).
        """
        logits = self.model(input_ids=ids, attention_mask=attention_mask, use_cache=False).logits[:, :-1].float()
        return torch.log_softmax(logits, dim=-1).gather(2, ids[:, 1:, None])[..., 0]

    def save(self, directory: Path) -> None:
        """Write model and tokenizer so that `load_policy` and transformers' Auto classes read them."""
        self.model.save_pretrained(directory)
        self.tokenizer.save_pretrained(directory)

    @classmethod
    def load(cls, path_or_name: str | Path, device: str | None = None) -> Self:
        """Load what `save` wrote, or any causal language model of transformers; see `load_policy`."""
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        dtype = torch.float32 if device == "cpu" else torch.bfloat16
        model = AutoModelForCausalLM.from_pretrained(path_or_name, dtype=dtype).to(device)
        return cls(model, AutoTokenizer.from_pretrained(path_or_name))


def load_policy(path_or_name: str | Path, device: str | None = None) -> Policy:
    """Load a policy from a directory, or by the name of a model that transformers can find.

    Args:
        path_or_name: Directory with a model and its tokenizer, or a name.
        device: Where to compute; None takes a GPU if there is one. Weights are float32 on a CPU, else bfloat16.
    """
    return Policy.load(path_or_name, device)
