"""FamilyRelationships: what one member of a family is to another."""

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
FOR_EITHER_SEX = {word: kind for kind, words in KINSHIP.items() if " or " not in kind for word in words}
TRIALS = 40
"""Pairs that are looked at in a family before another is grown."""

SIMPLE = ("spouse", "parent", "child", "sibling", "grandparent", "grandchild")


class FamilyRelationships(Task):
    """Name the relationship between two members of a family.

    Description:
        Couples and their children are given. What one person is to another is asked for.

    Answer format:
        One word, such as ``aunt`` or ``brother-in-law``; words for either sex, such as ``sibling``, count as well.

    Levels:
        Two generations at level 1, three at levels 2 and 3 (the original's range), five with up to 48 people at level
        5. From level 3 on, aunts, cousins and in-laws are asked for, and the sentences are shuffled.

    Check:
        The word must be the right one; case and hyphens do not matter, and it may stand in the whole sentence.

    Source and deviations:
        Reasoning-Gym family_relationships. Who is a man and who is a woman is said, not left to the names.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Grow a family and ask about a pair whose relationship has a name."""
        family, a, b, kind = _pair(rng, level)
        sentences = family.sentences()
        if level >= 3:
            rng.shuffle(sentences)
        answer = KINSHIP[kind][not family.woman[a]]
        question = (
            f"{' '.join(sentences)}\nWhat is {a} to {b}? Answer with the one word that completes "
            f'"{a} is the ... of {b}", such as <<<aunt>>> or <<<brother-in-law>>>. It may be the word for a woman or a '
            "man, as the case may be, or one for either sex, such as <<<sibling>>>."
        )
        data = {"relationship": answer, "pair": [a, b], "people": len(family.woman)}
        return self.new_problem(level, question, data, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the words without hyphens, and without the rest of the sentence."""
        relationship = problem.data["relationship"]
        first, second = (re.escape(name) for name in problem.data["pair"])
        sentence = rf"(?:{first} is )?(?:(?:the|an?|his|her|{second}['’]s) )?(.+?)(?: (?:of|to) {second})?"
        completed = re.fullmatch(sentence, word(answer), re.I)
        right = {relationship, FOR_EITHER_SEX.get(relationship, relationship)}
        return bool(completed) and _plain(completed[1]) in map(_plain, right)

    def size(self, problem: Problem) -> float:
        """Number of people."""
        return float(problem.data["people"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of family_relationships."""
        metadata = item["metadata"]
        relationship = metadata["relationship"]
        data = {"relationship": relationship, "pair": [metadata["person1"], metadata["person2"]]}
        return self.official_problem(item["question"], data, relationship, item["answer"])


def _plain(text: str) -> str:
    return re.sub(r"[-‐‑–—\s]", "", text.casefold())


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

    def ancestors(self, person: str) -> list[set[str]]:
        """Return the parents, grandparents and great-grandparents, after an empty set."""
        generations: list[set[str]] = [set(), set(self.parents.get(person, ()))]
        for _ in range(2):
            generations.append({p for x in generations[-1] for p in self.parents.get(x, ())})
        return generations

    def siblings(self, a: str | None, b: str | None) -> bool:
        """Whether two different people have the same parents."""
        return a != b and a in self.parents and self.parents.get(b or "") == self.parents[a]

    def kinship(self, a: str, b: str) -> str | None:
        """Return what ``a`` is to ``b``, or None if it has no name in `KINSHIP`."""
        partner_a, partner_b, siblings = self.spouse.get(a), self.spouse.get(b), self.siblings
        above_a, above_b = self.ancestors(a), self.ancestors(b)
        for n, older in enumerate(("parent", "grandparent", "great-grandparent"), start=1):
            if a in above_b[n]:
                return older
            if b in above_a[n]:
                return older.replace("parent", "child")
        if partner_a == b:
            return "spouse"
        if siblings(a, b):
            return "sibling"
        if any(siblings(a, p) or siblings(partner_a, p) for p in above_b[1]):
            return "aunt or uncle"
        if any(siblings(b, p) or siblings(partner_b, p) for p in above_a[1]):
            return "niece or nephew"
        if any(siblings(p, q) for p in above_a[1] for q in above_b[1]):
            return "cousin"
        if a in self.parents.get(partner_b or "", ()):
            return "parent-in-law"
        if b in self.parents.get(partner_a or "", ()):
            return "child-in-law"
        return "sibling-in-law" if siblings(a, partner_b) or siblings(partner_a, b) else None


def _pair(rng: random.Random, level: int) -> tuple[_Family, str, str, str]:
    """Grow families until one has a pair of the kind of relationship that is drawn for the level."""
    wanted = rng.choice([kind for kind in KINSHIP if (kind in SIMPLE) == (level < 3)])
    while True:
        family = _grow(rng, level)
        people = list(family.woman)
        for _ in range(TRIALS):
            a, b = rng.sample(people, 2)
            if family.kinship(a, b) == wanted:
                return family, a, b, wanted


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
