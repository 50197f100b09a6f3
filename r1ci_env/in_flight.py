"""Turns that have been sent and not received: their code runs meanwhile."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm import ExecResult

Back: TypeAlias = "Future[ExecResult | None]"


class TurnsInFlight:
    """The turns of numbered environments, at most one of each, that come back in whatever order their code ends.

    `send` and `discard` may be called while another thread waits in `receive`.

    Args:
        submit: Has a program run, and returns at once.
    """

    def __init__(self, submit: "Callable[[str], Future[ExecResult]]") -> None:
        self._submit = submit
        self._sent: dict[int, Back] = {}
        self._back: SimpleQueue[tuple[int, Back]] = SimpleQueue()

    def __len__(self) -> int:
        return len(self._sent)

    def __contains__(self, number: int) -> bool:
        return number in self._sent

    def send(self, number: int, program: str | None) -> None:
        """Send a turn; without a program it is back at once. That a program cannot be run is told when it is back."""
        future: Future[Any] = Future()
        if program is None:
            future.set_result(None)
        else:
            try:
                future = self._submit(program)
            except Exception as error:
                future.set_exception(error)
        self._sent[number] = future
        future.add_done_callback(lambda done: self._back.put((number, done)))

    def receive(self, count: int) -> dict[int, Back]:
        """Wait until so many turns are back, or all that there are, and return those that are, by number."""
        received: dict[int, Back] = {}
        while (self._sent and len(received) < count) or not self._back.empty():
            number, future = self._back.get()
            if self._sent.get(number) is future:  # and has not been discarded
                received[number] = future
                del self._sent[number]
        return dict(sorted(received.items()))

    def discard(self, number: int) -> None:
        """Give up a turn: it does not come back."""
        future = self._sent.pop(number, None)
        if future is not None:
            future.cancel()
            self._back.put((number, future))  # for who waits to see that there is one less
