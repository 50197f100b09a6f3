"""What policies are measured on, and what they came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption
from r1ci_env.evaluation import scores
from r1ci_env.held_out import held_out_problems
from r1ci_env.records import record
from r1ci_env.reference_trainer.engines.interface import Engine
from r1ci_env.reference_trainer.engines.local import LocalEngine
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.trajectory import Score, Trajectory
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

FIRST_SEED = 10**12
"""First seed of the problems, the same for every run."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a policy does on held-out problems.

    Attributes:
        greedy: With the likeliest token always.
        sampled: At temperature 1; None where that is not measured.
        left_out: Greedy, on tasks that were not trained; None where there are none.
    """

    greedy: Score
    sampled: Score | None = None
    left_out: Score | None = None

    @property
    def reward(self) -> float:
        """Share of right answers, whatever training rewards: sampled where that is measured, else greedy."""
        return (self.sampled or self.greedy).correct


def chosen_problems(tasks: Sequence[str], levels: Sequence[int], number: int) -> list[Problem]:
    """Return problems that are held out, the tasks and levels in turn, all of different questions.

    Raises:
        BadOption: the tasks have not so many.
    """
    each = {name: held_out_problems(get_task(name), levels, FIRST_SEED) for name in tasks}
    problems: list[Problem] = []
    while len(problems) < number and each:
        for name in list(each):
            found = next(each[name], None)
            if found is None:
                del each[name]
            elif len(problems) < number:
                problems.append(found)
    if len(problems) < number:
        raise BadOption(f"{', '.join(tasks)} have only {len(problems)} held-out questions, not {number}.")
    return problems


def right_shares(name: str, trajectories: Sequence[Trajectory]) -> dict[str, Any]:
    """Return the share of right answers and its 95 % Wilson interval, of all and of each task, as metrics.

    For ``held_out`` these are ``held_out``, ``held_out_low``, ``held_out_high`` and ``held_out/LCM``, and, in a mapping
    ``held_out_intervals``, the pair of bounds of each task. Episodes whose sandbox failed are left out.
    """
    records = [record(t.played) for t in trajectories]
    whole = scores.score(name, records)
    each = [task for task in scores.scores(records, scores.task_of) if task.rate is not None]
    return {
        name: whole.rate,
        f"{name}_low": whole.low,
        f"{name}_high": whole.high,
        **{f"{name}/{task.name}": task.rate for task in each},
        f"{name}_intervals": {task.name: (task.low, task.high) for task in each},
    }


def measure_on_the_way(
    policy: Policy,
    engine: Engine,
    arena: Arena,
    sets: Mapping[str, Sequence[Problem]],
    samplings: Mapping[str, Sampling],
) -> dict[str, Any]:
    """Play sets of problems, such as ``held_out``, in ways such as ``greedy``, with the engine that training has.

    Returns:
        What `right_shares` returns, by names such as ``held_out_greedy``; an empty set is left out.
    """
    found: dict[str, Any] = {}
    for name, problems in sets.items():
        for way, sampling in samplings.items():
            if problems:
                found |= right_shares(f"{name}_{way}", play(policy, problems, arena, sampling, engine=engine))
    if isinstance(engine, LocalEngine):
        engine.forget()  # a killed run goes on with a new one
    return found
