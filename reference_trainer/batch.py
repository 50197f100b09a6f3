"""The episodes of a step: groups of several of a problem, and others in place of those that say nothing."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from r1ci_env.arena import Arena
from r1ci_env.curricula.gates import GATES, Group, admit
from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.engines.interface import Engine
from r1ci_env.reference_trainer.losses import vary
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.sampling import Sampler

PATIENCE = 20
"""First steps of which at least one must have a group whose episodes earned different rewards."""


class NothingToReinforce(R1ciError):
    """The episodes of all groups earned the same, from the beginning on."""


@dataclass(slots=True)
class Batch:
    """The episodes of a step.

    Attributes:
        trajectories: Those to learn from, group after group.
        rewards: Of these.
        played: All that were played.
        varied_groups: Share of the groups that were played whose rewards are not all the same.
        dropped: How many groups each gate has dropped, and how many were played in place of others.
        curriculum: The sampler's metrics when all was played: the next batch may be under way when they are logged.
        sampler: Its state then, where a checkpoint is to have it.
        seconds: How long playing took.
    """

    trajectories: list[Trajectory] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    played: list[Trajectory] = field(default_factory=list)
    varied_groups: float = 0.0
    dropped: Counter[str] = field(default_factory=Counter)
    curriculum: Mapping[str, float] = field(default_factory=dict)
    sampler: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def play_batch(
    policy: Policy,
    sampler: Sampler,
    config: GrpoConfig,
    seed: int,
    arena: Arena,
    engine: Engine,
    reward: Callable[[int, Trajectory], float],
) -> Batch:
    """Play the episodes of a step.

    With ``config.resample``, groups whose episodes all earned the same are left out, and other problems are drawn in
    their place, until the step has as many groups as it should or so many draws are done.

    Args:
        policy: The policy.
        sampler: Chooses the problems, and is told whether they were answered correctly.
        config: The settings.
        seed: Decides what is sampled.
        arena: Where the episodes are played.
        engine: Who samples.
        reward: What the i-th episode of the step earns.
    """
    began = time.perf_counter()
    batch, varied_groups = Batch(), 0
    limits = {"max_episode_tokens": config.max_episode_tokens, "max_turn_tokens": config.max_turn_tokens}
    sampling = Sampling(config.temperature, seed, in_step=config.in_step, **limits)
    for draw in range(1 + config.resample):
        missing = config.problems - len(batch.rewards) // config.group
        problems = [problem for problem in sampler.sample(missing) for _ in range(config.group)]
        new = play(policy, problems, arena, replace(sampling, seed=seed + draw), engine=engine)
        rewards = [reward(len(batch.played) + i, trajectory) for i, trajectory in enumerate(new)]
        batch.dropped.update(_observe_and_admit(sampler, new, rewards, config))
        batch.played += new
        varied = vary(rewards_of(new, rewards, config)).tolist()
        varied_groups += sum(varied)
        batch.varied_groups = varied_groups * config.group / len(batch.played)
        chosen = [i for i in range(len(new)) if varied[i // config.group] or not config.resample]
        batch.trajectories += [new[i] for i in chosen]
        batch.rewards += [rewards[i] for i in chosen]
        if config.resample:
            batch.dropped["resampled"] += missing if draw else 0
        if len(batch.rewards) == config.problems * config.group:
            break
    batch.curriculum = sampler.metrics()
    batch.seconds = time.perf_counter() - began
    return batch


def _observe_and_admit(
    sampler: Sampler, trajectories: Sequence[Trajectory], rewards: list[float], config: GrpoConfig
) -> dict[str, float]:
    """Tell the sampler what became of each problem, and take what rewards tell from groups that a gate drops."""
    groups = []
    for start in range(0, len(trajectories), config.group):
        whole = [t for t in trajectories[start : start + config.group] if t.stop != "fault"]
        correct = [t.episode.correct for t in whole]
        sampler.observe(trajectories[start].episode.problem, correct)
        groups.append(Group(correct, [t.stop != "answer" for t in whole]))
    admitted, dropped = admit(groups, [GATES[name] for name in config.gates])
    rewards[:] = [reward * admitted[i // config.group] for i, reward in enumerate(rewards)]
    return dropped


def rewards_of(trajectories: Sequence[Trajectory], rewards: Sequence[float], config: GrpoConfig) -> Tensor:
    """Return rewards by problem and episode; NaN where an episode is left out.

    It is where it says nothing about the policy, because the sandbox failed, or nothing that the settings want to hear.
    """
    unheard = ("fault", "length") if config.cut_episodes == "mask" else ("fault",)
    masked = [t.stop in unheard or not any(t.sampled) for t in trajectories]
    return torch.tensor(rewards, dtype=torch.float).masked_fill(torch.tensor(masked), torch.nan).view(-1, config.group)


def require_variance(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise `NothingToReinforce` unless some group of these steps, as they were logged, had different rewards."""
    if any(row["varied_groups"] for row in rows):
        return
    mean = sum(row["reward"] for row in rows) / len(rows)
    raise NothingToReinforce(
        f"After {len(rows)} steps there is nothing to reinforce: episodes of a group earned the same, {mean:.2f} "
        "on average. If that is little, make a warm start, or a longer one: --set phases=[sft,grpo], on demonstrations "
        "of the tasks, which are made if no data=FILE of r1ci sft-data is given; or begin with easier problems: "
        "--set levels=[1]. If it is all that can be earned, take harder ones."
    )
