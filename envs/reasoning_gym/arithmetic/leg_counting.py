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
        shown = ", ".join(f"{n} {kind if n == 1 else PLURALS.get(kind, kind + 's')}" for kind, n in animals.items())
        question = f"How many legs do these healthy adult animals have in all: {shown}? Answer as <<<integer>>>."
        return self.new_problem(level, question, {"animals": animals}, str(_legs(animals)))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The integer must equal the total."""
        return integer(answer, "leg") == _legs(problem.data["animals"])

    def size(self, problem: Problem) -> float:
        """Number of kinds."""
        return len(problem.data["animals"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of leg_counting."""
        animals = item["metadata"]["animals"]
        return self.official_problem(item["question"], {"animals": animals}, str(_legs(animals)), gold=item["answer"])


def _legs(animals: Mapping[str, int]) -> int:
    return sum(count * LEGS[kind] for kind, count in animals.items())


def solve(question: str) -> str:
    """Read the counts and look the kinds up."""
    singular = {plural: kind for kind, plural in PLURALS.items()} | {f"{kind}s": kind for kind in LEGS}
    listed = re.search(r"in all: (.*)\?", question)[1]
    animals = {singular.get(kind, kind): int(count) for count, kind in re.findall(r"(\d+) ([a-z ]+)", listed)}
    return str(_legs(animals))
