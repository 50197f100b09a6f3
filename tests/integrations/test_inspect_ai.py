"""Our tasks and our sandbox in inspect-ai. `make test-adapters`."""

import subprocess
import sys

import pytest

inspect_ai = pytest.importorskip("inspect_ai", reason="run make test-adapters: it needs an environment of its own")

from inspect_ai import Task
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import bash, python
from inspect_ai.util import SandboxUserUnsupportedError

from r1ci_env import get_task, problem
from r1ci_env.adapters.inspect_sandbox import R1ciSandbox
from r1ci_env.held_out import held_out_set
from r1ci_env.sandbox_wasm import SandboxError, shared_pool

MODEL = "openai/gpt-5-mini"


def counted(output):
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)  # or inspect loads a tokenizer to count
    return output


def said(text):
    return counted(ModelOutput.from_content("mockllm/model", text))


def called(name, **arguments):
    return counted(ModelOutput.for_tool_call("mockllm/model", name, arguments))


def solver_that_reads(messages, tools, choice, config):
    """A model that knows the reference program of the question, and answers with what it printed."""
    question = next(m.text for m in messages if m.role == "user")
    asked = next(p for name in ("ChainSum", "Game24") for p in held_out_set(name, per_task=5) if p.question in question)
    _, header, output = messages[-1].text.partition("Code Execution Results:\n")
    if not header:
        return said(f"I compute.\n```python\n{get_task(asked.task).program(asked)}\n```")
    return said(f"<<<{output}>>>" if asked.task == "ChainSum" else "<<<1 + 1>>>")


def played(task, tmp_path, outputs, **options):
    model = get_model("mockllm/model", custom_outputs=outputs)
    (log,) = inspect_ai.eval(task, model=model, display="none", log_dir=str(tmp_path), **options)
    assert log.status == "success", log.error
    return log


