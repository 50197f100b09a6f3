"""Whatever chooses problems in the world of `curriculum_world`: our samplers, and those of other works.

The temperatures and thresholds of other works are theirs where they name them, and our choice otherwise; none is tuned.
"""

from collections.abc import Callable

import numpy as np
from curriculum_world import BATCH, CELLS, GROUP, LEVELS, POOL, STEPS, TASKS, Batch, Floats, Ints, World, problem_of

from r1ci_env.curricula import CellThompson, LevelLadder, Probe, ProblemThompson, StagedSampler, UniformSampler
from r1ci_env.curricula.fresh_sampler import FreshSampler

PROBE_ANSWERS = 20
CELL_OF = {(name, level + 1): i * LEVELS + level for i, name in enumerate(TASKS) for level in range(LEVELS)}


class Player:
    """Chooses a batch for each step, and hears what came of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng

    def batch(self, step: int) -> Batch:
        """Return the problems of a step."""
        raise NotImplementedError

    def answered(self, batch: Batch) -> tuple[Batch, Ints]:
        """Return the groups that are learnt from, and how many answers of each are right."""
        return batch, self.world.answer(batch, GROUP)

    def hear(self, batch: Batch, correct: Ints) -> None:
        """Take in the outcomes."""

    def estimate(self) -> tuple[Floats, Floats] | None:
        """Return what is believed and what is true, of the same things."""
        return None


class Ours(Player):
    """A sampler of ours that draws new problems."""

    def __init__(self, world: World, sampler: FreshSampler) -> None:
        super().__init__(world)
        self.sampler = sampler

    def batch(self, step: int) -> Batch:
        chosen = self.sampler.choose(BATCH)
        cells = [CELL_OF[task, level or int(self.rng.integers(LEVELS)) + 1] for task, level in chosen]
        return self.world.new(np.array(cells))

    def hear(self, batch: Batch, correct: Ints) -> None:
        for cell, right in zip(batch.cells.tolist(), correct.tolist(), strict=True):
            self.sampler.observe(problem_of(cell), [True] * right + [False] * (GROUP - right))

    def estimate(self) -> tuple[Floats, Floats] | None:
        if not isinstance(self.sampler, CellThompson):
            return None
        return np.array(list(self.sampler.success_rates().values())), self.world.cell_success()


class OursOneByOne(Ours):
    """The same, asked for one problem at a time, as by an environment."""

    def batch(self, step: int) -> Batch:
        return self.world.new(np.array([CELL_OF[cell] for _ in range(BATCH) for cell in self.sampler.choose(1)]))


class OursFromPool(Player):
    """A sampler of ours that draws from the fixed pool."""

    def __init__(self, world: World, make: Callable[[World], ProblemThompson | StagedSampler]) -> None:
        super().__init__(world)
        self.sampler = make(world)

    def batch(self, step: int) -> Batch:
        return self.world.from_pool(np.array([problem.seed for problem in self.sampler.sample(BATCH)]))

    def hear(self, batch: Batch, correct: Ints) -> None:
        for item, right in zip(batch.items.tolist(), correct.tolist(), strict=True):
            self.sampler.observe(problem_of(item // POOL, item), [True] * right + [False] * (GROUP - right))


def pool() -> list:
    """Return the problems of the pool, those left out that are held out."""
    return [p for i in range(CELLS * POOL) if not (p := problem_of(i // POOL, i)).held_out]


def staged(world: World, counted: bool = True) -> StagedSampler:
    """Return the paper's sampler, after a probe of the pool."""
    items = pool()
    correct = world.answer(world.from_pool(np.array([p.seed for p in items])), PROBE_ANSWERS)
    if not counted:
        world.rollouts = 0
    probes = [Probe(p.ref, int(k), PROBE_ANSWERS) for p, k in zip(items, correct, strict=True)]
    return StagedSampler(probes, BATCH * STEPS // 4, problems=items)


class TaskUniform(Player):
    """New problems, the tasks in turn, each at any level."""

    def batch(self, step: int) -> Batch:
        tasks = np.arange(step * BATCH, (step + 1) * BATCH) % len(TASKS)
        return self.world.new(tasks * LEVELS + self.rng.integers(0, LEVELS, BATCH))


class LevelThompson(Player):
    """New problems, the tasks evenly, the level of each by Thompson sampling."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._right, self._wrong = np.ones(CELLS), np.ones(CELLS)

    def batch(self, step: int) -> Batch:
        q = self.rng.beta(self._right, self._wrong).reshape(-1, LEVELS)
        tasks = self.rng.integers(0, len(TASKS), BATCH)
        return self.world.new(tasks * LEVELS + (q * (1 - q)).argmax(1)[tasks])

    def hear(self, batch: Batch, correct: Ints) -> None:
        for counts, more in ((self._right, correct), (self._wrong, GROUP - correct)):
            counts[:] = 1 + 0.97 * (counts - 1)
            np.add.at(counts, batch.cells, more)

    def estimate(self) -> tuple[Floats, Floats]:
        return self._right / (self._right + self._wrong), self.world.cell_success()


class MoPPS(Player):
    """A Beta posterior for each problem of the pool, Thompson samples nearest to one half (MoPPS)."""

    def __init__(self, world: World, decay: float) -> None:
        super().__init__(world)
        self._decay = decay
        self._right, self._wrong = np.ones(CELLS * POOL), np.ones(CELLS * POOL)

    def batch(self, step: int) -> Batch:
        q = self.rng.beta(self._right, self._wrong)
        return self.world.from_pool(np.argpartition(np.abs(q - 0.5), BATCH)[:BATCH])

    def hear(self, batch: Batch, correct: Ints) -> None:
        for counts, more in ((self._right, correct), (self._wrong, GROUP - correct)):
            counts[batch.items] = 1 + self._decay * (counts[batch.items] - 1) + more

    def estimate(self) -> tuple[Floats, Floats]:
        return self._right / (self._right + self._wrong), self.world.pool_success()


class Bandit(Player):
    """New problems of arms (tasks or cells), by a Boltzmann choice on the mean absolute advantage (SEC, DUMP).

    Args:
        world: The world.
        per: Levels to an arm: 5 for tasks, 1 for cells.
        temperature: Of the choice.
        bonus: Of an arm that was seldom drawn; DUMP has one.
    """

    def __init__(self, world: World, per: int, temperature: float, bonus: float = 0.0) -> None:
        super().__init__(world)
        self._per, self._temperature, self._bonus = per, temperature, bonus
        self._value, self._count = np.zeros(CELLS // per), np.zeros(CELLS // per)

    def batch(self, step: int) -> Batch:
        score = self._value + self._bonus * np.sqrt(2 * np.log(self._count.sum() + 1) / (self._count + 1))
        weight = np.exp((score - score.max()) / self._temperature)
        arms = self.rng.choice(len(weight), BATCH, p=weight / weight.sum())
        return self.world.new(arms * self._per + self.rng.integers(0, self._per, BATCH))

    def hear(self, batch: Batch, correct: Ints) -> None:
        advantages = 2 * correct * (GROUP - correct) / GROUP**2
        for arm, advantage in zip((batch.cells // self._per).tolist(), advantages.tolist(), strict=True):
            self._value[arm] += 0.3 * (advantage - self._value[arm])
            self._count[arm] += 1

    def estimate(self) -> tuple[Floats, Floats]:
        p = self.world.cell_success()
        return self._value, (p * (1 - p)).reshape(-1, self._per).mean(1)


class Resampling(Player):
    """Problems of the pool at random until enough groups have signal, all answers counted (DAPO)."""

    def answered(self, batch: Batch) -> tuple[Batch, Ints]:
        return self._filled(lambda more: (more, self.world.answer(more, GROUP)))

    def batch(self, step: int) -> Batch:
        return self.world.from_pool(self.rng.integers(0, CELLS * POOL, BATCH))

    def _filled(self, answer: Callable[[Batch], tuple[Batch, Ints]]) -> tuple[Batch, Ints]:
        """Draw batch after batch until there are enough groups; what is too much in the last is thrown away."""
        kept: list[Batch] = []
        counts: list[int] = []
        while len(counts) < BATCH:
            batch, correct = answer(self.batch(0))
            mixed = np.flatnonzero((correct > 0) & (correct < GROUP))
            kept += [batch[np.array([i])] for i in mixed]
            counts += correct[mixed].tolist()
        parts = [np.concatenate([getattr(b, f) for b in kept[:BATCH]]) for f in ("cells", "noise", "items")]
        return Batch(*parts), np.array(counts[:BATCH])


class Screening(Resampling):
    """The same after a screen: four answers first, the others only where those are mixed (SPEED)."""

    FIRST = 4

    def answered(self, batch: Batch) -> tuple[Batch, Ints]:
        return self._filled(self._screened)

    def _screened(self, batch: Batch) -> tuple[Batch, Ints]:
        first = self.world.answer(batch, self.FIRST)
        mixed = np.flatnonzero((first > 0) & (first < self.FIRST))
        return batch[mixed], first[mixed] + self.world.answer(batch[mixed], GROUP - self.FIRST)


class DifficultyPools(Player):
    """Problems of the pool, those whose last group was nearly all right or wrong at a tenth (prime-rl's pools)."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._last = np.full(CELLS * POOL, 0.5)

    def batch(self, step: int) -> Batch:
        weight = np.where((self._last > 0.05) & (self._last < 0.95), 1.0, 0.1)
        return self.world.from_pool(self.rng.choice(CELLS * POOL, BATCH, False, weight / weight.sum()))

    def hear(self, batch: Batch, correct: Ints) -> None:
        self._last[batch.items] = correct / GROUP


class PromptReplay(Player):
    """Half of a batch are problems that were of medium difficulty, after a pause and a few times only."""

    PAUSE, USES = 5, 8

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._last, self._when = np.full(CELLS * POOL, -1.0), np.full(CELLS * POOL, -99)
        self._uses = np.zeros(CELLS * POOL, int)
        self._step = 0

    def batch(self, step: int) -> Batch:
        self._step = step
        medium = (self._last > 0.2) & (self._last < 0.8) & (step - self._when > self.PAUSE) & (self._uses < self.USES)
        again = np.flatnonzero(medium)
        again = again[np.argsort(np.abs(self._last[again] - 0.5))][: BATCH // 2]
        return self.world.from_pool(
            np.concatenate([again, self.rng.choice(CELLS * POOL, BATCH - len(again), replace=False)])
        )

    def hear(self, batch: Batch, correct: Ints) -> None:
        self._last[batch.items], self._when[batch.items] = correct / GROUP, self._step
        self._uses[batch.items] += 1


class Oracle(Player):
    """The problems of the pool whose true p(1 - p) is largest."""

    def batch(self, step: int) -> Batch:
        p = self.world.pool_success()
        return self.world.from_pool(np.argpartition(np.abs(p - 0.5), BATCH)[:BATCH])


PLAYERS: dict[str, Callable[[World], Player]] = {
    "uniform": lambda w: Ours(w, UniformSampler(TASKS)),
    "task-uniform": TaskUniform,
    "staged, probe counted": lambda w: OursFromPool(w, staged),
    "staged, probe not counted": lambda w: OursFromPool(w, lambda world: staged(world, counted=False)),
    "DAPO resampling": Resampling,
    "SPEED screen": Screening,
    "MoPPS": lambda w: MoPPS(w, 1.0),
    "MoPPS with decay": lambda w: MoPPS(w, 0.5),
    "SEC (tasks)": lambda w: Bandit(w, LEVELS, 0.25),
    "SEC (cells)": lambda w: Bandit(w, 1, 0.15),
    "DUMP": lambda w: Bandit(w, LEVELS, 0.25, 0.3),
    "difficulty pools": DifficultyPools,
    "prompt replay": PromptReplay,
    "level ladder": lambda w: Ours(w, LevelLadder(TASKS)),
    "level by Thompson, tasks evenly": LevelThompson,
    "ProblemThompson": lambda w: OursFromPool(w, lambda _: ProblemThompson(pool())),
    "CellThompson, floor 0": lambda w: Ours(w, CellThompson(TASKS, floor=0)),
    "CellThompson": lambda w: Ours(w, CellThompson(TASKS)),
    "CellThompson, one by one": lambda w: OursOneByOne(w, CellThompson(TASKS)),
    "CellThompson, floor 1": lambda w: Ours(w, CellThompson(TASKS, floor=1)),
    "oracle": Oracle,
}
"""Who is compared."""
