"""A whole run: a policy, phase after phase, measured before and after each.

What a finished phase made stays in the run's directory and is not made again:

    config.json                    the settings
    demonstrations.jsonl           what the warm start imitates, where the settings name no other file
    sft/ grpo/ control/            the policies, readable by transformers; start/ too, where it is made from scratch
    sft.jsonl grpo.jsonl control.jsonl
    results.json                   what was measured on held-out problems, and seconds
    curve.png report.html episodes/
"""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from rich.console import Console
from rich.progress import Progress
from transformers.utils.logging import disable_progress_bar, enable_progress_bar

from r1ci_env.arena import Arena
from r1ci_env.curricula import CellThompson, LevelLadder, UniformSampler
from r1ci_env.demonstrations.dataset import is_finished, make, read
from r1ci_env.demonstrations.making import Settings
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.held_out import require_trainable
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.checkpoint import write_atomically, write_json
from r1ci_env.reference_trainer.config import TrainConfig, as_json
from r1ci_env.reference_trainer.copying import copied_share
from r1ci_env.reference_trainer.evaluation import Evaluation, chosen_problems
from r1ci_env.reference_trainer.examples import example
from r1ci_env.reference_trainer.grpo import train_grpo
from r1ci_env.reference_trainer.lora import add_adapters, merge_adapters
from r1ci_env.reference_trainer.policy import Policy, load_policy
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.report import TrainingReport, results_table, write_report
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.sft import train_sft
from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer
from r1ci_env.reference_trainer.trajectory import Score, Trajectory, score
from r1ci_env.registry import list_tasks
from r1ci_env.sampling import Sampler
from r1ci_env.task import Problem

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers

START: Final = "start"
"""The policy before all phases."""

RUN_SEEDS = 10**8
"""Seeds that belong to each run; the offsets of its phases are below."""

GRPO_SEED, GATE_SEED = 4 * 10**7, 8 * 10**7

SAMPLE_EPISODES = 12
"""Held-out problems whose episodes are shown in the report."""


def train(
    preset: str = "cpu-tiny",
    output: Path = Path("runs/cpu-tiny"),
    seed: int = 0,
    resume: bool = True,
    overrides: Mapping[str, Any] | None = None,
) -> TrainingReport:
    """Train a policy and report what it learnt, beside a control with random rewards where that is a phase.

    Args:
        preset: A key of `r1ci_env.reference_trainer.presets.PRESETS`, or a recipe: a YAML file.
        output: Directory of the run; made if it is not there.
        seed: Decides everything that is drawn.
        resume: Go on with the run in ``output``, reusing what is finished; otherwise it is made anew.
        overrides: Settings by dotted name, such as ``{"grpo.steps": 20}``.

    Raises:
        R1ciError: a setting is unknown, ``output`` holds something else, or SFT does not reach its gate.
    """
    config = _with_tasks(make_config(preset, seed, overrides or {}))
    _open_directory(output, config, resume)
    threads = torch.get_num_threads()
    torch.set_num_threads(config.threads or threads)
    disable_progress_bar()  # that of transformers, for every file it reads or writes
    try:
        with closing(Arena(places=config.places, **config.rules)) as arena, _servers(config, output) as servers:
            return _Run(preset, config, output, arena, servers).finish()
    finally:
        torch.set_num_threads(threads)
        enable_progress_bar()


def _with_tasks(config: TrainConfig) -> TrainConfig:
    """Return the settings with their tasks named: those of the data, or all that are trained on.

    Raises:
        BadOption: a task is of the test split, or both trained on and left out.
    """
    left_out = config.evaluation.left_out
    in_data = dict.fromkeys(r["problem"].rsplit(":", 2)[0] for r in read(Path(config.data))) if config.data else {}
    if not config.evaluation.left_out and config.evaluation.left_out_problems:
        validation = list_tasks(split="validation")
        left_out = tuple(name for name in validation if name not in (in_data or config.tasks))
    if not left_out:
        config = replace(config, evaluation=replace(config.evaluation, left_out_problems=0))
    tasks = config.tasks or tuple(in_data) or tuple(t for t in list_tasks(split="train") if t not in left_out)
    require_trainable(tasks)
    for name in tasks:
        if name in left_out:
            raise BadOption(f"{name} is to be left out and trained on: make the data with --leave-out, or name others.")
    return replace(config, tasks=tasks, evaluation=replace(config.evaluation, left_out=left_out))


