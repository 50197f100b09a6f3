"""BoxLift: lift boxes by teams of lifters in few steps."""

import random
import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import BadAnswer, step_values
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem, Task

SHAPES = {  # boxes, lifters, weights, capacities
    1: ((6, 10), (3, 3), (10, 100), (40, 80)),
    2: ((15, 16), (4, 5), (20, 200), (30, 120)),
    3: ((20, 25), (5, 7), (40, 400), (50, 200)),
    4: ((30, 36), (7, 7), (40, 500), (60, 240)),
    5: ((42, 50), (8, 8), (40, 600), (60, 260)),
}
MAX_LIFTERS = 12


class BoxLift(Task):
    """Plan which lifters lift which boxes in which step.

    Description:
        Boxes have weights and lifters capacities. In each step every lifter takes part in at most one lift, and
        several lifters may lift a box together. A plan that lifts all boxes within a number of steps is asked for.

    Answer format:
        One line a step: ``Step 1: [(50, [0, 2]), (30, [1])]``, a box by its weight and its lifters by number. Teams as
        tuples and plans in one list are read too.

    Levels:
        6 to 10 boxes and 3 lifters at level 1, the original's sizes (10 to 25 boxes, 3 to 7 lifters) up to level 3, 42
        to 50 boxes and 8 lifters at level 5.

    Check:
        The plan is simulated: every lift must be of a box that is still there, by free lifters that can carry it; all
        boxes are lifted within the steps.

    Source and deviations:
        SymBench BoxLift, which skips illegal lifts and extra steps; here they make the plan wrong. The number of steps
        is that of a plan of ours, which lifts the heaviest boxes first, each with the weakest team that can; so it is
        feasible. No box is heavier than all lifters together can carry. Original items have no text and take ours.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw weights and capacities."""
        boxes, lifters, weights, capacities = SHAPES[level]
        strength = [rng.randint(*capacities) for _ in range(rng.randint(*lifters))]
        heaviest = min(weights[1], sum(strength))
        weight = [rng.randint(weights[0], heaviest) for _ in range(rng.randint(*boxes))]
        question, data, answer = _pose(weight, strength)
        return self.new_problem(level, question, data, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the plan."""
        steps = step_values(answer, is_step=_is_step)
        if len(steps) > problem.data["steps"]:
            return False
        left, lifters = sorted(problem.data["boxes"]), problem.data["lifters"]
        for step in steps:
            used: set[int] = set()
            for weight, team in _lifts(step):
                place = bisect_left(left, weight)
                if used & set(team) or len(set(team)) < len(team) or left[place : place + 1] != [weight]:
                    return False
                if any(i not in range(len(lifters)) for i in team) or sum(lifters[i] for i in team) < weight:
                    return False
                used |= set(team)
                left.pop(place)
        return not left

    def size(self, problem: Problem) -> float:
        """Number of boxes."""
        return float(len(problem.data["boxes"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item, which has only weights and capacities."""
        boxes, lifters = list(item["boxes"]), list(item["lifters"])
        if len(lifters) > MAX_LIFTERS:
            raise BadOption(f"BoxLift plans with up to {MAX_LIFTERS} lifters, not {len(lifters)}.")
        if max(boxes) > sum(lifters):
            question, data, _ = _pose([], lifters)
            flaw = "a box is heavier than all lifters together can carry"
            return self.official_problem(question, {**data, "boxes": boxes}, flaw=flaw)
        return self.official_problem(*_pose(boxes, lifters))


def _is_lift(value: Any) -> bool:
    return isinstance(value, list) and [type(part) for part in value] in ([int, list], [int, int])


def _is_step(value: Any) -> bool:
    return bool(value) and all(map(_is_lift, value))


def _lifts(step: Any) -> list[tuple[int, list[int]]]:
    """Return the weight and the team of each lift of a step, which may be one lift; a team may be one lifter."""
    lifts = [step] if _is_lift(step) else step
    if not isinstance(lifts, list) or not all(map(_is_lift, lifts)):
        raise BadAnswer("not a list of lifts")
    found = [(weight, team if isinstance(team, list) else [team]) for weight, team in lifts]
    if any(type(i) is not int for _, team in found for i in team):
        raise BadAnswer("no such lifter")
    return found


def _pose(boxes: list[int], lifters: list[int]) -> tuple[str, dict[str, Any], str]:
    """Return the question, the instance and an answer."""
    steps = plan(boxes, lifters)
    question = (
        f"{len(boxes)} boxes have the weights {', '.join(map(str, boxes))}. There are {len(lifters)} lifters, numbered "
        f"from 0, with the capacities {', '.join(map(str, lifters))}. In one step each lifter can take part in lifting "
        "at most one box. Several lifters can lift a box together if their capacities add up to at least its weight. "
        f"A box that has been lifted is gone. Lift all boxes in at most {len(steps)} steps.\n"
        "Give the plan between <<< and >>>, one line for each step, with the weight and the lifters of each box that "
        "is lifted in it, in this form:\nStep 1: [(50, [0, 2]), (30, [1])]\nStep 2: [(40, [0, 1])]"
    )
    return question, {"boxes": boxes, "lifters": lifters, "steps": len(steps)}, show(steps)


def show(steps: list[list[tuple[int, list[int]]]]) -> str:
    """Return the plan as an answer."""
    return "\n".join(
        f"Step {i}: [{', '.join(f'({weight}, {team})' for weight, team in step)}]" for i, step in enumerate(steps, 1)
    )


def plan(boxes: list[int], lifters: list[int]) -> list[list[tuple[int, list[int]]]]:
    """Return the lifts of each step: the heaviest boxes first, each by the weakest team that can lift it."""
    teams = sorted(
        (sum(lifters[i] for i in range(len(lifters)) if team >> i & 1), team) for team in range(1, 1 << len(lifters))
    )
    left = sorted(boxes, reverse=True)
    steps = []
    while left:
        free, step, waiting = (1 << len(lifters)) - 1, [], []
        for weight in left:
            start = bisect_left(teams, (weight, 0))
            team = next((team for _, team in teams[start:] if team & free == team), 0) if free else 0
            if team:
                free ^= team
                step.append((weight, [i for i in range(len(lifters)) if team >> i & 1]))
            else:
                waiting.append(weight)
        steps.append(step)
        left = waiting
    return steps


def solve(question: str) -> str:
    """Read the weights and capacities and plan."""
    boxes, lifters = (
        [int(n) for n in re.search(rf"the {what} ([\d, ]+)", question)[1].split(",")]
        for what in ("weights", "capacities")
    )
    return show(plan(boxes, lifters))
