"""Making demonstrations: what is shown of which task, played and kept if it is right."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from r1ci_env.demonstrations.formats import FORMATS, Script
from r1ci_env.demonstrations.phrases import plan_of
from r1ci_env.demonstrations.stage import Demonstration, Stage
from r1ci_env.demonstrations.variety import skeleton, varied
from r1ci_env.env import SandboxLike
from r1ci_env.episode import Rules
from r1ci_env.errors import BadOption, as_integer, did_you_mean, require_one_of
from r1ci_env.programs import program as program_of
from r1ci_env.registry import get_task
from r1ci_env.task import Problem, Task

SHARES: Final = {"text": 0.17, "program": 0.46, "repair": 0.12, "check": 0.15, "mend": 0.05, "refute": 0.05}
"""How much of a set each format is meant to have; what no task can give goes to ``program``."""

MOST_ALIKE: Final = 0.2
"""Share of a task's programs that may be equal but for their literals."""

VARIANTS: Final = 8
"""Ways to write a program of which the one least used so far is taken."""

TRIES: Final = 12
"""New problems that are tried, at most, until one lends itself to a format; the others are kept for later."""

LAST_TRIES: Final = 60
"""As many where there is no other format to fall back to."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a set of demonstrations is to be.

    Attributes:
        tasks: Names of the tasks.
        per_task: Demonstrations of each.
        levels: Difficulties, in turn.
        seed: Decides the problems and everything that is drawn.
        shares: Format to share of the whole set.
        keep: Whether only those that earn the full reward are kept, or all; then turns that fail are learnt as well.
        bare: Whether programs stand as the tasks write them, without words around them and in one way only.
        rules: Options of the environments.
    """

    tasks: tuple[str, ...]
    per_task: int = 70
    levels: tuple[int, ...] = (1, 2, 3)
    seed: int = 0
    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARES))
    keep: Literal["right", "all"] = "right"
    bare: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise `R1ciError` for what no set can be made of: an unknown task, level or format, or shares of no use."""
        for name in ("tasks", "levels"):
            if not isinstance(getattr(self, name), list | tuple):
                raise BadOption(f"{name} must be a list: write [{getattr(self, name)!r:.80}].")
        for name in ("shares", "rules"):
            if not isinstance(getattr(self, name), Mapping):
                raise BadOption(f"{name} must be a mapping from names to values, not {getattr(self, name)!r:.80}.")
        for name, share in self.shares.items():
            if name not in FORMATS:
                raise BadOption(
                    f"Unknown format {name!r}: the formats are {', '.join(FORMATS)}.{did_you_mean(name, FORMATS)}"
                )
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
                raise BadOption(f"The share of {name} must be from 0 to 1, got {share!r}.")
        require_one_of(self.keep, ("right", "all"), "keep")
        Rules.from_options(self.rules)
        if sum(self.shares.values()) > 1.0001:
            raise BadOption(f"The shares add up to {sum(self.shares.values()):g}, which is more than 1.")
        if as_integer(self.per_task, "per_task") < 1 or not self.levels or not self.tasks:
            raise BadOption("There is nothing to make: name tasks, levels and a number per task.")
        for task in self.tasks:
            for level in self.levels:
                get_task(task).require_level(level)


@dataclass(frozen=True, slots=True)
class Abilities:
    """Which formats a task's problems lend themselves to."""

    task: str
    formats: frozenset[str]


def abilities(name: str, settings: Settings, sample: int = 4) -> Abilities:
    """Look at a few problems of a task for what can be shown of it."""
    task = get_task(name)
    problems = [task.problem(-1 - i, level) for level in settings.levels for i in range(sample)]
    found = {"guess"}
    if any(task.reasons(problem) for problem in problems):
        found.add("text")
    if any(task.program(problem) for problem in problems):
        found |= {"program", "repair", "wrong"}
        if any(task.verification(problem, problem.answer) for problem in problems):
            found |= {"check", "mend"}
    if any(len(task.hypotheses(problem)) > 1 for problem in problems):
        found.add("refute")
    return Abilities(name, frozenset(found))


