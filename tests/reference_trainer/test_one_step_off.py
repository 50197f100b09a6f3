"""Batches that are sampled while the update before is computed: what overlaps, from which weights, and how it ends."""

import math
import threading
from asyncio import CancelledError
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace

import pytest
import torch

from r1ci_env.curricula import UniformSampler
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer import grpo
from r1ci_env.reference_trainer.batch import Batch
from r1ci_env.reference_trainer.batch_queue import BatchQueue
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import train_grpo
from r1ci_env.reference_trainer.optimizer import NotFinite
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import Policy, token_logprobs
from r1ci_env.reference_trainer.run import train
from r1ci_env.reference_trainer.tiny_model import make_model
from r1ci_env.report.training import read_metrics
from tests.r1ci_env.agents.server import reset
from tests.reference_trainer.engines.fake_vllm import SMALL_RUN, fake_vllm, served

AHEAD = GrpoConfig(one_step_off=True, steps=4, problems=2, group=2, learning_rate=1e-2, checkpoint_every=2)
PATIENCE = 60
"""Seconds after which something that must happen has not; no test waits for it when all is well."""


class Recorder:
    """What a queue plays, in order."""

    def __init__(self):
        self.begun, self.may_go_on, self.is_in = [], threading.Event(), threading.Event()
        self.may_go_on.set()

    def __call__(self, step):
        self.begun.append(step)
        self.is_in.set()
        assert self.may_go_on.wait(PATIENCE)
        return Batch(rewards=[float(step)])


@pytest.fixture
def thread():
    with ThreadPoolExecutor(1) as made:
        yield made


# The queue


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("steps", [range(0), range(1), range(3, 8)])
def test_each_batch_is_played_once_and_in_order_and_none_for_nobody(thread, ahead, steps):
    play = Recorder()
    queue = BatchQueue(play, steps, thread if ahead else None)
    found = []
    for step, batch in queue:
        assert queue.wait() >= 0
        assert play.begun[-1] == (min(step + 1, steps[-1]) if ahead else step)
        found.append((step, batch.rewards))
    assert found == [(step, [float(step)]) for step in steps]
    assert play.begun == list(steps)


def test_the_next_batch_is_under_way_when_one_is_yielded(thread):
    play = Recorder()
    queue = BatchQueue(play, range(3), thread)
    batches = iter(queue)
    assert next(batches)[0] == 0
    queue.wait()
    play.may_go_on.clear()
    play.is_in.clear()
    assert next(batches)[0] == 1
    assert play.is_in.wait(PATIENCE)
    assert play.begun == [0, 1, 2]
    play.may_go_on.set()


@pytest.mark.parametrize("ahead", [False, True])
def test_no_batch_is_begun_for_a_step_after_the_deadline(thread, ahead):
    for deadline, steps in ((0.0, [0]), (math.inf, [0, 1, 2])):
        play = Recorder()
        found = [step for step, _ in BatchQueue(play, range(3), thread if ahead else None, deadline)]
        assert found == play.begun == steps


def test_what_playing_raises_is_raised_where_it_is_waited_for(thread):
    def play(step):
        if step == 1:
            raise R1ciError("no server")
        return Batch()

    queue = BatchQueue(play, range(3), thread)
    for step, _ in queue:
        assert step == 0
        with pytest.raises(R1ciError, match="no server"):
            queue.wait()
        break


def test_an_update_that_fails_beside_a_batch_that_has_failed_tells_of_both(thread):
    def play(step):
        if step == 1:
            raise R1ciError("no server")
        return Batch()

    queue = BatchQueue(play, range(3), thread)
    for _ in queue:
        with pytest.raises(NotFinite, match="nan") as told, queue.told_of():
            with pytest.raises(R1ciError, match="no server"):
                queue.wait()
            raise NotFinite("the loss is nan")
        break
    assert told.value.__notes__ == ["The next batch, which was played meanwhile, failed too: no server"]


# Training


