"""The pool's threads: what is cancelled, cannot start, is killed or dropped costs no more than it must."""

import asyncio
import concurrent.futures
import errno
import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from r1ci_env.sandbox_wasm import Sandbox, SandboxError, SandboxPool
from r1ci_env.sandbox_wasm.pool import crew

SHORT = "s = 0\nfor i in range(5000): s += i\nprint(s)"
SUM = f"{sum(range(5000))}\n"


def until(condition, seconds=30):
    """Whether something comes true within a generous time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


# What nobody waits for any more.


def test_cancelled_at_any_moment():
    with SandboxPool(1) as workers:
        workers.run("pass")
        for attempt in range(20):
            futures = [workers.submit(SHORT) for _ in range(40)]
            time.sleep(0.0005 * attempt)
            cancelled = [future.cancel() for future in futures]
            assert workers.submit("print(1)").result(timeout=60).stdout == "1\n"
            done, _ = concurrent.futures.wait(futures, timeout=60)
            assert len(done) == len(futures), "whoever waits for a cancelled block is told"
            for future, gone in zip(futures, cancelled, strict=True):
                assert future.cancelled() if gone else future.result().stdout == SUM


def test_awaited_for_too_short_a_time():
    async def main():
        with SandboxPool(2) as workers:
            for patience in (0.0, 0.001, 0.01):
                for _ in range(10):
                    waits = [asyncio.wait_for(workers.arun(SHORT), patience) for _ in range(64)]
                    for outcome in await asyncio.gather(*waits, return_exceptions=True):
                        assert isinstance(outcome, TimeoutError) or outcome.stdout == SUM
                    assert (await asyncio.wait_for(workers.arun("print(1)"), 60)).stdout == "1\n"

    asyncio.run(main())


INTERRUPTED = """
import os, signal, threading
from r1ci_env.sandbox_wasm import SandboxPool
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored
pool = SandboxPool(2)
pool.run("pass")
for delay in (0.02, 0.1, 0.3):
    threading.Timer(delay, lambda: os.killpg(0, signal.SIGINT)).start()  # a terminal sends it to all of the group
    try:
        while True:
            pool.run_many(["s = 0\\nfor i in range(8000): s += i\\nprint(s)"] * 3000)
    except KeyboardInterrupt:
        print("interrupted", pool.submit("print(2)").result(timeout=60).stdout, end="")
pool.close()
"""


INTERRUPTED_STARTS = """
import os, signal, threading, time
from r1ci_env.sandbox_wasm import SandboxPool
signal.signal(signal.SIGINT, lambda *_: None)
def interrupt():
    for pause in range(60):
        time.sleep(pause / 2000)
        os.killpg(0, signal.SIGINT)
interrupts = threading.Thread(target=interrupt)
interrupts.start()
while interrupts.is_alive():
    with SandboxPool(2) as pool:
        assert pool.run("print(1)").stdout == "1\\n"
