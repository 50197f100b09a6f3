"""An episode as a stream of tokens, and what a batch of episodes came to."""

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from r1ci_env.episode import Episode
from r1ci_env.playing import Played, Stop
from r1ci_env.protocol import parse_turn
from r1ci_env.reference_trainer.engines.interface import Turn, TurnStop
from r1ci_env.reference_trainer.packing import TokenStream


@dataclass(slots=True)
class Trajectory(TokenStream):
    """An episode as one stream of tokens.

    Attributes:
        episode: What happened, as text.
        turn_stops: For each turn, why it stopped.
        versions: For each turn, how often the weights had changed when it was sampled.
        stop: Why the episode stopped.
        fault: What the sandbox said, where it failed.
    """

    episode: Episode = field(kw_only=True)
    turn_stops: list[TurnStop] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    stop: Stop = "answer"
    fault: str = ""

    def add_turn(self, turn: Turn) -> None:
        """Append tokens of the policy."""
        self.add(turn.ids, sampled=True, logprobs=turn.logprobs)
        self.turn_stops.append(turn.stop)
        self.versions.append(turn.version)

    @property
    def played(self) -> Played:
        """The episode as one that an agent played, for records."""
        cut = self.turn_stops.count("length")
        return Played(self.episode, 0, self.stop, self.fault, sum(self.sampled), cut_turns=cut)

    @property
    def reward(self) -> float:
        """Reward of the episode; 0 where the sandbox failed."""
        return self.episode.reward or 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """Means over a batch of episodes.

    Attributes:
        reward: Reward.
        correct: Share with a right answer.
        answered: Share of episodes that ended with an answer, right or wrong.
        code_use: Share that ran a program.
        broken: Share of the programs that do not parse.
        repeated: Share of episodes in which a turn was said twice to the letter.
        well_formed: Share that kept the protocol throughout.
        turns: Number of turns.
        turn_tokens: Number of tokens that the policy chose.
    """

    reward: float
    correct: float
    answered: float
    code_use: float
    broken: float
    repeated: float
    well_formed: float
    turns: float
    turn_tokens: float


def score(trajectories: Sequence[Trajectory]) -> Score:
    """Return the means over some trajectories."""
    count = len(trajectories)
    episodes = [t.episode for t in trajectories]
    turns = [[m["content"] for m in episode.messages if m["role"] == "assistant"] for episode in episodes]
    read = [parse_turn(text, e.rules.answer_marker) for e, said in zip(episodes, turns, strict=True) for text in said]
    programs = [turn.content for turn in read if turn.kind == "code"]
    return Score(
        reward=sum(t.reward for t in trajectories) / count,
        correct=sum(episode.correct for episode in episodes) / count,
        answered=sum(episode.answer is not None for episode in episodes) / count,
        code_use=sum(episode.code_runs > 0 for episode in episodes) / count,
        broken=sum(not _parses(program) for program in programs) / max(len(programs), 1),
        repeated=sum(len(set(said)) < len(said) for said in turns) / count,
        well_formed=sum(episode.well_formed for episode in episodes) / count,
        turns=sum(episode.turns for episode in episodes) / count,
        turn_tokens=sum(sum(t.sampled) for t in trajectories) / count,
    )


def _parses(program: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of strings with odd escapes
        try:
            ast.parse(program)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def stop_shares(trajectories: Sequence[Trajectory]) -> dict[str, float]:
    """Return the share of episodes that stopped for each reason, and of turns likewise."""
    turns = [stop for t in trajectories for stop in t.turn_stops]
    shares = {f"stop_{s}": sum(t.stop == s for t in trajectories) / len(trajectories) for s in get_args(Stop)}
    return shares | {f"turn_{s}": turns.count(s) / max(len(turns), 1) for s in get_args(TurnStop)}


def task_rewards(trajectories: Sequence[Trajectory]) -> dict[str, float]:
    """Return the mean reward of each task, as ``reward/Game24``."""
    rewards: dict[str, list[float]] = {}
    for t in trajectories:
        rewards.setdefault(f"reward/{t.episode.problem.task}", []).append(t.reward)
    return {name: sum(of) / len(of) for name, of in rewards.items()}


def weights_behind(trajectories: Sequence[Trajectory], version: int) -> int:
    """Return how many changes the weights of some turn are behind those of a version, at most."""
    return max((version - of_turn for t in trajectories for of_turn in t.versions), default=0)