@pytest.fixture
def apart(policy, tmp_path):
    """The policy with a server that samples for it, and the server."""
    policy.save(tmp_path / "model")
    with fake_vllm(tmp_path / "model") as (url, fake), served(tmp_path, url) as servers:
        policy.servers = servers
        yield policy, fake


class Watch:
    """Looks at batches and updates: a batch is complete before the update is that is computed meanwhile."""

    def __init__(self, monkeypatch, steps):
        self.played = [threading.Event() for _ in range(steps)]
        self.batches, self.models, self.updates = [], [], 0
        self.play_batch, self.update, self.steps = grpo.play_batch, grpo.update, steps
        monkeypatch.setattr(grpo, "play_batch", self.play)
        monkeypatch.setattr(grpo, "update", self.learn)

    def play(self, policy, *args):
        batch = self.play_batch(policy, *args)
        self.batches.append(batch)
        self.played[len(self.batches) - 1].set()
        return batch

    def learn(self, policy, *args):
        self.models.append(deepcopy(policy.model).eval())
        self.updates += 1
        if self.updates < self.steps:
            assert self.played[self.updates].wait(PATIENCE), "the next batch waits for this update"
        return self.update(policy, *args)


def varied(step, i, trajectory):
    return float(i % 2)


def test_a_batch_is_sampled_while_the_update_before_is_computed_with_the_weights_before_it(
    config, apart, arena, tmp_path, monkeypatch
):
    policy, _ = apart
    watch = Watch(monkeypatch, AHEAD.steps)
    train_grpo(policy, UniformSampler(config.tasks, config.levels[0]), AHEAD, 0, arena, tmp_path, "grpo", varied)
    assert watch.updates == len(watch.batches) == AHEAD.steps
    assert [bool(batch.sampler) for batch in watch.batches] == [False, True, False, True]  # for checkpoints alone
    for n, batch in enumerate(watch.batches):
        weights = max(n - 1, 0)  # the first waits for nothing and has those that there are
        assert {version for t in batch.played for version in t.versions} == {weights}
        packed = pack(batch.played)
        with torch.no_grad():
            gaps = [(token_logprobs(m, packed) - packed.logprobs_N).abs().max() for m in watch.models]
        assert gaps[weights] < 1e-4
        assert all(gap > 1e-3 for m, gap in enumerate(gaps) if m != weights)
    rows = read_metrics(tmp_path / "grpo.jsonl")
    assert [row["weights_behind"] for row in rows] == [0, 1, 1, 1]
    assert rows[0]["logprob_gap"] < 1e-4 < 1e-3 < min(row["logprob_gap"] for row in rows[1:])
    problems = [t.episode.problem.ref for batch in watch.batches for t in batch.played[::2]]
    expected = UniformSampler(config.tasks, config.levels[0]).sample(AHEAD.steps * AHEAD.problems)
    assert problems == [problem.ref for problem in expected]


def test_in_turn_nothing_is_behind(config, apart, arena, tmp_path):
    policy, _ = apart
    in_turn = replace(AHEAD, one_step_off=False, steps=2)
    train_grpo(policy, UniformSampler(config.tasks, config.levels[0]), in_turn, 0, arena, tmp_path, "grpo", varied)
    rows = read_metrics(tmp_path / "grpo.jsonl")
    assert [row["weights_behind"] for row in rows] == [0, 0]
    assert max(row["logprob_gap"] for row in rows) < 1e-4


class KilledError(Exception):
    pass


