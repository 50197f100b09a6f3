"""``r1ci eval`` and the commands about its runs."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from r1ci_env.cli import app
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.evaluation.run_folder import RunFolder
from r1ci_env.records import EPISODE
from r1ci_env.registry import get_task
from tests.r1ci_env.agents.server import completion, scripted_server
from tests.r1ci_env.evaluation.records import made

R1CI = [sys.executable, "-c", "from r1ci_env.cli import main; main()"]

AGENT = """
import time
from pathlib import Path
ASKED = Path(__file__).with_name("asked")
def answer(chat):
    with ASKED.open("a") as file:
        file.write("x")
    if Path(__file__).with_name("slow").exists():
        time.sleep(0.2)
    if Path(__file__).with_name("broken").exists():
        raise ConnectionError("no server")
    return f"<<<{len(chat[0]['content']) % 7}>>>"
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with an agent of the user's own, ``eval_agent``, that is told what to do by files beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eval_agent.py").write_text(AGENT)
    sys.modules.pop("eval_agent", None)
    yield tmp_path
    sys.modules.pop("eval_agent", None)


def asked(here):
    return len((here / "asked").read_text()) if (here / "asked").exists() else 0


def run(*arguments, expect=0):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == expect, done.output
    return done


def evaluate(*arguments, expect=0):
    return json.loads(run("eval", *arguments, "--json", expect=expect).stdout)


MINE = ("--agent", "eval_agent:answer", "--prompt", "bare")


def test_the_reference_solvers_are_right(tmp_path):
    found = evaluate("Game24", "KnightsKnaves", "--per-task", "5", "--output", tmp_path / "run")
    assert {one["name"]: (one["correct"], one["rate"]) for one in found["tasks"]} == {
        "Game24": (5, 1.0),
        "KnightsKnaves": (5, 1.0),
    }
    assert [one["name"] for one in found["levels"]] == ["1", "2", "3", "4", "5"]
    assert (found["all"]["code_runs"], found["all"]["stops"]) == (1.0, {"answer": 10})
    lines = [json.loads(line) for line in (tmp_path / "run" / "episodes.jsonl").read_text().splitlines()]
    assert len(lines) == 10
    assert all(get_task(line["problem"].split(":")[0]) and line["correct"] for line in lines)
    meta = json.loads((tmp_path / "run" / "meta.json").read_text())
    assert (meta["agent"], meta["packages"], meta["per_task"], meta["seed"]) == ("reference", "base", 5, 0)
    assert meta["rules"]["code_timeout"] == 60.0
    assert meta["invocations"][0]["machine"]["cores"] == os.cpu_count()
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["all"] == found["all"]


def test_the_tables(here):
    shown = run("eval", "GCD", "RansomNote", *MINE, "--per-task", "5", "--by-level", "--output", "run").output
    for text in ("eval_agent:answer: tasks", "GCD:3", "Reasoning-Gym test", "test mean", "2 of 37", "ended by: answer"):
        assert text in shown


def test_the_same_command_asks_nothing_twice(here):
    command = ("GCD", "LCM", *MINE, "--per-task", "6")
    first = evaluate(*command)
    assert asked(here) == 12
    second = evaluate(*command)
    assert asked(here) == 12
    assert [second[key] for key in ("all", "tasks", "paper")] == [first[key] for key in ("all", "tasks", "paper")]
    assert first["folder"] == second["folder"]
    assert evaluate("GCD", "LCM", "ChainSum", *MINE, "--per-task", "8")["all"]["episodes"] == 24
    assert asked(here) == 24
    with (here / first["folder"] / "episodes.jsonl").open("ab") as file:
        file.write(b'{"version": 1, "probl')  # it was killed
    assert evaluate(*command)["all"]["episodes"] == 24
    assert asked(here) == 24


