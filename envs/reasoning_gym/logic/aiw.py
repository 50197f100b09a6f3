"""AIW: how many sisters, friends or colleagues somebody has, seen from another person."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem, Task

LARGEST = {1: 6, 2: 9, 3: 12, 4: 20, 5: 40}
TEAMS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 7}
BRIDGES = {1: 0, 2: 0, 3: 1, 4: 4, 5: 8}
COLOURS = ("red", "blue", "green", "yellow", "orange", "purple", "white", "black", "brown", "silver")
SEXES = ("man", "woman")
WOMEN = frozenset(
    "Ada Dora Fenna Hana Jana Lena Mira Olga Rosa Tara Uma Wanda Xenia Zora Amira Clara Edith Greta Ines Lucia Marta "
    "Nadia Priya Selma Ursula Vera Yara".split()
)


class AIW(Task):
    """Count the relatives or colleagues of a person from what is said of another one.

    Description:
        Of one person it is said how many brothers and sisters, friends, or colleagues they have; the number that
        another member of the same group has is asked for. From level 3 on there are several teams, and some people
        belong to more than one.

    Answer format:
        The number.

    Levels:
        One group of siblings, friends or colleagues at levels 1 and 2, as in the original with up to 6 of a kind; 2
        teams with a person in both at level 3; 7 teams of up to 40 with 8 people in several of them at level 5.

    Check:
        The answer must be the exact number.

    Source and deviations:
        Reasoning-Gym aiw. The text says who belongs to a group and that nobody else does, so that the number is
        certain. The original's answer for colleagues in two circles leaves the second circle out.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw one group, or several teams with people who belong to more than one."""
        if TEAMS[level] == 1:
            question, value = _one_group(rng, LARGEST[level])
        else:
            question, value = _teams(rng, TEAMS[level], BRIDGES[level], LARGEST[level])
        question += "\nGive the number in triple angle brackets: <<<number>>>."
        data = {"groups": TEAMS[level], "largest": LARGEST[level], "value": value, "units": _units(question)}
        return self.new_problem(level, question, data, str(value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer, *problem.data["units"]) == problem.data["value"]

    def size(self, problem: Problem) -> float:
        """Number of groups, and how large they are."""
        return problem.data["groups"] + problem.data["largest"] / 100

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Count from the question; in two circles Matilda, who is in both, has the women of both but herself."""
        females = re.findall(r"(\d+) (?:sisters|female \w+)", item["question"])
        if not females or len(females) > 2:
            raise BadOption("The question of aiw has an unknown form.")
        circles = [int(n) for n in females]
        value = circles[0] + circles[1] - 1 if len(circles) == 2 else circles[0] + 1
        data = {"value": value, "units": _units(item["question"])}
        flaw = None if str(value) == item["answer"] else "the stored answer leaves out the second circle"
        return self.official_problem(item["question"], data, str(value), item["answer"], flaw)


def _units(question: str) -> list[str]:
    """Return what is counted: ``female colleagues``, and the noun alone."""
    counted = re.search(r"How many ((?:female |male )?(\w+))", question)
    return list(dict.fromkeys(counted.groups()))


def _one_group(rng: random.Random, largest: int) -> tuple[str, int]:
    """Tell of a person in a group of mutual siblings, friends or colleagues; ask about another of them."""
    counts = [rng.randint(1, largest), rng.randint(1, largest)]  # males and females beside the person told of
    name, second = rng.sample(GIVEN_NAMES, 2)
    sex, other, asked = name in WOMEN, second in WOMEN, rng.randrange(2)
    value = counts[asked] + (sex == asked) - (other == asked)
    kind = rng.choice(("sibling", "friend", "colleague"))
    male, female = ("brother", "sister") if kind == "sibling" else (f"male {kind}", f"female {kind}")
    told = [f"{counts[0]} {male}{'s' * (counts[0] > 1)}", f"{counts[1]} {female}{'s' * (counts[1] > 1)}"]
    rng.shuffle(told)
    closed = {
        "sibling": "All of them are children of the same two parents, who have no other children.",
        "friend": "All of them are friends with each other and have no other friends.",
        "colleague": "All of them are colleagues of each other and have no other colleagues.",
    }[kind]
    text = (
        f"{name} is a {('boy', 'girl')[sex] if kind == 'sibling' else SEXES[sex]} and has {told[0]} and {told[1]}. "
        f"{closed} {second} is a {(male, female)[other]} of {name}.\n"
        f"How many {(male, female)[asked]}s does {second} have?"
    )
    return text, value


def _teams(rng: random.Random, count: int, bridges: int, largest: int) -> tuple[str, int]:
    """Describe each team by somebody who is in no other, and those who are in several by their teams."""
    teams = rng.sample(COLOURS, count)
    names = rng.sample(GIVEN_NAMES, count + bridges)
    people = [(name, name in WOMEN, rng.sample(teams, rng.randint(2, min(3, count)))) for name in names[count:]]
    lines, sizes = [], {}
    for name, team in zip(names, teams, strict=False):
        sex = name in WOMEN
        known = [[p for p in people if p[1] == s and team in p[2]] for s in (0, 1)]
        sizes[team] = [len(known[s]) + (s == sex) + rng.randint(1, largest) for s in (0, 1)]
        others = [sizes[team][s] - (s == sex) for s in (0, 1)]
        lines.append(
            f"{name}, a {SEXES[sex]}, is in the {team} team only and has {others[0]} male and {others[1]} female "
            "colleagues."
        )
    lines += [f"{name}, a {SEXES[sex]}, is in the teams {', '.join(own)} and no others." for name, sex, own in people]
    rng.shuffle(lines)
    asked, (name, _, own) = rng.randrange(2), rng.choice(people)
    text = (
        "A firm works in teams. Two people are colleagues of each other exactly if they are in a team together. "
        "Everybody is a man or a woman, and nobody is in more than one team except where it is said.\n"
        + "\n".join(lines)
        + f"\nHow many {('male', 'female')[asked]} colleagues does {name} have?"
    )
    return text, _colleagues(sizes, people, name, own, asked)


def _colleagues(sizes: Any, people: Any, name: str, own: list[str], asked: int) -> int:
    """Add up the teams of a person; who is in several of them counts once, and the person does not count."""
    total = sum(sizes[team][asked] for team in own)
    for other, sex, teams in people:
        if sex == asked:
            total -= len(set(own) & set(teams)) if other == name else max(len(set(own) & set(teams)) - 1, 0)
    return total


def solve(question: str) -> str:
    """Count the groups with everybody in them, then leave out the person asked about."""
    if "works in teams" not in question:
        counts = [int(re.search(rf"(\d+) (?:{word})", question)[1]) for word in ("brother|male", "sister|female")]
        sex = re.search(r"is a (boy|girl|man|woman)", question)[1] in ("girl", "woman")
        other = bool(re.search(r"\w+ is a (?:sister|female \w+) of", question))
        asked = bool(re.search(r"How many (?:sister|female)", question))
        return str(counts[asked] + (sex == asked) - (other == asked))
    sizes = {}
    for sex, team, *others in re.findall(r"a (\w+), is in the (\w+) team only and has (\d+) male and (\d+)", question):
        sizes[team] = [int(n) + (s == SEXES.index(sex)) for s, n in enumerate(others)]
    found = re.findall(r"(\w+), a (\w+), is in the teams (.*) and no others", question)
    people = [(name, SEXES.index(sex), teams.split(", ")) for name, sex, teams in found]
    kind, name = re.search(r"How many (\w+) colleagues does (\w+) have", question).groups()
    own = next(teams for other, _, teams in people if other == name)
    return str(_colleagues(sizes, people, name, own, int(kind == "female")))
