"""SkyRL-gym: ``skyrl_gym.make("r1ci", extras=row)``, once this module is imported; `row` makes the rows of a data set."""

from collections.abc import Mapping
from typing import Any

import skyrl_gym
from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput, ConversationType

import r1ci_env
from r1ci_env.adapters.pooled import pooled_env
from r1ci_env.episode import Rules
from r1ci_env.protocol import first_message


def row(problem: r1ci_env.Problem) -> dict[str, Any]:
    """Return the row of a data set in which this environment asks a problem."""
    question = first_message(Rules().prompt, problem.question)
    return {"prompt": [{"role": "user", "content": question}], "env_class": "r1ci", "problem": problem.ref}


class R1ciEnv(BaseTextEnv):
    """An episode about the problem that a row names.

    Args:
        env_config: Options of `r1ci_env.env.CodeInterpreterEnv`: what stands under ``environment.skyrl_gym.r1ci``.
        extras: The row, and the generator's ``max_turns``, which counts unless ``env_config`` has another.

    Raises:
        R1ciError: the row names no problem, or an option is unknown or out of range.
    """

    def __init__(self, env_config: Mapping[str, Any] | None = None, extras: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        turns = {"max_turns": extras["max_turns"]} if extras and "max_turns" in extras else {}
        self._problem = r1ci_env.problem((extras or {}).get("problem", ""))
        self._env = pooled_env(**{**turns, **(env_config or {})})

    def init(self, prompt: ConversationType) -> tuple[ConversationType, dict[str, Any]]:
        """Begin the episode; of the row's prompt the system's messages stay."""
        question, info = self._env.reset(options={"problem": self._problem})
        return [*(m for m in prompt if m["role"] == "system"), {"role": "user", "content": question}], info

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """Take the model's turn."""
        self.turns += 1
        text, reward, terminated, truncated, info = self._env.step(action)
        done = terminated or truncated
        seen = [] if done else [{"role": "user", "content": text}]
        return BaseTextEnvStepOutput(observations=seen, reward=reward, done=done, metadata=info, postprocessed_action=None)

    def get_metrics(self) -> dict[str, Any]:
        """Return what is averaged over episodes."""
        episode = self._env.episode
        return {"correct": float(episode.correct), "turns": episode.turns, "code_runs": episode.code_runs}

    def close(self) -> None:
        """Close the sandbox of a persistent environment."""
        self._env.close()


skyrl_gym.register("r1ci", f"{__name__}:R1ciEnv")