def test_the_task_of_the_page(page_code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = get_model("mockllm/model", custom_outputs=solver_that_reads)
    found = {"model": model}
    exec(page_code("inspect_ai", {f'model="{MODEL}"': 'model=model, display="none"'})[0], found)
    log = found["log"]
    assert log.status == "success" and len(log.samples) == 10
    assert all(problem(sample.id).held_out for sample in log.samples)
    values = {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}
    assert values["accuracy"] == 0.5 and values["ChainSum"] == 1.0 and values["Game24"] == 0.0
    roles = [message.role for message in log.samples[0].messages]
    assert roles == ["user", "assistant", "user", "assistant"]
    rescored = inspect_ai.score(log, found["r1ci"]().scorer, action="overwrite")
    assert rescored.results.scores[0].metrics["accuracy"].value == 0.5


def test_rules_and_limits(tmp_path):
    from r1ci_env.adapters.inspect_task import r1ci

    def no_answer(messages, tools, choice, config):
        return said("```python\nprint(1)\n```")

    log = played(r1ci(tasks="ChainSum", per_task=1, levels=["1"], max_turns=2, prompt="bare"), tmp_path, no_answer)
    assert log.results.scores[0].metrics["accuracy"].value == 0.0
    assert [m.role for m in log.samples[0].messages] == ["user", "assistant", "user", "assistant"]
    assert log.samples[0].messages[0].text == problem(log.samples[0].id).question


WITHOUT_IMPORT = """
import sys
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.solver import solver
from inspect_ai.util import sandbox

def say(messages, tools, choice, config):
    output = ModelOutput.from_content("mockllm/model", "<<<no>>>")
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return output

@solver
def run():
    async def solve(state, generate):
        state.output.completion = (await sandbox().exec(["python3", "-c", "print(6 * 7)"])).stdout
        return state
    return solve

options = {"model": get_model("mockllm/model", custom_outputs=say), "display": "none"}
(log,) = eval("r1ci_env/r1ci", task_args={"tasks": "ChainSum", "per_task": 2, "max_turns": 1}, **options)
print([score.value for sample in log.samples for score in sample.scores.values()])
(log,) = eval(Task(dataset=[Sample("?", target="42")], solver=run()), sandbox="r1ci", **options)
print(log.samples[0].output.completion)
"""


def test_entry_points(tmp_path):
    done = subprocess.run([sys.executable, "-c", WITHOUT_IMPORT], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["[0.0, 0.0]", "42"], done.stderr


def test_the_sandbox_of_the_page(page_code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = "print(sum(int(line) for line in open('numbers.txt')))\nopen('/etc/passwd')"
    outputs = [called("python", code=code), said("It is 42.")]
    found = {"model": get_model("mockllm/model", custom_outputs=outputs)}
    exec(page_code("inspect_ai", {f'model="{MODEL}"': 'model=model, display="none"'})[1], found)
    log = found["log"]
    assert log.status == "success" and log.results.scores[0].metrics["accuracy"].value == 1.0
    shown = next(message.text for message in log.samples[0].messages if message.role == "tool")
    assert shown.splitlines()[-1] == "42" and "FileNotFoundError" in shown


def test_what_tools_say(tmp_path):
    calls = [
        called("bash", command="ls -l"),
        called("bash", command="python3 data/run.py"),
        called("python", code="while True: pass"),
        said("done"),
    ]
    sample = Sample("?", target="done", files={"data/run.py": "import sys; print('ran', sys.stdin.read())"})
    task = Task(
        dataset=[sample],
        solver=[use_tools(python(timeout=1), bash()), generate()],
        scorer=includes(),
        sandbox="r1ci",
    )
    messages = [m for m in played(task, tmp_path, calls).samples[0].messages if m.role == "tool"]
    assert "there is no shell here" in messages[0].text
    assert messages[1].text.startswith("ran")
    assert messages[2].error is not None and messages[2].error.type == "timeout"


@pytest.fixture
def box():
    return R1ciSandbox()


def run(box, *command, **options):
    import asyncio

    return asyncio.run(box.exec(list(command), **options))


def test_exec(box):
    done = run(
        box, "python3", "-c", "import sys; print(input()); print('e', file=sys.stderr); sys.exit(3)", input="é\n"
    )
    assert (done.success, done.returncode, done.stdout, done.stderr) == (False, 3, "é\n", "e\n")
    assert run(box, "bash", "--login", "-c", "python3 -", input=b"print(1)").stdout == "1\n"
    assert "ZeroDivisionError" in run(box, "python3", "-", input="1 / 0").stderr
    assert run(box, "python3", "-c", "").success
    assert run(box, "python3", "-c", "open('x', 'w').write('1'); print(open('x').read())").stdout == "1\n"
    assert "FileNotFoundError" in run(box, "python3", "-c", "open('x')").stderr
    assert "MemoryError" in run(box, "python3", "-c", "x = [0] * 10**9").stderr
    for command in (
        ["ls"],
        [],
        ["python3"],
        ["python3", "-c", "1", "2"],
        ["bash", "-c", "python3 - | ls"],
        ["pythonx"],
    ):
        refused = run(box, *command)
        assert (refused.success, refused.returncode) == (False, 127) and "no shell" in refused.stderr
    for options in ({"cwd": "/tmp"}, {"env": {"A": "1"}}):
        assert run(box, "python3", "-c", "1", **options).returncode == 127
    with pytest.raises(TimeoutError):
        run(box, "python3", "-c", "while True: pass", timeout=1)
    with pytest.raises(SandboxUserUnsupportedError, match="root"):
        run(box, "python3", "-c", "1", user="root")


def test_an_exec_that_fails_for_reasons_of_ours(box, monkeypatch):
    from inspect_ai.util import SandboxUnavailableError

    async def fail(*args, **options):
        raise SandboxError("no memory")

    monkeypatch.setattr(shared_pool(), "arun", fail)
    with pytest.raises(SandboxUnavailableError, match="no memory"):
        run(box, "python3", "-c", "1")


def test_files(box):
    import asyncio

    async def files():
        await box.write_file("a/b.bin", b"\xc3\x28")
        await box.write_file("/a/c.txt", "x\r\n✨")
        await box.write_file("a/../a/c.txt", "y\r\n✨")
        assert await box.read_file("/a/b.bin", text=False) == b"\xc3\x28"
        assert await box.read_file("a/c.txt") == "y\r\n✨"
        with pytest.raises(UnicodeDecodeError):
            await box.read_file("a/b.bin")
        with pytest.raises(FileNotFoundError, match="nowhere"):
            await box.read_file("nowhere")
        with pytest.raises(IsADirectoryError):
            await box.read_file("a")
        with pytest.raises(IsADirectoryError):
            await box.write_file("a", "1")
        with pytest.raises(PermissionError):
            await box.write_file("a/c.txt/d", "1")
        return await box.exec(["python3", "-c", "print(open('/a/c.txt', newline='').read() == 'y\\r\\n✨')"])

    assert asyncio.run(files()).stdout == "True\n"
