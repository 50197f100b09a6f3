"""Game24: reach a target with four numbers and the four operations."""

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations, product
from typing import Any, ClassVar

from r1ci_env.envs.mathematics.arithmetic import evaluate_to
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.task import Problem, Task

LARGEST = {1: 9, 2: 11, 3: 13, 4: 24, 5: 50}


class Game24(Task):
    """Use each of four numbers once, with + - * / and brackets, to make 24.

    Description:
        Four whole numbers are given; an expression that uses each exactly once and equals 24 is asked for.

    Answer format:
        The expression, such as ``(8 - 2) * (3 + 1)``; ``= 24`` may follow, or ``24 =`` stand before it.

    Levels:
        The numbers are drawn from 1 to 9, 11, 13, 24 and 50. From level 3 on, no problem can be solved by sums and
        differences alone.

    Check:
        The expression is read by a bounded parser and evaluated with exact fractions. It must use the four numbers,
        each once, and no other; the operations are + - * / only, minus signs in front of numbers and brackets count.

    Source and deviations:
        SymBench game24, whose instances are a fixed list of 1,362 puzzles from 4nums.com; here they are drawn, and
        solvability is proved by search when a problem is made.
    """

    plain_levels: ClassVar[int] = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw four numbers until they have a solution that fits the level."""
        while True:
            numbers = [rng.randint(1, LARGEST[level]) for _ in range(4)]
            if level >= 3 and _reachable_by_sums(numbers):
                continue
            answer = solve(numbers, 24)
            if answer:
                break
        return self.new_problem(level, _question(numbers), {"numbers": numbers, "target": 24}, answer)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read a row of a list of puzzles: numbers, and a solution or statistics; the wording is ours."""
        numbers, target = [int(n) for n in item["Puzzles"].split()], int(item.get("target", 24))
        question, data = _question(numbers, target), {"numbers": numbers, "target": target}
        golds = [text for part in re.split("[,;|\n]", item.get("Solutions") or "") if (text := part.strip(" []'\""))]
        problems = [original_problem(self, question, data, gold, "the stored solution is wrong") for gold in golds]
        if problems:
            return next((problem for problem in problems if problem.known_answer), problems[0])
        if len(numbers) > 4:
            return self.official_problem(question, data)
        answer = solve(numbers, target) or None
        return self.official_problem(question, data, answer, flaw=None if answer else "it has no solution")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Evaluate exactly; the numbers used must be those given."""
        expression = evaluate_to(answer, problem.data["target"])
        return "**" not in expression.operators and sorted(expression.numbers) == sorted(problem.data["numbers"])

    def size(self, problem: Problem) -> float:
        """Bound of the numbers."""
        return LARGEST[problem.level]


def _question(numbers: list[int], target: int = 24) -> str:
    return (
        f"Combine the numbers {', '.join(map(str, numbers))} into an expression whose value is exactly {target}. "
        "Use each number exactly once and no others. You may add, subtract, multiply and divide, use minus signs, and "
        "group with brackets, but not join numbers or use powers; intermediate values need not be whole.\n"
        "Give the expression between triple angle brackets, for example <<<(8 - 2) * (3 + 1)>>>."
    )


def _reachable_by_sums(numbers: list[int]) -> bool:
    signs = product((1, -1), repeat=4)
    return any(sum(s * n for s, n in zip(sign, numbers, strict=True)) == 24 for sign in signs)


def read(question: str) -> dict[str, Any]:
    """Read the numbers and the target."""
    numbers, target = re.search(r"the numbers ([\d, ]+) into .* exactly (\d+)", question).groups()
    return {"numbers": [int(n) for n in numbers.split(",")], "target": int(target)}


def solve(numbers: list[int], target: int) -> str:
    """Build all values that each set of the numbers can make, from ever larger sets."""
    everything = 2 ** len(numbers) - 1
    reach: dict[int, dict[Fraction, str]] = {mask: {} for mask in range(1, everything + 1)}
    for i, n in enumerate(numbers):
        reach[1 << i][Fraction(n)] = str(n)
    for mask in range(1, everything):
        for part in _proper_parts(mask):
            for (a, x), (b, y) in product(reach[part].items(), reach[mask ^ part].items()):
                reach[mask].setdefault(a + b, f"({x} + {y})")
                reach[mask].setdefault(a - b, f"({x} - {y})")
                reach[mask].setdefault(a * b, f"({x} * {y})")
                if b:
                    reach[mask].setdefault(a / b, f"({x} / {y})")
    for part in _proper_parts(everything):
        others = reach[everything ^ part]
        for a, x in reach[part].items():
            wanted = [("+", target - a), ("-", a - target)]
            if a:
                wanted += [("*", target / a), ("/", a / target)]
            for operator, b in wanted:
                if b in others:
                    return f"{x} {operator} {others[b]}"
    return ""


def _proper_parts(mask: int) -> list[int]:
    return [part for part in range(1, mask) if part & mask == part]


def solve_plainly(numbers: list[int], target: int) -> str:
    """Try every order of the numbers, every choice of operators and every way to bracket them."""
    for a, b, c, d in permutations(numbers):
        for o, p, q in product("+-*/", repeat=3):
            for text in (
                f"(({a} {o} {b}) {p} {c}) {q} {d}",
                f"({a} {o} ({b} {p} {c})) {q} {d}",
                f"({a} {o} {b}) {p} ({c} {q} {d})",
                f"{a} {o} (({b} {p} {c}) {q} {d})",
                f"{a} {o} ({b} {p} ({c} {q} {d}))",
            ):
                try:
                    if abs(eval(text) - target) < 1e-9:
                        return text
                except ZeroDivisionError:
                    continue
    return ""
