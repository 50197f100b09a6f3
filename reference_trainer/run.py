"""A whole run: a policy, phase after phase, measured before and after each.

What a finished phase made stays in the run's directory and is not made again:

    config.json                    the settings
    lock                           which the process that makes the run holds
    demonstrations.jsonl           what the warm start imitates, where the settings name no other file
    sft/ grpo/ control/            the policies, readable by transformers; start/ too, where it is made from scratch
    sft.jsonl grpo.jsonl control.jsonl
    grpo.checkpoints/              the last two, and the policy that was best on the way
    probe.jsonl                    how the policy answered training problems, for staged samplers
    results.json                   what was measured on held-out problems, and seconds
    episodes/                      that measuring itself, greedy
    report.html
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers.utils.logging import disable_progress_bar, enable_progress_bar

from r1ci_env.arena import Arena
from r1ci_env.catalog import SPLITS
from r1ci_env.demonstrations.dataset import read
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.evaluation.folders import require_model
from r1ci_env.held_out import require_trainable, trainable_problem
from r1ci_env.holding import hold
from r1ci_env.kept_settings import changes, read_object
from r1ci_env.reference_trainer import distributed
from r1ci_env.reference_trainer.batch_queue import require_weights_apart
from r1ci_env.reference_trainer.checkpoint import write_json
from r1ci_env.reference_trainer.config import TrainConfig, as_json
from r1ci_env.reference_trainer.lora import require_peft
from r1ci_env.reference_trainer.phases import START, Run, demonstration_settings
from r1ci_env.reference_trainer.policy import chosen_device
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.report import TrainingReport
from r1ci_env.reference_trainer.runlog import require_installed
from r1ci_env.reference_trainer.samplers import STAGED
from r1ci_env.reference_trainer.schedules import GateSchedule
from r1ci_env.reference_trainer.tiny_model import require_shape
from r1ci_env.registry import get_task, list_tasks, parse_reference, task_name
from r1ci_env.sandbox_wasm import SandboxPool

SETTINGS, LOCK = "config.json", "lock"
"""Files of a directory that holds nothing which a run has made."""

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers


def train(
    preset: str | Path = "cpu-tiny",
    output: str | Path = Path("runs/cpu-tiny"),
    seed: int | None = None,
    resume: bool = True,
    overrides: Mapping[str, Any] | None = None,
) -> TrainingReport:
    """Train a policy and report what it learnt, beside a control with random rewards where that is a phase.

    Args:
        preset: A key of `r1ci_env.reference_trainer.presets.PRESETS`, or a recipe: a YAML file.
        output: Directory of the run; made if it is not there.
        seed: Decides everything that is drawn; None for that of the recipe, or 0.
        resume: Go on with the run in ``output``, reusing what is finished; otherwise it is made anew.
        overrides: Settings by dotted name, such as ``{"grpo.steps": 20}``.

    Raises:
        R1ciError: a setting is unknown, what ``log_to`` names is not installed, ``output`` holds something else, or SFT
            does not reach its gate.
    """
    config = run_config(preset, seed, overrides)
    require_installed(config.log_to)
    with distributed.joined():
        return _train(str(preset), config, Path(output), resume)


def _train(preset: str, config: TrainConfig, output: Path, resume: bool) -> TrainingReport:
    _require_possible(config)
    threads = torch.get_num_threads()
    with ExitStack() as opened:
        distributed.first(lambda: _open_directory(output, config, resume, opened))
        torch.set_num_threads(config.threads or threads)
        opened.callback(torch.set_num_threads, threads)
        disable_progress_bar()  # that of transformers, for every file it reads or writes
        opened.callback(enable_progress_bar)
        sandbox = opened.enter_context(_sandbox(config))
        arena = opened.enter_context(closing(Arena(sandbox, config.places, **config.rules)))
        servers = opened.enter_context(_servers(config, output))
        return Run(preset, config, output, arena, servers).finish()


def run_config(preset: str | Path, seed: int | None = None, overrides: Mapping[str, Any] | None = None) -> TrainConfig:
    """Return the settings that `train` goes by; raise what it raises for those that it can't be given."""
    return _with_tasks(make_config(preset, seed, overrides or {}))


def _with_tasks(config: TrainConfig) -> TrainConfig:
    """Return the settings with their tasks named: those of the data, or all that are trained on.

    Raises:
        BadOption: a task is of the test split, or both trained on and left out.
    """
    measured = config.evaluation
    in_data = dict.fromkeys(parse_reference(r["problem"])[0] for r in read(Path(config.data))) if config.data else {}
    given = tuple(dict.fromkeys(map(task_name, config.tasks or in_data)))
    named = [get_task(name).name for name in measured.left_out if name not in (*SPLITS, "validation")]
    if both := [name for name in named if name in given]:
        raise BadOption(f"{both[0]} is to be left out and trained on: make the data with --leave-out, or name others.")
    splits = [name for name in measured.left_out if name not in named] if measured.left_out_problems else []
    others = [task for split in splits for task in list_tasks(split=split) if task not in given]
    left_out = tuple(dict.fromkeys([*named, *others]))
    tasks = given or tuple(task for task in list_tasks(split="train") if task not in left_out)
    require_trainable(tasks)
    count = measured.left_out_problems if left_out else 0
    return replace(config, tasks=tasks, evaluation=replace(measured, left_out=left_out, left_out_problems=count))


