"""CourseSchedule: can all courses be finished, given what each requires?"""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.task import Problem, Task

COURSES = {1: (4, 6), 2: (5, 8), 3: (7, 10), 4: (16, 24), 5: (50, 80)}


class CourseSchedule(Task):
    """Decide whether requirements can all be met.

    Description:
        Courses with numbers and pairs (a, b), meaning that b comes before a, are given. Whether all courses can be
        finished is asked for.

    Answer format:
        ``True`` or ``False``.

    Levels:
        4 to 6 courses at level 1; the original's defaults (5 to 10 courses) at levels 1 to 3; 50 to 80 at level 5.
        There are one to two requirements a course.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        Reasoning-Gym course_schedule. Both answers are equally likely, and a cycle is closed by a single requirement.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an order and requirements along it; for False, one more from the end of a path to its beginning."""
        count = rng.randint(*COURSES[level])
        order = rng.sample(range(count), count)
        pairs: set[tuple[int, int]] = set()
        while len(pairs) < count + count // 3:
            first, second = sorted(rng.sample(range(count), 2))
            pairs.add((order[second], order[first]))
        possible = rng.random() < 0.5
        requirements = sorted(pairs)
        if not possible:
            requirements.append(_closing_pair(requirements, rng))
        rng.shuffle(requirements)
        question = (
            f"Courses are numbered 0 to {count - 1}. A pair (a, b) means that course b must be finished before "
            f"course a begins. The requirements are: {', '.join(f'({a}, {b})' for a, b in requirements)}.\n"
            "Is there an order in which all courses can be finished? Answer <<<True>>> or <<<False>>>."
        )
        return self.new_problem(level, question, {"courses": count, "requirements": requirements}, str(possible))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "True", "False") == str(_can_finish(problem.data["requirements"]))

    def size(self, problem: Problem) -> float:
        """Number of courses."""
        return float(problem.data["courses"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of course_schedule."""
        metadata = item["metadata"]
        data = {"courses": len(metadata["courses"]), "requirements": metadata["prerequisites"]}
        return self.official_problem(item["question"], data, str(_can_finish(data["requirements"])), item["answer"])


def _closing_pair(requirements: list[tuple[int, int]], rng: random.Random) -> tuple[int, int]:
    """Return a requirement that closes a cycle: walk from a random pair as far as it goes, up to six steps."""
    last, first = rng.choice(requirements)
    for _ in range(rng.randint(1, 5)):
        later = [a for a, b in requirements if b == last]
        if not later:
            break
        last = rng.choice(later)
    return first, last


def _can_finish(requirements: Sequence[Sequence[int]]) -> bool:
    """Take away, again and again, the requirements of courses that wait for nothing."""
    left = [(a, b) for a, b in requirements]
    while left:
        waiting = {a for a, _ in left}
        fewer = [(a, b) for a, b in left if b in waiting]
        if len(fewer) == len(left):
            return False
        left = fewer
    return True


def solve(question: str) -> str:
    """Read the pairs and take away what can be finished."""
    return str(_can_finish([(int(a), int(b)) for a, b in re.findall(r"\((\d+), (\d+)\)", question)]))
