"""How an episode is rewarded."""

from dataclasses import dataclass

from r1ci_env.errors import BadOption, did_you_mean


@dataclass(frozen=True, slots=True)
class RewardSpec:
    """Reward at the end of an episode; every step before it gives 0.

    Attributes:
        correct: For a right final answer.
        wrong: For a wrong one, or none.
        format_bonus: Added when every turn held exactly one complete block or answer and nothing after it.
        format_penalty: Added when some turn did not.
        long_penalty: Added when the episode took more than ``long_after`` turns.
        long_after: Number of turns that are free of ``long_penalty``.
    """

    correct: float = 1.0
    wrong: float = 0.0
    format_bonus: float = 0.0
    format_penalty: float = 0.0
    long_penalty: float = 0.0
    long_after: int = 6

    def __call__(self, *, correct: bool, well_formed: bool, turns: int) -> float:
        """Return the reward of an episode that has ended."""
        reward = self.correct if correct else self.wrong
        reward += self.format_bonus if well_formed else self.format_penalty
        if turns > self.long_after:
            reward += self.long_penalty
        return reward


REWARDS = {
    "correct": RewardSpec(),
    "paper": RewardSpec(format_bonus=0.1, format_penalty=-0.1, long_penalty=-0.1, long_after=6),
}
"""Named rewards: ``correct`` is 0 or 1; ``paper`` adds the paper's terms for format and length."""


def reward_spec(reward: str | RewardSpec) -> RewardSpec:
    """Return the spec that ``reward`` names or is.

    Raises:
        BadOption: the name is unknown.
    """
    if isinstance(reward, RewardSpec):
        return reward
    if reward not in REWARDS:
        raise BadOption(
            f"reward {reward!r} is neither a RewardSpec nor one of {sorted(REWARDS)}.{did_you_mean(reward, REWARDS)}"
        )
    return REWARDS[reward]
