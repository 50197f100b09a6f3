"""Work for several processes, which Ctrl-C ends at once and without a word of theirs."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")


def in_processes(function: Callable[..., Result], arguments: Sequence[tuple[Any, ...]], count: int) -> Iterator[Result]:
    """Call a function with each of ``arguments`` in worker processes; yield the results in order.

    Args:
        function: A function at the top level of a module.
        arguments: What it is called with.
        count: Processes at most.

    Raises:
        BrokenProcessPool: a process was killed.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(count, max(len(arguments), 1)), context, _end_with_parent)
    try:
        with _ctrl_c_ignored():
            jobs = [pool.submit(function, *each) for each in arguments]
        for job in jobs:
            yield job.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    pool.shutdown()


def _end_with_parent() -> None:
    """End this process with the one that started it, which may be killed: nobody else would tell it."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def wait() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=wait, daemon=True).start()


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    """Ignore Ctrl-C, and have the processes that are started meanwhile ignore it for good: it is their parent's."""
    if threading.current_thread() is not threading.main_thread():  # the only one that may say so
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
