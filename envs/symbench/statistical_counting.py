"""StatisticalCounting: the score of the runs of equal letters in a string."""

import itertools
import random
import re
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.symbench.original import settle
from r1ci_env.task import Problem, Task

SHAPES = {  # length of the string, letters
    1: ((10, 16), (2, 3)),
    2: ((25, 35), (3, 5)),
    3: ((45, 65), (4, 7)),
    4: ((120, 160), (6, 9)),
    5: ((280, 360), (8, 11)),
}
_ORIGINAL_RULE = re.compile(r"(two) or more consecutive (\w)'s, add (\d+)")


class StatisticalCounting(Task):
    """Add up points for runs of equal letters.

    Description:
        A string and the points of each letter are given. Every run of a letter that is long enough (two, or from
        level 3 on two to four, by letter) earns the letter's points once; the total is asked for.

    Answer format:
        The integer.

    Levels:
        10 to 16 letters at level 1, 45 to 65 at level 3 (the original has 5 to 65), 280 to 360 at level 5.

    Check:
        The answer must be the exact integer.

    Source and deviations:
        SymBench statistical_counting, where the points are 1, 2, 3, ... and two letters are always enough.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the string so that runs are common."""
        length, kinds = (rng.randint(*bounds) for bounds in SHAPES[level])
        letters = [chr(ord("A") + i) for i in range(kinds)]
        rules = {letter: (rng.randint(1, 9), rng.randint(2, 4) if level >= 3 else 2) for letter in letters}
        text = rng.choice(letters)
        while len(text) < length:
            text += text[-1] if rng.random() < 0.4 else rng.choice(letters)
        listed = "\n".join(
            f"- a run of {least} or more {letter}'s: {points} point{'s' * (points > 1)}"
            for letter, (points, least) in rules.items()
        )
        question = (
            "Split the string below into its runs: a run is a stretch of the same letter, as long as it can be. Each "
            "run earns points once, however long it is:\n"
            f"{listed}\nShorter runs earn nothing.\n\n{text}\n\n"
            "What is the total? Give the integer in triple angle brackets, such as <<<12>>>."
        )
        total = score(text, rules)
        return self.new_problem(level, question, {"total": total, "length": length}, str(total))

    def from_official(self, item: Any) -> Problem:
        """Score the string of the text."""
        question, gold = item["question"], str(item["solution"]["solution"])
        settled = settle(solve, question, gold, "the stored total is wrong", read=len(_ORIGINAL_RULE.findall(question)))
        return self.official_problem(question, {"total": int(settled.answer)}, settled.answer, gold, *settled[1:])

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the integer."""
        return integer(answer, "point") == problem.data["total"]

    def size(self, problem: Problem) -> float:
        """Length of the string."""
        return float(problem.data["length"])


def score(text: str, rules: dict[str, tuple[int, int]]) -> int:
    """Add the points of the runs that are long enough; ``rules`` gives points and least length."""
    runs = [(letter, len(list(run))) for letter, run in itertools.groupby(text)]
    return sum(rules[letter][0] for letter, length in runs if letter in rules and length >= rules[letter][1])


def solve(question: str) -> str:
    """Read the rules and the string, in our wording or the original's, and score."""
    ours = re.findall(r"^- a run of (\d+) or more (\w)'s: (\d+) points?$", question, re.M)
    theirs = _ORIGINAL_RULE.findall(question)
    rules = {letter: (int(points), 2 if least == "two" else int(least)) for least, letter, points in ours or theirs}
    text = re.search(r"^([A-Z]+)$|the string ([A-Z]+)\?", question, re.M)
    return str(score(text[1] or text[2], rules))
