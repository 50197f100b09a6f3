"""A run that is killed, wherever it is, goes on to what it would have been."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from r1ci_env.report.training import read_metrics

ROOT = Path(__file__).parents[2]
KILLS = 5

RUN = {
    "phases": "[sft,grpo]",
    "evaluation.problems": 8,
    "tiny.hidden_size": 32,
    "tiny.max_turn_tokens": 12,
    "max_turns": 2,
    "places": 16,
    "demonstrations.per_task": 30,
    "sft.batch_tokens": 600,
    "sft.epochs": 20,
    "sft.max_steps": 40,
    "sft.evaluate_every": 4,
    "sft.schedule": "cosine",
    "sft.learning_rate": 3e-3,
    "grpo.variant": "reinforce_pp",
    "grpo.sampler": "cells",
    "grpo.steps": 18,  # so tiny a policy earns nothing, which is told after 20
    "grpo.problems": 4,
    "grpo.group": 4,
    "grpo.checkpoint_every": 3,
}
STEPS = RUN["sft.max_steps"] + RUN["grpo.steps"]
SETTINGS = [f"--set={name}={value}" for name, value in RUN.items()]
PROGRAM = "from r1ci_env.cli import main; main()"


def start(folder):
    """Start the run in a folder, or let it go on, in a group of processes that can be killed together."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "train", "cpu-tiny", *SETTINGS, f"--output={folder}"],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process):
    _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said[-4_000:]


def progress(folder):
    """Return how many steps of all phases are in the metrics."""
    return sum(len(read_metrics(folder / f"{phase}.jsonl")) for phase in ("sft", "grpo"))


def kill_after(process, folder, steps, delay):
    """Kill a run some time after it has made so many steps; return whether it was still running."""
    while process.poll() is None and progress(folder) < steps:
        time.sleep(0.002)
    time.sleep(delay)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return running


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("R1CI_LONG"), reason="make test-long")
def test_a_run_that_is_killed_at_random_goes_on_to_the_last_bit(tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    finish(start(whole))
    rng = random.Random("kills")
    moments = [rng.randrange(STEPS * i // KILLS, STEPS * (i + 1) // KILLS) for i in range(KILLS)]
    kills = sum(kill_after(start(killed), killed, step, rng.random() * 0.05) for step in moments)
    assert kills >= KILLS - 1  # the last may come when all is done
    finish(start(killed))
    for name in ("sft", "grpo"):
        assert (whole / name / "model.safetensors").read_bytes() == (killed / name / "model.safetensors").read_bytes()
        assert (whole / "episodes" / f"{name}.jsonl").read_text() == (killed / "episodes" / f"{name}.jsonl").read_text()
        rows, others = ([timeless(row) for row in read_metrics(folder / f"{name}.jsonl")] for folder in (whole, killed))
        assert rows == others
        assert len(rows) == RUN[f"{name}.{'max_' * (name == 'sft')}steps"]
    assert (whole / "demonstrations.jsonl").read_bytes() == (killed / "demonstrations.jsonl").read_bytes()
    before, after = (json.loads((folder / "results.json").read_text()) for folder in (whole, killed))
    assert {phase: timeless(row) for phase, row in before.items()} == {
        phase: timeless(row) for phase, row in after.items()
    }


def timeless(row):
    """Leave out what was measured with a clock."""
    return {name: value for name, value in row.items() if "second" not in name}
