"""The engine of vLLM against servers on loopback that behave, and that don't."""

import json
import os
import signal
import socket
import sys
import types
from concurrent.futures import CancelledError
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import torch

from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer.engines import vllm_servers
from r1ci_env.reference_trainer.engines.interface import SteppedEngine
from r1ci_env.reference_trainer.engines.vllm import REFUSALS
from r1ci_env.reference_trainer.engines.vllm_config import VllmConfig
from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers
from r1ci_env.reference_trainer.lora import add_adapters, merge_adapters
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.run import train
from r1ci_env.report.training import read_metrics
from tests.r1ci_env.agents.server import reset, scripted_server
from tests.reference_trainer.engines.fake_vllm import SMALL_RUN, FakeVllm, completion, fake_vllm, served

pytestmark = pytest.mark.usefixtures("no_pauses")
LENGTH = 256


@pytest.fixture
def no_pauses(monkeypatch):
    monkeypatch.setattr(vllm_servers, "PAUSE", 0.001)


@pytest.fixture
def folder(policy, tmp_path):
    policy.save(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def running(policy, folder, tmp_path):
    """An engine on one server that behaves, and the server."""
    with fake_vllm(folder) as (url, fake), served(tmp_path, url) as servers:
        yield servers.engine(policy, LENGTH), fake


def one_turn(engine, policy, episode="e", **options):
    asked = {"max_tokens": 12, "seed": 1, "temperature": 1.0, **options}
    return engine.turn(episode, policy.chat.prompt_ids("What is 3 * 4?"), **asked).result(60)


def shift(model, scale=0.1):
    with torch.no_grad():
        for p in model.parameters():
            if p.requires_grad:
                p.add_(scale * torch.randn_like(p))


# Turns


def test_an_episode_is_played_as_by_the_local_engine(policy, problems, arena, running):
    engine, _ = running
    assert not isinstance(engine, SteppedEngine)
    trajectories = play(policy, problems[:6], arena, Sampling(seed=1), engine=engine)
    packed = pack(trajectories)
    with torch.no_grad():
        assert (policy.token_logprobs(packed) - packed.logprobs_N).abs().max() < 1e-4
    assert max(t.episode.turns for t in trajectories) > 1
    again = play(policy, problems[:2], arena, Sampling(seed=1), engine=engine)
    assert [t.ids for t in again] == [t.ids for t in trajectories[:2]]
    assert [t.ids for t in play(policy, problems[:2], arena, Sampling(seed=2), engine=engine)] != [t.ids for t in again]


def test_at_temperature_0_both_engines_say_the_same(policy, problems, arena, running):
    engine, _ = running
    ours, local = (play(policy, problems[:4], arena, Sampling(0.0), engine=e) for e in (engine, None))
    assert [t.ids for t in ours] == [t.ids for t in local]
    assert [t.turn_stops for t in ours] == [t.turn_stops for t in local]


def reply_in_pieces(policy, engine, fake, *pieces, **options):
    """Let the server say texts or ids, one for each request; return the turn and the tokens that were asked for."""
    asked = []

    def say(piece):
        def script(number, body, handler):
            asked.append(body["max_tokens"])
            ids = policy.chat.encode(piece) if isinstance(piece, str) else piece
            handler.send(json.dumps(completion(ids, [-1.0] * len(ids), "stop")).encode())

        return script

    fake.faults = [say(piece) for piece in pieces]
    return one_turn(engine, policy, max_tokens=40, **options), asked


def test_a_text_in_which_the_server_stops_too_early_goes_on(policy, running):
    turn, asked = reply_in_pieces(policy, *running, "~~~\n", "1 >>>", " <<<5>>>", [policy.chat.end_id])
    assert policy.chat.decode(turn.ids) == "~~~\n1 >>> <<<5>>>"
    assert (turn.stop, turn.ids[-1]) == ("end", policy.chat.end_id)
    assert asked[-1] == 1  # for the end token
    _, fake = running
    assert fake.prompts[-1] == fake.prompts[-4] + turn.ids[:-1]


def test_what_lies_beyond_the_end_of_a_turn_is_left_out(policy, running):
    turn, _ = reply_in_pieces(policy, *running, "```python\nprint(1)\n``` and so on")
    assert policy.chat.decode(turn.ids) == "```python\nprint(1)\n```"
    assert turn.stop == "text"
    turn, _ = reply_in_pieces(policy, *running, "<<<5>>>", "!")
    assert (policy.chat.decode(turn.ids), turn.stop) == ("<<<5>>>", "text")


def test_a_turn_has_no_more_tokens_than_were_asked_for(policy, running):
    turn, asked = reply_in_pieces(policy, *running, [5] * 30, [6] * 10)
    assert (turn.ids, turn.stop) == ([5] * 30 + [6] * 10, "length")
    assert asked == [40, 10]


def test_requests_leave_nothing_to_the_settings_of_the_model(policy, running):
    engine, fake = running
    one_turn(engine, policy, temperature=0.7, seed=9)
    request = fake.requests[-1]
    assert request["temperature"] == 0.7
    assert (request["top_p"], request["top_k"], request["min_p"], request["repetition_penalty"]) == (1, 0, 0, 1)
    assert request["ignore_eos"]
    assert request["stop_token_ids"] == sorted(policy.end_ids)


def test_an_episode_stays_with_one_of_several_servers(policy, folder, tmp_path):
    with fake_vllm(folder) as (one, a), fake_vllm(folder) as (two, b), served(tmp_path, one, two) as servers:
        engine = servers.engine(policy, LENGTH)
        before = len(a.prompts), len(b.prompts)
        for _ in range(3):
            for episode in range(4):
                one_turn(engine, policy, episode, max_tokens=1, seed=episode)
        assert [len(a.prompts) - before[0], len(b.prompts) - before[1]] == [6, 6]
        engine.finish(0)  # which makes room where it was
        one_turn(engine, policy, "next", max_tokens=1)
        assert [len(a.prompts) - before[0], len(b.prompts) - before[1]] == [7, 6]


@pytest.mark.parametrize(("ids", "max_tokens"), [([], 5), ([20], 0), ([20] * 250, 7)])
def test_a_turn_that_does_not_fit_is_an_error_that_says_so(running, ids, max_tokens):
    engine, _ = running
    with pytest.raises(R1ciError, match="limit the episode"):
        engine.turn(0, ids, max_tokens=max_tokens, seed=0)


def test_a_closed_engine_samples_nothing_more(policy, running):
    engine, fake = running
    fake._lock.acquire()
    try:
        asked = engine.turn(0, [20, 21], max_tokens=3, seed=0)
        engine.close()
        with pytest.raises(CancelledError):
            asked.result(60)
    finally:
        fake._lock.release()
    with pytest.raises(R1ciError, match="is closed"):
        one_turn(engine, policy)


def test_a_turn_that_is_asked_for_while_another_thread_closes_the_engine_is_given_up(running, monkeypatch):
    engine, _ = running
    submit = engine._servers.submit

    def submit_and_close(coroutine):
        future = submit(coroutine)
        engine.close()  # before the engine has noted the turn
        return future

    monkeypatch.setattr(engine._servers, "submit", submit_and_close)
    assert engine.turn(0, [20, 21], max_tokens=3, seed=0).cancelled()


# Weights


def test_changed_weights_are_used_and_turns_say_which(policy, running):
    engine, fake = running
    before = one_turn(engine, policy, temperature=0.0)
    salt = fake.requests[-1]["cache_salt"]
    shift(policy.model)
    engine.weights_changed()
    after = one_turn(engine, policy, temperature=0.0)
    assert (before.version, after.version) == (0, 1)
    assert before.logprobs != after.logprobs
    assert engine.gap < 1e-5
    assert fake.requests[-1]["cache_salt"] != salt  # keys and values of the old weights are not found


def test_servers_that_keep_their_old_weights_are_noticed(policy, running):
    engine, fake = running
    fake.deaf = True
    shift(policy.model)
    with pytest.raises(R1ciError, match=r"other weights than the trainer.*nats on average.*checkpoints are kept"):
        engine.weights_changed()


def test_a_server_with_another_model_is_noticed_at_once(policy, folder, tmp_path):
    with fake_vllm(folder) as (url, fake), served(tmp_path, url) as servers:
        fake.deaf = True
        shift(policy.model)
        with pytest.raises(R1ciError, match="other weights"):
            servers.engine(policy, LENGTH)


def test_log_probabilities_before_the_temperature_are_noticed(policy, folder, tmp_path):
    with fake_vllm(folder) as (url, fake), served(tmp_path, url) as servers:
        complete = fake._complete

        def raw(body):
            ids = complete(body)["choices"][0]["token_ids"]
            with torch.no_grad():
                logits = fake._model(input_ids=torch.tensor([body["prompt"] + ids])).logits[0, -len(ids) - 1 : -1]
            found = torch.log_softmax(logits, -1).gather(1, torch.tensor(ids)[:, None])[:, 0]
            return completion(ids, found.tolist())

        fake._complete = raw
        with pytest.raises(R1ciError, match="processed_logprobs"):
            servers.engine(policy, LENGTH)


def test_weights_must_not_change_under_a_turn(policy, running):
    engine, fake = running
    fake._lock.acquire()
    try:
        future = engine.turn(0, [20, 21], max_tokens=3, seed=0)
        with pytest.raises(R1ciError, match="wait for them"):
            engine.weights_changed()
    finally:
        fake._lock.release()
    future.result(60)
    engine.weights_changed()


def test_adapters_are_loaded_again_under_one_name(policy, folder, tmp_path):
    with fake_vllm(folder) as (url, fake), served(tmp_path, url) as servers:
        add_adapters(policy, 4)
        engine = servers.engine(policy, LENGTH)
        for _ in range(2):
            shift(policy.model, 0.2)
            engine.weights_changed()
            assert engine.gap < 1e-5
        loads = [r for r in fake.requests if r["path"] == "/v1/load_lora_adapter"]
        assert len({r["lora_name"] for r in loads}) == 1
        assert len({r["lora_path"] for r in loads}) == 3
        assert {r["path"] for r in fake.requests} == {"/v1/models", "/v1/completions", "/v1/load_lora_adapter"}
        assert fake.requests[-1]["model"] == loads[0]["lora_name"]
        assert len(list((tmp_path / "vllm").glob("adapter-*"))) == 1
        merge_adapters(policy)
        assert servers.engine(policy, LENGTH).gap < 1e-5
        assert fake.requests[-1]["model"] == "some-model"


def test_all_weights_by_trls_client(policy, folder, tmp_path, monkeypatch):
    """As its class is called; the transfer itself needs GPUs."""
    calls = []

    class VLLMClient:
        def __init__(self, base_url, group_port, connection_timeout):
            calls.append(("made", base_url.rsplit(":", 1)[0], group_port))

        def init_communicator(self, device):
            calls.append(("joined", str(device)))

        def update_named_params(self, described, weights):
            weights = dict(weights)
            assert [(n, str(w.dtype).removeprefix("torch."), list(w.shape)) for n, w in weights.items()] == described
            calls.append(("sent", {name for name, _, _ in described}))

    monkeypatch.setitem(sys.modules, "trl", types.ModuleType("trl"))
    monkeypatch.setitem(sys.modules, "trl.generation", types.ModuleType("trl.generation"))
    module = types.ModuleType("trl.generation.vllm_client")
    module.VLLMClient = VLLMClient
    monkeypatch.setitem(sys.modules, "trl.generation.vllm_client", module)
    with fake_vllm(folder) as (url, _), served(tmp_path, url, weights="nccl") as servers:
        engine = servers.engine(policy, LENGTH)
        engine.weights_changed()
    sent = {"lm_head.weight", *dict(policy.model.named_parameters())}
    assert calls == [("made", "http://127.0.0.1", 51216), ("joined", "cpu"), ("sent", sent), ("sent", sent)]


def test_trls_client_is_named_where_it_is_missing(policy, folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "trl", None)
    with (
        fake_vllm(folder) as (url, _),
        served(tmp_path, url, weights="nccl") as servers,
        pytest.raises(BadOption, match="needs TRL"),
    ):
        servers.engine(policy, LENGTH)


# Servers that misbehave


def says(reply):
    return lambda n, body, handler: handler.send(json.dumps(reply).encode())


PASSING = {
    "too many requests": lambda n, body, h: h.send(b"{}", 429, Retry_After="0.01"),
    "a server error": lambda n, body, h: h.send(b"oops", 503),
    "a page of a proxy": lambda n, body, h: h.send(b"<html>busy</html>", 200, "text/html"),
    "no choices": says({"choices": []}),
    "no object": says([1]),
    "a reset": reset,
    "given up": says(completion([5], [-1.0], "abort")),
}


@pytest.mark.parametrize("fault", PASSING)
def test_what_may_pass_is_asked_again(policy, running, fault):
    engine, fake = running
    right = one_turn(engine, policy)
    fake.faults = [PASSING[fault]] * 2
    assert one_turn(engine, policy) == right


@pytest.mark.parametrize("fault", PASSING)
def test_what_stays_is_given_up_with_a_reason(policy, running, fault):
    engine, fake = running
    fake.faults = [PASSING[fault]] * 4
    with pytest.raises(R1ciError, match=r"after 4 attempts.*last checkpoint is kept"):
        one_turn(engine, policy)


WRONG = {
    "no ids": ({"choices": [{"text": "5", "logprobs": None, "finish_reason": "stop"}]}, "returns no token ids"),
    "ids of another vocabulary": (completion([5, 10**6], [-1.0, -1.0]), "the id 1000000"),
    "ids below 0": (completion([-1], [-1.0]), "the id -1"),
    "ids that are none": (completion(["5"], [-1.0]), "the id '5'"),
    "more ids than log-probabilities": (completion([5, 6], [-1.0]), "2 ids and 1 log-prob"),
    "more tokens than asked for": (completion([5] * 13, [-1.0] * 13), "13 ids"),
    "no tokens": (completion([], []), "0 ids"),
    "log-probabilities that are none": (completion([5], [None]), "log-probability None"),
    "not a number": (completion([5], [float("nan")]), "log-probability nan"),
    "logprobs of another form": (
        {"choices": [{"token_ids": [5], "logprobs": {}, "finish_reason": "stop"}]},
        "no token",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_reply_that_can_not_be_trained_on_is_told_at_once(policy, running, fault):
    engine, fake = running
    reply, message = WRONG[fault]
    fake.faults = [says(reply)]
    before = len(fake.requests)
    with pytest.raises(R1ciError, match=message):
        one_turn(engine, policy)
    assert len(fake.requests) == before + 1


def test_a_refusal_is_told_at_once(policy, running):
    engine, fake = running
    fake.faults = [lambda n, body, h: h.send(b"no such model", 404)]
    with pytest.raises(R1ciError, match="no such model"):
        one_turn(engine, policy)


def test_a_server_that_dies_while_episodes_are_played_is_told(policy, problems, arena, running):
    engine, fake = running
    fake.faults = [reset] * 100
    with pytest.raises(R1ciError, match=r"gave no turn.*start the same run again"):
        play(policy, problems[:6], arena, Sampling(seed=1), engine=engine)
    fake.faults = []
    assert len(play(policy, problems[:2], arena, Sampling(seed=1), engine=engine)) == 2


def without_keeping_connections(fake):
    """Return what serves a fake so that a server that is shut down has no connections left."""

    def script(number, body, handler):
        handler.close_connection = True
        fake(number, body, handler)

    return script


def test_a_server_that_nobody_finds_any_more_is_told_soon(policy, folder, tmp_path):
    with ExitStack() as stack, fake_vllm(folder) as (other, _):
        url, _ = stack.enter_context(scripted_server(without_keeping_connections(FakeVllm(folder))))
        with served(tmp_path, url, other, attempts=50) as servers:
            engine = servers.engine(policy, LENGTH)
            stack.close()
            with pytest.raises(R1ciError, match=r"gave no turn: Given up after 4 attempts.*last checkpoint"):
                one_turn(engine, policy)


def test_a_server_that_restarts_is_waited_for_where_it_is_sent_weights(policy, folder, tmp_path):
    """It has none of those that were sent before, so turns are not waited for."""
    with ExitStack() as stack:
        script = without_keeping_connections(FakeVllm(folder))
        url, _ = stack.enter_context(scripted_server(script))
        with served(tmp_path, url, attempts=50) as servers:
            engine, refusals = servers.engine(policy, LENGTH), []
            stack.close()

            def restart():
                refusals.append(1)
                if len(refusals) == 2 * REFUSALS:
                    stack.enter_context(scripted_server(script, urlsplit(url).port))

            servers._client._before_retry = restart
            shift(policy.model)
            engine.weights_changed()
            assert engine.gap < 1e-5
            assert len(refusals) >= 2 * REFUSALS


def test_a_server_that_is_not_there_is_told(policy, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        served(tmp_path, f"http://127.0.0.1:{port}") as servers,
        pytest.raises(R1ciError, match=rf"A vLLM server failed.*{port}"),
    ):
        servers.engine(policy, LENGTH)


def test_a_server_without_the_endpoint_is_told_how_to_start(policy, folder, tmp_path):
    with fake_vllm(folder) as (url, fake), served(tmp_path, url) as servers:
        fake.refused = {"/collective_rpc"}
        with pytest.raises(R1ciError, match="VLLM_SERVER_DEV_MODE=1"):
            servers.engine(policy, LENGTH)


def test_a_server_for_shorter_streams_is_told_how_to_start(policy, folder, tmp_path):
    with (
        fake_vllm(folder, length=100) as (url, _),
        served(tmp_path, url) as servers,
        pytest.raises(R1ciError, match="--max-model-len 256"),
    ):
        servers.engine(policy, LENGTH)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"urls": ("localhost:8000",)}, "base URL"),
        ({"urls": ("http://localhost:8000",), "weights": "restart"}, "can't be started again"),
        ({"command": "no-such-vllm serve"}, "no such program"),
        ({"command": ""}, "no such program"),
        ({"attempts": 0}, "vllm.attempts must be at least 1, got 0"),
    ],
)
def test_settings_that_can_not_work_are_refused(tmp_path, options, message):
    with pytest.raises(BadOption, match=message):
        VllmServers(VllmConfig(**options), tmp_path)


