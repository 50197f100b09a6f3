"""Acting on the episodes whose code has returned, while that of others still runs."""

import os
import signal
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from r1ci_env.episode import Episode, Rules
from r1ci_env.errors import BadOption
from r1ci_env.registry import get_task
from r1ci_env.sandbox_wasm import SandboxPool
from r1ci_env.sandbox_wasm.errors import SandboxClosedError, SandboxError
from r1ci_env.sandbox_wasm.result import ExecResult
from r1ci_env.vector import CodeInterpreterVectorEnv

NUM_ENVS = 4
CODE = "```python\nprint({})\n```"


def result(text, status="ok"):
    return ExecResult(text, "", "" if status == "ok" else status, 0 if status == "ok" else 1, status, 0.01)


class HandSandbox:
    """Blocks return when the test says so, and as it says."""

    def __init__(self):
        self.waiting = []

    def submit(self, program, *, timeout=None, echo=None):
        future = Future()
        self.waiting.append((program, future))
        return future

    def settle(self, number, outcome):
        future = self.waiting.pop(number)[1]
        if future.cancelled():
            return
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


class ListSampler:
    """Problems in order, and a record of what was observed."""

    def __init__(self):
        self.drawn, self.observed = [], []

    def sample(self, count):
        problems = [get_task("GCD").problem(len(self.drawn) + i, 1) for i in range(count)]
        self.drawn += problems
        return problems

    def observe(self, problem, correct):
        self.observed.append((problem.ref, *correct))


def make(sandbox, mode="NEXT_STEP", **options):
    envs = CodeInterpreterVectorEnv(NUM_ENVS, ["GCD"], sandbox=sandbox, prompt="bare", autoreset_mode=mode, **options)
    envs.reset(seed=1)
    return envs


def test_what_is_ready_comes_first():
    sandbox = HandSandbox()
    envs = make(sandbox)
    envs.send([CODE.format(i) for i in range(NUM_ENVS)], range(NUM_ENVS))
    sandbox.settle(2, result("two"))
    sandbox.settle(0, result("nought"))
    observations, rewards, terminated, truncated, infos = envs.recv()
    assert infos["env_id"].tolist() == [0, 2]
    assert [text.splitlines()[-1] for text in observations] == ["nought", "two"]
    assert len(rewards) == len(terminated) == len(truncated) == len(infos["kind"]) == len(infos["_kind"]) == 2
    envs.send(["hm", CODE.format(9)], infos["env_id"])
    assert envs.recv()[-1]["env_id"].tolist() == [0]
    for _ in range(3):
        sandbox.settle(0, result("late"))
    assert envs.recv(3)[-1]["env_id"].tolist() == [1, 2, 3]


def test_recv_waits_for_as_many_as_are_wanted():
    sandbox = HandSandbox()
    envs = make(sandbox)
    envs.send([CODE.format(i) for i in range(NUM_ENVS)], range(NUM_ENVS))
    received = []
    thread = threading.Thread(target=lambda: received.append(envs.recv(3)[-1]["env_id"].tolist()))
    thread.start()
    for _ in range(2):
        sandbox.settle(0, result("x"))
        thread.join(0.05)
        assert thread.is_alive()
    sandbox.settle(1, result("x"))
    thread.join()
    assert received == [[0, 1, 3]]


def test_one_thread_may_send_while_another_waits():
    sandbox = HandSandbox()
    envs = make(sandbox)
    envs.send([CODE.format(0)], [0])
    received = []
    thread = threading.Thread(target=lambda: received.append(envs.recv()[-1]["env_id"].tolist()))
    thread.start()
    envs.send(["hm"], [3])
    thread.join()
    assert received == [[3]]


def test_a_waiting_thread_sees_that_its_turn_was_given_up():
    sandbox = HandSandbox()
    envs = make(sandbox)
    envs.send([CODE.format(0)], [0])
    received = []
    thread = threading.Thread(target=lambda: received.append(len(envs.recv()[0])))
    thread.start()
    envs.reset(options={"reset_mask": np.arange(NUM_ENVS) == 0})
    thread.join()
    assert received == [0]


