"""A curriculum in the environments: asked where a reset names nothing, and told how those episodes ended."""

import gymnasium
import pytest
from gymnasium.vector import AutoresetMode
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import r1ci_env
from r1ci_env.curricula import CellThompson, PotentialCurriculum, UniformSampler
from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.errors import BadOption
from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.result import ExecResult

TASKS = ("LCM", "ChainSum", "CountBits")


class Recorded(UniformSampler):
    """Remembers what it was told."""

    def __init__(self, tasks=TASKS):
        super().__init__(tasks)
        self.drawn, self.told = [], []

    def sample(self, count):
        self.drawn += super().sample(count)
        return self.drawn[len(self.drawn) - count :]

    def observe(self, problem, correct):
        super().observe(problem, correct)
        self.told.append((problem.ref, correct))


def by_option(sampler, **options):
    return gymnasium.make("r1ci/Train-v0", curriculum=sampler, max_turns=2, **options)


def by_wrapper(sampler, **options):
    env = gymnasium.make("r1ci/Train-v0", max_turns=2, **options)
    return PotentialCurriculum(gymnasium.wrappers.RecordEpisodeStatistics(env), sampler)


@pytest.fixture(params=[by_option, by_wrapper])
def make(request):
    return request.param


def test_a_reset_asks_and_an_end_is_told(make):
    sampler = Recorded()
    env = make(sampler)
    for right in (True, False):
        _, info = env.reset(seed=5)
        problem = env.unwrapped.problem
        assert problem == sampler.drawn[-1]
        assert info["problem"] == problem.ref
        env.step(f"<<<{problem.answer if right else 'no'}>>>")
        assert sampler.told[-1] == (problem.ref, [right])
    env.reset()
    env.step("hm")
    assert len(sampler.told) == 2
    env.step("hm")
    assert sampler.told[2:] == [(sampler.drawn[-1].ref, [False])]


def test_the_reward_is_not_told_but_the_verdict(make):
    sampler = Recorded()
    env = make(sampler, reward="paper")
    env.reset()
    _, reward, *_ = env.step(f"text after <<<{env.unwrapped.problem.answer}>>> is ignored")
    assert reward not in (0, 1)
    assert sampler.told == [(sampler.drawn[0].ref, [True])]


@pytest.mark.parametrize("options", [{"problem": "GCD:1:2"}, {"task": "LCM"}, {"level": 2}])
def test_a_reset_that_names_something_is_not_the_curriculums(make, options):
    sampler = Recorded()
    env = make(sampler)
    env.reset(options=options)
    env.step("<<<1>>>")
    assert (sampler.drawn, sampler.told) == ([], [])


def test_an_abandoned_episode_is_not_told(make):
    sampler = Recorded()
    env = make(sampler)
    env.reset()
    env.step("hm")
    env.reset()
    env.close()
    assert len(sampler.drawn) == 2
    assert sampler.told == []


@pytest.mark.parametrize("make_vec", ["ours", "sync"])
@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_both_autoreset_modes_ask_and_tell(mode, make_vec):
    sampler = Recorded()
    if make_vec == "ours":
        envs = gymnasium.make_vec("r1ci/Train-v0", num_envs=2, curriculum=sampler, autoreset_mode=mode, max_turns=2)
    else:
        envs = gymnasium.vector.SyncVectorEnv([lambda: by_option(sampler)] * 2, autoreset_mode=mode)
    envs.reset(seed=1)
    for steps in range(1, 5):
        envs.step(["<<<no>>>", "hm"] if steps != 2 else ["<<<no>>>", "<<<no>>>"])
    first = [ref for ref, _ in sampler.told]
    assert len(first) == len(set(first)) == {AutoresetMode.NEXT_STEP: 3, AutoresetMode.SAME_STEP: 6}[mode]
    assert set(first) <= {problem.ref for problem in sampler.drawn}


def test_a_failed_sandbox_is_not_told(make):
    class Broken:
        def run(self, code, *, timeout=None, echo=None):
            raise SandboxError("no worker")

    sampler = Recorded()
    env = make(sampler, sandbox=Broken())
    env.reset()
    with pytest.raises(SandboxError):
        env.step("```python\nprint(1)\n```")
    env.reset()
    assert sampler.told == []


