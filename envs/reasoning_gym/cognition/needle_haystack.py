"""NeedleHaystack: find the one person of whom something is said."""

import random
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from r1ci_env.envs.answers import word
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

STATEMENTS = {1: (8, 15), 2: (20, 40), 3: (60, 100), 4: (130, 180), 5: (250, 350)}
LOOKALIKES = {1: 0.2, 2: 0.3, 3: 0.4, 4: 0.5, 5: 0.6}
FEELINGS = (
    "adores avoids collects craves defends despises dreads enjoys envies fears hates ignores loathes loves misses "
    "mocks praises prefers recommends resents studies tolerates treasures values"
).split()
FAMILY_NAMES = (
    "Adler Banko Corvi Dunlo Estrel Farrow Gantz Hollin Ilves Jurado Kessel Lindo Marek Norling Ostrow Pellar Quist "
    "Rasko Sandor Tolvan Umbra Varga Wexley Yarrow Zelnik Brandt Calder Deluca Fenwick Grolsh"
).split()
THINGS = (
    "old maps|cold soup|brass bands|long train rides|board games|sea fog|paper kites|loud markets|chess problems|wild "
    "mushrooms|night trains|stone bridges|ginger tea|tall ladders|steep hills|rye bread|street music|card tricks|heavy "
    "coats|crossword puzzles|rainy mornings|radio plays|clay pots|glass marbles|goat cheese|small dogs|cave paintings|"
    "steam engines|flea markets|pumpkin soup|winter swimming|folk dances|tin soldiers|bitter chocolate|model ships|"
    "desert plants|ghost stories|mountain huts|sour apples|copper coins|early flights|crowded lifts|snow storms|"
    "garden gnomes|wooden toys|lemon cake|silent films|river boats|spicy noodles|second-hand books"
).split("|")


class NeedleHaystack(Task):
    """Find a fact among many of the same kind.

    Description:
        Many short statements say what people feel about things; asked is the one person who feels a certain way about
        a certain thing.

    Answer format:
        The name.

    Levels:
        8 to 15 statements at level 1 up to 250 to 350 at level 5; levels 1 to 3 span the original's 10 to 100. Ever
        more statements share the feeling or the thing that is asked for.

    Check:
        The answer must be the name, in any case.

    Source and deviations:
        Reasoning-Gym needle_haystack. Statements are made from our own tables; the pair asked for occurs once, while
        some people have the same first name. An original item in which it occurs more often is marked ambiguous.
    """

    no_program: ClassVar[str] = "from level 3 on, the statements are longer than a program may be"

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the fact asked for, then others that differ from it in the feeling or the thing."""
        count = rng.randint(*STATEMENTS[level])
        asked = rng.choice(FEELINGS), rng.choice(THINGS)
        facts = [asked]
        while len(facts) < count:
            drawn = zip(rng.choices(FEELINGS, k=count), rng.choices(THINGS, k=count), strict=True)
            for feeling, thing in drawn:
                lookalike = rng.random() / LOOKALIKES[level]
                fact = (asked[0] if lookalike < 0.5 else feeling, asked[1] if 0.5 <= lookalike < 1 else thing)
                if fact != asked:
                    facts.append(fact)
        del facts[count:]
        people = rng.sample(range(len(GIVEN_NAMES) * len(FAMILY_NAMES)), count)
        names = [f"{GIVEN_NAMES[i // len(FAMILY_NAMES)]} {FAMILY_NAMES[i % len(FAMILY_NAMES)]}" for i in people]
        statements = [f"{name} {feeling} {thing}." for name, (feeling, thing) in zip(names, facts, strict=True)]
        rng.shuffle(statements)
        question = (
            f"{' '.join(statements)}\n\nWho {asked[0]} {asked[1]}? "
            "Answer with the full name in triple angle brackets: <<<name>>>."
        )
        return self.new_problem(level, question, {"names": [names[0]], "statements": count}, names[0])

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the name."""
        return word(answer).casefold() in {name.casefold() for name in problem.data["names"]}

    def size(self, problem: Problem) -> float:
        """Number of statements."""
        return float(problem.data["statements"])

    def program(self, problem: Problem) -> str | None:
        """Look for the statement, where they are few."""
        return program(solve, self.instance(problem)) if 1 <= problem.level <= 2 else None

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Look for every statement that ends in what is asked for."""
        text = item["question"].rpartition("Who ")
        asked = text[2].partition("?")[0]
        statements = re.split(r"(?<=\.)\s+", text[0].strip())
        names = [s.removesuffix(f" {asked}.") for s in statements if s.endswith(f" {asked}.")]
        gold = item["answer"].strip()
        flaw = None
        if len(set(names)) > 1:
            flaw = "ambiguous: the statement is made of several people"
        elif gold not in names:
            flaw = "the stored name is wrong"
        answer = gold if gold in names or not names else names[0]
        data = {"names": names or [gold], "statements": len(statements)}
        return self.official_problem(item["question"], data, answer, item["answer"], flaw)


def read(question: str) -> dict[str, Any]:
    """Read the statements without their full stops, and what is asked for."""
    facts, asked = re.fullmatch(r"(.*)\n\nWho (.+?)\? .*", question, re.S).groups()
    return {"statements": facts.removesuffix(".").split(". "), "asked": asked}


def solve(statements: list[str], asked: str) -> str:
    """Look for the statement that ends in what is asked for."""
    found = [statement for statement in statements if statement.endswith(asked)]
    name = found[0].removesuffix(asked)
    return name.strip()


def verify(answer: str, statements: list[str], asked: str) -> bool:
    """Put the name before what is asked for: that must be one of the statements."""
    return f"{answer} {asked}" in statements
