"""Which problems a run plays: held out ones of each task, or a user's own copy of original items."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from r1ci_env import official
from r1ci_env.errors import BadOption, require_one_of
from r1ci_env.held_out import held_out_problems
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

T = TypeVar("T")

LOADERS: Final[Mapping[str, Callable[[Path], list[Problem]]]] = {
    "symbench": official.load_symbench,
    "bbh": official.load_bbh,
    "reasoning_gym": official.load_reasoning_gym,
}


def draw(tasks: Sequence[str], levels: Sequence[int], per_task: int, seed: int = 0) -> Iterator[Problem]:
    """Yield held-out problems of different questions: one of each task in turn, its levels in turn.

    So whatever is played first has something of everything. A task that has too few questions gives those that it has.

    Args:
        tasks: Names of tasks.
        levels: Difficulties; empty for all that a task has.
        per_task: Problems of each task.
        seed: Seed from which they are looked for.
    """
    return _in_turn([islice(_of_task(name, levels, seed), per_task) for name in tasks])


def _of_task(name: str, levels: Sequence[int], seed: int) -> Iterator[Problem]:
    task, seen = get_task(name), set()
    for problem in _in_turn([held_out_problems(task, [level], seed) for level in levels or task.levels]):
        if problem.question not in seen:
            seen.add(problem.question)
            yield problem


def _in_turn(iterators: Sequence[Iterator[T]]) -> Iterator[T]:
    """Yield one of each in turn, until all are used up."""
    left = list(iterators)
    while left:
        for iterator in list(left):
            try:
                yield next(iterator)
            except StopIteration:
                left.remove(iterator)


def read_official(places: Sequence[str]) -> dict[str, Path]:
    """Return the folders in texts such as ``bbh=DIR``, by benchmark.

    Raises:
        BadOption: one has another form, or names an unknown benchmark or a place that is not there.
    """
    found: dict[str, Path] = {}
    for text in places:
        benchmark, equals, place = text.partition("=")
        if not equals or not place:
            raise BadOption(f"--official is written like bbh=DIR, not {text!r}.")
        require_one_of(benchmark, LOADERS, "benchmark")
        if not Path(place).exists():
            raise BadOption(f"--official {text}: {place} does not exist.")
        found[benchmark] = Path(place)
    return found


def draw_official(
    places: Mapping[str, Path], tasks: Sequence[str], per_task: int | None = None, seed: int = 0
) -> list[Problem]:
    """Return original items of some tasks, those of each task in turn.

    Args:
        places: Folders or files, by benchmark.
        tasks: Names of tasks; items of others are passed over.
        per_task: Items of each task, drawn with ``seed``; None for all.
        seed: Decides which they are.

    Raises:
        BadOption: there is none.
    """
    each: dict[str, list[Problem]] = {}
    for benchmark, place in places.items():
        for problem in LOADERS[benchmark](place):
            if problem.task in tasks:
                each.setdefault(problem.task, []).append(problem)
    if not each:
        raise BadOption(f"{', '.join(map(str, places.values()))}: no item of the tasks that were chosen.")
    for name, problems in each.items():
        if per_task is not None:
            random.Random(f"{seed}:{name}").shuffle(problems)
            del problems[per_task:]
    return list(_in_turn([iter(problems) for problems in each.values()]))