def test_faults_count_for_nothing_and_are_asked_again(here):
    (here / "broken").touch()
    found = evaluate("GCD", *MINE, "--per-task", "4", expect=1)
    assert (found["all"]["episodes"], found["all"]["faults"], found["tasks"][0]["rate"]) == (0, 4, None)
    assert "infrastructure faults" in run("health", found["folder"], expect=1).output
    (here / "broken").unlink()
    found = evaluate("GCD", *MINE, "--per-task", "4")
    assert (found["all"]["episodes"], found["all"]["faults"]) == (4, 0)


def test_other_settings_have_other_folders_and_code_that_changed_too(here):
    folders = {evaluate("GCD", *MINE, "--per-task", "1", *more)["folder"] for more in ((), ("--seed", "1"))}
    (here / "eval_agent.py").write_text(AGENT + "\n")
    folders.add(evaluate("GCD", *MINE, "--per-task", "1")["folder"])
    assert len(folders) == 3
    with pytest.raises(R1ciError, match="begun with other settings"):
        run("eval", "GCD", *MINE, "--per-task", "1", "--max-turns", "2", "--output", sorted(folders)[0])


def test_levels_and_samples(here):
    found = evaluate("GCD", "--agent", "random", "--level", "2,4", "--per-task", "4", "--samples", "3")
    assert [one["name"] for one in found["task_levels"]] == ["GCD:2", "GCD:4"]
    assert (found["all"]["problems"], found["all"]["episodes"]) == (4, 12)
    assert set(found["all"]["pass_at"]) == {"1", "2", "3"}


def test_a_training_task_gives_held_out_problems_alone(here):
    found = evaluate("Game24", "ChainSum", "--agent", "echo", "--per-task", "5")
    from r1ci_env import problem

    lines = (Path(found["folder"]) / "episodes.jsonl").read_text().splitlines()
    assert all(problem(json.loads(line)["problem"]).held_out for line in lines)


