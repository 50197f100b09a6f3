"""Policy optimisation from verified rewards: episodes of a few problems, what each is worth, and a step.

Groups whose episodes all earned the same say nothing about what was better, and are dropped, unless something else
gives them a gradient: a KL penalty, or the value head of PPO.
"""

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import deepcopy
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from r1ci_env.arena import Arena
from r1ci_env.reference_trainer import distributed, losses, seeds
from r1ci_env.reference_trainer.batch import PATIENCE, Batch, play_batch, require_variance
from r1ci_env.reference_trainer.batch_queue import BatchQueue, require_weights_apart
from r1ci_env.reference_trainer.checkpoint import Checkpoint
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.engines.interface import Engine
from r1ci_env.reference_trainer.optimizer import MasterAdamW, take_step
from r1ci_env.reference_trainer.outputs import output_nll, outputs
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.reference import Reference
from r1ci_env.reference_trainer.rollout import engine_for
from r1ci_env.reference_trainer.rows import Row, rows_of
from r1ci_env.reference_trainer.runlog import RunLog
from r1ci_env.reference_trainer.trajectory import Trajectory, score, stop_shares, task_rewards, weights_behind
from r1ci_env.reference_trainer.value import WEIGHT, ValueHead, value_loss
from r1ci_env.report.training import read_metrics
from r1ci_env.sampling import Sampler

OF_THE_FIRST = ("entropy", "importance_capped", "logprob_k3", "logprob_gap")
"""Metrics of the first update of a step."""

SHOWN = (
    *("{rollout_tokens_per_second:,.0f} tokens/s", "reward {reward:.3f}"),
    *("{turn_tokens:.0f} tokens an episode", "code in {code_use:.0%}"),
)
"""What stands beside the progress bar."""


def earned(step: int, i: int, trajectory: Trajectory) -> float:
    """Return the environment's reward."""
    return trajectory.reward


def train_grpo(
    policy: Policy,
    sampler: Sampler,
    config: GrpoConfig,
    seed: int,
    arena: Arena,
    directory: Path,
    name: str,
    reward: Callable[[int, int, Trajectory], float] = earned,
    deadline: float = math.inf,
    measure: Callable[[Engine], dict[str, Any]] | None = None,
    log_to: Sequence[str] = (),
) -> None:
    """Train a policy, in place, on episodes that it plays itself.

    Args:
        policy: The policy.
        sampler: Chooses the problems, and is told whether they were answered correctly, whatever the reward was.
        config: The settings.
        seed: Decides what is sampled.
        arena: Where the episodes are played.
        directory: Where the metrics and the checkpoints are kept.
        name: Of their files, and of the progress bar.
        reward: Reward of the i-th episode of a step; the environment's by default.
        deadline: Of `time.perf_counter`; see `BatchQueue`.
        measure: Measures the policy every ``config.evaluate_every`` steps; the best is kept by ``held_out_sampled``, or
            ``held_out_greedy`` without it.
        log_to: Who else is told the metrics; see `RunLog`.

    Raises:
        BadOption: batches are to be sampled ahead, from the weights that are trained.
        NotFinite: a loss or gradient is not finite.
        NothingToReinforce: in the first `PATIENCE` steps, no group had episodes with different rewards.
    """
    if config.one_step_off:
        require_weights_apart(policy.servers is None)
    reference = Reference(policy) if config.kl else None
    critic = ValueHead(policy) if config.variant == "ppo" else None
    trained = torch.nn.ModuleList([policy.model, critic]) if critic else policy.model
    optimizer = MasterAdamW(trained.parameters(), lr=config.learning_rate)
    checkpoint = Checkpoint(directory / f"{name}.checkpoints", trained, optimizer)
    done, state = checkpoint.load()
    if state:
        sampler.load_state_dict(state["sampler"])
    said = state.get("outputs", [])  # in the first episodes that ran code
    log = RunLog(directory / f"{name}.jsonl", name.upper(), config.steps, SHOWN, log_to)
    # The engine is closed before the thread is waited for, which ends what it plays.
    own = engine_for(policy, config.problems * config.group, arena, config.max_episode_tokens)
    with ThreadPoolExecutor(1, "rollout") as thread, log, closing(own) as engine:

        def play_step(step: int) -> Batch:
            drawn = seeds.rng(name, seed, step).getrandbits(63)
            batch = play_batch(policy, sampler, config, drawn, arena, engine, partial(reward, step))
            if (step + 1) % config.checkpoint_every == 0:  # by then the next batch may be under way
                batch.sampler = deepcopy(sampler.state_dict())
            return batch

        log.go_on_from(done)
        batches = BatchQueue(play_step, range(done, config.steps), thread if config.one_step_off else None, deadline)
        for step, batch in batches:
            behind = weights_behind(batch.played, engine.version)
            began = time.perf_counter()
            with batches.told_of():
                values = update(
                    policy, optimizer, batch.trajectories, batch.rewards, config, step + 1, reference, critic
                )
            waited = batches.wait()
            engine.weights_changed()
            update_seconds = time.perf_counter() - began - waited
            said = said or outputs(batch.played)
            if said and (step % config.checkpoint_every == 0 or step + 1 == config.steps):
                values["output_nll"] = output_nll(policy, said, config.micro_batch_tokens)
            if measure and config.evaluate_every and (step + 1) % config.evaluate_every == 0:
                measured = measure(engine)
                weights = policy.whole_weights()
                value = measured.get("held_out_sampled", measured["held_out_greedy"])
                checkpoint.keep_best(value, partial(policy.save, weights=weights))
                values |= measured
            log.log(
                step + 1,
                **asdict(score(batch.played)),
                **task_rewards(batch.played),
                **stop_shares(batch.played),
                **values,
                varied_groups=batch.varied_groups,
                **batch.dropped,
                **{f"curriculum_{key}": value for key, value in batch.curriculum.items()},
                weights_behind=behind,
                rollout_seconds=batch.seconds,
                update_seconds=update_seconds,
                waited_seconds=waited,
                rollout_tokens_per_second=sum(sum(t.sampled) for t in batch.played) / batch.seconds,
            )
            if step + 1 == PATIENCE and reward is earned:
                distributed.first(lambda: require_variance(read_metrics(directory / f"{name}.jsonl")))
            if (step + 1) % config.checkpoint_every == 0:
                checkpoint.save(step + 1, sampler=batch.sampler, outputs=said)