"""


@pytest.mark.parametrize(("program", "printed"), [(INTERRUPTED, "interrupted 2\n" * 3), (INTERRUPTED_STARTS, "")])
def test_workers_leave_ctrl_c_to_their_parent(program, printed):
    arguments = [sys.executable, "-c", program]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=200, start_new_session=True)
    assert (done.stdout, done.stderr) == (printed, "")


def test_callbacks_may_raise_submit_and_close():
    workers = SandboxPool(1)
    seen = []

    def more(future):
        seen.append(workers.submit("print(2)"))
        with pytest.raises(SandboxError, match="callback"):
            workers.run("print(3)")
        with pytest.raises(SandboxError, match="callback"):
            workers.run_many(["print(3)"])
        sys.exit()

    first = workers.submit("import time; time.sleep(1); s = sum(range(3 * 10**6))")
    first.add_done_callback(more)
    first.result(timeout=60)
    assert until(lambda: seen) and seen[0].result(timeout=60).stdout == "2\n"
    last = workers.submit("s = sum(range(3 * 10**6)); print(4)")
    last.add_done_callback(lambda _: workers.close())
    assert last.result(timeout=60).stdout == "4\n"
    workers.close()


def test_callbacks_may_submit_to_a_full_queue(monkeypatch):
    monkeypatch.setattr(crew, "PENDING_PER_WORKER", 1)
    with SandboxPool(1) as workers:
        seen = []
        first = workers.submit("s = sum(range(3 * 10**6))")
        first.add_done_callback(lambda _: seen.extend(workers.submit("print(1)") for _ in range(5)))
        first.result(timeout=60)
        assert until(lambda: len(seen) == 5)
        assert {future.result(timeout=60).stdout for future in seen} == {"1\n"}


# Workers that cannot be started.


@pytest.fixture
def no_processes(monkeypatch):
    """Make starting a process fail until the end of the test, or until it is called."""

    def fail(*_, **__):
        raise OSError(fail.number, os.strerror(fail.number))

    fail.number = errno.EMFILE
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", fail)
    fail.end = lambda: monkeypatch.setattr(subprocess, "Popen", real)
    return fail


def test_starting_is_given_up_and_tried_anew(monkeypatch, no_processes):
    monkeypatch.setattr(crew, "START_PAUSES", (0.001,) * (crew.START_TRIES - 1))
    with SandboxPool(2) as workers:
        for number in (errno.EMFILE, errno.ENOMEM, errno.EAGAIN):
            no_processes.number = number
            with pytest.raises(SandboxError, match=f"in {crew.START_TRIES} tries.*{os.strerror(number)}"):
                workers.run("print(1)")
            with pytest.raises(SandboxError, match="could be started"):
                workers.run_many(["print(1)"] * 100)
        no_processes.end()
        assert [result.stdout for result in workers.run_many(["print(1)"] * 100)] == ["1\n"] * 100


def test_starting_is_tried_again_until_it_works(monkeypatch, no_processes):
    with SandboxPool(1) as workers:
        future = workers.submit("print(1)")
        time.sleep(0.3)
        no_processes.end()
        assert future.result(timeout=60).stdout == "1\n"


def test_a_pool_without_workers_can_be_closed(no_processes):
    workers = SandboxPool(1)
    future = workers.submit("print(1)")
    workers.close(cancel=True)
    assert future.cancelled()
    workers = SandboxPool(1)
    future = workers.submit("print(1)")
    workers.close()
    with pytest.raises(SandboxError, match="could be started"):
        future.result(timeout=0)


NO_DESCRIPTORS = """
import os, resource, time
from r1ci_env.sandbox_wasm import SandboxError, SandboxPool
pool = SandboxPool(1, recycle_after=1)
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
for _ in range(2):
    assert pool.run("print(1)").ok
    time.sleep(0.5)  # until the next worker is up
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) - 1, hard))
    assert pool.run("print(1)").ok  # by the worker that was up
    try:
        pool.submit("print(2)").result(timeout=60)
    except SandboxError as error:
        print("Too many open files" in str(error))
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    print(pool.submit("print(3)").result(timeout=60).stdout, end="")
before = len(os.listdir("/proc/self/fd"))
for _ in range(5):
    pool.run("pass")
