"""AB: rewrite a row of tokens until no rule applies."""

import random
import re
from collections.abc import Mapping, Sequence
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

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw tokens until something is left of them."""
        final: list[str] = []
        while not final:
            program = rng.choices(TOKENS, k=rng.randint(*LENGTH[level]))
            final = final_row(program)
        question = (
            "A row of the tokens A#, #A, B# and #B is rewritten as long as two neighbouring tokens face each other "
            "with their # signs:\n"
            "A# #A: both are removed\nB# #B: both are removed\nA# #B becomes #B A#\nB# #A becomes #A B#\n\n"
            f"Which row is left of this one?\n{' '.join(program)}\n\n"
            "Give the tokens, separated by blanks, in triple angle brackets, for example <<<#B A# A#>>>."
        )
        return self.new_problem(level, question, {"program": program}, " ".join(final))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the tokens."""
        final = final_row(problem.data["program"])
        if not final:
            return bool(one_of(answer, "empty", "(empty)"))
        return [token.upper() for token in items(answer.replace("\\#", "#"))] == final

    def size(self, problem: Problem) -> float:
        """Tokens of the program."""
        return len(problem.data["program"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the program from the question, which ends with it."""
        program = re.findall(r"[AB]#|#[AB]", item["question"].split("following program:")[1])
        return entry_problem(self, item, {"program": program}, lambda: " ".join(final_row(program)) or "empty")


def final_row(program: Sequence[str]) -> list[str]:
    """Let each ``#X`` move left through the ``X#`` before it, up to one of its own letter, which it removes."""
    left: list[str] = []
    right: list[str] = []
    for token in program:
        if token.endswith("#"):
            right.append(token)
        elif (partner := token[::-1]) in right:
            del right[len(right) - 1 - right[::-1].index(partner)]
        else:
            left.append(token)
    return left + right


def solve(question: str) -> str:
    """Read the row and rewrite it."""
    return " ".join(final_row(question.split("this one?\n")[1].split("\n")[0].split()))
