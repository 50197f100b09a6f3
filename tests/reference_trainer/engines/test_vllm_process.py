"""How a server is started and ended, with a script in place of vLLM."""

import json
import os
import signal
import subprocess
import sys

import pytest

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.engines.vllm_config import VllmConfig
from r1ci_env.reference_trainer.engines.vllm_process import KEEPER, VllmProcess

SERVER = """
import http.server, json, os, subprocess, sys
from pathlib import Path

folder, *options = sys.argv[1:]
Path(folder, "options.json").write_text(json.dumps(options))
Path(folder, "environment.json").write_text(json.dumps(dict(os.environ)))
if "--fail" in options:
    sys.exit("no memory left for the cache")
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
Path(folder, "pids").write_text(f"{os.getpid()} {worker.pid}")
if "--deaf" in options:
    worker.wait()

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass

http.server.HTTPServer(("127.0.0.1", int(options[options.index("--port") + 1])), Health).serve_forever()
"""
STARTED = {"length": 64, "dtype": "float32", "lora_rank": 0}


@pytest.fixture
def command(tmp_path):
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    return f"{sys.executable} {script}"


def pids(folder):
    return [int(pid) for pid in (folder / "pids").read_text().split()]


def test_a_server_serves_and_ends_with_all_that_it_started(command, tmp_path, lives, wait_until):
    process = VllmProcess(VllmConfig(command=command, options="--own 'a b'"), tmp_path / "logs" / "vllm.log")
    process.start(tmp_path, length=64, dtype="bfloat16", lora_rank=12)
    assert process.runs
    options = (tmp_path / "options.json").read_text()
    for option in ('"--max-model-len", "64"', '"--dtype", "bfloat16"', '"--max-lora-rank", "16"', '"--own", "a b"'):
        assert option in options
    first = pids(tmp_path)
    url = process.url
    process.start(tmp_path, **STARTED)
    assert process.url == url
    second = pids(tmp_path)
    wait_until(lambda: not any(map(lives, first)))  # a signal is on its way for a moment
    assert all(map(lives, second))
    process.close()
    assert not process.runs
    wait_until(lambda: not any(map(lives, second)))


def test_a_server_is_no_part_of_what_torchrun_has_started(command, tmp_path, monkeypatch):
    told = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "GROUP_RANK", "ROLE_WORLD_SIZE", "MASTER_PORT")
    told += ("TORCHELASTIC_USE_AGENT_STORE", "TORCHELASTIC_RUN_ID", "ROLE_NAME")
    for name in told:
        monkeypatch.setenv(name, "2")
    monkeypatch.setenv("MASTER_KEY", "kept")
    process = VllmProcess(VllmConfig(command=command, devices="4,5"), tmp_path / "vllm.log")
    process.start(tmp_path, **STARTED)
    process.close()
    found = json.loads((tmp_path / "environment.json").read_text())
    assert not found.keys() & set(told)
    assert (found["MASTER_KEY"], found["CUDA_VISIBLE_DEVICES"]) == ("kept", "4,5")


def test_a_server_that_can_not_start_is_told_with_its_log(command, tmp_path):
    process = VllmProcess(VllmConfig(command=command, options="--fail"), tmp_path / "vllm.log")
    with pytest.raises(R1ciError, match=r"ended with exit code 1.*vllm\.log:\nno memory left"):
        process.start(tmp_path, **STARTED)
    process.close()


def test_a_server_that_never_serves_is_given_up_and_ended(command, tmp_path, lives, wait_until):
    process = VllmProcess(VllmConfig(command=command, options="--deaf", start_seconds=2.0), tmp_path / "vllm.log")
    with pytest.raises(R1ciError, match=r"within 2 seconds \(vllm.start_seconds\)"):
        process.start(tmp_path, **STARTED)
    wait_until(lambda: not any(map(lives, pids(tmp_path))))


def test_a_server_that_was_killed_is_told(command, tmp_path, lives, wait_until):
    process = VllmProcess(VllmConfig(command=command), tmp_path / "vllm.log")
    process.start(tmp_path, **STARTED)
    process.require_alive()
    server, worker = pids(tmp_path)
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: not lives(worker))  # nothing of it is left behind
    with pytest.raises(R1ciError, match="has ended with exit code 137"):
        wait_until(lambda: process.require_alive())
    process.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_ends_with_the_trainer_however_that_ends(command, tmp_path, how, lives, wait_until):
    trainer = f"""
import subprocess, sys, time
server = subprocess.Popen([sys.executable, {str(KEEPER)!r}, *{command.split()!r}, {str(tmp_path)!r}, "--deaf"],
                          stdin=subprocess.PIPE, start_new_session=True)
time.sleep(600)
"""
    running = subprocess.Popen([sys.executable, "-c", trainer])
    wait_until((tmp_path / "pids").exists)
    wait_until(lambda: len((tmp_path / "pids").read_text().split()) == 2)
    assert all(map(lives, pids(tmp_path)))
    running.send_signal(how)
    running.wait()
    wait_until(lambda: not any(map(lives, pids(tmp_path))))
