"""Which episode has which slot, and what of its stream is in memory."""

from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from r1ci_env.reference_trainer.engines.draft import Draft
from r1ci_env.reference_trainer.engines.interface import Turn


@dataclass(slots=True, eq=False)
class Request:
    """A turn that was asked for; see `Engine.turn`.

    Attributes:
        order: Place of the episode among all that ever came: the earlier is served first.
        draft: What was sampled so far.
    """

    order: int
    episode: Hashable
    ids: list[int]
    seed: int
    temperature: float
    draft: Draft
    future: "Future[Turn]" = field(default_factory=Future)


@dataclass(slots=True, eq=False)
class Slot:
    """A place for one stream.

    Attributes:
        index: Its number.
        episode: Who has it.
        stream: The ids that it holds or is to hold.
        filled: How many of them are in memory; always fewer than all, since the last is what sampling begins with.
        prompt: The first stream of the episode.
        request: The turn that is being sampled.
        source: Another slot that is about to read the same prompt, from which it will be copied.
    """

    index: int
    episode: Hashable = None
    stream: list[int] = field(default_factory=list)
    filled: int = 0
    prompt: tuple[int, ...] = ()
    request: Request | None = None
    source: "Slot | None" = None


class SlotTable:
    """Gives episodes a slot from their first turn until they are finished.

    Everything is decided by the order in which episodes first came, so that the same turns asked for in another
    order have the same slots and neighbours.
    """

    def __init__(self, count: int) -> None:
        self.slots = [Slot(i) for i in range(count)]
        self._free = list(self.slots)
        self._of: dict[Hashable, Slot] = {}
        self._prompts: dict[tuple[int, ...], Slot] = {}

    @property
    def running(self) -> list[Slot]:
        """The slots in which a turn is being sampled."""
        return [slot for slot in self.slots if slot.request]

    def release(self, episode: Hashable) -> None:
        """Free the slot of an episode, if it has one."""
        slot = self._of.pop(episode, None)
        if slot is not None:
            slot.episode = None
            self._free.append(slot)

    def forget(self) -> None:
        """Take it that memory holds nothing."""
        self._prompts.clear()
        for slot in self.slots:
            slot.filled = 0

    def admit(self, requests: Sequence[Request]) -> tuple[list[Slot], list[Request], list[tuple[Slot, Slot]]]:
        """Begin the turns for which there is a slot.

        Returns:
            The slots whose turns began; the requests that wait; and pairs of slots, of which the second is to get
            a copy of what the first holds of the prompt, all but its last token.
        """
        if requests and not self._free and not self.running and not any(r.episode in self._of for r in requests):
            # Episodes that have slots ask for nothing, others wait: the oldest loses its slot, and nothing else.
            self.release(next(iter(self._of)))
        started: list[Slot] = []
        waiting: list[Request] = []
        copies: list[tuple[Slot, Slot]] = []
        for request in sorted(requests, key=lambda r: r.order):
            slot = self._of.get(request.episode) or self._take(request.episode)
            if slot is None or slot.request:
                waiting.append(request)
                continue
            slot.filled = min(slot.filled, common_length(slot.stream, request.ids), len(request.ids) - 1)
            slot.stream, slot.request = request.ids, request
            if not slot.prompt and slot.filled < len(slot.stream) - 1:
                slot.prompt = tuple(slot.stream)
                copies += self._share_prompt(slot)
            started.append(slot)
        return started, waiting, copies

    def _take(self, episode: Hashable) -> Slot | None:
        if not self._free:
            return None
        slot = min(self._free, key=lambda free: free.index)
        self._free.remove(slot)
        self._of[episode] = slot
        slot.episode = episode
        if self._prompts.get(slot.prompt) is slot:
            del self._prompts[slot.prompt]
        slot.prompt = ()
        return slot

    def _share_prompt(self, slot: Slot) -> list[tuple[Slot, Slot]]:
        """Look for a slot with the same prompt: to copy from at once, or when it has read it."""
        source, count = self._prompts.setdefault(slot.prompt, slot), len(slot.stream) - 1
        if source is slot or source.stream[:count] != slot.stream[:count]:
            return []
        if source.filled >= count:
            slot.filled = count
            return [(source, slot)]
        if source.request:
            slot.source = source
        return []


def common_length(a: Sequence[int], b: Sequence[int]) -> int:
    """Return how many ids two streams begin with in common."""
    if a == b[: len(a)]:
        return len(a)
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
