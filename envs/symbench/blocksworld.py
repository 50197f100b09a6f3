"""Blocksworld: move blocks between stacks until they stand as asked."""

import random
import re
from collections import deque
from collections.abc import Mapping
from itertools import permutations
from typing import Any

from r1ci_env.envs.answers import BadAnswer, steps
from r1ci_env.envs.answers.lists import ARROW
from r1ci_env.task import Problem, Task

SHAPES = {  # blocks, stacks, stacks used by the goal
    1: ((2, 3), (3, 4), (2, 3)),
    2: ((3, 4), (3, 4), (2, 3)),
    3: ((5, 6), (3, 4), (2, 3)),
    4: ((7, 8), (3, 5), (2, 4)),
    5: ((9, 10), (3, 5), (2, 3)),
}
MAX_MOVES = 1_000
_STACK = r"(?:the\s+)?(?:top\s+of\s+)?(?:stack\s*)?#?[\"'`*]{0,2}(\d{1,3})(?!\d)[\"'`*]{0,2}"
_MOVE = re.compile(
    rf"(?:moved?\b\s*\(?)?\s*(?:the\s+)?(?:top\s+)?(?:block\s+)?[\"'`*]{{0,2}}(\w)[\"'`*]{{0,2}}\s*(?:from|[:,])\s*{_STACK}\s*(?:(?:on|in)?to|{ARROW}|,)\s*{_STACK}",
    re.I | re.ASCII,
)


class Blocksworld(Task):
    """Plan moves of single blocks between a fixed number of stacks.

    Description:
        Lettered blocks stand on numbered stacks. A move takes the top block of one stack to the top of another.
        A list of moves that leads from the start to the goal is asked for.

    Answer format:
        One move a line: ``Move B from 2 to 1``; a list of them, numbers and the word stack are read too.

    Levels:
        2 to 3 blocks on 3 or 4 stacks at level 1, as in the original (2 to 4 blocks); 9 to 10 blocks at level 5.

    Check:
        The plan is simulated: each step must be a legal move, and the final stacks must equal the goal stack by stack.
        Plans need not be shortest; at most 1,000 moves.

    Source and deviations:
        SymBench Blocksworld. The goal is given for every stack and compared stack by stack; the original compares
        the stacks that are not empty in order, so that a goal could be met on the wrong stacks.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Put the blocks on random stacks for the start and, in another order, for the goal."""
        blocks, stacks, goal_stacks = (rng.randint(*bounds) for bounds in SHAPES[level])
        names = [chr(ord("A") + i) for i in range(blocks)]
        start = _random_stacks(names, stacks, stacks, rng)
        goal = _random_stacks(names, stacks, min(goal_stacks, stacks), rng)
        while goal == start:
            goal = _random_stacks(names, stacks, min(goal_stacks, stacks), rng)
        return self.new_problem(level, _question(start, goal), {"start": start, "goal": goal}, _plan(start, goal))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the two states; stacks that the goal does not list are empty. The wording is ours."""
        start, goal = (
            [row.split() for row in re.findall(r"^stack ?\d+:(.*)$", part, re.M | re.I)]
            for part in item["instance"].split("Goal")
        )
        goal += [[]] * (len(start) - len(goal))
        data = {"start": start, "goal": goal}
        blocks = [sorted(block for stack in state for block in stack) for state in (start, goal)]
        if blocks[0] != blocks[1] or len(goal) != len(start):
            return self.official_problem(_question(start, goal), data, flaw="the states do not match")
        return self.official_problem(_question(start, goal), data, _plan(start, goal))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the plan."""
        stacks = [list(stack) for stack in problem.data["start"]]
        moves = steps(answer, _MOVE)
        if len(moves) > MAX_MOVES:
            return False
        for move in moves:
            source, target = _stack(move[2], stacks), _stack(move[3], stacks)
            if not source or source[-1].upper() != move[1].upper() or source is target:
                return False
            target.append(source.pop())
        return stacks == [list(stack) for stack in problem.data["goal"]]

    def size(self, problem: Problem) -> float:
        """Number of blocks."""
        return float(sum(map(len, problem.data["start"])))


