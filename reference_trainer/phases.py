"""The phases of a run, and what is measured after each."""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.progress import Progress, track

from r1ci_env.arena import Arena
from r1ci_env.curricula.probe_file import probe_record
from r1ci_env.demonstrations.dataset import is_finished, make, read
from r1ci_env.demonstrations.making import Settings
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.kept_settings import read_object
from r1ci_env.records import ANSWER, RecordFile
from r1ci_env.reference_trainer import distributed, seeds
from r1ci_env.reference_trainer.checkpoint import write_atomically, write_json
from r1ci_env.reference_trainer.config import TrainConfig
from r1ci_env.reference_trainer.copying import copied_share
from r1ci_env.reference_trainer.evaluation import Evaluation, Measurements, sampling_of
from r1ci_env.reference_trainer.examples import example
from r1ci_env.reference_trainer.grpo import earned, train_grpo
from r1ci_env.reference_trainer.lora import add_adapters, merge_adapters
from r1ci_env.reference_trainer.policy import Policy, load_policy
from r1ci_env.reference_trainer.report import TrainingReport, results_table, write_episodes
from r1ci_env.reference_trainer.rollout import engine_for, play
from r1ci_env.reference_trainer.samplers import gate_problems, grpo_sampler, probe_problems
from r1ci_env.reference_trainer.sft import train_sft
from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer
from r1ci_env.reference_trainer.trajectory import Score, Trajectory, score
from r1ci_env.report import write_page
from r1ci_env.report.training import is_number, read_metrics

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers

START: Final = "start"
"""The policy before all phases."""


def demonstration_settings(config: TrainConfig) -> Settings:
    """Return the settings of the demonstrations that a run makes; raise `BadOption` if none can be made with them."""
    shown = asdict(config.demonstrations)
    return Settings(config.tasks, levels=config.levels, seed=config.seed, rules=config.limits, **shown)


