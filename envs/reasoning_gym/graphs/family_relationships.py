"""FamilyRelationships: what one member of a family is to another."""

import itertools
import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.task import Problem, Task

WOMEN = (
    "Ada Bella Clara Dora Edith Fenna Greta Hana Ines Jana Karin Lena Mira Nadia Olga Paula Rosa Selma Tara Uma "
    "Vera Wanda Xenia Yara Zora Alma Britta Carla Doris Elsa"
).split()
MEN = (
    "Adam Boris Carl Dario Emil Felix Goran Hugo Igor Jonas Karim Leo Milan Nils Otto Pavel Ravi Sven Timo Ugo "
    "Viktor Willem Xaver Yusuf Zeno Anton Bruno Conrad Denis Erik"
).split()
GENERATIONS = {1: 2, 2: 3, 3: 3, 4: 4, 5: 5}
MOST_PEOPLE = {1: 8, 2: 12, 3: 18, 4: 28, 5: 48}
KINSHIP = {  # relation of the first person to the second: what a woman and a man are called
    "spouse": ("wife", "husband"),
    "parent": ("mother", "father"),
    "child": ("daughter", "son"),
    "sibling": ("sister", "brother"),
    "grandparent": ("grandmother", "grandfather"),
    "grandchild": ("granddaughter", "grandson"),
    "great-grandparent": ("great-grandmother", "great-grandfather"),
    "great-grandchild": ("great-granddaughter", "great-grandson"),
    "aunt or uncle": ("aunt", "uncle"),
    "niece or nephew": ("niece", "nephew"),
    "cousin": ("cousin", "cousin"),
    "parent-in-law": ("mother-in-law", "father-in-law"),
    "child-in-law": ("daughter-in-law", "son-in-law"),
    "sibling-in-law": ("sister-in-law", "brother-in-law"),
}
SIMPLE = ("spouse", "parent", "child", "sibling", "grandparent", "grandchild")


