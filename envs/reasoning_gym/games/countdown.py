"""Countdown: reach a target with all of the given numbers."""

import random
import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from r1ci_env.envs.mathematics.arithmetic import evaluate_to
from r1ci_env.task import Problem, Task

NUMBERS = {1: (3, 4), 2: (4, 5), 3: (5, 6), 4: (6, 7), 5: (8, 9)}
LARGEST = {1: 25, 2: 50, 3: 100, 4: 100, 5: 200}
TARGETS = {1: (10, 99), 2: (100, 499), 3: (100, 999), 4: (1_000, 9_999), 5: (10_000, 99_999)}
LARGEST_VALUE = 10**7


class Countdown(Task):
    """Make a target from given numbers with the four operations.

    Description:
        Some whole numbers and a target are given; an expression that uses each number exactly once and equals the
        target is asked for.

    Answer format:
        The expression, such as ``(8 - 2) * 3 + 1``; ``= 19`` may follow, or
        ``19 =`` stand before it.

    Levels:
        3 to 4 numbers up to 25 at level 1; levels 2 and 3 span the original (4 to 6 numbers up to 100, targets 100 to
        999); 8 to 9 numbers up to 200 and targets of five digits at level 5.

    Check:
        The expression is parsed, never executed, and evaluated in exact arithmetic; only + - * /, signs and brackets
        may occur, and the numbers must be those given.

    Source and deviations:
        Reasoning-Gym countdown. The original's scorer hands the answer to a symbolic parser that executes it. Half of
        its questions say that a number may be used "at most once" but also ask for all of them: all must be used.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Join random numbers by random operations until the value is a target of the level."""
        low, high = TARGETS[level]
        while True:
            numbers = [rng.randint(1, LARGEST[level]) for _ in range(rng.randint(*NUMBERS[level]))]
            target, expression = _join(numbers, rng)
            if low <= target <= high and target not in numbers:
                break
        question = (
            f"Combine the numbers {', '.join(map(str, numbers))} into an expression that equals {target}. "
            "Use every number exactly once and no others. You may add, subtract, multiply and divide, use minus signs, "
            "and group with brackets.\n"
            "Give the expression between triple angle brackets, for example <<<(8 - 2) * 3 + 1>>>."
        )
        return self.new_problem(level, question, {"numbers": numbers, "target": target}, expression)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Evaluate exactly; the numbers used must be those given."""
        expression = evaluate_to(answer, problem.data["target"])
        return "**" not in expression.operators and sorted(expression.numbers) == sorted(problem.data["numbers"])

    def size(self, problem: Problem) -> float:
        """How many numbers there are."""
        return float(len(problem.data["numbers"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the instance from the metadata; the stored expression is kept if it is right."""
        data = {"numbers": item["metadata"]["numbers"], "target": item["metadata"]["target"]}
        problem = self.official_problem(item["question"], data, item["answer"], gold=item["answer"])
        if self.check(problem, item["answer"]):
            return problem
        answer = solve(**data) or "(none)"
        return self.official_problem(
            item["question"], data, answer, item["answer"], "the stored expression does not equal the target"
        )


def _join(numbers: list[int], rng: random.Random) -> tuple[int, str]:
    """Join two parts at a time; every value on the way is a positive whole number."""
    parts = [(n, str(n)) for n in numbers]
    while len(parts) > 1:
        rng.shuffle(parts)
        (a, x), (b, y) = parts.pop(), parts.pop()
        if a < b:
            (a, x), (b, y) = (b, y), (a, x)
        choices = [(a + b, "+"), (a * b, "*")]
        if a > b:
            choices.append((a - b, "-"))
        if a % b == 0 and b > 1:
            choices.append((a // b, "/"))
        value, operator = rng.choice(choices)
        parts.append((value, f"({x} {operator} {y})"))
    value, expression = parts[0]
    return value, expression[1:-1]


def read(question: str) -> dict[str, Any]:
    """Read the numbers and the target."""
    numbers, target = re.search(r"the numbers ([\d, ]+?) into an expression that equals (\d+)", question).groups()
    return {"numbers": [int(n) for n in numbers.split(",")], "target": int(target)}


def solve(numbers: list[int], target: int) -> str:
    """Split the numbers in two, most evenly first, and look for values of both parts that make the target."""
    # complete for expressions whose values on the way are whole, not negative and at most LARGEST_VALUE
    everything = 2 ** len(numbers) - 1
    known: dict[int, dict[int, str]] = {}
    splits = [(mask, everything ^ mask) for mask in range(1, everything)]
    for mask, others in sorted(splits, key=lambda split: max(map(int.bit_count, split))):
        second = _values_of(others, numbers, known)
        for a, x in _values_of(mask, numbers, known).items():
            wanted = [("+", target - a), ("-", a - target)]
            if a and target % a == 0:
                wanted.append(("*", target // a))
            if target and a and a % target == 0:
                wanted.append(("/", a // target))
            for operator, b in wanted:
                if b in second:
                    return f"{x} {operator} {second[b]}"
    return ""


def _values_of(mask: int, numbers: list[int], known: dict[int, dict[int, str]]) -> dict[int, str]:
    """Return what the numbers of ``mask`` can make together, and how."""
    if mask in known:
        return known[mask]
    found: dict[int, str] = {}
    if mask.bit_count() == 1:
        n = numbers[mask.bit_length() - 1]
        found[n] = str(n)
    for part in range(1, mask):
        if part & mask == part:
            for a, x in _values_of(part, numbers, known).items():
                for b, y in _values_of(mask ^ part, numbers, known).items():
                    if a >= b:
                        found.setdefault(a + b, f"({x} + {y})")
                        found.setdefault(a - b, f"({x} - {y})")
                        if a * b <= LARGEST_VALUE:
                            found.setdefault(a * b, f"({x} * {y})")
                        if b and a % b == 0:
                            found.setdefault(a // b, f"({x} / {y})")
    known[mask] = found
    return found


def solve_plainly(numbers: list[int], target: int) -> str:
    """Join two values at a time in every way, until one is left."""

    def join(values: list[tuple[int, str]]) -> str:
        if len(values) == 1:
            return values[0][1] if values[0][0] == target else ""
        for pair in combinations(values, 2):
            rest = list(values)
            for value in pair:
                rest.remove(value)
            (b, y), (a, x) = sorted(pair)
            joined = [(a + b, f"({x} + {y})"), (a - b, f"({x} - {y})"), (a * b, f"({x} * {y})")]
            if b and a % b == 0:
                joined.append((a // b, f"({x} / {y})"))
            for new in joined:
                if found := join([*rest, new]):
                    return found
        return ""

    return join([(n, str(n)) for n in numbers])
