"""LogicalEquation: which number of a list each letter stands for."""

import random
import re
from collections import Counter
from fractions import Fraction
from math import perm
from typing import Any

from r1ci_env.envs.answers import BadAnswer, assignments, integer, numbers
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.task import Problem, Task

LETTERS = {1: (7, 9), 2: (10, 12), 3: (13, 15), 4: (18, 19), 5: (23, 25)}
LARGEST = 225
MOST_TRIES = 50_000  # of a program that tries everything

Equation = tuple[int, str, int, str, int]
Constraint = list[Any]  # relation, letter, letter, and the number of the relation as text
SHOWN = {
    "equal": "{} = {}",
    "times": "{0} = {2} * {1}",
    "minus": "{} - {} = {}",
    "plus": "{} + {} = {}",
    "greater": "{} > {}",
}


class LogicalEquation(Task):
    """Assign the numbers of a list to letters so that all equations hold.

    Description:
        As many numbers as letters are given, and equations between two letters each (multiple, sum, difference), with
        now and then an inequality. Each letter stands for a different number; an assignment that fits is asked for.

    Answer format:
        The numbers in the order of the letters: ``[3, 1, 2]``.

    Levels:
        7 to 9 letters at level 1, 13 to 15 at level 3 (the original has 9 to 15), 23 to 25 at level 5; one to two
        statements fewer than letters.

    Check:
        As many numbers as letters, each of the list and each used once, and every statement holds exactly. Any such
        assignment is right. Original items do not say that the numbers differ, and there they need not.

    Source and deviations:
        SymBench logical_equation. The numbers are drawn anew each time (there: ten fixed lists); that they differ
        is stated and checked.
    """

    max_answer_chars = 2_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the numbers, many of them multiples of others, assign them, and state what is true."""
        count = rng.randint(*LETTERS[level])
        values = _values(rng, count)
        letters = [chr(ord("A") + i) for i in range(count)]
        assigned = dict(zip(letters, rng.sample(values, count), strict=True))
        constraints: list[Constraint] = []
        pairs: set[frozenset[str]] = set()
        wanted = count - rng.randint(1, 2)
        while len(constraints) < wanted:
            a, b = rng.sample(letters, 2)
            if frozenset((a, b)) not in pairs:
                pairs.add(frozenset((a, b)))
                constraints.append(_statement(rng, a, b, assigned))
        listed = "\n".join(f"{i}. {SHOWN[c[0]].format(*c[1:])}" for i, c in enumerate(constraints, 1))
        question = (
            f"The {count} letters {', '.join(letters)} stand for the numbers {', '.join(map(str, values))}: each "
            f"letter for one of them, different letters for different numbers. It holds that\n{listed}\n"
            "Find numbers that fit (any assignment that meets all the statements will do), and list them in the order "
            "of the letters, such as <<<[3, 1, 2]>>> for A = 3, B = 1, C = 2."
        )
        data = {"letters": letters, "values": values, "constraints": constraints, "distinct": True}
        return self.new_problem(level, question, data, str(list(assigned.values())))

    def from_official(self, item: Any) -> Problem:
        """Read the statements from the text; numbers may repeat there."""
        question, gold = item["question"], str(item["solution"])
        letters, values, constraints = _statements(question)
        data = {"letters": letters, "values": values, "constraints": constraints, "distinct": False}
        return original_problem(self, question, data, gold, "the stored numbers break a statement")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Test the numbers and every statement."""
        letters, values = problem.data["letters"], problem.data["values"]
        found = _in_order(answer, letters)
        if len(found) != len(letters) or any(value not in values for value in found):
            return False
        if problem.data["distinct"] and len(set(found)) != len(found):
            return False
        assigned = dict(zip(letters, found, strict=True))
        return all(_holds(c[0], assigned[c[1]], assigned[c[2]], c[3]) for c in problem.data["constraints"])

    def program(self, problem: Problem) -> str | None:
        """Try numbers for one letter of each group of tied letters, work out the others, and test what is left."""
        letters, values, equations, greater = read(problem.question).values()
        unused, tried, lines, known = list(equations), [], [], set()
        for letter in sorted(letters, key=lambda letter: -sum(letter in (a, b) for _, a, _, b, _ in equations)):
            if letter in known:
                continue
            tried.append(letter)
            known.add(letter)
            while tied := next((e for e in unused if len({e[1], e[3]} - known) == 1), None):
                unused.remove(tied)
                (new,) = {tied[1], tied[3]} - known
                lines.append(_worked_out(new, tied))
                known.add(new)
        if problem.level not in (1, 2, 3) or perm(len(values), len(tried)) > MOST_TRIES:
            return super().program(problem)
        conditions = [*map(_condition, unused), *(f"{a} > {b}" for a, b in greater)]
        several = len(tried) > 1
        lines.append(f"found = [{', '.join(letters)}]")
        lines.append(f"if {' and '.join(['sorted(found) == numbers', *conditions])}:")
        lines.append(f"    print({'[int(n) for n in found]' if ' / ' in ''.join(lines) else 'found'})")
        return "\n".join(
            [
                *["from itertools import permutations\n"] * several,
                f"numbers = {values}",
                f"for {', '.join(tried)} in {f'permutations(numbers, {len(tried)})' if several else 'numbers'}:",
                *(f"    {line}" for line in lines),
                "        break\n",
            ]
        )

    def size(self, problem: Problem) -> float:
        """Number of letters."""
        return len(problem.data["letters"])


