"""StatisticalCounting: the score of the runs of equal letters in a string."""

import random
import re
from itertools import groupby
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
        total = int(solve(text, rules))
        return self.new_problem(level, question, {"total": total, "length": length}, str(total))

    def from_official(self, item: Any) -> Problem:
        """Score the string of the text."""
        question, gold = item["question"], str(item["solution"]["solution"])
        understood = len(_ORIGINAL_RULE.findall(question))
        settled = settle(self.solve, question, gold, "the stored total is wrong", read=understood)
        return self.official_problem(question, {"total": int(settled.answer)}, settled.answer, gold, *settled[1:])

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the integer."""
        return integer(answer, "point") == problem.data["total"]

    def reasons(self, problem: Problem) -> list[str] | None:
        """List the runs of a short string, and the points of those that are long enough."""
        text, rules = read(problem.question).values()
        if problem.level > 1:
            return None
        runs = ["".join(run) for _, run in groupby(text)]
        points = [(run, rules[run[0]][0]) for run in runs if len(run) >= rules[run[0]][1]]
        rng = random.Random(problem.question)
        steps = [f"{rng.choice(('The runs are', 'The string falls into the runs'))} {', '.join(runs)}."]
        if not points:
            return [*steps, "None has two letters, so the total is 0."]
        listed = ", ".join(f"{run} {n}" for run, n in points)
        steps.append(
            f"{rng.choice(('Long enough are, with their points:', 'Those of at least two letters earn:'))} {listed}."
        )
        added = " + ".join(str(n) for _, n in points)
        return [*steps, f"The total is {added} = {problem.answer}." if len(points) > 1 else f"The total is {added}."]

    def size(self, problem: Problem) -> float:
        """Length of the string."""
        return float(problem.data["length"])


def read(question: str) -> dict[str, Any]:
    """Read the string, and points and least length for each of its letters, in our wording or the original's."""
    ours = re.findall(r"^- a run of (\d+) or more (\w)'s: (\d+) points?$", question, re.M)
    theirs = _ORIGINAL_RULE.findall(question)
    rules = {letter: (int(points), 2 if least == "two" else int(least)) for least, letter, points in ours or theirs}
    found = re.search(r"^([A-Z]+)$|the string ([A-Z]+)\?", question, re.M)
    text = found[1] or found[2]
    return {"text": text, "rules": {letter: rules.get(letter, (0, 1)) for letter in sorted(set(text))}}


def solve(text: str, rules: dict[str, tuple[int, int]]) -> str:
    """Add the points of the runs that are long enough."""
    total = 0
    for letter, run in groupby(text):
        points, least = rules[letter]
        if len(list(run)) >= least:
            total += points
    return str(total)


def verify(answer: str, text: str, rules: dict[str, tuple[int, int]]) -> bool:
    """Take one letter after the other: its runs are what is left when all others become spaces."""
    total = 0
    for letter, (points, least) in rules.items():
        runs = "".join(c if c == letter else " " for c in text).split()
        total += points * sum(len(run) >= least for run in runs)
    return int(answer) == total
