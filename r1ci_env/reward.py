"""How an episode is rewarded."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from r1ci_env.errors import BadOption, did_you_mean, require_one_of


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


def reward_spec(reward: str | RewardSpec | Mapping[str, float]) -> RewardSpec:
    """Return the spec that ``reward`` names or is, or whose attributes it holds, as the JSON of a Gymnasium spec does.

    Raises:
        BadOption: the name is unknown, or that of an attribute.
    """
    if isinstance(reward, RewardSpec):
        return reward
    if isinstance(reward, Mapping):
        for name in reward:
            require_one_of(name, [field.name for field in fields(RewardSpec)], "attribute of a reward")
        return RewardSpec(**reward)  # type: ignore[arg-type]
    if not isinstance(reward, str) or reward not in REWARDS:
        raise BadOption(
            f"reward {reward!r} is neither a RewardSpec nor one of {sorted(REWARDS)}.{did_you_mean(reward, REWARDS)}"
        )
    return REWARDS[reward]