def _in_order(answer: str, letters: list[str]) -> list[Fraction]:
    """Read the numbers as a list, or as ``A = 3, B = 1``."""
    if re.search("[A-Za-z]", answer):
        assigned = {letter.upper(): Fraction(integer(value)) for letter, value in assignments(answer).items()}
        if sorted(assigned) != sorted(letters):
            raise BadAnswer("not one number for each letter")
        return [assigned[letter] for letter in letters]
    return numbers(answer)


def _worked_out(letter: str, equation: "Equation") -> str:
    """Return the line that works out a letter from the other one of an equation."""
    p, a, q, b, r = equation
    other = b if letter == a else a
    if r == 0 and q < 0:
        times, by = (-q, p) if letter == a else (p, -q)
        return f"{letter} = {f'{times} * ' * (times > 1)}{other}{f' / {by}' * (by > 1)}"
    if q > 0:
        return f"{letter} = {r} - {other}"
    difference = r if letter == a else -r
    return f"{letter} = {other} {'-' if difference < 0 else '+'} {abs(difference)}"


def _condition(equation: "Equation") -> str:
    p, a, q, b, r = equation
    if r == 0 and q < 0:
        return f"{f'{p} * ' * (p > 1)}{a} == {f'{-q} * ' * (q < -1)}{b}"
    return f"{a} {'+' if q > 0 else '-'} {b} == {r}"