def test_a_turn_that_was_given_up_does_not_come_back():
    sandbox = HandSandbox()
    envs = make(sandbox)
    envs.send([CODE.format(0), CODE.format(1)], [0, 1])
    late = sandbox.waiting[0][1]
    late.set_running_or_notify_cancel()  # too late to cancel it
    observations, _ = envs.reset(options={"reset_mask": np.arange(NUM_ENVS) == 0})
    late.set_result(result("old"))
    sandbox.settle(1, result("one"))
    assert envs.recv()[-1]["env_id"].tolist() == [1]
    assert envs.episodes[0].turns == 0
    assert observations[0] == envs.episodes[0].problem.question


def test_step_is_made_of_the_two(pool):
    turns = [CODE.format(i) for i in range(NUM_ENVS)]
    one, other = make(pool), make(pool)
    for _ in range(2):
        whole = one.step(turns)
        other.send(turns, range(NUM_ENVS))
        parts = other.recv(NUM_ENVS)
        assert whole[0] == parts[0]
        assert all((a == b).all() for a, b in zip(whole[1:4], parts[1:4], strict=True))
        assert whole[4].keys() == parts[4].keys() - {"env_id"}


@pytest.mark.parametrize("mode", ["NEXT_STEP", "SAME_STEP", "DISABLED"])
def test_a_failed_sandbox_ends_the_episode_without_a_verdict(mode):
    sandbox, sampler = HandSandbox(), ListSampler()
    envs = make(sandbox, mode, curriculum=sampler)
    problem = envs.episodes[1].problem
    envs.send([CODE.format(0), CODE.format(1)], [0, 1])
    sandbox.settle(1, SandboxError("no worker could be started"))
    _, rewards, terminated, truncated, infos = envs.recv()
    info = infos["final_info"] if mode == "SAME_STEP" else infos
    assert info["fault"][0] == "no worker could be started"
    assert "correct" not in info
    assert (rewards[0], terminated[0], truncated[0]) == (0, False, True)
    assert (envs.episodes[1].problem == problem) == (mode != "SAME_STEP")
    assert sampler.observed == []


def test_a_sandbox_that_fails_everywhere_is_an_error_of_step():
    sandbox = HandSandbox()
    envs = make(sandbox)
    envs.step_async([CODE.format(i) for i in range(NUM_ENVS)])
    for _ in range(NUM_ENVS):
        sandbox.settle(0, SandboxError("the image is damaged"))
    with pytest.raises(SandboxError, match="damaged"):
        envs.step_wait()
    envs.step(["hm"] * NUM_ENVS)  # new episodes begin
    assert all(not episode.over and episode.turns == 0 for episode in envs.episodes)


def test_a_closed_sandbox_is_an_error():
    sandbox = HandSandbox()
    envs = make(sandbox)
    envs.send([CODE.format(0)], [0])
    sandbox.settle(0, SandboxClosedError("this sandbox pool is closed"))
    with pytest.raises(SandboxClosedError):
        envs.recv()


def test_a_sandbox_without_submit_runs_on_a_thread():
    started = threading.Event()

    class Plain:
        def run(self, code, *, timeout=None, echo=None):
            started.set()
            return result(code)

    envs = make(Plain())
    envs.send([CODE.format(7)], [2])
    assert started.wait(10)
    assert "print(7)" in envs.recv()[0][0]
    envs.close()


def test_a_killed_worker_costs_its_own_block_alone():
    """With real workers, one of which is killed while it runs a block."""
    before = set(children())
    with SandboxPool(workers=2) as pool:
        envs = make(pool)
        envs.step([CODE.format(i) for i in range(NUM_ENVS)])
        ticks = {child: cpu_ticks(child) for child in set(children()) - before}
        envs.send(["```python\nwhile True: pass\n```", CODE.format(1)], [0, 1])
        assert envs.recv()[-1]["env_id"].tolist() == [1]
        while not (busy := [child for child in ticks if cpu_ticks(child) > ticks[child] + 20]):
            time.sleep(0.05)
        os.kill(busy[0], signal.SIGKILL)
        observations, *_, infos = envs.recv()
        assert infos["env_id"].tolist() == [0]
        assert infos["code_status"].tolist() == ["crash"]
        assert "crashed" in observations[0]
        assert all(text.endswith("4") for text in envs.step([CODE.format(4)] * NUM_ENVS)[0])


