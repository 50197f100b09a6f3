"""StringSynthesis: what is left of blocks that combine until nothing more can."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integers_of
from r1ci_env.envs.symbench.original import NOT_READ, attempt
from r1ci_env.task import Problem, Task

BRACKETS = ("[]", "{}", "()")
LETTERS = {1: 3, 2: 3, 3: 3, 4: 4, 5: 5}
METHODS = {3: (6, 8), 4: (9, 12), 5: (14, 18)}
COUNTS = {1: (1, 8), 2: (3, 14), 3: (6, 16), 4: (10, 30), 5: (20, 60)}
NUMBERS = ("zero", "one", "two", "three")
STANDARD = (  # the methods of the original: blocks used, blocks made
    (("[A]", "[B]", "[C]"), ("{A}",)),
    (("[A]", "[B]"), ("{C}",)),
    (("[B]", "[C]"), ("{B}",)),
    (("[C]", "[C]"), ("{C}",)),
    (("{A}", "{C}"), ("(A)", "(B)")),
    (("{B}", "{B}"), ("(C)",)),
)
Method = tuple[tuple[str, ...], tuple[str, ...]]


class StringSynthesis(Task):
    """Combine blocks by a list of methods until none applies.

    Description:
        Blocks of a few kinds are given and methods that turn some into others. The methods are gone through in a
        cycle, each used as often as it can be before the next; how many blocks of each kind remain is asked for.

    Answer format:
        One number for each kind, separated by spaces: ``2 0 1 1 0 0 0 0 0``.

    Levels:
        The original's six methods with up to 8 and 14 blocks of a kind at levels 1 and 2; from level 3 on methods of
        our own, 14 to 18 of them on 15 kinds with up to 60 blocks at level 5.

    Check:
        All numbers must be right.

    Source and deviations:
        SymBench string_synthesis, which says only to cycle through the methods: its answers use each method until it is
        exhausted, while using it once a turn gives another result in most items. Our text states the rule; original
        items for which the two readings differ are marked as unsure, and count as their stored answer does.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw counts, and from level 3 on methods."""
        kinds = [f"{b[0]}{chr(ord('A') + i)}{b[1]}" for b in BRACKETS for i in range(LETTERS[level])]
        methods = list(STANDARD) if level < 3 else _methods(rng, level)
        start = {kind: rng.randint(*COUNTS[level]) for kind in kinds[: LETTERS[level]]}
        given = ", ".join(f"{number} {kind}" for kind, number in start.items())
        question = (
            f"There are {len(kinds)} kinds of blocks, {', '.join(kinds)}, and these methods to turn some into others:\n"
            + "\n".join(f"{i}. {_describe(method)}" for i, method in enumerate(methods, 1))
            + "\nGo through the methods in order. Use each as many times as the blocks allow, then go on to the next; "
            "after the last begin again with the first. Stop when no method can be used.\n"
            f"You start with {given} and nothing else. How many blocks of each kind remain at the end?\n"
            f"Give {len(kinds)} numbers separated by spaces, in the order {' '.join(kinds)}, for example "
            f"<<<{' '.join(str(i % 3) for i in range(len(kinds)))}>>>."
        )
        answer = solve(" ".join(kinds), [(" ".join(used), " ".join(made)) for used, made in methods], start)
        return self.new_problem(level, question, {"counts": [int(n) for n in answer.split()], "start": start}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the numbers; the original's format also lets single digits stand together."""
        counts = problem.data["counts"]
        return integers_of(answer, len(counts), joined=problem.level == 0) == counts

    def size(self, problem: Problem) -> float:
        """Number of blocks at the start."""
        return float(sum(problem.data["start"].values()))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item; flag it where its text leaves the result open."""
        question, gold = item["question"], item["solution"]["solution_string"].strip("<> \n")
        instance = attempt(read, question) or {"kinds": "", "methods": [], "start": {}}
        start = instance["start"]
        if instance["methods"] != [(" ".join(used), " ".join(made)) for used, made in STANDARD]:
            data = {"counts": [int(n) for n in gold.split()], "start": start}
            return self.official_problem(question, data, gold, gold, unsure=NOT_READ)
        exhausted, in_turns = solve(**instance), _in_turns(**instance)
        answer = gold if gold == in_turns else exhausted
        flaw = None if answer == gold else "the stored counts are not what the methods give"
        differs = "using each method once a turn, not until it is exhausted, ends differently"
        data = {"counts": [int(n) for n in answer.split()], "start": start}
        unsure = None if flaw or exhausted == in_turns else differs
        return self.official_problem(question, data, answer, gold, flaw, unsure)


def _methods(rng: random.Random, level: int) -> list[Method]:
    """Draw distinct methods; each turns blocks of one bracket into fewer or as many of the next, so all runs end."""
    letters = [chr(ord("A") + i) for i in range(LETTERS[level])]
    drawn: dict[tuple[str, ...], tuple[str, ...]] = {}
    wanted = rng.randint(*METHODS[level])
    while len(drawn) < wanted:
        tier = len(drawn) % 2
        used = sorted(rng.choice(letters) for _ in range(rng.choice((2, 2, 3))))
        made = sorted(rng.choice(letters) for _ in range(rng.choice((1, 1, 2))))
        low, high = BRACKETS[tier : tier + 2]
        drawn.setdefault(tuple(f"{low[0]}{x}{low[1]}" for x in used), tuple(f"{high[0]}{x}{high[1]}" for x in made))
    return rng.sample(sorted(drawn.items()), wanted)


def _describe(method: Method) -> str:
    def listed(blocks: tuple[str, ...]) -> str:
        return " and ".join(f"{NUMBERS[blocks.count(b)]} {b}" for b in sorted(set(blocks)))

    used, made = method
    return f"Combine {listed(used)} into {listed(made)}."


def _in_turns(kinds: str, methods: list[tuple[str, str]], start: dict[str, int]) -> str:
    """Return the counts at the end if each method is used at most once before the next."""
    counts = dict.fromkeys(kinds.split(), 0) | start
    before = None
    while before != counts:
        before = dict(counts)
        for used, made in methods:
            if all(counts[block] >= used.count(block) for block in used.split()):
                for block in used.split():
                    counts[block] -= 1
                for block in made.split():
                    counts[block] += 1
    return " ".join(map(str, counts.values()))


def read(question: str) -> dict[str, Any]:
    """Read the kinds, the blocks that each method uses and makes, and the counts at the start."""
    kind = r"(\[\w\]|\{\w\}|\(\w\))"
    numbers = {"one": 1, "two": 2, "three": 3}

    def blocks(text: str) -> str:
        found = re.findall(rf"(\w+) {kind}", text)
        return " ".join(block for number, block in found for _ in range(numbers[number.lower()]))

    kinds = " ".join(re.findall(kind, question.split("\n")[0]))
    steps = re.findall(r"^\d+\. (.*) (?:into|to form) (.*)\.$", question, re.M)
    start = {block: int(number) for number, block in re.findall(rf"(\d+) {kind}", question)}
    return {"kinds": kinds, "methods": [(blocks(used), blocks(made)) for used, made in steps], "start": start}


def solve(kinds: str, methods: list[tuple[str, str]], start: dict[str, int]) -> str:
    """Use each method as often as the blocks allow, one after the other, until a whole round changes nothing."""
    counts = dict.fromkeys(kinds.split(), 0) | start
    before = None
    while before != counts:
        before = dict(counts)
        for used, made in methods:
            times = min(counts[block] // used.count(block) for block in used.split())
            for block in used.split():
                counts[block] -= times
            for block in made.split():
                counts[block] += times
    left = [str(number) for number in counts.values()]
    return " ".join(left)


def verify(answer: str, kinds: str, methods: list[tuple[str, str]], start: dict[str, int]) -> bool:
    """Use the methods one at a time on a heap of single blocks, and count what is left."""
    heap = [block for block, number in start.items() for _ in range(number)]
    changed = True
    while changed:
        changed = False
        for used, made in methods:
            while all(heap.count(block) >= used.count(block) for block in used.split()):
                for block in used.split():
                    heap.remove(block)
                heap += made.split()
                changed = True
    return answer == " ".join(str(heap.count(kind)) for kind in kinds.split())
