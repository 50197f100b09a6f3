"""WordLadder: change a word into another, one letter at a time."""

import itertools
import random
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from r1ci_env.envs.answers import items
from r1ci_env.envs.wording.vocabulary import RARER_WORDS, WORDS
from r1ci_env.task import Problem, Task

SHAPES = {  # letters, words that are allowed, steps that are needed
    1: ((3, 3), 15, (2, 3)),
    2: ((3, 4), 25, (3, 4)),
    3: ((4, 4), 40, (4, 6)),
    4: ((4, 4), 70, (7, 8)),
    5: ((4, 4), 110, (9, 14)),
}
MAX_STEPS = 1_000


class WordLadder(Task):
    """Find a ladder of words.

    Description:
        Two words of the same length and a list of allowed words are given; asked is a row of allowed words from the
        first to the second in which neighbours differ in exactly one letter.

    Answer format:
        The words from the first to the last: ``cold,cord,card``.

    Levels:
        Two or three steps through 15 words of 3 letters at level 1; 4 to 6 through 40 words of 4 letters (the
        original's default) at level 3; 9 or more through 110 at level 5.

    Check:
        Every step is checked; the ladder need not be shortest and has at most 1,000 steps. Case does not matter.

    Source and deviations:
        Reasoning-Gym word_ladder, which allows every valid English word without saying which those are. Here they are
        listed. For original items, the words of our own lists (2,200 of 4 letters) and those of the stored answer are
        allowed; a rarer word is not.
    """

    plain_levels = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw two words at the right distance, then other words beside those between them."""
        lengths, count, (fewest, most) = SHAPES[level]
        graph = _vocabulary_graph(rng.randint(*lengths))
        words = list(graph)
        ends: list[str] = []
        while not ends:
            came = _search(graph, rng.choice(words), most)
            reached = list(came)  # from near to far
            ends = reached[bisect_left(reached, fewest, key=lambda word: len(_ladder(came, word)) - 1) :]
        steps = _ladder(came, rng.choice(ends))
        near = {word: None for step in steps for word in graph[step] if word not in steps}
        chosen = {*steps, *rng.sample(list(near), min(len(near), count // 2))}
        others = [word for word in rng.sample(words, count) if word not in chosen]
        allowed = sorted([*chosen, *others[: count - len(chosen)]])
        question = (
            f"Turn the word {steps[0]} into the word {steps[-1]}. Each step changes exactly one letter and leads to "
            f"one of these words:\n{' '.join(allowed)}\n"
            f"List all words from {steps[0]} to {steps[-1]}, separated by commas, in triple angle brackets, as in "
            "<<<cold,cord,card>>> for a ladder from cold to card."
        )
        data = {"start": steps[0], "end": steps[-1], "words": allowed, "any_word": False, "steps": len(steps) - 1}
        return self.new_problem(level, question, data, ",".join(steps))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Check every step."""
        words = [word.casefold() for word in items(answer)]
        allowed = {*problem.data["words"], *((*WORDS, *RARER_WORDS) if problem.data["any_word"] else ())}
        return (
            1 < len(words) <= MAX_STEPS
            and words[0] == problem.data["start"]
            and words[-1] == problem.data["end"]
            and all(word in allowed for word in words)
            and all(_differ_once(*pair) for pair in itertools.pairwise(words))
        )

    def size(self, problem: Problem) -> float:
        """Steps that are needed."""
        return problem.data["steps"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the two words from the metadata; the words of the stored answer are allowed."""
        gold = item["answer"]
        words = [word.strip().casefold() for word in gold.split(",")]
        start, end = (item["metadata"][key].casefold() for key in ("start_word", "end_word"))
        data = {"start": start, "end": end, "words": words, "any_word": True, "steps": len(words) - 1}
        problem = self.official_problem(item["question"], data, gold, gold)
        if self.check(problem, gold):
            return problem
        data["words"] = [start, end]
        known = dict.fromkeys([start, end, *(word for word in (*WORDS, *RARER_WORDS) if len(word) == len(start))])
        answer = solve(start, end, " ".join(known)) or "(none)"
        return self.official_problem(item["question"], data, answer, gold, "the stored answer is no ladder")


def _differ_once(first: str, second: str) -> bool:
    return len(first) == len(second) and sum(a != b for a, b in zip(first, second, strict=True)) == 1


@cache
def _vocabulary_graph(letters: int) -> dict[str, list[str]]:
    return _neighbours([word for word in WORDS if len(word) == letters])


def _neighbours(words: Sequence[str]) -> dict[str, list[str]]:
    """Return for each word those that differ in one letter."""
    alike: dict[str, list[str]] = {}
    for word in words:
        for i in range(len(word)):
            alike.setdefault(f"{word[:i]}_{word[i + 1 :]}", []).append(word)
    return {
        word: [other for i in range(len(word)) for other in alike[f"{word[:i]}_{word[i + 1 :]}"] if other != word]
        for word in words
    }


def _search(graph: Mapping[str, Sequence[str]], start: str, most: int = MAX_STEPS) -> dict[str, str]:
    """Search in breadth; return the word before each that is reached in ``most`` steps, the nearest first."""
    came, layer = {start: start}, [start]
    for _ in range(most):
        further = []
        for word in layer:
            for other in graph[word]:
                if other not in came:
                    came[other] = word
                    further.append(other)
        layer = further
    return came


def _ladder(came: Mapping[str, str], end: str) -> list[str]:
    """Return the words from the start of the search to ``end``."""
    words = [end]
    while came[words[-1]] != words[-1]:
        words.append(came[words[-1]])
    return words[::-1]


def read(question: str) -> dict[str, Any]:
    """Read the two words and those that are allowed."""
    start, end, words = re.search(r"word (\w+) into the word (\w+)\..*\n([a-z ]+)\n", question).groups()
    return {"start": start, "end": end, "words": words}


def solve(start: str, end: str, words: str) -> str:
    """Search breadth first for a ladder, over pairs of words that differ in one letter."""
    came = _search(_neighbours(words.split()), start)
    return ",".join(_ladder(came, end)) if end in came else ""


def solve_plainly(start: str, end: str, words: str) -> str:
    """Search breadth first from word to word, and keep the way to each."""
    ways = {start: [start]}
    queue = [start]
    for word in queue:
        for other in words.split():
            changes = sum(a != b for a, b in zip(word, other, strict=True))
            if changes == 1 and other not in ways:
                ways[other] = [*ways[word], other]
                queue.append(other)
    return ",".join(ways[end])


def verify(answer: str, start: str, end: str, words: str) -> bool:
    """Look at every step."""
    ladder = answer.split(",")
    for word, other in itertools.pairwise(ladder):
        changes = sum(a != b for a, b in zip(word, other, strict=True))
        if changes != 1 or other not in words.split():
            return False
    return ladder[0] == start and ladder[-1] == end
