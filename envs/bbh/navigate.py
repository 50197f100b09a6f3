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

WINDS = ("north", "east", "south", "west")
QUARTERS = {"forward": 0, "right": 1, "back": 2, "around": 2, "left": 3}
"""Directions and turns in quarters of a turn to the right."""


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

    def program(self, problem: Problem) -> str | None:
        """Follow the turns; without any, add up the steps each way."""
        moves = read(problem.question)["moves"]
        if any(move in TURNS for move in moves):
            return super().program(problem)
        ahead, right = _signed(moves, "forward", "back"), _signed(moves, "right", "left")
        return f'ahead = {_sum(ahead)}\nright = {_sum(right)}\nprint("Yes" if ahead == 0 and right == 0 else "No")\n'

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say where each step leads; without turns, add up the steps each way."""
        moves = read(problem.question)["moves"]
        if len(moves) > 11:
            return None
        phrasing = random.Random(problem.question).randrange(3)
        returns = "" if solve(moves) == "Yes" else "not "
        if any(move in TURNS for move in moves):
            start = ("I start at (0, 0) and face north.", "Start: (0, 0), facing north.", "Say I face north at (0, 0).")
            turned = ("Turn {way}: I face {wind}.", "After the turn {way} I face {wind}.", "Now I face {wind}.")
            ends = ("That is {}the start.", "So I am {}back at (0, 0).", "That is {}where the walk began.")
            return [*_told(moves, start[phrasing], turned[phrasing]), ends[phrasing].format(returns)]
        said = ["I never turn, so each pair of opposite directions can be added up by itself."][: phrasing % 2]
        for there, back in (("forward", "back"), ("right", "left")):
            numbers = _signed(moves, there, back)
            total = f" = {sum(numbers)}" if len(numbers) > 1 else ""
            said.append(f"{there.capitalize()} less {back}: {_sum(numbers)}{total}.")
        end = ("The walk does {}return." if returns else "Both are 0, so the walk returns.").format(returns)
        return [*said, end]

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


def _signed(moves: list[str], there: str, back: str) -> list[int]:
    """Return the steps one way, and those the opposite way as negative numbers."""
    counts = [(int(count), way) for count, way in map(str.split, moves) if way in (there, back)]
    return [count if way == there else -count for count, way in counts]


def _sum(numbers: list[int]) -> str:
    """Return a sum as one writes it: ``-3 + 2 - 7``."""
    joined = "".join(f"{n:+}" for n in numbers)
    return re.sub(r"(?<=.)([-+])", r" \1 ", joined).removeprefix("+") or "0"


def _told(moves: list[str], start: str, turned: str) -> list[str]:
    """Return a sentence for each turn, and for each step the place it leads to."""
    east, north, facing = 0, 0, 0
    said = [start]
    for move in moves:
        *count, way = move.split()
        if not count:
            facing += QUARTERS[way]
            said.append(turned.format(way=way, wind=WINDS[facing % 4]))
        else:
            wind = WINDS[(facing + QUARTERS[way]) % 4]
            east += int(count[0]) * ((wind == "east") - (wind == "west"))
            north += int(count[0]) * ((wind == "north") - (wind == "south"))
            said.append(f"{count[0]} {wind}: ({east}, {north}).")
    return said


def read(question: str) -> dict[str, Any]:
    """Read the instructions: a turn, such as ``left``, or how many steps and which way, such as ``5 forward``."""
    moves = []
    for line in re.findall(r"[^\s.][^.]*", question.split("?", 1)[1].split("\n")[0]):
        turn, count, way = re.fullmatch(r"Always face forward|Turn (\w+)|Take (\d+) steps?(?: (\w+))?", line).groups()
        if turn:
            moves.append(turn)
        elif count:
            moves.append(f"{count} {(way or 'forward').replace('backward', 'back')}")
    return {"moves": moves}


def solve(moves: list[str]) -> str:
    """Follow the instructions on the plane of complex numbers."""
    place, facing = 0j, 1 + 0j
    turns = {"left": 1j, "right": -1j, "around": -1}
    ways = {"forward": 1, "back": -1, "left": 1j, "right": -1j}
    for move in moves:
        if move in turns:
            facing *= turns[move]
        else:
            count, way = move.split()
            place += int(count) * facing * ways[way]
    return "Yes" if place == 0 else "No"


def verify(answer: str, moves: list[str]) -> bool:
    """Count the steps in each of the four directions."""
    quarters = {"forward": 0, "right": 1, "back": 2, "around": 2, "left": 3}
    facing, steps = 0, [0, 0, 0, 0]
    for move in moves:
        *count, way = move.split()
        if count:
            steps[(facing + quarters[way]) % 4] += int(count[0])
        else:
            facing += quarters[way]
    ahead, right, back, left = steps
    return answer == ("Yes" if ahead == back and right == left else "No")
