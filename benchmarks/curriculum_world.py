"""A world that samplers are compared in: the suite's structure, and learners whose gradients are exact.

The logit of a problem is the ability in its task, less a slope for each level, plus noise of its own. A group of
answers moves it by the exact gradient of a policy of one logit (`r1ci_env.curricula.potential`). A part of that stays
with the problem, a part goes to its task at all levels, and a small part to all tasks. It is a model: only rankings
count.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import r1ci_env
from r1ci_env.task import Problem

TASKS = r1ci_env.list_tasks(split="train")
LEVELS = 5
POOL = 40
"""Problems of each cell in the fixed pool, for samplers that need one."""
GROUP, BATCH, STEPS = 8, 64, 150
CELLS = len(TASKS) * LEVELS

_nodes, _weights = np.polynomial.hermite_e.hermegauss(9)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def sigmoid(z: Floats) -> Floats:
    """Return success rates."""
    return 1 / (1 + np.exp(-z))


@dataclass(frozen=True)
class Setting:
    """How the learner learns, and what the world is like."""

    divided: bool = False
    """Whether advantages are divided by the group's deviation (GRPO) or not (Dr.GRPO)."""
    rate: float = 0.5
    """Learning rate."""
    to_task: float = 0.24
    """Part of a gradient that goes to the task, ..."""
    to_all: float = 0.0002
    """... and part that goes to each of all the tasks."""
    forgetting: float = 0.0
    """Part of what was learnt about a task that is lost in a step."""
    equal: bool = False
    """Whether all problems begin with a success rate of one half: a control in which there is nothing to choose."""


@dataclass(frozen=True)
class Batch:
    """Problems that are answered together: their cells, their noise, and their places in the pool (-1 for new ones)."""

    cells: Ints
    noise: Floats
    items: Ints

    def __getitem__(self, chosen: Ints) -> "Batch":
        return Batch(self.cells[chosen], self.noise[chosen], self.items[chosen])


class World:
    """Tasks, problems and the policy that learns them.

    Attributes:
        rng: All that is random, the samplers' own draws apart.
        rollouts: Answers given so far.
    """

    def __init__(self, seed: int, setting: Setting) -> None:
        self.rng = np.random.default_rng(seed)
        self.setting = setting
        count = len(TASKS)
        self._start = self.rng.normal(0.0, 2.2, count)
        self._slope = self.rng.uniform(0.5, 1.6, count)
        self._noise = self.rng.normal(0.0, 1.0, CELLS * POOL)
        self._width = 0.0 if setting.equal else 1.0
        if setting.equal:
            self._start[:] = self._slope[:] = self._noise[:] = 0.0
        self._ability = self._start.copy()
        self._memory = np.zeros(CELLS * POOL)
        self._before = self.cell_success()
        self.rollouts = 0
        self.groups_with_signal = self.groups = 0

    def new(self, cells: Ints) -> Batch:
        """Return new problems."""
        return Batch(cells, self._width * self.rng.normal(size=len(cells)), np.full(len(cells), -1))

    def from_pool(self, items: Ints) -> Batch:
        """Return problems of the pool, item i being of cell ``i // POOL``."""
        return Batch(items // POOL, self._noise[items], items)

    def success(self, batch: Batch) -> Floats:
        """Return the success rates of problems."""
        tasks, levels = np.divmod(batch.cells, LEVELS)
        memory = np.where(batch.items < 0, 0.0, self._memory[batch.items])
        return sigmoid(self._ability[tasks] - self._slope[tasks] * levels + batch.noise + memory)

    def pool_success(self) -> Floats:
        """Return the success rates of the whole pool."""
        return self.success(self.from_pool(np.arange(CELLS * POOL)))

    def cell_success(self) -> Floats:
        """Return the mean success rate of new problems, of each cell."""
        z = self._ability[:, None] - self._slope[:, None] * np.arange(LEVELS)
        return (sigmoid(z[..., None] + self._width * _nodes) @ (_weights / _weights.sum())).ravel()

    def answer(self, batch: Batch, answers: int) -> Ints:
        """Return how many of so many answers to each problem are right."""
        self.rollouts += answers * len(batch.cells)
        return self.rng.binomial(answers, self.success(batch))

    def learn(self, batch: Batch, correct: Ints) -> None:
        """Take one step on groups of answers."""
        setting = self.setting
        variance = correct * (GROUP - correct) / GROUP**2
        gradient = setting.rate * (0.5 * np.sqrt(variance) if setting.divided else variance)
        self._ability += setting.to_all * gradient.sum() - setting.forgetting * (self._ability - self._start)
        np.add.at(self._ability, batch.cells // LEVELS, setting.to_task * gradient)
        known = batch.items >= 0
        np.add.at(self._memory, batch.items[known], gradient[known])
        self.groups += len(correct)
        self.groups_with_signal += int((variance > 0).sum())

    def gains(self) -> Floats:
        """Return what each task has gained on new problems of all levels, in percentage points."""
        return 100 * (self.cell_success() - self._before).reshape(len(TASKS), LEVELS).mean(1)


def problem_of(cell: int, number: int = 0) -> Problem:
    """Return a stand-in for a problem of a cell, as samplers know it."""
    return Problem(TASKS[cell // LEVELS], cell % LEVELS + 1, number, f"{cell} {number}", {}, "-")
