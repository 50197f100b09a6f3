"""A dozen steps of a real Qwen2.5-Coder-0.5B-Instruct, and each phase of a run: in the folder that R1CI_QWEN names."""

import json
import os
from itertools import islice
from pathlib import Path

import pytest
import torch

from r1ci_env.demonstrations.dataset import make
from r1ci_env.demonstrations.making import Settings
from r1ci_env.held_out import held_out_problems
from r1ci_env.reference_trainer.config import SftConfig
from r1ci_env.reference_trainer.examples import example
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import load_policy
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.run import train
from r1ci_env.reference_trainer.sft import train_sft
from r1ci_env.reference_trainer.trajectory import score
from r1ci_env.registry import get_task, list_tasks
from r1ci_env.report.training import read_metrics

FOLDER = os.environ.get("R1CI_QWEN", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="R1CI_QWEN names no folder with a real Qwen; see docs/training.md")

LEFT_OUT = ("NumberMultiply", "StatisticalCounting", "GroupAnagrams", "FractionSimplification")


def test_a_dozen_steps_carry_over_to_tasks_that_were_not_trained(tmp_path, pool):
    torch.set_num_threads(2)
    policy = load_policy(FOLDER, "cpu", "bfloat16")
    trained = tuple(name for name in list_tasks(split="train") if name not in list_tasks(split="validation"))
    records = make(Settings(trained, 1), tmp_path / "data.jsonl")
    others = make(Settings(LEFT_OUT, 2), tmp_path / "others.jsonl")
    examples, held_back = ([example(policy.chat, r) for r in found] for found in (records, others))
    problems = [p for name in LEFT_OUT for p in islice(held_out_problems(get_task(name), [1]), 2)]

    def measure():
        with torch.no_grad():
            loss = -sum(policy.token_logprobs(pack([e])).sum().item() for e in held_back)
        played = play(policy, problems, sampling=Sampling(0.0, 0, 3_000, 300), sandbox=pool, max_turns=2)
        return loss / sum(sum(e.sampled) for e in held_back), score(played)

    before, behaviour = measure()
    config = SftConfig(max_steps=12, batch_tokens=3_000, micro_batch_tokens=3_000, warm_up=2, freeze_embeddings=True)
    train_sft(policy, examples, config, 0, lambda: {"reward": 0.0}, Path(tmp_path))
    after, learnt = measure()
    print(f"NLL on tasks left out {before:.3f} -> {after:.3f}; {behaviour} -> {learnt}")
    assert after < before
    assert learnt.well_formed > behaviour.well_formed


def test_each_phase_updates_the_real_weights_and_engine_and_trainer_agree(tmp_path):
    short = {"max_turns": 2, "max_turn_tokens": 96, "grpo.max_turn_tokens": 96}
    few = {
        "tasks": ["NumberMultiply", "LCM"],
        "levels": [1],
        "evaluation.problems": 2,
        "evaluation.left_out_problems": 0,
    }
    steps = {
        **{"demonstrations.per_task": 4, "sft.max_steps": 1, "sft.micro_batch_tokens": 2_048},
        **{"probe.problems": 1, "probe.answers": 2},
        **{"grpo.steps": 1, "grpo.problems": 1, "grpo.group": 8, "grpo.sampler": "staged"},
        **{"grpo.learning_rate": 1e-6, "grpo.micro_batch_tokens": 2_048, "grpo.control_success": 0.5},
    }
    phases = ["sft", "probe", "grpo", "control"]
    # the paper's reward tells also apart episodes of which none is right
    settings = {"model": FOLDER, "device": "cpu", "phases": phases, "reward": "paper", "threads": 2}
    train("sft", tmp_path / "run", overrides={**settings, **short, **few, **steps})
    assert json.loads((tmp_path / "run" / "results.json").read_text()).keys() >= {"start", *phases}
    for name in ("grpo", "control"):
        (metrics,) = read_metrics(tmp_path / "run" / f"{name}.jsonl")
        print(name, metrics)
        assert metrics["kept_groups"] == 1
        assert metrics["gradient_norm"] > 0
        assert metrics["logprob_gap"] < 1e-3
        load_policy(tmp_path / "run" / name, "cpu")
