"""Sampling the turns of many episodes together, over one key-value cache that lives as long as they do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from transformers import DynamicCache

from r1ci_env.protocol import parse_turn
from r1ci_env.reference_trainer.chat import Chat


@dataclass(slots=True)
class SampledTurn:
    """A turn as it was sampled.

    Attributes:
        ids: Token ids.
        logprobs: Log-probability with which each was sampled, in nats; as long as ``ids``.
    """

    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)


class Decoder:
    """Decodes a batch of episodes turn by turn.

    Every episode has ids that the model has not read yet: the prompt or the observation, or the last token that
    was sampled. A forward pass reads them for all episodes at once, padded on the left to the same width; an
    episode with nothing to read leaves a hole in the cache that the attention mask hides. So nothing is ever read
    twice, and nothing that was sampled is tokenised again.

    Args:
        model: A causal language model of transformers.
        chat: Its tokenizer.
        temperature: Divides the logits; 0 takes the likeliest token instead of sampling.
        max_turn_tokens: Turns are cut here.
        end_ids: Tokens that end a turn.
        generator: Source of the sampling; None for torch's global one.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        chat: Chat,
        temperature: float,
        max_turn_tokens: int,
        end_ids: frozenset[int],
        generator: torch.Generator | None = None,
    ) -> None:
        self._model = model
        self._chat = chat
        self._temperature = temperature
        self._max_turn_tokens = max_turn_tokens
        self._end_ids = end_ids
        self._generator = generator
        self._device = next(model.parameters()).device
        self._cache = DynamicCache(config=model.config)
        self._rows: list[int] = []
        self._unread: list[list[int]] = []
        self._mask = torch.zeros(0, 0, dtype=torch.long, device=self._device)
        self._closing: dict[int, bool] = {}

    def __call__(self, rows: Sequence[int], texts: Sequence[str], new_ids: Sequence[list[int]]) -> list[SampledTurn]:
        """Sample the next turn of some episodes.

        Args:
            rows: Numbers of the episodes; the first call has all of them, a later one some of those of the last.
            texts: What the environment said to each; not needed here.
            new_ids: The same as ids, with the template around it.

        Returns:
            One turn per row, ended by a complete code block, a complete answer, the end token or the limit.
        """
        self._model.eval()
        self._keep(rows)
        for unread, new in zip(self._unread, new_ids, strict=True):
            unread.extend(new)
        turns = [SampledTurn() for _ in rows]
        going = list(range(len(rows)))
        for _ in range(self._max_turn_tokens):
            logits = self._read(going)
            tokens, logprobs = self._choose(logits)
            for i in going:
                turns[i].ids.append(tokens[i])
                turns[i].logprobs.append(logprobs[i])
                self._unread[i] = [tokens[i]]
            going = [i for i in going if not self._ends(turns[i].ids)]
            if not going:
                break
        return turns

    def _keep(self, rows: Sequence[int]) -> None:
        """Forget the episodes that are not in ``rows``."""
        if not self._rows:
            self._unread = [[] for _ in rows]
            self._mask = torch.zeros(len(rows), 0, dtype=torch.long, device=self._device)
        elif list(rows) != self._rows:
            kept = [self._rows.index(row) for row in rows]
            index = torch.tensor(kept, device=self._device)
            self._unread = [self._unread[i] for i in kept]
            self._mask = self._mask[index]
            self._cache.batch_select_indices(index)
        self._rows = list(rows)

    def _read(self, going: Sequence[int]) -> Tensor:
        """Read the unread ids of the rows ``going``; return the logits after each row's last, shape (rows, vocab)."""
        unread: list[list[int]] = [[] for _ in self._rows]
        for i in going:
            unread[i], self._unread[i] = self._unread[i], []
        width = max(map(len, unread))
        pad = self._chat.tokenizer.pad_token_id
        ids = torch.tensor([[pad] * (width - len(new)) + new for new in unread], device=self._device)
        new_mask = torch.tensor([[0] * (width - len(new)) + [1] * len(new) for new in unread], device=self._device)
        positions = (self._mask.sum(1, keepdim=True) + new_mask.cumsum(1) - 1).clamp(min=0)
        self._mask = torch.cat([self._mask, new_mask], dim=1)
        with torch.no_grad():
            output = self._model(
                input_ids=ids,
                attention_mask=self._mask,
                position_ids=positions,
                past_key_values=self._cache,
                use_cache=True,
                logits_to_keep=1,
            )
        return output.logits[:, -1].float()

    def _choose(self, logits: Tensor) -> tuple[list[int], list[float]]:
        """Return a token for each row and its log-probability."""
        logprobs = torch.log_softmax(logits / (self._temperature or 1.0), dim=-1)
        if self._temperature:
            tokens = torch.multinomial(logprobs.exp(), 1, generator=self._generator)
        else:
            tokens = logprobs.argmax(-1, keepdim=True)
        return tokens[:, 0].tolist(), logprobs.gather(1, tokens)[:, 0].tolist()

    def _ends(self, ids: list[int]) -> bool:
        """Whether a turn is over after its last id."""
        if ids[-1] in self._end_ids:
            return True
        if not self._may_close(ids[-1]):
            return False
        turn = parse_turn(self._chat.decode(ids))
        return turn.kind == "answer" or (turn.kind == "code" and turn.complete)

    def _may_close(self, token: int) -> bool:
        """Whether the token has a character that closes a block or an answer; saves reading the turn after each."""
        if token not in self._closing:
            self._closing[token] = any(mark in self._chat.decode([token]) for mark in "`~>")
        return self._closing[token]
