"""BoxNet: agents on a grid pass boxes on until every box stands on a target of its colour."""

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import BadAnswer, step_values
from r1ci_env.task import Problem, Task

Cell = tuple[int, int]
Things = dict[Cell, list[str]]
Thing = tuple[int, int, str]  # row, column, colour
COLOURS = ("blue", "red", "green", "purple", "orange")
SHAPES = {  # possible grids, boxes
    1: (((1, 2), (1, 3), (1, 4)), (3, 3)),
    2: (((1, 4), (2, 2), (2, 3)), (3, 6)),
    3: (((2, 4), (3, 3), (3, 4)), (6, 10)),
    4: (((4, 4), (4, 6)), (10, 14)),
    5: (((4, 8), (6, 6)), (18, 24)),
}
SLACK = 2
OFFICIAL_STEPS = 100


class BoxNet(Task):
    """Plan the moves of agents that each stand in one square of a grid.

    Description:
        Boxes and targets of some colours lie in the squares of a grid, with one agent in each square. In a step each
        agent may move one box of its square to a neighbouring square, or onto a target of the same colour in its own.
        A plan that brings every box onto a target is asked for.

    Answer format:
        A JSON list with one object a step: ``[{"Agent[0.5, 0.5]": "move(box_red, square[0.5, 1.5])"}, {...}]``; one
        object a line, labelled ``Step 1:`` or not, is read too.

    Levels:
        3 boxes on 2 to 4 squares at level 1, as many as the original's (up to 2 by 4 squares; its files go up to 4 by
        8) at level 3, 18 to 24 boxes on 32 or 36 squares at level 5.

    Check:
        The plan is simulated: every move must be legal, no agent moves twice in a step, the number of steps is kept,
        and no box may be left.

    Source and deviations:
        SymBench BoxNet1, which ignores illegal moves and applies the moves of a step one after another; here all moves
        of a step are made at once, on what lay there before, and an illegal one makes the plan wrong. The number of
        steps is that of a plan of ours and 2 more. Original items have no text and take ours, with 100 steps.
    """

    max_answer_chars = 40_000  # a plan for the largest grids, with some detours

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Throw boxes and targets on the squares."""
        grids, boxes = SHAPES[level]
        rows, columns = rng.choice(grids)
        cells = [(r, c) for r in range(rows) for c in range(columns)]
        things: Things = {cell: [] for cell in cells}
        for i in range(rng.randint(*boxes)):
            colour = COLOURS[i] if level == 1 else rng.choice(COLOURS)
            things[rng.choice(cells)].append(f"box_{colour}")
            things[rng.choice(cells)].append(f"target_{colour}")
        for cell in cells:
            rng.shuffle(things[cell])
        plan = solve(**_boxes_and_targets(things))
        limit = plan.count("{") + SLACK
        data = {"squares": [[*cell, things[cell]] for cell in cells], "steps": limit}
        return self.new_problem(level, _pose(things, limit), data, plan)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the plan."""
        steps = step_values(answer)
        if len(steps) > problem.data["steps"]:
            return False
        squares = {(r, c): Counter(things) for r, c, things in problem.data["squares"]}
        for step in steps:
            if not isinstance(step, dict):
                raise BadAnswer("a step is no object")
            moves = [(_cell("Agent", agent), *_action(action)) for agent, action in step.items()]
            if len({cell for cell, *_ in moves}) < len(moves):
                return False
            arrivals: list[tuple[Cell, str]] = []
            for cell, colour, target in moves:
                if cell not in squares or not squares[cell][f"box_{colour}"]:
                    return False
                squares[cell][f"box_{colour}"] -= 1
                if target is None:
                    if not squares[cell][f"target_{colour}"]:
                        return False
                    squares[cell][f"target_{colour}"] -= 1
                elif target not in squares or abs(target[0] - cell[0]) + abs(target[1] - cell[1]) != 1:
                    return False
                else:
                    arrivals.append((target, f"box_{colour}"))
            for target, box in arrivals:
                squares[target][box] += 1
        return not any(n for things in squares.values() for thing, n in things.items() if thing.startswith("box"))

    def size(self, problem: Problem) -> float:
        """Number of things on the squares."""
        return float(sum(len(things) for *_, things in problem.data["squares"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item, which has only the squares."""
        things = {}
        for name, here in item["state"].items():
            row, column = (int(float(part)) for part in name.split("_"))
            things[row, column] = list(here)
        plan = solve(**_boxes_and_targets(things))
        question = _pose(things, OFFICIAL_STEPS)
        data = {"squares": [[*cell, here] for cell, here in things.items()], "steps": OFFICIAL_STEPS}
        if not plan:
            return self.official_problem(question, data, flaw="a box has no target")
        return self.official_problem(question, data, plan)


def _cell(what: str, text: Any) -> Cell:
    match = re.fullmatch(what + r"\s*\[\s*(\d{1,3})\.50*\s*,\s*(\d{1,3})\.50*\s*\]", text, re.I | re.ASCII)
    if not match:
        raise BadAnswer(f"no {what}")
    return int(match[1]), int(match[2])


def _action(text: Any) -> tuple[str, Cell | None]:
    """Return the colour of the box and the square it goes to, None for its target."""
    match = re.fullmatch(r"move\(\s*box_(\w+)\s*,\s*(\S[^()]*)\)", text, re.ASCII) if isinstance(text, str) else None
    if not match:
        raise BadAnswer("not a move")
    place = match[2].strip()
    return match[1], None if place == f"target_{match[1]}" else _cell("square", place)


def _pose(things: Things, limit: int) -> str:
    squares = "\n".join(f"square[{r}.5, {c}.5]: {', '.join(here) or 'nothing'}" for (r, c), here in things.items())
    return (
        "Squares of a grid are named by their centres, as [row, column]. In each square stands an agent that cannot "
        "leave it, and some hold boxes and targets:\n"
        f"{squares}\n"
        "In one step every agent may make one move, or none: it moves a box of its own square either to a square next "
        "to it (the row or the column differs by 1) or onto a target of the same colour in its own square. Then the "
        "box and the target are gone. All moves of a step happen at once, so an agent can only move a box that lay in "
        f"its square before the step. Bring every box onto a target, in at most {limit} steps.\n"
        "Give the plan as a JSON list with one object for each step, from the agents that move to their moves, for "
        'example <<<[{"Agent[0.5, 0.5]": "move(box_red, square[0.5, 1.5])"}, {"Agent[0.5, 1.5]": '
        '"move(box_red, target_red)"}]>>>.'
    )


def _boxes_and_targets(things: Things) -> dict[str, list[Thing]]:
    """Return row, column and colour of the boxes and of the targets."""
    boxes = [(r, c, thing[4:]) for (r, c), here in things.items() for thing in here if thing.startswith("box_")]
    targets = [(r, c, thing[7:]) for (r, c), here in things.items() for thing in here if thing.startswith("target_")]
    return {"boxes": boxes, "targets": targets}


def read(question: str) -> dict[str, Any]:
    """Read where the boxes and the targets are."""
    things = {}
    for row, column, here in re.findall(r"^square\[(\d+)\.5, (\d+)\.5\]: (.*)$", question, re.M):
        things[int(row), int(column)] = re.findall(r"(?:box|target)_\w+", here)
    return _boxes_and_targets(things)


def solve(boxes: list[Thing], targets: list[Thing]) -> str:
    """Pair boxes with targets, the nearest first, and let each agent move the box with the longest way."""
    pairs = sorted(
        (abs(r - r2) + abs(c - c2), i, j)
        for i, (r, c, colour) in enumerate(boxes)
        for j, (r2, c2, colour2) in enumerate(targets)
        if colour == colour2
    )
    goal: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in goal and j not in goal.values():
            goal[i] = j
    if len(goal) < len(boxes):
        return ""
    at = {i: boxes[i][:2] for i in goal}
    steps = []
    while at:
        moves: dict[Cell, str] = {}
        ways = {i: abs(at[i][0] - targets[goal[i]][0]) + abs(at[i][1] - targets[goal[i]][1]) for i in at}
        for i in sorted(at, key=lambda i: -ways[i]):
            (r, c), (r2, c2, colour) = at[i], targets[goal[i]]
            if (r, c) in moves:
                continue
            if ways[i] == 0:
                moves[r, c] = f"move(box_{colour}, target_{colour})"
                del at[i]
                continue
            at[i] = (r + (r2 > r) - (r2 < r), c) if r2 != r else (r, c + (1 if c2 > c else -1))
            moves[r, c] = f"move(box_{colour}, square[{at[i][0]}.5, {at[i][1]}.5])"
        ordered = sorted(moves.items())
        steps.append({f"Agent[{r}.5, {c}.5]": move for (r, c), move in ordered})
    return json.dumps(steps)


def solve_plainly(boxes: list[Thing], targets: list[Thing]) -> str:
    """Send each box to the nearest target of its colour, and let each agent move one box a step."""
    free, ways = list(targets), []
    for r, c, colour in boxes:
        nearest = min((t for t in free if t[2] == colour), key=lambda t: abs(t[0] - r) + abs(t[1] - c))
        free.remove(nearest)
        ways.append((r, c, *nearest))
    steps = []
    while ways:
        step, later = {}, []
        for r, c, r2, c2, colour in sorted(ways, key=lambda way: -abs(way[2] - way[0]) - abs(way[3] - way[1])):
            agent = f"Agent[{r}.5, {c}.5]"
            if agent in step:
                later.append((r, c, r2, c2, colour))
            elif (r, c) == (r2, c2):
                step[agent] = f"move(box_{colour}, target_{colour})"
            else:
                if r != r2:
                    r += 1 if r2 > r else -1
                else:
                    c += 1 if c2 > c else -1
                step[agent] = f"move(box_{colour}, square[{r}.5, {c}.5])"
                later.append((r, c, r2, c2, colour))
        steps.append(step)
        ways = later
    return json.dumps(steps)