class Run:
    """The phases of a run, each of which is skipped if its result is there.

    Args:
        preset: Its name, for the report.
        config: The settings.
        output: The run's directory.
        arena: Where episodes are played.
        servers: Servers of vLLM that sample; None to sample in this process.
    """

    def __init__(
        self, preset: str, config: TrainConfig, output: Path, arena: Arena, servers: "VllmServers | None" = None
    ) -> None:
        self._preset = preset
        self._config = config
        self._output = output
        self._arena = arena
        self._servers = servers
        self._console = Console(quiet=distributed.rank() > 0)
        self._measurements = Measurements(config, arena)
        self._results = _read_results(output / "results.json")
        spent = sum(found["wall_seconds"] for found in self._results.values())
        self._makers: dict[str, Callable[[], Policy]] = {
            START: self._make_policy,
            "sft": self._sft,
            "grpo": lambda: self._grpo("grpo"),
            "control": lambda: self._grpo("control"),
        }
        self._deadline = time.perf_counter() - spent + (config.budget_s or math.inf)

    def finish(self) -> TrainingReport:
        """Do what is not done yet, and report."""
        for phase in (START, *self._config.phases):
            if phase == "probe":
                self._probe()
            else:
                self._phase(phase)
        stages = [phase for phase in (START, *self._config.phases) if phase != "probe"]
        last = next((stage for stage in reversed(stages) if stage != "control"), START)
        result = TrainingReport(
            preset=self._preset,
            seed=self._config.seed,
            evaluations={stage: _evaluation(self._results[stage]) for stage in stages},
            problems=self._config.evaluation.problems,
            seconds={stage: self._results[stage]["seconds"] for stage in stages},
            policy=self._folder(last),
            metrics={stage: self._output / f"{stage}.jsonl" for stage in stages if stage != START},
            page=self._output / "report.html",
        )
        distributed.first(lambda: write_page(self._output, result.page))
        self._console.print(results_table(result))
        return result

    def _phase(self, stage: str) -> None:
        """Make the policy of a stage and measure it, unless that is done."""
        if stage in self._results:
            return
        began = time.perf_counter()
        self._make(stage)
        seconds = time.perf_counter() - began
        found, episodes = self._measurements.after_phase(self._policy(stage))
        distributed.first(lambda: write_episodes(self._output / "episodes" / f"{stage}.jsonl", episodes))
        self._keep(stage, seconds=seconds, wall_seconds=time.perf_counter() - began, **asdict(found))
        left_out = "" if found.left_out is None else f", on tasks left out {found.left_out.correct:.3f}"
        self._console.print(f"{stage}: reward {found.reward:.3f}, greedy {found.greedy.correct:.3f}{left_out}")

    def _make(self, stage: str) -> None:
        """Make the policy of a stage, unless it is there."""
        if not self._folder(stage).exists() and not (stage == START and self._config.model):
            self._save(self._makers[stage](), self._output / stage)  # and the masters of its weights are gone then

    def _save(self, policy: Policy, folder: Path) -> None:
        weights = policy.whole_weights()
        distributed.first(lambda: write_atomically(folder, lambda part: policy.save(part, weights)))

    def _keep(self, phase: str, **values: Any) -> None:
        self._results[phase] = values
        distributed.first(lambda: write_json(self._output / "results.json", self._results))

    def _probe(self) -> None:
        """Let the policy that reinforcement learning begins with answer training problems many times."""
        if "probe" in self._results:
            return
        began = time.perf_counter()
        config, file = self._config, RecordFile(self._output / "probe.jsonl", ANSWER)
        policy, cells, done = self._policy(self._warm), probe_problems(config), distributed.first(file.there)
        answers = config.probe.problems * config.probe.answers
        with closing(engine_for(policy, answers, self._arena, config.max_episode_tokens)) as engine:
            for i, problems in enumerate(track(cells, "probe", console=self._console, transient=True)):
                asked = [(problem, sample) for problem in problems for sample in range(config.probe.answers)]
                if all((problem.ref, sample) in done for problem, sample in asked):
                    continue
                sampling = sampling_of(config, f"probe {i}", temperature=1.0)
                played = play(policy, [problem for problem, _ in asked], self._arena, sampling, engine=engine)
                engine.forget()  # a killed run goes on with a new one
                for (_, sample), trajectory in zip(asked, played, strict=True):
                    if distributed.rank() == 0:
                        file.append(probe_record(replace(trajectory.played, sample=sample)))
        self._keep("probe", wall_seconds=time.perf_counter() - began, answers=len(cells) * answers)

    @property
    def _warm(self) -> str:
        """The stage that reinforcement learning begins with."""
        return "sft" if "sft" in self._config.phases else START

    def _folder(self, stage: str) -> Path:
        return Path(self._config.model) if stage == START and self._config.model else self._output / stage

    def _policy(self, stage: str) -> Policy:
        self._make(stage)
        precision = "float32" if self._config.shard else self._config.precision  # the shards are the masters
        try:
            policy = load_policy(self._folder(stage), self._config.device or None, precision)
        except BadOption as error:
            if self._folder(stage) == self._output / stage:
                error.add_note("If it is damaged, delete the folder, and the run makes it again.")
            raise
        policy.rules = policy.model.config.r1ci_rules = self._config.rules  # which a saved policy remembers
        policy.servers = self._servers
        if self._config.recompute:
            policy.recompute()
        if self._config.shard:
            policy.shard(self._config.precision)
        return policy

    def _make_policy(self) -> Policy:
        tokenizer = make_tokenizer(self._config.tasks, self._config.levels, self._config.answer_marker)
        return Policy(make_model(tokenizer, self._config), tokenizer)

    def _sft(self) -> Policy:
        config = self._config.sft
        policy = self._policy(START)
        examples = [example(policy.chat, record) for record in self._demonstrations()]
        fitting = [e for e in examples if len(e.ids) <= policy.context]
        if not fitting:
            raise R1ciError(
                f"None of the {len(examples)} demonstrations fits into the model's {policy.context} tokens: choose a "
                "model that reads more (tiny.context), or shorter demonstrations."
            )
        self._console.print(f"{len(fitting)} of {len(examples)} demonstrations fit into {policy.context} tokens")
        if config.lora_rank:
            add_adapters(policy, config.lora_rank, self._config.seed)
        on_the_way = partial(self._measurements.on_the_way, policy)
        measure = self._gate(policy) if config.schedule == "gate" else on_the_way
        train_sft(policy, fitting, config, self._config.seed, measure, self._output, self._config.log_to)
        merge_adapters(policy)
        return policy

    def _demonstrations(self) -> list[dict[str, Any]]:
        config = self._config
        if config.data:
            return read(Path(config.data))
        path = self._output / "demonstrations.jsonl"
        if is_finished(path):
            try:
                return read(path)
            except R1ciError as error:
                error.add_note("Delete the file, and the run makes it again.")
                raise
        settings = demonstration_settings(config)
        with Progress(console=self._console, transient=True) as bar:
            task = bar.add_task("demonstrations", total=len(config.tasks))
            return distributed.first(lambda: make(settings, path, on_task=lambda name, count: bar.advance(task)))

    def _gate(self, policy: Policy) -> Callable[[], Mapping[str, float]]:
        """Return what measures the gate: reward and copies on problems of its own."""
        problems = gate_problems(self._config)
        sampling = sampling_of(self._config, "gate", temperature=1.0)

        def measure() -> Mapping[str, float]:
            played = play(policy, problems, self._arena, sampling)
            return {"reward": score(played).reward, "copied": copied_share(played)}

        return measure

    def _grpo(self, stage: str) -> Policy:
        config = self._config.grpo

        def by_chance(step: int, i: int, trajectory: Trajectory) -> float:
            return float(seeds.rng("control", self._config.seed, step, i).random() < config.control_success)

        policy = self._policy(self._warm)
        deadline, reward = self._deadline, earned
        if stage == "control":  # as long as what it is compared with
            deadline, reward = math.inf, by_chance
            config = replace(config, steps=len(read_metrics(self._output / "grpo.jsonl")) or config.steps)
        sampler = grpo_sampler(self._config, self._output / "probe.jsonl")
        if config.lora_rank:
            add_adapters(policy, config.lora_rank, self._config.seed)
        train_grpo(
            policy,
            sampler,
            config,
            self._config.seed,
            self._arena,
            self._output,
            stage,
            reward,
            deadline,
            measure=partial(
                self._measurements.on_the_way,
                policy,
                max_episode_tokens=config.max_episode_tokens,
                max_turn_tokens=config.max_turn_tokens,
            ),
            log_to=self._config.log_to,
        )
        merge_adapters(policy)
        return policy


def _read_results(path: Path) -> dict[str, Any]:
    """Return what was measured so far, by phase.

    Raises:
        R1ciError: the file holds something else.
    """
    advice = "Delete it: policies that are there are measured again, and not made again."
    results = read_object(path, advice) if path.exists() else {}
    try:
        for stage, found in results.items():
            known = [found["wall_seconds"]]
            if stage != "probe":
                known += [found["seconds"], _evaluation(found).reward]
            if not all(is_number(value) for value in known):
                raise ValueError(stage)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise R1ciError(f"{path} holds no results of this version ({error!r:.100}). {advice}") from error
    return results


def _evaluation(found: Mapping[str, Any]) -> Evaluation:
    scores = {name: found[name] and Score(**found[name]) for name in ("greedy", "sampled", "left_out")}
    return Evaluation(**scores)