class _Run:
    """The phases of a run, each of which is skipped if its result is there."""

    def __init__(
        self, preset: str, config: TrainConfig, output: Path, arena: Arena, servers: "VllmServers | None"
    ) -> None:
        self._preset = preset
        self._config = config
        self._output = output
        self._arena = arena
        self._servers = servers
        self._console = Console()
        measured = config.evaluation
        self._held_out = chosen_problems(config.tasks, config.levels, measured.problems)
        self._left_out = chosen_problems(measured.left_out, config.levels, measured.left_out_problems)
        results = output / "results.json"
        self._results: dict[str, Any] = json.loads(results.read_text()) if results.exists() else {}

    def finish(self) -> TrainingReport:
        """Do what is not done yet, and report."""
        makers: dict[str, Callable[[], Policy]] = {
            START: self._make_policy,
            "sft": self._sft,
            "grpo": lambda: self._grpo("grpo"),
            "control": lambda: self._grpo("control"),
        }
        stages = (START, *self._config.phases)
        for stage in stages:
            self._phase(stage, makers[stage])
        last = next((stage for stage in reversed(stages) if stage != "control"), START)
        result = TrainingReport(
            preset=self._preset,
            seed=self._config.seed,
            evaluations={stage: _evaluation(self._results[stage]) for stage in stages},
            problems=self._config.evaluation.problems,
            seconds={stage: self._results[stage]["seconds"] for stage in stages},
            policy=self._folder(last),
            metrics={stage: self._output / f"{stage}.jsonl" for stage in self._config.phases},
            plot=self._output / "curve.png",
            page=self._output / "report.html",
        )
        shown = self._held_out[:SAMPLE_EPISODES]
        write_report(result, {stage: self._play(self._policy(stage), shown, 0.0) for stage in stages})
        self._console.print(results_table(result))
        return result

    def _phase(self, stage: str, make: Callable[[], Policy]) -> None:
        """Make the policy of a stage and measure it, unless that is done."""
        if stage in self._results:
            return
        began = time.perf_counter()
        if not self._folder(stage).exists() and not (stage == START and self._config.model):
            policy = make()
            write_atomically(self._output / stage, policy.save)
        seconds = time.perf_counter() - began
        found = self._measure(self._policy(stage))
        self._results[stage] = {"seconds": seconds, **asdict(found)}
        write_json(self._output / "results.json", self._results)
        left_out = "" if found.left_out is None else f", on tasks left out {found.left_out.reward:.3f}"
        self._console.print(f"{stage}: reward {found.reward:.3f}, greedy {found.greedy.reward:.3f}{left_out}")

    def _measure(self, policy: Policy) -> Evaluation:
        """Play the held-out problems, always with the same random numbers."""
        sampled = score(self._play(policy, self._held_out, 1.0)) if self._config.evaluation.sampled else None
        left_out = score(self._play(policy, self._left_out, 0.0)) if self._left_out else None
        return Evaluation(score(self._play(policy, self._held_out, 0.0)), sampled, left_out)

    def _folder(self, stage: str) -> Path:
        return Path(self._config.model) if stage == START and self._config.model else self._output / stage

    def _policy(self, stage: str) -> Policy:
        policy = load_policy(self._folder(stage), self._config.device or None, self._config.precision)
        policy.rules = policy.model.config.r1ci_rules = self._config.rules  # which a saved policy remembers
        policy.servers = self._servers
        return policy

    def _make_policy(self) -> Policy:
        tokenizer = make_tokenizer(self._config.tasks, self._config.levels)
        return Policy(make_model(tokenizer, self._config), tokenizer)

    def _sft(self) -> Policy:
        config = self._config.sft
        policy = self._policy(START)
        examples = [example(policy.chat, record) for record in self._demonstrations()]
        fitting = [e for e in examples if len(e.ids) <= policy.context]
        if not fitting:
            raise R1ciError(
                f"None of the {len(examples)} demonstrations fits into the model's {policy.context} tokens."
            )
        self._console.print(f"{len(fitting)} of {len(examples)} demonstrations fit into {policy.context} tokens")
        if config.lora_rank:
            add_adapters(policy, config.lora_rank)
        measure = self._gate(policy) if config.schedule == "gate" else lambda: self._measured(policy)
        train_sft(policy, fitting, config, self._config.seed, measure, self._output)
        merge_adapters(policy)
        return policy

    def _demonstrations(self) -> list[dict[str, Any]]:
        config = self._config
        if config.data:
            return read(Path(config.data))
        path = self._output / "demonstrations.jsonl"
        if is_finished(path):
            return read(path)
        shown = asdict(config.demonstrations)
        settings = Settings(config.tasks, levels=config.levels, seed=config.seed, rules=config.limits, **shown)
        with Progress(console=self._console, transient=True) as bar:
            task = bar.add_task("demonstrations", total=len(config.tasks))
            return make(settings, path, on_task=lambda name, count: bar.advance(task))

    def _gate(self, policy: Policy) -> Callable[[], Mapping[str, float]]:
        """Return what measures the gate: reward and copies on problems of its own."""
        problems = self._sampler("uniform", GATE_SEED).sample(self._config.sft.gate.problems)
        sampling = self._sampling(1.0, "gate")

        def measure() -> Mapping[str, float]:
            played = play(policy, problems, self._arena, sampling)
            return {"reward": score(played).reward, "copied": copied_share(played)}

        return measure

    def _measured(self, policy: Policy) -> Mapping[str, float]:
        found = self._measure(policy)
        left_out = {} if found.left_out is None else asdict(found.left_out)
        return {**asdict(found.greedy), **{f"left_out_{name}": value for name, value in left_out.items()}}

    def _grpo(self, stage: str) -> Policy:
        config = self._config.grpo

        def by_chance(step: int, i: int, trajectory: Trajectory) -> float:
            return float(seeds.rng("control", self._config.seed, step, i).random() < config.control_success)

        policy = self._policy("sft" if "sft" in self._config.phases else START)
        train_grpo(
            policy,
            self._sampler(config.sampler, GRPO_SEED),
            config,
            self._config.seed,
            self._arena,
            self._output,
            stage,
            **({"reward": by_chance} if stage == "control" else {}),
        )
        return policy

    def _sampler(self, name: str, offset: int) -> Sampler:
        """Return a sampler over training problems of this run."""
        config, first = self._config, self._config.seed * RUN_SEEDS + offset
        kinds: dict[str, Callable[..., Sampler]] = {
            "uniform": UniformSampler,
            "cells": CellThompson,
            "ladder": LevelLadder,
        }
        return kinds[name](config.tasks, levels=config.levels, first_seed=first, seed=config.seed)

    def _sampling(self, temperature: float, name: str) -> Sampling:
        config = self._config
        seed = seeds.rng(name, config.seed).getrandbits(63)
        return Sampling(temperature, seed, config.max_episode_tokens, config.max_turn_tokens)

    def _play(self, policy: Policy, problems: list[Problem], temperature: float) -> list[Trajectory]:
        return play(policy, problems, self._arena, self._sampling(temperature, "evaluation"))


