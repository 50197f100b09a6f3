"""StringSplitting: machines taken apart and parts put together, one method a turn."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integers, integers_of
from r1ci_env.envs.symbench.original import attempt, settle
from r1ci_env.task import Problem, Task

MACHINES = {1: (1, 5), 2: (2, 8), 3: (4, 12), 4: (10, 20), 5: (25, 60)}
KINDS = {4: ("ABCD", "WXYZ"), 5: ("ABCDEF", "UVWXYZ")}
METHODS = {4: 7, 5: 12}
NUMBERS = ("zero", "one", "two", "three")
STANDARD = (("A", "XXY"), ("BB", "X"), ("CC", "Y"), ("BC", "A"), ("XY", "Z"))
WORDINGS = (
    "From {used} you get {made}.",
    "Use up {used} to obtain {made}.",
    "Turn {used} into {made}.",
)


class StringSplitting(Task):
    """Follow a cycle of methods that take machines apart and merge parts.

    Description:
        Machines are given and methods that turn machines and parts into others. The methods take turns, each used at
        most once a turn, until none can be used; what is left of every kind is asked for.

    Answer format:
        One number for each kind, separated by commas: ``0, 0, 1, 2, 0, 3``.

    Levels:
        The original's five methods with 1 to 5 machines of each of three kinds at level 1 and 4 to 12 at level 3;
        methods of our own, 12 of them with 25 to 60 machines of six kinds, at level 5.

    Check:
        All numbers must be right.

    Source and deviations:
        SymBench string_splitting, which compares the digits run together, so that ``1, 12`` and ``11, 2`` are the same;
        here the numbers are compared one by one. Methods of our own from level 4 on.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw machines, wordings, and from level 4 on methods."""
        machines, parts = KINDS.get(level, ("ABC", "XYZ"))
        methods = list(STANDARD) if level < 4 else _methods(rng, machines, parts, METHODS[level])
        start = {kind: rng.randint(*MACHINES[level]) for kind in machines}
        kinds = machines + parts
        question = (
            f"A workshop has {', '.join(f'{_units(n)} of machine {kind}' for kind, n in start.items())} and no parts. "
            "These methods turn machines and parts into others:\n"
            + "\n".join(f"Method {i}: {_describe(method, rng)}" for i, method in enumerate(methods, 1))
            + "\nThe methods take turns in the given order: when its turn comes a method is used exactly once if there "
            f"is enough for it, and else skipped. After method {len(methods)} comes method 1 again. This goes on until "
            "no method can be used.\n"
            f"How many units of machines {', '.join(machines)} and of parts {', '.join(parts)} are there at the end? "
            "Give the numbers in this order, separated by commas, for example "
            f"<<<{', '.join(str(i % 3) for i in range(len(kinds)))}>>>."
        )
        answer = solve(start, methods, kinds)
        return self.new_problem(level, question, {"counts": integers(answer), "start": start}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the numbers; the original's format also lets single digits stand together."""
        counts = problem.data["counts"]
        return integers_of(answer, len(counts), joined=problem.level == 0) == counts

    def size(self, problem: Problem) -> float:
        """Number of machines at the start."""
        return float(sum(problem.data["start"].values()))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item."""
        question, gold = item["question"], ", ".join(item["solution"]["expected_answer"])
        instance = attempt(read, question) or {"start": {}, "methods": [], "kinds": ""}
        methods = [tuple("".join(sorted(side)) for side in method) for method in instance["methods"]]
        known = [method for method in methods if method in STANDARD]
        flaw = "the stored counts are not what the methods give"
        settled = settle(
            lambda _: solve(**instance) if _comes_to_an_end(methods) else "", question, gold, flaw, read=len(known)
        )
        data = {"counts": integers(settled.answer), "start": {} if settled.unsure else instance["start"]}
        return self.official_problem(question, data, settled.answer, gold, *settled[1:])


def _comes_to_an_end(methods: list[tuple[str, ...]]) -> bool:
    """Whether every method lowers the sum in which a machine counts four and a part one."""
    sums = [[sum(1 if kind >= "U" else 4 for kind in side) for side in method] for method in methods]
    return all(used > made for used, made in sums)


def _methods(rng: random.Random, machines: str, parts: str, count: int) -> list[tuple[str, str]]:
    """Draw distinct methods that come to an end: a quarter merge machines, a quarter parts, half take apart."""
    drawn: dict[str, str] = {}
    while len(drawn) < count:
        kind = len(drawn) % 4
        used = sorted(rng.choice(parts if kind == 3 else machines) for _ in range(2 if kind > 1 else rng.randint(1, 2)))
        if kind > 1:
            made = [rng.choice(parts if kind == 3 else machines)]
        else:
            made = sorted(rng.choice(parts) for _ in range(rng.randint(1, 3)))
        if made[0] not in used:
            drawn.setdefault("".join(used), "".join(made))
    return rng.sample(sorted(drawn.items()), count)


def _describe(method: tuple[str, str], rng: random.Random) -> str:
    def listed(kinds: str) -> str:
        return " and ".join(
            f"{_units(kinds.count(k), NUMBERS)} of {'part' if k >= 'U' else 'machine'} {k}" for k in sorted(set(kinds))
        )

    return rng.choice(WORDINGS).format(used=listed(method[0]), made=listed(method[1]))


def _units(count: int, names: tuple[str, ...] = ()) -> str:
    return f"{names[count] if names else count} unit{'s' * (count > 1)}"


def read(question: str) -> dict[str, Any]:
    """Read the machines at the start, what each method uses and makes, and all kinds, machines first."""
    numbers = {"a": 1, "single": 1, "one": 1, "two": 2, "three": 3}

    def units(text: str) -> str:
        named = re.findall(r"(\w+) (?:units? of )?(?:machines?|parts?) ([A-Z])\b", text)
        return "".join(kind * numbers[number.lower()] for number, kind in named)

    verb = (
        r"yields?|produces?|results? in|creates?|breaks? down into|can be (?:dismantled|combined) into|"
        r"merge to form|to obtain|you get|into"
    )
    methods = []
    for text in re.findall(r"^Method \d+: (.*)$", question, re.M):
        used, made = re.split(rf"\b(?:{verb})\b", text, maxsplit=1)
        methods.append((units(used), units(made)))
    start = {kind: int(n) for n, kind in re.findall(r"(\d+) units? of [Mm]achine ([A-Z])", question)}
    parts = re.search(r"parts ([A-Z](?:(?:, | and |, and )[A-Z])*)", question)[1]
    return {"start": start, "methods": methods, "kinds": "".join(start) + "".join(re.findall("[A-Z]", parts))}


def solve(start: dict[str, int], methods: list[tuple[str, str]], kinds: str) -> str:
    """Let the methods take turns, each used once where there is enough for it, until none can be used."""
    counts = {kind: start.get(kind, 0) for kind in kinds}
    changed = True
    while changed:
        changed = False
        for used, made in methods:
            if all(counts[kind] >= used.count(kind) for kind in used):
                changed = True
                for kind in used:
                    counts[kind] -= 1
                for kind in made:
                    counts[kind] += 1
    left = [str(counts[kind]) for kind in kinds]
    return ", ".join(left)


def verify(answer: str, start: dict[str, int], methods: list[tuple[str, str]], kinds: str) -> bool:
    """Do the same with a heap of single units, turn after turn, and count what is left."""
    heap = [kind for kind, number in start.items() for _ in range(number)]
    skipped, turn = 0, 0
    while skipped < len(methods):
        used, made = methods[turn % len(methods)]
        turn, skipped = turn + 1, skipped + 1
        if all(heap.count(kind) >= used.count(kind) for kind in used):
            skipped = 0
            for kind in used:
                heap.remove(kind)
            heap += made
    return answer == ", ".join(str(heap.count(kind)) for kind in kinds)
