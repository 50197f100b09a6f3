"""Which problem an episode is about: the options of the environments, checked, and the draw."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from r1ci_env.errors import BadOption, did_you_mean
from r1ci_env.registry import get_task, list_tasks, parse_reference
from r1ci_env.task import Problem, Task

RESET_OPTIONS = ("problem", "task", "level")


class ProblemSampler:
    """Draws problems from tasks, all equally likely, unless the options of a reset name one.

    Args:
        tasks: Names (of the catalog, ``module:Class``), or `Task` objects of one's own.
        split: Instead of tasks, all those of ``train`` or ``test``; None with no tasks means all.
        level: Fixed level; None lets every problem draw its own.
        task: The only task, as the ids of single tasks give it; then neither ``tasks`` nor ``split`` may be given.

    Raises:
        UnknownTask: a name is unknown.
        BadOption: the split or level is invalid, or there is no task to draw from.
    """

    def __init__(
        self,
        tasks: Sequence[str | Task] | None = None,
        split: str | None = None,
        level: int | None = None,
        task: str | Task | None = None,
    ) -> None:
        if task is not None:
            if tasks is not None or split is not None:
                given = "tasks" if tasks is not None else "split"
                raise BadOption(
                    f"This environment is about {task} alone and takes no {given}. "
                    "For a mixture make r1ci/All-v0 with tasks=[...], or r1ci/Train-v0 or r1ci/Test-v0."
                )
            tasks = [task]
        if tasks is not None and split is not None:
            raise BadOption("Give either tasks or split, not both.")
        if isinstance(tasks, str):
            raise BadOption(f"tasks must be a list of names: write tasks=[{tasks!r}].")
        self._own: dict[str, Task] = {}
        names: list[str] = []
        for entry in list_tasks(split=split) if tasks is None else tasks:
            own = get_task(entry) if isinstance(entry, str) and ":" in entry else entry
            if isinstance(own, Task):
                self._own[own.name] = own
            names.append(own.name if isinstance(own, Task) else own)
        if not names:
            raise BadOption("There is no task to draw from: tasks is empty.")
        for name in names[:1] if tasks is None else names:  # those of the catalog need no look
            found = self.task(name)
            if level is not None:
                level = found.require_level(level)
        self.names = tuple(names)
        self.level = level

    def task(self, name: str) -> Task:
        """Return the task called ``name``, one's own first."""
        return self._own.get(name) or get_task(name)

    def draw(self, rng: np.random.Generator, options: Mapping[str, Any] | None = None) -> Problem:
        """Return the problem that ``options`` names, or a random one.

        Args:
            rng: Source of the task (where there are several) and of the seed.
            options: ``problem`` (a `Problem` or a reference), or ``task`` and ``level`` to narrow the draw.

        Raises:
            R1ciError: an option is unknown or invalid.
        """
        options = dict(options or {})
        for key in options:
            if key not in RESET_OPTIONS:
                raise BadOption(
                    f"Unknown reset option {key!r}: the options are {', '.join(RESET_OPTIONS)}."
                    + did_you_mean(key, RESET_OPTIONS)
                )
        chosen = options.get("problem")
        if isinstance(chosen, Problem):
            return chosen
        if chosen is not None:
            named, level, seed = parse_reference(chosen)
            return self.task(named).problem(seed, level=level)
        name = options.get("task")
        if name is None:
            name = self.names[int(rng.integers(len(self.names)))]
        elif self.task(name).name not in self.names:
            raise BadOption(
                f"{name!r} is not among the {len(self.names)} tasks of this environment. A problem of any task can be "
                "given as options={'problem': 'Task:level:seed'}."
            )
        seed = int(rng.integers(2**31))
        return self.task(name).problem(seed, level=options.get("level", self.level))
