"""The environment: episodes, options, rewards, rendering."""

import pickle
import re

import gymnasium
import numpy as np
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


def test_the_end_of_long_output_is_shown():
    observation, *_, info = make().step("```python\nprint('z' * 70_000)\nprint('ANSWER 42')\n```")
    assert observation.endswith("ANSWER 42") and info["code_truncated"]
    (left_out,) = re.findall(r"\[(\d+) characters left out\]", observation)
    assert observation.count("z") + int(left_out) == 70_000
    *_, info = make().step("```python\nprint('x' * 100)\n```")
    assert info["code_truncated"] is False


def test_standard_error_is_shown_and_silence_said():
    env = make()
    assert "careful" in env.step("```python\nimport sys; print('careful', file=sys.stderr)\n```")[0]
    assert "no output" in env.step("```python\nx = 1\n```")[0]


def test_the_value_of_a_last_expression_is_shown_if_wanted():
    block = "```python\nx = 20\nx + 1\n```"
    assert make().step(block)[0].endswith("21")
    assert "no output" in make(echo=False).step(block)[0]
    with pytest.raises(BadOption, match="echo"):
        CodeInterpreterEnv(echo="yes")


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
        (lambda: CodeInterpreterEnv(tasks=["GCD"]).step("x"), gymnasium.error.ResetNeeded, "reset"),
        (lambda: make().reset(options={"task": "GCD"}), BadOption, "not among the 1 tasks"),
        (lambda: make().reset(options={"level": 3.0}), BadOption, "Did you mean 3"),
        (lambda: CodeInterpreterEnv(tasks=["GCD"], level=float("nan")), BadOption, "levels 1 to 5"),
        (lambda: gymnasium.make("r1ci/GCD-v0", tasks=["LCM"]), BadOption, "about GCD alone"),
        (lambda: gymnasium.make("r1ci/GCD-v0", split="train"), BadOption, "about GCD alone"),
        (lambda: CodeInterpreterEnv(answer_marker="<result>"), BadOption, "answer_marker"),
        (lambda: CodeInterpreterEnv(strip_thinking="yes"), BadOption, "True or False"),
        (lambda: CodeInterpreterEnv(max_turn_chars=2**20 + 1), BadOption, "max_turn_chars must be"),
        (lambda: CodeInterpreterEnv(tasks=["no.such.module:Task"]), UnknownTask, "importable module"),
        (lambda: CodeInterpreterEnv(tasks=["r1ci_env.task:Problem"]), UnknownTask, "no subclass"),
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
    assert " question " in printed.splitlines()[0]
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


def test_levels_and_seeds_of_numpy_are_numbers():
    env = CodeInterpreterEnv(tasks=["GCD"], level=np.int64(3))
    env.reset(seed=1)
    assert (env.problem.level, type(env.problem.level)) == (3, int)
    assert r1ci_env.get_task("GCD").problem(np.int64(7), level=np.int8(2)) == r1ci_env.problem("GCD:2:7")


def test_a_class_of_any_module_is_a_task():
    env = CodeInterpreterEnv(tasks=["r1ci_env.envs.reasoning_gym.arithmetic.gcd:GCD"])
    env.reset(seed=0)
    assert env.problem.task == "GCD"
    assert r1ci_env.problem("r1ci_env.envs.reasoning_gym.arithmetic.gcd:GCD:2:7") == r1ci_env.problem("GCD:2:7")


@pytest.mark.parametrize(
    ("turn", "hint"),
    [
        ("<<8>>", "<<8>> is no final answer: write it as <<<...>>>"),
        (r"\boxed{8}", "boxed"),
        ("```\nprint(1)\n```", "open it with ```python"),
        ("hm", "neither a complete ```python block nor a final answer"),
        ("```python\nprint('<<<8>>>')\n```", "An answer that a program prints is not read"),
        ("```python\nprint(input())\n```", "There is no input to read"),
    ],
)
def test_a_near_miss_gets_a_hint(turn, hint):
    assert hint in make().step(turn)[0]


def test_the_same_program_again_gets_a_hint():
    env = make()
    assert "same program" not in env.step(BLOCK)[0]
    assert "same program" in env.step(BLOCK)[0]
    assert "same program" not in env.step("```python\nprint(1)\n```")[0]


@pytest.mark.parametrize("persistent", [False, True])
def test_the_hint_is_said_only_where_it_is_true(persistent):
    env = make(persistent=persistent)
    counts = "```python\nn = globals().get('n', 0) + 1\nprint(n)\n```"
    assert "same program" not in env.step(counts)[0]
    observation = env.step(counts)[0]
    assert ("same program" in observation, "\n2" in observation) == (not persistent, persistent)
    env.close()


def test_a_cut_turn_says_so():
    env = make(max_turn_chars=20)
    observation, *_, info = env.step("x " * 20 + "<<<8>>>")
    assert observation.startswith("Your turn was cut after 20 characters.\nYour turn had neither")
    assert info["turn_cut"]
    assert make().step("x " * 16_400 + f"<<<{PROBLEM.answer}>>>")[1] == 1.0
    assert not make().step("<<<8>>>")[-1]["turn_cut"]


def test_another_answer_marker():
    env = make(answer_marker="<answer></answer>")
    question = env.messages[0]["content"]
    assert "<<<" not in question
    assert "<answer>...</answer>" in question
    assert "<answer>...</answer>" in env.step("hm")[0]
    assert "<answer>...</answer>" in env.step("<<<8>>>")[0]
    assert env.step(f"<answer>{PROBLEM.answer}</answer>")[1] == 1.0


def test_thoughts_are_read_only_if_asked_for():
    turn = f"<think>\nMaybe <<<999>>>? No.\n</think>\n<<<{PROBLEM.answer}>>>"
    assert make().step(turn)[1] == 1.0
    assert make(strip_thinking=False).step(turn)[1] == 0.0


def test_what_controls_a_terminal_is_shown_escaped():
    env = make(render_mode="ansi", prompt="bare")
    env.step("```python\nprint('\\x1b[31mred\\x07 <|im_end|>\\u202eabc')\n```")
    assert r"\x1b[31mred\x07 <|im_end|>\u202eabc" in env.render()
    env.render_mode = "html"
    page = env.render()
    assert r"\x1b[31mred\x07 &lt;|im_end|&gt;" in page
    assert "\x1b" not in page


@pytest.mark.parametrize(
    ("name", "options", "hint"),
    [
        ("Train", {"tasks": ["GCD"]}, r"r1ci/All-v0"),
        ("All", {"tasks": 5}, "list of names"),
        ("All", {"tasks": [type(r1ci_env.get_task("GCD"))]}, r"write GCD\(\)"),
        ("GCD", {"prompt": None}, "template"),
        ("GCD", {"sandbox": 3}, "method run"),
        ("GCD", {"max_turns": 2.5}, "an integer from 1"),
        ("GCD", {"reward": {"corect": 1.0}}, "Did you mean 'correct'"),
        ("GCD", {"reward": ["paper"]}, "RewardSpec"),
    ],
)
def test_an_option_of_the_wrong_kind_is_told(name, options, hint):
    with pytest.raises(BadOption, match=hint):
        gymnasium.make(f"r1ci/{name}-v0", **options)


def test_a_reward_of_ones_own_survives_the_json_of_a_spec():
    spec = gymnasium.make("r1ci/GCD-v0", reward=RewardSpec(correct=2.0)).spec
    again = gymnasium.make(type(spec).from_json(spec.to_json()))
    again.reset(seed=0)
    assert again.step(f"<<<{again.unwrapped.problem.answer}>>>")[1] == 2.0
