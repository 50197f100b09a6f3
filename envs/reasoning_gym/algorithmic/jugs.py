"""Jugs: measure out an amount of water with jugs that have no marks."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from math import gcd
from typing import Any

from r1ci_env.envs.answers import BadAnswer, steps
from r1ci_env.envs.answers.lists import ARROW
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

JUG = r"(?:(?:the\s+)?jug\s+)?(?P<{}>[a-z])"
SHAPES = {  # jugs, their smallest and largest capacity, moves that are needed
    1: (2, (3, 40), (2, 4)),
    2: (3, (3, 13), (4, 6)),
    3: (3, (4, 40), (5, 8)),
    4: (3, (4, 42), (9, 11)),
    5: (3, (4, 48), (12, 24)),
}
SEARCHED = 3
"""Level from which on no two jugs alone make the target, so that a plan has to be searched for."""

MAX_MOVES = 1_000
MOVE = re.compile(
    rf"(?:(?P<act>fill|empty)\s+{JUG.format('jug')}"
    rf"|pour\s+(?:from\s+)?{JUG.format('source')}\s*(?:{ARROW}|-\\u003e|to|into)\s*{JUG.format('target')})(?!\w)",
    re.I,
)


class Jugs(Task):
    """Fill, empty and pour until a jug holds the amount asked for.

    Description:
        The capacities of some jugs, all empty, and a target are given; asked are moves after which one of the jugs
        holds the target.

    Answer format:
        A JSON list of moves: ``["fill A", "pour A->B", "empty B"]``.

    Levels:
        Two jugs and 2 to 4 moves at level 1; three jugs and 5 to 8 moves at level 3, 9 to 11 at level 4 (the original's
        default is at least 10), 12 or more with jugs of up to 48 litres at level 5. From level 3 on the target cannot
        be made with two jugs alone, as by filling one, pouring it into another and emptying that again and again.

    Check:
        The moves are simulated; after the last one some jug must hold the target. They need not be fewest; at most
        1,000.

    Source and deviations:
        Reasoning-Gym jugs. A search in breadth finds all amounts at once and the moves that each needs.
    """

    plain_levels = 3

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw jugs until they can make an amount in as many moves as the level wants."""
        count, bounds, (fewest, most) = SHAPES[level]
        targets: list[int] = []
        while not targets:
            capacities = [rng.randint(*bounds) for _ in range(count)]
            if level >= SEARCHED:
                capacities = list(rng.choice(_sharing_factors(*bounds)))
                rng.shuffle(capacities)
            plans = _plans(_named(capacities))
            easy = _made_by_two(capacities) if level >= SEARCHED else set()
            targets = sorted(n for n, moves in plans.items() if fewest <= len(moves) <= most and n not in easy)
        target = rng.choice(targets)
        named = ", ".join(f"{name}: {capacity}" for name, capacity in _named(capacities).items())
        question = (
            f"You have {count} empty jugs without marks and as much water as you like. They hold these numbers of "
            f"litres: {named}.\n"
            "There are three kinds of moves: 'fill A' fills jug A to the brim, 'empty A' empties it, and 'pour A->B' "
            "pours from jug A into jug B until A is empty or B is full. Find moves after which one of the jugs holds "
            f"exactly {target} litres.\n"
            'Answer with a JSON list of the moves in triple angle brackets, as in <<<["fill A", "pour A->B", "empty '
            'B"]>>>.'
        )
        data = {"capacities": capacities, "target": target, "fewest": len(plans[target])}
        return self.new_problem(level, question, data, json.dumps(plans[target]))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the moves."""
        capacities = problem.data["capacities"]
        held = [0] * len(capacities)
        moves = steps(answer, MOVE)
        if len(moves) > MAX_MOVES:
            return False
        for move in moves:
            if move["act"]:
                jug = _jug(move["jug"], capacities)
                held[jug] = capacities[jug] if move["act"].lower() == "fill" else 0
                continue
            source, target = _jug(move["source"], capacities), _jug(move["target"], capacities)
            if source == target:
                raise BadAnswer("a jug cannot be poured into itself")
            amount = min(held[source], capacities[target] - held[target])
            held[source] -= amount
            held[target] += amount
        return problem.data["target"] in held

    def size(self, problem: Problem) -> float:
        """Moves that are needed."""
        return problem.data["fewest"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the jugs from the metadata."""
        puzzle = item["metadata"]["puzzle"]
        data = {"capacities": puzzle["jug_capacities"], "target": puzzle["target"], "fewest": puzzle["min_moves"]}
        return entry_problem(self, item, data, lambda: solve(_named(data["capacities"]), data["target"]))


