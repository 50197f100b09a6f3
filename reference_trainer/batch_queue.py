"""The batches of a run, in order: each played when its step begins, or while the update before is computed.

The latter is one step off: the batch is sampled with the weights from before that update, by an engine that has them
apart from the trainer's. So generation and training take the time of the longer one, instead of both.
"""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager

from r1ci_env.errors import BadOption
from r1ci_env.reference_trainer import distributed
from r1ci_env.reference_trainer.batch import Batch


def require_weights_apart(local: bool) -> None:
    """Raise `BadOption` if the engine is the local one, which has no weights but those that an update writes."""
    if local:
        raise BadOption(
            "grpo.one_step_off=true needs engine=vllm: the local engine samples from the weights that the update is "
            "writing meanwhile. Name servers with vllm.urls, or what starts one with vllm.command."
        )


class BatchQueue:
    """Yields steps and their batches.

    Args:
        play: Plays the batch of a step, counted from 0.
        steps: The steps.
        thread: A single thread that plays the next batch from when one is yielded; None plays when one is asked for.
        deadline: Of `time.perf_counter`; no batch is begun whose step would probably end after it.
    """

    def __init__(
        self, play: Callable[[int], Batch], steps: range, thread: Executor | None = None, deadline: float = math.inf
    ) -> None:
        self._play = play
        self._steps = steps
        self._thread = thread
        self._deadline = deadline
        self._next: Future[Batch] | None = None

    def __iter__(self) -> Iterator[tuple[int, Batch]]:
        """Yield each step with its batch."""
        return self._in_turn() if self._thread is None else self._ahead(self._thread)

    def _in_turn(self) -> Iterator[tuple[int, Batch]]:
        for step in self._steps:
            began = time.perf_counter()
            yield step, self._play(step)
            if self._is_too_late(began, 1):
                return

    def _ahead(self, thread: Executor) -> Iterator[tuple[int, Batch]]:
        began = time.perf_counter()
        for step in self._steps:
            batch = self._next.result() if self._next else self._play(step)
            last = step + 1 not in self._steps or self._is_too_late(began, 2)
            began = time.perf_counter()
            self._next = None if last else thread.submit(self._play, step + 1)
            yield step, batch
            if last:
                return

    def wait(self) -> float:
        """Wait until nothing is being sampled, as must be before weights change; return the seconds that it took.

        Raises:
            Exception: what playing has raised.
        """
        began = time.perf_counter()
        if self._next is not None:
            self._next.result()
        return time.perf_counter() - began

    @contextmanager
    def told_of(self) -> Iterator[None]:
        """Let whoever is told of an error in an update also be told that the batch beside it had failed by then."""
        try:
            yield
        except Exception as error:
            beside = self._next
            if beside is not None and beside.done() and not beside.cancelled() and (other := beside.exception()):
                error.add_note(f"The next batch, which was played meanwhile, failed too: {other}")
            raise

    def _is_too_late(self, began: float, steps: int) -> bool:
        """Whether so many steps more, as long as the one from ``began`` till now, would end after the deadline."""
        now = time.perf_counter()
        return distributed.first(lambda: now + steps * (now - began) > self._deadline)
