"""ZebraPuzzles: who lives in which house with what, from clues."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import noun
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.task import Problem, Task

SHAPES = {1: (3, 3), 2: (4, 3), 3: (4, 4), 4: (5, 5), 5: (6, 6)}  # houses, attributes
MOST_TESTS = 80
MOST_TRIED = 256
"""For how many values, to the power of the attributes, a program tries all orders."""
VALUES = {
    "name": GIVEN_NAMES,
    "drink": ("tea", "coffee", "milk", "juice", "water", "cocoa", "cider", "lemonade"),
    "pet": ("cat", "dog", "parrot", "rabbit", "horse", "goldfish", "hamster", "tortoise"),
    "job": ("baker", "doctor", "pilot", "painter", "teacher", "farmer", "lawyer", "plumber"),
    "instrument": ("piano", "violin", "flute", "drum", "guitar", "harp", "cello", "trumpet"),
    "colour": ("red", "blue", "green", "yellow", "white", "orange", "purple", "black"),
    "sport": ("tennis", "hockey", "rowing", "judo", "cycling", "golf", "rugby", "fencing"),
    "dish": ("soup", "pizza", "curry", "salad", "pasta", "stew", "pancakes", "dumplings"),
}
PERSON = {  # who has a value
    "name": "{}",
    "drink": "the {} drinker",
    "pet": "the {} owner",
    "job": "the {}",
    "instrument": "the {} player",
    "colour": "the lover of {}",
    "sport": "the fan of {}",
    "dish": "the eater of {}",
}
CLUES = {
    "at": "{} lives in house {}",
    "not at": "{} does not live in house {}",
    "same": "{} is {}",
    "differ": "{} is not {}",
    "left": "{} lives directly to the left of {}",
    "near": "{} lives next to {}",
    "before": "{} lives somewhere to the left of {}",
}
COMMON = ("same", "same", "same", "left", "near", "near", "before", "differ", "not at", "at")
Clue = tuple[str, int, int]  # kind, value, and another value or a house; values and houses count from 0


class ZebraPuzzles(Task):
    """Work out from clues who has what in a row of houses.

    Description:
        The people in a row of houses differ in name, drink, pet and so on. Clues tell which values belong together
        and how they lie. One value of one house is asked for.

    Answer format:
        The value, such as ``Ada`` or ``tea``.

    Levels:
        3 houses and 3 attributes at level 1, 4 and 4 at level 3 (the original's default), 6 and 6 at level 5.

    Check:
        The value must be the right one, in any case.

    Source and deviations:
        Reasoning-Gym zebra_puzzles. Any attribute is asked for, not only the name in house 1. Clues are added in
        batches until propagation alone leaves one solution, which proves that there is no other; most clues that
        are not needed are dropped again.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw who has what, then clues that fix it."""
        houses, count = SHAPES[level]
        labels = ["name", *rng.sample(list(VALUES)[1:], count - 1)]
        values = [rng.sample(VALUES[label], houses) for label in labels]
        place = [house for _ in labels for house in rng.sample(range(houses), houses)]  # house of each value
        clues = _clues(rng, place, houses)
        told = {first for kind, first, _ in clues if kind == "at"}
        asked = rng.choice([value for value in range(len(place)) if value not in told] or list(range(len(place))))
        listed = "\n".join(f"- {label}: {', '.join(row)}" for label, row in zip(labels, values, strict=True))
        phrases = _phrases(labels, values)
        lines = [_words(clue, phrases) for clue in clues]
        attribute, answer = labels[asked // houses], values[asked // houses][asked % houses]
        question = (
            f"There are {houses} houses in a row, numbered 1 to {houses} from left to right, with one person in each. "
            "Of each of these attributes, every person has one value, and no two have the same:\n"
            f"{listed}\n\n" + "\n".join(f"{i}. {line}." for i, line in enumerate(lines, 1)) + "\n\n"
            f"What is the {attribute} of the person in house {place[asked] + 1}?\n"
            f"Answer with the {attribute} in triple angle brackets: <<<{attribute}>>>."
        )
        return self.new_problem(level, question, {"houses": houses, "attributes": count}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the value."""
        return noun(answer) == problem.answer.casefold()

    def program(self, problem: Problem) -> str | None:
        """Try all orders of each attribute, with the clues as conditions, where these are few."""
        values, clues, asked, house = self.instance(problem).values()
        houses = len(values[asked])
        if houses ** len(values) > MOST_TRIED:
            return super().program(problem)
        lines = ["from itertools import permutations\n", f"houses = range(1, {houses + 1})"]
        for depth, row in enumerate(values.values()):
            lines.append(f"{'    ' * depth}for {', '.join(row).lower()} in permutations(houses):")
        inner = "    " * len(values)
        conditions = f"\n{inner}    and ".join(map(_condition, clues))
        lines.append(f"{inner}if (\n{inner}    {conditions}\n{inner}):")
        placed = ", ".join(f'{value.lower()}: "{value}"' for value in values[asked])
        return "\n".join([*lines, f"{inner}    {asked} = {{{placed}}}", f"{inner}    print({asked}[{house}])\n"])

    def size(self, problem: Problem) -> float:
        """Number of values."""
        return float(problem.data["houses"] * problem.data["attributes"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the stored name."""
        return self.official_problem(item["question"], {}, item["answer"], item["answer"])


def _clues(rng: random.Random, place: list[int], houses: int) -> list[Clue]:
    """Return clues under which nothing but ``place`` is left, few of them superfluous."""
    clues: list[Clue] = []
    everything = [(1 << houses) - 1] * len(place)
    possible = everything
    while sum(map(int.bit_count, possible)) > len(place):
        clues = list(dict.fromkeys([*clues, *(_clue(rng, place, houses) for _ in range(houses))]))
        possible = propagate(possible, clues, houses) or possible
    rng.shuffle(clues)
    batch, start = 4, 0
    for _ in range(MOST_TESTS):
        if start >= len(clues):
            start, batch = 0, batch // 4
            if not batch:
                break
        kept = clues[:start] + clues[start + batch :]
        possible = propagate(everything, kept, houses) or everything
        if sum(map(int.bit_count, possible)) == len(place):
            clues = kept
        else:
            start += batch
    return clues


def _clue(rng: random.Random, place: list[int], houses: int) -> Clue:
    """Draw a clue that is true."""
    while True:
        kind = rng.choice(COMMON)
        first, second = rng.sample(range(len(place)), 2)
        if kind in ("at", "not at"):
            house = place[first] if kind == "at" else rng.randrange(houses)
            if kind == "at" or house != place[first]:
                return kind, first, house
        elif first // houses != second // houses or kind not in ("same", "differ"):
            if kind in ("near", "same", "differ"):
                first, second = sorted((first, second))
            a, b = place[first], place[second]
            true = {"same": a == b, "differ": a != b, "left": b - a == 1, "near": abs(a - b) == 1, "before": a < b}
            if true[kind]:
                return kind, first, second


def _condition(clue: tuple[str, str, Any]) -> str:
    """Return a clue as a condition about the houses of values."""
    kind, first, second = clue
    a, b = first.lower(), str(second).lower()
    return {
        "at": f"{a} == {b}",
        "not at": f"{a} != {b}",
        "same": f"{a} == {b}",
        "differ": f"{a} != {b}",
        "left": f"{a} + 1 == {b}",
        "near": f"abs({a} - {b}) == 1",
        "before": f"{a} < {b}",
    }[kind]


def propagate(possible: Sequence[int], clues: Sequence[Clue], houses: int) -> list[int] | None:
    """Return the houses, as bits, that the clues leave for each value, or None where they leave none."""
    everywhere = (1 << houses) - 1
    masks, before = list(possible), None
    while masks != before:
        before = list(masks)
        for kind, x, y in clues:
            a = masks[x]
            if kind == "at":
                masks[x] = a & 1 << y
                continue
            if kind == "not at":
                masks[x] = a & ~(1 << y)
                continue
            b = masks[y]
            if kind == "same":
                masks[x] = masks[y] = a & b
            elif kind == "differ":
                if not a & (a - 1):
                    masks[y] = b & ~a
                elif not b & (b - 1):
                    masks[x] = a & ~b
            elif kind == "left":
                masks[x], masks[y] = a & b >> 1, b & a << 1
            elif kind == "near":
                masks[x], masks[y] = a & (b >> 1 | b << 1), b & (a >> 1 | a << 1)
            else:
                masks[x] = a & ((1 << max(b.bit_length() - 1, 0)) - 1)
                masks[y] = b & ~((a & -a) * 2 - 1)
        for start in range(0, len(masks), houses):
            row = range(start, start + houses)
            once = twice = fixed = 0
            for i in row:
                mask = masks[i]
                twice |= once & mask
                once |= mask
                if not mask & (mask - 1):
                    fixed |= mask
            if once != everywhere:
                return None
            once &= ~twice  # houses that are left for one value only
            for i in row:
                mask = masks[i]
                if mask & (mask - 1):
                    mask &= ~fixed
                    masks[i] = mask & once or mask
        if not all(masks):
            return None
    return masks


def _place(possible: Sequence[int], clues: Sequence[Clue], houses: int) -> list[int] | None:
    """Return the house of each value: propagate, and where that is not enough, try."""
    masks = propagate(possible, clues, houses)
    if masks is None or not any(mask & (mask - 1) for mask in masks):
        return masks and [mask.bit_length() - 1 for mask in masks]
    i = next(i for i, mask in enumerate(masks) if mask & (mask - 1))
    for house in range(houses):
        if masks[i] >> house & 1:
            found = _place([*masks[:i], 1 << house, *masks[i + 1 :]], clues, houses)
            if found:
                return found
    return None


def _phrases(labels: Sequence[str], values: Sequence[Sequence[str]]) -> list[str]:
    return [PERSON[label].format(v) for label, row in zip(labels, values, strict=True) for v in row]


def _words(clue: Clue, phrases: list[str]) -> str:
    kind, first, second = clue
    text = CLUES[kind].format(phrases[first], second + 1 if kind in ("at", "not at") else phrases[second])
    return text[0].upper() + text[1:]


def read(question: str) -> dict[str, Any]:
    """Read the values of each attribute, the clues about them, and what is asked for."""
    found = re.findall(r"^- (\w+): (.*)$", question, re.M)
    values = {label: row.split(", ") for label, row in found}
    meant = {PERSON[label].format(value).lower(): value for label, row in values.items() for value in row}
    clues = []
    for line in re.findall(r"^\d+\. (.*)\.$", question, re.M):
        for kind, pattern in CLUES.items():
            match = re.fullmatch(pattern.format("(.+)", "(.+)"), line)
            if match and match[1].lower() in meant and (match[2].isdigit() or match[2].lower() in meant):
                other = int(match[2]) if match[2].isdigit() else meant[match[2].lower()]
                clues.append((kind, meant[match[1].lower()], other))
                break
    label, house = re.search(r"What is the (\w+) of the person in house (\d+)\?", question).groups()
    return {"values": values, "clues": clues, "asked": label, "house": int(house)}


def solve(values: Mapping[str, list[str]], clues: list[tuple[str, str, Any]], asked: str, house: int) -> str:
    """Rule out houses for each value until one is left, and try where that is not enough."""
    listed = [value for row in values.values() for value in row]
    numbered = []
    for kind, first, second in clues:
        other = second - 1 if kind in ("at", "not at") else listed.index(second)
        numbered.append((kind, listed.index(first), other))
    houses = len(values[asked])
    place = _place([(1 << houses) - 1] * len(listed), numbered, houses)
    return next(value for value in values[asked] if place[listed.index(value)] == house - 1)
