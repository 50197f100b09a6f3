"""FamilyRelationships: what one member of a family is to another."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.programs import program
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
WALKS = {  # from the second person to the first, over parents (P), children (C) and spouses (S)
    **{"S": "spouse", "P": "parent", "C": "child", "PC": "sibling"},
    **{"PP": "grandparent", "CC": "grandchild", "PPP": "great-grandparent", "CCC": "great-grandchild"},
    **{"PPC": "aunt or uncle", "PPCS": "aunt or uncle", "PCC": "niece or nephew", "SPCC": "niece or nephew"},
    **{"PPCC": "cousin", "SP": "parent-in-law", "CS": "child-in-law"},
    **{"SPC": "sibling-in-law", "PCS": "sibling-in-law"},
}
TOLD = {
    "S": ("{husband} is married to {wife}.", "{wife} is the wife of {husband}."),
    "P": ("{child} is a child of {husband} and {wife}.", "The parents of {child} are {husband} and {wife}."),
    "C": ("{husband} and {wife} have a child, {child}.", "{child} is a child of {wife} and {husband}."),
}
MEANINGS = {
    **{"spouse": "married to", "parent": "a parent of", "child": "a child of"},
    **{"sibling": "another child of the parents of", "grandparent": "a parent of a parent of"},
    "grandchild": "a child of a child of",
}
ENDS = (
    "So {a} is {meaning} {b}, and {sex}: the {word}.",
    "{a} is {sex} and {meaning} {b}, so the {word}.",
)
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
        family, a, b, answer = _pair(rng, level)
        sentences = family.sentences()
        if level >= 3:
            rng.shuffle(sentences)
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

    def program(self, problem: Problem) -> str | None:
        """Look the walk up among the words for a woman, or for a man."""
        instance = self.instance(problem)
        instance["kinship"] = _words(instance.pop("woman"))
        return self._bounded(program(_word_of_walk, instance), problem)

    def reasons(self, problem: Problem) -> list[str] | None:
        """Follow the walk from the second person to the first, a sentence a step, where it is short."""
        families, a, b, woman = self.instance(problem).values()
        links = _relatives(families)
        walks = [[(step, b, other)] for step, other in links[b]]
        walks += [[*walk, (step, walk[0][2], other)] for walk in walks for step, other in links[walk[0][2]]]
        walk = next((walk for walk in walks if walk[-1][2] == a), None)
        if problem.level > 2 or walk is None:
            return None
        rng = random.Random(problem.question)
        told = []
        for step, one, other in walk:
            couple = next(members for members in families if {one, other} <= set(members))
            child = one if step == "P" else other
            told.append(rng.choice(TOLD[step]).format(husband=couple[0], wife=couple[1], child=child))
        kind = WALKS["".join(step for step, _, _ in walk)]
        meaning, word = MEANINGS[kind], KINSHIP[kind][not woman]
        end = rng.choice(ENDS).format(a=a, b=b, sex="a woman" if woman else "a man", meaning=meaning, word=word)
        return [*dict.fromkeys(told), end]

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

    def members(self) -> list[tuple[str, ...]]:
        """Return husband, wife and children of each couple."""
        wives = [person for person in self.spouse if self.woman[person]]
        return [(self.spouse[w], w, *(c for c, couple in self.parents.items() if couple[0] == w)) for w in wives]


def _pair(rng: random.Random, level: int) -> tuple[_Family, str, str, str]:
    """Grow families until one has a pair of the kind of relationship that is drawn for the level; name it."""
    wanted = rng.choice([kind for kind in KINSHIP if (kind in SIMPLE) == (level < 3)])
    while True:
        family = _grow(rng, level)
        people, families = list(family.woman), family.members()
        for _ in range(TRIALS):
            a, b = rng.sample(people, 2)
            word = solve(families, a, b, family.woman[a])
            if word in KINSHIP[wanted]:
                return family, a, b, word


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


def read(question: str) -> dict[str, Any]:
    """Read husband, wife and children of each couple, the two people, and whether the first is a woman."""
    families = []
    for husband, wife, born in re.findall(r"(\w+) and his wife (\w+) have ([^.]*)\.", question):
        families.append((husband, wife, *re.findall(r"a (?:daughter|son), (\w+)", born)))
    first, second = re.search(r"What is (\w+) to (\w+)\?", question).groups()
    woman = bool(re.search(rf"(his wife|a daughter,) {first}\b", question))
    return {"families": families, "first": first, "second": second, "woman": woman}


def solve(families: Sequence[tuple[str, ...]], first: str, second: str, woman: bool) -> str:
    """Walk from the second person over parents, children and spouses to the first, and name the walk."""
    return _word_of_walk(families, first, second, _words(woman))


def _words(woman: bool) -> dict[str, str]:
    return {walk: KINSHIP[kind][not woman] for walk, kind in WALKS.items()}


def _word_of_walk(families: Sequence[tuple[str, ...]], first: str, second: str, kinship: dict[str, str]) -> str:
    """Search breadth first: P leads to a parent, C to a child, and S to a spouse."""
    links = _relatives(families)
    walks = {second: ""}
    queue = [second]
    for person in queue:
        for step, other in links[person]:
            if other not in walks:
                walks[other] = walks[person] + step
                queue.append(other)
    return kinship.get(walks[first], "")


def _relatives(families: Sequence[tuple[str, ...]]) -> dict[str, list[tuple[str, str]]]:
    """Return the spouse, the parents and the children of each person."""
    links: dict[str, list[tuple[str, str]]] = {person: [] for members in families for person in members}
    for husband, wife, *children in families:
        links[husband].append(("S", wife))
        links[wife].append(("S", husband))
        for child in children:
            links[child] += [("P", husband), ("P", wife)]
            links[husband].append(("C", child))
            links[wife].append(("C", child))
    return links
