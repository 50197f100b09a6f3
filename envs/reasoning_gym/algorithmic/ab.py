"""AB: rewrite a row of tokens until no rule applies."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import items, one_of
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

LENGTH = {1: (5, 7), 2: (7, 10), 3: (10, 14), 4: (20, 30), 5: (40, 60)}
TOKENS = ("A#", "#A", "B#", "#B")


class AB(Task):
    """Compute a program of the A::B system.

    Description:
        A row of the tokens A#, #A, B# and #B is rewritten wherever two neighbours face each other with their #.
        Equal letters vanish, different letters change places. The final row is asked for.

    Answer format:
        The tokens of the final row, separated by blanks: ``#B #A A#``.

    Levels:
        5 to 7 tokens at level 1 up to 40 to 60 at level 5; the original's default (10) lies at levels 2 and 3.

    Check:
        The row must equal the final one; commas or blanks may separate the tokens.

    Source and deviations:
        Reasoning-Gym ab. Programs whose final row is empty are not drawn, as an empty answer cannot be told from none;
        for such an original item the word ``empty`` is right.
    """

    plain_levels = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw tokens until something is left of them."""
        final = ""
        while not final:
            program = rng.choices(TOKENS, k=rng.randint(*LENGTH[level]))
            final = solve(" ".join(program))
        question = (
            "A row of the tokens A#, #A, B# and #B is rewritten as long as two neighbouring tokens face each other "
            "with their # signs:\n"
            "A# #A: both are removed\nB# #B: both are removed\nA# #B becomes #B A#\nB# #A becomes #A B#\n\n"
            f"Which row is left of this one?\n{' '.join(program)}\n\n"
            "Give the tokens, separated by blanks, in triple angle brackets, for example <<<#B A# A#>>>."
        )
        return self.new_problem(level, question, {"program": program}, final)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the tokens."""
        final = solve(" ".join(problem.data["program"]))
        if not final:
            return bool(one_of(answer, "empty", "(empty)"))
        return " ".join(items(answer.replace("\\#", "#"))).upper() == final

    def size(self, problem: Problem) -> float:
        """Tokens of the program."""
        return len(problem.data["program"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Rewrite the first two tokens that face each other, again and again."""
        if problem.level != 1:
            return None
        rng = random.Random(problem.question)
        steps = [rng.choice(("I look for neighbours that face each other.", "I apply the rules from the left."))]
        row = read(problem.question)["row"].split()
        while (i := next((i for i in range(len(row) - 1) if row[i][1] + row[i + 1][0] == "##"), -1)) >= 0:
            one, other = row[i : i + 2]
            row[i : i + 2] = [] if one[0] == other[1] else [other, one]
            what = (
                rng.choice(("vanish", "are removed")) if one[0] == other[1] else rng.choice(("swap", "change places"))
            )
            steps.append(f"{one} {other} {what}: {' '.join(row)}.")
        return [*steps, "No two tokens face each other now."] if len(steps) < 9 else None

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the program from the question, which ends with it."""
        program = re.findall(r"[AB]#|#[AB]", item["question"].split("following program:")[1])
        return entry_problem(self, item, {"program": program}, lambda: solve(" ".join(program)) or "empty")


def read(question: str) -> dict[str, Any]:
    """Read the row of tokens."""
    return {"row": question.split("this one?\n")[1].split("\n")[0]}


def solve(row: str) -> str:
    """Let each #X move left through the X# before it, up to one of its own letter, which it removes."""
    left: list[str] = []
    right: list[str] = []
    for token in row.split():
        if token.endswith("#"):
            right.append(token)
        elif token[::-1] in right:
            nearest = right[::-1].index(token[::-1])
            del right[len(right) - 1 - nearest]
        else:
            left.append(token)
    return " ".join(left + right)


def solve_plainly(row: str) -> str:
    """Rewrite neighbours that face each other until none are left."""
    row = row.replace(" ", "")
    while "##" in row:
        row = row.replace("A##A", "").replace("B##B", "")
        row = row.replace("A##B", "#BA#").replace("B##A", "#AB#")
    tokens = [row[i : i + 2] for i in range(0, len(row), 2)]
    return " ".join(tokens)


def verify(answer: str, row: str) -> bool:
    """Match the tokens of each letter like brackets; what is left keeps its order, each #X before each X#."""
    tokens = row.split()
    gone: set[int] = set()
    for letter in "AB":
        waiting: list[int] = []
        for i, token in enumerate(tokens):
            if token == letter + "#":
                waiting.append(i)
            elif token == "#" + letter and waiting:
                gone |= {i, waiting.pop()}
    left = [token for i, token in enumerate(tokens) if i not in gone]
    return answer.split() == sorted(left, key=lambda token: token.endswith("#"))
