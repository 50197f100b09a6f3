"""Episodes played in the vectorised environment, kept as streams of token ids."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import gymnasium
import numpy as np
import torch
from gymnasium.vector import AutoresetMode
from torch import Tensor

import r1ci_env  # noqa: F401 (registers the environments)
from r1ci_env.env import SandboxLike
from r1ci_env.episode import Episode
from r1ci_env.reference_trainer.chat import Chat
from r1ci_env.reference_trainer.decoding import SampledTurn
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.task import Problem
from r1ci_env.vector import CodeInterpreterVectorEnv


@dataclass(slots=True)
class Trajectory:
    """An episode as one stream of tokens: prompt, turn, observation, turn, and so on.

    Attributes:
        episode: What happened, as text.
        ids: The token ids.
        sampled: For each token, whether the policy chose it; the others are the environment's.
        logprobs: For each token, the log-probability with which it was sampled; 0 for the environment's.
        cut_off: Whether the episode was given up because the stream had no room for another turn.
    """

    episode: Episode
    ids: list[int] = field(default_factory=list)
    sampled: list[bool] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    cut_off: bool = False

    def add_observation(self, ids: Sequence[int]) -> None:
        """Append tokens of the environment."""
        self.ids += ids
        self.sampled += [False] * len(ids)
        self.logprobs += [0.0] * len(ids)

    def add_turn(self, turn: SampledTurn) -> None:
        """Append tokens of the policy."""
        self.ids += turn.ids
        self.sampled += [True] * len(turn.ids)
        self.logprobs += turn.logprobs

    @property
    def reward(self) -> float:
        """Reward of the episode; 0 if it was cut off."""
        return self.episode.reward or 0.0


class TurnTaker(Protocol):
    """Whatever takes turns in a batch of episodes: a `Decoder`, or a script."""

    def __call__(self, rows: Sequence[int], texts: Sequence[str], new_ids: Sequence[list[int]]) -> list[SampledTurn]:
        """Return the next turn of each of the episodes ``rows``, given what the environment said."""


def play(
    policy: Policy,
    problems: Sequence[Problem],
    *,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
    sandbox: SandboxLike | None = None,
    batch_size: int = 64,
    on_batch: Callable[[int], None] | None = None,
    **rules: Any,
) -> list[Trajectory]:
    """Let a policy play one episode of each problem.

    Args:
        policy: The policy.
        problems: The problems; the same one may occur many times.
        temperature: Of the sampling; 0 for the likeliest token.
        generator: Source of the sampling; None for torch's global one.
        sandbox: Where code runs; None for a pool that lives as long as the call.
        batch_size: Episodes that are played together.
        on_batch: Called with the number of episodes after each batch.
        **rules: Options of the environment that replace those of ``policy.rules``.

    Returns:
        One trajectory for each problem, in order.
    """
    trajectories: list[Trajectory] = []
    for start in range(0, len(problems), batch_size):
        batch = problems[start : start + batch_size]
        trajectories += play_batch(
            policy.decoder(temperature, generator),
            policy.chat,
            batch,
            sandbox=sandbox,
            room=policy.context - policy.max_turn_tokens,
            **{**policy.rules, **rules},
        )
        if on_batch:
            on_batch(len(batch))
    return trajectories


def play_batch(
    take_turns: TurnTaker,
    chat: Chat,
    problems: Sequence[Problem],
    *,
    sandbox: SandboxLike | None = None,
    room: int | None = None,
    **rules: Any,
) -> list[Trajectory]:
    """Play one episode of each problem, all together.

    Args:
        take_turns: Who plays.
        chat: The tokenizer.
        problems: The problems.
        sandbox: As for `play`.
        room: An episode whose stream is longer than this is given up before its next turn; None for no limit.
        **rules: Options of the environment.
    """
    names = list(dict.fromkeys(problem.task for problem in problems))
    env = cast(
        CodeInterpreterVectorEnv,
        gymnasium.make_vec(
            "r1ci/All-v0",
            num_envs=len(problems),
            tasks=names,
            sandbox=sandbox,
            autoreset_mode=AutoresetMode.DISABLED,
            **rules,
        ),
    )
    try:
        texts, _ = env.reset(options=[{"problem": problem} for problem in problems])
        trajectories = [Trajectory(episode) for episode in env.episodes]
        for trajectory, text in zip(trajectories, texts, strict=True):
            trajectory.add_observation(chat.prompt_ids(text))
        new_ids = [list(trajectory.ids) for trajectory in trajectories]
        rows = list(range(len(problems)))
        while True:
            for i in rows:
                trajectories[i].cut_off = room is not None and len(trajectories[i].ids) > room
            rows = [i for i in rows if not trajectories[i].cut_off]
            if not rows:
                return trajectories
            _park(env, set(range(len(problems))) - set(rows), problems[0])
            turns = take_turns(rows, [texts[i] for i in rows], [new_ids[i] for i in rows])
            actions = [""] * len(problems)
            for i, turn in zip(rows, turns, strict=True):
                trajectories[i].add_turn(turn)
                actions[i] = chat.decode(turn.ids)
            texts, _, terminated, truncated, _ = env.step(actions)
            rows = [i for i in rows if not (terminated[i] or truncated[i])]
            for i in rows:
                new_ids[i] = chat.observation_ids(texts[i], trajectories[i].ids[-1])
                trajectories[i].add_observation(new_ids[i])
    finally:
        env.close()


def _park(env: CodeInterpreterVectorEnv, ended: set[int], problem: Problem) -> None:
    """Begin some episode where one has ended: a vector environment steps all of its episodes or none."""
    if ended:
        mask = np.zeros(env.num_envs, bool)
        mask[list(ended)] = True
        env.reset(options={"reset_mask": mask, "problem": problem})


@dataclass(frozen=True, slots=True)
class Batch:
    """Trajectories as tensors, padded on the right.

    Attributes:
        ids: Token ids, shape (episodes, tokens).
        attention_mask: 1 for tokens, 0 for padding, shape (episodes, tokens).
        sampled: 1 for the policy's tokens, else 0, shape (episodes, tokens - 1): the first token is nobody's choice.
        logprobs: Log-probabilities of the sampling, shape (episodes, tokens - 1).
    """

    ids: Tensor
    attention_mask: Tensor
    sampled: Tensor
    logprobs: Tensor


def collate(trajectories: Sequence[Trajectory], policy: Policy) -> Batch:
    """Return the batch of some trajectories, on the device of the policy."""
    device = policy.model.device
    return Batch(
        ids=_padded([t.ids for t in trajectories], policy.tokenizer.pad_token_id).to(device),
        attention_mask=_padded([[1] * len(t.ids) for t in trajectories], 0).to(device),
        sampled=_padded([t.sampled for t in trajectories], False)[:, 1:].float().to(device),
        logprobs=_padded([t.logprobs for t in trajectories], 0.0)[:, 1:].to(device),
    )


def _padded(rows: Sequence[Sequence[Any]], value: Any) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows])


@dataclass(frozen=True, slots=True)
class Score:
    """What a batch of episodes came to.

    Attributes:
        reward: Mean reward.
        code_use: Share of episodes that ran a program.
        turns: Mean number of turns.
        turn_tokens: Mean number of tokens that the policy chose in an episode.
    """

    reward: float
    code_use: float
    turns: float
    turn_tokens: float


def score(trajectories: Sequence[Trajectory]) -> Score:
    """Return the means over some trajectories."""
    return Score(
        reward=float(np.mean([t.reward for t in trajectories])),
        code_use=float(np.mean([t.episode.code_runs > 0 for t in trajectories])),
        turns=float(np.mean([t.episode.turns for t in trajectories])),
        turn_tokens=float(np.mean([sum(t.sampled) for t in trajectories])),
    )
