"""The pool's queue: order, shares, giving up."""

import threading

import pytest

from r1ci_env.sandbox_wasm import Block, SandboxClosedError
from r1ci_env.sandbox_wasm.job_queue import MAX_SHARE, Job, JobQueue


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


def test_a_job_may_be_handed_out_alone():
    queue, all_jobs = JobQueue(1, 1000), jobs(8)
    all_jobs[0].alone = all_jobs[2].alone = True
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


def test_put_waits_for_room():
    queue = JobQueue(1, 1)
    queue.put(jobs(1))
    done = threading.Event()
    threading.Thread(target=lambda: (queue.put(jobs(1), wait=True), done.set()), daemon=True).start()
    assert not done.wait(0.1)
    queue.take()
    assert done.wait(10)
