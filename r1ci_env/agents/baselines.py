"""Agents that know nothing: what they score is what a suite gives away."""

import random
import string

from r1ci_env.agents.agent import Agent, Reply
from r1ci_env.episode import Episode
from r1ci_env.evaluation.choices import options
from r1ci_env.protocol import MARKERS


class EchoAgent(Agent):
    """Answers every question with the question."""

    async def reply(self, episode: Episode) -> Reply:
        """Return the question as an answer."""
        return Reply(MARKERS[episode.rules.answer_marker].around(episode.problem.question))


class RandomAgent(Agent):
    """Answers with one of the options that the question names, or with letters and digits where it names none.

    Args:
        seed: Decides the answers, together with the problem and the sample.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._samples: dict[Episode, int] = {}

    def begin(self, episode: Episode, sample: int) -> None:
        """Keep which sample it is."""
        self._samples[episode] = sample

    async def reply(self, episode: Episode) -> Reply:
        """Return an answer that was drawn."""
        rng = random.Random(f"{self._seed}:{episode.problem.ref}:{self._samples.get(episode, 0)}")
        chosen = [rng.choice(part) for part in options(episode.problem)]
        answer = " ".join(chosen) or "".join(rng.choices(string.ascii_letters + string.digits, k=12))
        return Reply(MARKERS[episode.rules.answer_marker].around(answer))

    def finish(self, episode: Episode) -> None:
        """Forget it."""
        self._samples.pop(episode, None)
