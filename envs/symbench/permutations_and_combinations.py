"""PermutationsCombinations: arrange jars on a shelf under constraints."""

import random
import re
from typing import Any

from r1ci_env.envs.answers import items
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.task import Problem, Task

JARS = {1: (5, 6), 2: (7, 8), 3: (9, 10), 4: (13, 15), 5: (18, 21)}

Constraint = list[Any]  # kind, letter, and a second letter or a position
KINDS = {
    "at": "Jar {} stands at position {}.",
    "not at": "Jar {} does not stand at position {}.",
    "left": "Jar {} is somewhere to the left of jar {}.",
    "right": "Jar {} is somewhere to the right of jar {}.",
    "adjacent": "Jars {} and {} are directly next to each other.",
}


class PermutationsCombinations(Task):
    """Order lettered jars so that every constraint holds.

    Description:
        Lettered jars stand in numbered places in a row. Constraints say where a jar stands or does not stand, which
        of two is further left, and which are neighbours. An order that meets all of them is asked for.

    Answer format:
        A JSON list of the letters from left to right: ``["B", "A", "C"]``.

    Levels:
        5 or 6 jars at level 1, 9 or 10 at level 3 (the original has 6 to 10), 18 to 21 at level 5; as many
        constraints as jars, or one more.

    Check:
        The answer must contain every letter once, and every constraint must hold. Any such order is right.

    Source and deviations:
        SymBench permutations_and_combinations. The original tests only the constraints; here an answer that is no
        permutation of all the letters is wrong. Constraints do not repeat.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an order, then constraints that are true of it."""
        count = rng.randint(*JARS[level])
        letters = [chr(ord("A") + i) for i in range(count)]
        order = rng.sample(letters, count)
        constraints: list[Constraint] = []
        while len(constraints) < count + rng.randint(0, 1):
            kind, first = rng.choice(list(KINDS)), rng.choice(letters)
            second = rng.randint(1, count) if "at" in kind.split() else rng.choice(letters)
            if holds([kind, first, second], order) and [kind, first, second] not in constraints:
                constraints.append([kind, first, second])
        listed = "\n".join(f"{i}. {KINDS[c[0]].format(*c[1:])}" for i, c in enumerate(constraints, 1))
        question = (
            f"{count} jars, labelled {', '.join(letters)}, stand in a row on a shelf, in positions 1 to {count} from "
            f"left to right. These statements are all true:\n{listed}\n"
            "Give one possible order from left to right, as a list in triple angle brackets, "
            'such as <<<["B", "A", "C"]>>>.'
        )
        return self.new_problem(level, question, {"letters": letters, "constraints": constraints}, _show(order))

    def from_official(self, item: Any) -> Problem:
        """Read the constraints from the text; any solution counts."""
        question = item["question"]
        letters, constraints = read(question)
        gold = _show(item["solution"]["correct_solution"])
        data = {"letters": letters, "constraints": constraints}
        return original_problem(self, question, data, gold, "the stored order breaks a constraint")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Test that it is a permutation, then each constraint."""
        order = items(answer)
        if len(order) == 1:  # written without separators
            order = list(order[0])
        if sorted(order) != sorted(problem.data["letters"]):
            return False
        return all(holds(constraint, order) for constraint in problem.data["constraints"])

    def size(self, problem: Problem) -> float:
        """Number of jars."""
        return len(problem.data["letters"])


def holds(constraint: Constraint, order: list[str]) -> bool:
    """Whether a constraint is true of an order."""
    kind, first, second = constraint
    place = order.index(first) + 1
    if kind in ("at", "not at"):
        return (place == second) == (kind == "at")
    other = order.index(second) + 1
    return {"left": place < other, "right": place > other, "adjacent": abs(place - other) == 1}[kind]


def _show(order: list[str]) -> str:
    return "[" + ", ".join(f'"{letter}"' for letter in order) + "]"


def read(question: str) -> tuple[list[str], list[Constraint]]:
    """Read the letters and the constraints, in our wording or the original's."""
    letters = re.search(r"label+ed ((?:[A-Z], )*[A-Z])\b", question)[1].split(", ")
    constraints = []
    for line in re.findall(r"^\d+\. (.*)$", question, re.M):
        names = re.findall(r"\b[A-Z]\b", line)
        if place := re.search(r"position (\d+)", line):
            kind = "not at" if " not " in line.replace("cannot", " not ") else "at"
            constraints.append([kind, names[0], int(place[1])])
        else:
            kind = "left" if " left " in line else "right" if " right " in line else "adjacent"
            constraints.append([kind, *names])
    return letters, constraints


def arrange(letters: list[str], constraints: list[Constraint]) -> list[str] | None:
    """Fill the positions from left to right; remember the dead ends by the set placed and the last letter."""
    at = {second: first for kind, first, second in constraints if kind == "at"}
    fixed = {letter: place for place, letter in at.items()}
    banned = {(first, second) for kind, first, second in constraints if kind == "not at"}
    before: dict[str, set[str]] = {letter: set() for letter in letters}
    beside: dict[str, set[str]] = {letter: set() for letter in letters}
    for kind, first, second in constraints:
        if kind == "left":
            before[second].add(first)
        elif kind == "right":
            before[first].add(second)
        elif kind == "adjacent":
            beside[first].add(second)
            beside[second].add(first)
    dead: set[tuple[frozenset[str], str]] = set()

    def extend(order: list[str]) -> list[str] | None:
        if len(order) == len(letters):
            return order
        state, place, last = frozenset(order), len(order) + 1, order[-1] if order else ""
        if (state, last) in dead:
            return None
        awaited = beside[last] - state if order else set()  # neighbours of the last letter that must come now
        for letter in letters:
            if (
                letter not in state
                and fixed.get(letter, place) == place
                and at.get(place, letter) == letter
                and (letter, place) not in banned
                and before[letter] <= state
                and beside[letter] & state <= {last}
                and awaited <= {letter}
                and (found := extend([*order, letter]))
            ):
                return found
        dead.add((state, last))
        return None

    return extend([])


def solve(question: str) -> str:
    """Read the constraints and search."""
    return _show(arrange(*read(question)) or [])