def _values(rng: random.Random, count: int) -> list[int]:
    values = set(rng.sample(range(1, 60), count // 2))
    while len(values) < count:
        multiple = Fraction(rng.choice(sorted(values)) * rng.randint(11, 49), 10)
        values.add(int(multiple) if multiple <= LARGEST else rng.randint(1, LARGEST))
    return sorted(values)


def _statement(rng: random.Random, a: str, b: str, assigned: dict[str, int]) -> Constraint:
    low, high = sorted((a, b), key=assigned.__getitem__)
    tenths, rest = divmod(10 * assigned[high], assigned[low])
    if rng.random() < 0.05:
        return ["greater", high, low, ""]
    if rest == 0 and 11 <= tenths <= 49 and rng.random() < 0.7:
        return ["times", high, low, f"{tenths // 10}.{tenths % 10}".removesuffix(".0")]
    if rng.random() < 0.5:
        return ["minus", a, b, str(assigned[a] - assigned[b])]
    return ["plus", a, b, str(assigned[a] + assigned[b])]


def _holds(relation: str, a: Any, b: Any, number: str) -> bool:
    if relation in ("equal", "greater"):
        return a == b if relation == "equal" else a > b
    return {"times": a - Fraction(number) * b, "minus": a - b - Fraction(number), "plus": a + b - Fraction(number)}[
        relation
    ] == 0


def _statements(question: str) -> tuple[list[str], list[int], list[Constraint]]:
    """Read the letters, the numbers and the statements, in our wording or the original's."""
    letters = re.search(r"letters ((?:[A-Z], )*[A-Z])\b", question)[1].split(", ")
    values = [int(v) for v in re.search(r"numbers (\d+(?:, \d+)*)", question)[1].split(", ")]
    constraints: list[Constraint] = []
    for line in re.findall(r"^\d+\. (.*)$", question, re.M):
        a, sign, middle, number = re.fullmatch(r"([A-Z]) ([=<>+-]) ([\d.* ]*[A-Z])(?: = (-?\d+))?", line).groups()
        b = middle[-1]
        if sign in "+-":
            constraints.append(["plus" if sign == "+" else "minus", a, b, number])
        elif sign in "<>":
            constraints.append(["greater", *((a, b) if sign == ">" else (b, a)), ""])
        else:
            factor = middle[:-1].strip("* ")
            constraints.append(["times", a, b, factor] if factor else ["equal", a, b, ""])
    return letters, values, constraints


def read(question: str) -> dict[str, Any]:
    """Read the statements: (2, "A", -5, "B", 0) says that 2 * A - 5 * B = 0; numbers are listed as often as allowed."""
    letters, values, constraints = _statements(question)
    equations, greater = [], []
    for relation, a, b, number in constraints:
        factor = Fraction(number or 1)
        match relation:
            case "greater":
                greater.append((a, b))
            case "plus" | "minus":
                equations.append((1, a, 1 if relation == "plus" else -1, b, int(number)))
            case "equal" | "times":
                equations.append((factor.denominator, a, -factor.numerator, b, 0))
    if "different letters for different numbers" not in question:
        values = values * len(letters)
    return {"letters": letters, "values": values, "equations": equations, "greater": greater}


def solve(letters: list[str], values: list[int], equations: list[Equation], greater: list[tuple[str, str]]) -> str:
    """Give numbers to the letters, next to one that is tied to those before, and go back where a statement fails."""
    ties = [{a, b} for _, a, _, b, _ in equations]
    order: list[str] = []
    while len(order) < len(letters):
        rest = [letter for letter in letters if letter not in order]
        tied = {letter: [bool(tie & set(order)) for tie in ties if letter in tie] for letter in rest}
        most = max((sum(tied[letter]), len(tied[letter])) for letter in rest)
        order += [letter for letter in rest if (sum(tied[letter]), len(tied[letter])) == most][:1]

    def extend(known: dict[str, int], left: list[int]) -> dict[str, int] | None:
        if len(known) == len(order):
            return known
        letter = order[len(known)]
        for value in sorted(set(left)):
            trial = {**known, letter: value}
            fits = all(p * trial[a] + q * trial[b] == r for p, a, q, b, r in equations if {a, b} <= trial.keys())
            if fits and all(trial[a] > trial[b] for a, b in greater if {a, b} <= trial.keys()):
                rest = list(left)
                rest.remove(value)
                found = extend(trial, rest)
                if found:
                    return found
        return None

    found = extend({}, values) or {}
    return str([found[letter] for letter in letters if found])


def verify(
    answer: str, letters: list[str], values: list[int], equations: list[Equation], greater: list[tuple[str, str]]
) -> bool:
    """Put the numbers into the statements."""
    found = [int(n) for n in answer.strip("[]").split(",")]
    number = dict(zip(letters, found, strict=True))
    true = [p * number[a] + q * number[b] == r for p, a, q, b, r in equations]
    ordered = [number[a] > number[b] for a, b in greater]
    return Counter(found) <= Counter(values) and all(true) and all(ordered)
