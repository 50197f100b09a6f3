"""Group-relative policy optimisation: several episodes of a problem, each judged against the others."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from r1ci_env.curricula import UniformSampler
from r1ci_env.env import SandboxLike
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.checkpoint import Checkpoint
from r1ci_env.reference_trainer.config import GrpoConfig, LossVariant
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import Trajectory, collate, play, score
from r1ci_env.reference_trainer.runlog import RunLog

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


@dataclass(frozen=True, slots=True)
class PolicyLoss:
    """The clipped objective of a batch.

    Attributes:
        loss: To be minimised; a scalar with gradients.
        clipped: Share of the policy's tokens at which the clipped term was the smaller one.
    """

    loss: Tensor
    clipped: Tensor


def policy_loss(
    logprobs: Tensor, old_logprobs: Tensor, advantages: Tensor, sampled: Tensor, config: GrpoConfig, max_tokens: int
) -> PolicyLoss:
    """Return the clipped policy-gradient loss over the tokens that the policy chose.

    Args:
        logprobs: Log-probabilities under the policy, shape (episodes, tokens).
        old_logprobs: Those under the policy that sampled, the same shape.
        advantages: One per episode, shape (episodes,).
        sampled: 1 for the policy's tokens, 0 for the environment's and padding, shape (episodes, tokens).
        config: Which variant, and the bounds of the ratio.
        max_tokens: Divides the sum over an episode's tokens in ``dr_grpo``, whatever its own length.
    """
    ratio = (logprobs - old_logprobs).exp()
    bounded = ratio.clamp(1 - config.clip_low, 1 + config.clip_high)
    free, clipped = ratio * advantages[:, None], bounded * advantages[:, None]
    per_token = -torch.min(free, clipped) * sampled
    match config.variant:
        case "grpo":
            loss = (per_token.sum(1) / sampled.sum(1).clamp(min=1)).mean()
        case "dr_grpo":
            loss = per_token.sum() / (len(per_token) * max_tokens)
        case "dapo":
            loss = per_token.sum() / sampled.sum()
    return PolicyLoss(loss, ((clipped < free) * sampled).sum() / sampled.sum())


def train_grpo(
    policy: Policy,
    sampler: UniformSampler,
    config: GrpoConfig,
    seed: int,
    sandbox: SandboxLike,
    batch_size: int,
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
        sandbox: Where code runs.
        batch_size: Episodes that are played together.
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
            trajectories = play(policy, problems, generator=generator, sandbox=sandbox, batch_size=batch_size)
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
    advantages = group_advantages(rewards, config.variant).flatten()[kept].to(policy.model.device)
    batch = collate([t for t, keep in zip(trajectories, kept.tolist(), strict=True) if keep], policy)
    policy.model.train()
    for epoch in range(config.epochs):
        logprobs = policy.token_logprobs(batch.ids, batch.attention_mask)
        if epoch == 0:
            values["logprob_gap"] = ((logprobs.detach() - batch.logprobs).abs() * batch.sampled).max().item()
        result = policy_loss(logprobs, batch.logprobs, advantages, batch.sampled, config, policy.context)
        result.loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(policy.model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        values |= {"loss": result.loss.item(), "clipped": result.clipped.item(), "gradient_norm": norm.item()}
    return values
