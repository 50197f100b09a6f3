"""Navigate: whether a walk ends where it began."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.task import Problem, Task

STEPS = {1: (6, 9), 2: (8, 11), 3: (10, 16), 4: (20, 30), 5: (36, 60)}
TURNS = {"right": -1j, "left": 1j, "around": -1}
WAYS = {"forward": 1, "backward": -1, "left": 1j, "right": -1j}
"""Directions as complex numbers, seen from a walker who faces 1."""


class Navigate(Task):
    """Decide whether instructions lead back to the starting point.

    Description:
        Instructions to walk and turn, or to walk in four directions without turning, are given. Whether they end at
        the starting point is asked for.

    Answer format:
        ``Yes`` or ``No``.

    Levels:
        6 to 9 instructions at level 1 (the original has 2 to 9); 36 to 60 at level 5.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        BIG-Bench Hard navigate. Walks that return do so in two dimensions too, and those that do not are such walks
        with two steps more or less in one stretch, so that neither the length, nor the last steps, nor whether the
        steps are even in number tells the answer.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a walk that leads back, and if it is not to, make one of its stretches longer or shorter."""
        returns = rng.random() < 0.5
        walk = ""
        while "step" not in walk:
            walk = _walk(rng, rng.randint(*STEPS[level]))
        if not returns:
            walk = _missed(rng, walk)
        question = (
            f"If you follow these instructions, do you return to the starting point? {walk}\n"
            "Answer in triple angle brackets: <<<Yes>>> or <<<No>>>."
        )
        return self.new_problem(level, question, {"walk": walk}, "Yes" if returns else "No")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "Yes", "No") == problem.answer

    def size(self, problem: Problem) -> float:
        """Number of instructions."""
        return problem.data["walk"].count(".")

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the walk from the question."""
        walk = str(item["input"]).partition("?")[2].split("Options:")[0].strip()
        return original_problem(self, item, {"walk": walk})


def _walk(rng: random.Random, count: int) -> str:
    turning = rng.random() < 0.5
    lines = [] if turning else ["Always face forward."]
    place, facing = 0j, 1 + 0j

    def step(length: int, way: str = "forward") -> None:
        nonlocal place
        place += length * facing * WAYS[way]
        suffix = "" if turning else f" {way}"
        lines.append(f"Take {length} step{'s' * (length > 1)}{suffix}.")

    def turn(way: str) -> None:
        nonlocal facing
        facing *= TURNS[way]
        lines.append(f"Turn {way}.")

    while len(lines) < count - (3 if turning else 2):
        if turning and rng.random() < 0.45:
            turn(rng.choice(list(TURNS)))
        else:
            step(rng.randint(1, 10), "forward" if turning else rng.choice(list(WAYS)))
    for way in ("backward", "forward", "left", "right"):
        length = round(max((-place / (facing * WAYS[way])).real, 0))
        if length and turning:
            if way != "forward":
                turn("around" if way == "backward" else way)
            step(length)
        elif length:
            step(length, way)
    return " ".join(lines)


def _missed(rng: random.Random, walk: str) -> str:
    """Return the walk with one stretch two steps longer or shorter."""
    stretches = list(re.finditer(r"(\d+) steps?", walk))
    stretch = rng.choice([stretch for stretch in stretches if int(stretch[1]) > 2] or stretches)
    length = int(stretch[1])
    length += 2 if length <= 2 or rng.random() < 0.5 else -2
    return f"{walk[: stretch.start()]}{length} step{'s' * (length > 1)}{walk[stretch.end() :]}"


def _returns(walk: str) -> bool:
    place, facing = 0j, 1 + 0j
    for line in re.findall(r"[^\s.][^.]*", walk):
        turn, count, way = re.fullmatch(r"Always face forward|Turn (\w+)|Take (\d+) steps?(?: (\w+))?", line).groups()
        if turn:
            facing *= TURNS[turn]
        elif count:
            place += int(count) * facing * WAYS[way or "forward"]
    return place == 0


def solve(question: str) -> str:
    """Follow the instructions."""
    return "Yes" if _returns(question.split("?", 1)[1].split("\n")[0]) else "No"
