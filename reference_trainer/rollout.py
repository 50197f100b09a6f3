"""Episodes played in the vectorised environment, kept as streams of token ids."""

from collections.abc import Callable, Sequence
from contextlib import closing
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


def make_env(
    tasks: Sequence[str], num_envs: int = 64, sandbox: SandboxLike | None = None, **rules: Any
) -> CodeInterpreterVectorEnv:
    """Return the vectorised environment that `play` needs.

    Args:
        tasks: Names of the tasks.
        num_envs: Episodes that are played together.
        sandbox: Where code runs; None for a pool that the environment makes and closes.
        **rules: The options of `r1ci_env.episode.Rules`.
    """
    env = gymnasium.make_vec(
        "r1ci/All-v0",
        num_envs=num_envs,
        tasks=list(tasks),
        sandbox=sandbox,
        autoreset_mode=AutoresetMode.DISABLED,
        **rules,
    )
    return cast(CodeInterpreterVectorEnv, env)


def play(
    policy: Policy,
    problems: Sequence[Problem],
    env: CodeInterpreterVectorEnv | None = None,
    *,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
    on_batch: Callable[[int], None] | None = None,
    **options: Any,
) -> list[Trajectory]:
    """Let a policy play one episode of each problem.

    Args:
        policy: The policy.
        problems: The problems; the same one may occur many times.
        env: An environment of `make_env`; None makes one for the call, with the rules of the policy.
        temperature: Of the sampling; 0 for the likeliest token.
        generator: Source of the sampling; None for torch's global one.
        on_batch: Called with the number of episodes after each batch.
        **options: Of `make_env`, where ``env`` is None; they go before the rules of the policy.

    Returns:
        One trajectory for each problem, in order.
    """
    if env is None:
        tasks = list(dict.fromkeys(problem.task for problem in problems))
        with closing(make_env(tasks, **{**policy.rules, **options})) as own:
            return play(policy, problems, own, temperature=temperature, generator=generator, on_batch=on_batch)
    trajectories: list[Trajectory] = []
    for start in range(0, len(problems), env.num_envs):
        batch = problems[start : start + env.num_envs]
        decoder = policy.decoder(temperature, generator)
        trajectories += play_batch(decoder, policy.chat, batch, env, policy.context - policy.max_turn_tokens)
        if on_batch:
            on_batch(len(batch))
    return trajectories


def play_batch(
    take_turns: TurnTaker,
    chat: Chat,
    problems: Sequence[Problem],
    env: CodeInterpreterVectorEnv,
    room: int | None = None,
) -> list[Trajectory]:
    """Play one episode of each problem, all together.

    Args:
        take_turns: Who plays.
        chat: The tokenizer.
        problems: The problems, at most ``env.num_envs``.
        env: An environment of `make_env`.
        room: An episode whose stream is longer than this is given up before its next turn; None for no limit.
    """
    spare = [problems[0]] * (env.num_envs - len(problems))
    texts, _ = env.reset(options=[{"problem": problem} for problem in [*problems, *spare]])
    trajectories = [Trajectory(episode) for episode in env.episodes[: len(problems)]]
    for trajectory, text in zip(trajectories, texts, strict=False):
        trajectory.add_observation(chat.prompt_ids(text))
    new_ids = [list(trajectory.ids) for trajectory in trajectories]
    rows = list(range(len(problems)))
    while True:
        for i in rows:
            trajectories[i].cut_off = room is not None and len(trajectories[i].ids) > room
        rows = [i for i in rows if not trajectories[i].cut_off]
        if not rows:
            return trajectories
        _park(env, rows, problems[0])
        turns = take_turns(rows, [texts[i] for i in rows], [new_ids[i] for i in rows])
        actions = [""] * env.num_envs
        for i, turn in zip(rows, turns, strict=True):
            trajectories[i].add_turn(turn)
            actions[i] = chat.decode(turn.ids)
        texts, _, terminated, truncated, _ = env.step(actions)
        rows = [i for i in rows if not (terminated[i] or truncated[i])]
        for i in rows:
            new_ids[i] = chat.observation_ids(texts[i], trajectories[i].ids[-1])
            trajectories[i].add_observation(new_ids[i])


def _park(env: CodeInterpreterVectorEnv, rows: Sequence[int], problem: Problem) -> None:
    """Begin some episode wherever none of ``rows`` is: a vector environment steps all of its episodes or none."""
    idle = np.ones(env.num_envs, bool)
    idle[list(rows)] = False
    if idle.any():
        env.reset(options={"reset_mask": idle, "problem": problem})


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


def micro_batches(trajectories: Sequence[Trajectory], max_tokens: int) -> list[list[int]]:
    """Divide trajectories among passes of about the same size, those of similar length together.

    Args:
        trajectories: The trajectories of a step.
        max_tokens: Tokens of a pass, padding included; a longer trajectory has a pass of its own.

    Returns:
        For each pass, the indices of its trajectories.
    """
    passes: list[list[int]] = []
    for i in sorted(range(len(trajectories)), key=lambda i: -len(trajectories[i].ids)):
        width = len(trajectories[passes[-1][0]].ids) if passes else 0
        if passes and (len(passes[-1]) + 1) * width <= max_tokens:
            passes[-1].append(i)
        else:
            passes.append([i])
    return passes


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