def _require_possible(config: TrainConfig) -> None:
    """Raise `BadOption` for settings that can't go together, before anything is written."""
    chosen_device(config.device)
    for task in config.tasks:
        for level in config.levels:
            get_task(task).require_level(level)
    if config.grpo.one_step_off:
        require_weights_apart(config.engine == "local")
    phases, sampler = config.phases, config.grpo.sampler
    if config.model:
        require_model(config.model)
    else:
        require_shape(config.tiny)
    if config.sft.lora_rank or config.grpo.lora_rank:
        require_peft()
    if "sft" in phases and config.sft.schedule == "gate" and config.sft.max_steps:
        GateSchedule(config.sft, config.sft.max_steps)
    if "sft" in phases and config.data:
        _require_trainable(config.data)
    elif "sft" in phases:
        demonstration_settings(config)
    if sampler in STAGED and "probe" not in phases and {"grpo", "control"} & {*phases}:
        raise BadOption(f"The sampler {sampler!r} needs a probe: write phases=[sft,probe,grpo].")
    if not config.shard:
        return
    needs = {
        "several processes: start it with torchrun": distributed.world() == 1,
        "engine=vllm": config.engine == "local",
        "a model: set model": not config.model,
        "grpo.variant other than ppo": config.grpo.variant == "ppo",
        "sft.lora_rank=0": config.sft.lora_rank > 0,
        "grpo.lora_rank=0": config.grpo.lora_rank > 0,
    }
    for need, missing in needs.items():
        if missing:
            raise BadOption(f"shard=true needs {need}.")


def _require_trainable(data: str) -> None:
    """Raise `BadOption` for demonstrations of problems that nothing is trained on."""
    for ref in dict.fromkeys(record["problem"] for record in read(Path(data))):
        try:
            trainable_problem(ref)
        except R1ciError as error:
            raise BadOption(f"{data} cannot be trained on: {error} Leave what is about it out of the file.") from error


def _sandbox(config: TrainConfig) -> AbstractContextManager[SandboxPool | None]:
    """Return a share of the cores for code where several processes are on this machine; else None: all of them."""
    here = distributed.local_world()
    if here == 1:
        return nullcontext()
    return SandboxPool(max(1, (os.cpu_count() or 1) // here), packages=config.packages)


def _servers(config: TrainConfig, output: Path) -> "AbstractContextManager[VllmServers | None]":
    """Return the servers that sample, closed at the end; None where this process does."""
    if config.engine == "local":
        return nullcontext()
    from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers

    return closing(VllmServers(config.vllm, output / "vllm"))


def _open_directory(output: Path, config: TrainConfig, resume: bool, opened: ExitStack) -> None:
    """Make the directory of a run, or take the one that is there, and keep other processes out of it."""
    require_own(output, config, resume)
    output.mkdir(parents=True, exist_ok=True)
    opened.enter_context(hold(output / LOCK))
    if not resume:
        _remove_run(output)
    write_json(output / SETTINGS, as_json(config))


def require_own(output: Path, config: TrainConfig, resume: bool = True) -> None:
    """Raise `R1ciError` for a directory that holds something else than the run that is asked for, or than any run."""
    file = output / SETTINGS
    made = {path.name for path in output.iterdir()} - {SETTINGS, LOCK} if output.exists() else set()
    before = read_object(file, "Choose another directory.") if file.exists() else {}
    if (made or before) and "phases" not in before:  # which that of a model, say, has not
        raise R1ciError(f"{output} is not empty and holds no run of this trainer: choose another directory.")
    if resume and made and (other := changes(_settings(before), _settings(as_json(config)))):
        raise R1ciError(
            f"{output} holds a run with other settings ({other}): choose another directory, or do not resume (--fresh)."
        )


def _settings(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out where servers are, which may have changed when a run goes on."""
    return {name: value for name, value in values.items() if name != "vllm"}


def _remove_run(output: Path) -> None:
    """Delete what a run has written, and nothing else."""
    phases = {START, "sft", "probe", "grpo", "control"}
    own = phases | {"demonstrations", "config", "results", "report", "episodes", "vllm", "wandb"}
    for path in output.iterdir():
        if path.name.split(".")[0] in own:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
