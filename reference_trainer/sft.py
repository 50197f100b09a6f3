"""Supervised fine-tuning: the warm start that gives GRPO something to reinforce."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Any

import torch

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer import distributed, seeds
from r1ci_env.reference_trainer.checkpoint import Checkpoint
from r1ci_env.reference_trainer.config import SftConfig
from r1ci_env.reference_trainer.examples import EMPTY
from r1ci_env.reference_trainer.optimizer import MasterAdamW, take_step
from r1ci_env.reference_trainer.packing import TokenStream, micro_batches, pack
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.runlog import RunLog
from r1ci_env.reference_trainer.schedules import FixedSchedule, GateSchedule

SHOWN = ("loss {loss:.3f}", "right {held_out_greedy:.3f}", "reward {reward:.3f}", "copied {copied:.3f}")
"""What stands beside the progress bar."""


class SftError(R1ciError):
    """The warm start did not reach its gate."""


def update(
    policy: Policy, optimizer: MasterAdamW, examples: Sequence[TokenStream], max_tokens: int, step: int = 1
) -> float:
    """Take one step towards what is to be learnt in some examples; what the environment says does not count.

    Args:
        policy: The policy.
        optimizer: Of its parameters.
        examples: What it is to imitate.
        max_tokens: Tokens that are computed at once.
        step: Number of the step, for messages.

    Returns:
        Mean negative log-likelihood of a token to be learnt, in nats, before the step.

    Raises:
        NotFinite: loss or gradient is not finite.
    """
    policy.model.train()
    tokens = sum(sum(e.sampled) for e in examples)
    losses = torch.zeros((), device=policy.device)
    for part in distributed.dealt(micro_batches(examples, max_tokens)):
        packed = pack([examples[i] for i in part] or [EMPTY], policy.device)
        loss = -policy.token_logprobs(packed).sum() / tokens * bool(part)
        loss.backward()
        losses += loss.detach()
    mean: float = distributed.total(losses).item()
    take_step(optimizer, mean, step)
    return mean


def batches(examples: Sequence[TokenStream], tokens: int, seed: int) -> Iterator[list[int]]:
    """Yield the examples of each step: epoch after epoch in a new order, as many as have so many tokens."""
    for epoch in count():
        yield from _epoch(examples, tokens, seed, epoch)


def _epoch(examples: Sequence[TokenStream], tokens: int, seed: int, epoch: int) -> Iterator[list[int]]:
    order = list(range(len(examples)))
    seeds.rng("sft epoch", seed, epoch).shuffle(order)
    batch: list[int] = []
    room = tokens
    for i in order:
        if batch and len(examples[i].ids) > room:
            yield batch
            batch, room = [], tokens
        batch.append(i)
        room -= len(examples[i].ids)
    if batch:
        yield batch


def number_of_steps(examples: Sequence[TokenStream], config: SftConfig, seed: int) -> int:
    """Return the steps that the epochs take, ``config.max_steps`` at most."""
    whole, part = divmod(config.epochs, 1)
    steps = sum(sum(1 for _ in _epoch(examples, config.batch_tokens, seed, e)) for e in range(int(whole)))
    last = sum(1 for _ in _epoch(examples, config.batch_tokens, seed, int(whole)))
    steps += round(part * last)
    return max(1, steps if config.max_steps is None else min(steps, config.max_steps))


def train_sft(
    policy: Policy,
    examples: Sequence[TokenStream],
    config: SftConfig,
    seed: int,
    measure: Callable[[], Mapping[str, Any]],
    directory: Path,
    log_to: Sequence[str] = (),
) -> None:
    """Fine-tune a policy, in place, to the end of the schedule.

    Args:
        policy: The policy.
        examples: What it is to imitate.
        config: The settings.
        seed: Decides which examples each step has.
        measure: Measures the policy every ``config.evaluate_every`` steps; with the gate, also at the end.
        directory: Where the metrics and the checkpoints are kept.
        log_to: Who else is told the metrics; see `RunLog`.

    Raises:
        SftError: the gate is closed after all steps.
        NotFinite: a loss or gradient is not finite.
    """
    if config.freeze_embeddings:
        policy.model.get_input_embeddings().requires_grad_(False)
    optimizer = MasterAdamW(policy.model.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
    checkpoint = Checkpoint(directory / "sft.checkpoints", policy.model, optimizer)
    schedule = _schedule(examples, config, seed)
    done, state = checkpoint.load()
    schedule.restore(state)
    steps = islice(batches(examples, config.batch_tokens, seed), done, schedule.steps)
    with RunLog(directory / "sft.jsonl", "SFT", schedule.steps, SHOWN, log_to) as log:
        log.go_on_from(done)
        for step, batch in enumerate(steps, start=done + 1):
            for group in optimizer.param_groups:
                group["lr"] = config.learning_rate * schedule.rate(step - 1)
            loss = update(policy, optimizer, [examples[i] for i in batch], config.micro_batch_tokens, step)
            last = step == schedule.steps and config.schedule == "gate"  # what others come to is measured by the run
            if step % config.evaluate_every and not last:
                log.log(step, loss=loss)
                continue
            measured = measure()
            log.log(step, loss=loss, **measured)
            if schedule.is_over(step, measured):
                return
            checkpoint.save(step, **schedule.state())
    if config.schedule == "gate":
        measured, gate = measure(), config.gate
        raise SftError(
            f"After {schedule.steps} SFT steps the policy earns {measured['reward']:.2f} (wanted {gate.reward}) and "
            f"copies exactly in {measured['copied']:.0%} of the episodes with code (wanted {gate.copied:.0%}). GRPO "
            "would have nothing to reinforce: try another seed, a larger sft.max_steps or easier tasks."
        )


def _schedule(examples: Sequence[TokenStream], config: SftConfig, seed: int) -> FixedSchedule | GateSchedule:
    if config.schedule == "gate":
        return GateSchedule(config, config.max_steps or number_of_steps(examples, config, seed))
    return FixedSchedule(config, number_of_steps(examples, config, seed), config.schedule)
