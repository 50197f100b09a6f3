"""Dice: the probability that several dice reach a total."""

import math
import random
import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

from r1ci_env.envs.answers import number
from r1ci_env.task import Problem, Task

DICE = {1: (2, 2), 2: (3, 3), 3: (4, 4), 4: (5, 6), 5: (8, 12)}
SIDES = {1: (4, 12), 2: (4, 16), 3: (4, 20), 4: (4, 24), 5: (4, 30)}


class Dice(Task):
    """Find the probability of a total with dice of different sizes.

    Description:
        Fair dice with given numbers of sides are rolled once each. The probability of a total of at least a given
        number is asked for.

    Answer format:
        A fraction, such as ``5/36``.

    Levels:
        2 dice at level 1, 4 dice of up to 20 sides at level 3 (the original's default), 8 to 12 dice at level 5.

    Check:
        The number must equal the probability exactly; it need not be in lowest terms.

    Source and deviations:
        Reasoning-Gym dice. Sizes may repeat.
    """

    plain_levels: ClassVar[int] = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the dice, and a target about the middle of the possible totals."""
        dice = [rng.randint(*SIDES[level]) for _ in range(rng.randint(*DICE[level]))]
        low, high = len(dice), sum(dice)
        target = rng.randint(low + (high - low) // 3, high - (high - low) // 6)
        shown = ", ".join(f"1d{sides}" for sides in dice)
        question = (
            f"You roll these fair dice once each: {shown} (1d6 is a die with six sides). What is the probability that "
            f"the total is {target} or more? Answer with an exact fraction, as <<<numerator/denominator>>>."
        )
        return self.new_problem(level, question, {"dice": dice, "target": target}, solve(dice, target))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The number must equal the probability."""
        return number(answer) == Fraction(solve(problem.data["dice"], problem.data["target"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of dice."""
        puzzle = item["metadata"]["puzzle"]
        dice = [int(d) for d in re.findall(r"1d(\d+)", puzzle["dice_str"])]
        data = {"dice": dice, "target": puzzle["target"]}
        return self.official_problem(item["question"], data, solve(**data), gold=item["answer"])


def read(question: str) -> dict[str, Any]:
    """Read the sizes of the dice and the total."""
    dice = [int(sides) for sides in re.findall(r"1d(\d+)", question.split("(")[0])]
    return {"dice": dice, "target": int(re.search(r"total is (\d+)", question)[1])}


def solve(dice: list[int], target: int) -> str:
    """Count the ways to reach each total, one die after the other."""
    ways = {0: 1}
    for sides in dice:
        more: dict[int, int] = {}
        for total, count in ways.items():
            for face in range(1, sides + 1):
                more[total + face] = more.get(total + face, 0) + count
        ways = more
    reached = sum(count for total, count in ways.items() if total >= target)
    probability = Fraction(reached, sum(ways.values()))
    return f"{probability.numerator}/{probability.denominator}"


def solve_plainly(dice: list[int], target: int) -> str:
    """Go through all rolls and count those that reach the total."""
    rolls = reached = 0
    for faces in product(*[range(1, sides + 1) for sides in dice]):
        rolls += 1
        if sum(faces) >= target:
            reached += 1
    return str(Fraction(reached, rolls))


def verify(answer: str, dice: list[int], target: int) -> bool:
    """Count the rolls that stay below the total."""
    ways = [1]  # by total
    for sides in dice:
        ways = [sum(ways[max(0, total - sides) : total]) for total in range(len(ways) + sides)]
    below = sum(ways[:target])
    return 1 - Fraction(answer) == Fraction(below, math.prod(dice))
