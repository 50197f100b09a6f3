"""What guessing earns: the answers that a question offers for choice."""

import itertools
import math
import re

from r1ci_env.registry import get_task
from r1ci_env.task import Problem

_LETTERED = re.compile(r"^\(([A-Z])\) ", re.MULTILINE)
_BULLETED = re.compile(r"^- (.+)$", re.MULTILINE)
_SPELT_OUT = re.compile(r"<<<([^<>\n]+)>>>")
MOST_CHECKED = 256
"""Combinations of options that are tried one by one; of more, one is taken to be right."""


def options(problem: Problem) -> list[list[str]]:
    """Return what may be chosen in each part of the answer; nothing if the question is open.

    A part is the lettered or bulleted lines under an ``Options:``. Without these, two or more answers that are spelt
    out, as in ``<<<Yes>>> or <<<No>>>``, are the one part. An original item that offers nothing is judged by a question
    of ours about the same task.
    """
    offered = _offered(problem.question)
    if not offered and problem.level == 0:
        offered = _offered(get_task(problem.task).problem(0).question)
    return offered


def _offered(question: str) -> list[list[str]]:
    parts = []
    for listed in question.split("Options:")[1:]:
        letters = [f"({letter})" for letter in dict.fromkeys(_LETTERED.findall(listed))]
        parts.append(letters or list(dict.fromkeys(_BULLETED.findall(listed))))
    if parts and all(len(part) > 1 for part in parts):
        return parts
    spelt = list(dict.fromkeys(_SPELT_OUT.findall(question)))
    return [spelt] if len(spelt) > 1 else []


def chance(problem: Problem) -> float:
    """Return how often an answer drawn from the options of a question is right; 0 where it is open."""
    parts = options(problem)
    combinations = math.prod(map(len, parts)) if parts else 0
    if not combinations:
        return 0.0
    if combinations > MOST_CHECKED:
        return 1 / combinations
    check = get_task(problem.task).check
    return sum(check(problem, " ".join(answer)) for answer in itertools.product(*parts)) / combinations
