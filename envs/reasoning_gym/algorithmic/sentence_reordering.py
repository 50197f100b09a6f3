"""SentenceReordering: put the words of a sentence in order."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import items
from r1ci_env.task import Problem, Task

CLAUSES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 6}
EXTRAS = {1: 0.4, 2: 0.9, 3: 0.7, 4: 0.8, 5: 0.9}  # how likely an adjective, an adverb or a place is
WORDS = {
    "determiner": "the this that every our my his her their your each".split(),
    "adjective": (
        "old young tall clever hungry brave lazy proud gentle curious noisy angry famous tiny huge heavy wooden "
        "expensive beautiful dusty shiny careful nervous grumpy colorful enormous polite wonderful cheerful strange"
    ).split(),
    "noun": (
        "farmer teacher lawyer soldier sailor giraffe kitten elephant professor princess wizard musician dentist "
        "grandmother uncle lion tiger zebra penguin bicycle umbrella piano candle basket violin guitar telescope "
        "lantern sandwich potato kettle river castle library kitchen forest mountain museum village lighthouse cottage "
        "garage bakery"
    ).split(),
    "verb": (
        "saw took drew found sold bought forgot chose hid stole threw caught admired described noticed remembered "
        "discovered followed avoided greeted"
    ).split(),
    "adverb": "slowly quickly carefully secretly happily suddenly quietly proudly bravely eagerly rarely often".split(),
    "preposition": "near behind under beside above inside outside at from".split(),
    "conjunction": "and but because while although".split(),
}
KINDS = {word: kind for kind, words in WORDS.items() for word in words}


class SentenceReordering(Task):
    """Restore the order of the words of a sentence.

    Description:
        The words of a sentence in alphabetical order and the kinds of words that follow each other in it are given; a
        sentence of that pattern is asked for.

    Answer format:
        The words, separated by blanks.

    Levels:
        One clause of 5 to 12 words at level 1, two at level 3 (the original's defaults are 3 to 20 words), six of up to
        77 words at level 5.

    Check:
        All words must be used, and their kinds must follow the pattern; every such order is accepted.

    Source and deviations:
        Reasoning-Gym sentence_reordering, whose sentences come from a book, so that several orders are good English but
        only one counts. Here the pattern of the sentence is given, and every order that follows it counts. In the
        original a word that occurs twice stands beside its first occurrence in the stored answer; for such items all
        orders that differ only so are accepted.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a pattern, then words that fit it."""
        pattern: list[str] = []
        for clause in range(CLAUSES[level]):
            pattern += ["conjunction"] * (clause > 0) + _clause(rng, EXTRAS[level])
        supply = {kind: rng.sample(words, len(words)) for kind, words in WORDS.items()}
        sentence = []
        for kind in pattern:
            sentence.append(supply[kind][0])
            supply[kind].append(supply[kind].pop(0))
        words = sorted(sentence)
        question = (
            f"These are the words of a sentence in alphabetical order: {', '.join(words)}.\n"
            f"In the sentence the kinds of words follow each other like this: {', '.join(pattern)}.\n"
            "Put the words in such an order. Which of the words of a kind comes first does not matter; use each as "
            "often as it is listed. Write the words without punctuation in triple angle brackets: <<<word word word>>>."
        )
        return self.new_problem(level, question, {"words": words, "pattern": pattern}, " ".join(sentence))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the words and their kinds; for an original sentence, the words in order."""
        if "sentence" in problem.data:
            return _is_original(answer, problem.data["sentence"])
        words = " ".join(items(answer)).casefold().split()
        return sorted(words) == problem.data["words"] and [KINDS[word] for word in words] == problem.data["pattern"]

    def size(self, problem: Problem) -> float:
        """Number of words."""
        return len(problem.data["words"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Sort the words by kind, then follow the pattern."""
        if problem.level != 1:
            return None
        words, pattern = read(problem.question).values()
        rng = random.Random(problem.question)
        steps = []
        for kind, group in words.items():
            listed, one = ", ".join(group), len(group) == 1
            steps.append(f"The {kind}{'' if one else 's'}: {listed}.")
        places = (f"{kind} {word}" for kind, word in zip(pattern.split(), solve(words, pattern).split(), strict=True))
        return [*steps, f"{rng.choice(('In the order of the pattern', 'Put in that order'))}: {', '.join(places)}."]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the sentence from the stored answer."""
        gold = item["answer"]
        shown = item["question"].split("following sentence: ", 1)[-1].split()
        flaw = None
        if len(set(shown)) < len(shown):
            flaw = "a word occurs twice and stands beside its first occurrence in the stored answer"
        if sorted(shown) != sorted(gold.split()):
            flaw = "the stored answer does not have the words of the question"
        return self.official_problem(item["question"], {"sentence": gold}, gold, gold, flaw)


def _clause(rng: random.Random, extras: float) -> list[str]:
    """Return the kinds of words of a clause of subject, verb, object and perhaps a place."""
    nouns = [["determiner", *["adjective"] * (rng.random() < extras), "noun"] for _ in range(3)]
    place = ["preposition", *nouns[2]] if rng.random() < extras else []
    return [*nouns[0], *["adverb"] * (rng.random() < extras), "verb", *nouns[1], *place]


def _is_original(answer: str, sentence: str) -> bool:
    given, wanted = answer.split(), sentence.split()
    if len(given) != len(wanted):
        return False
    repeats_together = sorted(given, key=given.index)
    return repeats_together == wanted or _bare(given) == _bare(wanted)


def _bare(words: Sequence[str]) -> list[str]:
    """Return the words in lower case without the punctuation around them."""
    return [word.strip(".,;:!?\"'“”‘’()").casefold() for word in words]


def read(question: str) -> dict[str, Any]:
    """Read the words, by their kinds, and the pattern."""
    listed, pattern = re.search(r"alphabetical order: (.*)\.\n.* like this: (.*)\.\n", question).groups()
    words: dict[str, list[str]] = {}
    for word in listed.split(", "):
        words.setdefault(KINDS[word], []).append(word)
    return {"words": words, "pattern": pattern.replace(",", "")}


def solve(words: dict[str, list[str]], pattern: str) -> str:
    """Take for each place of the pattern the next word of its kind."""
    left = {kind: iter(group) for kind, group in words.items()}
    sentence = [next(left[kind]) for kind in pattern.split()]
    return " ".join(sentence)


def verify(answer: str, words: dict[str, list[str]], pattern: str) -> bool:
    """Look up the kind of each word of the sentence, and count the words."""
    kinds = {word: kind for kind, group in words.items() for word in group}
    listed = [word for group in words.values() for word in group]
    sentence = answer.split()
    return [kinds[word] for word in sentence] == pattern.split() and sorted(sentence) == sorted(listed)