def start(*arguments, **options):
    return subprocess.Popen(
        [*R1CI, "eval", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=options.pop("cwd"),
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def lines_of(folder):
    file = folder / "episodes.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else -1


def until(process, ready):
    """Wait until something is so, while the process lives."""
    while not ready():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


SLOW = ("GCD", "LCM", *MINE, "--per-task", "30", "--concurrency", "2", "--output", "run")


def test_ctrl_c_shows_the_table_so_far_and_how_to_go_on(here):
    (here / "slow").touch()
    process = start(*SLOW, cwd=here)
    until(process, lambda: lines_of(here / "run") >= 3)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert errors.lower().count("stopped") == 1
    assert "To go on:\nr1ci eval GCD LCM --agent eval_agent:answer" in errors
    assert "ended by: answer" in output
    kept = lines_of(here / "run")
    assert 3 <= kept < 60
    assert json.loads((here / "run" / "summary.json").read_text())["all"]["episodes"] == kept
    (here / "slow").unlink()
    before = asked(here)
    assert evaluate(*SLOW)["all"]["episodes"] == 60
    assert asked(here) - before == 60 - kept


def test_killed_and_gone_on_with_it_is_the_same_table(here):
    whole = evaluate(*SLOW[:-1], "whole")
    (here / "slow").touch()
    process = start(*SLOW, cwd=here)
    until(process, lambda: (here / "run" / "meta.json").exists())
    until(process, lambda: lines_of(here / "run") >= 3)
    process.kill()
    process.communicate()
    (here / "slow").unlink()
    again = evaluate(*SLOW)

    def verdicts(found):
        return [(one["name"], one["problems"], one["correct"], one["low"], one["stops"]) for one in found["tasks"]]

    assert verdicts(again) == verdicts(whole)


def test_the_folder_is_there_before_anything_is_played(here, monkeypatch):
    from r1ci_env.cli import players
    from r1ci_env.sandbox_wasm.guest import image

    order = []
    monkeypatch.setattr(
        image, "load_image", lambda **options: order.append((options["packages"], Path("run/meta.json").exists()))
    )
    monkeypatch.setattr(players, "play_each", lambda *rest: order.append("play") or sys.exit())
    with pytest.raises(SystemExit):
        app(["eval", "GCD", "--packages", "scientific", "--output", "run"])
    assert order == [("scientific", True), "play"]


def test_an_endpoint(here, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-a-long-secret-key")
    with scripted_server(lambda n, body, h: h.send(completion("<<<1>>>"))) as (url, requests):
        found = evaluate(
            *("GCD", "--agent", "openai", "--base-url", url, "--model", "m/1", "--per-task", "3", "--samples", "2"),
            *("--temperature", "0.5", "--top-p", "0.9", "--max-turn-tokens", "77"),
        )
    assert len(requests) == 6
    assert requests[0]["authorization"] == "Bearer sk-a-long-secret-key"
    assert (requests[0]["model"], requests[0]["top_p"], requests[0]["max_tokens"]) == ("m/1", 0.9, 77)
    assert (found["meta"]["model"], found["meta"]["temperature"], found["all"]["tokens"]) == ("m/1", 0.5, 7.0)
    folder = Path(found["folder"])
    assert folder.name.startswith("eval-m-1-")
    assert not any("secret" in file.read_text() for file in folder.iterdir())


def test_an_endpoint_that_is_not_there_is_told_and_can_be_gone_on_with(here):
    with scripted_server(lambda n, body, h: h.send(b"no such model", 404)) as (url, _):
        done = CliRunner().invoke(
            app, ["eval", "GCD", "--agent", "openai", "--base-url", url, "--model", "m", "--output", "run"]
        )
    assert isinstance(done.exception, R1ciError)
    assert "no such model" in str(done.exception)
    assert "To go on" in done.output
    assert lines_of(here / "run") == 0


def test_original_items_sound_and_unsound(here):
    (here / "bbh").mkdir()
    items = [{"input": f"Sort the following words alphabetically: List: b a{i}", "target": f"a{i} b"} for i in range(3)]
    items.append({**items[0], "target": "b a0"})
    (here / "bbh" / "word_sorting.json").write_text(json.dumps({"examples": items}))
    found = evaluate("--official", "bbh=bbh", "--output", "run")
    assert [(one["name"], one["correct"], one["problems"]) for one in found["tasks"]] == [("WordSorting", 3, 3)]
    assert [(one["name"], one["problems"]) for one in found["flawed"]] == [("WordSorting", 1)]
    assert found["meta"]["official"] == {"bbh": "bbh"}
    (here / "bbh" / "word_sorting.json").unlink()
    assert "None of 4 verdicts flips" in run("rescore", "run").output


def test_a_task_of_ones_own(here, monkeypatch):
    (here / "my_task.py").write_text(
        "from r1ci_env.envs.reasoning_gym.arithmetic.gcd import GCD\n\nclass MyTask(GCD):\n    name = 'MyTask'\n"
    )
    monkeypatch.syspath_prepend(here)
    found = evaluate("my_task:MyTask", *MINE, "--per-task", "2", "--output", "run")
    assert [(one["name"], one["problems"]) for one in found["tasks"]] == [("MyTask", 2)]
    assert "None of 2 verdicts flips" in run("rescore", "run").output


def test_compare(here):
    for agent in ("reference", "random"):
        run("eval", "RansomNote", "GCD", "--agent", agent, "--per-task", "5", "--output", agent)
    found = json.loads(run("compare", "random", "reference", "--json").stdout)
    assert found["all"]["second"] == 1.0
    assert found["all"]["difference"] == pytest.approx(1 - found["all"]["first"])
    assert [one["name"] for one in found["tasks"]] == ["RansomNote", "GCD"]
    shown = run("compare", "random", "reference")
    assert "all" in shown.output and "also differ in rules" in shown.output


def test_rescore_lists_the_flips_and_writes_them(here, monkeypatch):
    run("eval", "GCD", "--per-task", "3", "--output", "run")
    monkeypatch.setattr(type(get_task("GCD")), "accepts", lambda self, problem, answer: False)
    flips = json.loads(run("rescore", "run", "--json").stdout)
    assert [(one["was"], one["now"]) for one in flips] == [(True, False)] * 3
    assert evaluate("GCD", "--per-task", "3", "--output", "run")["all"]["correct"] == 3
    run("rescore", "run", "--write")
    assert evaluate("GCD", "--per-task", "3", "--output", "run")["all"]["correct"] == 0
    assert json.loads(run("rescore", "run", "--json").stdout) == []


def test_the_documented_fields_are_those_of_a_record(here, root):
    run("eval", "GCD", "--per-task", "1", "--output", "run")
    table = (root / "docs" / "evaluation.md").read_text().partition("## The record of an episode")[2].partition("##")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert documented == {*json.loads((here / "run" / "episodes.jsonl").read_text()), "item"}
    assert json.loads((here / "run" / "meta.json").read_text()).keys() <= {
        *re.findall(r"`(\w+)`", (root / "docs" / "evaluation.md").read_text())
    }


def test_a_disk_that_is_full_is_told(here, monkeypatch):
    from r1ci_env.records import RecordFile

    def full(self, found):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RecordFile, "append", full)
    with pytest.raises(R1ciError, match="No space left on device"):
        run("eval", "GCD", *MINE, "--output", "run")


def test_health_of_a_good_run(here):
    run("eval", "GCD", "--per-task", "3", "--output", "run")
    assert "Nothing is odd" in run("health", "run").output
    assert json.loads(run("health", "run", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("eval", "GCD", "--agent", "opnai"), "Did you mean 'openai'"),
        (("eval", "GCD", "--agent", "openai", "--model", "m"), "--base-url"),
        (("eval", "GCD", "--agent", "openai", "--base-url", "http://a/v1"), "--model"),
        (("eval", "GCD", "--agent", "openai", "--model", "m", "--base-url", "a/v1"), "no base URL"),
        (("eval", "GCD", "--model", "m"), "--agent local with --model"),
        (("eval", "GCD", "--agent", "local", "--model", "m", "--top-p", "0.5"), "--top-p goes with"),
        (("eval", "GCD", "--temperature", "1"), "--temperature goes with"),
        (("eval", "GCD", "--max-episode-tokens", "9"), "--max-episode-tokens goes with"),
        (("eval", "GCD", "--agent", "openai", "--model", "m", "--base-url", "http://a", "--samples", "2"), "above 0"),
        (("eval", "GCD", "--agent", "nothing:there"), "No function at 'nothing:there'"),
        (("eval", "GCD", "--prompt", "papr"), "Did you mean 'paper'"),
        (("eval", "GCD", "--level", "8"), "Did you mean 5"),
        (("eval", "GCD", "--level", "one"), "such as 1,3,5"),
        (("eval", "GCD", "--official", "bbh=none"), "does not exist"),
        (("eval", "GCD", "--official", "bbh=.", "--level", "1"), "no levels"),
        (("eval", "GCD", "--packages", "scientifc"), "Did you mean 'scientific'"),
        (("eval", "GDC"), "Did you mean 'GCD'"),
        (("eval", "GCD", "--output", "/proc/run"), "cannot be written to"),
        (("eval", "GCD", "--agent", "local", "--model", "./none"), "no folder ./none"),
        (("compare", "none", "none"), "is no run"),
        (("rescore", "none"), "is no run"),
        (("health", "none"), "is no run"),
    ],
)
def test_bad_input_says_what_to_do(arguments, message, here):
    with pytest.raises(R1ciError, match=message):
        run(*arguments)


def test_a_local_model_plays_as_it_was_trained(here):
    pytest.importorskip("torch", reason="the train extra is not installed")
    from r1ci_env.reference_trainer.policy import Policy
    from r1ci_env.reference_trainer.presets import make_config
    from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer

    config = make_config("cpu-tiny", 0, {})
    tokenizer = make_tokenizer(config.tasks, config.levels)
    policy = Policy(make_model(tokenizer, config), tokenizer)
    policy.model.config.r1ci_rules = {**config.rules}
    policy.save(here / "model")
    options = ("GCD", "--agent", "local", "--model", "model", "--level", "1", "--per-task", "4", "--concurrency", "4")
    found = evaluate(*options)
    assert (found["all"]["episodes"], found["meta"]["rules"]["prompt"]) == (4, "bare")
    assert found["meta"]["revision"] and found["all"]["tokens"] > 0
    sampled = evaluate(*options, "--temperature", "1", "--samples", "2")
    assert sampled["all"]["episodes"] == 8
    with pytest.raises(R1ciError, match="leaves no room"):
        run("eval", *options, "--max-episode-tokens", "8")


def test_why_episodes_failed_is_said_at_once(here):
    (here / "broken").touch()
    done = run("eval", "GCD", *MINE, "--per-task", "2", "--output", ":x:[/b]", expect=1)
    assert "2 times: The agent's function raised ConnectionError('no server')" in done.stderr
    assert "kept in :x:[/b] as soon" in done.stderr
    assert "2 faults" in run("health", ":x:[/b]", expect=1).stderr
    assert (here / ":x:[" / "b]").is_dir()


def test_what_could_not_be_played_is_one_line_and_no_success(here, call):
    (here / "broken").touch()
    command = ("eval", "GCD", *MINE, "--per-task", "2", "--output", "run")
    *_, last = call(*command, expect=1).err.splitlines()
    assert last == (
        "error: 2 of 2 episodes could not be played "
        "(2 times: The agent's function raised ConnectionError('no server')), which counts for nothing. "
        "To ask for them again: r1ci eval GCD --agent eval_agent:answer --prompt bare --per-task 2 --output run"
    )
    (here / "broken").unlink()
    call(*command)
    (here / "broken").touch()
    call(*command)  # nothing is asked, so nothing fails
    larger = call(*command[:-3], "3", *command[-2:], expect=1)
    assert "1 of 3 episodes could not be played (once: " in larger.err


def test_tokens_that_nothing_counts_are_none_and_not_zero(here):
    found = evaluate("GCD", *MINE, "--per-task", "1", "--output", "run")
    assert found["all"]["tokens"] is None
    record = json.loads((here / "run" / "episodes.jsonl").read_text())
    assert (record["tokens"], record["prompt_tokens"]) == (None, None)
    header, row = run("eval", "GCD", *MINE, "--per-task", "1", "--output", "run").stdout.splitlines()[1:3]
    assert dict(zip(header.split(), row.split(), strict=True))["tokens"] == "-"
    run("report", "run")
    assert "zero tokens" not in run("health", "run", "--json").stdout


WHOLE = made("GCD:1:1")


@pytest.mark.parametrize(
    "line",
    [
        "null",
        "{}",
        json.dumps({"problem": "GCD:1:1", "sample": 0, "stop": "answer"}),
        *(json.dumps({name: value for name, value in WHOLE.items() if name != left_out}) for left_out in EPISODE),
        *(json.dumps({**WHOLE, name: {}}) for name in EPISODE),
        json.dumps({**WHOLE, "messages": [{"role": "user"}]}),
        json.dumps({**WHOLE, "item": None}),
        json.dumps({**WHOLE, "item": {"question": "?", "data": []}}),
        json.dumps({**WHOLE, "problem": "no reference"}),
    ],
)
def test_every_command_names_the_line_that_is_no_record(here, call, line):
    RunFolder.begin(Path("run"), {"tasks": ["GCD"], "per_task": 1, "samples": 1, "rules": {}})
    with open("run/episodes.jsonl", "w") as file:
        file.write(json.dumps(made("GCD:1:0")) + "\n" + line + "\n")
    for command in (("health", "run"), ("rescore", "run"), ("compare", "run", "run")):
        done = call(*command, expect=2)
        assert done.err.startswith("error: run/episodes.jsonl, line 2: ") and done.err.count("\n") == 1
    if "no reference" not in line:  # the page shows those, too
        assert "run/episodes.jsonl, line 2: " in call("report", "run", expect=2).err


@pytest.mark.parametrize(
    "meta",
    [
        "",
        "[]",
        "{}",
        '{"format": 1}',
        '{"format": 1, "tasks": 5, "invocations": []}',
        '{"format": 1, "tasks": ["GCD"], "invocations": []}',
        '{"format": 1, "tasks": ["GCD"], "invocations": [], "rules": {"reward": {"x": 1}}}',
        '{"format": 1, "tasks": [1], "invocations": [], "rules": []}',
        '{"format": 9}',
        '{"a":' * 9_999,
    ],
)
def test_settings_that_are_damaged_are_told(here, call, meta):
    Path("run").mkdir()
    Path("run/episodes.jsonl").write_text(json.dumps(made("GCD:1:0")) + "\n")
    Path("run/meta.json").write_text(meta)
    done = call("rescore", "run", expect=2)
    assert "meta.json" in done.err and done.err.count("\n") == 1


def test_a_run_without_episodes_is_said_to_have_none(here):
    RunFolder.begin(Path("run"), {"tasks": ["GCD"], "per_task": 1, "samples": 1, "rules": {}})
    assert json.loads(run("health", "run", "--json", expect=1).stdout)[0]["name"] == "no episodes"


def test_a_folder_of_another_kind_is_told_what_it_is(here):
    (here / "training" / "grpo").mkdir(parents=True)
    (here / "training" / "config.json").write_text('{"seed": 0}')
    (here / "training" / "grpo" / "config.json").write_text('{"model_type": "qwen2"}')
    (here / "probe.jsonl").touch()
    for command in (("health",), ("rescore",), ("compare", "training")):
        with pytest.raises(R1ciError, match=r"r1ci report training shows, and r1ci eval .* training/grpo plays"):
            run(*command, "training")
        with pytest.raises(R1ciError, match="holds a model"):
            run(command[0], "training/grpo", *command[1:])
        with pytest.raises(R1ciError, match="is a file: give the folder"):
            run(command[0], "probe.jsonl", *command[1:])
    with pytest.raises(R1ciError, match=r"holds a model, not a run\. Give the folder of its run, such as training"):
        run("report", "training/grpo")


def test_what_the_libraries_say_of_a_model_that_is_not_there_is_silenced(here, monkeypatch, call):
    pytest.importorskip("torch", reason="the train extra is not installed")
    import logging

    from r1ci_env.reference_trainer import policy

    loggers = [logging.getLogger(name) for name in ("huggingface_hub.utils._http", "transformers.modeling_utils")]

    def load(name):
        assert not any(logger.isEnabledFor(logging.WARNING) for logger in loggers)
        raise BadOption(f"No model can be loaded from {name}.")

    monkeypatch.setattr(policy, "load_policy", load)
    before = [logger.getEffectiveLevel() for logger in loggers]
    told = call("eval", "GCD", "--agent", "local", "--model", "some/name", expect=2).err
    assert "error: No model can be loaded from some/name. --model takes a folder, or a name" in told
    assert [logger.getEffectiveLevel() for logger in loggers] == before


def test_a_mistake_in_the_first_command_leaves_its_folder_free(here):
    with pytest.raises(R1ciError, match="eval_agent:reply"):
        run("eval", "GCD", "--agent", "eval_agent:reply", "--output", "run")
    assert evaluate("GCD", *MINE, "--per-task", "1", "--output", "run")["all"]["episodes"] == 1


@pytest.mark.parametrize("model", ["here/none", "a/b/c", "./none", "/none"])
def test_a_folder_that_is_not_there_is_not_looked_for_in_a_hub(here, model):
    (here / "here").mkdir()
    with pytest.raises(R1ciError, match=f"no folder {model}"):
        run("eval", "GCD", "--agent", "local", "--model", model)


def test_a_wrong_level_names_its_option(here):
    with pytest.raises(R1ciError, match=r"^--level takes numbers"):
        run("eval", "GCD", "--level", "x")
