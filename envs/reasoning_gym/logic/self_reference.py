"""SelfReference: statements about their own truth, and in how many ways they can be true or false."""

import random
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem, Task

STATEMENTS = {1: (4, 4), 2: (5, 6), 3: (7, 8), 4: (9, 10), 5: (12, 13)}
MOST_WAYS = {1: 3, 2: 4, 3: 4, 4: 5, 5: 5}
MAX_STATEMENTS = 16


class SelfReference(Task):
    """Count the ways in which statements about each other can be true or false.

    Description:
        Numbered statements speak of how many of them are true or false and of each other. Asked for is the number
        of ways to call each of them true or false such that exactly what the true ones say is so.

    Answer format:
        The number, which may be 0.

    Levels:
        4 statements at level 1, 7 to 8 at level 3 (the original has 7), 12 to 13 at level 5.

    Check:
        The answer must be the exact number.

    Source and deviations:
        Reasoning-Gym self_reference. More kinds of statements, in any order, and the question says what is counted;
        all numbers up to a bound are equally likely. All ways are tried when a problem is made, a bit of a long
        integer for each.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the number of ways, then statements until some have that number."""
        count = rng.randint(*STATEMENTS[level])
        value = rng.randint(0, MOST_WAYS[level])
        statements = _statements(rng, count)
        while _ways(statements) != value:
            statements = _statements(rng, count)
        listed = "\n".join(f"Statement {i}: {text}." for i, text in enumerate(statements, 1))
        question = (
            f"{listed}\n\n"
            "Call each statement either true or false. This is consistent if what a statement says is so exactly for "
            'those that are called true. Here "If ... then" is false only when its condition is true and its '
            "conclusion is false, and 0 and 1 are neither prime nor composite.\n"
            "In how many consistent ways can it be done? There may be none. "
            "Answer with the number in triple angle brackets: <<<number>>>."
        )
        return self.new_problem(level, question, {"statements": count, "value": value}, str(value))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the number."""
        return integer(answer, "way", "consistent way") == problem.data["value"]

    def size(self, problem: Problem) -> float:
        """Number of statements."""
        return float(problem.data["statements"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the statements, whose wording is near to ours."""
        found = re.findall(r"Statement (\d+): '(.*?)\.?'\s*$", item["question"], re.M)
        numbers = [int(number) for number, _ in found]
        if not 0 < len(found) <= MAX_STATEMENTS or numbers != list(range(1, len(found) + 1)):
            raise BadOption("The question of self_reference holds no list of statements.")
        value = _ways([text for _, text in found])
        flaw = None if str(value) == item["answer"] else "the stored number is wrong"
        return self.official_problem(item["question"], {"value": value}, str(value), item["answer"], flaw)


def _statements(rng: random.Random, count: int) -> list[str]:
    statements = []
    for i in range(1, count + 1):
        word = rng.choice(("true", "false"))
        first, second = rng.sample([j for j in range(1, count + 1) if j != i], 2)
        kind = rng.choice(("count", "count", "number", "one", "pair"))
        if kind == "count":
            how = rng.choice(("At least", "At most", "Exactly"))
            text = f"{how} {rng.randint(1, count - 1)} of the {count} statements are {word}"
        elif kind == "number":
            text = f"The number of {word} statements is {rng.choice(('even', 'odd', 'prime', 'composite'))}"
        elif kind == "one":
            text = f"Statement {first} is {word}"
        else:
            pattern = (
                "Either Statement {} or Statement {} is true, but not both",
                "Statement {} and Statement {} are both " + word,
                "If Statement {} is true, then Statement {} is " + word,
            )
            text = rng.choice(pattern).format(first, second)
        statements.append(text)
    return statements


def _ways(statements: Sequence[str]) -> int:
    """Count the consistent ways.

    Way w, which calls statement i true if bit i of w is set, is bit w of every integer below.
    """
    count = len(statements)
    consistent = (1 << (1 << count)) - 1
    for column, text in zip(_columns(count)[0], statements, strict=True):
        consistent &= ~(column ^ _said(text, count))
    return consistent.bit_count()


@cache
def _columns(count: int) -> tuple[list[int], list[int]]:
    """Return the ways that call each statement true, and the ways that call 0, 1, 2, ... statements true."""
    true = []
    for i in range(count):
        column = ((1 << (1 << i)) - 1) << (1 << i)  # 2**i zeros and as many ones, again and again
        for j in range(i + 1, count):
            column |= column << (1 << j)
        true.append(column)
    exactly = [(1 << (1 << count)) - 1] + [0] * count
    for column in true:
        exactly = [(ways & ~column) | (exactly[k - 1] & column if k else 0) for k, ways in enumerate(exactly)]
    return true, exactly


@lru_cache(maxsize=4096)
def _said(text: str, count: int) -> int:
    """Return the ways in which it is so what a statement says."""
    true, exactly = _columns(count)
    everywhere = (1 << (1 << count)) - 1
    about = [true[int(number) - 1] for number in re.findall(r"Statement (\d+)", text)]
    if about:
        first, last = about[0], about[-1] if text.endswith("true") or "Either" in text else everywhere & ~about[-1]
        if "Either" in text:
            return first ^ last
        if text.startswith("If"):
            return everywhere & ~first | last
        return last if len(about) == 1 else last & (first if text.endswith("true") else everywhere & ~first)
    how, bound, word = re.search(r"(?:(At least|At most|Exactly) (\d+)|number of) .*\b(true|false)", text).groups()
    kind = how or re.search("even|odd|prime|composite", text)[0]
    return sum(ways for k, ways in enumerate(exactly) if _is(k if word == "true" else count - k, kind, int(bound or 0)))


def _is(number: int, kind: str, bound: int) -> bool:
    if kind in ("At least", "At most", "Exactly"):
        return number == bound or (number > bound if kind == "At least" else kind == "At most" and number < bound)
    if kind in ("even", "odd"):
        return number % 2 == (kind == "odd")
    return number > 1 and (kind == "prime") == all(number % d for d in range(2, number))


def solve(question: str) -> str:
    """Read the statements and try all ways at once."""
    return str(_ways(re.findall(r"^Statement \d+: (.*)\.$", question, re.M)))
