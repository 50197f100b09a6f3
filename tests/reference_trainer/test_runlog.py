"""Who is told the metrics of a phase, and what stands beside its bar."""

import errno
import importlib.util
import io
import json

import pytest
from rich.console import Console

from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer import grpo, runlog
from r1ci_env.reference_trainer.checkpoint import DiskFull
from r1ci_env.reference_trainer.overrides import parse_assignments
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.run import train
from r1ci_env.reference_trainer.runlog import RunLog

STEP = {"reward": 0.25, "rollout_tokens_per_second": 12345.6, "turn_tokens": 41.7, "code_use": 0.5}


class Listener:
    def __init__(self, path, step):
        self.told, self.closed = [("from", path.name, step)], False

    def write(self, step, values):
        self.told.append((step, dict(values)))

    def close(self):
        self.closed = True


def test_writers_are_told_numbers_from_where_the_run_goes_on(tmp_path, monkeypatch):
    heard = []
    monkeypatch.setitem(runlog.WRITERS, "wandb", lambda path, step: heard.append(Listener(path, step)) or heard[-1])
    with RunLog(tmp_path / "grpo.jsonl", "GRPO", 3, log_to=["wandb"]) as log:
        log.go_on_from(1)
        log.log(2, **STEP, held_out_intervals={"LCM": (0.0, 0.5)}, none=None)
    assert heard[0].told == [("from", "grpo.jsonl", 1), (2, STEP)]
    assert heard[0].closed
    assert json.loads((tmp_path / "grpo.jsonl").read_text())["held_out_intervals"] == {"LCM": [0.0, 0.5]}


@pytest.mark.parametrize("name", ["tensorboard", "wandb"])
def test_what_is_not_installed_is_said_before_anything_is_made(name, tmp_path, monkeypatch):
    monkeypatch.setattr(runlog, "find_spec", lambda package: None)
    with pytest.raises(BadOption, match=f"pip install {name}"):
        train("cpu-tiny", tmp_path / "run", overrides=parse_assignments([f"log_to=[{name}]"]))
    assert not (tmp_path / "run").exists()


def test_writers_are_chosen_by_a_list_and_others_refused():
    assert make_config("cpu-tiny", 0, parse_assignments(["log_to=[tensorboard,wandb]"])).log_to == (
        "tensorboard",
        "wandb",
    )
    with pytest.raises(BadOption, match="Did you mean 'tensorboard'"):
        make_config("cpu-tiny", 0, parse_assignments(["log_to=[tensorbord]"]))


@pytest.mark.skipif(not importlib.util.find_spec("tensorboard"), reason="TensorBoard is not installed")
def test_tensorboard_reads_what_was_written(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for first, value in ((0, 0.1), (1, 0.9)):  # the second run goes on after step 1
        with RunLog(tmp_path / "grpo.jsonl", "GRPO", 3, log_to=["tensorboard"]) as log:
            log.go_on_from(first)
            for step in range(first + 1, 3):
                log.log(step, reward=value)
    events = EventAccumulator(str(tmp_path / "grpo.tensorboard"))
    events.Reload()
    assert [(e.step, round(e.value, 3)) for e in events.Scalars("reward")] == [(1, 0.1), (2, 0.9)]


@pytest.mark.skipif(not importlib.util.find_spec("wandb"), reason="W&B is not installed")
def test_wandb_keeps_a_run(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "offline")
    with RunLog(tmp_path / "grpo.jsonl", "GRPO", 3, log_to=["wandb"]) as log:
        log.go_on_from(0)
        log.log(1, **STEP)
    kept = list((tmp_path / "wandb").glob("offline-run-*/*.wandb"))
    assert len(kept) == 1 and b"rollout_tokens_per_second" in kept[0].read_bytes()


def test_the_bar_shows_speed_reward_lengths_and_code(tmp_path):
    log = RunLog(tmp_path / "grpo.jsonl", "GRPO", 3, grpo.SHOWN)
    log._progress.live.console = Console(file=io.StringIO(), width=140)
    log.log(1, **STEP)
    shown = log._progress.tasks[0].fields["values"]
    assert shown == "12,346 tokens/s  reward 0.250  42 tokens an episode  code in 50%"
    log.log(2, reward=0.5)
    assert log._progress.tasks[0].fields["values"] == "reward 0.500"


def test_metrics_on_a_full_disk(tmp_path, monkeypatch):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(tmp_path), "open", lambda path, mode: Full())
    with pytest.raises(DiskFull, match=r"grpo\.jsonl could not be written"):
        RunLog(tmp_path / "grpo.jsonl", "GRPO", 3).log(1, **STEP)


@pytest.mark.parametrize("line", [b"\xff\xfe", b"no json", b"[1]", b"{}", b'{"step": "a"}'])
def test_metrics_that_are_none_are_named(tmp_path, line):
    path = tmp_path / "grpo.jsonl"
    path.write_bytes(b'{"step": 1}\n' + line + b"\n")
    with RunLog(path, "GRPO", 2) as log, pytest.raises(R1ciError, match=r"grpo\.jsonl, line 2"):
        log.go_on_from(2)