# A server of the trainer's own


def test_a_server_is_started_with_the_weights_and_started_again_when_they_change(policy, tmp_path, monkeypatch, root):
    monkeypatch.setenv("PYTHONPATH", str(root))
    command = f"{sys.executable} -m tests.reference_trainer.engines.fake_vllm"
    with served(tmp_path, command=command, weights="restart") as servers:
        assert not servers._own.runs  # until it is needed
        engine = servers.engine(policy, LENGTH)
        first = servers._own._process.pid
        shift(policy.model)
        engine.weights_changed()
        assert engine.gap < 1e-5
        assert servers._own._process.pid != first
        keeper = servers._own._process.pid
        os.kill(int(Path(f"/proc/{keeper}/task/{keeper}/children").read_text()), signal.SIGKILL)
        with pytest.raises(R1ciError, match="The vLLM server has ended"):
            one_turn(engine, policy)


def test_a_server_that_is_started_for_adapters_has_them_once(policy, tmp_path, monkeypatch, root):
    """As when a run goes on from a checkpoint: what they have learnt is in them alone, and not in their base too."""
    monkeypatch.setenv("PYTHONPATH", str(root))
    add_adapters(policy, 4)
    shift(policy.model, 0.2)
    with served(tmp_path, command=f"{sys.executable} -m tests.reference_trainer.engines.fake_vllm") as servers:
        assert servers.engine(policy, LENGTH).gap < 1e-5


# Runs


def test_a_run_whose_server_dies_goes_on_at_another(folder, tmp_path):
    output = tmp_path / "run"
    settings = {**SMALL_RUN, "phases": "grpo", "grpo.checkpoint_every": 1, "vllm.attempts": 3}
    with fake_vllm(folder) as (url, fake):
        fake.lives = 3  # the evaluation, greedy and sampled; the beginning of GRPO; its first step
        with pytest.raises(R1ciError, match="A vLLM server failed"):
            train("cpu-tiny", output, overrides={**settings, "vllm.urls": url})
    assert (output / "grpo.checkpoints" / "step-1.pt").exists()
    with fake_vllm(folder) as (url, fake):
        report = train("cpu-tiny", output, overrides={**settings, "vllm.urls": url})
    metrics = read_metrics(report.metrics["grpo"])
    assert [m["step"] for m in metrics] == [1, 2, 3]
    assert fake.prompts