def test_the_default_curriculum_finds_what_can_be_learnt():
    """An agent that knows one task, not the others, and a level of a third at times."""
    sampler = CellThompson(TASKS, floor=0.25)
    envs = gymnasium.make_vec("r1ci/Train-v0", num_envs=8, curriculum=sampler, prompt="bare")
    envs.reset(seed=0)
    for _ in range(150):
        answers = [(e.problem.answer, e.problem.task, e.problem.level, e.problem.seed) for e in envs.episodes]
        knows = [task == "LCM" or (task == "CountBits" and level == 3 and seed % 2) for _, task, level, seed in answers]
        envs.step([f"<<<{a[0] if k else 'no'}>>>" for a, k in zip(answers, knows, strict=True)])
    chosen = sampler.choose(100)
    assert chosen.count(("CountBits", 3)) > 100 / 15 * 2
    assert sampler.metrics()["task_entropy"] > 0.5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda s: gymnasium.make("r1ci/Train-v0", curriculum=s, level=2), "leave level out"),
        (lambda s: gymnasium.make("r1ci/Train-v0", curriculum=s, held_out=False), "leave held_out out"),
        (lambda s: gymnasium.make("r1ci/Train-v0", curriculum="cells"), "must be a sampler.*'cells'"),
        (lambda s: gymnasium.make("r1ci/Train-v0", curriculum=CellThompson), "must be a sampler"),
        (lambda s: gymnasium.make("r1ci/LCM-v0", curriculum=Recorded(["ChainSum"])).reset(), "same tasks"),
        (lambda s: PotentialCurriculum(by_option(s), s), "has a curriculum already"),
        (lambda s: PotentialCurriculum(gymnasium.make("CartPole-v1"), s), "none of this package's"),
        (lambda s: gymnasium.make_vec("r1ci/Train-v0", 2, "async", curriculum=s), "AsyncVectorEnv copies"),
        (lambda s: gymnasium.vector.AsyncVectorEnv([lambda: by_wrapper(s)] * 2), "AsyncVectorEnv copies"),
    ],
)
def test_bad_input_says_what_to_do(make, message):
    with pytest.raises(BadOption, match=message):
        make(Recorded())


def test_held_out_problems_are_drawn_where_they_are_wanted():
    for wanted in (True, False):
        env = CodeInterpreterEnv(split="train", held_out=wanted)
        for seed in range(30):
            env.reset(seed=seed)
            assert env.problem.held_out == wanted
    both = CodeInterpreterEnv(split="train")
    held = []
    for seed in range(60):
        both.reset(seed=seed)
        held.append(both.problem.held_out)
    assert 0 < sum(held) < 20


def test_what_is_held_out_narrows_the_options_of_a_reset_too():
    envs = gymnasium.make_vec("r1ci/Train-v0", num_envs=8, held_out=True)
    envs.reset(seed=1, options={"task": "LCM", "level": 2})
    assert all(e.problem.held_out and e.problem.task == "LCM" and e.problem.level == 2 for e in envs.episodes)


def test_an_environment_without_the_option_draws_as_before():
    one, other = CodeInterpreterEnv(["LCM"]), CodeInterpreterEnv(["LCM"], held_out=None)
    assert one.reset(seed=3)[0] == other.reset(seed=3)[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": "GCD", "held_out": False}, "test tasks is held out.*GCD"),
        ({"split": "test", "held_out": False}, "leave held_out=False out"),
        ({"tasks": ["LCM", "GCD"], "held_out": False}, "GCD"),
        ({"tasks": ["LCM"], "held_out": "no"}, "True, False or None"),
        ({"tasks": ["LCM"], "held_out": 1}, "True, False or None"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(BadOption, match=message):
        CodeInterpreterEnv(**options)


def test_test_tasks_are_held_out_whole():
    env = CodeInterpreterEnv(task="GCD", held_out=True)
    env.reset(seed=1)
    assert env.problem.held_out
    assert all(r1ci_env.get_task("GCD").problem(seed).held_out for seed in range(20))


class WrapperMachine(RuleBasedStateMachine):
    """A single environment with the wrapper, in any order of turns and resets, and what should have been told."""

    @initialize(make=st.sampled_from([by_option, by_wrapper]))
    def begin(self, make):
        self.sampler, self.status = Recorded(), "ok"
        self.env = make(self.sampler, sandbox=self)
        self.told = []
        self.mine = self.over = None  # whether the curriculum chose the episode; whether it has ended
        self.asked = 0

    def run(self, code, *, timeout=None, echo=None):
        """Be the sandbox."""
        if self.status == "fault":
            raise SandboxError("lost")
        return ExecResult("1", "", "", 0, self.status, 0.0)

    @rule(options=st.sampled_from([None, {}, {"task": "LCM"}, {"level": 1}, {"problem": "GCD:1:1"}, {"problem": None}]))
    def reset(self, options):
        self.env.reset(seed=1, options=options)
        self.mine = not any((options or {}).values())
        self.asked += self.mine
        self.over, self.turns = False, 0

    @rule(
        turn=st.sampled_from(["hm", "right", "<<<no>>>", "```python\nprint(1)\n```"]),
        status=st.sampled_from(["ok", "crash", "fault"]),
    )
    def step(self, turn, status):
        if self.over is not False:
            return
        problem = self.env.unwrapped.problem
        self.status, self.turns = status, self.turns + 1
        right = turn == "right"
        try:
            self.env.step(f"<<<{problem.answer}>>>" if right else turn)
        except SandboxError:
            assert status == "fault"
            self.over = True  # who made the mistake resets
            return
        self.over = right or "<<<" in turn or self.turns == 2
        if self.over and self.mine:
            self.told.append((problem.ref, [right]))

    @invariant()
    def it_was_told_all_and_nothing_else(self):
        if self.mine is not None:
            assert self.sampler.told == self.told
            assert len(self.sampler.drawn) == self.asked


TestWrapperMachine = WrapperMachine.TestCase
TestWrapperMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
