"""LogicalEquation: which number of a list each letter stands for."""

import random
import re
from fractions import Fraction
from typing import Any

from r1ci_env.envs.answers import BadAnswer, assignments, integer, numbers
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.task import Problem, Task

LETTERS = {1: (7, 9), 2: (10, 12), 3: (13, 15), 4: (18, 19), 5: (23, 25)}
LARGEST = 225

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
        letters, values, constraints = read(question)
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


def read(question: str) -> tuple[list[str], list[int], list[Constraint]]:
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


def assign(
    letters: list[str], values: list[int], constraints: list[Constraint], distinct: bool = True
) -> list[int] | None:
    """Narrow what each letter can be, and branch on the letter with the fewest possibilities."""
    links: dict[str, list[tuple[str, dict[int, set[int]]]]] = {letter: [] for letter in letters}
    for relation, a, b, number in constraints:
        allowed = {x: {y for y in values if _holds(relation, x, y, number)} for x in values}
        links[a].append((b, allowed))
        links[b].append((a, {y: {x for x in values if y in allowed[x]} for y in values}))

    def narrow(domains: dict[str, set[int]], changed: list[str]) -> bool:
        while changed:
            letter = changed.pop()
            for other, allowed in links[letter]:
                kept = domains[other] & set().union(*(allowed[x] for x in domains[letter]))
                if len(kept) < len(domains[other]):
                    domains[other] = kept
                    changed.append(other)
            if distinct and len(domains[letter]) == 1:
                for other in letters:
                    if other != letter and domains[letter] <= domains[other]:
                        domains[other] = domains[other] - domains[letter]
                        changed.append(other)
            if not all(domains.values()):
                return False
        return True

    def search(domains: dict[str, set[int]]) -> dict[str, set[int]] | None:
        open_letters = [letter for letter in letters if len(domains[letter]) > 1]
        if not open_letters:
            return domains
        letter = min(open_letters, key=lambda name: (len(domains[name]), -len(links[name])))
        for value in sorted(domains[letter]):
            trial = {**domains, letter: {value}}
            if narrow(trial, [letter]) and (found := search(trial)):
                return found
        return None

    domains = {letter: set(values) for letter in letters}
    found = search(domains) if narrow(domains, list(letters)) else None
    return [found[letter].pop() for letter in letters] if found else None


def solve(question: str) -> str:
    """Read the statements and search."""
    letters, values, constraints = read(question)
    return str(assign(letters, values, constraints, "different letters for different numbers" in question))