def _named(capacities: Sequence[int]) -> dict[str, int]:
    return {chr(ord("A") + i): capacity for i, capacity in enumerate(capacities)}


def _jug(name: str, capacities: Sequence[int]) -> int:
    jug = ord(name.upper()) - ord("A")
    if jug >= len(capacities):
        raise BadAnswer("no such jug")
    return jug


@cache
def _sharing_factors(least: int, most: int) -> list[tuple[int, int, int]]:
    """Return three capacities of which each two have a common factor, none is a multiple, and all three have none."""
    return [
        (a, b, c)
        for a, b, c in combinations(range(least, most + 1), 3)
        if gcd(a, b, c) == 1 and all(gcd(x, y) > 1 and y % x for x, y in ((a, b), (a, c), (b, c)))
    ]


def _made_by_two(capacities: Sequence[int]) -> set[int]:
    """Return the amounts that two of the jugs can make: the multiples of their greatest common divisor."""
    return {n for a, b in combinations(capacities, 2) for n in range(0, max(a, b) + 1, gcd(a, b))}


def read(question: str) -> dict[str, Any]:
    """Read the jugs and the target."""
    jugs = {name: int(litres) for name, litres in re.findall(r"([A-Z]): (\d+)", question)}
    return {"jugs": jugs, "target": int(re.search(r"exactly (\d+) litres", question)[1])}


def solve(jugs: dict[str, int], target: int) -> str:
    """Search in breadth for every amount that a jug can hold."""
    plans = _plans(jugs)
    return json.dumps(plans[target]) if target in plans else ""


def _plans(jugs: Mapping[str, int]) -> dict[int, list[str]]:
    """Return for every amount that some jug can hold a shortest list of moves."""
    start = (0,) * len(jugs)
    came: dict[tuple[int, ...], tuple[tuple[int, ...], str]] = {start: (start, "")}
    first: dict[int, tuple[int, ...]] = {}
    queue = [start]
    for state in queue:
        for amount in state:
            first.setdefault(amount, state)
        for after, move in _moves(state, jugs):
            if after not in came:
                came[after] = (state, move)
                queue.append(after)
    plans = {}
    for amount, state in first.items():
        moves = []
        while state != start:
            state, move = came[state]
            moves.append(move)
        plans[amount] = moves[::-1]
    return plans


def _moves(state: tuple[int, ...], jugs: Mapping[str, int]) -> Iterator[tuple[tuple[int, ...], str]]:
    names, capacities = list(jugs), list(jugs.values())
    for i, held in enumerate(state):
        if held < capacities[i]:
            yield (*state[:i], capacities[i], *state[i + 1 :]), f"fill {names[i]}"
        if held:
            yield (*state[:i], 0, *state[i + 1 :]), f"empty {names[i]}"
            for j, other in enumerate(state):
                if j != i and other < capacities[j]:
                    amount = min(held, capacities[j] - other)
                    after = list(state)
                    after[i] -= amount
                    after[j] += amount
                    yield tuple(after), f"pour {names[i]}->{names[j]}"


def solve_plainly(jugs: dict[str, int], target: int) -> str:
    """Search in breadth through the amounts that the jugs can hold."""
    start = (0,) * len(jugs)
    plans: dict[tuple[int, ...], list[str]] = {start: []}
    queue = [start]
    for state in queue:
        if target in state:
            break
        held = dict(zip(jugs, state, strict=True))
        moves = {}
        for a in jugs:
            moves[f"fill {a}"] = {a: jugs[a]}
            moves[f"empty {a}"] = {a: 0}
            for b in jugs:
                if a != b:
                    poured = min(held[a], jugs[b] - held[b])
                    moves[f"pour {a}->{b}"] = {a: held[a] - poured, b: held[b] + poured}
        for move, change in moves.items():
            after = tuple((held | change).values())
            if after not in plans:
                plans[after] = [*plans[state], move]
                queue.append(after)
    return json.dumps(plans[state])


def verify(answer: str, jugs: dict[str, int], target: int) -> bool:
    """Make the moves."""
    held = dict.fromkeys(jugs, 0)
    for move in answer.strip('[]"').split('", "'):
        action, jug = move.split()
        if action == "pour":
            source, goal = jug.split("->")
            poured = min(held[source], jugs[goal] - held[goal])
            held[source] -= poured
            held[goal] += poured
        else:
            held[jug] = jugs[jug] if action == "fill" else 0
    return target in held.values()