def plan_formats(able: Sequence[Abilities], settings: Settings) -> dict[str, list[str]]:
    """Return the formats of each task's demonstrations, so that the whole set has the shares that are wanted.

    The rarest formats are dealt first, evenly over the tasks that can show them, to at most half of a task's
    demonstrations each; what is left over is programs, or text for the tasks that have none.
    """
    wanted = {name: round(share * settings.per_task * len(able)) for name, share in settings.shares.items()}
    plan: dict[str, list[str]] = {a.task: [] for a in able}
    basic = {a.task: "program" if "program" in a.formats else "text" for a in able}
    for a in able:
        if basic[a.task] == "text" and "text" in a.formats:
            plan[a.task] = ["text"] * settings.per_task
            wanted["text"] = wanted.get("text", 0) - settings.per_task
    for name in sorted(wanted, key=lambda n: (sum(n in a.formats for a in able), n)):
        if name == "program":
            continue
        left = wanted[name]
        while left > 0:
            most = settings.per_task if settings.keep == "all" else (settings.per_task + 1) // 2
            open_to = [
                a.task
                for a in able
                if name in a.formats and len(plan[a.task]) < settings.per_task and plan[a.task].count(name) < most
            ]
            if not open_to:
                break
            for task in open_to[:left]:
                plan[task].append(name)
            left -= min(left, len(open_to))
    for a in able:
        if "program" in a.formats:
            plan[a.task] += ["program"] * (settings.per_task - len(plan[a.task]))
        random.Random(f"formats:{settings.seed}:{a.task}").shuffle(plan[a.task])
    return plan


def make_task(name: str, formats: Sequence[str], settings: Settings, sandbox: SandboxLike) -> list[Demonstration]:
    """Make the demonstrations of one task, each of a question of its own that is not held out.

    A problem that does not lend itself to a format is kept for another; where none of a few does, it becomes a
    program, or text.
    """
    task = get_task(name)
    problems = problems_of(task, settings)
    used: Counter[str] = Counter()
    kept: list[Problem] = []
    unfit: set[tuple[str, str]] = set()
    made: list[Demonstration] = []
    for wanted in formats:
        styles = list(dict.fromkeys((wanted, *(("program", "text") if settings.keep == "right" else ()))))
        for style in styles:
            tries = TRIES if style != styles[-1] else LAST_TRIES
            for problem in itertools.chain(list(kept), itertools.islice(problems, tries)):
                if (style, problem.ref) in unfit:
                    continue
                if problem not in kept:
                    kept.append(problem)
                found = _demonstration(task, problem, style, settings, sandbox, used)
                if found is not None:
                    kept.remove(problem)
                    made.append(found)
                    break
                unfit.add((style, problem.ref))
            else:
                continue
            break
    return made


def problems_of(task: Task, settings: Settings) -> Iterator[Problem]:
    """Yield problems with new questions, the levels in turn, as long as new ones turn up."""
    seen: set[str] = set()
    misses = number = 0
    while misses < 200:
        level = settings.levels[number % len(settings.levels)]
        seed = random.Random(f"demonstration:{settings.seed}:{task.name}:{number}").getrandbits(40)
        problem = task.problem(seed, level)
        number += 1
        if problem.held_out or problem.question in seen:
            misses += 1
            continue
        misses = 0
        seen.add(problem.question)
        yield problem


def _demonstration(
    task: Task, problem: Problem, name: str, settings: Settings, sandbox: SandboxLike, used: Counter[str]
) -> Demonstration | None:
    """Return a demonstration of a format; None where the problem does not lend itself to it."""
    rng = random.Random(f"script:{settings.seed}:{problem.ref}:{name}")
    text, plan = ("", "") if name == "text" else _program(task, problem, settings, rng, used)
    if (not text and name not in ("text", "guess")) or (name == "text" and not task.reasons(problem)):
        return None
    stage = Stage(task, problem, sandbox, settings.rules)
    FORMATS[name](Script(stage, rng, text, plan, settings.bare, settings.keep == "all"))
    found = stage.finished(name)
    if found is None or (found.reward != 1.0 and settings.keep == "right"):
        return None
    used[skeleton(text)] += 1
    return found


def _program(
    task: Task, problem: Problem, settings: Settings, rng: random.Random, used: Counter[str]
) -> tuple[str, str]:
    """Return the program of a problem in a way that was not used too often, and its plan."""
    text = task.program(problem)
    if text is None:
        return "", ""
    plan = plan_of(task.plan(problem))
    functions = task.solver_functions
    plain = "solve_plainly" in functions and problem.level <= task.plain_levels
    own = type(task).program is not Task.program
    if plain and not own and rng.random() < 0.15:  # the general method, where it is short too
        other = program_of(functions["solve"], task.instance(problem))
        if other.count("\n") <= 25:
            text, plan = other, plan_of(functions["solve"].__doc__ or "")
    if settings.bare:
        return text, plan
    variants = [varied(text, rng) for _ in range(VARIANTS)]
    return min(variants, key=lambda v: (used[skeleton(v)], variants.index(v))), plan
