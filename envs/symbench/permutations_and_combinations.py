"""PermutationsCombinations: arrange jars on a shelf under constraints."""

import random
import re
from typing import Any

from r1ci_env.envs.answers import items
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.programs import literal
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
CONDITIONS = {
    "at": "{} == {}",
    "not at": "{} != {}",
    "left": "{} < {}",
    "right": "{} > {}",
    "adjacent": "abs({} - {}) == 1",
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
        instance = read(question)
        gold = _show(item["solution"]["correct_solution"])
        return original_problem(self, question, instance, gold, "the stored order breaks a constraint")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Test that it is a permutation, then each constraint."""
        order = items(answer)
        if len(order) == 1:  # written without separators
            order = list(order[0])
        if sorted(order) != sorted(problem.data["letters"]):
            return False
        return all(holds(constraint, order) for constraint in problem.data["constraints"])

    def program(self, problem: Problem) -> str | None:
        """Try all places of a few jars, with the statements as conditions."""
        letters, constraints = read(problem.question).values()
        fixed = {jar: place for kind, jar, place in constraints if kind == "at"}
        others = [CONDITIONS[kind].format(*rest) for kind, *rest in constraints if kind != "at"]
        before: dict[str, set[str]] = {jar: set() for jar in letters if jar not in fixed}
        beside = [{a, b} for kind, a, b in constraints if kind == "adjacent"]
        for kind, a, b in constraints:
            if kind in ("left", "right") and a in before and b in before:
                before[b if kind == "left" else a].add(a if kind == "left" else b)
        if problem.level not in (1, 2, 3) or len(before) < 2 or not others:
            return super().program(problem)
        places = [place for place in range(1, len(letters) + 1) if place not in fixed.values()]
        # those that come first in the row come first here too, so that an order that fits is found early
        order: list[str] = []
        while len(order) < len(before):
            ready = [jar for jar in before if jar not in order and before[jar] <= set(order)]
            early = {jar: [n for n in before if {jar, n} in beside and not before[n] <= {*order, jar}] for jar in ready}
            order.append(min(ready, key=lambda jar: ({jar, *order[-1:]} not in beside, len(early[jar]))))
        conditions = "\n        and ".join(others)
        return (
            "from itertools import permutations\n\n"
            + "".join(f"{jar} = {place}\n" for jar, place in fixed.items())
            + f"for {', '.join(order)} in permutations({places if fixed else f'range(1, {len(letters) + 1})'}):\n"
            f"    if (\n        {conditions}\n    ):\n        break\n"
            f"jars = dict(zip([{', '.join(letters)}], {literal(''.join(letters))}))\n"
            f"print([jars[place] for place in range(1, {len(letters) + 1})])\n"
        )

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


def read(question: str) -> dict[str, Any]:
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
    return {"letters": letters, "constraints": constraints}


def solve(letters: list[str], constraints: list[Constraint]) -> str:
    """Fill the positions from left to right, and remember the dead ends by the set placed and the last letter."""
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

    order = extend([]) or []
    return "[" + ", ".join(f'"{letter}"' for letter in order) + "]"


def verify(answer: str, letters: list[str], constraints: list[Constraint]) -> bool:
    """Test each statement on the places of the jars."""
    order = [letter.strip(" \"'") for letter in answer.strip("[]").split(",")]
    place = {letter: i for i, letter in enumerate(order, start=1)}
    for kind, first, second in constraints:
        a, b = place[first], place[second] if second in letters else second
        true = {"at": a == b, "not at": a != b, "left": a < b, "right": a > b, "adjacent": abs(a - b) == 1}
        if not true[kind]:
            return False
    return sorted(order) == letters
