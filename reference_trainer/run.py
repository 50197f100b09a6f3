"""A whole run: make a policy, warm it up, train it in the environments, and measure it before and after.

What a finished phase made stays in the run's directory and is not made again:

    config.json                    the settings
    start/ sft/ grpo/ control/     the policies, readable by transformers
    sft.jsonl grpo.jsonl control.jsonl
    results.json                   rewards on the held-out problems, and seconds
    curve.png report.html episodes/
"""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from rich.console import Console
from rich.progress import track
from transformers.utils.logging import disable_progress_bar, enable_progress_bar

from r1ci_env.arena import Arena
from r1ci_env.curricula import UniformSampler
from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.checkpoint import write_atomically, write_json
from r1ci_env.reference_trainer.config import TrainConfig, as_json, make_config
from r1ci_env.reference_trainer.demonstrations import copied_share, demonstrate, write_script
from r1ci_env.reference_trainer.grpo import train_grpo
from r1ci_env.reference_trainer.policy import Policy, load_policy
from r1ci_env.reference_trainer.report import Evaluation, TrainingReport, results_table, write_report
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.sft import Gate, train_sft
from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer
from r1ci_env.reference_trainer.trajectory import Score, Trajectory, score

Stage = Literal["start", "sft", "grpo", "control"]
STAGES: tuple[Stage, ...] = get_args(Stage)
"""The policies of a run: untrained, after SFT, after GRPO, and after GRPO on random rewards."""

HELD_OUT_SEED = 10**12
"""First seed of the held-out problems, the same for every run."""

RUN_SEEDS = 10**8
"""Seeds that belong to each run; the offsets of its phases are below."""

SFT_SEED, GRPO_SEED, GATE_SEED = 0, 4 * 10**7, 8 * 10**7

SAMPLE_EPISODES = 12
"""Held-out problems whose episodes are shown in the report."""


def train(
    preset: str = "cpu-tiny",
    output: Path = Path("runs/cpu-tiny"),
    seed: int = 0,
    resume: bool = True,
    overrides: Mapping[str, Any] | None = None,
) -> TrainingReport:
    """Train a policy from nothing and report what it learnt, beside a control with random rewards.

    Args:
        preset: A key of `r1ci_env.reference_trainer.config.PRESETS`.
        output: Directory of the run; made if it is not there.
        seed: Decides everything that is drawn.
        resume: Go on with the run in ``output``, reusing what is finished; otherwise it is made anew.
        overrides: Settings by dotted name, such as ``{"grpo.steps": 20}``.

    Raises:
        R1ciError: a setting is unknown, ``output`` holds something else, or SFT does not reach its gate.
    """
    config = make_config(preset, seed, overrides or {})
    _open_directory(output, config, resume)
    threads = torch.get_num_threads()
    torch.set_num_threads(config.threads)
    disable_progress_bar()  # that of transformers, for every file it reads or writes
    try:
        with closing(Arena(places=config.num_envs, **config.rules)) as arena:
            return _Run(preset, config, output, arena).finish()
    finally:
        torch.set_num_threads(threads)
        enable_progress_bar()


