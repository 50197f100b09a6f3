"""The engine of vLLM with vLLM itself. `make test-vllm`, which builds an environment for it."""

import os
import signal
from pathlib import Path

import pytest
import torch

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.engines.vllm_config import VllmConfig
from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers
from r1ci_env.reference_trainer.lora import add_adapters, merge_adapters
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import Policy, load_policy
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.run import train
from r1ci_env.reference_trainer.stops import TextOver
from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer
from r1ci_env.report.training import read_metrics

COMMAND = os.environ.get("R1CI_VLLM", "")
QWEN = os.environ.get("R1CI_QWEN", "")
pytestmark = pytest.mark.skipif(not COMMAND, reason="run make test-vllm: it needs an environment of its own")

SHAPE = {"tiny.hidden_size": 128, "tiny.layers": 2, "tiny.max_turn_tokens": 24}  # vLLM's kernels want heads of 32
LENGTH = 512
STARTED = {"command": COMMAND, "options": "--enforce-eager"}


@pytest.fixture(scope="module")
def policy():
    config = make_config("cpu-tiny", 0, SHAPE)
    tokenizer = make_tokenizer(config.tasks, config.levels)
    return Policy(make_model(tokenizer, config), tokenizer)


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    found = VllmServers(VllmConfig(**STARTED), tmp_path_factory.mktemp("vllm"))
    yield found
    found.close()


def shift(model, scale=0.02):
    torch.manual_seed(0)
    with torch.no_grad():
        for p in model.parameters():
            if p.requires_grad:
                p.add_(scale * torch.randn_like(p))


def test_episodes_have_the_log_probabilities_of_the_trainer(policy, servers, problems, arena):
    engine = servers.engine(policy, LENGTH)
    assert engine.gap < 1e-4
    trajectories = play(policy, problems[:48], arena, Sampling(seed=1), engine=engine)
    packed = pack(trajectories)
    with torch.no_grad():
        assert (policy.token_logprobs(packed) - packed.logprobs_N).abs().max() < 1e-4
    assert {stop for t in trajectories for stop in t.turn_stops} == {"end", "text", "length"}
    others = play(policy, problems[:48], arena, Sampling(seed=2), engine=engine)
    assert [t.ids for t in others] != [t.ids for t in trajectories]


def test_turns_end_where_they_should(policy, servers):
    engine, over = servers.engine(policy, LENGTH), TextOver(policy.chat)
    prompt = policy.chat.prompt_ids("What is 3 * 4?")
    asked = [engine.turn(e, prompt, max_tokens=60, seed=e, temperature=1.5) for e in range(64)]
    turns = [future.result() for future in asked]
    assert {turn.stop for turn in turns} == {"end", "text", "length"}
    for turn in turns:
        assert not any(over(turn.ids[:n]) for n in range(1, len(turn.ids) - 1))
        assert not set(turn.ids[:-1]) & policy.end_ids
        assert (turn.ids[-1] in policy.end_ids) == (turn.stop == "end")
        assert turn.stop != "text" or over(turn.ids)
        assert turn.stop != "length" or len(turn.ids) == 60


def test_at_temperature_0_both_engines_say_the_same(policy, servers, problems, arena):
    engine = servers.engine(policy, LENGTH)
    ours, local = (play(policy, problems[:8], arena, Sampling(0.0), engine=e) for e in (engine, None))
    assert [t.ids for t in ours] == [t.ids for t in local]
    assert [t.turn_stops for t in ours] == [t.turn_stops for t in local]


def test_all_weights_are_reloaded_though_the_head_is_tied(policy, servers, problems, arena):
    assert policy.model.config.tie_word_embeddings
    engine = servers.engine(policy, LENGTH)
    for step in range(1, 3):
        shift(policy.model)
        engine.weights_changed()
        assert engine.gap < 1e-4
        trajectories = play(policy, problems[:4], arena, engine=engine)  # their beginnings were in the prefix cache
        packed = pack(trajectories)
        with torch.no_grad():
            assert (policy.token_logprobs(packed) - packed.logprobs_N).abs().max() < 1e-4
        assert {version for t in trajectories for version in t.versions} == {step}


def test_weights_that_were_not_sent_are_noticed(policy, servers, monkeypatch):
    engine = servers.engine(policy, LENGTH)
    monkeypatch.setattr(servers, "update", lambda policy: None)
    shift(policy.model)
    with pytest.raises(R1ciError, match="other weights than the trainer"):
        engine.weights_changed()


def test_adapters_are_loaded_again_under_one_name(policy, servers):
    add_adapters(policy, 4)
    engine = servers.engine(policy, LENGTH)
    for _ in range(2):
        shift(policy.model, 0.1)
        engine.weights_changed()
        assert engine.gap < 1e-4
    merge_adapters(policy)
    assert servers.engine(policy, LENGTH).gap < 1e-4


def test_a_server_that_was_killed_is_told_with_its_log(policy, servers):
    engine = servers.engine(policy, LENGTH)
    process = servers._own._process
    (child,) = map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
    os.kill(child, signal.SIGKILL)
    with pytest.raises(R1ciError, match=r"has ended with exit code 137.*The end of its log"):
        engine.turn(0, policy.chat.prompt_ids("Hello"), max_tokens=9, seed=0).result()


def test_a_run_samples_with_vllm(tmp_path):
    settings = {
        **{**SHAPE, "phases": "grpo", "max_turns": 2, "places": 16, "evaluation.problems": 4, "engine": "vllm"},
        **{"grpo.steps": 2, "grpo.problems": 4, "grpo.group": 4, "grpo.control_success": 0.5},
        **{f"vllm.{name}": value for name, value in STARTED.items()},
    }
    report = train("cpu-tiny", tmp_path / "run", overrides=settings)
    metrics = read_metrics(report.metrics["grpo"])
    assert [m["step"] for m in metrics] == [1, 2]
    assert (tmp_path / "run" / "vllm" / "vllm.log").exists()


@pytest.mark.skipif(not QWEN, reason="R1CI_QWEN names no folder with a real Qwen; see docs/training.md")
def test_a_real_model_agrees_before_and_after_its_weights_change(tmp_path):
    policy = load_policy(QWEN, "cpu", "float32")
    servers = VllmServers(VllmConfig(**STARTED), tmp_path / "vllm")
    try:
        engine = servers.engine(policy, LENGTH)
        before = engine.gap
        shift(policy.model, 0.001)
        engine.weights_changed()
        print(f"mean gap of {QWEN}: {before:.2g}, after all weights changed {engine.gap:.2g} nats a token")
        assert max(before, engine.gap) < 1e-3
    finally:
        servers.close()
