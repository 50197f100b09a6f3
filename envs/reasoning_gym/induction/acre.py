"""Acre: which objects switch a light on, and what is known of a new set of them."""

import itertools
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.task import Problem, Task

SHAPES = {  # objects, experiments, most objects in one, blickets if their number is told
    1: (4, 4, 2, None),
    2: (6, 6, 4, None),
    3: (8, 7, 4, 2),
    4: (10, 8, 5, 3),
    5: (12, 10, 5, 4),
}
QUERIES = 12
COLOURS = ("red", "blue", "green", "yellow", "purple", "gray", "brown", "cyan", "white", "orange")
MATERIALS = ("metal", "rubber", "wooden", "glass")
FORMS = ("cube", "sphere", "cylinder", "cone", "ring")
STATES = ("on", "off", "undetermined")
Trial = tuple[Sequence[str], bool]


class Acre(Task):
    """Say whether a set of objects switches the light on, off, or neither is certain.

    Description:
        A light goes on exactly if at least one of the objects put before it is a blicket. Some experiments are
        told; whether the light goes on for a new set of objects is asked for.

    Answer format:
        ``on``, ``off`` or ``undetermined``.

    Levels:
        4 objects and 4 experiments at level 1; 6 and 6 at level 2, about the original's. From level 3 on the number
        of blickets is told, so that more can be concluded; 12 objects with 4 blickets at level 5.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        Reasoning-Gym acre. The question states the law of the light, which the original leaves to be guessed. All
        sets of blickets that fit the experiments are listed; the three answers are equally likely.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the answer and the size of the set, then experiments until they go together."""
        wanted, size = rng.choice(STATES), rng.randint(1, 3)
        count, experiments, most, blickets = SHAPES[level]
        every = list(itertools.product(COLOURS, MATERIALS, FORMS))
        while True:
            objects = [" ".join(o) for o in rng.sample(every, count)]
            hidden = set(rng.sample(objects, blickets or rng.randint(1, count // 2)))
            sets = [rng.sample(objects, rng.randint(1, most)) for _ in range(experiments)]
            trials = [(tested, not hidden.isdisjoint(tested)) for tested in sets]
            fitting = _fitting(objects, trials, blickets)
            queries = [rng.sample(objects, size) for _ in range(QUERIES)]
            queries = [query for query in queries if _state(fitting, query) == wanted]
            if queries and len({frozenset(tested) for tested in sets}) == experiments:
                break
        listed = "\n".join(f"{', '.join(tested)} -> {'on' if on else 'off'}" for tested, on in trials)
        told = (
            f"Exactly {blickets} of these {count} objects are blickets: {', '.join(objects)}."
            if blickets
            else "Any number of objects may be blickets."
        )
        question = (
            "Some objects are blickets; which ones cannot be seen. A light goes on exactly if at least one of the "
            f"objects before it is a blicket. {told}\n\nExperiments, and the light:\n{listed}\n\n"
            f"New set: {', '.join(queries[0])}\n"
            "Is the light certainly on, certainly off, or do the experiments leave it open? Answer in triple angle "
            "brackets: <<<on>>>, <<<off>>> or <<<undetermined>>>."
        )
        return self.new_problem(level, question, {"objects": count}, wanted)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, *STATES) == problem.answer

    def size(self, problem: Problem) -> float:
        """Number of objects."""
        return float(problem.data["objects"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the experiments and the test case, by the law that our question states."""
        trials = _trials(item["question"], "→")
        query = re.search(r"New test case:\s*\n(.*)", item["question"])[1].split(", ")
        objects = sorted({name for tested, _ in trials for name in tested} | set(query))
        fitting = _fitting(objects, trials, None)
        flaw = None if fitting else "the experiments contradict each other"
        answer = _state(fitting, query) if fitting else "(none)"
        if fitting and answer != item["answer"]:
            flaw = "the stored answer does not follow from the experiments"
        return self.official_problem(item["question"], {"objects": len(objects)}, answer, item["answer"], flaw)


def _trials(question: str, arrow: str) -> list[Trial]:
    found = re.findall(rf"^(.+) {arrow} (on|off)$", question, re.M)
    return [(tested.split(", "), light == "on") for tested, light in found]


def _fitting(objects: Sequence[str], trials: Sequence[Trial], blickets: int | None) -> list[frozenset[str]]:
    """Return the sets of blickets that fit, of a given number if any.

    What stood before a dark light is no blicket; subsets of the others are tried.
    """
    dark = {name for tested, on in trials if not on for name in tested}
    open_ones = [name for name in objects if name not in dark]
    numbers = range(len(open_ones) + 1) if blickets is None else (blickets,)
    subsets = (frozenset(s) for number in numbers for s in itertools.combinations(open_ones, number))
    lit = [tested for tested, on in trials if on]
    return [s for s in subsets if not any(s.isdisjoint(tested) for tested in lit)]


def _state(fitting: Sequence[frozenset[str]], query: Sequence[str]) -> str:
    lights = {not blickets.isdisjoint(query) for blickets in fitting}
    return "undetermined" if len(lights) == 2 else "on" if True in lights else "off"


def solve(question: str) -> str:
    """List the sets of blickets that fit the experiments."""
    trials = _trials(question, "->")
    query = re.search(r"^New set: (.*)$", question, re.M)[1].split(", ")
    told = re.search(r"Exactly (\d+) of these \d+ objects are blickets: (.*)\.$", question, re.M)
    objects = told[2].split(", ") if told else sorted({n for tested, _ in trials for n in tested} | set(query))
    return _state(_fitting(objects, trials, int(told[1]) if told else None), query)
