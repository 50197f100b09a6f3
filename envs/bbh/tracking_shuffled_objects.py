"""TrackingShuffledObjects: who has what after many swaps, for three, five and seven people."""

import random
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, letter, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.task import Problem

SWAPS = {1: (0, 1), 2: (1, 4), 3: (5, 9), 4: (14, 22), 5: (40, 60)}
"""Fewest and most swaps beyond as many as there are people."""

STORIES = (
    ("sit around a table with one marble each", "holds", "the {} marble", "swap marbles"),
    ("work in a kitchen with one apron each", "wears", "the {} apron", "swap aprons"),
    ("race on a lake in one boat each", "rows", "the {} boat", "swap boats"),
    ("play in a band with one drum each", "plays", "the {} drum", "swap drums"),
    ("wait in a hall with one umbrella each", "carries", "the {} umbrella", "swap umbrellas"),
    ("paint a wall with one bucket each", "uses", "the {} bucket", "swap buckets"),
)
COLOURS = tuple("red blue green yellow black white orange purple brown pink grey silver golden turquoise".split())


class _TrackingShuffledObjects(MultipleChoice):
    people: ClassVar[int]

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a story and its swaps; from level 3 on some name a person by the object they have then."""
        names = sorted(rng.sample(GIVEN_NAMES, self.people))
        setting, verb, pattern, action = rng.choice(STORIES)
        objects = [pattern.format(colour) for colour in rng.sample(COLOURS, self.people)]
        has = dict(zip(names, objects, strict=True))
        low, high = SWAPS[level]
        swaps = []
        for _ in range(self.people + rng.randint(low, high)):
            first, second = rng.sample(names, 2)
            named = f"whoever {verb} {has[first]} at that moment" if level >= 3 and rng.random() < 0.3 else first
            swaps.append(f"{named} and {second} {action}.")
            has[first], has[second] = has[second], has[first]
        asked = rng.choice(names)
        starts = [f"{name} {verb} {thing}" for name, thing in zip(names, objects, strict=True)]
        text = (
            f"{_joined(names)} {setting}. At the start, {_joined(starts)}.\n"
            f"Then, one after the other: First, {' Then, '.join(swaps[:-1])} Finally, {swaps[-1]} "
            f"At the end, {asked} {verb}"
        )
        return self.choice_problem(level, text, objects, has[asked], {"swaps": len(swaps)})

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say what the two have after each swap; where there are many, go back from the one who is asked about."""
        has, swaps, asked = read(problem.question).values()
        if problem.level > 2:  # where some are named by what they have
            return None
        options = read_options(problem.question)
        things = {name: options[ord(letter) - ord("A")] for name, letter in has.items()}
        rng = random.Random(problem.question)
        if len(swaps) > 6 or rng.random() < 0.25:
            return _told_back(rng, things, swaps, asked, options)
        phrasing, start = rng.choice(
            (
                ("{0} and {1} swap: {0} has {2}, {1} has {3}.", "At first {}."),
                ("Swap {4}: now {0} has {2} and {1} has {3}.", "Before the swaps {}."),
                ("After swap {4}, {2} is with {0} and {3} with {1}.", "To begin with, {}."),
            )
        )
        said = [start.format(_joined([f"{name} has {thing}" for name, thing in things.items()]))][: len(has) == 3]
        for number, (a, b) in enumerate(swaps, 1):
            things[a], things[b] = things[b], things[a]
            said.append(phrasing.format(a, b, things[a], things[b], number))
        return [*said, f"So in the end {asked} has {things[asked]}, option {letter(options, things[asked])}."]

    def size(self, problem: Problem) -> float:
        """Number of swaps."""
        return float(problem.data["swaps"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_problem(self, item, {"options": read_options(item["input"])})


class TrackingShuffledObjectsThreeObjects(_TrackingShuffledObjects):
    """Follow swaps among three people.

    Description:
        Three people have an object each and swap them in pairs; what one of them has at the end is asked for.

    Answer format:
        The letter of the object, such as ``(B)``.

    Levels:
        3 to 4 swaps at level 1 (the original has 3); 43 to 63 at level 5. From level 3 on, some of those who swap are
        named by what they have at that moment.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard tracking_shuffled_objects_three_objects, with names and stories of our own.
    """

    people = 3


class TrackingShuffledObjectsFiveObjects(_TrackingShuffledObjects):
    """Follow swaps among five people.

    Description:
        Five people have an object each and swap them in pairs; what one of them has at the end is asked for.

    Answer format:
        The letter of the object, such as ``(B)``.

    Levels:
        5 to 6 swaps at level 1 (the original has 5); 45 to 65 at level 5. From level 3 on, some of those who swap are
        named by what they have at that moment.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard tracking_shuffled_objects_five_objects, with names and stories of our own.
    """

    people = 5


class TrackingShuffledObjectsSevenObjects(_TrackingShuffledObjects):
    """Follow swaps among seven people.

    Description:
        Seven people have an object each and swap them in pairs; what one of them has at the end is asked for.

    Answer format:
        The letter of the object, such as ``(B)``.

    Levels:
        7 to 8 swaps at level 1 (the original has 7); 47 to 67 at level 5. From level 3 on, some of those who swap are
        named by what they have at that moment.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard tracking_shuffled_objects_seven_objects, with names and stories of our own.
    """

    people = 7


def _joined(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def _told_back(
    rng: random.Random, things: dict[str, str], swaps: list[tuple[str, str]], asked: str, options: list[str]
) -> list[str]:
    """Return the swaps through which a thing came to the one who is asked about, the last first."""
    start, phrasing = rng.choice(
        (
            (f"I go back from {asked} at the end.", "In swap {1} {0} got what {2} had."),
            (f"Where does what {asked} has in the end come from?", "Until swap {1} {2} had it; then {0} got it."),
            (f"I look for what {asked} has, from the last swap to the first.", "Swap {1} brought it from {2} to {0}."),
        )
    )
    said, owner = [start], asked
    for number, pair in reversed([*enumerate(swaps, 1)]):
        if owner in pair:
            other = pair[0] if owner == pair[1] else pair[1]
            said.append(phrasing.format(owner, number, other))
            owner = other
    if len(said) == 1:
        said.append(f"No swap names {asked}.")
    end = f"At the start {owner} had {things[owner]}, so {asked} has it in the end"
    return [*said, f"{end}: option {letter(options, things[owner])}."]


def read(question: str) -> dict[str, Any]:
    """Read the letter of what each has at first, who swaps, and who is asked about.

    One who is named by what they have stands in a swap as the letter of that thing.
    """
    story, listed = question.split("\nOptions:\n")
    letters = {thing: letter for letter, thing in re.findall(r"^\(([A-Z])\) (.*?)\s*$", listed, re.M)}
    people = re.split(r", and |, | and ", re.match(r"(.*?) (?:are|is|sit|work|race|play|wait|paint)\b", story)[1])
    anyone = rf"\b(?:{'|'.join(map(re.escape, people))})\b"
    opening, moves = re.split(r"\bFirst, ", story, maxsplit=1)
    has = {}
    start = 0
    opening = opening[opening.index(people[-1]) + len(people[-1]) :]
    for thing in letters:  # the options stand in the order in which they are handed out
        start = opening.index(thing, start)
        has[re.findall(anyone, opening[:start])[-1]] = letters[thing]
    if sorted(has) != sorted(people) or len(has) != len(letters):
        raise ValueError("not everybody is given one thing")
    party = rf"(?:({anyone})|whoever \w+ ([^.]*?) at that moment)"
    swap = rf"(?:Then, |Finally, )?{party} and {party} (?:swap|switch|trade|exchange)[\w ]*"
    *lines, last = re.split(r"\.\s+", moves.strip())
    parties = [re.fullmatch(swap, line).groups() for line in lines]
    swaps = [(name or letters[thing], other or letters[its]) for name, thing, other, its in parties]
    return {"has": has, "swaps": swaps, "asked": re.fullmatch(rf"At the end[\w ]*, ({anyone}) [\w ]+", last)[1]}


def solve(has: dict[str, str], swaps: list[tuple[str, str]], asked: str) -> str:
    """Follow the swaps, looking up who has a thing by which somebody is named."""
    now = dict(has)
    for pair in swaps:
        holder = {thing: name for name, thing in now.items()}
        first, second = [holder.get(name, name) for name in pair]
        now[first], now[second] = now[second], now[first]
    return f"({now[asked]})"


def solve_plainly(has: dict[str, str], swaps: list[tuple[str, str]], asked: str) -> str:
    """Follow the swaps one by one."""
    for first, second in swaps:
        has[first], has[second] = has[second], has[first]
    return f"({has[asked]})"


def verify(answer: str, has: dict[str, str], swaps: list[tuple[str, str]], asked: str) -> bool:
    """Follow the thing of the answer from hand to hand: it must end with the one asked about."""
    holder = {thing: name for name, thing in has.items()}
    for pair in swaps:
        first, second = [holder.get(name, name) for name in pair]
        passed_on = {first: second, second: first}
        holder = {thing: passed_on.get(name, name) for thing, name in holder.items()}
    return holder[answer.strip("()")] == asked
