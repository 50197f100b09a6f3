"""BaseConversion: write a number in another base."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

LARGEST = {1: 200, 2: 1_000, 3: 10_000, 4: 10**9, 5: 10**30}
BASES = {1: 10, 2: 16, 3: 16, 4: 36, 5: 36}
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
PREFIXES = {2: "0b", 8: "0o", 16: "0x"}
GROUPS = re.compile(r"(0?[box])?[0-9a-z]{1,4}(?:(?:[ ,_][0-9a-z]{3})+|(?:[ ,_][0-9a-z]{4})+)")


class BaseConversion(Task):
    """Convert a number between two bases.

    Description:
        A number written in one base is given; its digits in another base are asked for.

    Answer format:
        The digits; letters a to z stand for 10 to 35.

    Levels:
        Numbers up to 200 in bases 2 to 10 at level 1, up to 1,000 in bases 2 to 16 (the original's defaults) at
        level 2, up to 10^30 in bases 2 to 36 at level 5.

    Check:
        The digits must be equal; case does not matter, and zeros, the prefix 0b, 0o or 0x of the
        base before them, the base as an index, and gaps between groups of three or four digits do not either.

    Source and deviations:
        Reasoning-Gym base_conversion. Bases are always written as numbers.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a number and two bases."""
        value = rng.randint(LARGEST[level] // 20, LARGEST[level])
        source, target = rng.sample(range(2, BASES[level] + 1), 2)
        data: dict[str, Any] = {"digits": solve(str(value), 10, source), "source": source, "target": target}
        question = (
            f"Convert the number {data['digits']} from base {source} to base {target}. The letters a, b, c, ... are "
            "the digits above 9. Answer with the digits in triple angle brackets: <<<digits>>>."
        )
        return self.new_problem(level, question, data, solve(**data))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the digits."""
        target = problem.data["target"]
        digits = re.sub(
            rf"\s*(?:_\{{?{target}\}}?|_?{_lowered(target)}|\(?base {target}\)?)$", "", word(answer).casefold()
        )
        if digits[:1] + digits[-1:] == "()":
            digits = digits[1:-1]
        if GROUPS.fullmatch(digits):
            digits = re.sub(r"[ ,_]", "", digits)
        digits = digits.removeprefix(PREFIXES.get(target, ""))
        return digits.lstrip("0") == solve(*(problem.data[key] for key in ("digits", "source", "target")))

    def size(self, problem: Problem) -> float:
        """The number, by its length in bits."""
        return int(problem.data["digits"], problem.data["source"]).bit_length()

    def program(self, problem: Problem) -> str | None:
        """Let Python write the digits where it can."""
        digits, source, target = read(problem.question).values()
        if target == 10:
            return f'print(int("{digits}", {source}))\n'
        if target in PREFIXES:
            return f'value = int("{digits}", {source})\nprint(f"{{value:{PREFIXES[target][1]}}}")\n'
        return super().program(problem)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the number and the bases from the metadata."""
        entry = item["metadata"]
        data = {"digits": entry["source_repr"], "source": entry["source_base"], "target": entry["target_base"]}
        return entry_problem(self, item, data, lambda: solve(**data))


def _lowered(base: int) -> str:
    return str(base).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def read(question: str) -> dict[str, Any]:
    """Read the number and the two bases."""
    digits, source, target = re.search(r"number (\w+) from base (\d+) to base (\d+)", question).groups()
    return {"digits": digits, "source": int(source), "target": int(target)}


def solve(digits: str, source: int, target: int) -> str:
    """Divide by the target base again and again: the remainders are the digits, the last first."""
    value = int(digits, source)
    converted = ""
    while value:
        value, digit = divmod(value, target)
        converted = DIGITS[digit] + converted
    return converted or "0"


def verify(answer: str, digits: str, source: int, target: int) -> bool:
    """Read both as numbers."""
    return int(answer, target) == int(digits, source)
