"""Acre: which objects switch a light on, and what is known of a new set of them."""

import random
import re
from collections.abc import Mapping
from itertools import combinations, product
from typing import Any, ClassVar

from r1ci_env.envs.answers import one_of
from r1ci_env.hypotheses import refuted
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
Trial = tuple[list[str], bool]


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

    plain_levels: ClassVar[int] = 5
    hypothesis_words: ClassVar[tuple[str, str]] = ("set of blickets", "experiments")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the answer and the size of the set, then experiments until they go together."""
        wanted, size = rng.choice(STATES), rng.randint(1, 3)
        count, experiments, most, blickets = SHAPES[level]
        every = list(product(COLOURS, MATERIALS, FORMS))
        while True:
            objects = [" ".join(o) for o in rng.sample(every, count)]
            hidden = set(rng.sample(objects, blickets or rng.randint(1, count // 2)))
            sets = [rng.sample(objects, rng.randint(1, most)) for _ in range(experiments)]
            trials = [(tested, not hidden.isdisjoint(tested)) for tested in sets]
            fitting = _fitting(objects, trials, [blickets] if blickets else list(range(count + 1)))
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

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say which objects are no blickets, and what that leaves of the new set."""
        if problem.level != 1:
            return None
        _, trials, _, query = read(problem.question).values()
        rng = random.Random(problem.question)
        dark = list(dict.fromkeys(name for tested, on in trials if not on for name in tested))
        open_ones = [name for name in query if name not in dark]
        said = []
        if dark:
            clause = rng.choice(("the light stayed off with", "the light was off with", "there was no light with"))
            are, it = ("are no blickets", "them") if len(dark) > 1 else ("is no blicket", "it")
            said.append(f"T{_and(dark)[1:]} {are}: {clause} {it}.")
        lit = [[name for name in tested if name not in dark] for tested, on in trials if on]
        sure = next((left for left in lit if set(left) <= set(open_ones)), None)
        if not open_ones:
            said.append("The new set holds nothing else, so its light is certainly off.")
        elif sure:
            only = f"the {sure[0]} must be a blicket" if len(sure) == 1 else f"one of {_and(sure)} must be a blicket"
            said.append(f"The light went on for a set in which nothing else can be a blicket, so {only}.")
            said.append("The new set holds all that may have done it." if len(sure) > 1 else "It is in the new set.")
        else:
            said.append(f"Of the new set {_and(open_ones)} may be {'blickets' if len(open_ones) > 1 else 'a blicket'}.")
            said.append("But no experiment proves it: each light that went on may come from an object outside the set.")
        return said

    def hypotheses(self, problem: Problem) -> list[str]:
        """Test a few objects that explain the first experiments, then all sets of them."""
        instance, search = self.instance(problem), self.program(problem)
        if search is None:
            return []
        few = [size for size in instance["sizes"] if size][:2]
        sets = [{"blickets": [*s]} for size in few for s in combinations(instance["objects"], size)]
        known = {name: instance[name] for name in ("trials", "query")}
        return [*refuted(_tested, known, sets, problem.question), search]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the experiments and the test case, by the law that our question states."""
        instance = read(item["question"])
        answer = solve(**instance)
        flaw = None if answer else "the experiments contradict each other"
        if answer and answer != item["answer"]:
            flaw = "the stored answer does not follow from the experiments"
        data = {"objects": len(instance["objects"])}
        return self.official_problem(item["question"], data, answer or "(none)", item["answer"], flaw)


def _and(names: list[str]) -> str:
    """Return objects as they stand in a sentence."""
    *first, last = (f"the {name}" for name in names)
    return f"{', '.join(first)} and {last}" if first else last


def _fitting(objects: list[str], trials: list[Trial], sizes: list[int]) -> list[frozenset[str]]:
    """Return the sets of blickets that fit, of any of these sizes.

    What stood before a dark light is no blicket; subsets of the others are tried.
    """
    dark = {name for tested, on in trials if not on for name in tested}
    open_ones = [name for name in objects if name not in dark]
    subsets = (frozenset(s) for size in sizes for s in combinations(open_ones, size))
    lit = [tested for tested, on in trials if on]
    return [s for s in subsets if not any(s.isdisjoint(tested) for tested in lit)]


def _state(fitting: list[frozenset[str]], query: list[str]) -> str:
    lights = {not blickets.isdisjoint(query) for blickets in fitting}
    return "undetermined" if len(lights) == 2 else "on" if True in lights else "off"


def read(question: str) -> dict[str, Any]:
    """Read all objects, the experiments, how many blickets there may be, and the new set."""
    found = re.findall(r"^(.+) (?:->|→) (on|off)$", question, re.M)
    trials = [(tested.split(", "), light == "on") for tested, light in found]
    query = re.search(r"^New (?:set: |test case:\s*\n)(.*)$", question, re.M)[1].split(", ")
    told = re.search(r"Exactly (\d+) of these \d+ objects are blickets: (.*)\.$", question, re.M)
    objects = told[2].split(", ") if told else sorted({n for tested, _ in trials for n in tested} | set(query))
    sizes = [int(told[1])] if told else list(range(len(objects) + 1))
    return {"objects": objects, "trials": trials, "sizes": sizes, "query": query}


def solve(objects: list[str], trials: list[Trial], sizes: list[int], query: list[str]) -> str:
    """List the sets of blickets that fit the experiments, and see what each makes of the new set."""
    fitting = _fitting(objects, trials, sizes)
    return _state(fitting, query) if fitting else ""


def _tested(trials: list[Trial], query: list[str], blickets: list[str]) -> str:
    """Compare the light of every experiment with what one set of blickets gives."""
    for number, (tested, on) in enumerate(trials, 1):
        if any(name in blickets for name in tested) != on:
            result = f"fails on experiment {number}"
            break
    else:
        result = "on" if any(name in blickets for name in query) else "off"
    return result


def solve_plainly(objects: list[str], trials: list[Trial], sizes: list[int], query: list[str]) -> str:
    """Try all sets of blickets, and collect what the light may do."""
    lights = set()
    for size in sizes:
        for blickets in combinations(objects, size):
            if all(any(name in blickets for name in tested) == on for tested, on in trials):
                lights.add("on" if any(name in blickets for name in query) else "off")
    return lights.pop() if len(lights) == 1 else "undetermined"
