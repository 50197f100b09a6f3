"""The pool: order, limits, replacement of workers, and living together with other processes."""

import asyncio
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from r1ci_env.sandbox_wasm import Block, SandboxClosedError, SandboxPool
from r1ci_env.sandbox_wasm.pool import crew


@pytest.fixture(scope="module")
def workers():
    with SandboxPool(2, timeout=5) as workers:
        yield workers


def gone(pid, seconds=30):
    """Whether a process ends within a generous time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def test_results_come_in_order(workers):
    results = workers.run_many([f"print({number})" for number in range(50)])
    assert [result.stdout for result in results] == [f"{number}\n" for number in range(50)]


def test_options_of_single_blocks(workers):
    blocks = [
        Block("print(input())", stdin="text\n"),
        Block("print(open('a.txt').read())", files={"a.txt": b"content"}),
        Block("while True: pass", timeout=0.2),
        "print(1)",
        Block("import os; print(os.urandom(2).hex())", seed=5),
        Block("import os; print(os.urandom(2).hex())", seed=5),
        Block("import os; print(os.urandom(2).hex())", seed=6),
    ]
    results = workers.run_many(blocks)
    assert [result.stdout for result in results[:4]] == ["text\n", "content\n", "", "1\n"]
    assert results[2].status == "timeout"
    assert results[4].stdout == results[5].stdout != results[6].stdout


def test_a_worker_is_replaced_after_as_many_blocks_as_it_has_run(own_workers):
    with SandboxPool(1, recycle_after=30, timeout=20) as pool:
        pool.run("print(1)")
        first = own_workers()
        pool.run_many(["for i in range(300_000): pass"] * 28)  # long ones: those behind are handed back, and out again
        assert own_workers() == first
        pool.run("print(1)")
        pool.run("print(1)")
        assert own_workers() != first


def test_a_bomb_costs_only_itself(workers):
    bombs = [
        "while True: pass",
        "import os; os.abort()",
        "x = [bytes(1 << 20) for _ in range(9999)]",
        "while True: print('x' * 9999)",
    ]
    codes = [code for bomb in bombs for code in (bomb, "print('alive')")]
    results = workers.run_many(codes, timeout=2)
    assert [result.status for result in results[::2]] == ["timeout", "crash", "memory", "output"]
    assert [result.stdout for result in results[1::2]] == ["alive\n"] * 4


def test_seeds(workers):
    code = "import random; print(random.random())"
    first = workers.run_many([code] * 3, seeds=[1, 2, 1])
    assert first[0].stdout == first[2].stdout != first[1].stdout
    with pytest.raises(ValueError):
        workers.run_many([code], seeds=[1, 2])


def test_futures(workers):
    futures = [workers.submit(f"print({number})") for number in range(5)]
    assert [future.result().stdout for future in futures] == [f"{number}\n" for number in range(5)]


def test_asyncio(workers):
    async def main():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.01)

        ticker = asyncio.create_task(tick())
        results = await asyncio.gather(*(workers.arun(f"print({number})") for number in range(20)))
        await workers.arun("while True: pass", timeout=0.5)
        ticker.cancel()
        return results, ticks

    results, ticks = asyncio.run(main())
    assert [result.stdout for result in results] == [f"{number}\n" for number in range(20)]
    assert ticks > 5, "the event loop was blocked"


def test_more_blocks_than_may_wait(monkeypatch):
    monkeypatch.setattr(crew, "PENDING_PER_WORKER", 4)
    with SandboxPool(1) as workers:
        assert len(workers.run_many(["print(1)"] * 30)) == 30

        async def main():
            return await asyncio.gather(*(workers.arun("print(2)") for _ in range(30)))

        assert {result.stdout for result in asyncio.run(main())} == {"2\n"}


def test_wrong_options_are_raised_where_they_are_asked_for(workers):
    with pytest.raises(ValueError, match="timeout"):
        workers.run("print(1)", timeout=-1)
    with pytest.raises(ValueError, match="memory"):
        workers.run("print(1)", memory=5)
    with pytest.raises(ValueError):
        SandboxPool(0)
    with pytest.raises(ValueError):
        SandboxPool(1, timeout=0)
    assert workers.run("print(1)").stdout == "1\n"


def test_a_killed_worker_is_replaced(own_workers):
    with SandboxPool(1) as workers:
        assert workers.run("print(1)").ok
        (pid,) = own_workers()
        future = workers.submit("while True: pass", timeout=20)
        while not future.running():
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(pid, signal.SIGKILL)
        result = future.result()
        assert (result.status, result.exit_code) == ("crash", 134)
        assert workers.run("print(2)").stdout == "2\n"
        assert pid not in own_workers()


def test_no_block_is_lost_with_an_idle_worker(own_workers):
    with SandboxPool(1) as workers:
        for _ in range(3):
            assert workers.run("print(1)").stdout == "1\n"
            (pid,) = own_workers()
            os.kill(pid, signal.SIGKILL)
            process = Path(f"/proc/{pid}")
            while len(list((process / "task").iterdir())) > 1 or ") Z " not in (process / "stat").read_text():
                time.sleep(0.01)  # until its pipes are closed, which its last thread does


def test_a_worker_that_does_not_answer_is_killed(monkeypatch, own_workers):
    monkeypatch.setattr(crew, "KILL_GRACE", 0.5)
    with SandboxPool(1) as workers:
        assert workers.run("print(1)").ok
        (pid,) = own_workers()
        future = workers.submit("while True: pass", timeout=0.5)
        while not future.running():
            time.sleep(0.01)
        time.sleep(0.2)
        os.kill(pid, signal.SIGSTOP)
        result = future.result()
        assert (result.status, result.exit_code) == ("timeout", 124)
        assert gone(pid)
        assert workers.run("print(2)").stdout == "2\n"


def test_blocks_behind_a_long_one_are_run_by_another_worker(own_workers):
    with SandboxPool(2) as workers:
        workers.run_many(["pass"] * 4)
        long = workers.submit("while True: pass", timeout=120)
        quick = [workers.submit(f"print({number})") for number in range(100)]
        assert [future.result().stdout for future in quick] == [f"{number}\n" for number in range(100)]
        assert not long.done()
        for pid in own_workers():
            os.kill(pid, signal.SIGKILL)
        assert long.result().status == "crash"
        mixed = ["while True: pass", *(f"print({number})" for number in range(30))]
        results = workers.run_many(mixed, timeout=0.5)
        assert [result.stdout for result in results[1:]] == [f"{number}\n" for number in range(30)]
        assert results[0].status == "timeout"


def test_only_the_block_that_was_running_is_lost_with_a_worker(own_workers):
    with SandboxPool(1) as workers:
        workers.run("pass")
        (pid,) = own_workers()
        futures = [workers.submit(code, timeout=20) for code in ("while True: pass", *["print(1)"] * 5)]
        while not futures[0].running():
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(pid, signal.SIGKILL)
        assert [future.result().status for future in futures] == ["crash"] + ["ok"] * 5


def test_blocks_of_a_worker_that_says_nothing_are_run_by_another(monkeypatch, own_workers):
    monkeypatch.setattr(crew, "KILL_GRACE", 0.5)
    with SandboxPool(1) as workers:
        workers.run("pass")
        for count in (1, 8):
            (pid,) = own_workers()
            os.kill(pid, signal.SIGSTOP)
            results = workers.run_many([f"print({number})" for number in range(count)], timeout=0.1)
            assert [result.status for result in results] == ["ok"] * count
            assert gone(pid)


def test_a_worker_that_does_not_read_is_killed(monkeypatch, own_workers):
    monkeypatch.setattr(crew, "KILL_GRACE", 0.5)
    with SandboxPool(1) as workers:
        workers.run("pass")
        (pid,) = own_workers()
        os.kill(pid, signal.SIGSTOP)
        assert workers.run("print(len(input()))", stdin="x" * (4 << 20), timeout=1).stdout == f"{4 << 20}\n"


def test_workers_are_recycled(own_workers):
    with SandboxPool(1, recycle_after=3) as workers:
        seen = set()
        for _ in range(7):
            assert workers.run("print(1)").stdout == "1\n"
            seen |= set(own_workers())
        assert len(seen) == 3


def test_close_need_not_wait_for_what_runs():
    pool = SandboxPool(1)
    pool.run("1")
    running = pool.submit("while True: pass", timeout=2)
    while not running.running():
        time.sleep(0.01)
    waiting = pool.submit("1")
    pool.close(cancel=True, wait=False)
    assert not running.done()
    assert waiting.cancelled()
    assert running.result().status == "timeout"
    pool.close()


def test_close_finishes_what_waits_and_ends_the_workers(own_workers):
    workers = SandboxPool(2)
    futures = [workers.submit(f"print({number})") for number in range(20)]
    workers.run("print(1)")
    processes = own_workers()
    assert len(processes) == 2
    workers.close()
    workers.close()
    assert [future.result().stdout for future in futures] == [f"{number}\n" for number in range(20)]
    assert all(gone(pid) for pid in processes)
    with pytest.raises(SandboxClosedError):
        workers.run("print(1)")


def test_an_error_inside_with_gives_up_what_waits():
    with pytest.raises(RuntimeError), SandboxPool(1) as workers:
        futures = [workers.submit("while True: pass", timeout=0.5) for _ in range(50)]
        raise RuntimeError
    assert sum(future.cancelled() for future in futures) > 40


def test_pickled(workers):
    with pickle.loads(pickle.dumps(workers)) as twin:
        assert twin.workers == 2
        assert twin.run("print(1)").stdout == "1\n"


PARENT = """
import sys, time
from r1ci_env.sandbox_wasm import SandboxPool
pool = SandboxPool(2)
pool.run_many(["print(1)"] * 4)
futures = [pool.submit("while True: pass", timeout=60) for _ in range(2)]
print("up", flush=True)
time.sleep(600)
"""


def test_workers_end_with_a_parent_that_is_killed(worker_processes):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "up\n"
    pids = worker_processes(parent.pid)
    assert len(pids) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert all(gone(pid) for pid in pids)


SCRIPT = """
import multiprocessing, sys
from r1ci_env.sandbox_wasm import SandboxPool, shared_sandbox

def use(_):
    with SandboxPool(1) as pool:
        return pool.run("print(6 * 7)").stdout + shared_sandbox().run("print(1)").stdout

if __name__ == "__main__":
    shared_sandbox().run("print(0)")
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as processes:  # daemons, as a DataLoader's workers are
        assert processes.map(use, range(3)) == ["42\\n1\\n"] * 3
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_inside_processes_started_by(method, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, str(script), method], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_a_pool_made_before_a_fork_works_in_the_child(workers):
    assert workers.run("print(1)").ok
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if workers.run_many(["print(1)", "print(2)"])[1].stdout == "2\n" else 2
            workers.close()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert workers.run("print(3)").stdout == "3\n"


def test_inside_a_data_loader(tmp_path):
    data = pytest.importorskip("torch.utils.data")

    class Blocks(data.Dataset):
        def __init__(self):
            self.pool = SandboxPool(1)

        def __len__(self):
            return 4

        def __getitem__(self, index):
            return int(self.pool.run(f"print({index} * 2)").stdout)

    blocks = Blocks()
    loader = data.DataLoader(blocks, batch_size=2, num_workers=2)
    assert [batch.tolist() for batch in loader] == [[0, 2], [4, 6]]
    blocks.pool.close()