def test_a_killed_run_plays_the_batch_again_that_was_under_way(config, apart, arena, tmp_path):
    policy, _ = apart
    rewarded = []

    def run(kill_at):
        def reward(step, i, trajectory):
            if step == kill_at:
                raise KilledError
            rewarded.append((step, trajectory.episode.problem.ref))
            return float(i % 2)

        fresh = Policy(make_model(policy.tokenizer, config), policy.tokenizer)
        fresh.servers = policy.servers
        sampler = UniformSampler(config.tasks, config.levels[0])
        train_grpo(fresh, sampler, AHEAD, 0, arena, tmp_path, "grpo", reward)

    with pytest.raises(KilledError):
        run(kill_at=3)  # while step 2 of 0 to 3 is computed: the checkpoint is after two steps
    assert [row["step"] for row in read_metrics(tmp_path / "grpo.jsonl")] == [1, 2]
    lost = {ref for step, ref in rewarded if step == 2}
    rewarded.clear()
    run(kill_at=None)
    rows = read_metrics(tmp_path / "grpo.jsonl")
    assert [row["step"] for row in rows] == [1, 2, 3, 4]
    assert [row["weights_behind"] for row in rows] == [0, 1, 0, 1]  # the first batch is played with what there is
    assert {ref for step, ref in rewarded if step == 2} == lost
    problems = [problem.ref for problem in UniformSampler(config.tasks, config.levels[0]).sample(8)]
    assert [ref for _, ref in rewarded][::2] == problems[4:]


def test_a_server_that_dies_beside_an_update_is_told(config, apart, arena, tmp_path, monkeypatch):
    policy, fake = apart
    update = grpo.update

    def update_and_die(*args):
        fake.faults = [reset] * 1_000
        return update(*args)

    monkeypatch.setattr(grpo, "update", update_and_die)
    sampler = UniformSampler(config.tasks, config.levels[0])
    with pytest.raises(R1ciError, match=r"vLLM server.*(gave no turn|failed)"):
        train_grpo(policy, sampler, AHEAD, 0, arena, tmp_path, "grpo", varied)
    assert not rollouts()


def test_an_update_that_fails_does_not_wait_for_the_batch_beside_it(config, apart, arena, tmp_path, monkeypatch):
    """The server says nothing until all is over: what waits for it is given up, and not by the server's doing."""
    policy, fake = apart
    play_batch, begun, silent, ended = grpo.play_batch, [], threading.Event(), []

    def play(*args):
        begun.append(args)
        if len(begun) == 2:
            fake._lock.acquire()
            silent.set()
        try:
            return play_batch(*args)
        except BaseException as error:
            ended.append(error)
            raise

    def fail(*args):
        assert silent.wait(PATIENCE)
        raise NotFinite("Step 1: the loss is nan.")

    monkeypatch.setattr(grpo, "play_batch", play)
    monkeypatch.setattr(grpo, "update", fail)
    try:
        with pytest.raises(NotFinite):
            train_grpo(
                policy, UniformSampler(config.tasks, config.levels[0]), AHEAD, 0, arena, tmp_path, "grpo", varied
            )
        assert not rollouts()
        (error,) = ended
        assert isinstance(error, CancelledError) or "closed" in str(error)
    finally:
        fake._lock.release()


def rollouts():
    """Return the threads that play batches."""
    return [t for t in threading.enumerate() if t.name.startswith("rollout")]


# Settings


def test_the_local_engine_is_refused_before_anything_is_written(config, policy, arena, tmp_path):
    with pytest.raises(BadOption, match=r"engine=vllm.*vllm\.urls"):
        train("cpu-tiny", tmp_path / "run", overrides={"grpo.one_step_off": True})
    sampler = UniformSampler(config.tasks, config.levels[0])
    with pytest.raises(BadOption, match="engine=vllm"):
        train_grpo(policy, sampler, AHEAD, 0, arena, tmp_path / "run", "grpo")
    assert not (tmp_path / "run").exists()


def test_a_run_with_its_control(policy, tmp_path):
    phases = {"phases": ("grpo", "control"), "grpo.evaluate_every": 2, "grpo.one_step_off": True}
    policy.save(tmp_path / "model")
    with fake_vllm(tmp_path / "model") as (url, _):
        report = train("cpu-tiny", tmp_path / "run", overrides={**SMALL_RUN, **phases, "vllm.urls": url})
    for phase in ("grpo", "control"):
        rows = read_metrics(report.metrics[phase])
        assert [row["weights_behind"] for row in rows] == [0, 1, 1]
        assert ["held_out_greedy" in row for row in rows] == [False, True, False]
