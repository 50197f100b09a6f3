"""What an engine does on the device: read chunks of streams, and sample blocks of tokens.

On a GPU both work on all slots at fixed shapes and look at no value, so that they can be CUDA graphs; on a CPU the
same code runs eagerly, on the rows that need it. What is read lies in a row for each slot, padded on the left. The
flash kernel takes sequences of any lengths: for it all lie in one row, and a second pass is seldom needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad
from transformers.cache_utils import Cache

from r1ci_env.reference_trainer.engines.attention import attention_over
from r1ci_env.reference_trainer.engines.memory import GRANULE, Memory, MemoryLayer, Window
from r1ci_env.reference_trainer.engines.sampling import sample, uniform
from r1ci_env.reference_trainer.engines.slots import Slot
from r1ci_env.reference_trainer.engines.supported import base_model

CAPTURE_WARM_UPS = 2
"""Runs before a capture, in which libraries take their workspaces."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some tokens of a slot that are to be read: ``ids`` at the positions from ``start`` on."""

    slot: int
    start: int
    ids: Sequence[int]


class Passes:
    """The state of all slots on the device, and the passes that change it.

    Args:
        model: A causal language model; its weights are used, not copied.
        slots: Number of slots.
        length: Longest stream of a slot.
        end_ids: Tokens that end a turn.
        block: Tokens that are sampled between two looks at them.
        chunk: Rows and tokens that are read in one pass; with flash, as many slots and as many tokens together.
        static: Whether to compute all slots at fixed shapes.
        flash: Whether attention is torch's flash kernel.
    """

    def __init__(
        self,
        model: Any,
        slots: int,
        length: int,
        end_ids: Sequence[int],
        block: int,
        chunk: tuple[int, int],
        static: bool,
        flash: bool,
    ) -> None:
        self.device: torch.device = next(model.parameters()).device
        self.block = block
        self.chunk = chunk
        self.static = static
        self.graphs: dict[tuple[str, int], Any] = {}
        self.capturing = static and self.device.type == "cuda"
        self.memory = Memory(model.config.num_hidden_layers, slots, length, flash)
        self._model = model
        self._slots = slots
        self._cache = Cache(layers=[MemoryLayer(self.memory, i) for i in range(self.memory.layers)])
        parameters = signature(base_model(model).forward).parameters
        self._cache_name = "cache" if "cache" in parameters else "past_key_values"  # renamed in transformers 5.24
        self._pool: Any = None

        def zeros(*shape: int, dtype: torch.dtype = torch.long) -> Tensor:
            return torch.zeros(shape, dtype=dtype, device=self.device)

        # What graphs work on, by slot: the last token of the stream, its position, the position to stop at.
        self._token, self._position, self._limit, self._seed = (zeros(slots) for _ in range(4))
        self._divisor = torch.ones(slots, device=self.device)
        self._greedy, self._active = zeros(slots, dtype=torch.bool), zeros(slots, dtype=torch.bool)
        self._chance = zeros(block, slots, dtype=torch.double)
        self._step = zeros(1)
        self._new_ids, self._new_logprobs = zeros(block, slots), zeros(block, slots, dtype=torch.float)
        self._end_ids = torch.tensor(sorted(end_ids), dtype=torch.long, device=self.device)
        self._all = torch.arange(slots, device=self.device)
        # What is read: ids, positions, where to write, slots; for the flash kernel also the sequences in the row.
        self._inputs = zeros(4, *((1, chunk[0] * chunk[1]) if flash else chunk))
        self._sequences = zeros(3, chunk[0] + 1, dtype=torch.int)

    def cut(self, slots: Sequence[Slot]) -> list[Piece]:
        """Return as much as one pass can read of what some slots have not in memory yet: all but the last token."""
        rows, tokens = self.chunk
        room, pieces = rows * tokens, []
        for slot in sorted(slots, key=lambda s: s.filled - len(s.stream))[:rows]:
            end = min(len(slot.stream) - 1, slot.filled + (room if self.memory.flash else tokens))
            if end > slot.filled:
                pieces.append(Piece(slot.index, slot.filled, slot.stream[slot.filled : end]))
                room -= end - slot.filled
        return pieces

    def read(self, pieces: Sequence[Piece]) -> None:
        """Put tokens into memory, no more than `cut` gives."""
        if self.memory.flash:
            self._read_packed(pieces)
        else:
            self._read_padded(pieces)
        self._run(self._read_chunk, max(piece.start + len(piece.ids) for piece in pieces))

    def _read_padded(self, pieces: Sequence[Piece]) -> None:
        height, width = self.chunk if self.static else (len(pieces), max(len(piece.ids) for piece in pieces))
        inputs = self._padding(height, width)
        for i, piece in enumerate(pieces):
            _place(inputs[:, i, width - len(piece.ids) :], piece)
        if self.static:
            self._inputs.copy_(inputs)
        else:
            self._inputs = inputs.to(self.device)

    def _read_packed(self, pieces: Sequence[Piece]) -> None:
        inputs = self._padding(*self._inputs.shape[1:])
        sequences = torch.zeros_like(self._sequences, device="cpu")
        starts, slots, counts = sequences
        starts[1:] = width = inputs.shape[2]
        begin = width - sum(len(piece.ids) for piece in pieces)  # what lies before is part of the first sequence
        for i, piece in enumerate(pieces):
            end = begin + len(piece.ids)
            _place(inputs[:, 0, begin:end], piece)
            begin = starts[i + 1] = end
            slots[i], counts[i] = piece.slot, piece.start + len(piece.ids)
        self._inputs.copy_(inputs)
        self._sequences.copy_(sequences)

    def _padding(self, height: int, width: int) -> Tensor:
        inputs = torch.zeros(4, height, width, dtype=torch.long)
        inputs[2] = self.memory.length - 1
        return inputs

    def start(self, slots: Sequence[Slot]) -> None:
        """Let `write` sample the turns that were asked for in some slots."""
        turns = [(slot, len(slot.stream) - 1, slot.request) for slot in slots if slot.request]
        values = [(s.index, s.stream[-1], last, last + r.draft.max_tokens, r.seed) for s, last, r in turns]
        index, *new = torch.tensor(values).T.to(self.device)
        for tensor, value in zip((self._token, self._position, self._limit, self._seed), new, strict=True):
            tensor[index] = value
        temperature = torch.tensor([r.temperature for _, _, r in turns], device=self.device)
        self._greedy[index] = temperature == 0
        self._divisor[index] = temperature.masked_fill(temperature == 0, 1.0)
        self._active[index] = True

    def stop(self, slots: Sequence[int]) -> None:
        """Sample no more tokens of turns that are over."""
        self._active[torch.tensor(slots, device=self.device)] = False

    def write(self, longest: int) -> tuple[list[list[int]], list[list[float]], list[int]]:
        """Sample a block of tokens of all turns that were started.

        Args:
            longest: Length of the longest of their streams.

        Returns:
            By slot, the tokens, their log-probabilities, and the position of the last token that counts.
        """
        self._step.zero_()
        ahead = torch.arange(1, self.block + 1, device=self.device)[:, None]
        self._chance.copy_(uniform(self._seed, self._position + ahead))
        for _ in range(self.block):
            if not self.static and not self._active.any():
                break
            self._run(self._write_token, longest + self.block)
        return self._new_ids.T.tolist(), self._new_logprobs.T.tolist(), self._position.tolist()

    # What follows runs on the device, eagerly or as graphs.

    def _read_chunk(self, width: int) -> None:
        ids, positions, write, slots = self._inputs
        starts, owners, counts = self._sequences
        sequences = starts, owners * self.memory.length, counts[:-1]
        self._forward(ids, positions, Window(slots, write, width, False, sequences))

    def _write_token(self, width: int) -> None:
        # At fixed shapes, slots without a turn go along: they write again what lies at their last position.
        rows = slice(None) if self.static else self._active.nonzero()[:, 0]
        token, position, going = self._token[rows], self._position[rows], self._active[rows]
        at = position[:, None]
        slots = self._all[rows]
        sequences = None
        if self.memory.flash:
            starts = torch.arange(len(token) + 1, device=self.device, dtype=torch.int)
            sequences = starts, pad(slots * self.memory.length, (0, 1)).int(), (position + 1).int()
        window = Window(slots[:, None], at, width, len(token) == self._slots, sequences)
        logits = self._forward(token[:, None], at, window)
        chance = self._chance[self._step][0, rows]
        new, logprob = sample(logits, self._divisor[rows], self._greedy[rows], chance)
        self._new_ids[self._step, rows] = new
        self._new_logprobs[self._step, rows] = logprob
        ended = (new[:, None] == self._end_ids).any(1) | (position + 1 >= self._limit[rows])
        self._token[rows] = torch.where(going, new, token)
        self._position[rows] = position + going
        self._active[rows] = going & ~ended
        self._step += 1

    def _forward(self, ids: Tensor, positions: Tensor, window: Window) -> Tensor:
        """Read ids of some slots, shape (rows, tokens); return the logits after the last, (rows, vocabulary)."""
        mask = None
        if not self.memory.flash:
            visible = torch.arange(window.width, device=self.device) <= positions[:, :, None]
            mask = torch.zeros_like(visible, dtype=self._model.dtype).masked_fill_(~visible, -torch.inf)[:, None]
        self.memory.window = window
        with attention_over(self.memory, self._model):
            output = self._model(
                input_ids=ids,
                attention_mask=mask,
                position_ids=positions,
                use_cache=True,
                logits_to_keep=1,
                **{self._cache_name: self._cache},
            )
        logits: Tensor = output.logits[:, -1]
        return logits

    def _run(self, function: Callable[[int], None], tokens: int) -> None:
        """Run a function that sees so many tokens of each slot: eagerly, or by the graph for the nearest width."""
        width = self._width(tokens)
        key = function.__name__, width
        with torch.no_grad():
            if not self.capturing:
                function(width)
                return
            if key not in self.graphs:
                self.graphs[key] = self._capture(function, width)
            self.graphs[key].replay()

    def _width(self, tokens: int) -> int:
        """Return what attention sees of each slot: at fixed shapes one of few widths, each with its own graph."""
        if self.memory.flash:
            return self.memory.length
        if not self.static:
            return tokens
        return min(max(GRANULE, 1 << (tokens - 1).bit_length()), self.memory.length)

    def _capture(self, function: Callable[[int], None], width: int) -> Any:
        # Every thread begins with the first device as its current one, and what is captured are the streams of that.
        with torch.cuda.device(self.device):
            return self._captured(function, width)

    def _captured(self, function: Callable[[int], None], width: int) -> Any:
        active, step = self._active.clone(), self._step.clone()
        self._active.zero_()  # so that nothing moves while it warms up
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(CAPTURE_WARM_UPS):
                self._step.zero_()
                function(width)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        # Other threads may go on using the device while this one captures.
        with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
            function(width)
        self._pool = graph.pool()
        self._active.copy_(active)
        self._step.copy_(step)
        return graph


def _place(inputs: Tensor, piece: Piece) -> None:
    """Write ids, positions, indices and slot of a piece, shape (4, tokens)."""
    inputs[0] = torch.tensor(piece.ids)
    inputs[1:3] = torch.arange(piece.start, piece.start + len(piece.ids))
    inputs[3] = piece.slot
