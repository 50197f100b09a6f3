"""DyckLanguages: close the brackets that are still open."""

import random
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.task import Problem, Task

CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
SHAPES = {1: (4, 12, 2, 3), 2: (12, 30, 2, 4), 3: (30, 80, 3, 6), 4: (100, 200, 6, 12), 5: (250, 500, 14, 26)}
LONGEST_REASONS = 10
"""Sentences; longer sequences are left to a program."""


class DyckLanguages(Task):
    """Complete a sequence of brackets.

    Description:
        The beginning of a well-nested sequence of four kinds of brackets is given; the brackets that close what is
        still open are asked for.

    Answer format:
        The missing brackets, separated by spaces.

    Levels:
        4 to 12 brackets of which 2 to 3 are open at level 1, as in the original's short items; its longest, of about
        80, are at level 3; 250 to 500 brackets of which 14 to 26 are open at level 5.

    Check:
        The brackets must be the right ones in order; spaces do not matter.

    Source and deviations:
        BIG-Bench Hard dyck_languages. The original does not say that nothing beyond the closing brackets is wanted.
    """

    answer_padding: ClassVar[str] = " "

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Open and close brackets at random, then open until as many are open as drawn."""
        low, high, *open_range = SHAPES[level]
        length, opened = rng.randint(low, high), rng.randint(*open_range)
        stack: list[str] = []
        sequence: list[str] = []
        while len(sequence) < length or len(stack) != opened:
            grow = len(stack) < opened if len(sequence) >= length else rng.random() < 0.52
            if grow or not stack:
                stack.append(rng.choice("([{<"))
                sequence.append(stack[-1])
            else:
                sequence.append(CLOSING[stack.pop()])
        text = " ".join(sequence)
        question = (
            "Complete the rest of the sequence, making sure that the brackets are closed properly, and add no "
            f"brackets beyond those needed. Input: {text}\n"
            "Give only the missing brackets, separated by spaces, between <<< and >>>, with a space after <<< and "
            "before >>>."
        )
        return self.new_problem(level, question, {"sequence": text}, solve(text))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the brackets."""
        found = "".join(answer.split())
        right = "".join(problem.answer.split())
        return found == right

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say what is open after each run of brackets that open and close."""
        rng = random.Random(problem.question)
        told = rng.choice(("After {}, {} stays open.", "{} leaves {} open.", "Read {}. Still open: {}."))
        stack: list[str] = []
        said = []
        for run in re.findall(r"(?:[([{<] )+(?:[])}>] )*", f"{self.instance(problem)['sequence']} "):
            for bracket in run.split():
                stack = [*stack, bracket] if bracket in CLOSING else stack[:-1]
            said.append(told.format(run.strip(), " ".join(stack) or "nothing"))
        last = rng.choice(("What was opened last is closed first", "From the last to the first, these are closed"))
        said.append(f"{last}: {' '.join(CLOSING[bracket] for bracket in stack[::-1])}.")
        return said if len(said) <= LONGEST_REASONS else None

    def size(self, problem: Problem) -> float:
        """Number of brackets."""
        return len(problem.data["sequence"].split())

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the sequence from the question."""
        return original_problem(self, item, {"sequence": str(item["input"]).partition("Input:")[2].strip()})


def read(question: str) -> dict[str, Any]:
    """Read the brackets."""
    return {"sequence": re.search(r"Input:[ ]*([][(){}<> ]*[][(){}<>])[ ]*$", question, re.M)[1]}


def solve(sequence: str) -> str:
    """Close what is open, the last first."""
    closing = {"(": ")", "[": "]", "{": "}", "<": ">"}
    stack = []
    for bracket in sequence.split():
        if bracket in closing:
            stack.append(closing[bracket])
        else:
            stack.pop()
    return " ".join(reversed(stack))


def verify(answer: str, sequence: str) -> bool:
    """Take out pairs of brackets that stand side by side: with nothing but closing ones added, all must go."""
    text = (sequence + answer).replace(" ", "")
    for _ in sequence:
        for pair in ("()", "[]", "{}", "<>"):
            text = text.replace(pair, "")
    return text == "" and set(answer) <= set(")]}> ")
