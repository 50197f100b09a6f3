"""Dice: the probability that several dice reach a total."""

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

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
        probability = _probability(dice, target)
        return self.new_problem(level, question, {"dice": dice, "target": target}, _fraction(probability))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """The number must equal the probability."""
        return number(answer) == _probability(problem.data["dice"], problem.data["target"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of dice."""
        puzzle = item["metadata"]["puzzle"]
        dice = [int(d) for d in re.findall(r"1d(\d+)", puzzle["dice_str"])]
        data = {"dice": dice, "target": puzzle["target"]}
        answer = _fraction(_probability(dice, puzzle["target"]))
        return self.official_problem(item["question"], data, answer, gold=item["answer"])


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _probability(dice: list[int], target: int) -> Fraction:
    """Count the ways to each total, one die after the other."""
    ways = {0: 1}
    for sides in dice:
        more: dict[int, int] = {}
        for total, count in ways.items():
            for face in range(1, sides + 1):
                more[total + face] = more.get(total + face, 0) + count
        ways = more
    return Fraction(sum(count for total, count in ways.items() if total >= target), sum(ways.values()))


def solve(question: str) -> str:
    """Read the dice and the target, and count."""
    dice = [int(d) for d in re.findall(r"1d(\d+)", question.split("(")[0])]
    return _fraction(_probability(dice, int(re.search(r"total is (\d+)", question)[1])))
