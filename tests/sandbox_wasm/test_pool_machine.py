"""The pool against a simple model: whatever is done to it, in whatever order, every block ends as it may."""

import os
import signal
import time
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from r1ci_env.sandbox_wasm import SandboxClosedError, SandboxPool

PATIENCE = 120
"""Seconds after which a block that has not ended is taken to have been forgotten."""


@dataclass
class Sent:
    """A block that was sent, and what the model says of it."""

    future: Any
    status: str
    stdout: str
    kills: int  # how many workers had been killed by then
    cancelled: bool = False


class PoolMachine(RuleBasedStateMachine):
    """The model: a block ends as it does alone, unless it was cancelled, or a worker was killed since it was sent."""

    worker_processes: Any

    @initialize(workers=st.integers(1, 2), recycle_after=st.sampled_from([3, 10_000]))
    def open(self, workers, recycle_after):
        self.before = set(self.worker_processes())
        self.pool = SandboxPool(workers, recycle_after=recycle_after, timeout=20)
        self.sent, self.number, self.kills, self.closed = [], 0, 0, False

    def send(self, code, status, stdout, **options):
        try:
            future = self.pool.submit(code, **options)
        except SandboxClosedError:
            assert self.closed
        else:
            assert not self.closed
            self.sent.append(Sent(future, status, stdout, self.kills))

    @rule(count=st.sampled_from([1, 3, 20]), work=st.sampled_from([0, 10_000]))
    def submit(self, count, work):
        for _ in range(count):
            self.number += 1
            self.send(f"for i in range({work}): pass\nprint({self.number})", "ok", f"{self.number}\n")

    @rule()
    def submit_what_fails(self):
        self.send("1 / 0", "error", "")

    @rule()
    def submit_what_crashes(self):
        self.send("import os; print(1); os.abort()", "crash", "1\n")

    @rule()
    def submit_what_takes_too_long(self):
        self.send("while True: pass", "timeout", "", timeout=0.05)

    @rule(wrong=st.sampled_from([{"timeout": float("inf")}, {"seed": "x"}, {"files": {"a": print}}]))
    def submit_what_is_wrong(self, wrong):
        with pytest.raises((TypeError, ValueError)):
            self.pool.submit("1", **wrong)

    @rule(data=st.data())
    @precondition(lambda self: self.sent)
    def cancel(self, data):
        for sent in data.draw(st.lists(st.sampled_from(self.sent), max_size=20, unique_by=id)):
            sent.cancelled |= sent.future.cancel()

    @rule(which=st.integers(0, 1))
    def kill(self, which):
        """Kill a worker of any age, one that is just starting included."""
        running = sorted(set(self.worker_processes()) - self.before)
        if running:  # how many there are is a matter of time, of which what is drawn must not depend
            os.kill(running[which % len(running)], signal.SIGKILL)
            self.kills += 1

    @rule(seconds=st.sampled_from([0.01, 0.1, 0.4]))
    def go_on(self, seconds):
        time.sleep(seconds)

    @rule()
    def wait(self):
        self.check()

    @rule()
    @precondition(lambda self: not self.closed)
    def batch(self):
        kills = self.kills
        results = self.pool.run_many([f"print({number})" for number in range(40)])
        assert [result.stdout for result in results] == [f"{number}\n" for number in range(40)]
        assert kills == self.kills

    @rule()
    def fork(self):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                expected = ["1\n", "2\n"]
                try:
                    results = self.pool.run_many(["print(1)", "print(2)"])
                    status = 0 if [result.stdout for result in results] == expected and not self.closed else 2
                except SandboxClosedError:
                    status = 0 if self.closed else 3
                self.pool.close(cancel=True)
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    @rule(cancel=st.booleans())
    def close(self, cancel):
        self.pool.close(cancel=cancel)
        if not self.closed:
            self.closed = True
            assert all(sent.future.done() for sent in self.sent)
            if cancel:
                for sent in self.sent:
                    sent.cancelled = sent.future.cancelled()
        assert not set(self.worker_processes()) - self.before

    @invariant()
    def nothing_ends_otherwise_than_it_may(self):
        for sent in getattr(self, "sent", []):
            if sent.future.done():
                self.judge(sent)

    def check(self):
        for sent in self.sent:
            if not sent.cancelled:
                sent.future.result(timeout=PATIENCE)
        crashed = sum(not sent.cancelled and sent.future.result().status != sent.status for sent in self.sent)
        assert crashed <= self.kills, "a worker that is killed costs one block at most"

    def judge(self, sent):
        if sent.cancelled:
            assert sent.future.cancelled()
            return
        result = sent.future.result(timeout=0)
        if (result.status, result.stdout) != (sent.status, sent.stdout):
            assert result.status == "crash" and self.kills > sent.kills, result

    def teardown(self):
        if hasattr(self, "pool"):
            self.check()
            self.nothing_ends_otherwise_than_it_may()
            self.pool.close()


def test_the_pool_does_as_the_model_says(worker_processes, scale):
    PoolMachine.worker_processes = staticmethod(worker_processes)
    run_state_machine_as_test(
        PoolMachine,
        settings=settings(
            max_examples=scale(3, 200),
            stateful_step_count=scale(15, 30),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
