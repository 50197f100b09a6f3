"""Group-relative policy optimisation: several episodes of a problem, each judged against the others."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from r1ci_env.arena import Arena
from r1ci_env.curricula.gates import GATES, Group, admit
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.checkpoint import Checkpoint
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.losses import OBJECTIVES, Choices, episode_weights, group_advantages, importance_weights
from r1ci_env.reference_trainer.optimizer import MasterAdamW, take_step
from r1ci_env.reference_trainer.packing import Pack, micro_batches, pack
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.runlog import RunLog
from r1ci_env.reference_trainer.trajectory import Trajectory, score, stop_shares, task_rewards
from r1ci_env.sampling import Sampler


def train_grpo(
    policy: Policy,
    sampler: Sampler,
    config: GrpoConfig,
    seed: int,
    arena: Arena,
    directory: Path,
    name: str,
    reward: Callable[[int, int, Trajectory], float] = lambda step, i, trajectory: trajectory.reward,
    deadline: float = math.inf,
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
        deadline: Of `time.perf_counter`; no step begins that would probably end after it.

    Raises:
        NotFinite: a loss or gradient is not finite.
    """
    optimizer = MasterAdamW(policy.model.parameters(), lr=config.learning_rate)
    checkpoint = Checkpoint(directory / f"{name}.checkpoints", policy.model, optimizer)
    done, state = checkpoint.load()
    if state:
        sampler.load_state_dict(state["sampler"])
    length = config.max_episode_tokens or policy.context
    places = min(arena.places, config.problems * config.group)
    log = RunLog(directory / f"{name}.jsonl", name.upper(), config.steps, ("reward", "code_use"))
    with log, closing(policy.engine(places, length)) as engine:
        log.go_on_from(done)
        for step in range(done, config.steps):
            began = time.perf_counter()
            problems = [problem for problem in sampler.sample(config.problems) for _ in range(config.group)]
            trajectories = play(policy, problems, arena, _sampling(config, name, seed, step), engine=engine)
            rewards = [reward(step, i, t) for i, t in enumerate(trajectories)]
            dropped = _observe_and_admit(sampler, trajectories, rewards, config)
            played = time.perf_counter()
            values = update(policy, optimizer, trajectories, rewards, config, step + 1)
            engine.weights_changed()
            seconds = {"rollout_seconds": played - began, "update_seconds": time.perf_counter() - played}
            tokens_per_second = sum(sum(t.sampled) for t in trajectories) / (played - began)
            log.log(
                step + 1,
                **asdict(score(trajectories)),
                **task_rewards(trajectories),
                **stop_shares(trajectories),
                **values,
                **dropped,
                **{f"curriculum_{key}": value for key, value in sampler.metrics().items()},
                **seconds,
                rollout_tokens_per_second=tokens_per_second,
            )
            if (step + 1) % config.checkpoint_every == 0:
                checkpoint.save(step + 1, sampler=sampler.state_dict())
            if 2 * time.perf_counter() - began > deadline:
                return


