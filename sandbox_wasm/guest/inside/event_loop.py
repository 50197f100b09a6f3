"""An asyncio event loop that works where there are no sockets: it waits for timers only."""

import asyncio
import selectors
import time


class _Selector(selectors.BaseSelector):
    """Waits for time only: there is nothing else to wait for in here."""

    def __init__(self):
        self._keys = {}

    def register(self, fileobj, events, data=None):
        self._keys[fileobj] = key = selectors.SelectorKey(fileobj, -1, events, data)
        return key

    def unregister(self, fileobj):
        return self._keys.pop(fileobj)

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("deadlock: every task waits and no timer is set")
        if timeout > 0:
            time.sleep(timeout)
        return []

    def get_map(self):
        return self._keys


class _EventLoop(asyncio.SelectorEventLoop):
    """An event loop without the socket pair that wakes it from other threads: there are none."""

    def __init__(self, selector=None):
        super().__init__(_Selector())

    def _make_self_pipe(self):
        self._ssock = self._csock = None

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        pass


asyncio.SelectorEventLoop = asyncio.EventLoop = _EventLoop
for module in (asyncio, asyncio.events, asyncio.runners.events):
    module.new_event_loop = _EventLoop
