"""AIW: how many sisters, friends or colleagues somebody has, seen from another person."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.errors import BadOption
from r1ci_env.programs import literal
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

Told = tuple[str, str, int, int]
"""The sex of somebody, the only team they are in, and how many men and women are there beside them."""

Members = dict[str, tuple[str, list[str]]]
"""The sex and the teams of people who are in several, or are asked about."""


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
            question, instance = _one_group(rng, LARGEST[level])
        else:
            question, instance = _teams(rng, TEAMS[level], BRIDGES[level], LARGEST[level])
        answer = solve(**instance)
        question += "\nGive the number in triple angle brackets: <<<number>>>."
        data = {"groups": TEAMS[level], "largest": LARGEST[level], "value": int(answer), "units": _units(question)}
        return self.new_problem(level, question, data, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer, *problem.data["units"]) == problem.data["value"]

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        (_, *more), members, person, asked = self.instance(problem).values()
        if more:
            return (solve.__doc__ or "").split(";")[0]
        _, people = _nouns(asked, problem.question)
        return f"Count all {people}{f' and leave out {person}' if members[person][0] == asked else ''}."

    def program(self, problem: Problem) -> str | None:
        """Of a single group, count all of the sex asked for, then leave out the person."""
        ((sex, _, males, females), *more), members, person, asked = self.instance(problem).values()
        if more:
            return super().program(problem)
        name, count = problem.question.split()[0], males if asked == "man" else females
        (own, _), (_, word) = (_nouns(kind, problem.question) for kind in (sex, asked))
        told = f" + 1  # {name} is a {own}" if sex == asked else f"  # {name} is a {own}, so there are no more"
        out = f" - 1)  # without {person}" if members[person][0] == asked else ")"
        return f"{word} = {count}{told}\nprint({word}{out}\n"

    def verification(self, problem: Problem, answer: str) -> str | None:
        """Of a single group, list everybody, and count those who are asked for without the person."""
        ((sex, _, males, females), *more), members, person, asked = self.instance(problem).values()
        if more:
            return super().verification(problem, answer)
        name, own = problem.question.split()[0], members[person][0]
        noun = {kind: _nouns(kind, problem.question)[0] for kind in SEXES}
        return (
            f'answer = {literal(answer)}\ngroup = ["{noun["man"]}"] * {males} + ["{noun["woman"]}"] * {females}\n'
            f'group.append("{noun[sex]}")  # {name}\ngroup.remove("{noun[own]}")  # {person}\n'
            f'print(int(answer) == group.count("{noun[asked]}"))\n'
        )

    def reasons(self, problem: Problem) -> list[str] | None:
        """Count all of the sex asked for, then leave out the person."""
        ((sex, _, males, females), *more), members, person, asked = self.instance(problem).values()
        if more:
            return None
        name, count = problem.question.split()[0], males if asked == "man" else females
        with_, without = random.Random(problem.question).choice(
            (
                ("With {0} there are {1} {2}.", "{0} is one of them and is not counted, which leaves {1}."),
                ("{0} is one more, which makes {1} {2}.", "{0} does not count {2}, which leaves {1}."),
                ("Together with {0} there are {1} {2}.", "{0} is no {3} of {2}, so the answer is {1}."),
            )
        )
        (own, _), (one, many) = (_nouns(kind, problem.question) for kind in (sex, asked))
        said = [f"Besides {name} there {'is' if count == 1 else 'are'} {count} {one if count == 1 else many}."]
        if sex == asked:
            count += 1
            said.append(with_.format(name, count, many))
        else:
            said.append(f"{name} is a {own}, so there are no more.")
        if members[person][0] == asked:
            relative = _units(problem.question)[0].removesuffix("s")
            return [*said, without.format(person, count - 1, "himself" if asked == "man" else "herself", relative)]
        other, _ = _nouns(members[person][0], problem.question)
        return [*said, f"{person} is a {other}, so nobody is left out: {count}."]

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


def _nouns(sex: str, question: str) -> tuple[str, str]:
    """Return what a question calls one and several of a sex."""
    if "same two parents" in question:
        return {"man": ("boy", "boys"), "woman": ("girl", "girls")}[sex]
    return {"man": ("man", "men"), "woman": ("woman", "women")}[sex]


def _units(question: str) -> list[str]:
    """Return what is counted: ``female colleagues``, and the noun alone."""
    counted = re.search(r"How many ((?:female |male )?(\w+))", question)
    return list(dict.fromkeys(counted.groups()))


def _one_group(rng: random.Random, largest: int) -> tuple[str, dict[str, Any]]:
    """Tell of a person in a group of mutual siblings, friends or colleagues; ask about another of them."""
    counts = rng.randint(1, largest), rng.randint(1, largest)  # males and females beside the person told of
    name, second = rng.sample(GIVEN_NAMES, 2)
    sex, other, asked = name in WOMEN, second in WOMEN, rng.randrange(2)
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
    members = {second: (SEXES[other], ["group"])}
    return text, _instance([(SEXES[sex], "group", counts[0], counts[1])], members, second, asked)


def _teams(rng: random.Random, count: int, bridges: int, largest: int) -> tuple[str, dict[str, Any]]:
    """Describe each team by somebody who is in no other, and those who are in several by their teams."""
    teams = rng.sample(COLOURS, count)
    names = rng.sample(GIVEN_NAMES, count + bridges)
    people = [(name, name in WOMEN, rng.sample(teams, rng.randint(2, min(3, count)))) for name in names[count:]]
    lines: list[str] = []
    told: list[Told] = []
    for name, team in zip(names, teams, strict=False):
        sex = name in WOMEN
        known = [[p for p in people if p[1] == s and team in p[2]] for s in (0, 1)]
        others = [len(known[s]) + rng.randint(1, largest) for s in (0, 1)]
        told.append((SEXES[sex], team, others[0], others[1]))
        lines.append(
            f"{name}, a {SEXES[sex]}, is in the {team} team only and has {others[0]} male and {others[1]} female "
            "colleagues."
        )
    lines += [f"{name}, a {SEXES[sex]}, is in the teams {', '.join(own)} and no others." for name, sex, own in people]
    rng.shuffle(lines)
    asked, (name, *_) = rng.randrange(2), rng.choice(people)
    text = (
        "A firm works in teams. Two people are colleagues of each other exactly if they are in a team together. "
        "Everybody is a man or a woman, and nobody is in more than one team except where it is said.\n"
        + "\n".join(lines)
        + f"\nHow many {('male', 'female')[asked]} colleagues does {name} have?"
    )
    members = {name: (SEXES[sex], own) for name, sex, own in people}
    return text, _instance(told, members, name, asked)


def _instance(told: list[Told], members: Members, person: str, asked: int) -> dict[str, Any]:
    return {"told": told, "members": members, "person": person, "asked": SEXES[asked]}


def read(question: str) -> dict[str, Any]:
    """Read whose male and female relatives or colleagues are told, who else belongs where, and who is asked about."""
    if "works in teams" in question:
        found = re.findall(r"a (\w+), is in the (\w+) team only and has (\d+) male and (\d+)", question)
        told = [(sex, team, int(males), int(females)) for sex, team, males, females in found]
        found = re.findall(r"(\w+), a (\w+), is in the teams (.*) and no others", question)
        members = {name: (sex, teams.split(", ")) for name, sex, teams in found}
        asked, person = re.search(r"How many (\w+) colleagues does (\w+) have", question).groups()
    else:
        males, females = (
            int(re.search(rf"(\d+) (?:{word})", question)[1]) for word in ("brother|male", "sister|female")
        )
        sex = re.search(r"is a (boy|girl|man|woman)", question)[1].replace("boy", "man").replace("girl", "woman")
        kind, person = re.search(r"How many ((?:female |male )?\w+) does (\w+) have", question).groups()
        asked = "female" if re.match("sister|female", kind) else "male"
        other = "woman" if re.search(r"\w+ is a (?:sister|female \w+) of", question) else "man"
        told, members = [(sex, "group", males, females)], {person: (other, ["group"])}
    return {"told": told, "members": members, "person": person, "asked": {"male": "man", "female": "woman"}[asked]}


def solve(told: list[Told], members: Members, person: str, asked: str) -> str:
    """Add up the teams of the person with everybody in them; who is in several counts once, the person not at all."""
    own = set(members[person][1])
    total = 0
    for sex, team, males, females in told:
        if team in own:
            total += (males if asked == "man" else females) + (sex == asked)
    for name, (sex, teams) in members.items():
        if sex == asked:
            shared = len(own & set(teams))
            total -= shared if name == person else max(shared - 1, 0)
    return str(total)


def verify(answer: str, told: list[Told], members: Members, person: str, asked: str) -> bool:
    """Make up the people of each team, and put the teams of the person together."""
    colleagues: set[Any] = set()
    for sex, team, males, females in told:
        if team in members[person][1]:
            known = [name for name, (kind, teams) in members.items() if kind == asked and team in teams]
            count = (males if asked == "man" else females) + (sex == asked)
            colleagues.update(known)
            colleagues.update((team, i) for i in range(count - len(known)))
    return int(answer) == len(colleagues - {person})
