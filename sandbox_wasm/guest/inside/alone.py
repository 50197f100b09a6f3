"""There is one thread: whoever waits for another waits for ever, and is told so where that is possible."""

import threading
import time


def _wait(self, timeout=None):
    """`threading.Condition.wait` where nobody can notify; events, semaphores, barriers and queues wait by it."""
    if not self._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    if timeout is None:
        raise RuntimeError("deadlock: this waits for another thread, and there are no threads in this sandbox")
    time.sleep(max(timeout, 0))
    return False


threading.Condition.wait = _wait
