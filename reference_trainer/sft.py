"""Supervised fine-tuning: the warm start that gives GRPO something to reinforce."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.checkpoint import Checkpoint
from r1ci_env.reference_trainer.config import SftConfig
from r1ci_env.reference_trainer.optimizer import MasterAdamW, take_step
from r1ci_env.reference_trainer.packing import micro_batches, pack
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.runlog import RunLog
from r1ci_env.reference_trainer.trajectory import Trajectory

WARM_UP = 20
"""Steps in which the learning rate rises."""

FINAL_RATE = 0.1
"""Share of the learning rate that is left after the cool-down."""


class SftError(R1ciError):
    """The warm start did not reach its gate."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What the policy does on development problems.

    Attributes:
        reward: Mean reward at temperature 1.
        copied: Share of the episodes with code in which operands and answer are copied exactly.
    """

    reward: float
    copied: float


def update(
    policy: Policy, optimizer: MasterAdamW, trajectories: Sequence[Trajectory], max_tokens: int, step: int = 1
) -> float:
    """Take one step towards what the policy says in some trajectories; what the environment says does not count.

    Args:
        policy: The policy.
        optimizer: Of its parameters.
        trajectories: What it is to imitate.
        max_tokens: Tokens that are computed at once.
        step: Number of the step, for messages.

    Returns:
        Mean negative log-likelihood of a token of the policy, in nats, before the step.

    Raises:
        NotFinite: loss or gradient is not finite.
    """
    policy.model.train()
    tokens = sum(sum(t.sampled) for t in trajectories)
    mean = 0.0
    for part in micro_batches(trajectories, max_tokens):
        packed = pack([trajectories[i] for i in part], policy.device)
        loss = -policy.token_logprobs(packed).sum() / tokens
        loss.backward()
        mean += loss.item()
    take_step(optimizer, mean, step)
    return mean


def train_sft(
    policy: Policy,
    trajectories: Sequence[Trajectory],
    config: SftConfig,
    seed: int,
    measure: Callable[[], Gate],
    directory: Path,
) -> None:
    """Fine-tune a policy, in place, until the gate opens.

    The learning rate stays at its peak until the policy begins to copy, which small models learn suddenly
    and at a step that differs from seed to seed. Then it falls, and after that copies and reward must be there.

    Args:
        policy: The policy.
        trajectories: What it is to imitate.
        config: The settings.
        seed: Decides which trajectories each step has.
        measure: Plays development problems.
        directory: Where the metrics and the checkpoint are kept.

    Raises:
        SftError: the gate is closed after ``config.max_steps``.
        NotFinite: a loss or gradient is not finite.
    """
    optimizer = MasterAdamW(policy.model.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
    checkpoint = Checkpoint(directory / "sft.checkpoints", policy.model, optimizer)
    done, state = checkpoint.load()
    copies_since: int | None = state.get("copies_since")
    with RunLog(directory / "sft.jsonl", "SFT", config.max_steps, ("loss", "reward", "copied")) as log:
        log.go_on_from(done)
        for step in range(done, config.max_steps):
            for group in optimizer.param_groups:
                group["lr"] = config.learning_rate * _rate(step, copies_since, config.cool_down)
            chosen = seeds.rng("sft batch", seed, step).sample(trajectories, config.batch_size)
            loss = update(policy, optimizer, chosen, config.micro_batch_tokens, step + 1)
            if (step + 1) % config.gate_every:
                log.log(step + 1, loss=loss)
                continue
            gate = measure()
            log.log(step + 1, loss=loss, reward=gate.reward, copied=gate.copied)
            if copies_since is None and gate.copied >= config.cool_down_copied:
                copies_since = step + 1
            cooled = copies_since is not None and step + 1 - copies_since >= config.cool_down
            if cooled and gate.copied >= config.gate_copied and gate.reward >= config.gate_reward:
                return
            checkpoint.save(step + 1, copies_since=copies_since)
    gate = measure()
    raise SftError(
        f"After {config.max_steps} SFT steps the policy earns {gate.reward:.2f} (wanted {config.gate_reward}) and "
        f"copies exactly in {gate.copied:.0%} of the episodes with code (wanted {config.gate_copied:.0%}). GRPO would "
        "have nothing to reinforce: try another seed, a larger sft.max_steps or easier tasks."
    )


def _rate(step: int, copies_since: int | None, cool_down: int) -> float:
    """Return the share of the peak learning rate: a rise, a plateau, a fall."""
    if copies_since is None:
        return min(1.0, (step + 1) / WARM_UP)
    return max(FINAL_RATE, 1 - (1 - FINAL_RATE) * (step - copies_since) / cool_down)
