"""The problems of both splits by number, for peers whose data sets are numbered."""

from itertools import count
from typing import Any, Final

from r1ci_env.catalog import SPLITS
from r1ci_env.errors import as_integer, require_one_of
from r1ci_env.registry import get_task, list_tasks
from r1ci_env.task import Problem

PROBLEMS_A_TASK: Final = 1_000
"""Numbered problems of each task; the numbers go round the tasks."""

PREVIEW: Final = 100


class NumberedProblems:
    """What OpenEnv calls a TaskProvider: splits, and descriptions of their problems, none of which is made for that."""

    def list_splits(self) -> list[str]:
        """Return the names of the splits."""
        return list(SPLITS)

    def num_tasks(self, split: str) -> int:
        """Return how many problems of a split are numbered."""
        return len(_tasks(split)) * PROBLEMS_A_TASK

    def get_task(self, split: str, index: int) -> dict[str, Any]:
        """Return what a number says of its problem.

        Raises:
            BadOption: there is no such split, or the number is none.
            IndexError: there is no such number.
        """
        number, size, tasks = as_integer(index, "index"), self.num_tasks(split), _tasks(split)
        if not 0 <= number < size:
            raise IndexError(f"{split} has problems 0 to {size - 1}, not {number}.")
        return {"id": f"{split}-{number}", "split": split, "index": number, "task": tasks[number % len(tasks)]}

    def get_task_range(self, split: str, start: int | None = None, stop: int | None = None) -> list[dict[str, Any]]:
        """Return what the numbers of a slice say."""
        return [self.get_task(split, index) for index in range(self.num_tasks(split))[start:stop]]

    def list_tasks(self, split: str) -> list[dict[str, Any]]:
        """Return what the first numbers say; there are `num_tasks`."""
        return self.get_task_range(split, 0, PREVIEW)

    def numbered_problem(self, split: str, index: int) -> Problem:
        """Return the problem of a number, the same in every process; those of ``train`` are not held out.

        Raises:
            BadOption: there is no such split, or the number is none.
            IndexError: there is no such number.
        """
        described = self.get_task(split, index)
        task = get_task(described["task"])
        seeds = count(described["index"] // len(_tasks(split)), PROBLEMS_A_TASK)  # no other number begins with these
        problems = (task.problem(seed) for seed in seeds)
        return next(problem for problem in problems if split == "test" or not problem.held_out)


def _tasks(split: str) -> list[str]:
    require_one_of(split, SPLITS, "split")
    return list_tasks(split=split)
