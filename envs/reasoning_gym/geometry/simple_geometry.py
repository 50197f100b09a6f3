"""SimpleGeometry: the missing interior angle of a polygon."""

import itertools
import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import number, rounds_to
from r1ci_env.task import Problem, Task

SIDES = {1: (3, 4), 2: (3, 6), 3: (5, 9), 4: (10, 16), 5: (18, 30)}
PLACES = 2
UNIT = {1: 1, 2: 1, 3: 2, 4: 10, 5: 100}  # angles are multiples of 1 / UNIT degrees


class SimpleGeometry(Task):
    """Find the last angle of a convex polygon.

    Description:
        All interior angles of a convex polygon but one are given; the last one is asked for.

    Answer format:
        The number of degrees, such as ``98`` or ``98.5``.

    Levels:
        3 to 4 sides and whole degrees at level 1 up to 18 to 30 sides and hundredths of degrees at level 5; levels 1
        to 3 span the original's default (3 to 6 sides).

    Check:
        The number must round to the right one at 2 decimal places; zeros at its end may be left out, and a degree sign
        or ``degrees`` may follow.

    Source and deviations:
        Reasoning-Gym simple_geometry, which calls polygons convex although the missing angle may be 180 degrees or
        more, or not positive. Here all angles lie between 0 and 180. Such original items are marked as flawed.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw angles below 180 degrees with the right sum."""
        sides, unit = rng.randint(*SIDES[level]), UNIT[level]
        exterior = _parts(rng, 360 * unit, sides, 180 * unit)
        angles = [Fraction(180 * unit - part, unit) for part in exterior]
        known = angles[:-1]
        question = (
            f"The interior angles of a convex polygon with {sides} sides, except one, measure "
            f"{', '.join(f'{_show(angle)}°' for angle in known)}. How many degrees does the remaining interior angle "
            f"measure?\nGive the number, to {PLACES} decimal places, in triple angle brackets: <<<degrees>>>."
        )
        data = {"sides": sides, "known": [_show(angle) for angle in known]}
        return self.new_problem(level, question, data, solve(sides, [float(angle) for angle in known]))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare with the angle sum less the known angles."""
        known = [float(angle) for angle in problem.data["known"]]
        missing = Fraction(solve(problem.data["sides"], known))
        return rounds_to(number(answer, "°", "degree", "deg"), missing, PLACES)

    def size(self, problem: Problem) -> float:
        """Number of sides."""
        return float(problem.data["sides"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Subtract the known angles from the angle sum."""
        sides, known = self.instance(problem).values()
        if not 1 <= problem.level <= 2:
            return None
        total = 180 * (sides - 2)
        shape = {3: "triangle", 4: "quadrilateral"}.get(sides, f"polygon with {sides} sides")
        rule = random.Random(problem.question).choice(
            (
                f"The angles of a {shape} sum up to {sides - 2} × 180° = {total}°.",
                f"A {shape} has an angle sum of {total}°.",
            )
        )
        given = f"The given ones make {' + '.join(map(str, known))} = {sum(known)}." if len(known) > 1 else ""
        return [rule, *filter(None, [given]), f"What remains is {total} - {sum(known)} = {total - sum(known)}."]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of the original, which rounds its answer to whole degrees."""
        metadata = item["metadata"]
        known = metadata["known_angles"]
        missing = solve(metadata["n_sides"], known)
        convex = all(0 < angle < 180 for angle in (float(missing), *known))
        flaw = None if convex else "no convex polygon has these angles"
        data = {"sides": metadata["n_sides"], "known": [_show(Fraction(str(angle))) for angle in known]}
        problem = self.official_problem(item["question"], data, missing, item["answer"])
        if not self.check(problem, item["answer"]):
            flaw = "wrong answer"
        return self.official_problem(item["question"], data, missing, item["answer"], flaw)


def _parts(rng: random.Random, total: int, count: int, bound: int) -> list[int]:
    """Cut a whole into positive parts, each below the bound."""
    while True:
        cuts = [0, *sorted(rng.sample(range(1, total), count - 1)), total]
        parts = [b - a for a, b in itertools.pairwise(cuts)]
        if max(parts) < bound:
            return parts


def _show(value: Fraction) -> str:
    """Write a number with at most two decimals."""
    hundredths = int(value * 100)
    sign, digits = "-" if hundredths < 0 else "", f"{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"
    return sign + digits.rstrip("0").rstrip(".")


def read(question: str) -> dict[str, Any]:
    """Read the number of sides and the known angles."""
    sides = int(re.search(r"with (\d+) sides", question)[1])
    angles = re.findall(r"([\d.]+)°", question)
    return {"sides": sides, "known": [float(angle) if "." in angle else int(angle) for angle in angles]}


def solve(sides: int, known: list[float]) -> str:
    """Subtract the known angles from the angle sum."""
    missing = 180 * (sides - 2) - sum(known)
    return f"{missing:g}"


def verify(answer: str, sides: int, known: list[float]) -> bool:
    """Add up the angles by which one turns at the corners: they make a whole turn."""
    angles = [*known, float(answer)]
    turns = sum(180 - angle for angle in angles)
    return len(angles) == sides and abs(turns - 360) < 0.005
