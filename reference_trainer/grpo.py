"""Group-relative policy optimisation: several episodes of a problem, each judged against the others."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from r1ci_env.curricula import UniformSampler
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.checkpoint import Checkpoint
from r1ci_env.reference_trainer.config import GrpoConfig, LossVariant
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import Trajectory, collate, micro_batches, play, score
from r1ci_env.reference_trainer.runlog import RunLog
from r1ci_env.vector import CodeInterpreterVectorEnv

DEVIATION_FLOOR = 1e-4
"""Added to a group's standard deviation before the division."""


def group_advantages(rewards: Tensor, variant: LossVariant) -> Tensor:
    """Return how much better each episode was than its group.

    Args:
        rewards: Shape (problems, group).
        variant: ``dr_grpo`` leaves out the division by the group's standard deviation.

    Returns:
        Advantages, shape (problems, group).
    """
    centred = rewards - rewards.mean(1, keepdim=True)
    return centred if variant == "dr_grpo" else centred / (rewards.std(1, keepdim=True) + DEVIATION_FLOOR)


def token_weights(tokens: Tensor, variant: LossVariant, max_tokens: int) -> Tensor:
    """Return what each token of an episode counts in the loss of a batch.

    Args:
        tokens: Number of the policy's tokens in each episode, shape (episodes,).
        variant: ``grpo`` takes the mean over an episode's tokens and then over episodes, ``dapo`` the mean over
            all tokens, and ``dr_grpo`` divides by constants alone, so that length changes nothing.
        max_tokens: That constant of ``dr_grpo``, beside the number of episodes.

    Returns:
        Weights, shape (episodes,).
    """
    match variant:
        case "grpo":
            return 1 / (len(tokens) * tokens.clamp(min=1))
        case "dr_grpo":
            return torch.full_like(tokens, 1 / (len(tokens) * max_tokens), dtype=torch.float)
        case "dapo":
            return torch.full_like(tokens, 1 / tokens.sum().item(), dtype=torch.float)


def policy_loss(
    logprobs: Tensor,
    old_logprobs: Tensor,
    advantages: Tensor,
    weights: Tensor,
    sampled: Tensor,
    clip_low: float,
    clip_high: float,
) -> tuple[Tensor, Tensor]:
    """Return the clipped policy-gradient loss over the tokens that the policy chose.

    Args:
        logprobs: Log-probabilities under the policy, shape (episodes, tokens).
        old_logprobs: Those under the policy that sampled, the same shape.
        advantages: One per episode, shape (episodes,).
        weights: What each token of an episode counts, shape (episodes,); see `token_weights`.
        sampled: 1 for the policy's tokens, 0 for the environment's and padding, shape (episodes, tokens).
        clip_low: The ratio of probabilities is clipped at ``1 - clip_low``
        clip_high: and at ``1 + clip_high``.

    Returns:
        The loss, to be minimised, and the number of the policy's tokens at which the clipped term was the smaller.
    """
    ratio = (logprobs - old_logprobs).exp()
    free = ratio * advantages[:, None]
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high) * advantages[:, None]
    loss = -(torch.min(free, clipped) * sampled * weights[:, None]).sum()
    return loss, ((clipped < free) * sampled).sum()


def train_grpo(
    policy: Policy,
    sampler: UniformSampler,
    config: GrpoConfig,
    seed: int,
    env: CodeInterpreterVectorEnv,
    directory: Path,
    name: str,
    reward: Callable[[int, int, Trajectory], float] = lambda step, i, trajectory: trajectory.reward,
) -> None:
    """Train a policy, in place, on episodes that it plays itself.

    Args:
        policy: The policy.
        sampler: Chooses the problems.
        config: The settings.
        seed: Decides what is sampled.
        env: Where the episodes are played; see `r1ci_env.reference_trainer.rollout.make_env`.
        directory: Where the metrics and the checkpoint are kept.
        name: Of their files, and of the progress bar.
        reward: Reward of the i-th episode of a step; the environment's by default.
    """
    optimizer = torch.optim.AdamW(
        policy.model.parameters(), lr=config.learning_rate, betas=(0.9, 0.95), weight_decay=0.0
    )
    checkpoint = Checkpoint(directory / f"{name}.checkpoint", policy.model, optimizer)
    done, state = checkpoint.load()
    if state:
        sampler.load_state_dict(state["sampler"])
    with RunLog(directory / f"{name}.jsonl", name.upper(), config.steps, ("reward", "code_use")) as log:
        log.go_on_from(done)
        for step in range(done, config.steps):
            began = time.perf_counter()
            problems = [problem for problem in sampler.sample(config.problems) for _ in range(config.group)]
            generator = seeds.torch_generator(name, seed, step, device=policy.model.device)
            trajectories = play(policy, problems, env, generator=generator)
            rewards = torch.tensor([reward(step, i, t) for i, t in enumerate(trajectories)]).view(-1, config.group)
            played = time.perf_counter()
            values = update(policy, optimizer, trajectories, rewards, config)
            log.log(
                step + 1,
                **asdict(score(trajectories)),
                **values,
                rollout_seconds=played - began,
                update_seconds=time.perf_counter() - played,
            )
            if (step + 1) % config.checkpoint_every == 0:
                checkpoint.save(step + 1, sampler=sampler.state_dict())


def update(
    policy: Policy,
    optimizer: torch.optim.Optimizer,
    trajectories: list[Trajectory],
    rewards: Tensor,
    config: GrpoConfig,
) -> dict[str, float]:
    """Take the updates of one step.

    Groups whose episodes all earned the same say nothing about what was better, and are dropped.

    Args:
        policy: The policy, which sampled the trajectories.
        optimizer: Of its parameters.
        trajectories: Group after group.
        rewards: Shape (problems, group).
        config: The settings.

    Returns:
        Metrics: share of groups kept, and, of the last update, loss, gradient norm and clipped share. Of the first
        update, when trainer and sampler have the same weights, ``logprob_gap``: the largest difference between
        their log-probabilities of a token, in nats.
    """
    varied = rewards.amax(1) > rewards.amin(1)
    values = {"kept_groups": varied.float().mean().item()}
    if not varied.any():
        return values
    kept = varied.repeat_interleave(config.group)
    trajectories = [t for t, keep in zip(trajectories, kept.tolist(), strict=True) if keep]
    device = policy.model.device
    advantages = group_advantages(rewards, config.variant).flatten()[kept].to(device)
    tokens = torch.tensor([sum(t.sampled) for t in trajectories], device=device)
    weights = token_weights(tokens, config.variant, policy.context)
    policy.model.train()
    for epoch in range(config.epochs):
        total, clipped, gap = 0.0, 0.0, 0.0
        for part in micro_batches(trajectories, config.micro_batch_tokens):
            batch = collate([trajectories[i] for i in part], policy)
            logprobs = policy.token_logprobs(batch.ids, batch.attention_mask)
            loss, clipped_tokens = policy_loss(
                logprobs,
                batch.logprobs,
                advantages[part],
                weights[part],
                batch.sampled,
                config.clip_low,
                config.clip_high,
            )
            loss.backward()
            total += loss.item()
            clipped += clipped_tokens.item()
            gap = max(gap, ((logprobs.detach() - batch.logprobs).abs() * batch.sampled).max().item())
        norm = torch.nn.utils.clip_grad_norm_(policy.model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        values |= {"loss": total, "clipped": clipped / tokens.sum().item(), "gradient_norm": norm.item()}
        if epoch == 0:
            values["logprob_gap"] = gap
    return values
