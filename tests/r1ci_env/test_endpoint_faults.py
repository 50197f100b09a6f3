"""Many episodes at a time against a server that misbehaves; `benchmarks/endpoint.py` is the larger form."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import pytest

from r1ci_env.agents.openai import EndpointSettings, OpenAIAgent
from r1ci_env.arena import Arena
from r1ci_env.evaluation.drawing import draw
from r1ci_env.evaluation.scores import latest
from r1ci_env.evaluation.summary import summarise
from r1ci_env.playing import play_each
from r1ci_env.records import RecordFile, record

TASKS, PER_TASK = ("GCD", "BooleanExpressions", "SpellBackward"), 40
PLACES = len(TASKS) * PER_TASK


@contextmanager
def endpoint(root, **options):
    """Yield the URL of a server that knows the answers."""
    command = [sys.executable, root / "benchmarks" / "scripted_endpoint.py", *TASKS, f"--per-task={PER_TASK}"]
    command += [f"--{name}={value}" for name, value in options.items()]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def told(url):
    with urllib.request.urlopen(url) as response:
        return json.load(response)


class Stop(Exception):
    """Stands for whatever ends a process."""


def play(url, path, pool, attempts=6, stop_after=None):
    """Play what is missing, until so many episodes have ended."""
    file = RecordFile(path)
    there = {one["problem"] for one in file if one["stop"] != "fault"}
    ended = 0

    def keep(played):
        nonlocal ended
        file.append(record(played))
        ended += 1
        if ended == stop_after:
            raise Stop

    async def run():
        settings = EndpointSettings("m", timeout=4.0, attempts=attempts, pause=0.01, concurrency=PLACES)
        agent = OpenAIAgent([f"{url}/v1"], settings)
        problems = ((p, 0) for p in draw(TASKS, [], PER_TASK) if p.ref not in there)
        try:
            await play_each(agent, Arena(pool, PLACES, prompt="bare"), problems, keep)
        finally:
            await agent.close()

    asyncio.run(run())


def verdicts(path):
    found = summarise(RecordFile(path))
    return [(one["name"], one["problems"], one["correct"], one["stops"]) for one in found["tasks"]]


@pytest.fixture(scope="module")
def whole(root, pool, tmp_path_factory):
    """All episodes, played in one go, and what the server says of it."""
    path = tmp_path_factory.mktemp("whole") / "episodes.jsonl"
    with endpoint(root, delay=0.1, faults=0.7, hang=6) as url:
        play(url, path, pool)
        return path, told(url)


def test_nothing_is_lost_and_every_failure_is_accounted_for(whole):
    path, facts = whole
    records = list(RecordFile(path))
    assert len(records) == len(latest(records)) == PLACES
    assert len(facts["faults"]) == 10, "the server was to misbehave in every way"
    faults = [one for one in records if one["stop"] == "fault"]
    assert all("after 6 attempts" in one["fault"] for one in faults)
    assert all(one["stop"] == "answer" and not one["fault"] for one in records if one not in faults)
    assert 0.3 < sum(one["correct"] for one in records) / PLACES < 0.9
    assert {one["code_runs"] for one in records} == {0, 1}


def test_stopped_in_the_middle_and_gone_on_with_it_is_the_same(whole, root, pool, tmp_path):
    path = tmp_path / "episodes.jsonl"
    with endpoint(root, delay=0.1, faults=0.7, hang=6) as url:
        with pytest.raises(Stop):
            play(url, path, pool, stop_after=PLACES // 2)
        with path.open("ab") as file:
            file.write(b'{"version": 1, "problem": "GC')
        play(url, path, pool)
    assert verdicts(path) == verdicts(whole[0])
    records = [one for one in RecordFile(path) if one["stop"] != "fault"]
    assert len(records) == len({one["problem"] for one in records})
