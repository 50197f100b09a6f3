"""The pool's queue: order, shares, giving up."""

import sys
import threading
from concurrent.futures import wait

import pytest

from r1ci_env.sandbox_wasm import Block, ExecResult, SandboxClosedError, SandboxError
from r1ci_env.sandbox_wasm.pool.job_queue import MAX_SHARE, Job, JobQueue


def jobs(count):
    return [Job(Block(f"print({number})")) for number in range(count)]


def test_shares_come_in_order_and_become_smaller():
    queue, all_jobs = JobQueue(2, 1000), jobs(100)
    queue.put(all_jobs)
    queue.close(cancel=False)
    shares = []
    while share := queue.take():
        shares.append(share)
    assert [job for share in shares for job in share] == all_jobs
    sizes = [len(share) for share in shares]
    assert sizes[0] == MAX_SHARE and sizes[-1] == 1 and sizes == sorted(sizes, reverse=True)


def test_what_is_put_back_comes_first():
    queue, all_jobs = JobQueue(1, 1000), jobs(9)
    queue.put(all_jobs)
    first = queue.take()
    queue.put_back(first)
    assert queue.take()[0] is first[0] is all_jobs[0]


def test_a_job_a_worker_was_lost_with_is_handed_out_alone():
    queue, all_jobs = JobQueue(1, 1000), jobs(8)
    all_jobs[0].losses = all_jobs[2].losses = 1
    queue.put(all_jobs)
    assert [len(queue.take()) for _ in range(3)] == [1, 1, 1]


def test_cancelled_jobs_are_not_handed_out():
    queue, all_jobs = JobQueue(1, 1000), jobs(3)
    all_jobs[0].future.cancel()
    queue.put(all_jobs)
    assert queue.take()[0] is all_jobs[1]


def test_a_result_nobody_waits_for_is_dropped():
    (job,) = jobs(1)
    job.future.cancel()
    job.settle(ValueError())
    assert job.future.cancelled()


def test_closing_may_give_up_what_waits_and_what_comes_back():
    queue, all_jobs = JobQueue(1, 1000), jobs(12)
    queue.put(all_jobs)
    taken = queue.take()
    queue.close(cancel=True)
    queue.put_back(taken)
    assert all(job.future.cancelled() for job in all_jobs)
    assert queue.take() == []
    with pytest.raises(SandboxClosedError):
        queue.put(jobs(1))


def test_who_waits_for_a_cancelled_job_is_told():
    queue, all_jobs = JobQueue(2, 1000), jobs(3)
    queue.put(all_jobs)
    all_jobs[0].future.cancel()
    (taken,) = queue.take()
    assert taken is all_jobs[1]
    queue.close(cancel=True)
    done, _ = wait([all_jobs[0].future, all_jobs[2].future], timeout=30)
    assert len(done) == 2


def test_a_job_cancelled_after_it_was_taken_can_be_begun_and_settled():
    queue, all_jobs = JobQueue(1, 1000), jobs(1)
    queue.put(all_jobs)
    (job,) = queue.take()
    job.future.cancel()
    assert not job.begin()
    job.settle(ExecResult("", "", "", 0, "ok", 0.0))
    assert job.future.cancelled()


def test_a_job_somebody_else_has_settled():
    (job,) = jobs(1)
    job.future.set_result(None)
    job.settle(ValueError())
    assert job.future.result() is None


def test_failing_settles_only_what_was_there_before():
    queue, (old, new) = JobQueue(1, 1000), jobs(2)
    new.made = old.made + 1
    queue.put([old, new])
    queue.fail(SandboxError("no"), before=new.made)
    with pytest.raises(SandboxError):
        old.future.result(timeout=30)
    assert queue.take() == [new]


def test_a_callback_s_end_of_the_thread_is_none():
    (job,) = jobs(1)
    job.future.add_done_callback(lambda _: sys.exit())
    job.settle(ValueError())
    assert isinstance(job.future.exception(), ValueError)


def test_put_waits_for_room():
    queue = JobQueue(1, 1)
    queue.put(jobs(1))
    done = threading.Event()
    threading.Thread(target=lambda: (queue.put(jobs(1), wait=True), done.set()), daemon=True).start()
    assert not done.wait(0.1)
    queue.take()
    assert done.wait(10)
