"""The agent of OpenAI-compatible endpoints, against a scripted server."""

import asyncio
import socket
import time

import pytest

import r1ci_env
from r1ci_env.agents import AgentError
from r1ci_env.agents.openai import EndpointSettings, OpenAIAgent
from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption
from tests.r1ci_env.agents.server import completion, scripted_server

QUICK = EndpointSettings("m", pause=0.001, attempts=4, timeout=5.0)


def replies(url, settings=QUICK, count=1):
    """Ask for so many turns at a time."""

    async def run():
        agent = OpenAIAgent([url] if isinstance(url, str) else url, settings)
        try:
            episode = Arena(prompt="bare").begin(r1ci_env.problem("GCD:1:0"))
            return await asyncio.gather(*(agent.reply(episode) for _ in range(count)), return_exceptions=True)
        finally:
            await agent.close()

    return asyncio.run(run())


def test_a_turn_with_its_tokens(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with scripted_server(lambda n, body, h: h.send(completion("<<<3>>>"))) as (url, requests):
        (reply,) = replies(url, EndpointSettings("m", temperature=0.5, max_tokens=9))
    assert (reply.text, reply.tokens, reply.prompt_tokens, reply.cut) == ("<<<3>>>", 7, 11, False)
    assert requests[0]["authorization"] == "Bearer secret"
    assert requests[0]["path"] == "/v1/chat/completions"
    assert (requests[0]["model"], requests[0]["temperature"], requests[0]["max_tokens"]) == ("m", 0.5, 9)
    assert requests[0]["messages"][0]["role"] == "user"


def test_a_turn_that_was_cut_says_so():
    with scripted_server(lambda n, body, h: h.send(completion("x", finish_reason="length"))) as (url, _):
        assert replies(url)[0].cut


def reset(number, body, handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    handler.connection.close()


FAULTS = {
    "too many requests": lambda n, body, h: h.send(b"{}", 429, Retry_After="0.01"),
    "a server error": lambda n, body, h: h.send(b"oops", 503),
    "no JSON": lambda n, body, h: h.send(b"{'a': ", 200),
    "a page of a proxy": lambda n, body, h: h.send(b"<html>busy</html>", 200, "text/html"),
    "no choices": lambda n, body, h: h.send(b'{"choices": []}'),
    "no text": lambda n, body, h: h.send(completion(["a", "b"])),
    "not UTF-8": lambda n, body, h: h.send(b"\xff\xfe\x00"),
    "a reset": reset,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_may_pass_is_asked_again(fault):
    def script(number, body, handler):
        (FAULTS[fault] if number < 2 else lambda n, b, h: h.send(completion("done")))(number, body, handler)

    with scripted_server(script) as (url, requests):
        (reply,) = replies(url)
    assert reply.text == "done"
    assert len(requests) == 3


@pytest.mark.parametrize("fault", FAULTS)
def test_what_stays_is_given_up_with_a_reason(fault):
    with scripted_server(FAULTS[fault]) as (url, requests):
        (error,) = replies(url)
    assert isinstance(error, AgentError)
    assert "after 4 attempts" in str(error)
    assert len(requests) == 4


def test_a_refusal_is_told_at_once():
    with scripted_server(lambda n, body, h: h.send(b"no such model", 404)) as (url, requests):
        (error,) = replies(url)
    assert isinstance(error, AgentError)
    assert "no such model" in str(error)
    assert len(requests) == 1


def test_a_slow_drip_is_ended_by_the_deadline():
    def drip(number, body, handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(50):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    with scripted_server(drip) as (url, _):
        (error,) = replies(url, EndpointSettings("m", attempts=1, timeout=0.3))
    assert isinstance(error, AgentError)


def test_a_dead_server_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (error,) = replies(f"http://127.0.0.1:{port}/v1")
    assert isinstance(error, AgentError)


def test_no_more_requests_at_a_time_than_wanted_and_servers_share_them():
    at_once, most = 0, 0

    def script(number, body, handler):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.02)
        at_once -= 1
        handler.send(completion("x"))

    with scripted_server(script) as (one, first), scripted_server(script) as (two, second):
        found = replies([one, two], EndpointSettings("m", concurrency=4), count=24)
    assert all(reply.text == "x" for reply in found)
    assert most <= 4
    assert min(len(first), len(second)) >= 6


def test_bad_urls_are_refused():
    for urls in ([], ["localhost:8000"]):
        with pytest.raises(BadOption, match="base URL"):
            OpenAIAgent(urls, QUICK)
