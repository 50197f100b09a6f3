"""What the samplers of new problems share: a subclass says which tasks and levels come next, and what it learns."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from r1ci_env.curricula.checks import at_least, count_correct, require_fields, require_lists, require_same, several
from r1ci_env.curricula.fresh import FreshProblems
from r1ci_env.curricula.group_signal import GroupSignal
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem, Task


class FreshSampler(ABC):
    """Draws problems that are made for the draw, by seeds that count up; none is held out.

    Args:
        tasks: Names of training tasks, or `Task` objects.
        levels: Difficulties; None means all.
        seed: Decides the draws.
        first_seed: Seed of the first problem; they count up from there.
        exclude: Questions that must not come up.
    """

    def __init__(
        self,
        tasks: Iterable[str | Task],
        levels: Iterable[int] | None = None,
        seed: int = 0,
        first_seed: int = 0,
        exclude: Collection[str] = (),
    ) -> None:
        self._fresh = FreshProblems(tasks, first_seed, exclude)
        self._tasks = self._fresh.tasks
        wanted = None if levels is None else several(levels, "levels")
        if wanted == []:
            raise BadOption("levels names none: leave it out for all.")
        self._levels = {
            name: list(task.levels) if wanted is None else sorted({task.require_level(level) for level in wanted})
            for name, task in self._tasks.items()
        }
        self._names = list(self._tasks)
        self._seed = at_least(0, seed, "seed")
        self._drawn = 0
        self._signal = GroupSignal()

    def choose(self, count: int) -> list[tuple[str, int | None]]:
        """Return the tasks and levels of the next problems; a problem without a level draws its own."""
        return self._choose(at_least(0, count, "count"))

    def sample(self, count: int) -> list[Problem]:
        """Return the next ``count`` problems."""
        return [self._fresh.make(task, level) for task, level in self.choose(count)]

    def observe(self, problem: Problem, correct: Sequence[bool]) -> None:
        """Learn from the outcomes of a group; one about none of the sampler's tasks is passed over."""
        several([problem], "observe()", Problem)
        right, answers = count_correct(correct)
        if problem.level in self._levels.get(problem.task, ()) and answers:
            self._signal.observe(right, answers)
            self._learn(problem.task, problem.level, right, answers)

    def metrics(self) -> dict[str, float]:
        """Return numbers for a log: the share of the latest groups with signal, and what the sampler has of its own."""
        return {**self._signal.metrics(), **self._metrics()}

    def state_dict(self) -> dict[str, Any]:
        """Return what `load_state_dict` needs to go on from here, in plain JSON values."""
        own = {"drawn": self._drawn, "next_seed": self._fresh.next_seed, "signal": self._signal.state()}
        return {"tasks": list(self._names), **own, **self._state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where another sampler of the same arguments was.

        Raises:
            BadOption: a field is unknown, missing or malformed, or the state is of a sampler with other tasks.
        """
        require_fields(state, self.state_dict(), self)
        require_same(state, "tasks", self._names, self)
        require_lists(state, {"signal": 2}, self)
        drawn, next_seed = (at_least(0, state[field], field) for field in ("drawn", "next_seed"))
        self._restore(state)
        self._signal.restore(state["signal"])
        self._drawn, self._fresh.next_seed = drawn, next_seed

    @abstractmethod
    def _choose(self, count: int) -> list[tuple[str, int | None]]:
        """Return the next tasks and levels, counting them in ``self._drawn``."""

    def _learn(self, task: str, level: int, correct: int, answers: int) -> None:  # noqa: B027
        """Take in the outcomes of a group; nothing to do for a sampler that does not learn."""

    def _metrics(self) -> dict[str, float]:
        return {}

    def _state(self) -> dict[str, Any]:
        return {}

    def _restore(self, state: dict[str, Any]) -> None:  # noqa: B027
        """Take over the fields of `_state`, all or none of them."""
