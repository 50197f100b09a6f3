"""What policies are measured on, and what they came to."""

from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass, replace
from typing import Any

from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption
from r1ci_env.evaluation import scores
from r1ci_env.held_out import held_out_problems
from r1ci_env.records import record
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.config import TrainConfig
from r1ci_env.reference_trainer.engines.interface import Engine
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.rollout import Sampling, engine_for, play
from r1ci_env.reference_trainer.trajectory import Score, Trajectory, score
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


def sampling_of(config: TrainConfig, what: str, temperature: float = 0.0) -> Sampling:
    """Return how ``what`` is sampled in a run, always with the same random numbers."""
    seed = seeds.rng(what, config.seed).getrandbits(63)
    return Sampling(temperature, seed, config.max_episode_tokens, config.max_turn_tokens, config.grpo.in_step)


class Measurements:
    """Plays the held-out problems of a run, those of its tasks and of tasks left out; each time with one engine.

    Args:
        config: Settings of the run.
        arena: Where episodes are played.

    Raises:
        BadOption: there are not so many held-out problems.
    """

    def __init__(self, config: TrainConfig, arena: Arena) -> None:
        self._config = config
        self._arena = arena
        measured = config.evaluation
        self._sets = {
            "held_out": chosen_problems(config.tasks, config.levels, measured.problems),
            "left_out": chosen_problems(measured.left_out, config.levels, measured.left_out_problems),
        }
        self._ways = {"greedy": 0.0, "sampled": 1.0} if measured.sampled else {"greedy": 0.0}

    def after_phase(self, policy: Policy) -> tuple[Evaluation, list[Trajectory]]:
        """Return what a policy does, and the greedy episodes."""
        played = self._play(policy, [*(f"held_out_{way}" for way in self._ways), "left_out_greedy"])
        scores = {name: score(trajectories) for name, trajectories in played.items()}
        found = Evaluation(scores["held_out_greedy"], scores.get("held_out_sampled"), scores.get("left_out_greedy"))
        return found, played["held_out_greedy"] + played.get("left_out_greedy", [])

    def on_the_way(self, policy: Policy, engine: Engine | None = None, **limits: Any) -> dict[str, Any]:
        """Return the metrics of a policy that is being trained.

        Args:
            policy: The policy.
            engine: That of its training, if it has one.
            **limits: Of `Sampling`, in place of those of the run.

        Returns:
            What `right_shares` returns, by names such as ``held_out_greedy``, and what `score` does, as
            ``held_out_greedy_answered``.
        """
        found: dict[str, Any] = {}
        names = [f"{name}_{way}" for name in self._sets for way in self._ways]
        for name, trajectories in self._play(policy, names, engine, **limits).items():
            found |= right_shares(name, trajectories)
            found |= {f"{name}_{field}": value for field, value in asdict(score(trajectories)).items()}
        return found

    def _play(
        self, policy: Policy, names: Sequence[str], engine: Engine | None = None, **limits: Any
    ) -> dict[str, list[Trajectory]]:
        """Play sets in ways, such as ``held_out_greedy``; an empty set is left out."""
        found = {}
        sampling = replace(sampling_of(self._config, "evaluation"), **limits)
        most = max(map(len, self._sets.values()))
        own = (
            nullcontext(engine)
            if engine
            else closing(engine_for(policy, most, self._arena, sampling.max_episode_tokens))
        )
        with own as sampler:
            for name in names:
                of, _, way = name.rpartition("_")
                if problems := self._sets[of]:
                    at = replace(sampling, temperature=self._ways[way])
                    found[name] = play(policy, problems, self._arena, at, engine=sampler)
                    sampler.forget()  # a killed run goes on with a new one
        return found
