"""Every task equally likely, every problem new."""

import random
from collections.abc import Collection, Sequence
from typing import Any

from r1ci_env.registry import get_task
from r1ci_env.task import Problem


class UniformSampler:
    """Draws problems from tasks that are all equally likely, each with a seed that was not used before.

    Args:
        tasks: Names of the tasks.
        level: Difficulty; None lets every problem draw its own.
        first_seed: Seed of the first problem; they count up from there.
        exclude: Questions that must not come up, such as those of an evaluation.
    """

    def __init__(
        self, tasks: Sequence[str], level: int | None = None, first_seed: int = 0, exclude: Collection[str] = ()
    ) -> None:
        self._tasks = [get_task(name) for name in tasks]
        self._level = level
        self._exclude = frozenset(exclude)
        self._next_seed = first_seed

    def sample(self, count: int) -> list[Problem]:
        """Return the next ``count`` problems."""
        problems: list[Problem] = []
        while len(problems) < count:
            task = random.Random(f"uniform:{self._next_seed}").choice(self._tasks)
            problem = task.problem(self._next_seed, level=self._level)
            self._next_seed += 1
            if problem.question not in self._exclude:
                problems.append(problem)
        return problems

    def state_dict(self) -> dict[str, Any]:
        """Return what `load_state_dict` needs to go on from here."""
        return {"next_seed": self._next_seed}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where another sampler of the same arguments was."""
        self._next_seed = state["next_seed"]