def update(
    policy: Policy,
    optimizer: MasterAdamW,
    trajectories: Sequence[Trajectory],
    rewards: Sequence[float],
    config: GrpoConfig,
    step: int = 1,
    reference: Reference | None = None,
    critic: ValueHead | None = None,
) -> dict[str, float]:
    """Take the updates of one step.

    Args:
        policy: The policy, which sampled the trajectories.
        optimizer: Of its parameters, and the critic's.
        trajectories: Group after group.
        rewards: Of the trajectories.
        config: The settings.
        step: Number of the step, for messages.
        reference: What ``config.kl`` keeps the policy near.
        critic: The value head of `ppo`.

    Returns:
        Metrics: share of groups kept, mean negative log-probability of the tokens (an estimate of the entropy), and,
        of the last update, loss, gradient norm, clipped share, and ``kl`` and ``value_loss`` where they are part of it.
        Of the first update, how the log-probabilities of a token differ between trainer and engine, in nats:
        ``logprob_gap`` the largest, ``logprob_k3`` the k3 estimate of the divergence; and ``importance_capped``, the
        share of tokens whose weight is beyond the cap. It is rounding alone where both have the same weights.

    Raises:
        NotFinite: a loss or gradient is not finite.
    """
    rows, kept_groups, tokens = rows_of(policy, trajectories, rewards, config, reference, critic)
    values = {"kept_groups": kept_groups}
    policy.model.train()
    for epoch in range(config.epochs if rows else 0):
        measures = []
        for row in rows:
            loss, measured = _loss(policy, row, config, critic)
            loss.backward()
            measures.append(torch.stack([loss.detach(), *measured.values()]))
        table = torch.stack(measures)  # looked at once: each look makes the CPU wait for the GPU
        total, *sums = distributed.total(table[:, :-1].sum(0)).tolist()
        gap = distributed.total(table[:, -1].max(), largest=True).item()
        values |= {"loss": total, "gradient_norm": take_step(optimizer, total, step)}
        means = dict(zip(measured, [*(value / tokens for value in sums), gap], strict=True))
        values |= {name: value for name, value in means.items() if epoch == 0 or name not in OF_THE_FIRST}
    return values


def _loss(policy: Policy, row: Row, config: GrpoConfig, critic: ValueHead | None) -> tuple[Tensor, dict[str, Tensor]]:
    """Return a row's part of the loss, and sums over the policy's tokens of the metrics, the last a maximum."""
    packed = row.packed
    if critic:
        logprobs_N, values_N = critic.read(packed, config.temperature)
    else:
        logprobs_N = policy.token_logprobs(packed, config.temperature)
    row.old_N = old_N = logprobs_N.detach() if row.old_N is None else row.old_N
    own_N = ~packed.logprobs_N.isnan()  # not what the environment said, where that is learnt too
    engine_N = packed.logprobs_N.where(own_N, old_N)
    choices = losses.Choices(logprobs_N, old_N, row.advantages_N, packed.episodes_N)
    objective_N, clipped_N = losses.OBJECTIVES[config.variant](choices, config.clip_low, config.clip_high)
    importance_N, capped_N = losses.importance_weights(
        old_N, engine_N, packed.episodes_N, config.importance_cap, config.importance
    )
    loss_N = -objective_N * importance_N
    measured = {"clipped": clipped_N}
    if row.reference_N is not None:
        measured["kl"] = losses.k3(logprobs_N, row.reference_N)
        loss_N = loss_N + config.kl * measured["kl"]
    if critic:
        measured["value_loss"] = value_loss(values_N, row.values_N, row.returns_N)
        loss_N = loss_N + WEIGHT * measured["value_loss"]
    measured |= {"entropy": -engine_N, "importance_capped": capped_N, "logprob_k3": losses.k3(engine_N, old_N)}
    sums = {name: (value_N.detach().float() * own_N).sum() for name, value_N in measured.items()}
    return (loss_N * row.weights_N).sum(), {**sums, "logprob_gap": (old_N - engine_N).abs().max()}