def children():
    """Return the process numbers of this process's children."""
    return [int(pid) for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()]


def cpu_ticks(pid):
    """Return how long a process has worked."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda envs: envs.send(["x"], [4]), "from 0 to 3"),
        (lambda envs: envs.send(["x"], [-1]), "from 0 to 3"),
        (lambda envs: envs.send(["x", "y"], [1, 1]), "different numbers"),
        (lambda envs: envs.send(["x"], [0.0]), "must be an integer"),
        (lambda envs: envs.send(["x"], [0, 1]), "2 turns"),
        (lambda envs: envs.send("xy", [0, 1]), "2 turns"),
        (lambda envs: envs.send(["x", 1], [0, 1]), "as text"),
        (lambda envs: [envs.send(["x"], [0]), envs.send(["x"], [0])], r"\[0\] still have a turn in flight"),
        (lambda envs: envs.recv(), "1 to 0 turns"),
        (lambda envs: [envs.send(["x"], [0]), envs.recv(2)], "1 to 1 turns.*not for 2"),
        (lambda envs: [envs.send(["x"], [0]), envs.recv(0)], "not for 0"),
        (lambda envs: [envs.send(["x"], [0]), envs.step(["x"] * 4)], "recv"),
        (lambda envs: [envs.send(["x"], [0]), envs.step_wait()], "step_async"),
    ],
)
def test_bad_input_says_what_to_do(call, message):
    with pytest.raises(BadOption, match=message):
        call(make(HandSandbox()))


def test_an_environment_that_was_not_reset_takes_no_turn():
    envs = CodeInterpreterVectorEnv(NUM_ENVS, ["GCD"])
    envs.reset(options={"reset_mask": np.arange(NUM_ENVS) == 1})
    envs.send(["hm"], [1])
    with pytest.raises(gymnasium.error.ResetNeeded, match=r"\[2\]"):
        envs.send(["hm"], [2])
    envs.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        envs.send(["hm"], [1])


class SendRecvMachine(RuleBasedStateMachine):
    """The environment beside a model: an episode for each place, and a dictionary of the turns that are away."""

    @initialize(mode=st.sampled_from(list(AutoresetMode)))
    def begin(self, mode):
        self.mode = mode
        self.sandbox, self.sampler = HandSandbox(), ListSampler()
        self.envs = CodeInterpreterVectorEnv(
            NUM_ENVS, ["GCD"], sandbox=self.sandbox, curriculum=self.sampler, autoreset_mode=mode, max_turns=3
        )
        self.model = [None] * NUM_ENVS
        self.observed = []
        self.away = {}  # place: what will come back, None while its code runs
        self.blocks = []  # places whose code runs, in the sandbox's order; None where it was given up
        self.new(range(NUM_ENVS), self.envs.reset())

    def new(self, places, returned):
        """Take the problems that the sampler gave from the end of its list, in order."""
        places = list(places)
        problems = self.sampler.drawn[len(self.sampler.drawn) - len(places) :]
        for place, problem in zip(places, problems, strict=True):
            self.model[place] = Episode(problem, get_task("GCD").check, Rules(max_turns=3))
            assert returned[0][place] == self.model[place].messages[0]["content"]

    @rule(data=st.data())
    def send(self, data):
        ready = [i for i in range(NUM_ENVS) if i not in self.away]
        if self.mode == AutoresetMode.DISABLED:
            ready = [i for i in ready if not self.model[i].over]
        if not ready:
            return
        places = data.draw(st.lists(st.sampled_from(ready), min_size=1, unique=True))
        right = {i: f"<<<{self.model[i].problem.answer}>>>" for i in places}
        turns = [data.draw(st.sampled_from(["hm", "<<<0>>>", right[i], *[CODE.format(i)] * 4])) for i in places]
        self.envs.send(turns, places)
        for place, turn in zip(places, turns, strict=True):
            if self.model[place].over:
                self.away[place] = "reset"
            elif self.model[place].read(turn) is None:
                self.away[place] = "no code"
            else:
                self.away[place] = None
                self.blocks.append(place)

    @precondition(lambda self: self.blocks)
    @rule(
        data=st.data(),
        outcome=st.sampled_from([result("84"), result("", "error"), result("", "crash"), SandboxError("lost")]),
    )
    def a_block_ends(self, data, outcome):
        number = data.draw(st.integers(0, len(self.blocks) - 1))
        self.sandbox.settle(number, outcome)
        place = self.blocks.pop(number)
        if place is not None:
            self.away[place] = outcome

    @precondition(lambda self: any(self.away.values()))
    @rule(data=st.data())
    def recv(self, data):
        back = sorted(place for place, outcome in self.away.items() if outcome is not None)
        count = data.draw(st.integers(1, len(back)))
        before = len(self.sampler.drawn)
        observations, rewards, terminated, truncated, infos = self.envs.recv(count)
        assert infos["env_id"].tolist() == back
        fresh = iter(self.sampler.drawn[before:])
        for row, place in enumerate(back):
            outcome, episode = self.away.pop(place), self.model[place]
            begins = outcome == "reset"
            expected = (0.0, False, False)
            if not begins:
                if isinstance(outcome, SandboxError):
                    said = episode.fail(str(outcome))
                else:
                    said = episode.finish(None if outcome == "no code" else outcome)
                    if episode.over:
                        self.observed.append((episode.problem.ref, episode.correct))
                expected = (said.reward, said.terminated, said.truncated)
                text = said.observation
                begins = episode.over and self.mode == AutoresetMode.SAME_STEP
                if begins:
                    assert infos["final_obs"][row] == text
                    assert infos["final_info"]["problem"][row] == episode.problem.ref
            if begins:
                self.model[place] = Episode(next(fresh), get_task("GCD").check, Rules(max_turns=3))
                text = self.model[place].messages[0]["content"]
            assert (rewards[row], terminated[row], truncated[row]) == expected
            assert observations[row] == text
            assert infos["problem"][row] == self.model[place].problem.ref

    @rule(mask=st.lists(st.booleans(), min_size=NUM_ENVS, max_size=NUM_ENVS))
    def reset(self, mask):
        returned = self.envs.reset(options={"reset_mask": np.array(mask)})
        chosen = [i for i in range(NUM_ENVS) if mask[i]]
        self.blocks = [None if place in chosen else place for place in self.blocks]
        for place in chosen:
            self.away.pop(place, None)
        self.new(chosen, returned)

    @precondition(lambda self: not self.away)
    @rule(problem=st.integers(0, 50))
    def reset_to_a_problem_of_ones_own(self, problem):
        """The curriculum is neither asked nor told."""
        drawn = len(self.sampler.drawn)
        self.envs.reset(options={"problem": f"GCD:2:{problem}", "reset_mask": np.arange(NUM_ENVS) == 0})
        self.envs.send(["<<<0>>>"], [0])
        self.envs.recv()
        if self.mode != AutoresetMode.SAME_STEP:
            assert len(self.sampler.drawn) == drawn
            self.envs.reset(options={"reset_mask": np.arange(NUM_ENVS) == 0})
        self.model[0] = Episode(self.sampler.drawn[-1], get_task("GCD").check, Rules(max_turns=3))

    @precondition(lambda self: not any(self.away.values()))
    @rule()
    def recv_in_vain(self):
        with pytest.raises(BadOption, match="in flight"):
            self.envs.recv(len(self.away) + 1)

    @invariant()
    def they_are_alike(self):
        if hasattr(self, "model"):
            assert self.sampler.observed == self.observed
            for mine, theirs in zip(self.model, self.envs.episodes, strict=True):
                assert (mine.problem, mine.turns, mine.over, mine.reward, mine.fault, mine.messages) == (
                    theirs.problem,
                    theirs.turns,
                    theirs.over,
                    theirs.reward,
                    theirs.fault,
                    theirs.messages,
                )


TestSendRecvMachine = SendRecvMachine.TestCase
TestSendRecvMachine.settings = settings(max_examples=250, stateful_step_count=50, deadline=None)