class FamilyRelationships(Task):
    """Name the relationship between two members of a family.

    Description:
        Couples and their children are given. What one person is to another is asked for.

    Answer format:
        One word, such as ``aunt`` or ``brother-in-law``.

    Levels:
        Two generations at level 1, three at levels 2 and 3 (the original's range), five with up to 48 people at level
        5. From level 3 on, aunts, cousins and in-laws are asked for, and the sentences are shuffled.

    Check:
        The word must be the right one; case and hyphens do not matter.

    Source and deviations:
        Reasoning-Gym family_relationships. Who is a man and who is a woman is said, not left to the names.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Grow a family and ask about a pair whose relationship has a name."""
        pairs: dict[str, list[tuple[str, str]]] = {}
        while not pairs:
            family = _grow(rng, level)
            for a, b in itertools.permutations(family.woman, 2):
                kind = family.kinship(a, b)
                if kind and (kind in SIMPLE) == (level < 3):
                    pairs.setdefault(kind, []).append((a, b))
        kind = rng.choice(sorted(pairs))
        a, b = rng.choice(pairs[kind])
        sentences = family.sentences()
        if level >= 3:
            rng.shuffle(sentences)
        answer = KINSHIP[kind][not family.woman[a]]
        question = (
            f"{' '.join(sentences)}\nWhat is {a} to {b}? Answer with the one word that completes "
            f'"{a} is the ... of {b}", such as <<<aunt>>> or <<<brother-in-law>>>.'
        )
        return self.new_problem(level, question, {"relationship": answer, "people": len(family.woman)}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the words without hyphens."""
        return _plain(answer) == _plain(problem.data["relationship"])

    def size(self, problem: Problem) -> float:
        """Number of people."""
        return float(problem.data["people"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of family_relationships."""
        relationship = item["metadata"]["relationship"]
        return self.official_problem(item["question"], {"relationship": relationship}, relationship, item["answer"])


def _plain(text: str) -> str:
    return word(text).casefold().replace("-", "").replace(" ", "")


class _Family:
    """Who is a woman, married to whom, and whose child."""

    def __init__(self) -> None:
        self.woman: dict[str, bool] = {}
        self.spouse: dict[str, str] = {}
        self.parents: dict[str, tuple[str, str]] = {}

    def marry(self, wife: str, husband: str) -> tuple[str, str]:
        self.woman |= {wife: True, husband: False}
        self.spouse |= {wife: husband, husband: wife}
        return wife, husband

    def bear(self, couple: tuple[str, str], child: str, woman: bool) -> None:
        self.woman[child] = woman
        self.parents[child] = couple

    def sentences(self) -> list[str]:
        said = []
        for wife, husband in self.spouse.items():
            if self.woman[wife]:
                children = [c for c, couple in self.parents.items() if couple == (wife, husband)]
                born = " and ".join(f"a {'daughter' if self.woman[c] else 'son'}, {c}" for c in children)
                said.append(f"{husband} and his wife {wife} have {born or 'no children'}.")
        return said

    def kinship(self, a: str, b: str) -> str | None:
        """Return what ``a`` is to ``b``, or None if it has no name in `KINSHIP`."""
        up = {1: set(self.parents.get(b, ()))}  # ancestors of b by generation
        down = {1: set(self.parents.get(a, ()))}  # and of a
        for n in (2, 3):
            up[n] = {p for x in up[n - 1] for p in self.parents.get(x, ())}
            down[n] = {p for x in down[n - 1] for p in self.parents.get(x, ())}
        partner_a, partner_b = self.spouse.get(a), self.spouse.get(b)

        def siblings(x: str | None, y: str | None) -> bool:
            return bool(x and y and x != y and x in self.parents and self.parents.get(x) == self.parents.get(y))

        tests = {
            "spouse": partner_a == b,
            "parent": a in up[1],
            "child": b in down[1],
            "sibling": siblings(a, b),
            "grandparent": a in up[2],
            "grandchild": b in down[2],
            "great-grandparent": a in up[3],
            "great-grandchild": b in down[3],
            "aunt or uncle": any(siblings(a, p) or siblings(partner_a, p) for p in up[1]),
            "niece or nephew": any(siblings(b, p) or siblings(partner_b, p) for p in down[1]),
            "cousin": any(siblings(p, q) for p in down[1] for q in up[1]),
            "parent-in-law": a in self.parents.get(partner_b or "", ()),
            "child-in-law": b in self.parents.get(partner_a or "", ()),
            "sibling-in-law": siblings(a, partner_b) or siblings(partner_a, b),
        }
        return next((kind for kind, holds in tests.items() if holds), None) if a != b else None


def _grow(rng: random.Random, level: int) -> _Family:
    family = _Family()
    names = {"w": rng.sample(WOMEN, len(WOMEN)), "m": rng.sample(MEN, len(MEN))}
    couples = [family.marry(names["w"].pop(), names["m"].pop())]
    for generation in range(1, GENERATIONS[level] + 1):
        following = []
        for couple in couples:
            for _ in range(rng.randint(1 if generation > 1 else 2, 3)):
                if len(family.woman) >= MOST_PEOPLE[level]:
                    continue
                sex = rng.choice("wm")
                child = names[sex].pop()
                family.bear(couple, child, sex == "w")
                if generation < GENERATIONS[level] and rng.random() < 0.8:
                    partner = names["m" if sex == "w" else "w"].pop()
                    following.append(family.marry(*((child, partner) if sex == "w" else (partner, child))))
        couples = following
    return family


def solve(question: str) -> str:
    """Rebuild the family from the sentences and name the relationship."""
    family = _Family()
    for husband, wife, born in re.findall(r"(\w+) and his wife (\w+) have ([^.]*)\.", question):
        couple = family.marry(wife, husband)
        for kind, child in re.findall(r"a (daughter|son), (\w+)", born):
            family.bear(couple, child, kind == "daughter")
    a, b = re.search(r"What is (\w+) to (\w+)\?", question).groups()
    return KINSHIP[family.kinship(a, b)][not family.woman[a]]
