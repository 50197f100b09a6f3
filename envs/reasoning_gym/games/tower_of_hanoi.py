"""TowerOfHanoi: bring all disks to one peg."""

import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from r1ci_env.envs.answers import steps
from r1ci_env.envs.answers.lists import ARROW
from r1ci_env.task import Problem, Task

SHAPES = {  # disks, pegs
    1: ((3, 4), (3, 5)),
    2: ((4, 5), (3, 5)),
    3: ((6, 7), (3, 5)),
    4: ((8, 8), (3, 5)),
    5: ((9, 9), (3, 6)),
}
_PEG = r"(?:(?:the\s+)?(?:peg|rod|pole|tower)\s*)?#?(\d{1,2})(?!\d)"
MOVE = re.compile(
    rf"(?:(?:moved?\s+)?(?:the\s+)?dis[ck]\s+#?)?(\d{{1,2}})\s*(?:from|[:,])\s*{_PEG}\s*(?:(?:on|in)?to|{ARROW}|,)\s*{_PEG}",
    re.I | re.ASCII,
)
Moves = Iterator[tuple[int, int, int]]


class TowerOfHanoi(Task):
    """Move disks between pegs, never a larger one onto a smaller.

    Description:
        Disks of different sizes lie on three or more pegs; a list of moves that brings all of them to one peg is
        asked for.

    Answer format:
        One move a line: ``Move disk 1 from Peg 1 to Peg 3``.

    Levels:
        3 to 4 disks at level 1 up to 9 disks on up to 6 pegs at level 5; levels 1 to 3 span the original (3 to 7 disks
        on 3 or 4 pegs).

    Check:
        The plan is simulated: each step must be a legal move, and in the end all disks lie on the peg asked for. Plans
        need not be shortest.

    Source and deviations:
        Reasoning-Gym tower_of_hanoi, which always starts from one tower and so has few different problems; here the
        disks may start anywhere.
    """

    max_answer_chars = 60_000  # 511 moves in a wordy list, and plans that are not the shortest

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a peg for every disk."""
        disks, pegs = (rng.randint(*bounds) for bounds in SHAPES[level])
        target = rng.randint(1, pegs)
        places = [target] * disks
        while places[-1] == target:  # the largest disk has to move
            places = [rng.randint(1, pegs) for _ in range(disks)]
        shown = "\n".join(f"Peg {peg}: {_disks_on(peg, places) or '(empty)'}" for peg in range(1, pegs + 1))
        question = (
            f"{disks} disks, numbered by size from 1 (the smallest) to {disks} (the largest), lie on {pegs} pegs. Each "
            f"peg is listed from bottom to top:\n{shown}\n"
            "A move takes the top disk of one peg and puts it on top of another peg, never onto a smaller disk. "
            f"Bring all disks to Peg {target}. The moves need not be the fewest possible.\n"
            "List the moves between <<< and >>>, one a line, each in the form: Move disk 1 from Peg 1 to Peg 3"
        )
        data = {"places": places, "pegs": pegs, "target": target}
        return self.new_problem(level, question, data, solve(places, pegs, target))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Simulate the plan."""
        places = list(problem.data["places"])
        for move in steps(answer, MOVE):
            disk, source, target = map(int, move.groups())
            if not (1 <= disk <= len(places) and 1 <= target <= problem.data["pegs"]):
                return False
            smaller = places[: disk - 1]
            if places[disk - 1] != source or source == target or source in smaller or target in smaller:
                return False
            places[disk - 1] = target
        return all(peg == problem.data["target"] for peg in places)

    def size(self, problem: Problem) -> float:
        """Number of disks."""
        return float(len(problem.data["places"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the instance from the metadata."""
        metadata = item["metadata"]
        places = [metadata["start_peg"]] * metadata["num_disks"]
        pegs, target = metadata["num_pegs"], metadata["target_peg"]
        data = {"places": places, "pegs": pegs, "target": target}
        answer = solve(places, pegs, target)
        problem = self.official_problem(item["question"], data, answer, item["answer"])
        if self.check(problem, item["answer"]):
            return problem
        return self.official_problem(item["question"], data, answer, item["answer"], "the stored moves are no solution")


def _disks_on(peg: int, places: list[int]) -> str:
    return " ".join(str(disk) for disk in range(len(places), 0, -1) if places[disk - 1] == peg)


def read(question: str) -> dict[str, Any]:
    """Read the peg of each disk, from the smallest on, how many pegs there are, and the peg for all."""
    places: dict[int, int] = {}
    pegs = re.findall(r"^Peg (\d): (.*)$", question, re.M)
    for peg, disks in pegs:
        places |= {int(disk): int(peg) for disk in re.findall(r"\d+", disks)}
    target = int(re.search(r"all disks to Peg (\d)", question)[1])
    return {"places": [places[disk] for disk in sorted(places)], "pegs": len(pegs), "target": target}


def solve(places: list[int], pegs: int, target: int) -> str:
    """Gather the smaller disks on a spare peg, move the largest, and bring them after it with all spare pegs."""
    moves = _gather(len(places), places, pegs, target)
    return "\n".join(f"Move disk {disk} from Peg {source} to Peg {peg}" for disk, source, peg in moves)


def _gather(disks: int, places: list[int], pegs: int, target: int) -> Moves:
    """Bring the smallest ``disks`` disks from anywhere to one peg: the smaller ones wait together elsewhere."""
    if disks == 0:
        return
    source = places[disks - 1]
    if source == target:
        yield from _gather(disks - 1, places, pegs, target)
        return
    spare = next(peg for peg in range(1, pegs + 1) if peg not in (source, target))
    yield from _gather(disks - 1, places, pegs, spare)
    yield disks, source, target
    others = [peg for peg in range(1, pegs + 1) if peg not in (spare, target)]
    yield from _tower(disks - 1, spare, target, others)


def _tower(disks: int, source: int, target: int, spares: list[int], smaller: int = 0) -> Moves:
    """Move the ``disks`` disks above the ``smaller`` smallest, as Frame and Stewart do."""
    if disks == 0:
        return
    if disks == 1:
        yield smaller + 1, source, target
        return
    top = _split(disks, len(spares))
    yield from _tower(top, source, spares[0], [*spares[1:], target], smaller)
    yield from _tower(disks - top, source, target, spares[1:], smaller + top)
    yield from _tower(top, spares[0], target, [*spares[1:], source], smaller)


def _split(disks: int, spares: int) -> int:
    """Return how many disks to park on the first spare peg."""
    if spares == 1:
        return disks - 1
    return min(range(1, disks), key=lambda top: 2 * _length(top, spares) + _length(disks - top, spares - 1))


@cache
def _length(disks: int, spares: int) -> int:
    """Return the number of moves of `_tower`."""
    if disks <= 1:
        return disks
    if spares == 1:
        return (1 << disks) - 1
    return min(2 * _length(top, spares) + _length(disks - top, spares - 1) for top in range(1, disks))


def solve_plainly(places: list[int], pegs: int, target: int) -> str:
    """Before a disk moves, gather all smaller ones on a spare peg; afterwards bring them after it."""
    where, moves = list(places), []

    def gather(disk: int, peg: int) -> None:
        if disk == 0:
            return
        source = where[disk - 1]
        if source != peg:
            spare = min(set(range(1, pegs + 1)) - {source, peg})
            gather(disk - 1, spare)
            moves.append(f"Move disk {disk} from Peg {source} to Peg {peg}")
            where[disk - 1] = peg
        gather(disk - 1, peg)

    gather(len(places), target)
    return "\n".join(moves)


def verify(answer: str, places: list[int], pegs: int, target: int) -> bool:
    """Make the moves: a disk must be where it is taken from, with no smaller one there or where it goes."""
    where, legal = list(places), True
    for move in answer.split("\n"):
        disk, source, peg = [int(word) for word in move.split() if word.isdigit()]
        smaller = where[: disk - 1]
        legal = legal and where[disk - 1] == source != peg and 1 <= peg <= pegs
        legal = legal and source not in smaller and peg not in smaller
        where[disk - 1] = peg
    return legal and where == [target] * len(places)
