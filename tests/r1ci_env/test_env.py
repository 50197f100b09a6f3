"""The environment: episodes, options, rewards, rendering."""

import pickle

import gymnasium
import pytest

import r1ci_env
from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.errors import BadOption, BadReference, UnknownTask
from r1ci_env.reward import RewardSpec
from r1ci_env.task import Task
from r1ci_env.vector import CodeInterpreterVectorEnv

PROBLEM = r1ci_env.problem("NumberMultiply:2:5")
BLOCK = "```python\nprint(6 * 7)\n```"


def make(**options):
    env = CodeInterpreterEnv(tasks=["NumberMultiply"], **options)
    env.reset(seed=0, options={"problem": PROBLEM})
    return env


def test_code_then_answer():
    env = make()
    observation, reward, terminated, truncated, info = env.step(f"Let me compute.\n{BLOCK}")
    assert observation == "Code Execution Results:\n42"
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert (info["kind"], info["code_status"]) == ("code", "ok")
    observation, reward, terminated, truncated, info = env.step(f"<<<{PROBLEM.answer}>>>")
    assert (observation, reward, terminated, truncated) == ("", 1.0, True, False)
    assert (info["correct"], info["turns"], info["code_runs"]) == (True, 2, 1)
    assert info["problem"] == "NumberMultiply:2:5"
    assert [m["role"] for m in env.messages] == ["user", "assistant", "user", "assistant"]


def test_wrong_answer_ends_without_reward():
    env = make()
    assert env.step("<<<7>>>")[1:4] == (0.0, True, False)
    with pytest.raises(BadOption, match="reset"):
        env.step("<<<7>>>")


def test_turn_with_nothing_says_so_and_turns_run_out():
    env = make(max_turns=2)
    observation, *_ = env.step("I think hard.")
    assert "<<<...>>>" in observation
    _, reward, terminated, truncated, info = env.step("I think harder.")
    assert (reward, terminated, truncated, info["correct"]) == (0.0, False, True, False)


def test_code_runs_run_out():
    env = make(max_code_runs=1)
    assert "42" in env.step(BLOCK)[0]
    observation, *_, info = env.step(BLOCK)
    assert "No code runs are left" in observation
    assert "code_status" not in info


def test_long_turns_are_cut():
    env = make(max_turn_chars=10)
    *_, info = env.step("x" * 20 + f"<<<{PROBLEM.answer}>>>")
    assert info["kind"] == "none"


def test_errors_and_timeouts_come_back_as_text():
    env = make(code_timeout=0.5)
    assert "ZeroDivisionError" in env.step("```python\n1/0\n```")[0]
    observation, *_, info = env.step("```python\nwhile True: pass\n```")
    assert info["code_status"] == "timeout"
    assert observation.startswith("Code Execution Results:\n")


def test_each_block_is_isolated_unless_persistent():
    env = make()
    env.step("```python\nx = 41\n```")
    assert "NameError" in env.step("```python\nprint(x)\n```")[0]
    notebook = make(persistent=True)
    notebook.step("```python\nx = 41\n```")
    assert notebook.step("```python\nprint(x + 1)\n```")[0].endswith("42")
    notebook.reset(seed=1)
    assert "NameError" in notebook.step("```python\nprint(x)\n```")[0]
    notebook.close()


@pytest.mark.parametrize(
    ("turns", "reward"),
    [
        (["<<<right>>>"], 1.1),
        (["<<<wrong>>>"], 0.1),
        (["<<<right>>> done"], 0.9),
        (["hm", "<<<right>>>"], 0.9),
        ([BLOCK] * 5 + ["<<<right>>>"], 1.1),
        ([BLOCK] * 6 + ["<<<right>>>"], 1.0),
    ],
)
def test_paper_reward(turns, reward):
    env = make(reward="paper")
    for turn in turns:
        last = env.step(turn.replace("right", PROBLEM.answer))
    assert last[1] == pytest.approx(reward)


def test_reward_of_ones_own():
    env = make(reward=RewardSpec(correct=5, wrong=-1))
    assert env.step("<<<0>>>")[1] == -1


def test_same_seed_same_episode_and_the_stream_goes_on():
    first, second = (gymnasium.make("r1ci/All-v0") for _ in range(2))
    assert first.reset(seed=3) == second.reset(seed=3)
    assert first.reset() == second.reset()
    assert first.reset()[0] != first.reset()[0]


def test_options_choose_the_problem():
    env = gymnasium.make("r1ci/All-v0", prompt="bare")
    assert env.reset(options={"problem": PROBLEM.ref})[0] == PROBLEM.question
    assert env.reset(options={"problem": PROBLEM})[1] == {"problem": PROBLEM.ref, "task": "NumberMultiply", "level": 2}
    assert env.reset(options={"task": "GCD", "level": 4})[1]["problem"].startswith("GCD:4:")


def test_level_and_tasks_are_kept():
    env = CodeInterpreterEnv(tasks=["GCD", "Letters"], level=5)
    infos = [env.reset(seed=i)[1] for i in range(20)]
    assert {info["task"] for info in infos} == {"GCD", "Letters"}
    assert {info["level"] for info in infos} == {5}


