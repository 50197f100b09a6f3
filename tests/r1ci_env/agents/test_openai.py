"""The agent of OpenAI-compatible endpoints, against a scripted server."""

import asyncio
import json
import socket
import time

import pytest

import r1ci_env
from r1ci_env.agents import AgentError, AgentUnusable, OutOfRoom
from r1ci_env.agents.openai import MAX_TURN_BYTES, EndpointSettings, OpenAIAgent
from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption
from tests.r1ci_env.agents.server import completion, reset, scripted_server

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


@pytest.mark.parametrize(
    "options",
    [
        *({name: value} for name in ("concurrency", "attempts", "max_tokens", "timeout") for value in (0, -1)),
        *({name: float("nan")} for name in ("timeout", "pause", "temperature", "top_p")),
        {"temperature": -1},
        {"temperature": "x"},
        {"concurrency": 1.5},
        {"concurrency": None},
        {"top_p": 1.1},
        {"pause": float("inf")},
    ],
    ids=str,
)
def test_settings_with_which_nothing_could_be_asked_are_refused(options):
    with pytest.raises(BadOption, match=next(iter(options))):
        EndpointSettings("m", **options)


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


FAULTS = {
    "too many requests": lambda n, body, h: h.send(b"{}", 429, Retry_After="0.01"),
    "a server error": lambda n, body, h: h.send(b"oops", 503),
    "no JSON": lambda n, body, h: h.send(b"{'a': ", 200),
    "a page of a proxy": lambda n, body, h: h.send(b"<html>busy</html>", 200, "text/html"),
    "no choices": lambda n, body, h: h.send(b'{"choices": []}'),
    "no text": lambda n, body, h: h.send(completion(["a", "b"])),
    "not UTF-8": lambda n, body, h: h.send(b"\xff\xfe\x00"),
    "nothing": lambda n, body, h: h.send(b""),
    "deep JSON": lambda n, body, h: h.send(b"[" * 200_000),
    "a list": lambda n, body, h: h.send(b"[1]"),
    "too long": lambda n, body, h: h.send(b" " * (MAX_TURN_BYTES + 1)),
    "broken compression": lambda n, body, h: h.send(b"xx", Content_Encoding="gzip"),
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


@pytest.mark.parametrize("content", [b"<html>hello</html>", b'{"error": "no model is loaded"}', b""])
def test_what_never_was_an_endpoint_stops_everything(content):
    with scripted_server(lambda n, body, h: h.send(content)) as (url, _):
        (error,) = replies(url)
    assert isinstance(error, AgentUnusable) and "is the base URL right" in str(error)


def test_an_endpoint_that_has_answered_may_answer_nonsense():
    def script(number, body, handler):
        handler.send(completion("done") if number == 0 else b"<html>restarting</html>")

    with scripted_server(script) as (url, _):
        found = replies(url, EndpointSettings("m", concurrency=1, attempts=2, pause=0.01), count=2)
    assert found[0].text == "done"
    assert isinstance(found[1], AgentError) and not isinstance(found[1], AgentUnusable)


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


def test_a_server_that_is_dead_does_not_draw_the_requests_of_one_that_lives():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with scripted_server(lambda n, body, h: (time.sleep(0.01), h.send(completion("x")))) as (url, _):
        found = replies([dead, url], EndpointSettings("m", concurrency=8, pause=0.05, attempts=5), count=40)
    assert [reply.text for reply in found] == ["x"] * 40


@pytest.mark.parametrize("status", [204, 302, 401, 403, 404, 405])
def test_a_key_or_model_that_is_refused_from_the_beginning_stops_everything(status):
    with scripted_server(lambda n, body, h: h.send(b"no", status)) as (url, _):
        assert isinstance(replies(url)[0], AgentUnusable)


def test_a_refusal_after_a_reply_is_a_matter_of_one_request():
    def script(number, body, handler):
        handler.send(completion("x"), 200 if number == 0 else 403)

    with scripted_server(script) as (url, _):
        first, second = replies(url, EndpointSettings("m", concurrency=1), count=2)
    assert first.text == "x"
    assert type(second) is AgentError


def test_a_dead_server_stops_everything_unless_it_lived():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    (error,) = replies(url)
    assert isinstance(error, AgentUnusable)
    assert "Is the server running" in str(error)


@pytest.mark.parametrize(
    "said",
    [
        b'{"error": {"code": "context_length_exceeded", "message": "..."}}',
        b"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
    ],
)
def test_a_chat_that_is_too_long_is_no_fault(said):
    with scripted_server(lambda n, body, h: h.send(said, 400)) as (url, requests):
        (error,) = replies(url)
    assert isinstance(error, OutOfRoom)
    assert len(requests) == 1


def test_what_utf_8_cannot_hold_goes_there_and_back():
    with scripted_server(lambda n, body, h: h.send(completion("a\ud800b"))) as (url, requests):

        async def run():
            agent = OpenAIAgent([url], QUICK)
            episode = Arena(prompt="bare").begin(r1ci_env.problem("GCD:1:0"))
            episode.read((await agent.reply(episode)).text)
            await agent.reply(episode)
            await agent.close()

        asyncio.run(run())
    assert requests[1]["messages"][1]["content"] == "a\ud800b"


def test_a_key_that_comes_back_is_cut_out(monkeypatch):
    monkeypatch.setenv("R1CI_API_KEY", "sk-a-long-secret-key")

    def script(number, body, handler):
        said = f"your key {handler.headers['Authorization']} is odd"
        handler.send(completion(said) if number == 0 else said.encode(), 200 if number == 0 else 400)

    with scripted_server(script) as (url, requests):
        first, second = replies(url, EndpointSettings("m", concurrency=1), count=2)
    assert requests[0]["authorization"] == "Bearer sk-a-long-secret-key"
    assert first.text == "your key Bearer [key] is odd"
    assert "secret" not in str(second) and "[key]" in str(second)


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [({"completion_tokens": 10**400}, None), ([], None), ({"completion_tokens": -1}, None), (5, None)],
)
def test_odd_counts_of_tokens_are_none(usage, tokens):
    body = json.dumps({"choices": [{"message": {"content": "x"}}], "usage": usage}).encode()
    with scripted_server(lambda n, b, h: h.send(body)) as (url, _):
        assert replies(url)[0].tokens == tokens


def test_a_turn_is_cut_where_the_rules_cut_it():
    with scripted_server(lambda n, body, h: h.send(completion("y" * 300_000))) as (url, _):
        assert len(replies(url)[0].text) == 131_073


def test_bad_urls_are_refused():
    for url in ("http://user:secret@localhost/v1", "http://localhost/v1?api_key=secret", "http://localhost:8000/#x"):
        with pytest.raises(BadOption, match="R1CI_API_KEY") as told:
            OpenAIAgent([url], QUICK)
        assert "secret" not in str(told.value)
    for urls in ([], ["localhost:8000"], ["http://"], ["http://localhost:99999"], ["http://[::1"]):
        with pytest.raises(BadOption, match="base URL"):
            OpenAIAgent(urls, QUICK)
