"""QuantumLock: the fewest presses of buttons that depend on a light."""

import math
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import steps
from r1ci_env.task import Problem, Task

PRESSES = {1: (2, 4), 2: (4, 6), 3: (6, 8), 4: (9, 11), 5: (12, 15)}
BUTTONS = {1: 3, 2: 3, 3: 3, 4: 4, 5: 4}
BOUND = 999
UNBOUNDED = 10**6
"""Bound for a question that states none."""

Button = tuple[str, str, int, str]
"""Name, what it does, with which number, and at which light."""


class QuantumLock(Task):
    """Reach a number with as few presses as possible.

    Description:
        A number and a light that is red or green are given, and buttons that add, subtract or multiply, some of them
        only while the light has a certain colour. Every press toggles the light. A shortest sequence of presses that
        turns the number into the target is asked for.

    Answer format:
        The buttons in order, such as ``A → B → B``; commas or spaces may separate them too.

    Levels:
        2 to 4 presses at level 1, 6 to 8 at level 3, 12 to 15 at level 5; the original's depend on its difficulty, up
        to about 10.

    Check:
        The presses are simulated, and their number must be the least possible, known from a complete search.

    Source and deviations:
        Reasoning-Gym quantum_lock. The number must stay within bounds, so that the search is complete; and it is said
        what a press does at the wrong colour: it leaves the number as it is, and toggles the light.
    """

    plain_levels = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw buttons, search from the start, and take a target that is as far away as wanted."""
        while True:
            buttons = _buttons(rng, BUTTONS[level])
            start, light = rng.randint(0, 9), rng.choice(("red", "green"))
            shortest = _shortest(start, light, _tuples(buttons), BOUND)
            wanted = rng.randint(*PRESSES[level])
            targets = sorted(number for number, presses in shortest.items() if len(presses) == wanted)
            if targets:
                break
        target = rng.choice(targets)
        listed = "\n".join(f"{b['name']}: {b['type']} {b['value']} (when {b['active_state']})" for b in buttons)
        question = (
            "A lock shows a number and a light. Pressing a button changes the number as listed, if the light has the "
            "colour in brackets ('any': always), and leaves the number alone otherwise; then the light toggles between "
            f"red and green. The number must always stay between -{BOUND} and {BOUND}.\n"
            f"Start: {start} (light {light})\nTarget: {target}\n{listed}\n"
            "Find a shortest sequence of presses that makes the number the target. Answer like <<<A → B → B>>>."
        )
        data = {"start": start, "light": light, "target": target, "buttons": buttons, "bound": BOUND}
        return self.new_problem(level, question, data, " → ".join(shortest[target]))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate and compare the number of presses with the least."""
        data = problem.data
        known = {button[0]: button for button in _tuples(data["buttons"])}
        pattern = re.compile(rf"(?:press\s+)?(?:button\s+)?([{''.join(known)}])", re.I)
        presses = [match[1].upper() for match in steps(answer, pattern)]
        if len(presses) != len(problem.answer.split(" → ")):
            return False
        number, light = data["start"], data["light"]
        for press in presses:
            number, light = _pressed(number, light, known[press])
            if data["bound"] is not None and abs(number) > data["bound"]:
                return False
        return bool(number == data["target"])

    def size(self, problem: Problem) -> float:
        """Presses of a shortest answer."""
        return len(problem.answer.split(" → "))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of quantum_lock; the number has no bounds there."""
        metadata = item["metadata"]
        buttons, start, light = metadata["buttons"], metadata["initial_value"], metadata["initial_state"]
        gold = metadata["solution_path"]
        shortest = _shortest(start, light, _tuples(buttons), math.inf, most=len(gold))
        found = list(shortest.get(metadata["target_value"], "")) or gold
        flaw = None if len(found) == len(gold) else "the stored answer is not the shortest"
        data = {"start": start, "light": light, "target": metadata["target_value"], "buttons": buttons, "bound": None}
        return self.official_problem(item["question"], data, " → ".join(found), item["answer"], flaw)


def _buttons(rng: random.Random, count: int) -> list[dict[str, Any]]:
    """Draw distinct buttons, one of which at least always works."""
    while True:
        buttons = []
        for name in "ABCD"[:count]:
            kind = rng.choice(("add", "add", "subtract", "multiply"))
            value = rng.randint(2, 3) if kind == "multiply" else rng.randint(1, 9)
            buttons.append(
                {"name": name, "type": kind, "value": value, "active_state": rng.choice(("any", "red", "green"))}
            )
        if len({(b["type"], b["value"]) for b in buttons}) == count and any(
            b["active_state"] == "any" for b in buttons
        ):
            return buttons


def _tuples(buttons: Sequence[Mapping[str, Any]]) -> list[Button]:
    return [(b["name"], b["type"], b["value"], b["active_state"]) for b in buttons]


def read(question: str) -> dict[str, Any]:
    """Read the number, the light, the target, the buttons, and how far from 0 the number may go."""
    start, light = re.search(r"Start: (-?\d+) \(light (\w+)\)", question).groups()
    target = int(re.search(r"Target: (-?\d+)", question)[1])
    listed = re.findall(r"^([A-D]): (\w+) (\d+) \(when (\w+)\)", question, re.M)
    buttons = [(name, kind, int(value), state) for name, kind, value, state in listed]
    bound = re.search(r"between -(\d+) and", question)
    instance = {"start": int(start), "light": light, "target": target, "buttons": buttons}
    return instance | {"bound": int(bound[1]) if bound else UNBOUNDED}


def solve(start: int, light: str, target: int, buttons: list[Button], bound: int) -> str:
    """Press all buttons in all states, breadth first, and take the first presses that make the target."""
    return " → ".join(_shortest(start, light, buttons, bound, target=target).get(target, ""))


def _shortest(
    start: int,
    light: str,
    buttons: list[Button],
    bound: float,
    most: float = math.inf,
    target: int | None = None,
) -> dict[int, str]:
    """Return a shortest sequence of presses to every number that can be reached, or until the target is."""
    presses = {(start, light): ""}
    reached = {start: ""}
    queue = [(start, light)]
    for number, colour in queue:
        before = presses[number, colour]
        if number == target or len(before) == most:
            break
        for button in buttons:
            state = _pressed(number, colour, button)
            if abs(state[0]) <= bound and state not in presses:
                presses[state] = before + button[0]
                reached.setdefault(state[0], before + button[0])
                queue.append(state)
    return reached


def _pressed(number: int, light: str, button: Button) -> tuple[int, str]:
    """Return the number and the light after a press."""
    _, kind, value, active = button
    if active in ("any", light):
        number = {"add": number + value, "subtract": number - value, "multiply": number * value}[kind]
    return number, "green" if light == "red" else "red"


def solve_plainly(start: int, light: str, target: int, buttons: list[Button], bound: int) -> str:
    """Search breadth first over the number and the light."""
    queue = [(start, light, "")]
    seen = {(start, light)}
    for number, colour, presses in queue:
        if number == target:
            return " → ".join(presses)
        for name, kind, value, active in buttons:
            new = number
            if active in ("any", colour):
                new = number + value if kind == "add" else number - value if kind == "subtract" else number * value
            other = "green" if colour == "red" else "red"
            if abs(new) <= bound and (new, other) not in seen:
                seen.add((new, other))
                queue.append((new, other, presses + name))
    return ""
