"""Jugs: measure out an amount of water with jugs that have no marks."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import BadAnswer, unwrap
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.task import Problem, Task

SHAPES = {  # jugs, their capacities, moves that are needed
    1: (2, (3, 40), (2, 4)),
    2: (3, (3, 13), (4, 6)),
    3: (3, (3, 12), (6, 13)),
    4: (2, (12, 32), (14, 28)),
    5: (2, (25, 60), (30, 80)),
}
MAX_MOVES = 1_000


class Jugs(Task):
    """Fill, empty and pour until a jug holds the amount asked for.

    Description:
        The capacities of some jugs, all empty, and a target are given; asked are moves after which one of the jugs
        holds the target.

    Answer format:
        A JSON list of moves: ``["fill A", "pour A->B", "empty B"]``.

    Levels:
        Two jugs and 2 to 4 moves at level 1; three jugs and 6 or more moves at level 3 (the original's default is at
        least 10); two jugs of up to 60 litres and 30 to 80 moves at level 5.

    Check:
        The moves are simulated; after the last one some jug must hold the target. They need not be fewest; at most
        1,000.

    Source and deviations:
        Reasoning-Gym jugs. A search in breadth finds all amounts at once and the moves that each needs.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw jugs until they can make an amount in as many moves as the level wants."""
        count, bounds, (fewest, most) = SHAPES[level]
        targets: list[int] = []
        while not targets:
            capacities = [rng.randint(*bounds) for _ in range(count)]
            plans = all_plans(capacities)
            targets = sorted(amount for amount, moves in plans.items() if fewest <= len(moves) <= most)
        target = rng.choice(targets)
        named = ", ".join(f"{_name(i)}: {capacity}" for i, capacity in enumerate(capacities))
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
        text = unwrap(answer)
        moves = re.split(r"[,;\n]", text[1:-1] if text[:1] + text[-1:] == "[]" else text)
        if len(moves) > MAX_MOVES:
            return False
        for move in moves:
            match = re.fullmatch(r"(fill|empty|pour) ([a-z])(?: ?(?:->|→|to|into) ?([a-z]))?", unwrap(move).lower())
            if not match or (match[1] == "pour") != bool(match[3]):
                raise BadAnswer("not a move")
            jug, other = _jug(match[2], capacities), _jug(match[3] or match[2], capacities)
            if match[1] == "pour":
                if jug == other:
                    raise BadAnswer("a jug cannot be poured into itself")
                amount = min(held[jug], capacities[other] - held[other])
                held[jug] -= amount
                held[other] += amount
            else:
                held[jug] = capacities[jug] if match[1] == "fill" else 0
        return problem.data["target"] in held

    def size(self, problem: Problem) -> float:
        """Moves that are needed."""
        return problem.data["fewest"]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the jugs from the metadata."""
        puzzle = item["metadata"]["puzzle"]
        data = {"capacities": puzzle["jug_capacities"], "target": puzzle["target"], "fewest": puzzle["min_moves"]}
        plan = all_plans(data["capacities"]).get(data["target"])
        return entry_problem(self, item, data, lambda: json.dumps(plan) if plan else "")


def _name(jug: int) -> str:
    return chr(ord("A") + jug)


def _jug(name: str, capacities: Sequence[int]) -> int:
    jug = ord(name.upper()) - ord("A")
    if jug >= len(capacities):
        raise BadAnswer("no such jug")
    return jug


def all_plans(capacities: Sequence[int]) -> dict[int, list[str]]:
    """Search in breadth: return for every amount that some jug can hold a shortest list of moves."""
    start = (0,) * len(capacities)
    came: dict[tuple[int, ...], tuple[tuple[int, ...], str]] = {start: (start, "")}
    first: dict[int, tuple[int, ...]] = {}
    queue = [start]
    for state in queue:
        for amount in state:
            first.setdefault(amount, state)
        for after, move in _moves(state, capacities):
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


def _moves(state: tuple[int, ...], capacities: Sequence[int]) -> Iterator[tuple[tuple[int, ...], str]]:
    for i, held in enumerate(state):
        name = _name(i)
        if held < capacities[i]:
            yield (*state[:i], capacities[i], *state[i + 1 :]), f"fill {name}"
        if held:
            yield (*state[:i], 0, *state[i + 1 :]), f"empty {name}"
            for j, other in enumerate(state):
                if j != i and other < capacities[j]:
                    amount = min(held, capacities[j] - other)
                    after = list(state)
                    after[i] -= amount
                    after[j] += amount
                    yield tuple(after), f"pour {name}->{_name(j)}"


def solve(question: str) -> str:
    """Read the jugs and search."""
    capacities = [int(litres) for litres in re.findall(r"[A-Z]: (\d+)", question)]
    return json.dumps(all_plans(capacities)[int(re.search(r"exactly (\d+) litres", question)[1])])
