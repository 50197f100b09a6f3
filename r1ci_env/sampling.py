"""Which problem an episode is about: the options of the environments, checked, and the draw."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from r1ci_env.episode import Episode, Rules
from r1ci_env.errors import BadOption, did_you_mean
from r1ci_env.registry import get_task, list_tasks, parse_reference, task_name
from r1ci_env.task import Problem, Task

RESET_OPTIONS = ("problem", "task", "level")


MAX_TRIES = 1_000
"""Problems in a row that may be of the wrong kind, held out or not, before there are taken to be no others."""


class Sampler(Protocol):
    """A curriculum: whatever decides what is learnt next. `r1ci_env.curricula` has several.

    No sampler draws a problem that is held out.
    """

    def sample(self, count: int) -> list[Problem]:
        """Return the next ``count`` problems."""

    def observe(self, problem: Problem, correct: Sequence[bool]) -> None:
        """Take in whether each of the episodes of a group about one problem was correct, whatever they were rewarded.

        Episodes that ended because the sandbox failed are no part of it. A problem that the sampler could not have
        drawn is passed over.
        """

    def metrics(self) -> dict[str, float]:
        """Return numbers for a log."""

    def state_dict(self) -> dict[str, Any]:
        """Return what `load_state_dict` needs to go on from here, in plain JSON values or bytes."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where another sampler of the same arguments was.

        Raises:
            BadOption: a field is unknown or missing; the message names it.
        """


class ProblemSampler:
    """Draws problems from tasks, all equally likely, unless a curriculum or the options of a reset decide.

    Args:
        tasks: Names (of the catalog, ``module:Class``), or `Task` objects of one's own.
        split: Instead of tasks, all those of ``train`` or ``test``; None with no tasks means all.
        level: Fixed level; None lets every problem draw its own.
        task: The only task, as the ids of single tasks give it; then neither ``tasks`` nor ``split`` may be given.
        held_out: True to draw only problems that are held out (`Problem.held_out`), False only others, None both.
        curriculum: Decides instead, where a reset has no options, and is told how those episodes ended.

    Raises:
        UnknownTask: a name is unknown.
        BadOption: an option is invalid or contradicts another, or there is no task to draw from.
    """

    def __init__(
        self,
        tasks: Sequence[str | Task] | None = None,
        split: str | None = None,
        level: int | None = None,
        task: str | Task | None = None,
        held_out: bool | None = None,
        curriculum: Sampler | None = None,
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
            raise BadOption(
                "Give either tasks or split, not both; r1ci/Train-v0 and r1ci/Test-v0 have a split: "
                "make r1ci/All-v0 with tasks=[...]."
            )
        if isinstance(tasks, str):
            raise BadOption(f"tasks must be a list of names: write tasks=[{tasks!r}].")
        if tasks is not None and not isinstance(tasks, Iterable):
            raise BadOption(f"tasks must be a list of names or of Task objects, got {tasks!r}.")
        self._own: dict[str, Task] = {}
        names: list[str] = []
        for entry in list_tasks(split=split) if tasks is None else tasks:
            entry = task_name(entry) if isinstance(entry, str) else entry
            own = get_task(entry) if isinstance(entry, str) and ":" in entry else entry
            if isinstance(own, Task):
                self._own[own.name] = own
            elif isinstance(own, type) and issubclass(own, Task):
                raise BadOption(f"tasks must hold objects, not classes: write {own.__name__}().")
            names.append(own.name if isinstance(own, Task) else own)
        if not names:
            raise BadOption("There is no task to draw from: tasks is empty.")
        for name in names[:1] if tasks is None else names:  # those of the catalog need no look
            found = self.task(name)
            if level is not None:
                level = found.require_level(level)
        self.names = tuple(names)
        self.level = level
        self.held_out = held_out
        self.curriculum: Sampler | None = None
        self._require_held_out_possible()
        if curriculum is not None:
            self.follow(curriculum)

    def task(self, name: str) -> Task:
        """Return the task called ``name``, one's own first."""
        return self._own.get(name) or get_task(name)

    def follow(self, curriculum: Sampler) -> None:
        """Have a curriculum decide from now on.

        Raises:
            BadOption: it is none, there is one already, something else decides, or it would be copied.
        """
        lacking = [name for name in ("sample", "observe") if not callable(getattr(curriculum, name, None))]
        if lacking or isinstance(curriculum, type):
            raise BadOption(
                "curriculum must be a sampler, such as r1ci_env.curricula.CellThompson(tasks), "
                f"and {curriculum!r} is none."
            )
        if self.curriculum is not None:
            raise BadOption("The environment has a curriculum already.")
        for option, value in (("level", self.level), ("held_out", self.held_out)):
            if value is not None:
                raise BadOption(f"The curriculum decides about every problem: leave {option} out, or the curriculum.")
        if _within_async_vector_env():
            raise BadOption(
                "AsyncVectorEnv copies the curriculum to each of its processes, so that none hears of the others' "
                "episodes. Leave vectorization_mode out: the vector environment of this package runs code in parallel "
                "by itself."
            )
        self.curriculum = curriculum

    def begin(self, rng: np.random.Generator, options: Mapping[str, Any] | None, rules: Rules) -> Episode:
        """Return a new episode about the problem that `draw` returns.

        The curriculum is told of its end if it chose the problem, and if it has one: an episode that is abandoned, or
        in which the sandbox failed, says nothing about the problem.
        """
        problem = self.draw(rng, options)
        return Episode(problem, self.task(problem.task).check, rules, self._observe if self._asks(options) else None)

    def draw(self, rng: np.random.Generator, options: Mapping[str, Any] | None = None) -> Problem:
        """Return the problem that ``options`` names, or a random one.

        Args:
            rng: Source of the task (where there are several) and of the seed; a curriculum has one of its own.
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
        if self._asks(options):
            return self._from_curriculum()
        name = options.get("task")
        if name is not None and self.task(name).name not in self.names:
            raise BadOption(
                f"{name!r} is not among the {len(self.names)} tasks of this environment. A problem of any task can be "
                "given as options={'problem': 'Task:level:seed'}."
            )
        for _ in range(MAX_TRIES):
            chosen_name = self.names[int(rng.integers(len(self.names)))] if name is None else name
            seed = int(rng.integers(2**31))
            problem = self.task(chosen_name).problem(seed, level=options.get("level", self.level))
            if self.held_out in (None, problem.held_out):
                return problem
        kind = "held out" if self.held_out else "not held out"
        raise BadOption(f"None of {MAX_TRIES} problems is {kind}: leave held_out out.")

    def _asks(self, options: Mapping[str, Any] | None) -> bool:
        """Whether the curriculum decides."""
        return self.curriculum is not None and not any((options or {}).get(key) is not None for key in RESET_OPTIONS)

    def _observe(self, episode: Episode) -> None:
        if self.curriculum is not None:
            self.curriculum.observe(episode.problem, [episode.correct])

    def _from_curriculum(self) -> Problem:
        assert self.curriculum is not None
        (problem,) = self.curriculum.sample(1)
        if problem.task not in self.names:
            raise BadOption(
                f"The curriculum chose {problem.ref}, but {problem.task} is not among the {len(self.names)} tasks of "
                "this environment: make both of the same tasks."
            )
        return problem

    def _require_held_out_possible(self) -> None:
        if self.held_out is not None and not isinstance(self.held_out, bool):
            raise BadOption(f"held_out must be True, False or None, got {self.held_out!r}.")
        tests = set(list_tasks(split="test"))
        barred = [name for name in self.names if name in tests] if self.held_out is False else []
        if barred:
            raise BadOption(
                f"Every problem of the test tasks is held out, of {', '.join(barred[:3])} as of the others: "
                "leave held_out=False out, or make training tasks, such as r1ci/Train-v0."
            )


def _within_async_vector_env() -> bool:
    """Whether this is called while Gymnasium's AsyncVectorEnv is made, or by one of its processes."""
    frame = sys._getframe()
    while (caller := frame.f_back) is not None:
        frame = caller
        if frame.f_globals.get("__name__") == "gymnasium.vector.async_vector_env":
            return True
    return False
