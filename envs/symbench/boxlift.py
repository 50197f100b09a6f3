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
        return self.new_problem(level, *_pose(weight, strength))

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
    plan = solve(boxes, lifters)
    steps = len(plan.splitlines())
    question = (
        f"{len(boxes)} boxes have the weights {', '.join(map(str, boxes))}. There are {len(lifters)} lifters, numbered "
        f"from 0, with the capacities {', '.join(map(str, lifters))}. In one step each lifter can take part in lifting "
        "at most one box. Several lifters can lift a box together if their capacities add up to at least its weight. "
        f"A box that has been lifted is gone. Lift all boxes in at most {steps} steps.\n"
        "Give the plan between <<< and >>>, one line for each step, with the weight and the lifters of each box that "
        "is lifted in it, in this form:\nStep 1: [(50, [0, 2]), (30, [1])]\nStep 2: [(40, [0, 1])]"
    )
    return question, {"boxes": boxes, "lifters": lifters, "steps": steps}, plan


def read(question: str) -> dict[str, Any]:
    """Read the weights and the capacities."""
    boxes, lifters = (
        [int(n) for n in re.search(rf"the {what} ([\d, ]+)", question)[1].split(",")]
        for what in ("weights", "capacities")
    )
    return {"boxes": boxes, "lifters": lifters}


def solve(boxes: list[int], lifters: list[int]) -> str:
    """Lift the heaviest boxes first in each step, each with the weakest free team that can."""
    teams: list[tuple[int, ...]] = [()]
    for i in range(len(lifters)):
        teams += [(*team, i) for team in teams]
    strength = {team: sum(lifters[i] for i in team) for team in teams}
    teams.sort(key=lambda team: strength[team])
    left = sorted(boxes, reverse=True)
    lines: list[str] = []
    while left:
        free, lifts, waiting = set(range(len(lifters))), [], []
        for weight in left:
            fitting = (team for team in teams if strength[team] >= weight and free.issuperset(team))
            team = next(fitting, None) if free else None
            if team:
                lifts.append((weight, list(team)))
                free -= set(team)
            else:
                waiting.append(weight)
        lines.append(f"Step {len(lines) + 1}: {lifts}")
        left = waiting
    return "\n".join(lines)


def verify(answer: str, boxes: list[int], lifters: list[int]) -> bool:
    """Follow the plan: in a step nobody lifts twice, each team is strong enough, and every box is lifted once."""
    lifted = []
    for line in answer.splitlines():
        busy: list[int] = []
        for lift in line.split("(")[1:]:
            weight, *team = [int(n) for n in lift.strip(" ,)]").replace("[", "").split(",")]
            if sum(lifters[i] for i in team) < weight:
                return False
            lifted.append(weight)
            busy += team
        if len(set(busy)) < len(busy):
            return False
    return sorted(lifted) == sorted(boxes)