def _servers(config: TrainConfig, output: Path) -> "AbstractContextManager[VllmServers | None]":
    """Return the servers that sample, closed at the end; None where this process does."""
    if config.engine == "local":
        return nullcontext()
    from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers

    return closing(VllmServers(config.vllm, output / "vllm"))


def _evaluation(found: Mapping[str, Any]) -> Evaluation:
    scores = {name: found[name] and Score(**found[name]) for name in ("greedy", "sampled", "left_out")}
    return Evaluation(**scores)


def _open_directory(output: Path, config: TrainConfig, resume: bool) -> None:
    """Make the directory of a run, or check that the run in it is the one that is asked for."""
    file = output / "config.json"
    if output.exists() and any(output.iterdir()):
        if not file.exists():
            raise R1ciError(f"{output} is not empty and holds no run of this trainer: choose another directory.")
        if not resume:
            _remove_run(output)
        elif _settings(json.loads(file.read_text())) != _settings(as_json(config)):
            raise R1ciError(f"{output} holds a run with other settings: choose another directory, or do not resume.")
    output.mkdir(parents=True, exist_ok=True)
    write_json(file, as_json(config))


def _settings(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out where servers are, which may have changed when a run goes on."""
    return {name: value for name, value in values.items() if name != "vllm"}


def _remove_run(output: Path) -> None:
    """Delete what a run has written, and nothing else."""
    own = {
        START,
        "sft",
        "grpo",
        "control",
        "demonstrations",
        "config",
        "results",
        "curve",
        "report",
        "episodes",
        "vllm",
    }
    for path in output.iterdir():
        if path.name.split(".")[0] in own:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
