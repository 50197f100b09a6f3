"""How the learning rate of a warm start rises and falls, and when it ends."""

import math
from collections.abc import Mapping
from typing import Any, Literal

from r1ci_env.errors import BadOption
from r1ci_env.reference_trainer.config import SftConfig


class FixedSchedule:
    """A rise, then a fall along a cosine or a line, over a number of steps that is known.

    Args:
        config: The settings.
        steps: Number of steps.
        shape: Of the fall.
    """

    def __init__(self, config: SftConfig, steps: int, shape: Literal["cosine", "linear"]) -> None:
        self.steps = steps
        self._config = config
        self._shape = shape

    def rate(self, step: int) -> float:
        """Return the share of the peak learning rate in a step, counted from 0."""
        warm_up, final = self._config.warm_up, self._config.final_rate
        if step < warm_up:
            return (step + 1) / warm_up
        done = (step - warm_up) / max(1, self.steps - warm_up)
        left = 1 - done if self._shape == "linear" else (1 + math.cos(math.pi * done)) / 2
        return final + (1 - final) * left

    def is_over(self, step: int, measured: Mapping[str, float]) -> bool:
        """Whether training ends after so many steps, whatever was measured: never before the last."""
        return False

    def state(self) -> dict[str, Any]:
        """Return what `restore` needs."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""


class GateSchedule:
    """A plateau until the policy begins to copy, then a fall, after which copies and reward must be there.

    Small models learn to copy suddenly, and at a step that differs from seed to seed.

    Args:
        config: The settings.
        steps: Steps after which the gate is given up.

    Raises:
        BadOption: they are over before the gate may open.
    """

    def __init__(self, config: SftConfig, steps: int) -> None:
        least = min(config.evaluate_every, steps) + config.gate.cool_down
        if steps < least:
            raise BadOption(
                f"The gate can't open within {steps} SFT steps: it takes a measurement after sft.evaluate_every="
                f"{config.evaluate_every}, then sft.gate.cool_down={config.gate.cool_down}. Raise sft.max_steps to "
                f"{config.evaluate_every + config.gate.cool_down} or more, or lower these."
            )
        self.steps = steps
        self._config = config
        self._copies_since: int | None = None

    def rate(self, step: int) -> float:
        """Return the share of the peak learning rate in a step, counted from 0."""
        if self._copies_since is None:
            return min(1.0, (step + 1) / max(1, self._config.warm_up))
        final = self._config.final_rate
        return max(final, 1 - (1 - final) * (step - self._copies_since) / self._config.gate.cool_down)

    def is_over(self, step: int, measured: Mapping[str, float]) -> bool:
        """Whether the gate is open after so many steps, given what was measured then."""
        gate = self._config.gate
        if self._copies_since is None and measured["copied"] >= gate.cool_down_copied:
            self._copies_since = step
        cooled = self._copies_since is not None and step - self._copies_since >= gate.cool_down
        return cooled and measured["copied"] >= gate.copied and measured["reward"] >= gate.reward

    def state(self) -> dict[str, Any]:
        """Return what `restore` needs."""
        return {"copies_since": self._copies_since}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        self._copies_since = state.get("copies_since")
