"""SkyRL-gym: ``skyrl_gym.make("r1ci", extras=row)``, once this module is imported; `row` makes rows of data sets."""

from collections.abc import Mapping
from typing import Any

import skyrl_gym
from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput, ConversationType

from r1ci_env.adapters.pooled_env import pooled_env
from r1ci_env.adapters.rows import columns, first_messages, named
from r1ci_env.task import Problem


def row(problem: Problem, split: str = "train") -> dict[str, Any]:
    """Return the row of a data set that asks a problem; one that is held out needs ``split="test"``."""
    return {"prompt": first_messages(problem), "env_class": "r1ci", **columns(problem, split)}


class R1ciEnv(BaseTextEnv):
    """An episode about the problem that a row names.

    Args:
        env_config: Options of `r1ci_env.env.CodeInterpreterEnv`: what stands under ``environment.skyrl_gym.r1ci``.
        extras: The row, and the generator's ``max_turns``, which counts unless ``env_config`` has another.

    Raises:
        R1ciError: the row names no problem that may be asked, or an option is unknown or out of range.
    """

    def __init__(self, env_config: Mapping[str, Any] | None = None, extras: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        turns = {"max_turns": extras["max_turns"]} if extras and "max_turns" in extras else {}
        self._problem = named(extras or {})
        self._env = pooled_env(**{**turns, **(env_config or {})})

    def init(self, prompt: ConversationType) -> tuple[ConversationType, dict[str, Any]]:
        """Begin the episode; of the row's prompt the system's messages stay."""
        question, info = self._env.reset(options={"problem": self._problem})
        return [*(m for m in prompt if m["role"] == "system"), {"role": "user", "content": question}], info

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """Take the model's turn."""
        self.turns += 1
        text, reward, terminated, truncated, info = self._env.step(action)
        seen = [] if terminated or truncated else [{"role": "user", "content": text}]
        out = {"reward": reward, "done": not seen, "metadata": info, "postprocessed_action": None}
        return BaseTextEnvStepOutput(observations=seen, **out)

    def get_metrics(self) -> dict[str, Any]:
        """Return what is averaged over episodes."""
        episode = self._env.episode
        return {"correct": float(episode.correct), "turns": episode.turns, "code_runs": episode.code_runs}

    def close(self) -> None:
        """Close the sandbox of a persistent environment."""
        self._env.close()


skyrl_gym.register("r1ci", f"{__name__}:R1ciEnv")
