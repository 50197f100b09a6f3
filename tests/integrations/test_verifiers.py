"""Our tasks as a taskset of verifiers, against a server on loopback. `make test-adapters`."""

import importlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path

import pytest

vf = pytest.importorskip("verifiers.v1", reason="run make test-adapters: it needs an environment of its own")

from r1ci_env import R1ciError, get_task, problem
from r1ci_env.adapters.verifiers import R1ciConfig, R1ciTaskset
from r1ci_env.held_out import held_out_set

BIN = Path(sys.executable).parent


class Server(BaseHTTPRequestHandler):
    """A model that computes sums with the reference program, and gives up on the rest."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        messages = [message["content"] for message in asked["messages"] if message["role"] == "user"]
        texts = [text if isinstance(text, str) else text[0]["text"] for text in messages]
        self.server.seen.append(texts)
        found = next((p for p in self.server.known if p.question in texts[0]), None)
        if found is None:
            text = "<<<no>>>"
        elif len(texts) == 1:
            text = f"```python\n{get_task(found.task).program(found)}\n```"
        else:
            text = f"<<<{texts[-1].splitlines()[-1]}>>>"
        if self.server.broken:
            self.send_error(500)
            return
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        reply = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
        chunks = [
            {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            {"choices": [], "usage": usage},
        ]
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(f"data: {json.dumps(reply | chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    running.broken = False
    running.seen, running.known = [], held_out_set("ChainSum", per_task=3)
    running.url = f"http://127.0.0.1:{running.server_port}/v1"
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def place(page_code, tmp_path, monkeypatch):
    """A folder with the page's ``r1ci.py``."""
    (tmp_path / "r1ci.py").write_text(page_code("verifiers")[0])
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")  # uv
    importlib.invalidate_caches()
    yield tmp_path
    sys.modules.pop("r1ci", None)


def test_the_code_of_the_page(place, server, page_code):
    small = {
        "http://localhost:8000/v1": server.url,
        '"Qwen/Qwen3-8B", 100': '"scripted", 4',
        '["Game24", "Sudoku"], rules': '["ChainSum", "Game24"], rules',
    }
    found = {}
    exec(page_code("verifiers", small)[1], found)
    episodes = found["episodes"]
    assert [episode.errors for episode in episodes] == [[]] * 4 and all(episode.ok for episode in episodes)
    tasks = [episode.task.data.name for episode in episodes]
    assert tasks == ["ChainSum", "Game24", "ChainSum", "Game24"]
    assert [episode.traces[0].reward for episode in episodes] == [1.0, 0.0, 1.0, 0.0]
    assert all(problem(episode.task.data.id).held_out for episode in episodes)
    assert sorted(len(texts) for texts in server.seen) == [1, 1, 1, 1, 2, 2]
    assert "Code Execution Results:" in next(texts[1] for texts in server.seen if len(texts) == 2)


def test_faults_are_no_rewards(place, server, page_code, monkeypatch):
    from r1ci_env.sandbox_wasm import SandboxError, SandboxPool

    async def fail(self, code, **options):
        raise SandboxError("no memory")

    small = {
        "asyncio.run(evaluate(": "None and (evaluate(",
        "print(sum": "0 and (sum",
        '["Game24", "Sudoku"]': '["ChainSum"]',
    }
    found = {}
    exec(page_code("verifiers", small)[1], found)
    import asyncio

    monkeypatch.setattr(SandboxPool, "arun", fail)
    (episode,) = asyncio.run(found["evaluate"](server.url, "scripted", 1))
    assert not episode.ok and "no memory" in episode.errors[0].message and not episode.traces[0].rewards
    server.broken = True
    (episode,) = asyncio.run(found["evaluate"](server.url, "scripted", 1))
    assert not episode.ok and episode.traces[0].errors and not episode.traces[0].rewards


def test_the_command(place, server):
    command = [str(BIN / "vf-eval"), "r1ci", "-n", "2", "--env.taskset.split", "test", "--no-push", "--no-rich"]
    command += ["--env.taskset.tasks", '["ChainSum"]', "--env.taskset.rules", '{"max_turns": 1}']
    command += ["--model", "scripted", "--client.base-url", server.url, "--client.api-key-var", "R1CI_API_KEY"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."})
    assert done.returncode == 0, done.stdout + done.stderr
    (traces,) = place.rglob("traces.jsonl")
    episodes = [json.loads(line) for line in traces.read_text().splitlines()]
    assert all(episode["ok"] for episode in episodes)
    assert [trace["rewards"]["episode"]["score"] for e in episodes for trace in e["traces"]] == [0.0, 0.0]


def test_taskset():
    training = list(islice(R1ciTaskset(R1ciConfig(tasks=["ChainSum", "Game24"])), 40))
    assert {task.data.name for task in training} == {"ChainSum", "Game24"}
    assert not any(problem(task.data.id).held_out for task in training)
    again = list(islice(R1ciTaskset(R1ciConfig(tasks=["ChainSum", "Game24"])), 40))
    assert [task.key for task in training] == [task.key for task in again]
    other = list(islice(R1ciTaskset(R1ciConfig(tasks=["ChainSum", "Game24"], seed=1)), 40))
    assert [task.data.id for task in training] != [task.data.id for task in other]
    test = R1ciTaskset(R1ciConfig(split="test", levels=[2], rules={"prompt": "bare"})).take(74)
    seen = [problem(task.data.id) for task in test]
    assert len({p.task for p in seen}) == 37 and all(p.held_out and p.level == 2 for p in seen)
    assert [task.data.prompt for task in test] == [p.question for p in seen]
    with pytest.raises(R1ciError, match="test split"):
        next(iter(R1ciTaskset(R1ciConfig(tasks=[seen[0].task]))))
    with pytest.raises(R1ciError, match="max_turns"):
        next(iter(R1ciTaskset(R1ciConfig(rules={"max_turn": 1}))))
