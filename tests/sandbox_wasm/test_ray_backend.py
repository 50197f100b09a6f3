"""The Ray backend gives what the pool gives, on a local Ray."""

import asyncio

import pytest

ray = pytest.importorskip("ray")

from r1ci_env.sandbox_wasm import Block, SandboxClosedError, SandboxPool  # noqa: E402
from r1ci_env.sandbox_wasm.ray_backend import BATCH, RaySandboxPool  # noqa: E402


@pytest.fixture(scope="module")
def cluster():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def workers(cluster):
    with RaySandboxPool(2) as workers:
        yield workers


def test_it_wants_ray_to_be_up():
    if not ray.is_initialized():
        with pytest.raises(RuntimeError, match=r"ray\.init"):
            RaySandboxPool()


def test_order_over_several_batches(workers):
    results = workers.run_many([f"print({number})" for number in range(3 * BATCH + 1)])
    assert [result.stdout for result in results] == [f"{number}\n" for number in range(3 * BATCH + 1)]


def test_the_same_as_the_local_pool(workers):
    blocks = ["1 / 0", Block("while True: pass", timeout=0.2), Block("import os; print(os.urandom(3))", seed=4)]
    with SandboxPool(1) as local:
        for far, near in zip(workers.run_many(blocks), local.run_many(blocks), strict=True):
            assert (far.stdout, far.stderr, far.error, far.status) == (
                near.stdout,
                near.stderr,
                near.error,
                near.status,
            )


def test_futures_and_asyncio(workers):
    assert workers.submit("print(1)").result().stdout == "1\n"

    async def main():
        return await asyncio.gather(*(workers.arun(f"print({number})") for number in range(5)))

    assert [result.stdout for result in asyncio.run(main())] == [f"{number}\n" for number in range(5)]


def test_wrong_options_come_back_as_errors(workers):
    with pytest.raises(ValueError, match="timeout"):
        workers.run("print(1)", timeout=-1)


def test_closed(cluster):
    workers = RaySandboxPool(1)
    workers.close()
    workers.close()
    with pytest.raises(SandboxClosedError):
        workers.run("print(1)")
