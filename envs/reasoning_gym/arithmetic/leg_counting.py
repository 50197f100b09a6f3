"""LegCounting: the legs of a list of animals."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.task import Problem, Task

LEGS = {
    **dict.fromkeys("snake worm leech eel slug trout shark whale clam jellyfish flatworm".split(), 0),
    **dict.fromkeys("duck hen goose owl crow eagle swan human penguin parrot bird chicken".split(), 2),
    **dict.fromkeys(
        "cow dog horse goat pig cat frog lizard rabbit mouse lion tiger bear wolf giraffe elephant".split(), 4
    ),
    **dict.fromkeys("sheep deer".split(), 4),
    **dict.fromkeys(
        "ant bee wasp beetle moth cricket butterfly mosquito cockroach grasshopper firefly insect".split(), 6
    ),
    **dict.fromkeys("spider scorpion tick".split(), 8),
    **dict.fromkeys("crab lobster shrimp".split(), 10),
    "praying mantis": 6,
    "sea slug": 0,
    "woodlouse": 14,
    "starfish": 5,
}
OWN = sorted(set(LEGS) - {"starfish", "insect", "shrimp"})  # starfish have arms, and so on: we do not ask for those
PLURALS = {
    "sheep": "sheep",
    "deer": "deer",
    "goose": "geese",
    "mouse": "mice",
    "wolf": "wolves",
    "praying mantis": "praying mantises",
    "woodlouse": "woodlice",
    "firefly": "fireflies",
    "butterfly": "butterflies",
    "mosquito": "mosquitoes",
    "trout": "trout",
    "jellyfish": "jellyfish",
    "leech": "leeches",
}
KINDS = {1: (2, 4), 2: (3, 7), 3: (5, 10), 4: (12, 18), 5: (22, 34)}
MOST = {1: 9, 2: 15, 3: 15, 4: 99, 5: 999}


class LegCounting(Task):
    """Add up the legs of animals.

    Description:
        Numbers of animals of several kinds are given; the total number of their legs is asked for.

    Answer format:
        The integer.

    Levels:
        2 to 4 kinds of up to 9 animals at level 1; the original's defaults (3 to 10 kinds of up to 15) at levels 2 and
        3; 22 to 34 kinds of up to 999 at level 5.

    Check:
        The answer must be the exact total.

    Source and deviations:
        Reasoning-Gym leg_counting. Plurals are right, and no animal is asked for whose legs are a matter of opinion.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw kinds and how many there are of each."""
        kinds = rng.sample(OWN, rng.randint(*KINDS[level]))
        animals = {kind: rng.randint(1, MOST[level]) for kind in kinds}
        shown = ", ".join(_counted(n, kind) for kind, n in animals.items())
        question = f"How many legs do these healthy adult animals have in all: {shown}? Answer as <<<integer>>>."
        return self.new_problem(level, question, {"animals": animals}, solve(animals))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must equal the total."""
        return integer(answer, "leg") == int(solve(problem.data["animals"]))

    def size(self, problem: Problem) -> float:
        """Number of kinds."""
        return len(problem.data["animals"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of leg_counting."""
        animals = item["metadata"]["animals"]
        return self.official_problem(item["question"], {"animals": animals}, solve(animals), gold=item["answer"])

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Multiply each number of animals by their legs, and add up."

    def program(self, problem: Problem) -> str:
        """Print the sum over the kinds, with the legs of those that are asked for."""
        animals = self.instance(problem)["animals"]
        lines = "".join(f"    ({n}, {LEGS[kind]}),  # {_counted(n, kind)}\n" for kind, n in animals.items())
        return f"counts_and_legs = [\n{lines}]\nprint(sum(count * legs for count, legs in counts_and_legs))\n"

    def reasons(self, problem: Problem) -> list[str] | None:
        """Multiply for each kind, then add."""
        animals = self.instance(problem)["animals"]
        if not 1 <= problem.level <= 2:
            return None
        rng = random.Random(problem.question)
        each = rng.choice(("{} with {} legs each: {}.", "{}, {} legs each, have {}.", "{} have {} legs each, so {}."))
        steps = []
        for kind, n in animals.items():
            shown, legs = _counted(n, kind), LEGS[kind]
            has = "has" if n == 1 else "have"
            steps.append(
                each.format(shown, legs, n * legs) if legs and n > 1 else f"{shown} {has} {legs or 'no'} legs."
            )
        parts = [str(n * LEGS[kind]) for kind, n in animals.items() if LEGS[kind]]
        total = f"{' + '.join(parts)} = {solve(animals)}" if len(parts) > 1 else solve(animals)
        return [*steps, f"Together: {total}."] if len(steps) > 1 else steps


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind if count == 1 else PLURALS.get(kind, kind + 's')}"


def read(question: str) -> dict[str, Any]:
    """Read how many there are of each kind, in the singular."""
    singular = {plural: kind for kind, plural in PLURALS.items()} | {f"{kind}s": kind for kind in LEGS}
    listed = re.search(r"in all: (.*)\?", question)[1]
    return {"animals": {singular.get(kind, kind): int(n) for n, kind in re.findall(r"(\d+) ([a-z ]+)", listed)}}


def solve(animals: Mapping[str, int]) -> str:
    """Multiply each number of animals by their legs, and add."""
    return str(sum(count * LEGS[kind] for kind, count in animals.items()))
