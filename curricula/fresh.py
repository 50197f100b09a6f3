"""New problems by seeds that count up."""

from collections.abc import Collection, Iterable

from r1ci_env.curricula.checks import at_least, several
from r1ci_env.errors import BadOption
from r1ci_env.registry import get_task
from r1ci_env.task import Problem, Task

MAX_TRIES = 1_000
"""Problems in a row that may be held out or excluded, before their task is taken to have no others."""


def training_tasks(tasks: Iterable[str | Task]) -> dict[str, Task]:
    """Return tasks by name.

    Raises:
        R1ciError: there is none, one is unknown or given twice, or is a test task, whose problems are all held out.
    """
    found: dict[str, Task] = {}
    for entry in several(tasks, "tasks"):
        task = entry if isinstance(entry, Task) else get_task(entry)
        if task.name in found:
            raise BadOption(f"{task.name} is given twice.")
        if task.split == "test":
            raise BadOption(
                f"{task.name} belongs to the test split, whose problems are all held out: a curriculum is made of "
                "training tasks, r1ci_env.list_tasks(split='train')."
            )
        found[task.name] = task
    if not found:
        raise BadOption("There is no task to draw from: tasks is empty.")
    return found


class FreshProblems:
    """Makes problems with seeds that were not used before, none of them held out.

    Args:
        tasks: Names of training tasks, or `Task` objects.
        first_seed: Seed of the first problem; they count up from there, over all tasks.
        exclude: Questions that must not come up.

    Attributes:
        tasks: The tasks by name.
        next_seed: Seed of the next problem, and all that there is to save.
    """

    def __init__(self, tasks: Iterable[str | Task], first_seed: int = 0, exclude: Collection[str] = ()) -> None:
        self.tasks = training_tasks(tasks)
        self.next_seed = at_least(0, first_seed, "first_seed")
        self._exclude = frozenset(several(exclude, "exclude"))

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Every task with each of its levels, task after task."""
        return [(name, level) for name, task in self.tasks.items() for level in task.levels]

    def make(self, task: str, level: int | None) -> Problem:
        """Return a new problem of a task; with no level, of one drawn from its seed.

        Raises:
            BadOption: the task gave nothing but problems that must not be drawn.
        """
        for _ in range(MAX_TRIES):
            problem = self.tasks[task].problem(self.next_seed, level)
            self.next_seed += 1
            if not problem.held_out and problem.question not in self._exclude:
                return problem
        raise BadOption(
            f"{MAX_TRIES} problems in a row of {task}, level {level}, were held out or excluded: "
            "it has too few questions for a curriculum."
        )
