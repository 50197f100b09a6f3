"""PalindromePartitioning: all ways to cut a string into palindromes."""

import json
import random
import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from r1ci_env.envs.answers import BadAnswer, json_value
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

LENGTH = {1: (5, 7), 2: (7, 9), 3: (9, 13), 4: (13, 16), 5: (16, 20)}
WAYS = {1: (2, 4), 2: (4, 8), 3: (8, 24), 4: (32, 60), 5: (80, 140)}


class PalindromePartitioning(Task):
    """List every way to cut a string into palindromes.

    Description:
        A string is given; asked are all ways to cut it into pieces each of which reads the same both ways.

    Answer format:
        A JSON list of lists: ``[["a", "a", "b"], ["aa", "b"]]``.

    Levels:
        2 to 4 ways at level 1, 8 to 24 at level 3 (the original's strings of 5 to 15 letters have mostly as many), 80
        to 140 ways to cut 16 to 20 letters at level 5.

    Check:
        Every way must be listed once, in any order, and nothing else.

    Source and deviations:
        Reasoning-Gym palindrome_partitioning, whose question says that all ways may be returned; here they must be.
    """

    max_answer_chars = 90_000
    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """String palindromes together until the number of ways fits the level."""
        low, high = WAYS[level]
        text = ""
        while not (LENGTH[level][0] <= len(text) <= LENGTH[level][1] and low <= _count_ways(text) <= high):
            if len(text) >= LENGTH[level][1]:
                text = ""
            text += _palindrome(rng)
        question = (
            f"A palindrome reads the same in both directions; a single letter is one. Cut the string {text} into "
            "palindromes, in every possible way. List all ways, in any order; each is a list of the pieces from left "
            "to right. Answer with JSON in triple angle brackets; for aab the answer is "
            '<<<[["a", "a", "b"], ["aa", "b"]]>>>.'
        )
        return self.new_problem(level, question, {"string": text}, solve(text))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Check every way; as many different ones as there are must be all."""
        ways = json_value(answer)
        if not isinstance(ways, list) or not all(isinstance(way, list) for way in ways):
            raise BadAnswer("no list of lists")
        if not all(isinstance(piece, str) and piece and piece == piece[::-1] for way in ways for piece in way):
            return False
        text = problem.data["string"]
        different = {tuple(way) for way in ways}
        return len(different) == len(ways) == _count_ways(text) and all("".join(way) == text for way in ways)

    def size(self, problem: Problem) -> float:
        """Number of ways."""
        return _count_ways(problem.data["string"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the string from the metadata."""
        string = item["metadata"]["string"]
        return entry_problem(self, item, {"string": string}, lambda: solve(string))


def _palindrome(rng: random.Random) -> str:
    """Return a palindrome of 1 to 5 letters, the odd ones with a middle of their own."""
    half = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(0, 2)))
    middle = rng.choice("abcdefghijklmnopqrstuvwxyz") if not half or rng.random() < 0.6 else ""
    return half + middle + half[::-1]


def _count_ways(text: str) -> int:
    """Count the ways to cut ever longer beginnings."""
    ways = [1]
    for end in range(1, len(text) + 1):
        pieces = (text[start:end] for start in range(end))
        ways.append(sum(ways[start] for start, piece in enumerate(pieces) if piece == piece[::-1]))
    return ways[-1]


def read(question: str) -> dict[str, Any]:
    """Read the string."""
    return {"string": re.search(r"the string (\w+) into", question)[1]}


def solve(string: str) -> str:
    """Cut off every palindrome at the start, and the rest in every way."""
    return json.dumps(_ways(string))


def _ways(text: str) -> list[list[str]]:
    if not text:
        return [[]]
    starts = [text[:end] for end in range(1, len(text) + 1)]
    return [[start, *rest] for start in starts if start == start[::-1] for rest in _ways(text[len(start) :])]


def solve_plainly(string: str) -> str:
    """Try every way to cut between the letters, and keep those whose pieces are all palindromes."""
    ways = []
    for ends in product(["", " "], repeat=len(string) - 1):
        cut = "".join(letter + end for letter, end in zip(string, [*ends, ""], strict=True))
        pieces = cut.split()
        if all(piece == piece[::-1] for piece in pieces):
            ways.append(pieces)
    return json.dumps(ways)


def verify(answer: str, string: str) -> bool:
    """Count the ways to cut ever longer beginnings: so many must be listed, all different and right."""
    counts = [1]
    for end in range(1, len(string) + 1):
        starts = [start for start in range(end) if string[start:end] == string[start:end][::-1]]
        counts.append(sum(counts[start] for start in starts))
    ways = [way.split('", "') for way in answer.strip('[]"').split('"], ["')]
    right = all("".join(way) == string and all(piece == piece[::-1] for piece in way) for way in ways)
    return right and len(set(map(tuple, ways))) == len(ways) == counts[-1]