def _observe_and_admit(
    sampler: Sampler, trajectories: Sequence[Trajectory], rewards: list[float], config: GrpoConfig
) -> dict[str, float]:
    """Tell the sampler what became of each problem, and take what rewards tell from groups that a gate drops.

    A group of equal rewards has no gradient; see `update`.
    """
    groups = []
    for start in range(0, len(trajectories), config.group):
        whole = [t for t in trajectories[start : start + config.group] if t.stop != "fault"]
        correct = [t.episode.correct for t in whole]
        sampler.observe(trajectories[start].episode.problem, correct)
        groups.append(Group(correct, [t.stop != "answer" for t in whole]))
    admitted, dropped = admit(groups, [GATES[name] for name in config.gates])
    rewards[:] = [reward * admitted[i // config.group] for i, reward in enumerate(rewards)]
    return dropped


def _sampling(config: GrpoConfig, name: str, seed: int, step: int) -> Sampling:
    return Sampling(
        temperature=config.temperature,
        seed=seeds.rng(name, seed, step).getrandbits(63),
        max_episode_tokens=config.max_episode_tokens,
        max_turn_tokens=config.max_turn_tokens,
        in_step=config.in_step,
    )


def update(
    policy: Policy,
    optimizer: MasterAdamW,
    trajectories: Sequence[Trajectory],
    rewards: Sequence[float],
    config: GrpoConfig,
    step: int = 1,
) -> dict[str, float]:
    """Take the updates of one step.

    Groups whose episodes all earned the same say nothing about what was better, and are dropped. Episodes in which
    the sandbox failed are left out of everything, and with ``config.cut_episodes == "mask"`` those that were cut.

    Args:
        policy: The policy, which sampled the trajectories.
        optimizer: Of its parameters.
        trajectories: Group after group.
        rewards: Of the trajectories.
        config: The settings.
        step: Number of the step, for messages.

    Returns:
        Metrics: share of groups kept, mean negative log-probability of the tokens (an estimate of the entropy), and,
        of the last update, loss, gradient norm and clipped share. Of the first update, when trainer and engine have
        the same weights, how their log-probabilities of a token differ, in nats: ``logprob_gap`` the largest,
        ``logprob_k3`` the k3 estimate of the divergence; and ``importance_capped``, the share of weights cut.

    Raises:
        NotFinite: a loss or gradient is not finite.
    """
    masked = torch.tensor([is_masked(t, config) for t in trajectories])
    rewards_E = torch.tensor(rewards, dtype=torch.float).masked_fill(masked, torch.nan)
    rewards_PG = rewards_E.view(-1, config.group)
    varied_P = rewards_PG.nan_to_num(-torch.inf).amax(1) > rewards_PG.nan_to_num(torch.inf).amin(1)
    values = {"kept_groups": varied_P.float().mean().item()}
    kept = [i for i, keep in enumerate((varied_P.repeat_interleave(config.group) & ~masked).tolist()) if keep]
    if not kept:
        return values
    device = policy.device
    tokens_E = torch.tensor([sum(t.sampled) for t in trajectories])
    weights_E = torch.zeros(len(trajectories))
    weights_E[~masked] = episode_weights(tokens_E[~masked], config.variant, config.max_episode_tokens or policy.context)
    weights_K = weights_E[kept].to(device)
    advantages_K = group_advantages(rewards_PG, config.variant).flatten()[kept].to(device)
    chosen = [trajectories[i] for i in kept]
    passes = micro_batches(chosen, config.micro_batch_tokens)
    old: list[Tensor] = []  # of each pass, before the first update
    policy.model.train()
    for epoch in range(config.epochs):
        measures = []
        for number, part in enumerate(passes):
            packed = pack([chosen[i] for i in part], device)
            logprobs_N = policy.token_logprobs(packed, config.temperature)
            if epoch == 0:
                old.append(logprobs_N.detach())
            episodes_N = packed.episodes_N
            choices = Choices(logprobs_N, old[number], advantages_K[part][episodes_N], episodes_N)
            objective_N, clipped_N = OBJECTIVES[config.variant](choices, config.clip_low, config.clip_high)
            importance_N = importance_weights(old[number], packed.logprobs_N, config.importance_cap)
            loss = -(objective_N * importance_N * weights_K[part][episodes_N]).sum()
            loss.backward()
            measures.append(_measures(loss, clipped_N, old[number], packed, config.importance_cap))
        table = torch.stack(measures)  # looked at once: each look makes the CPU wait for the GPU
        total, *sums = table[:, :-1].sum(0).tolist()
        norm = take_step(optimizer, total, step)
        clipped, *first = (value / sum(tokens_E[kept].tolist()) for value in sums)
        values |= {"loss": total, "gradient_norm": norm, "clipped": clipped}
        if epoch == 0:
            names = ("entropy", "importance_capped", "logprob_k3", "logprob_gap")
            values |= dict(zip(names, [*first, table[:, -1].max().item()], strict=True))
    return values


def _measures(loss: Tensor, clipped_N: Tensor, trainer_N: Tensor, packed: Pack, cap: float) -> Tensor:
    """Return the loss of a pass, sums over its tokens of the metrics of `update`, and the largest gap."""
    gap_N = trainer_N - packed.logprobs_N
    ratio_N = gap_N.exp()
    sums = (clipped_N.sum(), -packed.logprobs_N.sum(), (ratio_N > cap).sum(), (ratio_N - 1 - gap_N).sum())
    return torch.stack([loss.detach(), *(value.float() for value in sums), gap_N.abs().max()])


def is_masked(trajectory: Trajectory, config: GrpoConfig) -> bool:
    """Whether an episode is left out: it says nothing about the policy, or nothing that the settings want to hear."""
    cut = trajectory.stop == "length" and config.cut_episodes == "mask"
    return trajectory.stop == "fault" or cut or not any(trajectory.sampled)