def _question(start: list[list[str]], goal: list[list[str]]) -> str:
    return (
        "Blocks stand on numbered stacks, listed from bottom to top. One move takes the top block of a stack and "
        "puts it on top of another stack. There are no other stacks. Find moves that turn the start into the "
        f"goal.\n\nStart:\n{_show(start)}\n\nGoal:\n{_show(goal)}\n\n"
        "List the moves between <<< and >>>, one a line, each in the form: Move B from 2 to 1"
    )


def _stack(number: str, stacks: list[list[str]]) -> list[str]:
    if len(number) > 2 or not 1 <= int(number) <= len(stacks):
        raise BadAnswer("no such stack")
    return stacks[int(number) - 1]


def _random_stacks(names: list[str], stacks: int, used: int, rng: random.Random) -> list[list[str]]:
    built: list[list[str]] = [[] for _ in range(stacks)]
    places = rng.sample(range(stacks), used)
    for name in rng.sample(names, len(names)):
        built[rng.choice(places)].append(name)
    return built


def _show(stacks: list[list[str]]) -> str:
    return "\n".join(f"stack {i}: {' '.join(stack) or '(empty)'}" for i, stack in enumerate(stacks, 1))


def _plan(start: list[list[str]], goal: list[list[str]]) -> str:
    return solve(["".join(stack) for stack in start], ["".join(stack) for stack in goal])


def read(question: str) -> dict[str, Any]:
    """Read both states: the blocks of each stack from bottom to top."""
    states = question.split("Start:")[1].split("Goal:")
    start, goal = (
        ["".join(re.findall(r"[A-Z]\b", line)) for line in re.findall(r"stack \d+: (.*)", state)] for state in states
    )
    return {"start": start, "goal": goal}


def solve(start: list[str], goal: list[str]) -> str:
    """Build the goal stack by stack from the bottom, and let what is in the way wait on a third stack."""
    # the third stack may be a finished one: what waits on it goes again before it is needed
    stacks, moves = list(start), []

    def move(source: int, target: int) -> None:
        moves.append(f"Move {stacks[source][-1]} from {source + 1} to {target + 1}")
        stacks[target] += stacks[source][-1]
        stacks[source] = stacks[source][:-1]

    for place, wanted in enumerate(goal):
        for height, block in enumerate(wanted):
            if stacks[place][height : height + 1] == block:
                continue
            source = next(i for i, stack in enumerate(stacks) if block in stack)
            spare = next(i for i in range(len(stacks)) if i not in (source, place))
            if source == place:  # buried above its own place: it waits on a stack of its own
                source = next(i for i in range(len(stacks)) if i not in (spare, place))
                while stacks[place][-1] != block:
                    move(place, spare)
                move(place, source)
            while len(stacks[place]) > height:
                move(place, spare)
            while stacks[source][-1] != block:
                move(source, spare)
            move(source, place)
    return "\n".join(moves)


def solve_plainly(start: list[str], goal: list[str]) -> str:
    """Search breadth-first through the states that moves lead to."""
    queue: deque[tuple[list[str], list[str]]] = deque()
    queue.append((start, []))
    seen = {tuple(start)}
    while queue:
        stacks, moves = queue.popleft()
        if stacks == goal:
            break
        for i, j in permutations(range(len(stacks)), 2):
            after = list(stacks)
            after[j] += after[i][-1:]
            after[i] = after[i][:-1]
            if tuple(after) not in seen:
                seen.add(tuple(after))
                queue.append((after, [*moves, f"Move {after[j][-1]} from {i + 1} to {j + 1}"]))
    return "\n".join(moves)


def verify(answer: str, start: list[str], goal: list[str]) -> bool:
    """Carry out the moves."""
    stacks = list(start)
    for line in answer.splitlines():
        _, block, _, source, _, target = line.split()
        i, j = int(source) - 1, int(target) - 1
        if stacks[i][-1:] != block:
            return False
        stacks[i] = stacks[i][:-1]
        stacks[j] += block
    return stacks == goal
