"""The adapter for OpenEnv, with the real package: its server, its client, its validation. `make test-adapters`."""

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

import r1ci_env

pytest.importorskip("openenv.core", reason="run make test-adapters: it needs an environment of its own")

from openenv.validation import Level, run_validation

from r1ci_env.adapters.openenv_client import R1ciClient, Turn

BLOCK = "I count.\n\n```python\nprint(6 * 7)\n```"


def start_server():
    """Start the server in a process of its own; return it and its address once it is healthy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "r1ci_env.adapters.openenv:make_app"]
    process = subprocess.Popen([*command, "--port", str(port), "--log-level", "warning"])
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}/health").read()
            return process, url
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def stop(process):
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def server():
    process, url = start_server()
    yield url
    stop(process)


@pytest.fixture
def client(server):
    with R1ciClient(base_url=server).sync() as connected:
        yield connected


def post(url, **body):
    """Return the status and the JSON that come back."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def answer(reply):
    return Turn(text=f"<<<{r1ci_env.problem(reply.problem).answer}>>>")


def test_an_episode_with_code(client):
    start = client.reset(split="train", index=3)
    assert start.observation.text and not start.done
    assert r1ci_env.problem(start.observation.problem).question in start.observation.text
    result = client.step(Turn(text=BLOCK))
    assert "42" in result.observation.text and (result.reward, result.done) == (0.0, False)
    assert result.metadata["code_status"] == "ok"
    result = client.step(answer(start.observation))
    assert (result.reward, result.done, result.metadata["correct"]) == (1.0, True, True)
    assert client.state().step_count == 2


def test_a_problem_by_its_reference_or_by_a_seed(client):
    assert client.reset(problem="ChainSum:1:2").observation.problem == "ChainSum:1:2"
    refs = [client.reset(seed=seed).observation.problem for seed in (0, 1, 0)]
    assert refs[0] == refs[2] != refs[1]
    assert not any(r1ci_env.problem(ref).held_out for ref in refs)
    test = client.reset(seed=0, split="test").observation.problem
    assert r1ci_env.problem(test).held_out


def test_what_is_held_out_is_not_trained_on(client):
    from r1ci_env.held_out import held_out_problems

    ref = next(held_out_problems(r1ci_env.get_task("ChainSum"))).ref
    with pytest.raises(RuntimeError, match="held out and must not be trained on"):
        client.reset(problem=ref)
    assert client.reset(problem=ref, split="test").observation.problem == ref


def test_the_task_provider(server):
    splits = json.load(urllib.request.urlopen(f"{server}/r1ci/splits"))
    assert [split["name"] for split in splits] == ["train", "test"]
    assert post(f"{server}/r1ci/num_tasks", split="train") == (200, {"num_tasks": 107_000})
    assert post(f"{server}/r1ci/num_tasks", split="test") == (200, {"num_tasks": 37_000})
    status, found = post(f"{server}/r1ci/task", split="test", index=5)
    assert status == 200 and found["task"]["task"] in r1ci_env.list_tasks(split="test")
    status, found = post(f"{server}/r1ci/task_range", split="train", start=5, stop=8)
    assert [task["index"] for task in found["tasks"]] == [5, 6, 7]
    assert len(post(f"{server}/r1ci/tasks", split="train")[1]["tasks"]) == 100
    assert post(f"{server}/r1ci/task", split="test", index=37_000)[0] == 400


def test_mistakes_are_told(client, server):
    for data, message in (
        ({"splt": "train"}, "Unknown reset option 'splt'"),
        ({"split": "tets"}, "Did you mean 'test'"),
        ({"index": 10**9}, "problems 0 to 106999"),
        ({"index": "three"}, "index must be an integer"),
        ({"problem": "Game24"}, "Task:level:seed"),
    ):
        with pytest.raises(RuntimeError, match=message):
            client.reset(**data)
    status, found = post(f"{server}/r1ci/num_tasks", split="tets")
    assert status == 400 and "Did you mean 'test'" in found["detail"]
    status, found = post(f"{server}/step", action={"text": "a turn"})  # over REST every call has its own episode
    assert status == 400 and "reset" in found["detail"]
    client.reset()
    client.step(Turn(text="<<<0>>>"))
    with pytest.raises(RuntimeError, match="The episode is over"):
        client.step(Turn(text="<<<0>>>"))


def test_many_sessions_at_once(server):
    async def play(index):
        async with R1ciClient(base_url=server) as client:
            start = await client.reset(split="train", index=index)
            seen = await client.step(Turn(text=f"```python\nprint({index} * 1000)\n```"))
            assert str(index * 1000) in seen.observation.text
            return (await client.step(answer(start.observation))).reward

    async def play_all():
        return await asyncio.gather(*(play(index) for index in range(1, 33)))

    assert asyncio.run(play_all()) == [1.0] * 32


def openenv(*arguments):
    return subprocess.run([sys.executable, "-m", "openenv.cli", *arguments], capture_output=True, text=True)


def test_the_server_passes_openenv_validate(server):
    done = openenv("validate", "--url", server, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["passed"] and not report["summary"]["failed_criteria"]


def test_the_manifest_passes_openenv_validate(root):
    done = openenv("validate", str(root / "docs" / "integrations" / "openenv"), "--level", "static", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["verdict"] == "pass"


class Loopback:
    """Starts the server as a process, where OpenEnv's own provider would build and start a Docker image."""

    name = "loopback"
    supported_network_modes = frozenset({"public"})

    def __init__(self):
        from openenv.validation.types import ProviderCapability

        self.capabilities = frozenset({ProviderCapability.IMAGE_BUILD})

    def build(self, root, execution):
        return "sha256:" + "0" * 64

    def start(self, spec):
        self._process, self.base_url = start_server()
        return self

    def inspect(self):
        return {}

    def stop(self):
        stop(self._process)


def test_the_runtime_checks_of_openenv_validate(root):
    package = root / "docs" / "integrations" / "openenv"
    report = run_validation(package, max_level=Level.RUNTIME, provider=Loopback())
    checks = {result.check_id: result for result in report.results}
    for check in ("startup", "reward_well_formed", "observation_schema", "state_contract"):
        result = checks[f"runtime.{check}"]
        assert result.status.value == "pass", result.evidence
    assert report.verdict.value in ("pass", "warn")
    declared = report.manifest.capabilities.declared_task_count
    from r1ci_env.adapters.numbered import NumberedProblems

    assert declared == {split: NumberedProblems().num_tasks(split) for split in ("train", "test")}


def test_the_page(page_code, server, capsys):
    for block in page_code("openenv"):
        exec(block.replace("http://localhost:8000", server), {})
    assert "reward 1.0" in capsys.readouterr().out
