"""Episodes that agents play, and the file that they are recorded in."""

import asyncio
import json
import sys
import types

import pytest

import r1ci_env
from r1ci_env.agents import AgentError, FunctionAgent, ReferenceAgent, Reply
from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.playing import play_all
from r1ci_env.records import RecordFile, record
from r1ci_env.sandbox_wasm.errors import SandboxError


def play(agent, problems, sandbox, **rules):
    return asyncio.run(play_all(agent, Arena(sandbox, **rules), [(r1ci_env.problem(ref), 0) for ref in problems]))


def test_the_reference_solvers_are_right(sandbox):
    played = play(
        ReferenceAgent(), [f"{task}:{level}:5" for task in ("GCD", "Game24") for level in range(1, 6)], sandbox
    )
    assert all(one.episode.correct and one.outcomes == ["ok", "answer"] for one in played)
    assert all(one.stop == "answer" and one.sandbox_seconds > 0 for one in played)


@pytest.mark.parametrize("kind", ["plain", "coroutine"])
def test_a_function_takes_turns(kind, sandbox):
    def plain(messages):
        return "```python\nprint(6)\n```" if len(messages) == 1 else Reply(f"<<<{messages[-1]['content'][-1]}>>>", 3)

    async def coroutine(messages):
        return plain(messages)

    (played,) = play(FunctionAgent({"plain": plain, "coroutine": coroutine}[kind]), ["GCD:1:0"], sandbox)
    assert played.episode.answer == "6"
    assert (played.tokens, played.episode.code_runs, played.stop) == (3, 1, "answer")


def test_a_function_that_fails_is_a_fault_and_not_an_answer(sandbox):
    for function in (lambda messages: 1 / 0, lambda messages: 5):
        (played,) = play(FunctionAgent(function), ["GCD:1:0"], sandbox)
        assert (played.stop, played.episode.reward) == ("fault", None)
        assert played.fault


def test_a_function_by_name(monkeypatch):
    module = types.ModuleType("my_agent")
    module.answer = lambda messages: "<<<1>>>"
    monkeypatch.setitem(sys.modules, "my_agent", module)
    assert isinstance(FunctionAgent.at("my_agent:answer"), FunctionAgent)
    for place in ("my_agent:none", "no_such_module:f", "my_agent", ""):
        with pytest.raises(BadOption):
            FunctionAgent.at(place)


def test_what_can_not_be_called_is_no_function():
    with pytest.raises(BadOption, match="is called with the chat, which 5 can't be"):
        FunctionAgent(5)


@pytest.mark.parametrize("source", ["1 / 0", "unknown", "{}['key']", "def", "raise RuntimeError('mine')"])
def test_a_module_that_fails_when_it_is_imported_is_named(source, tmp_path, monkeypatch):
    (tmp_path / "failing_agent.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BadOption, match=r"No function at 'failing_agent:answer': \w+Error: .* Write module:function"):
        FunctionAgent.at("failing_agent:answer")


def test_a_sandbox_that_fails_is_a_fault():
    class Broken:
        def run(self, code, **options):
            raise SandboxError("no memory")

    (played,) = play(ReferenceAgent(), ["GCD:1:0"], Broken())
    assert (played.stop, played.fault) == ("fault", "no memory")


def test_turns_used_up(sandbox):
    (played,) = play(FunctionAgent(lambda messages: "hm"), ["GCD:1:0"], sandbox, max_turns=2)
    assert (played.stop, played.outcomes) == ("turns", ["none", "none"])


def test_a_task_without_solver_is_a_fault_of_the_agent(monkeypatch, sandbox):
    monkeypatch.setattr(type(r1ci_env.get_task("GCD")), "program", lambda self, problem: None)
    monkeypatch.setattr(type(r1ci_env.get_task("GCD")), "solve", lambda self, question: None)
    (played,) = play(ReferenceAgent(), ["GCD:1:0"], sandbox)
    assert "GCD has no reference solver" in played.fault
    assert issubclass(AgentError, R1ciError)


def test_records_come_back_and_a_cut_line_is_mended(tmp_path, sandbox):
    (played,) = play(ReferenceAgent(), ["GCD:1:0"], sandbox)
    file = RecordFile(tmp_path / "a" / "episodes.jsonl")
    assert list(file) == []
    file.append(record(played))
    whole = file.path.read_bytes()
    file.path.write_bytes(whole + b'{"problem": "GC')
    assert list(file) == [json.loads(whole)]
    file.append({**record(played), "messages": [{"role": "user", "content": "\ud800"}]})
    first, second = file
    assert first == json.loads(whole)
    assert second["messages"][0]["content"] == "\ud800"


def test_other_files_are_refused(tmp_path):
    for content in ("no json\n", "[1]\n", '{"version": 99}\n'):
        file = RecordFile(tmp_path / "file.jsonl")
        file.path.write_text(content)
        with pytest.raises(R1ciError, match="line 1"):
            list(file)
