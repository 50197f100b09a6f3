"""The thread that runs the guest: one with a stack big enough for the deepest recursion it allows."""

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from r1ci_env.sandbox_wasm.run import runtime
from r1ci_env.sandbox_wasm.run.thread_stack import ThreadStack

T = TypeVar("T")

STACK_SIZE = runtime.WASM_STACK_SIZE + (64 << 20)
"""Bytes of address space; only what is used becomes memory."""

_stack_size_lock = threading.Lock()


class _Call(Generic[T]):
    def __init__(self, function: Callable[[], T]) -> None:
        self.function = function
        self.done = threading.Lock()
        self.done.acquire()
        self.finished = False
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.function()
        except BaseException as error:
            self.error = error
        finally:
            self.finished = True
            self.done.release()

    def stop(self, interrupt: Callable[[], None]) -> None:
        """Interrupt it and wait for the end; let nobody out before that, not even by Ctrl-C."""
        pressed: KeyboardInterrupt | None = None
        while not self.finished:
            try:
                interrupt()
                self.done.acquire(timeout=0.1)
            except KeyboardInterrupt as error:
                pressed = error
        if pressed is not None:
            raise pressed


class GuestThread:
    """Runs one function at a time on a thread of its own, and knows the CPU time it takes."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[_Call[Any] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="sandbox guest", daemon=True)
        with _stack_size_lock:
            previous = threading.stack_size(STACK_SIZE)
            try:
                self._thread.start()
            finally:
                threading.stack_size(previous)

    def _serve(self) -> None:
        stack = ThreadStack()
        while (call := self._calls.get()) is not None:
            call.run()
            del call
            stack.give_back()

    def cpu_time(self) -> float:
        """CPU time of the thread in seconds; wall time where the system does not tell."""
        if hasattr(time, "pthread_getcpuclockid") and self._thread.ident is not None:
            return time.clock_gettime(time.pthread_getcpuclockid(self._thread.ident))
        return time.monotonic()

    def call(
        self,
        function: Callable[[], T],
        *,
        cpu: float = float("inf"),
        wall: float = float("inf"),
        interrupt: Callable[[], None] = lambda: None,
    ) -> tuple[T, bool]:
        """Run `function` on the thread and wait for it.

        Args:
            function: What to run.
            cpu: CPU seconds after which to call `interrupt`.
            wall: Wall seconds after which to call `interrupt`.
            interrupt: Makes the function end soon; called again as long as it does not. Also called when the wait
                is broken off, as by Ctrl-C, so that the thread is free again when the exception gets out.

        Returns:
            What the function returned, and whether it was interrupted for taking too long.
        """
        call = _Call(function)
        cpu_end, wall_end = self.cpu_time() + cpu, time.monotonic() + wall
        self._calls.put(call)
        late = False
        try:
            while not late:
                patience = min(cpu_end - self.cpu_time(), wall_end - time.monotonic())
                if patience <= 0:
                    late = True
                elif call.done.acquire(timeout=min(patience, threading.TIMEOUT_MAX)):
                    break
        except BaseException:
            call.stop(interrupt)
            raise
        if late:
            call.stop(interrupt)
        if call.error is not None:
            raise call.error
        return call.result, late  # type: ignore[return-value]

    def stop(self) -> None:
        """End the thread after the call it is in."""
        self._calls.put(None)
