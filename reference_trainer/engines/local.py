"""Turns sampled on one device, from the trainer's own weights."""

import itertools
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.engines.draft import Draft
from r1ci_env.reference_trainer.engines.interface import Turn, require_room
from r1ci_env.reference_trainer.engines.passes import Passes
from r1ci_env.reference_trainer.engines.slots import Request, Slot, SlotTable
from r1ci_env.reference_trainer.engines.supported import flash_is_available, require_supported

BLOCK = 8
"""Tokens between two looks at what was sampled; what lies beyond a turn's end is thrown away."""

CHUNK = (32, 64)
"""Rows and tokens of a pass that reads; see `Passes`."""


@dataclass(slots=True)
class TokenCounts:
    """What an engine has done.

    Attributes:
        read: Tokens put into memory, one by one.
        copied: Tokens copied from the prompt in another slot.
        sampled: Tokens of turns.
        reads: Passes that read.
        blocks: Blocks of tokens that were sampled. All slots have a share in each, busy or not: the busy share is
            sampled / (blocks × block × slots), less what was sampled beyond the end of a turn's text.
    """

    read: int = 0
    copied: int = 0
    sampled: int = 0
    reads: int = 0
    blocks: int = 0


class LocalEngine:
    """Samples turns of many episodes at a time; see `r1ci_env.reference_trainer.engines.interface.Engine`.

    An episode has a slot from its first turn until `finish`, and the next that waits gets it then. A turn depends on
    the weights, the stream and the seed, not on its slot, its neighbours or the order, up to rounding. One thread
    calls `step`, in which the futures resolve; `turn` and `finish` may be called in another meanwhile.

    Args:
        model: A causal language model of transformers with full attention; its weights are used, not copied, and
            must be changed in place.
        slots: Episodes that are sampled together.
        length: Longest stream of an episode, turns included.
        end_ids: Tokens that end a turn.
        text_over: Says of the ids of a turn whether they hold a complete block or answer; asked after each token. The
            policy may then still say an end token, and the turn is over in any case.
        block: Tokens between two looks at what was sampled.
        chunk: Rows and tokens that are read in one pass; with flash, as many slots and as many tokens together.
        static: Whether to compute all slots at fixed shapes, as CUDA graphs on a GPU; by default there alone.
        flash: Whether attention is torch's flash kernel; by default wherever it is there (CUDA, half precision).

    Raises:
        UnsupportedModel: the model has an architecture that slots can't serve.
    """

    def __init__(
        self,
        model: Any,
        *,
        slots: int,
        length: int,
        end_ids: Sequence[int] = (),
        text_over: Callable[[list[int]], bool] = lambda ids: False,
        block: int = BLOCK,
        chunk: tuple[int, int] = CHUNK,
        static: bool | None = None,
        flash: bool | None = None,
    ) -> None:
        require_supported(model)
        if static is None:
            static = next(model.parameters()).device.type == "cuda"
        if flash is None:
            flash = flash_is_available(model)
        self.length = length
        self.version = 0
        self.counts = TokenCounts()
        self.passes = Passes(model, slots, length, end_ids, block, chunk, static, flash)
        self._model = model
        self._end_ids = frozenset(end_ids)
        self._text_over = text_over
        self._table = SlotTable(slots)
        self._orders: dict[Hashable, int] = {}
        self._next_order = itertools.count()
        self._requests: list[Request] = []
        self._asked: deque[Request] = deque()  # since the last step, as what was finished
        self._finished: deque[Hashable] = deque()

    def turn(
        self, episode: Hashable, ids: Sequence[int], *, max_tokens: int, seed: int, temperature: float = 1.0
    ) -> "Future[Turn]":
        """Ask for the next turn of an episode; `step` works on it."""
        require_room(ids, max_tokens, self.length)
        if episode not in self._orders:
            self._orders[episode] = next(self._next_order)
        draft = Draft(max_tokens, self._end_ids, self._text_over, Turn(version=self.version))
        request = Request(self._orders[episode], episode, list(ids), seed % 2**63, temperature, draft)
        self._asked.append(request)
        return request.future

    def finish(self, episode: Hashable) -> None:
        """Free the slot of an episode that is over."""
        self._orders.pop(episode, None)
        self._finished.append(episode)

    def weights_changed(self) -> None:
        """Forget all keys and values: they belong to weights that are no more."""
        self.forget()
        self.version += 1

    def forget(self) -> None:
        """Sample as a new engine would, to the last bit: what lies in slots decides how the rest is read."""
        if self._table.running:
            raise R1ciError("Turns are being sampled: wait for them before the weights change.")
        self._table.forget()

    @property
    def pending(self) -> int:
        """Number of turns that were asked for and have not been given."""
        return len(self._asked) + len(self._requests) + len(self._table.running)

    def close(self) -> None:
        """Give back the memory and the graphs."""
        self.passes.graphs.clear()
        self.passes.memory.data = None

    def step(self) -> bool:
        """Start what waits, read what is new, and sample a block of tokens; return whether there was anything."""
        while self._finished:
            self._table.release(self._finished.popleft())
        while self._asked:
            self._requests.append(self._asked.popleft())
        started, self._requests, copies = self._table.admit(self._requests)
        running = self._table.running
        if not running:
            return False
        if self._model.training:
            self._model.eval()
        for source, target in copies:
            self._copy_prompt(source, [target])
        self._read(started)
        if started:
            self.passes.start(started)
        self._write(running)
        return True

    def _read(self, started: Sequence[Slot]) -> None:
        """Put all tokens but the last of each stream into memory."""
        while pending := [s for s in started if not s.source and s.filled < len(s.stream) - 1]:
            pieces = self.passes.cut(pending)
            self.passes.read(pieces)
            self.counts.reads += 1
            for piece in pieces:
                self._table.slots[piece.slot].filled += len(piece.ids)
                self.counts.read += len(piece.ids)
        readers: dict[Slot, list[Slot]] = {}
        for slot in started:
            if slot.source:
                readers.setdefault(slot.source, []).append(slot)
        for source, targets in readers.items():
            self._copy_prompt(source, targets)

    def _copy_prompt(self, source: Slot, targets: Sequence[Slot]) -> None:
        count = len(targets[0].stream) - 1
        self.passes.memory.copy(source.index, [target.index for target in targets], count)
        for target in targets:
            target.source, target.filled = None, count
            self.counts.copied += count

    def _write(self, running: Sequence[Slot]) -> None:
        ids, logprobs, positions = self.passes.write(max(len(slot.stream) for slot in running))
        self.counts.blocks += 1
        over: list[Request] = []
        stopped: list[int] = []
        for slot in running:
            request = slot.request
            assert request is not None
            count = positions[slot.index] + 1 - len(slot.stream)
            draft, before = request.draft, len(request.draft.turn.ids)
            ended = draft.extend(ids[slot.index][:count], logprobs[slot.index][:count])
            slot.stream += draft.turn.ids[before:]
            self.counts.sampled += len(draft.turn.ids) - before
            if ended:
                slot.request = None
                over.append(request)
                stopped.append(slot.index)
            slot.filled = len(slot.stream) - 1
        if stopped:
            self.passes.stop(stopped)
        for request in over:
            request.future.set_result(request.draft.turn)