time.sleep(0.5)
print(max(0, len(os.listdir("/proc/self/fd")) - before))  # what is closed late is no leak
pool.close()
"""


def test_without_descriptors():
    arguments = [sys.executable, "-c", NO_DESCRIPTORS]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=200)
    assert (done.stdout, done.stderr) == ("True\n3\n" * 2 + "0\n", "")


def test_no_threads(monkeypatch):
    def fail(self):
        raise RuntimeError("can't start new thread")

    before = threading.active_count()
    monkeypatch.setattr(threading.Thread, "start", fail)
    with pytest.raises(SandboxError, match="threads"):
        SandboxPool(2)
    monkeypatch.undo()
    assert threading.active_count() == before


# Workers that are lost.


def test_killed_while_they_start(own_workers):
    with SandboxPool(2) as workers:
        workers.run_many(["pass"] * 40)
        killed = set()

        def kill(count):
            while len(killed) < count:
                for pid in set(own_workers()) - killed:
                    os.kill(pid, signal.SIGKILL)
                    killed.add(pid)

        killer = threading.Thread(target=kill, args=(6,))
        killer.start()
        results = workers.run_many([f"s = sum(range(200000)); print({number})" for number in range(200)])
        killer.join()
        lost = [result for result in results if not result.ok]
        assert {result.status for result in lost} <= {"crash"} and len(lost) <= 2, "only what ran is lost"
        for number, result in enumerate(results):
            assert result in lost or result.stdout == f"{number}\n"


def test_starting_is_given_up_if_each_is_killed(monkeypatch, own_workers):
    monkeypatch.setattr(crew, "KILLED_TRIES", 20)
    with SandboxPool(1) as workers:
        workers.run("pass")
        real = crew.WorkerProcess.wait_until_ready

        def kill(self):
            self._process.kill()
            real(self)

        monkeypatch.setattr(crew.WorkerProcess, "wait_until_ready", kill)
        for pid in own_workers():
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(SandboxError, match="in 20 tries"):
            workers.run("print(1)")
        monkeypatch.undo()
        assert workers.run("print(1)").stdout == "1\n"


def test_blocks_that_were_not_begun_are_run_however_often_idle_workers_are_killed(own_workers):
    with SandboxPool(1) as workers:
        for _ in range(10):
            assert workers.run("print(1)").stdout == "1\n"
            for pid in own_workers():
                os.kill(pid, signal.SIGKILL)


def test_a_block_that_no_worker_can_take_costs_only_itself(monkeypatch):
    take = crew.WorkerProcess.send

    def send(self, blocks, wall_limit):
        if any("poison" in block.code for block in blocks):
            raise MemoryError
        take(self, blocks, wall_limit)

    monkeypatch.setattr(crew.WorkerProcess, "send", send)
    with SandboxPool(1) as workers:
        results = workers.run_many(["print(1)"] * 20 + ["poison"] + ["print(1)"] * 20)
    assert [result.status for result in results] == ["ok"] * 20 + ["crash"] + ["ok"] * 20
    assert "MemoryError" in results[20].error and f"{crew.MAX_LOSSES} tries" in results[20].error


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"results": [], "given_back": 10**9},
        {"results": [["", "", "", 0, "ok", 0.0]] * 99, "given_back": 0},
        {"results": [[1]], "given_back": 0},
        {"results": 5, "given_back": "x"},
    ],
)
def test_a_worker_that_answers_nonsense_is_replaced(monkeypatch, message):
    answers = iter([{"ready": True}, message])
    real = crew.WorkerProcess._receive
    monkeypatch.setattr(crew.WorkerProcess, "_receive", lambda self, limit: next(answers, None) or real(self, limit))
    with SandboxPool(1) as workers:
        results = workers.run_many(["print(1)"] * 20)
    assert len(results) == 20 and {result.status for result in results} <= {"ok", "crash"}
    assert sum(result.ok for result in results) > 1


# Dropped without being closed.


def test_dropped_sandboxes_end_their_threads_and_descriptors():
    def use():
        sandbox = Sandbox()
        assert sandbox.run("print(1)").ok
        Sandbox(persistent=True).run("x = 1")
        Sandbox()

    use()
    gc.collect()
    time.sleep(0.5)
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        use()
    gc.collect()
    assert until(lambda: threading.active_count() <= threads)
    assert len(os.listdir("/proc/self/fd")) <= descriptors


def test_dropped_pools_end_their_threads_descriptors_and_processes(own_workers):
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    futures = []
    for _ in range(3):
        workers = SandboxPool(2)
        assert workers.run("print(1)").ok
        futures += [workers.submit(f"print({number})") for number in range(50)]
        SandboxPool(1)
        del workers
    gc.collect()
    assert [future.result(timeout=60).stdout for future in futures] == [f"{number}\n" for number in range(50)] * 3
    assert until(lambda: threading.active_count() <= threads and not own_workers())
    assert len(os.listdir("/proc/self/fd")) <= descriptors


DROPPED = """
from r1ci_env.sandbox_wasm import Sandbox, SandboxPool
Sandbox().run("pass")
sandbox = Sandbox()
pool = SandboxPool(1)
pool.run("pass")
futures = [pool.submit("while True: pass", timeout=60) for _ in range(9)]
print("end", flush=True)
"""


def test_a_process_that_closes_nothing_ends_at_once():
    done = subprocess.run([sys.executable, "-c", DROPPED], capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")


def test_memory_of_a_dropped_sandbox_is_given_back():
    size = lambda: int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()  # noqa: E731
    for _ in range(2):
        Sandbox().run("pass")
    before = size()
    for _ in range(5):
        Sandbox().run("pass")
    assert until(lambda: size() < before + (1 << 30)), "each maps several GiB of addresses"