class _Run:
    """The phases of a run, each of which is skipped if its result is there."""

    def __init__(self, preset: str, config: TrainConfig, output: Path, arena: Arena) -> None:
        self._preset = preset
        self._config = config
        self._output = output
        self._arena = arena
        self._console = Console()
        self._held_out = UniformSampler(config.tasks, config.level, HELD_OUT_SEED).sample(config.held_out)
        results = output / "results.json"
        self._results: dict[str, Any] = json.loads(results.read_text()) if results.exists() else {}

    def finish(self) -> TrainingReport:
        """Do what is not done yet, and report."""
        self._phase("start", self._make_policy)
        self._phase("sft", self._sft)
        self._phase("grpo", lambda: self._grpo("grpo"))
        self._phase("control", lambda: self._grpo("control"))
        result = TrainingReport(
            preset=self._preset,
            seed=self._config.seed,
            evaluations={
                stage: Evaluation(Score(**self._results[stage]["sampled"]), Score(**self._results[stage]["greedy"]))
                for stage in STAGES
            },
            problems=self._config.held_out,
            seconds={stage: self._results[stage]["seconds"] for stage in STAGES},
            policy=self._output / "grpo",
            metrics=self._output / "grpo.jsonl",
            control_metrics=self._output / "control.jsonl",
            plot=self._output / "curve.png",
            page=self._output / "report.html",
        )
        write_report(result, {stage: self._play(self._policy(stage), 1.0, SAMPLE_EPISODES) for stage in STAGES})
        self._console.print(results_table(result))
        return result

    def _phase(self, stage: Stage, make: Callable[[], Policy]) -> None:
        """Make the policy of a stage and measure it, unless that is done."""
        if stage in self._results:
            return
        began = time.perf_counter()
        if not (self._output / stage).exists():
            policy = make()
            write_atomically(self._output / stage, policy.save)
        seconds = time.perf_counter() - began
        policy = self._policy(stage)
        sampled, greedy = (score(self._play(policy, temperature)) for temperature in (1.0, 0.0))
        self._results[stage] = {"seconds": seconds, "sampled": asdict(sampled), "greedy": asdict(greedy)}
        write_json(self._output / "results.json", self._results)
        self._console.print(f"{stage}: sampled reward {sampled.reward:.3f}, greedy {greedy.reward:.3f}")

    def _policy(self, stage: Stage) -> Policy:
        return load_policy(self._output / stage, device="cpu")  # a GPU would be idle with so small a model

    def _make_policy(self) -> Policy:
        tokenizer = make_tokenizer(self._config.tasks, self._config.level)
        return Policy(make_model(tokenizer, self._config), tokenizer)

    def _sft(self) -> Policy:
        config = self._config.sft
        policy = self._policy("start")
        trajectories: list[Trajectory] = []
        sampler = self._problems(SFT_SEED)
        batches = range(config.trajectories // self._arena.places)
        for number in track(batches, "SFT trajectories", console=self._console):
            rng = seeds.rng("scripts", self._config.seed, number)
            scripts = [write_script(p, config.mixture, rng) for p in sampler.sample(self._arena.places)]
            trajectories += demonstrate(policy.chat, scripts, self._arena)
        gate_problems = self._problems(GATE_SEED).sample(config.gate_problems)

        def measure() -> Gate:
            sampling = Sampling(seed=seeds.rng("gate", self._config.seed).getrandbits(63))
            played = play(policy, gate_problems, self._arena, sampling)
            return Gate(score(played).reward, copied_share(played))

        train_sft(policy, trajectories, config, self._config.seed, measure, self._output)
        return policy

    def _grpo(self, stage: Literal["grpo", "control"]) -> Policy:
        config = self._config.grpo

        def by_chance(step: int, i: int, trajectory: Trajectory) -> float:
            return float(seeds.rng("control", self._config.seed, step, i).random() < config.control_success)

        policy = self._policy("sft")
        train_grpo(
            policy,
            self._problems(GRPO_SEED),
            config,
            self._config.seed,
            self._arena,
            self._output,
            stage,
            **({"reward": by_chance} if stage == "control" else {}),
        )
        return policy

    def _problems(self, offset: int) -> UniformSampler:
        """Return a sampler over training problems of this run, none of which asks a held-out question."""
        first = self._config.seed * RUN_SEEDS + offset
        questions = {problem.question for problem in self._held_out}
        return UniformSampler(self._config.tasks, self._config.level, first, questions)

    def _play(self, policy: Policy, temperature: float, count: int | None = None) -> list[Trajectory]:
        """Play held-out problems, always with the same random numbers."""
        seed = seeds.rng("evaluation", self._config.seed).getrandbits(63)
        return play(policy, self._held_out[:count], self._arena, Sampling(temperature, seed))


def _open_directory(output: Path, config: TrainConfig, resume: bool) -> None:
    """Make the directory of a run, or check that the run in it is the one that is asked for."""
    file = output / "config.json"
    if output.exists() and any(output.iterdir()):
        if not file.exists():
            raise R1ciError(f"{output} is not empty and holds no run of this trainer: choose another directory.")
        if not resume:
            _remove_run(output)
        elif json.loads(file.read_text()) != as_json(config):
            raise R1ciError(f"{output} holds a run with other settings: choose another directory, or do not resume.")
    output.mkdir(parents=True, exist_ok=True)
    write_json(file, as_json(config))


def _remove_run(output: Path) -> None:
    """Delete what a run has written, and nothing else."""
    for path in output.iterdir():
        if path.stem in {*STAGES, "config", "results", "curve", "report", "episodes"}:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