def test_splits_hold_their_own_tasks():
    train, test = CodeInterpreterEnv(split="train"), CodeInterpreterEnv(split="test")
    assert "Game24" in train.sampler.names
    assert "BooleanExpressions" in test.sampler.names
    assert not set(train.sampler.names) & set(test.sampler.names)


class Parity(Task):
    """A task of a user's own."""

    def generate(self, rng, level):
        n = rng.randrange(10**level)
        return self.new_problem(level, f"Is {n} even? <<<Yes>>> or <<<No>>>", {"n": n}, "No" if n % 2 else "Yes")

    def accepts(self, problem, answer):
        return answer == problem.answer


def test_a_task_of_ones_own():
    env = CodeInterpreterEnv(tasks=[Parity()], prompt="bare")
    _, info = env.reset(seed=0)
    assert info["task"] == "Parity"
    assert env.step(f"<<<{env.problem.answer}>>>")[1] == 1.0
    assert env.reset(options={"problem": "Parity:2:9"})[1]["problem"] == "Parity:2:9"
    with pytest.raises(BadReference, match="Task:level:seed"):
        env.reset(options={"problem": "Parity:2"})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: CodeInterpreterEnv(tasks=["Game42"]), UnknownTask, "Did you mean 'Game24'"),
        (lambda: CodeInterpreterEnv(tasks="Game24"), BadOption, r"tasks=\['Game24'\]"),
        (lambda: CodeInterpreterEnv(tasks=[]), BadOption, "no task"),
        (lambda: CodeInterpreterEnv(tasks=["GCD"], split="train"), BadOption, "not both"),
        (lambda: CodeInterpreterEnv(split="trian"), BadOption, "Did you mean 'train'"),
        (lambda: CodeInterpreterEnv(tasks=["GCD"], level=6), BadOption, "Did you mean 5"),
        (lambda: CodeInterpreterEnv(level="3"), BadOption, "levels 1 to 5"),
        (lambda: CodeInterpreterEnv(max_turn=3), BadOption, "Did you mean 'max_turns'"),
        (lambda: CodeInterpreterEnv(max_turns=0), BadOption, "from 1 to"),
        (lambda: CodeInterpreterEnv(code_timeout=61), BadOption, "to 60"),
        (lambda: CodeInterpreterEnv(reward="corect"), BadOption, "Did you mean 'correct'"),
        (lambda: CodeInterpreterEnv(render_mode="rgb_array"), BadOption, "render_mode"),
        (lambda: CodeInterpreterEnv(packages="scientifc"), BadOption, "Did you mean 'scientific'"),
        (lambda: CodeInterpreterEnv(packages="scientific", sandbox=object()), BadOption, "packages of its own"),
        (lambda: CodeInterpreterVectorEnv(packages="all"), BadOption, "packages 'all' is not one of"),
        (lambda: make().reset(options={"problm": "x"}), BadOption, "Did you mean 'problem'"),
        (lambda: make().reset(options={"problem": "Game24:3"}), BadReference, "Task:level:seed"),
        (lambda: make().reset(options={"problem": "Game24:9:1"}), BadOption, "Did you mean 5"),
        (lambda: make().reset(options={"problem": "Game2:3:1"}), UnknownTask, "Did you mean"),
        (lambda: make().reset(options={"problem": 7}), BadReference, "Task:level:seed"),
        (lambda: make().reset(options={"task": "GDC"}), UnknownTask, "Did you mean 'GCD'"),
        (lambda: make().step(42), BadOption, "text"),
        (lambda: CodeInterpreterEnv(tasks=["GCD"]).step("x"), BadOption, "reset"),
        (lambda: gymnasium.make("r1ci/Gam24-v0"), gymnasium.error.NameNotFound, "Did you mean"),
    ],
)
def test_bad_input_says_what_to_do(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_rendering():
    env = make(render_mode="ansi", prompt="bare")
    env.step(BLOCK)
    env.step("<<<</pre><script>>>>")
    text = env.render()
    assert text.startswith("# NumberMultiply:2:5")
    assert "--- sandbox ---\nCode Execution Results:\n42" in text
    assert text.endswith("=== wrong, reward 0 after 2 turns and 1 code runs ===")
    page = make(render_mode="html")
    page.step("<<<</pre><script>>>>")
    html = page.render()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "http" not in html


def test_human_rendering_prints(capsys):
    env = make(render_mode="human")
    env.step(f"<<<{PROBLEM.answer}>>>")
    printed = capsys.readouterr().out
    assert "correct, reward 1" in printed
    assert PROBLEM.answer in printed


def test_environment_survives_pickling():
    env = make()
    again = pickle.loads(pickle.dumps(env))
    assert again.step(f"<<<{PROBLEM.answer}>>>")[1] == 1.0


def test_module_form_of_the_id():
    assert gymnasium.make("r1ci_env:r1ci/GCD-v0").reset(seed=1)[1]["task"] == "GCD"


@pytest.mark.parametrize("env_id", ["r1ci/Train-v0", "r1ci/Test-v0", "r1ci/All-v0"])
def test_aggregates_pass_the_checker(env_id):
    from r1ci_env.testing import check_gymnasium

    check_gymnasium(env_id)
