"""SelfReference: statements about their own truth, and in how many ways they can be true or false."""

import random
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.conditions import Formula, condition
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem, Task

Statement = tuple[Any, ...]
"""A kind, whom or how many it is about, and whether they are said to be true or false."""

STATEMENTS = {1: (4, 4), 2: (5, 6), 3: (7, 8), 4: (9, 10), 5: (12, 13)}
MOST_WAYS = {1: 3, 2: 4, 3: 4, 4: 5, 5: 5}
MAX_STATEMENTS = 16
SIGNS = {"at least": ">=", "at most": "<=", "exactly": "=="}


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
        while solve(statements) != str(value):
            statements = _statements(rng, count)
        listed = "\n".join(f"Statement {i}: {_words(statement, count)}." for i, statement in enumerate(statements, 1))
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

    def program(self, problem: Problem) -> str:
        """Try all ways, with what the statements say as conditions."""
        statements = self.instance(problem)["statements"]
        count = len(statements)
        names = [f"s{i}" for i in range(1, count + 1)]
        said = "".join(f"        {condition(_formula(statement, names))},\n" for statement in statements)
        counted = "    true = sum(way)\n" if "true " in said else ""
        counted += f"    false = {count} - sum(way)\n" if "false " in said else ""
        return (
            "from itertools import product\n\nways = 0\n"
            f"for way in product([True, False], repeat={count}):\n    {', '.join(names)} = way\n{counted}"
            f"    said = [\n{said}    ]\n    if said == list(way):\n        ways += 1\nprint(ways)\n"
        )

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the statements, whose wording is near to ours."""
        numbers = [int(number) for number in re.findall(r"Statement (\d+): '", item["question"])]
        if not 0 < len(numbers) <= MAX_STATEMENTS or numbers != list(range(1, len(numbers) + 1)):
            raise BadOption("The question of self_reference holds no list of statements.")
        answer = solve(**read(item["question"]))
        flaw = None if answer == item["answer"] else "the stored number is wrong"
        return self.official_problem(item["question"], {"value": int(answer)}, answer, item["answer"], flaw)


def _formula(statement: Statement, names: list[str]) -> Formula:
    """Return what a statement says as a formula about the statements that are true."""
    kind, *parts, word = statement
    match kind:
        case "at least" | "at most" | "exactly":
            return f"{word} {SIGNS[kind]} {parts[0]}"
        case "even" | "odd":
            return f"{word} % 2 == {int(kind == 'odd')}"
        case "prime" | "composite":
            fitting = [str(n) for n in range(len(names) + 1) if _is(n, kind)]
            return f"{word} in ({', '.join(fitting)},)" if len(fitting) == 1 else f"{word} in ({', '.join(fitting)})"
    about = [names[number - 1] for number in parts]
    last = about[-1] if word == "true" else ["not", about[-1]]
    match kind:
        case "is":
            return last
        case "both":
            return ["and", about[0] if word == "true" else ["not", about[0]], last]
        case "either":
            return ["not", ["iff", *about]]
    return ["if", about[0], last]


def _statements(rng: random.Random, count: int) -> list[Statement]:
    statements: list[Statement] = []
    for i in range(1, count + 1):
        word = rng.choice(("true", "false"))
        first, second = rng.sample([j for j in range(1, count + 1) if j != i], 2)
        kind = rng.choice(("count", "count", "number", "one", "pair"))
        if kind == "count":
            how = rng.choice(("at least", "at most", "exactly"))
            statements.append((how, rng.randint(1, count - 1), word))
        elif kind == "number":
            statements.append((rng.choice(("even", "odd", "prime", "composite")), word))
        elif kind == "one":
            statements.append(("is", first, word))
        else:
            kind = rng.choice(("either", "both", "if"))
            statements.append((kind, first, second, "true" if kind == "either" else word))
    return statements


def _words(statement: Statement, count: int) -> str:
    kind, *parts, word = statement
    if kind in ("at least", "at most", "exactly"):
        return f"{kind.capitalize()} {parts[0]} of the {count} statements are {word}"
    if not parts:
        return f"The number of {word} statements is {kind}"
    pattern = {
        "is": "Statement {} is " + word,
        "either": "Either Statement {} or Statement {} is true, but not both",
        "both": "Statement {} and Statement {} are both " + word,
        "if": "If Statement {} is true, then Statement {} is " + word,
    }[kind]
    return pattern.format(*parts)


def _read(text: str) -> Statement:
    """Read a statement, in our wording or the original's."""
    about = [int(number) for number in re.findall(r"Statement (\d+)", text)]
    if about:
        word = "true" if text.endswith("true") or "Either" in text else "false"
        kind = "is" if len(about) == 1 else {"Ei": "either", "If": "if"}.get(text[:2], "both")
        return (kind, *about, word)
    how, bound, word = re.search(r"(?:(At least|At most|Exactly) (\d+)|number of) .*\b(true|false)", text).groups()
    return (how.lower(), int(bound), word) if how else (re.search("even|odd|prime|composite", text)[0], word)


def read(question: str) -> dict[str, Any]:
    """Read the statements: how many are true or false at least, at most, exactly; or which of them are."""
    found = re.findall(r"^Statement \d+: '?(.*?)\.?'?\s*$", question, re.M)
    return {"statements": [_read(text) for text in found]}


def solve(statements: list[Statement]) -> str:
    """Try all ways at once, a bit of a long integer for each."""
    # way w, which calls statement i true if bit i of w is set, is bit w of every integer
    count = len(statements)
    consistent = (1 << (1 << count)) - 1
    for column, statement in zip(_columns(count)[0], statements, strict=True):
        consistent &= ~(column ^ _said(statement, count))
    return str(consistent.bit_count())


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
def _said(statement: Statement, count: int) -> int:
    """Return the ways in which it is so what a statement says."""
    true, exactly = _columns(count)
    everywhere = (1 << (1 << count)) - 1
    kind, *parts, word = statement
    if kind in ("is", "either", "both", "if"):
        first, last = true[parts[0] - 1], true[parts[-1] - 1]
        told = last if word == "true" else everywhere & ~last
        if kind == "either":
            return first ^ last
        if kind == "if":
            return everywhere & ~first | told
        return told if kind == "is" else told & (first if word == "true" else everywhere & ~first)
    return sum(ways for k, ways in enumerate(exactly) if _is(k if word == "true" else count - k, kind, *parts))


def _is(number: int, kind: str, bound: int = 0) -> bool:
    if kind in ("at least", "at most", "exactly"):
        return number == bound or (number > bound if kind == "at least" else kind == "at most" and number < bound)
    if kind in ("even", "odd"):
        return number % 2 == (kind == "odd")
    return number > 1 and (kind == "prime") == all(number % d for d in range(2, number))
