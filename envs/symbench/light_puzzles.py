"""LightPuzzles: which lights are on after some buttons were pressed."""

import random
import re
from typing import Any

from r1ci_env.envs.answers import cells
from r1ci_env.envs.symbench.original import attempt, settle
from r1ci_env.task import Problem, Task

SHAPES = {  # width of the grid, buttons, presses
    1: ((2, 3), (1, 2), (1, 2)),
    2: ((3, 4), (2, 3), (2, 3)),
    3: ((5, 5), (3, 4), (4, 5)),
    4: ((7, 8), (5, 6), (8, 12)),
    5: ((9, 11), (7, 9), (15, 25)),
}


class LightPuzzles(Task):
    """Press buttons that each switch a set of lights.

    Description:
        A square grid of lights, the lights that each button switches, and a sequence of presses are given. The grid
        after the presses is asked for.

    Answer format:
        All lights row by row, 1 for on and 0 for off, separated by commas: ``0,1,1,...``.

    Levels:
        2 or 3 wide with 1 or 2 presses at level 1; 5 wide, 3 or 4 buttons and 4 or 5 presses at level 3, the original's
        usual case; 9 to 11 wide, 7 to 9 buttons and 15 to 25 presses at level 5.

    Check:
        Every light must be right. Rows may be written as lines.

    Source and deviations:
        SymBench light_puzzles; larger grids. The presses always change something.
    """

    max_answer_chars = 2_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the lights, what the buttons switch, and the presses."""
        width, buttons = (rng.randint(*bounds) for bounds in SHAPES[level][:2])
        lights = ["".join(rng.choice("01") for _ in range(width)) for _ in range(width)]
        places = [(r, c) for r in range(1, width + 1) for c in range(1, width + 1)]
        names = [chr(ord("A") + i) for i in range(buttons)]
        switched = {name: sorted(rng.sample(places, rng.randint(2, max(2, width**2 // 2)))) for name in names}
        before = after = list("".join(lights))
        while after == before:  # as when a button is pressed twice
            pressed = [rng.choice(names) for _ in range(rng.randint(*SHAPES[level][2]))]
            after = solve(lights, switched, pressed).split(",")
        shown = "\n".join(lights)
        listed = "\n".join(f"Button {name}: {', '.join(map(str, lit))}" for name, lit in switched.items())
        question = (
            f"A grid of {width} rows and {width} columns of lights, 1 on and 0 off:\n\n{shown}\n\n"
            "Each button switches the lights at the places listed, given as (row, column) counted from 1: those that "
            f"are on go off, those that are off go on.\n{listed}\n\n"
            f"Buttons are pressed in this order: {', '.join(pressed)}.\n"
            "List the lights afterwards row by row, separated by commas, in triple angle brackets: <<<0,1,1,...>>>."
        )
        return self.new_problem(level, question, {"width": width}, ",".join(after))

    def from_official(self, item: Any) -> Problem:
        """Press the buttons as the text says."""
        question, record = item["question"], item["solution"]
        gold = ",".join(map(str, record["solution"]))
        rounds = (attempt(read, question) or {"pressed": []})["pressed"]
        settled = settle(self.solve, question, gold, "the stored lights are wrong", read=len(rounds))
        return self.official_problem(question, {"width": len(record["initial_state"])}, settled[0], gold, *settled[1:])

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare light by light."""
        return cells(answer, problem.data["width"]) == problem.answer.split(",")

    def reasons(self, problem: Problem) -> list[str] | None:
        """Press the few buttons of a small grid."""
        if problem.level > 1:
            return None
        lights, switched, pressed = read(problem.question).values()
        rng = random.Random(problem.question)
        steps = [f"{rng.choice(('At first the rows are', 'Start'))}: {' / '.join(lights)}."]
        for button in pressed:
            flat = solve(lights, switched, [button]).replace(",", "")
            lights = [flat[i : i + len(lights)] for i in range(0, len(flat), len(lights))]
            places = ", ".join(map(str, switched[button]))
            told = rng.choice((f"{button} switches {places}", f"Pressing {button} changes {places}"))
            steps.append(f"{told}, which gives {' / '.join(lights)}.")
        return steps

    def size(self, problem: Problem) -> float:
        """Length of the question: the grid, the buttons and the presses."""
        return len(problem.question)


def read(question: str) -> dict[str, Any]:
    """Read the lights, the presses and the buttons that are pressed, in our wording or the original's."""
    lights = re.findall(r"^[01]+$", question, re.M)
    order = re.search(r"in this order: (.*)\.", question)
    pressed = order[1].split(", ") if order else re.findall(r"^Round \d+: Button (\w)", question, re.M)
    switched = {
        name: [(int(r), int(c)) for r, c in re.findall(r"(\d+)\W+(\d+)", places)]
        for name, places in re.findall(r"^Button (\w)\b(.*\d.*)$", question, re.M)
        if name in pressed
    }
    return {"lights": lights, "switched": switched, "pressed": pressed}


def solve(lights: list[str], switched: dict[str, list[tuple[int, int]]], pressed: list[str]) -> str:
    """Press one button after the other."""
    grid = [[int(light) for light in row] for row in lights]
    for button in pressed:
        for r, c in switched[button]:
            grid[r - 1][c - 1] ^= 1
    return ",".join(str(light) for row in grid for light in row)


def verify(answer: str, lights: list[str], switched: dict[str, list[tuple[int, int]]], pressed: list[str]) -> bool:
    """Count for each light how often it is switched: an even number of times changes nothing."""
    hits = [place for button in pressed for place in switched[button]]
    start = {(r, c): int(light) for r, row in enumerate(lights, 1) for c, light in enumerate(row, 1)}
    expected = [(light + hits.count(place)) % 2 for place, light in start.items()]
    return answer == ",".join(map(str, expected))
